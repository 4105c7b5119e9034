//! What changes of a schema do to queries.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod breaks;
mod costs;
mod mild;
mod refused;
mod support;
mod types;
