//! Draining by hand: a loop over the cursors, reqwest, and structs with derives of serde.

#![allow(dead_code, reason = "read by nobody")]

use std::time::Duration;

use buildkite_client::Operation as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contender::{Caller, PIPELINE, Server};
use super::{Outcome, PAGE, ours};

#[derive(Serialize)]
struct Request<'a> {
    query: &'a str,
    variables: Variables<'a>,
    #[serde(rename = "operationName")]
    operation_name: &'a str,
}

#[derive(Serialize)]
struct Variables<'a> {
    pipeline: &'a str,
    first: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

#[derive(Deserialize)]
struct GraphqlError {
    message: String,
}

#[derive(Deserialize)]
struct Data {
    pipeline: Option<Pipeline>,
}

#[derive(Deserialize)]
struct Pipeline {
    builds: Option<Builds>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Builds {
    page_info: PageInfo,
    edges: Vec<Edge>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Edge {
    node: Option<Build>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Build {
    id: String,
    number: i64,
    state: BuildState,
    url: String,
    branch: String,
    commit: String,
    message: Option<String>,
    created_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum BuildState {
    Blocked,
    Canceled,
    Canceling,
    Creating,
    Failed,
    Failing,
    NotRun,
    Passed,
    Running,
    Scheduled,
    Skipped,
    #[serde(other)]
    Other,
}

pub(crate) async fn drain(server: &Server, caller: &mut Caller) -> Outcome<()> {
    let http = http()?;
    let operation = ours::BuildsDrain::new(PIPELINE);
    caller.begin();
    let mut after = None;
    loop {
        let request = Request {
            query: operation.document(),
            variables: Variables {
                pipeline: PIPELINE,
                first: PAGE,
                after: after.as_deref(),
            },
            operation_name: operation.name(),
        };
        let answer: Answer = http
            .post(&server.url)
            .bearer_auth(&server.token)
            .json(&request)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        if let Some(error) = answer.errors.first() {
            return Err(error.message.clone().into());
        }
        let builds = answer
            .data
            .and_then(|data| data.pipeline?.builds)
            .ok_or("there is no such pipeline")?;
        for build in builds.edges.into_iter().filter_map(|edge| edge.node) {
            if caller.row(build.number) {
                caller.work().await;
            }
        }
        if !builds.page_info.has_next_page {
            return Ok(());
        }
        after = Some(builds.page_info.end_cursor.ok_or("no cursor")?);
    }
}

/// With the settings that `buildkite-client` has: for all who use reqwest themselves.
pub(crate) fn http() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent("drain")
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .build()
}
