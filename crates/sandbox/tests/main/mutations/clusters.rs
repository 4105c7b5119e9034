//! Clusters and their agent tokens.

use serde_json::{Value, json};

use super::{
    acme, advance, build, cluster, delete_pipeline, drain, is_gone, mutate, new_build,
    new_pipeline, node, pipeline, queue, refuses, refuses_ids, states, with,
};
use crate::support::{Client, nodes};

const CLUSTER: &str = "id uuid name description emoji color createdBy { name }
    defaultQueue { id key } organization { slug } queues { count }
    agentTokens(first: 50) { edges { node { id } } }";
const TOKEN: &str = "id uuid description allowedIpAddresses expiresAt createdBy { name }
    cluster { id } token";
const ROWS: &str = "organization(slug: \"acme-inc\") { rows: clusters PAGE }";

/// An input with the organization's ID and more.
async fn input(client: &Client, more: Value) -> Value {
    with(
        json!({ "organizationId": acme(client).await, "clientMutationId": "c" }),
        more,
    )
}

/// What a mutation of clusters answers of one.
async fn change(client: &Client, name: &str, more: Value) -> Value {
    let selection = format!("clientMutationId cluster {{ {CLUSTER} }}");
    let mut payload = mutate(client, name, input(client, more).await, &selection).await;
    assert_eq!(payload["clientMutationId"], "c");
    payload["cluster"].take()
}

async fn by_id(client: &Client, id: &Value) -> Value {
    let query = format!(
        "query Q($id: ID!) {{ organization(slug: \"acme-inc\") {{
            cluster(id: $id) {{ {CLUSTER} }} }} }}"
    );
    let mut data = client.data_with(&query, json!({ "id": id })).await;
    data["organization"]["cluster"].take()
}

#[tokio::test]
async fn a_cluster_is_made_changed_and_taken_away() {
    let client = Client::start().await;
    let before = drain(&client, ROWS).await;
    let more =
        json!({ "name": "Trial", "description": "To try", "emoji": ":x:", "color": "#123456" });
    let made = change(&client, "clusterCreate", more).await;
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "name": "Trial", "description": "To try",
        "emoji": ":x:", "color": "#123456", "createdBy": { "name": "Ada Okafor" },
        "defaultQueue": null, "organization": { "slug": "acme-inc" },
        "queues": { "count": 0 }, "agentTokens": { "edges": [] },
    });
    assert_eq!(made, expected);
    assert_eq!(by_id(&client, &made["id"]).await, made);
    assert_eq!(node(&client, &made["id"], "Cluster", CLUSTER).await, made);
    let mut all = drain(&client, ROWS).await;
    assert_eq!(all.pop(), Some(made["id"].clone()), "the last by name");
    assert_eq!(all, before);

    let more = json!({ "id": made["id"], "name": "Best", "description": null });
    let changed = change(&client, "clusterUpdate", more).await;
    assert_eq!(changed["name"], "Best");
    assert_eq!(changed["description"], Value::Null);
    assert_eq!(changed["emoji"], ":x:");
    assert_eq!(by_id(&client, &made["id"]).await, changed);

    // Its queues and tokens go with it.
    let more = json!({ "clusterId": made["id"], "key": "one" });
    let one = mutate(
        &client,
        "clusterQueueCreate",
        input(&client, more).await,
        "clusterQueue { id }",
    );
    let one = one.await["clusterQueue"]["id"].clone();
    let token = new_token(&client, &made["id"], json!({})).await.0["id"].clone();
    let grown = by_id(&client, &made["id"]).await;
    assert_eq!(grown["defaultQueue"]["id"], one);
    assert_eq!(grown["queues"]["count"], 1);
    let delete = input(&client, json!({ "id": made["id"] })).await;
    let selection = "clientMutationId deletedClusterId";
    let payload = mutate(&client, "clusterDelete", delete.clone(), selection).await;
    let expected = json!({ "clientMutationId": "c", "deletedClusterId": made["id"] });
    assert_eq!(payload, expected);
    for id in [&made["id"], &one, &token] {
        is_gone(&client, id).await;
    }
    assert_eq!(by_id(&client, &made["id"]).await, Value::Null);
    assert_eq!(drain(&client, ROWS).await, before);
    for name in ["clusterDelete", "clusterUpdate"] {
        refuses(&client, name, [(delete.clone(), "No cluster found")]).await;
    }
}

