//! Builds: canceled, repeated, their failed jobs run again.

use std::time::Duration;

use serde_json::{Value, json};

use super::{mutate, refusal};
use crate::support::{Client, nodes};

const BUILD: &str = "query Build($slug: ID!) { build(slug: $slug) {
    id state branch commit message env canceledAt canceledBy { name } finishedAt
    rebuiltFrom { number } createdBy { ... on User { name } }
    jobs(first: 100) { edges { node { __typename
        ... on JobTypeCommand { id state passed retried retriedBy { name } retrySource { ... on JobTypeCommand { id } } }
    } } }
} }";

async fn build(client: &Client, slug: &str) -> Value {
    let data = client.data_with(BUILD, json!({ "slug": slug })).await;
    data["build"].clone()
}

/// The slug of the newest build of a pipeline that is in a state.
async fn newest(client: &Client, pipeline: &str, state: &str) -> String {
    let query = "query Q($slug: ID!, $state: [BuildStates!]) { pipeline(slug: $slug) {
        builds(first: 1, state: $state) { edges { node { number } } } } }";
    let slug = format!("acme-inc/{pipeline}");
    let variables = json!({ "slug": slug, "state": state });
    let data = client.data_with(query, variables).await;
    let number = &nodes(&data["pipeline"]["builds"])[0]["number"];
    format!("{slug}/{number}")
}

async fn count(client: &Client, pipeline: &str, state: &str) -> u64 {
    let query = "query Q($slug: ID!, $state: [BuildStates!]) { pipeline(slug: $slug) {
        builds(state: $state) { count } } }";
    let slug = format!("acme-inc/{pipeline}");
    let variables = json!({ "slug": slug, "state": state });
    let data = client.data_with(query, variables).await;
    data["pipeline"]["builds"]["count"].as_u64().unwrap()
}

#[tokio::test]
async fn a_running_build_is_canceled_and_its_jobs_end() {
    let client = Client::start().await;
    let slug = newest(&client, "web", "RUNNING").await;
    let before = build(&client, &slug).await;
    let running_before = count(&client, "web", "RUNNING").await;
    let input = json!({ "id": before["id"], "clientMutationId": "c-1" });
    let selection = "clientMutationId build { id state canceledBy { name } }";
    let payload = mutate(&client, "buildCancel", input, selection).await;
    assert_eq!(payload["clientMutationId"], "c-1");
    assert_eq!(payload["build"]["id"], before["id"]);
    assert_eq!(payload["build"]["state"], "CANCELING");
    assert_eq!(payload["build"]["canceledBy"]["name"], "Ada Okafor");
    assert_eq!(count(&client, "web", "RUNNING").await, running_before - 1);
    assert_eq!(count(&client, "web", "CANCELING").await, 1);

    client.sandbox.advance(Duration::from_secs(30));
    let after = build(&client, &slug).await;
    assert_eq!(after["state"], "CANCELED");
    assert!(!after["finishedAt"].is_null());
    assert_eq!(count(&client, "web", "CANCELING").await, 0);
    for (old, new) in nodes(&before["jobs"]).iter().zip(nodes(&after["jobs"])) {
        assert_eq!(old["id"], new["id"]);
        let expected = match old["state"].as_str() {
            Some("FINISHED") => "FINISHED",
            _ => "CANCELED",
        };
        if new["__typename"] == "JobTypeCommand" {
            assert_eq!(new["state"], expected, "{old}");
        }
    }
    let agents = "{ organization(slug: \"acme-inc\") { agents(isRunningJob: true) { edges { node {
        job { ... on JobTypeCommand { state build { canceledAt } } } } } } } }";
    let agents = client.data(agents).await["organization"]["agents"].clone();
    for agent in nodes(&agents) {
        assert_ne!(agent["job"]["build"]["canceledAt"], after["canceledAt"]);
    }
}

