//! `buildCreate`, and the mutations that are not simulated.

use serde_json::{Value, json};

use crate::support::{Client, messages, nodes};

const CREATE: &str = "mutation Create($input: BuildCreateInput!) {
    buildCreate(input: $input) {
        clientMutationId
        build {
            id uuid number state branch commit message env createdAt startedAt url
            createdBy { __typename ... on User { name } ... on UnregisteredUser { author: name address: email } }
            source { name }
            metaData(first: 10) { count edges { node { key value } } }
            jobs { count edges { node { ... on JobTypeCommand { state agent { id } } } } }
        }
    }
}";

const PIPELINE: &str = "{ pipeline(slug: \"acme-inc/web\") {
    id nextBuildNumber
    builds(first: 2) { count edges { cursor node { id number createdAt } } pageInfo { endCursor } }
} }";

#[tokio::test]
async fn a_created_build_is_seen_from_everywhere() {
    let client = Client::start().await;
    let before = client.data(PIPELINE).await["pipeline"].clone();
    assert_eq!(before["nextBuildNumber"], 269);
    let jobs = "{ organization(slug: \"acme-inc\") { jobs { count } } }";
    let jobs_before = client.data(jobs).await["organization"]["jobs"]["count"].as_u64();
    let input = json!({
        "pipelineID": before["id"],
        "branch": "feature/x",
        "commit": "0123456789012345678901234567890123456789",
        "message": "Try it",
        "env": ["A=1"],
        "metaData": [{ "key": "b", "value": "2" }, { "key": "a", "value": "1" }, { "key": "b", "value": "3" }],
        "clientMutationId": "mine-1",
    });
    let created = client.data_with(CREATE, json!({ "input": input })).await;
    let payload = &created["buildCreate"];
    assert_eq!(payload["clientMutationId"], "mine-1");
    let build = &payload["build"];
    insta::assert_json_snapshot!(build);

    let id = json!({ "id": build["id"] });
    let by_id = "query Q($id: ID!) { node(id: $id) { ... on Build { number message } } }";
    assert_eq!(
        client.data_with(by_id, id).await["node"]["message"],
        "Try it"
    );
    let by_slug = "{ build(slug: \"acme-inc/web/269\") { id pipeline { slug } } }";
    assert_eq!(client.data(by_slug).await["build"]["id"], build["id"]);
    let by_uuid = "query Q($u: ID!) { build(uuid: $u) { id } }";
    let found = client
        .data_with(by_uuid, json!({ "u": build["uuid"] }))
        .await;
    assert_eq!(found["build"]["id"], build["id"]);

    let after = client.data(PIPELINE).await["pipeline"].clone();
    assert_eq!(after["nextBuildNumber"], 270);
    assert_eq!(after["builds"]["count"], 269);
    let rows = nodes(&after["builds"]);
    assert_eq!(rows[0]["id"], build["id"]);
    assert!(rows[0]["createdAt"].as_str() > rows[1]["createdAt"].as_str());
    // The cursors of other builds have not moved.
    let old = &before["builds"]["edges"][0];
    assert_eq!(after["builds"]["edges"][1]["cursor"], old["cursor"]);
    let jobs_after = client.data(jobs).await["organization"]["jobs"]["count"].as_u64();
    let its_jobs = build["jobs"]["count"].as_u64();
    assert_eq!(jobs_after, Some(jobs_before.unwrap() + its_jobs.unwrap()));

    let filtered = "{ pipeline(slug: \"acme-inc/web\") {
        builds(branch: [\"feature/x\"], metaData: [\"a:1\"]) { count } } }";
    assert_eq!(
        client.data(filtered).await["pipeline"]["builds"]["count"],
        1
    );
    let mine = "{ viewer { builds(first: 1) { edges { node { id } } } } }";
    let mine = client.data(mine).await["viewer"]["builds"].clone();
    assert_eq!(nodes(&mine)[0]["id"], build["id"]);
}

#[tokio::test]
async fn what_is_not_given_has_defaults() {
    let client = Client::start().await;
    let id = client.data(PIPELINE).await["pipeline"]["id"].clone();
    let author = json!({ "name": "Sam", "email": "sam@example.com" });
    let input = json!({ "pipelineID": id, "author": author });
    let created = client.data_with(CREATE, json!({ "input": input })).await;
    let payload = &created["buildCreate"];
    assert_eq!(payload["clientMutationId"], Value::Null);
    let build = &payload["build"];
    assert_eq!(build["branch"], "main");
    assert_eq!(build["commit"], "HEAD");
    assert_eq!(build["message"], Value::Null);
    assert_eq!(build["state"], "SCHEDULED");
    assert_eq!(build["createdBy"]["__typename"], "UnregisteredUser");
    assert_eq!(build["createdBy"]["address"], "sam@example.com");
}

#[tokio::test]
async fn several_in_one_document_run_in_order() {
    let client = Client::start().await;
    let id = client.data(PIPELINE).await["pipeline"]["id"].clone();
    let query = "mutation M($id: ID!) {
        a: buildCreate(input: { pipelineID: $id }) { build { number createdAt } }
        b: buildCreate(input: { pipelineID: $id }) { build { number createdAt } }
    }";
    let data = client.data_with(query, json!({ "id": id })).await;
    assert_eq!(data["a"]["build"]["number"], 269);
    assert_eq!(data["b"]["build"]["number"], 270);
    assert_eq!(
        data["a"]["build"]["createdAt"],
        data["b"]["build"]["createdAt"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn builds_created_at_the_same_time_get_different_numbers() {
    let client = Client::start().await;
    let id = client.data(PIPELINE).await["pipeline"]["id"].clone();
    let body = json!({ "query": CREATE, "variables": { "input": { "pipelineID": id } } });
    let requests: Vec<_> = (0..24)
        .map(|_| tokio::spawn(client.post().json(&body).send()))
        .collect();
    let mut numbers = Vec::new();
    for request in requests {
        let answer: Value = request.await.unwrap().unwrap().json().await.unwrap();
        numbers.push(
            answer["data"]["buildCreate"]["build"]["number"]
                .as_u64()
                .unwrap(),
        );
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (269..269 + 24).collect::<Vec<_>>());
}

#[tokio::test]
async fn ids_that_are_no_pipeline_are_refused() {
    let client = Client::start().await;
    let data = client
        .data("{ organization(slug: \"acme-inc\") { id } build(slug: \"acme-inc/web/1\") { id } }")
        .await;
    for id in [
        &data["organization"]["id"],
        &data["build"]["id"],
        &json!("nope"),
    ] {
        let input = json!({ "input": { "pipelineID": id } });
        let answer = client.answer(CREATE, input).await;
        assert_eq!(messages(&answer), ["No pipeline found"]);
        assert_eq!(answer["data"], json!({ "buildCreate": null }));
        assert_eq!(answer["errors"][0]["path"], json!(["buildCreate"]));
    }
    let archived = "{ pipeline(slug: \"acme-inc/legacy-monolith\") { id } }";
    let id = client.data(archived).await["pipeline"]["id"].clone();
    let input = json!({ "input": { "pipelineID": id } });
    assert!(client.errors(CREATE, input).await[0].contains("archived"));
    assert!(client.errors(CREATE, json!({ "input": {} })).await[0].contains("pipelineID"));
}

#[tokio::test]
async fn other_mutations_say_that_they_are_not_simulated() {
    let client = Client::start().await;
    let query = "mutation M { totpDelete(input: { id: \"x\" }) { clientMutationId } }";
    let answer = client.answer(query, json!({})).await;
    let message = &messages(&answer)[0];
    assert!(
        message.contains("`totpDelete`") && message.contains("not simulate"),
        "{message}"
    );
    assert_eq!(answer["errors"][0]["path"], json!(["totpDelete"]));
    assert_eq!(answer["data"], json!({ "totpDelete": null }));
}
