//! Builds that ask for the schema of now: run as cargo runs them, against the sandbox.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers outside of test functions are tests, too"
)]

mod compiled;
mod package;
mod refused;
mod server;

use buildkite_sandbox::Sandbox;

/// What the sandbox accepts here.
const TOKEN: &str = "bkua_0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// Buildkite's schema with the first of these texts, which it has once, replaced by the
/// second.
fn bent(from: &str, to: &str) -> String {
    assert_eq!(buildkite_schema::SDL.matches(from).count(), 1, "{from}");
    buildkite_schema::SDL.replace(from, to)
}

async fn serving(schema: impl Into<String>) -> Sandbox {
    let sandbox = Sandbox::builder().token(TOKEN).schema(schema);
    sandbox.start().await.expect("a sandbox")
}
