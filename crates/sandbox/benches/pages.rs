//! How fast the sandbox answers pages of builds with their jobs, and where the time goes.
//!
//!     cargo bench -p buildkite-sandbox --bench pages
//!
//! A client on the same machine asks over HTTP, one page after the other, and reads no
//! more than bytes. What a request costs that asks for nothing is the share of HTTP, and
//! what one costs that asks for the same of an empty page is that of preparing: reading
//! the request and counting its points, with the query known from before. What is asked
//! again while nothing changes is answered from what is kept (the
//! column "again"). With `-- --peak` it asks a million builds through instead, and prints
//! its peak memory.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench prints what it measured, and ends where it cannot"
)]

use std::time::{Duration, Instant};

use buildkite_sandbox::{Limits, Sandbox};
use serde_json::{Value, json};

const BUILDS: &str = "query Builds($first: Int, $after: String) {
  pipeline(slug: \"acme-inc/web\") { builds(first: $first, after: $after) {
    count pageInfo { hasNextPage endCursor }
    edges { node { id uuid number state branch commit message url createdAt startedAt finishedAt
      createdBy { __typename ... on User { name email } ... on UnregisteredUser { stranger: name } } } } } } }";

const JOBS: &str = "query Jobs($first: Int, $after: String) {
  pipeline(slug: \"acme-inc/web\") { builds(first: $first, after: $after) {
    count pageInfo { hasNextPage endCursor }
    edges { node { id uuid number state branch commit message url createdAt startedAt finishedAt
      createdBy { __typename ... on User { name email } ... on UnregisteredUser { stranger: name } }
      jobs(first: 20) { edges { node { __typename
        ... on JobTypeCommand { id uuid label state exitStatus passed startedAt finishedAt
            agent { name } clusterQueue { key } }
        ... on JobTypeWait { uuid state }
        ... on JobTypeBlock { uuid state isUnblockable }
        ... on JobTypeTrigger { uuid state } } } } } } } } }";

/// How long each thing is measured.
const TIME: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Anew,
    Again,
}

struct Client {
    http: reqwest::Client,
    sandbox: Sandbox,
}

