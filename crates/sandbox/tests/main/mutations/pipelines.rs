//! Pipelines: made, changed, archived, taken away.

use serde_json::{Value, json};

use super::{
    acme, advance, build, cluster, drain, id, is_edge_of, mutate, new_build, new_pipeline, node,
    pipeline, queue, refuses, refuses_ids, with,
};
use crate::support::{Client, nodes};

pub(super) const PIPELINE: &str =
    "id uuid slug name description emoji color url archived archivedAt
    archivedBy { name } createdAt createdBy { name } defaultBranch favorite visibility
    nextBuildNumber allowRebuilds branchConfiguration cloneMirrorUrl
    cancelIntermediateBuilds cancelIntermediateBuildsBranchFilter
    skipIntermediateBuilds skipIntermediateBuildsBranchFilter
    defaultTimeoutInMinutes maximumTimeoutInMinutes cluster { id } organization { slug }
    pipelineTemplate { id } repository { url provider { name } } steps { yaml } tags { label }
    builds { count } jobs { count } schedules { count } teams { count }";
pub(super) const ROWS: &str = "organization(slug: \"acme-inc\") { rows: pipelines PAGE }";

pub(super) async fn read(client: &Client, id: &Value) -> Value {
    node(client, id, "Pipeline", PIPELINE).await
}

pub(super) async fn update(client: &Client, id: &Value, more: Value) -> Value {
    let input = with(json!({ "id": id, "clientMutationId": "u" }), more);
    let selection = format!("clientMutationId pipeline {{ {PIPELINE} }}");
    let mut payload = mutate(client, "pipelineUpdate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "u");
    let updated = payload["pipeline"].take();
    assert_eq!(read(client, id).await, updated);
    updated
}

async fn template(client: &Client) -> Value {
    let query = "{ organization(slug: \"acme-inc\") {
        pipelineTemplates(first: 1) { edges { node { id } } } } }";
    let data = client.data(query).await;
    nodes(&data["organization"]["pipelineTemplates"])[0]["id"].clone()
}

