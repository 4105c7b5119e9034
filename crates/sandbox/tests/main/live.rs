//! Builds that were created move on as time passes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, nodes};

const BUILD: &str = "query Build($slug: ID!) { build(slug: $slug) {
    id state createdAt startedAt finishedAt failingAt blockedState
    jobs(first: 100) { count edges { node {
        __typename
        ... on JobTypeCommand {
            id state passed exitStatus runnableAt startedAt finishedAt
            step { key }
            agent { id name isRunningJob job { ... on JobTypeCommand { id } } }
        }
        ... on JobTypeWait { waitState: state }
        ... on JobTypeBlock { blockState: state isUnblockable }
        ... on JobTypeTrigger { triggerState: state triggered { id number state source { name }
            message triggeredFrom { build { id } triggered { id } } } }
    } } }
} }";

async fn create(client: &Client, pipeline: &str, env: &[&str]) -> String {
    let query = "query Pipeline($slug: ID!) { pipeline(slug: $slug) { id } }";
    let slug = format!("acme-inc/{pipeline}");
    let data = client.data_with(query, json!({ "slug": slug })).await;
    let input = json!({ "pipelineID": data["pipeline"]["id"], "env": env });
    let query = "mutation Create($input: BuildCreateInput!) {
        buildCreate(input: $input) { build { number state } } }";
    let data = client.data_with(query, json!({ "input": input })).await;
    let build = &data["buildCreate"]["build"];
    assert_eq!(build["state"], "SCHEDULED");
    format!("{slug}/{}", build["number"])
}

async fn build(client: &Client, slug: &str) -> Value {
    let data = client.data_with(BUILD, json!({ "slug": slug })).await;
    data["build"].clone()
}

/// The states that a build shows until it stays as it is.
async fn states(client: &Client, slug: &str) -> Vec<String> {
    let mut states: Vec<String> = Vec::new();
    for _ in 0..3_600 / 5 {
        let build = build(client, slug).await;
        let state = build["state"].as_str().unwrap();
        if states.last().is_none_or(|last| last != state) {
            states.push(state.to_owned());
        }
        check(&build);
        client.sandbox.advance(Duration::from_secs(5));
    }
    states
}

/// What is true of a build at any time.
fn check(build: &Value) {
    let mut busy = Vec::new();
    for job in nodes(&build["jobs"]) {
        if job["__typename"] != "JobTypeCommand" {
            continue;
        }
        let is_running = job["state"] == "RUNNING";
        assert_eq!(job["startedAt"].is_null(), job["agent"].is_null(), "{job}");
        assert_eq!(job["finishedAt"].is_null(), job["exitStatus"].is_null());
        if is_running {
            assert_eq!(job["agent"]["job"]["id"], job["id"], "{job}");
            assert_eq!(job["agent"]["isRunningJob"], true);
            busy.push(job["agent"]["id"].as_str().unwrap());
        }
        let times = ["runnableAt", "startedAt", "finishedAt"];
        let times: Vec<_> = times.iter().filter_map(|time| job[time].as_str()).collect();
        assert!(times.is_sorted(), "{job}");
    }
    let all = busy.len();
    busy.sort_unstable();
    busy.dedup();
    assert_eq!(busy.len(), all, "an agent has two jobs");
}

#[tokio::test]
async fn a_build_passes_through_its_states() {
    let client = Client::start().await;
    let slug = create(&client, "web", &[]).await;
    assert_eq!(
        states(&client, &slug).await,
        ["SCHEDULED", "RUNNING", "PASSED"]
    );
    let done = build(&client, &slug).await;
    for job in nodes(&done["jobs"]) {
        match job["__typename"].as_str() {
            Some("JobTypeCommand") => assert_eq!(job["passed"], true, "{job}"),
            Some("JobTypeTrigger") => assert_eq!(job["triggerState"], "FINISHED", "{job}"),
            _ => assert_eq!(job["waitState"], "FINISHED", "{job}"),
        }
    }
    assert!(done["startedAt"].as_str() < done["finishedAt"].as_str());
}

