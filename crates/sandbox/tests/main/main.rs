//! The sandbox from outside: everything over HTTP, as a client sees it.

#![allow(
    clippy::format_push_string,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and its helpers are tests, too"
)]

mod bad_input;
mod believable;
mod build_create;
mod consistency;
mod cursors;
mod data;
mod faults;
mod filters;
mod http;
mod inputs;
mod introspection;
mod invented;
mod lifecycle;
mod limits;
mod live;
mod mutations;
mod nodes;
mod promises;
mod replay;
mod size;
mod support;
mod walk;
