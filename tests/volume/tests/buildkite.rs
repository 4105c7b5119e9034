//! Random operations of Buildkite's schema.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod support;

#[allow(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "generated"
)]
mod generated {
    use buildkite_client::Maybe;

    use crate::support::{Case, case, json, moment};

    include!(concat!(env!("OUT_DIR"), "/buildkite/compiled/queries.rs"));
    include!(concat!(env!("OUT_DIR"), "/buildkite/calls.rs"));
}

#[tokio::test]
async fn random_operations_lose_nothing() {
    let sdl = include_str!(concat!(env!("OUT_DIR"), "/buildkite/schema.graphql"));
    let attempts = env!("VOLUME_ATTEMPTS_BUILDKITE");
    support::run("buildkite", sdl, attempts, generated::CASES).await;
}
