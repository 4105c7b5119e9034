//! Operations of other libraries on the client, and compiled operations where
//! those libraries expect theirs; all of it over HTTP.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a failed expectation is how a test fails; clippy knows this only within test functions"
)]

mod cynic_operations;
mod documents;
mod graphql_client_operations;
mod in_cynic;
mod in_graphql_client;
#[allow(dead_code, reason = "not all of it is needed here")]
#[path = "../../support/server.rs"]
mod server;

use buildkite_client::Client;
use buildkite_sandbox::Sandbox;

/// Operations that were compiled in this crate.
mod queries {
    buildkite_client::include_queries!();
}

const ORGANIZATION: &str = "acme-inc";
const PIPELINE: &str = "acme-inc/web";

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
        .build()
        .unwrap();
    (sandbox, client)
}

/// The slugs of all pipelines, by an operation that was compiled in this crate.
async fn slugs(client: &Client) -> Vec<String> {
    let mut rows = client
        .paginate(queries::PipelineSlugs::new(ORGANIZATION).first(4))
        .items();
    let mut slugs = Vec::new();
    while let Some(pipeline) = rows.try_next().await.unwrap() {
        slugs.push(pipeline.slug);
    }
    assert!(slugs.len() > 8, "more than two pages");
    slugs
}