#[tokio::test]
async fn steps_that_name_no_queue_run_in_the_default_one() {
    let client = Client::start().await;
    let deployments = cluster(&client, "Deployments").await;
    let steps = "- command: make";
    let probe = new_pipeline(&client, "Probe", steps, json!({ "clusterId": deployments })).await;
    let first = new_build(&client, &probe, json!({})).await;
    advance(&client, 120);
    let before = build(&client, &first).await;
    let on = |build: &Value| nodes(&build["jobs"])[0]["clusterQueue"]["id"].clone();
    assert_eq!(on(&before), queue(&client, "deploy").await);
    let terraform = queue(&client, "terraform").await;
    let more = json!({ "id": deployments, "defaultQueueId": terraform });
    let changed = change(&client, "clusterUpdate", more).await;
    assert_eq!(changed["defaultQueue"]["key"], "terraform");
    let second = new_build(&client, &probe, json!({})).await;
    advance(&client, 120);
    let second = build(&client, &second).await;
    assert_eq!(second["state"], "PASSED");
    assert_eq!(on(&second), terraform);
    assert_eq!(build(&client, &first).await, before);
    // What is not said stays.
    let more = json!({ "id": deployments, "defaultQueueId": null, "name": null });
    let same = change(&client, "clusterUpdate", more).await;
    assert_eq!(same, changed);
    let other = queue(&client, "macos").await;
    let more = input(
        &client,
        json!({ "id": deployments, "defaultQueueId": other }),
    )
    .await;
    refuses(&client, "clusterUpdate", [(more, "one of the cluster's")]).await;
}

#[tokio::test]
async fn a_build_stays_in_the_cluster_in_which_it_was_made() {
    let client = Client::start().await;
    let (default, apple) = (
        cluster(&client, "Default cluster").await,
        cluster(&client, "Apple").await,
    );
    let steps = "[{ command: a }, wait, { command: b }]";
    let probe = new_pipeline(&client, "Probe", steps, json!({})).await;
    let old = new_build(&client, &probe, json!({})).await;
    advance(&client, 10);
    let input = json!({ "id": probe, "clusterId": apple });
    mutate(&client, "pipelineUpdate", input, "pipeline { id }").await;
    let new = new_build(&client, &probe, json!({})).await;
    advance(&client, 300);
    for (id, cluster) in [(&old, &default), (&new, &apple)] {
        let done = build(&client, id).await;
        assert_eq!(done["state"], "PASSED");
        for job in nodes(&done["jobs"]) {
            if job["__typename"] == "JobTypeCommand" {
                assert_eq!(job["cluster"]["id"], *cluster, "{job}");
            }
        }
    }
    let query = "query Q($cluster: ID) { organization(slug: \"acme-inc\") {
        jobs(first: 500, cluster: $cluster, state: [FINISHED]) {
            edges { node { ... on JobTypeCommand { build { id } } } } } } }";
    for (cluster, has, has_not) in [(&default, &old, &new), (&apple, &new, &old)] {
        let data = client.data_with(query, json!({ "cluster": cluster })).await;
        let jobs = nodes(&data["organization"]["jobs"]);
        let of = |id: &Value| jobs.iter().filter(|job| job["build"]["id"] == *id).count();
        assert_eq!((of(has), of(has_not)), (2, 0));
    }
}

