//! Random operations of the schema that has every shape.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod support;

support::random_operations_of!("garden");
