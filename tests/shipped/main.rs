//! Every operation that ships with the crate, typed, against the sandbox: each
//! query finds what it asks for, each list can be paged to its end, each
//! mutation arrives.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed expectation is how a test fails; clippy knows this only within test functions"
)]

mod access;
mod agents;
mod audit;
mod builds;
mod complete;
mod jobs;
mod mutations;
mod organization;
mod pages;
mod pipelines;
mod session;

use session::Session;

/// The organization of the sandbox.
const ORGANIZATION: &str = "acme-inc";
/// Its busiest pipeline.
const PIPELINE: &str = "acme-inc/web";

/// One test, so that at its end it is known what was not run. The mutations
/// come last because one of them changes what the others see.
#[tokio::test]
async fn every_shipped_operation_runs() {
    let session = Session::start().await;
    builds::run(&session).await;
    jobs::run(&session).await;
    agents::run(&session).await;
    pipelines::run(&session).await;
    organization::run(&session).await;
    access::run(&session).await;
    audit::run(&session).await;
    pages::run(&session).await;
    mutations::run(&session).await;
    complete::check(&session);
}
