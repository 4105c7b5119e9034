//! From `.graphql` files to Rust, or to a report of what is wrong with them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod cargo_lines;
mod cost;
mod cost_naive;
mod diagnostics;
mod documents;
mod generated;
mod guide;
mod lints;
mod lookups;
mod names;
mod options;
mod pages;
mod robust;
mod shipped;
mod support;
