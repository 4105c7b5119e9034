//! Draining through the types that `graphql_client` derives, with the loop that its users
//! write.

use graphql_client::{GraphQLQuery, Response};

use super::contender::{Caller, PIPELINE, Server};
use super::{Outcome, PAGE, by_hand};

type DateTime = jiff::Timestamp;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../schema/buildkite.graphql",
    query_path = "queries/builds_drain.graphql"
)]
struct BuildsDrain;

pub(crate) async fn drain(server: &Server, caller: &mut Caller) -> Outcome<()> {
    let http = by_hand::http()?;
    caller.begin();
    let mut after = None;
    loop {
        let request = BuildsDrain::build_query(builds_drain::Variables {
            pipeline: PIPELINE.to_owned(),
            first: Some(PAGE),
            after,
        });
        let answer: Response<builds_drain::ResponseData> = http
            .post(&server.url)
            .bearer_auth(&server.token)
            .json(&request)
            .send()
            .await?
            .error_for_status()?
            .json()
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
            if caller.row(build.number) {
                caller.work().await;
            }
        }
        if !info.has_next_page {
            return Ok(());
        }
        after = Some(info.end_cursor.ok_or("no cursor")?);
    }
}
