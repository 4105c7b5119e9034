//! From `.graphql` files to Rust, or to a report of what is wrong with them.

mod generated;
mod support;
