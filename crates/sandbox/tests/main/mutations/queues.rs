//! Queues of clusters.

use serde_json::{Value, json};

use super::{
    acme, advance, build, cluster, drain, is_gone, mutate, new_build, new_pipeline, node, pipeline,
    queue, refuses, refuses_ids, states, with,
};
use crate::support::{Client, nodes};

const QUEUE: &str = "id uuid key description cluster { id } createdBy { name } hosted
    hostedAgents { instanceShape { name machineType architecture vcpu memory }
        platformSettings { linux { agentImageRef } } }
    retryAgentAffinity dispatchPaused dispatchPausedAt dispatchPausedBy { name }
    dispatchPausedNote metrics { connectedAgentsCount runningJobsCount waitingJobsCount }";

fn rows(cluster: &Value) -> String {
    format!("node(id: {cluster}) {{ ... on Cluster {{ rows: queues PAGE }} }}")
}

/// A new queue: what is answered of it.
async fn new_queue(client: &Client, cluster: &Value, key: &str, more: Value) -> Value {
    let input = with(
        json!({
            "organizationId": acme(client).await,
            "clusterId": cluster,
            "key": key,
            "clientMutationId": "q",
        }),
        more,
    );
    let selection = format!("clientMutationId clusterQueue {{ {QUEUE} }}");
    let mut payload = mutate(client, "clusterQueueCreate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "q");
    payload["clusterQueue"].take()
}

/// A pipeline of the default cluster with one job on a queue.
async fn on_queue(client: &Client, key: &str) -> Value {
    let steps = format!("steps:\n  - command: make\n    agents: {{ queue: {key} }}\n");
    new_pipeline(client, &format!("On {key}"), &steps, json!({})).await
}

#[tokio::test]
async fn a_queue_is_made_changed_and_taken_away() {
    let client = Client::start().await;
    let owner = cluster(&client, "Default cluster").await;
    let before = drain(&client, &rows(&owner)).await;
    let more = json!({ "description": "New", "retryAgentAffinity": "prefer-different" });
    let made = new_queue(&client, &owner, "gpu", more).await;
    assert_eq!(made["key"], "gpu");
    assert_eq!(made["description"], "New");
    assert_eq!(made["cluster"]["id"], owner);
    assert_eq!(made["createdBy"]["name"], "Ada Okafor");
    assert_eq!(made["retryAgentAffinity"], "prefer-different");
    assert_eq!(made["hosted"], false);
    assert_eq!(made["hostedAgents"], Value::Null);
    assert_eq!(made["dispatchPaused"], false);
    let metrics =
        json!({ "connectedAgentsCount": 0, "runningJobsCount": 0, "waitingJobsCount": 0 });
    assert_eq!(made["metrics"], metrics);
    assert_eq!(
        node(&client, &made["id"], "ClusterQueue", QUEUE).await,
        made
    );
    let mut all = drain(&client, &rows(&owner)).await;
    assert_eq!(queue(&client, "gpu").await, made["id"]);
    all.retain(|id| *id != made["id"]);
    assert_eq!(all, before);

    let update = |more: Value| with(json!({ "id": made["id"], "clientMutationId": "u" }), more);
    let acme = acme(&client).await;
    let selection = format!("clientMutationId clusterQueue {{ {QUEUE} }}");
    let input = update(json!({ "organizationId": acme, "description": null }));
    let payload = mutate(&client, "clusterQueueUpdate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "u");
    assert_eq!(payload["clusterQueue"]["description"], Value::Null);
    assert_eq!(
        payload["clusterQueue"]["retryAgentAffinity"],
        "prefer-different"
    );
    let input = update(json!({ "organizationId": acme, "retryAgentAffinity": "prefer-warmest" }));
    let payload = mutate(&client, "clusterQueueUpdate", input, &selection).await;
    assert_eq!(
        payload["clusterQueue"]["retryAgentAffinity"],
        "prefer-warmest"
    );
    let read = node(&client, &made["id"], "ClusterQueue", QUEUE).await;
    assert_eq!(read, payload["clusterQueue"]);

    let input = json!({ "id": made["id"], "organizationId": acme, "clientMutationId": "d" });
    let selection = "clientMutationId deletedClusterQueueId";
    let payload = mutate(&client, "clusterQueueDelete", input.clone(), selection).await;
    let expected = json!({ "clientMutationId": "d", "deletedClusterQueueId": made["id"] });
    assert_eq!(payload, expected);
    is_gone(&client, &made["id"]).await;
    assert_eq!(drain(&client, &rows(&owner)).await, before);
    for name in ["clusterQueueDelete", "clusterQueueUpdate"] {
        refuses(&client, name, [(input.clone(), "No queue found")]).await;
    }
    // The key is free again, for another queue.
    let again = new_queue(&client, &owner, "gpu", json!({})).await;
    assert_ne!(again["id"], made["id"]);
    is_gone(&client, &made["id"]).await;
}

#[tokio::test]
async fn hosted_queues_have_a_shape() {
    let client = Client::start().await;
    let owner = cluster(&client, "Default cluster").await;
    let hosted = json!({ "hostedAgents": {
        "instanceShape": "LINUX_AMD64_2X4",
        "platformSettings": { "linux": { "agentImageRef": "images/a:1" } },
    } });
    let made = new_queue(&client, &owner, "hosted", hosted).await;
    assert_eq!(made["hosted"], true);
    let shape = json!({ "name": "LINUX_AMD64_2X4", "machineType": "LINUX",
        "architecture": "AMD64", "vcpu": 2, "memory": 4 });
    assert_eq!(made["hostedAgents"]["instanceShape"], shape);
    let image =
        |queue: &Value| queue["hostedAgents"]["platformSettings"]["linux"]["agentImageRef"].clone();
    assert_eq!(image(&made), "images/a:1");
    let acme = acme(&client).await;
    let hosted = json!({ "instanceShape": "LINUX_AMD64_8X32" });
    let input = json!({ "id": made["id"], "organizationId": acme, "hostedAgents": hosted });
    let selection = format!("clusterQueue {{ {QUEUE} }}");
    let larger = mutate(&client, "clusterQueueUpdate", input, &selection).await;
    let larger = &larger["clusterQueue"];
    assert_eq!(larger["hostedAgents"]["instanceShape"]["vcpu"], 8);
    assert_eq!(image(larger), "images/a:1");
    // Whoever brings machines of their own goes on doing so.
    let own = queue(&client, "default").await;
    let hosted = json!({ "agentImageRef": "images/b:1" });
    let input = json!({ "id": own, "organizationId": acme, "hostedAgents": hosted });
    refuses(&client, "clusterQueueUpdate", [(input, "no hosted agents")]).await;
}

#[tokio::test]
async fn a_paused_queue_gives_out_no_jobs() {
    let client = Client::start().await;
    let large = queue(&client, "linux-large").await;
    let input = json!({ "id": large, "note": "Upgrade", "clientMutationId": "p" });
    let selection = format!("clientMutationId queue {{ {QUEUE} }}");
    let payload = mutate(
        &client,
        "clusterQueuePauseDispatch",
        input.clone(),
        &selection,
    )
    .await;
    assert_eq!(payload["clientMutationId"], "p");
    let paused = &payload["queue"];
    assert_eq!(paused["id"], large);
    assert_eq!(paused["dispatchPaused"], true);
    assert_eq!(paused["dispatchPausedBy"]["name"], "Ada Okafor");
    assert_eq!(paused["dispatchPausedNote"], "Upgrade");
    assert!(paused["dispatchPausedAt"].is_string());
    assert_eq!(node(&client, &large, "ClusterQueue", QUEUE).await, *paused);
    refuses(
        &client,
        "clusterQueuePauseDispatch",
        [(input, "paused already")],
    )
    .await;

    let waits = on_queue(&client, "linux-large").await;
    let (waits, runs) = (
        new_build(&client, &waits, json!({})).await,
        new_build(&client, &on_queue(&client, "default").await, json!({})).await,
    );
    advance(&client, 600);
    assert_eq!(build(&client, &runs).await["state"], "PASSED");
    let waiting = build(&client, &waits).await;
    assert_eq!(states(&waiting), ["SCHEDULED"]);
    assert_eq!(waiting["state"], "SCHEDULED");
    let count = |queue: &Value| queue["metrics"]["waitingJobsCount"].as_u64().unwrap();
    let now = node(&client, &large, "ClusterQueue", QUEUE).await;
    assert_eq!(count(&now), count(paused) + 1);

    let input = json!({ "id": large, "clientMutationId": "r" });
    let payload = mutate(
        &client,
        "clusterQueueResumeDispatch",
        input.clone(),
        &selection,
    )
    .await;
    assert_eq!(payload["clientMutationId"], "r");
    assert_eq!(payload["queue"]["dispatchPaused"], false);
    for none in ["dispatchPausedAt", "dispatchPausedBy", "dispatchPausedNote"] {
        assert_eq!(payload["queue"][none], Value::Null, "{none}");
    }
    refuses(
        &client,
        "clusterQueueResumeDispatch",
        [(input, "not paused")],
    )
    .await;
    advance(&client, 120);
    assert_eq!(build(&client, &waits).await["state"], "PASSED");
}

#[tokio::test]
async fn builds_wait_on_a_queue_without_agents() {
    let client = Client::start().await;
    let owner = cluster(&client, "Default cluster").await;
    let made = new_queue(&client, &owner, "empty", json!({})).await;
    let on_empty = new_build(&client, &on_queue(&client, "empty").await, json!({})).await;
    let nowhere = new_build(&client, &on_queue(&client, "nowhere").await, json!({})).await;
    advance(&client, 7 * 86_400);
    for (id, key, on) in [
        (&on_empty, "empty", &made["id"]),
        (&nowhere, "nowhere", &Value::Null),
    ] {
        let waiting = build(&client, id).await;
        assert_eq!(waiting["state"], "SCHEDULED");
        let job = nodes(&waiting["jobs"])[0];
        assert_eq!(job["agentQueryRules"], json!([format!("queue={key}")]));
        assert_eq!(&job["clusterQueue"]["id"], on);
        assert_eq!(job["agent"], Value::Null);
    }
    // Once the queue is gone, the job waits for one of that key.
    let input = json!({ "id": made["id"], "organizationId": acme(&client).await });
    mutate(
        &client,
        "clusterQueueDelete",
        input,
        "deletedClusterQueueId",
    )
    .await;
    let job = &build(&client, &on_empty).await;
    assert_eq!(nodes(&job["jobs"])[0]["clusterQueue"], Value::Null);
    assert_eq!(job["state"], "SCHEDULED");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let acme = acme(&client).await;
    let owner = cluster(&client, "Default cluster").await;
    let input = json!({ "organizationId": acme, "clusterId": owner });
    let key = |key: &str| json!({ "organizationId": acme, "clusterId": owner, "key": key });
    let letters = "Key must be of letters";
    let cases = [
        (key(""), letters),
        (key("two words"), letters),
        (key("---"), letters),
        (key("a/b"), letters),
        (key("default"), "already been taken"),
        (key("Default"), "already been taken"),
    ];
    refuses(&client, "clusterQueueCreate", cases).await;
    // Another cluster may have a queue of that key.
    let apple = cluster(&client, "Apple").await;
    new_queue(&client, &apple, "default", json!({})).await;
    let web = pipeline(&client, "web").await;
    let default = queue(&client, "linux-large").await;
    let mut with_key = input.clone();
    with_key["key"] = json!("new");
    let (name, why) = ("clusterQueueCreate", "No cluster found");
    refuses_ids(
        &client,
        name,
        with_key.clone(),
        "clusterId",
        why,
        [&web, &default],
    )
    .await;
    let why = "No organization found";
    refuses_ids(
        &client,
        name,
        with_key,
        "organizationId",
        why,
        [&web, &owner],
    )
    .await;
    for name in [
        "clusterQueueUpdate",
        "clusterQueueDelete",
        "clusterQueuePauseDispatch",
        "clusterQueueResumeDispatch",
    ] {
        let dispatch = name.ends_with("Dispatch");
        let input = if dispatch {
            json!({})
        } else {
            json!({ "organizationId": acme })
        };
        refuses_ids(&client, name, input, "id", "No queue found", [&web, &owner]).await;
    }
    let input = json!({ "id": default, "organizationId": acme });
    refuses(&client, "clusterQueueDelete", [(input, "12 agents listen")]).await;
}
