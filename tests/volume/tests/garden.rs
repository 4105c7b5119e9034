//! Random operations of the schema that has every shape.

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

    include!(concat!(env!("OUT_DIR"), "/garden/compiled/queries.rs"));
    include!(concat!(env!("OUT_DIR"), "/garden/calls.rs"));
}

#[tokio::test]
async fn random_operations_lose_nothing() {
    let sdl = include_str!(concat!(env!("OUT_DIR"), "/garden/schema.graphql"));
    let attempts = env!("VOLUME_ATTEMPTS_GARDEN");
    support::run("garden", sdl, attempts, generated::CASES).await;
}