#[tokio::test]
async fn a_new_pipeline_is_seen_from_everywhere() {
    let client = Client::start().await;
    let before = drain(&client, ROWS).await;
    let [mobile, data] = ["mobile", "data"].map(|it| format!("team(slug: \"acme-inc/{it}\")"));
    let (mobile, data) = (id(&client, &mobile).await, id(&client, &data).await);
    let (apple, template) = (cluster(&client, "Apple").await, template(&client).await);
    let yaml = "steps:\n  - command: make\n";
    let input = json!({
        "clientMutationId": "c", "organizationId": acme(&client).await, "name": "Payments API: v2",
        "description": "Money", "emoji": ":moneybag:", "color": "#112233", "clusterId": apple,
        "repository": { "url": "https://gitlab.com/acme/pay.git" }, "steps": { "yaml": yaml },
        "defaultBranch": "trunk", "visibility": "PUBLIC", "nextBuildNumber": 41,
        "tags": [{ "label": "a" }, { "label": "b" }], "pipelineTemplateId": template,
        "allowRebuilds": false, "branchConfiguration": "main", "cloneMirrorUrl": "git://mirror",
        "cancelIntermediateBuilds": true, "cancelIntermediateBuildsBranchFilter": "!trunk",
        "skipIntermediateBuilds": true, "skipIntermediateBuildsBranchFilter": "x",
        "defaultTimeoutInMinutes": 10, "maximumTimeoutInMinutes": 20,
        "teams": [{ "id": mobile }, { "id": data, "accessLevel": "READ_ONLY" }],
    });
    let selection = format!(
        "clientMutationId organization {{ slug }} cluster {{ id }} pipelineTemplate {{ id }}
        pipeline {{ {PIPELINE} }} pipelineEdge {{ cursor node {{ id }} }}"
    );
    let payload = mutate(&client, "pipelineCreate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "c");
    assert_eq!(payload["organization"]["slug"], "acme-inc");
    assert_eq!(payload["cluster"]["id"], apple);
    assert_eq!(payload["pipelineTemplate"]["id"], template);
    let made = &payload["pipeline"];
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "slug": "payments-api-v2",
        "name": "Payments API: v2", "description": "Money", "emoji": ":moneybag:",
        "color": "#112233", "url": "https://buildkite.com/acme-inc/payments-api-v2",
        "archived": false, "archivedAt": null, "archivedBy": null,
        "createdAt": "2026-11-20T12:00:00Z", "createdBy": { "name": "Ada Okafor" },
        "defaultBranch": "trunk", "favorite": false, "visibility": "PUBLIC",
        "nextBuildNumber": 41, "allowRebuilds": false, "branchConfiguration": "main",
        "cloneMirrorUrl": "git://mirror", "cancelIntermediateBuilds": true,
        "cancelIntermediateBuildsBranchFilter": "!trunk", "skipIntermediateBuilds": true,
        "skipIntermediateBuildsBranchFilter": "x", "defaultTimeoutInMinutes": 10,
        "maximumTimeoutInMinutes": 20, "cluster": { "id": apple },
        "organization": { "slug": "acme-inc" }, "pipelineTemplate": { "id": template },
        "repository": { "url": "https://gitlab.com/acme/pay.git", "provider": { "name": "GitLab" } },
        "steps": { "yaml": yaml }, "tags": [{ "label": "a" }, { "label": "b" }],
        "builds": { "count": 0 }, "jobs": { "count": 0 }, "schedules": { "count": 0 },
        "teams": { "count": 2 },
    });
    assert_eq!(*made, expected);
    assert_eq!(payload["pipelineEdge"]["node"]["id"], made["id"]);
    is_edge_of(&client, &payload["pipelineEdge"], ROWS).await;
    let all = drain(&client, ROWS).await;
    assert_eq!(all[0], made["id"], "the newest first");
    assert_eq!(all[1..], before);
    assert_eq!(read(&client, &made["id"]).await, *made);
    assert_eq!(pipeline(&client, "payments-api-v2").await, made["id"]);
    assert_eq!(
        id(&client, &format!("pipeline(uuid: {})", made["uuid"])).await,
        made["id"]
    );
    let query = "query Q($cluster: ID) { organization(slug: \"acme-inc\") {
        found: pipelines(search: \"payments-API\", tags: [\"b\"], cluster: $cluster, team: \"data\",
            repository: { url: \"https://gitlab.com/acme/pay.git\" },
            createdAtFrom: \"2026-11-20T12:00:00Z\", archived: false, first: 5) {
                edges { node { id } } } } }";
    let found = client.data_with(query, json!({ "cluster": apple })).await;
    let found = nodes(&found["organization"]["found"]);
    assert_eq!(found, [&json!({ "id": made["id"] })]);
    let levels = "teams(first: 5, order: NAME) { edges { node { accessLevel createdAt
        createdBy { name } team { id } } } }";
    let levels = node(&client, &made["id"], "Pipeline", levels).await;
    let level = |team: &Value, level: &str| {
        json!({ "accessLevel": level, "createdAt": "2026-11-20T12:00:00Z",
            "createdBy": { "name": "Ada Okafor" }, "team": { "id": team } })
    };
    let expected = [
        level(&data, "READ_ONLY"),
        level(&mobile, "MANAGE_BUILD_AND_READ"),
    ];
    assert_eq!(nodes(&levels["teams"]), expected.iter().collect::<Vec<_>>());
    let pipelines = "pipelines(first: 1) { edges { node { pipeline { id } } } }";
    for team in [&mobile, &data] {
        let team = node(&client, team, "Team", pipelines).await;
        assert_eq!(nodes(&team["pipelines"])[0]["pipeline"]["id"], made["id"]);
    }
}

