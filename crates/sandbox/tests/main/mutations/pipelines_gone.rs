//! Pipelines that are archived or taken away.

use serde_json::{Value, json};

use super::pipelines::{PIPELINE, ROWS, read, update};
use super::{
    advance, drain, id, is_gone, mutate, new_build, new_pipeline, node, pipeline, refuses,
};
use crate::support::{Client, nodes};

/// How many pipelines, builds and jobs there are.
async fn totals(client: &Client) -> [u64; 3] {
    let query = "{ organization(slug: \"acme-inc\") { jobs { count }
        pipelines(first: 100) { count edges { node { builds { count } } } } } }";
    let data = client.data(query).await;
    let data = &data["organization"];
    let builds = nodes(&data["pipelines"]).into_iter();
    let builds = builds
        .map(|it| it["builds"]["count"].as_u64().unwrap())
        .sum();
    let count = |field: &str| data[field]["count"].as_u64().unwrap();
    [count("pipelines"), builds, count("jobs")]
}

#[tokio::test]
async fn an_archived_pipeline_makes_no_builds() {
    let client = Client::start().await;
    let docs = pipeline(&client, "docs").await;
    let before = read(&client, &docs).await;
    let selection = format!("clientMutationId pipeline {{ {PIPELINE} }}");
    let input = json!({ "id": docs, "clientMutationId": "a" });
    let payload = mutate(&client, "pipelineArchive", input.clone(), &selection).await;
    assert_eq!(payload["clientMutationId"], "a");
    let mut expected = before.clone();
    expected["archived"] = json!(true);
    expected["archivedAt"] = json!("2026-11-20T12:00:00Z");
    expected["archivedBy"] = json!({ "name": "Ada Okafor" });
    assert_eq!(payload["pipeline"], expected);
    assert_eq!(read(&client, &docs).await, expected);
    assert!(drain(&client, ROWS).await.contains(&docs));
    refuses(
        &client,
        "pipelineArchive",
        [(input.clone(), "archived already")],
    )
    .await;
    let build = [(json!({ "pipelineID": docs }), "archived")];
    refuses(&client, "buildCreate", build).await;
    let rebuild = id(&client, "build(slug: \"acme-inc/docs/1\")").await;
    refuses(
        &client,
        "buildRebuild",
        [(json!({ "id": rebuild }), "archived")],
    )
    .await;
    let payload = mutate(&client, "pipelineUnarchive", input.clone(), &selection).await;
    assert_eq!(payload["clientMutationId"], "a");
    assert_eq!(payload["pipeline"], before);
    refuses(&client, "pipelineUnarchive", [(input, "not archived")]).await;
    new_build(&client, &docs, json!({})).await;
    // The same, as a change among others.
    let archived = update(&client, &docs, json!({ "archived": true })).await;
    assert_eq!(archived["archivedBy"]["name"], "Ada Okafor");
    advance(&client, 60);
    assert_eq!(
        update(&client, &docs, json!({ "archived": true })).await,
        archived
    );
    assert_eq!(
        update(&client, &docs, json!({ "archived": false })).await["archived"],
        false
    );
}

#[tokio::test]
async fn a_deleted_pipeline_is_nowhere() {
    let client = Client::start().await;
    let api = pipeline(&client, "api").await;
    new_build(&client, &api, json!({})).await;
    let before = totals(&client).await;
    let own = "builds(first: 500) { count } jobs { count } schedules { edges { node { id } } }
        teams { edges { node { id } } }";
    let own = node(&client, &api, "Pipeline", own).await;
    let query = "{ build(slug: \"acme-inc/api/184\") { id jobs(first: 1) { edges { node {
        ... on JobTypeCommand { id events(first: 1) { edges { node { id } } } } } } } } }";
    let build = client.data(query).await["build"].clone();
    let job = nodes(&build["jobs"])[0];
    let others = drain(&client, ROWS).await;
    let input = json!({ "id": api, "clientMutationId": "d" });
    let selection = "clientMutationId deletedPipelineID organization { slug pipelines { count } }";
    let payload = mutate(&client, "pipelineDelete", input.clone(), selection).await;
    let expected = json!({ "clientMutationId": "d", "deletedPipelineID": api,
        "organization": { "slug": "acme-inc", "pipelines": { "count": before[0] - 1 } } });
    assert_eq!(payload, expected);
    let ids = nodes(&own["teams"])
        .into_iter()
        .chain(nodes(&own["schedules"]));
    let ids = ids.chain(nodes(&job["events"])).chain([&build, job]);
    for gone in ids {
        is_gone(&client, &gone["id"]).await;
    }
    is_gone(&client, &api).await;
    let query =
        "{ pipeline(slug: \"acme-inc/api\") { id } build(slug: \"acme-inc/api/184\") { id } }";
    assert_eq!(
        client.data(query).await,
        json!({ "pipeline": null, "build": null })
    );
    let rest: Vec<Value> = others.into_iter().filter(|id| *id != api).collect();
    assert_eq!(drain(&client, ROWS).await, rest);
    let count = |field: &str| own[field]["count"].as_u64().unwrap();
    let expected = [
        before[0] - 1,
        before[1] - count("builds"),
        before[2] - count("jobs"),
    ];
    assert_eq!(totals(&client).await, expected);
    // Nobody lists it: teams, people, agents, rules.
    let query = "{ organization(slug: \"acme-inc\") {
        teams(first: 50) { edges { node { pipelines(first: 50) { count edges { node { pipeline { id } } } } } } }
        members(first: 50) { edges { node { pipelines(first: 50) { edges { node { pipeline { id } } } } } } }
        agents(first: 100) { edges { node { job { ... on JobTypeCommand { pipeline { id } } }
            jobs(first: 5) { edges { node { ... on JobTypeCommand { pipeline { id } } } } } } } }
        rules(first: 50) { edges { node { source { ... on Pipeline { id } } target { ... on Pipeline { id } } } } }
    } viewer { builds(first: 100) { edges { node { pipeline { id } } } } } }";
    let data = client.data(query).await.to_string();
    assert!(!data.contains(api.as_str().unwrap()));
    for name in [
        "pipelineDelete",
        "pipelineArchive",
        "pipelineUnarchive",
        "pipelineUpdate",
    ] {
        refuses(&client, name, [(input.clone(), "No pipeline found")]).await;
    }
    refuses(
        &client,
        "buildCreate",
        [(json!({ "pipelineID": api }), "No pipeline found")],
    )
    .await;
    refuses(
        &client,
        "buildRebuild",
        [(json!({ "id": build["id"] }), "No build found")],
    )
    .await;
    // The name is free, for a pipeline that begins anew.
    let again = new_pipeline(&client, "API", "- wait", json!({})).await;
    assert_ne!(again, api);
    let again = read(&client, &again).await;
    assert_eq!(
        (&again["slug"], &again["nextBuildNumber"]),
        (&json!("api"), &json!(1))
    );
}
