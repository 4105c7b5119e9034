//! The sandbox from outside: everything over HTTP, as a client sees it.

mod bad_input;
mod build_create;
mod consistency;
mod filters;
mod http;
mod introspection;
mod lifecycle;
mod nodes;
mod support;
mod walk;
