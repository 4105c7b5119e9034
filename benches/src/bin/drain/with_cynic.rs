//! Draining through types derived by `cynic` and its extension of reqwest, as its book does.

#![allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    missing_debug_implementations,
    unreachable_pub,
    reason = "derived"
)]

use cynic::QueryBuilder as _;
use cynic::http::ReqwestExt as _;

use super::contender::{Caller, PIPELINE, Server};
use super::{Outcome, PAGE, by_hand};

#[cynic::schema("buildkite")]
mod schema {}

cynic::impl_scalar!(jiff::Timestamp, schema::DateTime);

#[derive(cynic::QueryVariables)]
struct Variables<'a> {
    pipeline: &'a cynic::Id,
    first: Option<i32>,
    after: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema = "buildkite", graphql_type = "Query", variables = "Variables")]
struct BuildsDrain {
    #[arguments(slug: $pipeline)]
    pipeline: Option<Pipeline>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema = "buildkite", variables = "Variables")]
struct Pipeline {
    #[arguments(first: $first, after: $after)]
    builds: Option<BuildConnection>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema = "buildkite")]
struct BuildConnection {
    page_info: Option<PageInfo>,
    edges: Option<Vec<Option<BuildEdge>>>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema = "buildkite")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema = "buildkite")]
struct BuildEdge {
    node: Option<Build>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema = "buildkite")]
struct Build {
    id: cynic::Id,
    number: i32,
    state: BuildStates,
    url: String,
    branch: String,
    commit: String,
    message: Option<String>,
    created_at: Option<jiff::Timestamp>,
    started_at: Option<jiff::Timestamp>,
    finished_at: Option<jiff::Timestamp>,
}

#[derive(cynic::Enum)]
#[cynic(schema = "buildkite")]
enum BuildStates {
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
    #[cynic(fallback)]
    Other(String),
}

pub(crate) async fn drain(server: &Server, caller: &mut Caller) -> Outcome<()> {
    let http = by_hand::http()?;
    let pipeline = cynic::Id::new(PIPELINE);
    let first = Some(i32::try_from(PAGE)?);
    caller.begin();
    let mut after = None;
    loop {
        let operation = BuildsDrain::build(Variables {
            pipeline: &pipeline,
            first,
            after,
        });
        let answer = http
            .post(&server.url)
            .bearer_auth(&server.token)
            .run_graphql(operation)
            .await?;
        if let Some(error) = answer.errors.unwrap_or_default().first() {
            return Err(error.message.clone().into());
        }
        let builds = answer
            .data
            .and_then(|data| data.pipeline?.builds)
            .ok_or("there is no such pipeline")?;
        let info = builds.page_info.ok_or("no pageInfo")?;
        let edges = builds.edges.into_iter().flatten().flatten();
        for build in edges.filter_map(|edge| edge.node) {
            if caller.row(build.number.into()) {
                caller.work().await;
            }
        }
        if !info.has_next_page {
            return Ok(());
        }
        after = Some(info.end_cursor.ok_or("no cursor")?);
    }
}