#[tokio::test]
async fn what_is_done_cannot_be_canceled() {
    let client = Client::start().await;
    for state in ["PASSED", "FAILED", "CANCELED", "SKIPPED"] {
        let slug = newest(&client, "web", state).await;
        let id = build(&client, &slug).await["id"].clone();
        let message = refusal(&client, "buildCancel", json!({ "id": id })).await;
        assert!(message.contains(state), "{message}");
        assert_eq!(build(&client, &slug).await["state"], state);
    }
    let message = refusal(&client, "buildCancel", json!({ "id": "nope" })).await;
    assert_eq!(message, "No build found");
}

#[tokio::test]
async fn a_rebuild_repeats_a_build_and_goes_its_own_way() {
    let client = Client::start().await;
    let slug = newest(&client, "api", "FAILED").await;
    let first = build(&client, &slug).await;
    let selection = "build { id state } rebuild { id number state branch commit message
        rebuiltFrom { id } createdBy { ... on User { name } } }";
    let payload = mutate(
        &client,
        "buildRebuild",
        json!({ "id": first["id"] }),
        selection,
    )
    .await;
    assert_eq!(
        payload["build"],
        json!({ "id": first["id"], "state": "FAILED" })
    );
    let rebuild = &payload["rebuild"];
    assert_eq!(rebuild["state"], "SCHEDULED");
    assert_eq!(rebuild["rebuiltFrom"]["id"], first["id"]);
    assert_eq!(rebuild["createdBy"]["name"], "Ada Okafor");
    for same in ["branch", "commit", "message"] {
        assert_eq!(rebuild[same], first[same], "{same}");
    }
    client.sandbox.advance(Duration::from_secs(3_600));
    let slug = format!("acme-inc/api/{}", rebuild["number"]);
    assert_eq!(build(&client, &slug).await["state"], "PASSED");
    let running = newest(&client, "web", "RUNNING").await;
    let id = build(&client, &running).await["id"].clone();
    let message = refusal(&client, "buildRebuild", json!({ "id": id })).await;
    assert!(message.contains("RUNNING"), "{message}");
}

#[tokio::test]
async fn failed_jobs_run_again_and_the_build_passes() {
    let client = Client::start().await;
    let slug = newest(&client, "web", "FAILED").await;
    let before = build(&client, &slug).await;
    let selection = "retriedJobsCount build { id state }";
    let input = json!({ "id": before["id"] });
    let payload = mutate(&client, "buildRetryFailedJobs", input.clone(), selection).await;
    let retried = payload["retriedJobsCount"].as_u64().unwrap();
    assert!(retried > 0);
    assert_ne!(payload["build"]["state"], "FAILED");
    client.sandbox.advance(Duration::from_secs(7_200));
    let after = build(&client, &slug).await;
    assert_eq!(after["state"], "PASSED", "{after}");
    let (before, after) = (nodes(&before["jobs"]), nodes(&after["jobs"]));
    assert_eq!(
        after.len(),
        before.len() + usize::try_from(retried).unwrap()
    );
    for retry in &after[before.len()..] {
        let source = &retry["retrySource"]["id"];
        let source = after.iter().find(|job| job["id"] == *source).unwrap();
        assert_eq!(source["passed"], false);
        assert_eq!(source["retried"], true);
        assert_eq!(source["retriedBy"]["name"], "Ada Okafor");
        assert_eq!(retry["passed"], true);
    }
    // Nothing is left to run again.
    let payload = mutate(&client, "buildRetryFailedJobs", input, selection).await;
    assert_eq!(payload["retriedJobsCount"], 0);
}

#[tokio::test]
async fn only_the_states_that_are_named_run_again() {
    let client = Client::start().await;
    let slug = newest(&client, "web", "FAILED").await;
    let id = build(&client, &slug).await["id"].clone();
    let input = json!({ "id": id, "states": ["CANCELED", "EXPIRED"] });
    let payload = mutate(&client, "buildRetryFailedJobs", input, "retriedJobsCount").await;
    assert_eq!(payload["retriedJobsCount"], 0);
}