#[tokio::test]
async fn a_trigger_step_makes_a_build_of_another_pipeline() {
    let client = Client::start().await;
    let query = "{ pipeline(slug: \"acme-inc/deploy\") { nextBuildNumber } }";
    let next = client.data(query).await["pipeline"]["nextBuildNumber"].clone();
    let slug = create(&client, "web", &[]).await;
    client.sandbox.advance(Duration::from_secs(3_600));
    let done = build(&client, &slug).await;
    let jobs = nodes(&done["jobs"]);
    let made = &jobs.last().unwrap()["triggered"];
    assert_eq!(made["number"], next);
    assert_eq!(made["source"]["name"], "Trigger Job");
    assert_eq!(made["triggeredFrom"]["build"]["id"], done["id"]);
    assert_eq!(made["triggeredFrom"]["triggered"]["id"], made["id"]);
    // It goes on until somebody has to let it through.
    assert_eq!(made["state"], "BLOCKED");
    // Only builds of the default branch have the step.
    let query = "mutation Create($input: BuildCreateInput!) { buildCreate(input: $input) {
        build { jobs(type: [TRIGGER]) { count } } } }";
    let pipeline = client
        .data("{ pipeline(slug: \"acme-inc/web\") { id } }")
        .await;
    let id = &pipeline["pipeline"]["id"];
    for (branch, jobs) in [("topic", 0), ("main", 1)] {
        let input = json!({ "pipelineID": id, "branch": branch });
        let data = client.data_with(query, json!({ "input": input })).await;
        assert_eq!(data["buildCreate"]["build"]["jobs"]["count"], jobs);
    }
}

#[tokio::test]
async fn a_step_can_be_made_to_fail() {
    let client = Client::start().await;
    let slug = create(&client, "web", &["SANDBOX_FAILS_AT=unit"]).await;
    let seen = states(&client, &slug).await;
    assert_eq!(seen.first().map(String::as_str), Some("SCHEDULED"));
    assert_eq!(seen.last().map(String::as_str), Some("FAILED"), "{seen:?}");
    let done = build(&client, &slug).await;
    for job in nodes(&done["jobs"]) {
        let state = job["state"].as_str();
        match job["step"]["key"].as_str() {
            Some("upload" | "lint") => assert_eq!(job["passed"], true),
            Some("unit") => assert_eq!(job["exitStatus"], "1"),
            Some(_) => assert_eq!(state, Some("BROKEN")),
            None if job["__typename"] == "JobTypeTrigger" => {
                assert_eq!(job["triggerState"], "BROKEN");
                assert_eq!(job["triggered"], Value::Null);
            }
            None => assert_eq!(job["waitState"], "WAITING_FAILED"),
        }
    }
}

#[tokio::test]
async fn a_build_stops_at_a_block_step() {
    let client = Client::start().await;
    let slug = create(&client, "infrastructure", &[]).await;
    assert_eq!(
        states(&client, &slug).await,
        ["SCHEDULED", "RUNNING", "BLOCKED"]
    );
    let blocked = build(&client, &slug).await;
    let jobs = nodes(&blocked["jobs"]);
    let block = jobs.iter().find(|job| job["__typename"] == "JobTypeBlock");
    assert_eq!(block.unwrap()["isUnblockable"], true);
    assert_eq!(jobs.last().unwrap()["state"], "WAITING");
}

#[tokio::test]
async fn builds_share_the_agents_that_there_are() {
    let client = Client::start().await;
    let mut slugs = Vec::new();
    for _ in 0..8 {
        slugs.push(create(&client, "deploy", &[]).await);
    }
    for _ in 0..120 {
        let mut busy = Vec::new();
        let mut staging = 0;
        for slug in &slugs {
            let build = build(&client, slug).await;
            check(&build);
            for job in nodes(&build["jobs"]) {
                if job["state"] == "RUNNING" {
                    busy.push(job["agent"]["id"].as_str().unwrap().to_owned());
                    staging += usize::from(job["step"]["key"] == "staging");
                }
            }
        }
        let all = busy.len();
        busy.sort();
        busy.dedup();
        assert_eq!(busy.len(), all);
        assert!(staging <= 1, "the concurrency group has room for one");
        client.sandbox.advance(Duration::from_secs(10));
    }
    for slug in &slugs {
        assert_eq!(build(&client, slug).await["state"], "BLOCKED");
    }
}

#[tokio::test]
async fn how_time_is_put_forward_makes_no_difference() {
    let (once, often) = (Client::start().await, Client::start().await);
    let (a, b) = (
        create(&once, "api", &[]).await,
        create(&often, "api", &[]).await,
    );
    once.sandbox.advance(Duration::from_secs(900));
    for _ in 0..300 {
        often.sandbox.advance(Duration::from_secs(3));
        build(&often, &b).await;
    }
    assert_eq!(build(&once, &a).await, build(&often, &b).await);
}

#[tokio::test]
async fn time_passes_by_itself() {
    let sandbox = buildkite_sandbox::Sandbox::builder().speed(36_000.0);
    let client = Client::over(sandbox.start().await.unwrap());
    let slug = create(&client, "docs", &[]).await;
    while build(&client, &slug).await["state"] != "PASSED" {}
}