impl Client {
    async fn ask(&self, query: &str, variables: &Value) -> Vec<u8> {
        let body = json!({ "query": query, "variables": variables });
        let request = self
            .http
            .post(self.sandbox.url())
            .bearer_auth(self.sandbox.token());
        let response = request.json(&body).send().await.unwrap();
        assert!(response.status().is_success());
        let answer = response.bytes().await.unwrap().to_vec();
        assert!(
            !answer.starts_with(b"{\"errors\""),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        answer
    }

    /// The median time of a request, and the answer. Unless it is asked for the same each
    /// time, each request has a variable of its own that no operation declares.
    async fn time(&self, query: &str, variables: Value, asked: Asked) -> (Duration, Vec<u8>) {
        let mut variables = variables;
        let mut times = Vec::new();
        let mut answer = Vec::new();
        let began = Instant::now();
        while began.elapsed() < TIME || times.len() < 5 {
            if asked == Asked::Anew {
                variables["request"] = times.len().into();
            }
            let asked = Instant::now();
            answer = self.ask(query, &variables).await;
            times.push(asked.elapsed());
        }
        times.sort_unstable();
        (times[times.len() / 2], answer)
    }
}

/// How many nodes of connections an answer has.
fn nodes(value: &Value) -> usize {
    match value {
        Value::Object(object) => {
            let here = usize::from(object.contains_key("node"));
            here + object.values().map(nodes).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(nodes).sum(),
        _ => 0,
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

async fn pages(builds: u64) {
    let started = Instant::now();
    let builder = Sandbox::builder()
        .builds(builds)
        .speed(0.0)
        .limits(Limits::none());
    let client = Client {
        http: reqwest::Client::new(),
        sandbox: builder.start().await.unwrap(),
    };
    println!(
        "\n{builds} builds, started in {:.1} ms",
        millis(started.elapsed())
    );
    println!(
        "{:<22}{:>8}{:>8}{:>10}{:>6}{:>9}{:>9}{:>10}{:>12}",
        "a page of", "ms", "nodes", "nodes/s", "HTTP", "prepare", "running", "again, ms", "nodes/s"
    );
    let (http, _) = client.time("{ __typename }", json!({}), Asked::Anew).await;
    for (what, query) in [("builds", BUILDS), ("builds with jobs", JOBS)] {
        let (empty, _) = client.time(query, json!({ "first": 0 }), Asked::Anew).await;
        for first in [100, 500] {
            let variables = json!({ "first": first });
            let (time, answer) = client.time(query, variables.clone(), Asked::Anew).await;
            let (again, _) = client.time(query, variables, Asked::Again).await;
            let nodes = nodes(&serde_json::from_slice(&answer).unwrap());
            let share = |part: Duration| 100.0 * part.as_secs_f64() / time.as_secs_f64();
            println!(
                "{:<22}{:>8.2}{:>8}{:>10.0}{:>5.0}%{:>8.0}%{:>8.0}%{:>10.2}{:>12.0}",
                format!("{first} {what}"),
                millis(time),
                nodes,
                nodes as f64 / time.as_secs_f64(),
                share(http),
                share(empty.saturating_sub(http)),
                share(time.saturating_sub(empty.max(http))),
                millis(again),
                nodes as f64 / again.as_secs_f64(),
            );
        }
    }
}

/// Pages through the builds of the largest pipeline of a million.
async fn peak() {
    let builder = Sandbox::builder()
        .builds(1_000_000)
        .speed(0.0)
        .limits(Limits::none());
    let client = Client {
        http: reqwest::Client::new(),
        sandbox: builder.start().await.unwrap(),
    };
    let started = Instant::now();
    let (mut rows, mut after) = (0, Value::Null);
    loop {
        let variables = json!({ "first": 500, "after": after });
        let answer: Value = serde_json::from_slice(&client.ask(BUILDS, &variables).await).unwrap();
        let builds = &answer["data"]["pipeline"]["builds"];
        rows += builds["edges"].as_array().unwrap().len();
        if builds["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = builds["pageInfo"]["endCursor"].clone();
    }
    let time = started.elapsed();
    println!(
        "\n{rows} builds of a million in {:.1} s",
        time.as_secs_f64()
    );
    let filters = [
        (
            "canceled builds",
            "pipeline(slug: \"acme-inc/web\") { builds(first: 100, state: [CANCELED]) { edges { node { number } } } }",
        ),
        (
            "builds of a commit",
            "pipeline(slug: \"acme-inc/web\") { builds(first: 100, commit: [\"none\"]) { edges { node { number } } } }",
        ),
        (
            "running jobs",
            "organization(slug: \"acme-inc\") { jobs(first: 100, state: [RUNNING]) { edges { node { __typename } } } }",
        ),
        (
            "the newest jobs",
            "organization(slug: \"acme-inc\") { jobs(first: 100) { edges { node { __typename } } } }",
        ),
        (
            "the last assigned jobs",
            "organization(slug: \"acme-inc\") { jobs(first: 100, order: RECENTLY_ASSIGNED) { edges { node { __typename } } } }",
        ),
        (
            "agents with their last jobs",
            "organization(slug: \"acme-inc\") { agents(first: 50) { edges { node { jobs(first: 10) { edges { node { __typename } } } } } } }",
        ),
    ];
    for (what, selection) in filters {
        let asked = Instant::now();
        client.ask(&format!("{{ {selection} }}"), &json!({})).await;
        println!("{what:<28}{:>10.1} ms", millis(asked.elapsed()));
    }
    // The client in this process keeps next to nothing.
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!("{}", peak.unwrap_or("VmHWM: unknown"));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if std::env::args().any(|argument| argument == "--peak") {
        peak().await;
        return;
    }
    for builds in [965, 1_000_000] {
        pages(builds).await;
    }
}
