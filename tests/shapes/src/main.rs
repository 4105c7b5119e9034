//! Code that was compiled from an invented schema with every shape in it: it
//! builds, and it reads and writes what it should.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod answers;
mod client;
mod costs;
mod decoding;
mod nulls;
mod pages;
mod rests;
mod support;
mod variables;

#[allow(dead_code, reason = "the tests of the runtime use all of it")]
#[path = "../../support/server.rs"]
mod server;

/// The operations of the set.
#[allow(
    clippy::doc_markdown,
    unreachable_pub,
    reason = "generated for a public module"
)]
mod garden {
    buildkite_client::include_queries!();
}
