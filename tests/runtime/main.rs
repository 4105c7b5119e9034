//! The runtime against a server that misbehaves on request, and against the sandbox.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed expectation is how a test fails; clippy knows this only within test functions"
)]

#[path = "../support/mod.rs"]
mod support;

mod alike;
mod budget;
mod drain;
mod execute;
mod faults;
mod logging;
mod many;
mod nodes;
mod observe;
mod paginate;
mod proxy;
mod retry;
mod timeouts;
mod tree;
mod walk;
