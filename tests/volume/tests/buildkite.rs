//! Random operations of Buildkite's schema.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod support;

support::random_operations_of!("buildkite");
