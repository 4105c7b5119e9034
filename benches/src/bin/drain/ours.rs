//! Draining through `buildkite-client`.

#![allow(missing_docs, reason = "generated")]

use std::pin::pin;

use buildkite_client::Client;
use buildkite_client::relay::Duplicates;

use super::contender::{Caller, Contender, PIPELINE, Server};
use super::{Outcome, PAGE};

buildkite_client::include_queries!();

/// As a stream.
pub(crate) async fn drain(
    contender: Contender,
    server: &Server,
    caller: &mut Caller,
) -> Outcome<()> {
    let client = client(server)?;
    caller.begin();
    let mut paginator = client.paginate(BuildsDrain::new(PIPELINE).first(PAGE));
    match contender {
        Contender::NoPrefetch => paginator = paginator.prefetch(0),
        Contender::Keep => paginator = paginator.duplicates(Duplicates::Keep),
        _ => {}
    }
    let mut builds = pin!(paginator.items());
    while let Some(build) = builds.try_next().await? {
        if caller.row(build.number) {
            caller.work().await;
        }
    }
    Ok(())
}

/// One operation after the other, without a stream.
pub(crate) async fn execute(server: &Server, caller: &mut Caller) -> Outcome<()> {
    let client = client(server)?;
    caller.begin();
    let mut operation = BuildsDrain::new(PIPELINE).first(PAGE);
    loop {
        let page = client.execute(&operation).await?.into_data();
        let builds = page
            .pipeline
            .and_then(|pipeline| pipeline.builds)
            .ok_or("there is no such pipeline")?;
        let info = builds.page_info().ok_or("no pageInfo")?;
        let next = info.end_cursor.clone();
        let is_over = info.has_next_page == Some(false);
        for build in builds.into_nodes() {
            if caller.row(build.number) {
                caller.work().await;
            }
        }
        if is_over {
            return Ok(());
        }
        operation = operation.after(next.ok_or("no cursor")?);
    }
}

fn client(server: &Server) -> Outcome<Client> {
    let client = Client::builder()
        .endpoint(&server.url)
        .token(&server.token)
        .build()?;
    Ok(client)
}
