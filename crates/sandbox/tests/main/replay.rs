//! What is asked again is answered alike, until something has changed.

use std::time::Duration;

use buildkite_sandbox::Sandbox;
use serde_json::json;

use crate::mutations::mutate;
use crate::support::Client;

const BUILDS: &str = "query Builds($first: Int) { pipeline(slug: \"acme-inc/web\") { id
    builds(first: $first) { count edges { node { number state } } } } }";

#[tokio::test]
async fn an_answer_holds_until_something_changes() {
    let client = Client::start().await;
    let ask = async || client.data_with(BUILDS, json!({ "first": 2 })).await;
    let before = ask().await;
    assert_eq!(ask().await, before);
    let id = &before["pipeline"]["id"];
    mutate(
        &client,
        "buildCreate",
        json!({ "pipelineID": id }),
        "build { id }",
    )
    .await;
    let after = ask().await;
    assert_eq!(after["pipeline"]["builds"]["count"], 269);
    assert_eq!(
        after["pipeline"]["builds"]["edges"][0]["node"]["state"],
        "SCHEDULED"
    );
    client.sandbox.advance(Duration::from_secs(5));
    let later = ask().await;
    assert_eq!(
        later["pipeline"]["builds"]["edges"][0]["node"]["state"],
        "RUNNING"
    );
    // Other variables, other answers.
    let one = client.data_with(BUILDS, json!({ "first": 1 })).await;
    assert_eq!(
        one["pipeline"]["builds"]["edges"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn an_answer_costs_as_much_again() {
    let client = Client::over(Sandbox::builder().speed(0.0).start().await.unwrap());
    let mut left = Vec::new();
    for _ in 0..3 {
        client.data_with(BUILDS, json!({ "first": 10 })).await;
        left.push(client.sandbox.rate_limits().user.remaining);
    }
    assert_eq!(left[0] - left[1], left[1] - left[2]);
    assert_eq!(left[1] - left[2], 5_000 - left[0]);
    assert!(left[0] < 5_000);
    let log = client.sandbox.log();
    assert_eq!((log.asked("Builds"), log.ran("Builds")), (3, 3));
}