#[tokio::test]
async fn what_is_not_given_has_defaults() {
    let client = Client::start().await;
    let input = json!({ "organizationId": acme(&client).await, "name": "Plain",
        "repository": { "url": "git@example.org:x.git" } });
    let payload = mutate(
        &client,
        "pipelineCreate",
        input,
        &format!("pipeline {{ {PIPELINE} }}"),
    )
    .await;
    let made = &payload["pipeline"];
    assert_eq!(
        made["cluster"]["id"],
        cluster(&client, "Default cluster").await
    );
    assert_eq!(made["defaultBranch"], "main");
    assert_eq!(made["visibility"], "PRIVATE");
    assert_eq!(made["nextBuildNumber"], 1);
    assert_eq!(made["allowRebuilds"], true);
    assert_eq!(made["tags"], json!([]));
    assert_eq!(made["teams"]["count"], 0);
    for none in [
        "description",
        "emoji",
        "color",
        "pipelineTemplate",
        "defaultTimeoutInMinutes",
    ] {
        assert_eq!(made[none], Value::Null, "{none}");
    }
    let yaml = made["steps"]["yaml"].as_str().unwrap();
    assert!(yaml.contains("buildkite-agent pipeline upload"), "{yaml}");
    let first = new_build(&client, &made["id"], json!({})).await;
    advance(&client, 60);
    let first = build(&client, &first).await;
    assert_eq!(
        (&first["number"], &first["state"]),
        (&json!(1), &json!("PASSED"))
    );
}

#[tokio::test]
async fn null_clears_and_absent_keeps() {
    let client = Client::start().await;
    let web = pipeline(&client, "web").await;
    let before = read(&client, &web).await;
    // Whatever has a default in the schema is given if it is absent.
    let mut input = json!({ "allowRebuilds": false });
    let mut expected = before.clone();
    expected["allowRebuilds"] = json!(false);
    assert_eq!(update(&client, &web, input).await, expected);
    assert_eq!(update(&client, &web, json!({})).await, before);
    input = json!({
        "name": null, "description": null, "emoji": null, "color": null, "tags": null,
        "defaultBranch": null, "visibility": null, "clusterId": null, "steps": null,
        "repository": null, "archived": null, "nextBuildNumber": null,
        "branchConfiguration": null, "defaultTimeoutInMinutes": null,
        "maximumTimeoutInMinutes": null, "cancelIntermediateBuilds": null,
        "cancelIntermediateBuildsBranchFilter": null,
        "skipIntermediateBuildsBranchFilter": null, "pipelineTemplateId": null,
    });
    for cleared in [
        "description",
        "emoji",
        "color",
        "defaultTimeoutInMinutes",
        "maximumTimeoutInMinutes",
        "cancelIntermediateBuildsBranchFilter",
        "skipIntermediateBuildsBranchFilter",
    ] {
        assert_ne!(expected[cleared], Value::Null, "{cleared}");
        expected[cleared] = Value::Null;
    }
    expected["tags"] = json!([]);
    expected["allowRebuilds"] = json!(true);
    assert_eq!(update(&client, &web, input).await, expected);
    let (apple, template) = (cluster(&client, "Apple").await, template(&client).await);
    let yaml = "- wait";
    let changed = update(
        &client,
        &web,
        json!({
            "description": "Shop", "defaultBranch": "trunk", "visibility": "PUBLIC",
            "clusterId": apple, "steps": { "yaml": yaml }, "tags": [{ "label": "x" }],
            "repository": { "url": "https://bitbucket.org/a/b" }, "nextBuildNumber": 300,
            "defaultTimeoutInMinutes": 1, "pipelineTemplateId": template,
        }),
    )
    .await;
    for (field, value) in [
        ("description", json!("Shop")),
        ("defaultBranch", json!("trunk")),
        ("visibility", json!("PUBLIC")),
        ("cluster", json!({ "id": apple })),
        ("steps", json!({ "yaml": yaml })),
        ("tags", json!([{ "label": "x" }])),
        (
            "repository",
            json!({ "url": "https://bitbucket.org/a/b", "provider": { "name": "Bitbucket" } }),
        ),
        ("nextBuildNumber", json!(300)),
        ("defaultTimeoutInMinutes", json!(1)),
        ("pipelineTemplate", json!({ "id": template })),
    ] {
        expected[field] = value;
    }
    assert_eq!(changed, expected);
}

