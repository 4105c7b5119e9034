//! Jobs: canceled, run again, let through.

use std::time::Duration;

use serde_json::{Value, json};

use super::{mutate, refusal};
use crate::support::{Client, nodes};

const JOBS: &str = "query Jobs($slug: ID!) { build(slug: $slug) {
    id state metaData(first: 20) { edges { node { key value } } }
    jobs(first: 100) { edges { node { __typename
        ... on JobTypeCommand { id uuid state retried retriesCount retryType retriedBy { name }
            events(first: 50) { edges { node { type actor { type node { __typename } } } } } }
        ... on JobTypeBlock { id blockState: state isUnblockable unblockedAt unblockedBy { name } }
    } } }
} }";

async fn build(client: &Client, slug: &str) -> Value {
    let data = client.data_with(JOBS, json!({ "slug": slug })).await;
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

fn job<'j>(build: &'j Value, state: &str) -> &'j Value {
    let jobs = nodes(&build["jobs"]);
    let found = jobs.into_iter().find(|job| job["state"] == state);
    found.unwrap_or_else(|| panic!("no job is {state}: {build:#}"))
}

#[tokio::test]
async fn a_canceled_job_frees_its_agent_and_fails_the_build() {
    let client = Client::start().await;
    let slug = newest(&client, "web", "RUNNING").await;
    let before = build(&client, &slug).await;
    let running = job(&before, "RUNNING");
    let selection = "clientMutationId jobTypeCommand { id state agent { id } }";
    let input = json!({ "id": running["id"], "clientMutationId": "j" });
    let payload = mutate(&client, "jobTypeCommandCancel", input.clone(), selection).await;
    assert_eq!(payload["clientMutationId"], "j");
    assert_eq!(payload["jobTypeCommand"]["state"], "CANCELING");
    let agent = payload["jobTypeCommand"]["agent"]["id"].clone();
    client.sandbox.advance(Duration::from_secs(3_600));
    let after = build(&client, &slug).await;
    assert_eq!(after["state"], "FAILED");
    let canceled = nodes(&after["jobs"]);
    let canceled = canceled.iter().find(|job| job["id"] == running["id"]);
    let canceled = canceled.unwrap();
    assert_eq!(canceled["state"], "CANCELED");
    let events = nodes(&canceled["events"]);
    let event = events.iter().find(|event| event["type"] == "CANCELED");
    assert_eq!(event.unwrap()["actor"]["type"], "USER");
    assert!(!event.unwrap()["actor"]["node"].is_null());
    let query = "query Q($id: ID!) { node(id: $id) { ... on Agent { isRunningJob job { ... on JobTypeCommand { id } } } } }";
    let agent = client.data_with(query, json!({ "id": agent })).await;
    assert_ne!(agent["node"]["job"]["id"], running["id"]);
    let message = refusal(&client, "jobTypeCommandCancel", input).await;
    assert!(message.contains("CANCELED"), "{message}");
}

#[tokio::test]
async fn a_job_is_run_again_once() {
    let client = Client::start().await;
    let slug = newest(&client, "api", "FAILED").await;
    let before = build(&client, &slug).await;
    let jobs = nodes(&before["jobs"]);
    let done = |job: &&&Value| job["state"] == "FINISHED" && job["retried"] == false;
    let first = jobs.iter().find(done).unwrap();
    let selection = "jobTypeCommand { id retried retryType retriedBy { name } }
        retriedInJobTypeCommand { id state retriesCount retrySource { ... on JobTypeCommand { id } } }";
    let input = json!({ "id": first["id"] });
    let payload = mutate(&client, "jobTypeCommandRetry", input.clone(), selection).await;
    let (job, retry) = (
        &payload["jobTypeCommand"],
        &payload["retriedInJobTypeCommand"],
    );
    assert_eq!(job["id"], first["id"]);
    assert_eq!(job["retried"], true);
    assert_eq!(job["retryType"], "MANUAL");
    assert_eq!(job["retriedBy"]["name"], "Ada Okafor");
    assert_eq!(retry["state"], "SCHEDULED");
    assert_eq!(retry["retriesCount"], 1);
    assert_eq!(retry["retrySource"]["id"], first["id"]);
    let message = refusal(&client, "jobTypeCommandRetry", input).await;
    assert!(message.contains("already"), "{message}");
    let again = json!({ "id": retry["id"] });
    let message = refusal(&client, "jobTypeCommandRetry", again.clone()).await;
    assert!(message.contains("SCHEDULED"), "{message}");
    client.sandbox.advance(Duration::from_secs(3_600));
    let payload = mutate(&client, "jobTypeCommandRetry", again, selection).await;
    assert_eq!(payload["retriedInJobTypeCommand"]["retriesCount"], 2);
    assert_eq!(build(&client, &slug).await["state"], "FAILING");
}

#[tokio::test]
async fn a_blocked_build_goes_on_when_it_is_let_through() {
    let client = Client::start().await;
    let slug = newest(&client, "infrastructure", "BLOCKED").await;
    let before = build(&client, &slug).await;
    let blocks = nodes(&before["jobs"]);
    let block = blocks.iter().find(|job| job["isUnblockable"] == true);
    let id = block.unwrap()["id"].clone();
    let wrong = json!({ "id": id, "fields": "[]" });
    let message = refusal(&client, "jobTypeBlockUnblock", wrong).await;
    assert!(message.contains("`fields`"), "{message}");
    let fields = json!({ "ticket": "OPS-1", "environment": "staging" });
    let input = json!({ "id": id, "fields": fields });
    let selection = "jobTypeBlock { id state isUnblockable unblockedBy { name } unblockedAt }";
    let payload = mutate(&client, "jobTypeBlockUnblock", input.clone(), selection).await;
    let block = &payload["jobTypeBlock"];
    assert_eq!(block["state"], "UNBLOCKED");
    assert_eq!(block["isUnblockable"], false);
    assert_eq!(block["unblockedBy"]["name"], "Ada Okafor");
    let on = build(&client, &slug).await;
    assert!(
        ["SCHEDULED", "RUNNING"].contains(&on["state"].as_str().unwrap()),
        "{on}"
    );
    let value = |key: &str| {
        let pairs = nodes(&on["metaData"]);
        let pair = pairs.into_iter().find(|pair| pair["key"] == key);
        pair.map(|pair| pair["value"].clone())
    };
    assert_eq!(value("ticket"), Some("OPS-1".into()));
    assert_eq!(value("environment"), Some("staging".into()));
    let message = refusal(&client, "jobTypeBlockUnblock", input).await;
    assert!(message.contains("UNBLOCKED"), "{message}");
    client.sandbox.advance(Duration::from_secs(7_200));
    assert_eq!(build(&client, &slug).await["state"], "PASSED");
}

#[tokio::test]
async fn ids_of_other_things_are_no_jobs() {
    let client = Client::start().await;
    let slug = newest(&client, "infrastructure", "BLOCKED").await;
    let build = build(&client, &slug).await;
    let blocks = nodes(&build["jobs"]);
    let block = blocks
        .iter()
        .find(|job| job["__typename"] == "JobTypeBlock");
    let ids = [&build["id"], &block.unwrap()["id"], &json!("nope")];
    for name in ["jobTypeCommandCancel", "jobTypeCommandRetry"] {
        for id in ids {
            let message = refusal(&client, name, json!({ "id": id })).await;
            assert_eq!(message, "No job found");
        }
    }
}