/// A new token and its value.
async fn new_token(client: &Client, cluster: &Value, more: Value) -> (Value, Value) {
    let input = with(
        input(
            client,
            json!({ "clusterId": cluster, "description": "Hosts" }),
        )
        .await,
        more,
    );
    let selection = format!("clientMutationId tokenValue clusterAgentToken {{ {TOKEN} }}");
    let mut payload = mutate(client, "clusterAgentTokenCreate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "c");
    (
        payload["clusterAgentToken"].take(),
        payload["tokenValue"].take(),
    )
}

async fn tokens(client: &Client, cluster: &Value) -> Vec<Value> {
    let cluster = by_id(client, cluster).await;
    let tokens = nodes(&cluster["agentTokens"]);
    tokens
        .into_iter()
        .map(|token| token["id"].clone())
        .collect()
}

#[tokio::test]
async fn a_token_is_made_changed_and_revoked() {
    let client = Client::start().await;
    let owner = cluster(&client, "Apple").await;
    let before = tokens(&client, &owner).await;
    let more = json!({ "allowedIpAddresses": "10.0.0.0/8", "expiresAt": "2100-01-01T00:00:00Z" });
    let (made, value) = new_token(&client, &owner, more).await;
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "description": "Hosts",
        "allowedIpAddresses": "10.0.0.0/8", "expiresAt": "2100-01-01T00:00:00Z",
        "createdBy": { "name": "Ada Okafor" }, "cluster": { "id": owner }, "token": "",
    });
    assert_eq!(made, expected);
    // The value is shown this once, and no other token has it.
    let (other, another) = new_token(&client, &owner, json!({})).await;
    assert_eq!(value.as_str().unwrap().len(), 40);
    assert_ne!(value, another);
    assert_eq!(other["expiresAt"], Value::Null);
    assert_eq!(
        node(&client, &made["id"], "ClusterToken", TOKEN).await,
        made
    );
    let mut all = before.clone();
    all.extend([made["id"].clone(), other["id"].clone()]);
    assert_eq!(tokens(&client, &owner).await, all);

    let selection = format!("clientMutationId clusterAgentToken {{ {TOKEN} }}");
    let more = json!({ "id": made["id"], "description": "Old hosts" });
    let payload = mutate(
        &client,
        "clusterAgentTokenUpdate",
        input(&client, more).await,
        &selection,
    )
    .await;
    assert_eq!(payload["clientMutationId"], "c");
    assert_eq!(payload["clusterAgentToken"]["description"], "Old hosts");
    assert_eq!(
        payload["clusterAgentToken"]["allowedIpAddresses"],
        "10.0.0.0/8"
    );
    let more = json!({ "id": made["id"], "description": "Old hosts", "allowedIpAddresses": null });
    let payload = mutate(
        &client,
        "clusterAgentTokenUpdate",
        input(&client, more).await,
        &selection,
    )
    .await;
    assert_eq!(
        payload["clusterAgentToken"]["allowedIpAddresses"],
        Value::Null
    );
    let read = node(&client, &made["id"], "ClusterToken", TOKEN).await;
    assert_eq!(read, payload["clusterAgentToken"]);

    let revoke = input(&client, json!({ "id": made["id"] })).await;
    let selection = "clientMutationId deletedClusterAgentTokenId";
    let payload = mutate(
        &client,
        "clusterAgentTokenRevoke",
        revoke.clone(),
        selection,
    )
    .await;
    let expected = json!({ "clientMutationId": "c", "deletedClusterAgentTokenId": made["id"] });
    assert_eq!(payload, expected);
    is_gone(&client, &made["id"]).await;
    all.retain(|id| *id != made["id"]);
    assert_eq!(tokens(&client, &owner).await, all);
    refuses(
        &client,
        "clusterAgentTokenRevoke",
        [(revoke, "No agent token found")],
    )
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let owner = cluster(&client, "Apple").await;
    let web = pipeline(&client, "web").await;
    let macos = queue(&client, "macos").await;
    let name = |name: &str| json!({ "name": name });
    let cases = [
        (input(&client, name(" ")).await, "Name can't be blank"),
        (input(&client, name("apple")).await, "already been taken"),
    ];
    refuses(&client, "clusterCreate", cases).await;
    let named = |name: &str| json!({ "id": owner, "name": name });
    let cases = [
        (input(&client, named("")).await, "Name can't be blank"),
        (
            input(&client, named("DEPLOYMENTS")).await,
            "already been taken",
        ),
        (
            input(
                &client,
                json!({ "id": owner, "name": "New", "defaultQueueId": "nope" }),
            )
            .await,
            "No queue found",
        ),
    ];
    refuses(&client, "clusterUpdate", cases).await;
    let of = json!({ "clusterId": owner, "description": "x", "expiresAt": "2020-01-01T00:00:00Z" });
    let of = input(&client, of).await;
    refuses(&client, "clusterAgentTokenCreate", [(of, "in the future")]).await;

    let delete = input(&client, json!({ "id": owner })).await;
    refuses(
        &client,
        "clusterDelete",
        [(delete.clone(), "\"mobile-ios\" belongs")],
    )
    .await;
    let ios = pipeline(&client, "mobile-ios").await;
    delete_pipeline(&client, &ios).await;
    refuses(&client, "clusterDelete", [(delete, "7 agents listen")]).await;

    let token = json!({ "description": "x" });
    let why = "No cluster found";
    let full = input(&client, token.clone()).await;
    refuses_ids(
        &client,
        "clusterAgentTokenCreate",
        full,
        "clusterId",
        why,
        [&web, &macos],
    )
    .await;
    let full = input(&client, json!({})).await;
    for name in ["clusterUpdate", "clusterDelete"] {
        refuses_ids(&client, name, full.clone(), "id", why, [&web, &macos]).await;
    }
    let why = "No agent token found";
    let full = input(&client, token.clone()).await;
    let name = "clusterAgentTokenUpdate";
    refuses_ids(&client, name, full.clone(), "id", why, [&web, &owner]).await;
    let mut known = input(&client, json!({ "id": owner, "clusterId": owner })).await;
    known["description"] = json!("x");
    for (name, fields) in [
        ("clusterCreate", &["name"][..]),
        ("clusterUpdate", &["id"]),
        ("clusterDelete", &["id"]),
        ("clusterAgentTokenCreate", &["clusterId", "description"]),
        ("clusterAgentTokenUpdate", &["id", "description"]),
        ("clusterAgentTokenRevoke", &["id"]),
    ] {
        let mut input = json!({});
        for field in fields {
            input[field] = if *field == "name" {
                json!("New")
            } else {
                known[field].clone()
            };
        }
        let why = "No organization found";
        refuses_ids(&client, name, input, "organizationId", why, [&web, &owner]).await;
    }
    // A job that waits where nobody listens any more waits on.
    let lonely = input(&client, json!({ "name": "Lonely" })).await;
    let lonely = mutate(&client, "clusterCreate", lonely, "cluster { id }").await;
    let more = json!({ "clusterId": lonely["cluster"]["id"] });
    let probe = new_pipeline(&client, "Probe", "- command: make", more).await;
    let made = new_build(&client, &probe, json!({})).await;
    advance(&client, 86_400);
    assert_eq!(states(&build(&client, &made).await), ["SCHEDULED"]);
}