#[tokio::test]
async fn a_new_name_brings_a_new_slug() {
    let client = Client::start().await;
    let web = pipeline(&client, "web").await;
    let old = id(&client, "build(slug: \"acme-inc/web/100\")").await;
    let next = read(&client, &web).await["nextBuildNumber"].clone();
    let renamed = update(&client, &web, json!({ "name": "Shop Front" })).await;
    assert_eq!(renamed["slug"], "shop-front");
    assert_eq!(renamed["url"], "https://buildkite.com/acme-inc/shop-front");
    assert_eq!(pipeline(&client, "shop-front").await, web);
    let gone =
        "{ pipeline(slug: \"acme-inc/web\") { id } build(slug: \"acme-inc/web/100\") { id } }";
    assert_eq!(
        client.data(gone).await,
        json!({ "pipeline": null, "build": null })
    );
    assert_eq!(
        id(&client, "build(slug: \"acme-inc/shop-front/100\")").await,
        old
    );
    let url = node(&client, &old, "Build", "url").await;
    assert_eq!(
        url["url"],
        "https://buildkite.com/acme-inc/shop-front/builds/100"
    );
    let made = new_build(&client, &web, json!({})).await;
    assert_eq!(build(&client, &made).await["number"], next);
    // The old name is free; its own name is not taken for the pipeline itself.
    let other = new_pipeline(&client, "Web", "- wait", json!({})).await;
    assert_eq!(pipeline(&client, "web").await, other);
    update(&client, &web, json!({ "name": "shop FRONT" })).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let (acme, web) = (acme(&client).await, pipeline(&client, "web").await);
    let team = id(&client, "team(slug: \"acme-inc/web\")").await;
    let macos = queue(&client, "macos").await;
    let given = [
        (json!({ "name": "" }), "Name can't be blank"),
        (json!({ "name": "!?" }), "Name can't be blank"),
        (json!({ "name": "API" }), "already been taken"),
        (json!({ "name": "  Mobile: iOS!" }), "already been taken"),
        (
            json!({ "repository": { "url": " " } }),
            "Repository can't be blank",
        ),
        (
            json!({ "steps": { "yaml": "steps: [" } }),
            "Steps are not valid",
        ),
        (json!({ "steps": { "yaml": "" } }), "Steps are not valid"),
        (
            json!({ "steps": { "yaml": "steps:\n  - 1" } }),
            "Steps are not valid",
        ),
        (
            json!({ "steps": { "yaml": "- command: x\n  parallelism: 0" } }),
            "`parallelism`",
        ),
        (json!({ "clusterId": "nope" }), "No cluster found"),
        (json!({ "clusterId": macos }), "No cluster found"),
        (json!({ "pipelineTemplateId": web }), "No template found"),
        (
            json!({ "nextBuildNumber": 0 }),
            "`nextBuildNumber` must be from",
        ),
        (
            json!({ "nextBuildNumber": -1 }),
            "`nextBuildNumber` must be from",
        ),
        (
            json!({ "defaultTimeoutInMinutes": 0 }),
            "`defaultTimeoutInMinutes` must be above 0",
        ),
        (
            json!({ "maximumTimeoutInMinutes": -5 }),
            "`maximumTimeoutInMinutes` must be above 0",
        ),
    ];
    for (more, why) in given {
        let input = with(
            json!({ "name": "New", "organizationId": acme, "repository": { "url": "x" } }),
            more.clone(),
        );
        refuses(&client, "pipelineCreate", [(input, why)]).await;
        let input = with(json!({ "id": web, "description": "Other" }), more.clone());
        refuses(&client, "pipelineUpdate", [(input, why)]).await;
    }
    let input = json!({ "id": web, "nextBuildNumber": 268 });
    refuses(&client, "pipelineUpdate", [(input, "must be from 269")]).await;
    let with = |teams: Value| json!({ "name": "New", "organizationId": acme, "repository": { "url": "x" }, "teams": teams });
    let cases = [
        (with(json!([{ "id": web }])), "No team found"),
        (
            with(json!([{ "id": team }, { "id": "nope" }])),
            "No team found",
        ),
        (
            with(json!([{ "id": team }, { "id": team }])),
            "already been added",
        ),
    ];
    refuses(&client, "pipelineCreate", cases).await;
    let input = json!({ "name": "New", "repository": { "url": "x" } });
    let (name, why) = ("pipelineCreate", "No organization found");
    refuses_ids(&client, name, input, "organizationId", why, [&web, &team]).await;
    for name in [
        "pipelineUpdate",
        "pipelineArchive",
        "pipelineUnarchive",
        "pipelineDelete",
    ] {
        refuses_ids(
            &client,
            name,
            json!({}),
            "id",
            "No pipeline found",
            [&acme, &team],
        )
        .await;
    }
}
