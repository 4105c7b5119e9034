//! A large organization.

use buildkite_sandbox::{Limits, Sandbox};
use serde_json::{Value, json};

use crate::support::{Client, nodes};

async fn large(builds: u64, pipelines: u64) -> Client {
    let builder = Sandbox::builder().speed(0.0).limits(Limits::none());
    let builder = builder.builds(builds).pipelines(pipelines);
    Client::over(builder.start().await.unwrap())
}

#[tokio::test]
async fn a_million_builds_are_there_at_once() {
    let client = large(1_000_000, 12).await;
    let query = "{ organization(slug: \"acme-inc\") { pipelines(first: 100) { count edges { node {
        slug builds(first: 1) { count edges { node { number } } } } } } } }";
    let data = client.data(query).await;
    let pipelines = nodes(&data["organization"]["pipelines"]);
    let count = |pipeline: &&Value| pipeline["builds"]["count"].as_u64().unwrap();
    assert_eq!(pipelines.iter().map(count).sum::<u64>(), 1_000_000);
    for pipeline in &pipelines {
        let newest = &nodes(&pipeline["builds"])[0]["number"];
        assert_eq!(*newest, count(pipeline), "{pipeline}");
    }
    // From the middle, forward and backward, to the end.
    let query = "query Q($after: String, $before: String) { pipeline(slug: \"acme-inc/web\") {
        builds(first: 3, after: $after) { edges { cursor node { number } } pageInfo { hasNextPage } }
        last: builds(last: 2, before: $before) { edges { cursor node { number } } } } }";
    let data = client.data_with(query, json!({})).await;
    let first = &data["pipeline"]["last"]["edges"];
    assert_eq!(first[1]["node"]["number"], 1);
    let variables = json!({ "before": first[0]["cursor"], "after": first[0]["cursor"] });
    let data = client.data_with(query, variables).await;
    let numbers = |connection: &Value| -> Vec<u64> {
        let rows = nodes(connection).into_iter();
        rows.map(|row| row["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&data["pipeline"]["builds"]), [1]);
    assert_eq!(numbers(&data["pipeline"]["last"]), [4, 3]);
    // What matches often is found without looking at everything.
    let query = "{ organization(slug: \"acme-inc\") {
        jobs(first: 20, passed: true) { edges { node { ... on JobTypeCommand { passed createdAt } } } }
        assigned: jobs(first: 20, order: RECENTLY_ASSIGNED, state: [FINISHED]) {
            edges { node { ... on JobTypeCommand { startedAt } } } }
        agents(first: 5) { edges { node { jobs(first: 3) { edges { node { __typename } } } } } } } }";
    let data = client.data(query).await;
    let organization = &data["organization"];
    let jobs = nodes(&organization["jobs"]);
    assert!(jobs.len() == 20 && jobs.iter().all(|job| job["passed"] == true));
    let made: Vec<&str> = jobs
        .iter()
        .map(|job| job["createdAt"].as_str().unwrap())
        .collect();
    assert!(made.is_sorted_by(|a, b| a >= b), "{made:?}");
    let assigned = nodes(&organization["assigned"]);
    // Wait steps finish, too, and no agent is given any.
    let started: Vec<&str> = assigned
        .iter()
        .filter_map(|job| job["startedAt"].as_str())
        .collect();
    assert!(
        started.len() == 20 && started.is_sorted_by(|a, b| a >= b),
        "{started:?}"
    );
    for agent in nodes(&organization["agents"]) {
        assert_eq!(nodes(&agent["jobs"]).len(), 3);
    }
}

#[tokio::test]
async fn there_are_as_many_pipelines_as_wanted() {
    for (pipelines, builds) in [(1, 10), (3, 2), (250, 2_500)] {
        let client = large(builds, pipelines).await;
        let query = "query Q($after: String) { organization(slug: \"acme-inc\") {
            pipelines(first: 100, after: $after) { count pageInfo { hasNextPage endCursor }
                edges { node { slug name builds(first: 1) { count edges { node { state } } }
                    teams(first: 5) { count } } } }
            rules(first: 10) { count } teams(first: 10) { edges { node { pipelines(first: 20) { count } } } } } }";
        let (mut slugs, mut all, mut after) = (Vec::new(), 0, Value::Null);
        loop {
            let data = client.data_with(query, json!({ "after": after })).await;
            let connection = &data["organization"]["pipelines"];
            assert_eq!(connection["count"], pipelines);
            for pipeline in nodes(connection) {
                slugs.push(pipeline["slug"].as_str().unwrap().to_owned());
                all += pipeline["builds"]["count"].as_u64().unwrap();
            }
            if connection["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = connection["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(all, builds, "{pipelines}");
        slugs.sort();
        slugs.dedup();
        assert_eq!(u64::try_from(slugs.len()).unwrap(), pipelines);
    }
}
