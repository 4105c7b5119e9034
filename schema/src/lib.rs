//! The snapshot of Buildkite's GraphQL schema, as data.
//!
//! It is a crate of its own so that every build can reach it: the library, the
//! sandbox, and the build scripts of services with queries of their own.

/// The schema in GraphQL's schema definition language: every type, field,
/// argument, default, enum value and deprecation, in canonical order.
///
/// ```
/// assert!(buildkite_schema::SDL.contains("type Pipeline implements Node"));
/// ```
pub const SDL: &str = include_str!("../buildkite.graphql");

/// Where the snapshot lives in the project; diagnostics name it.
pub const PATH: &str = "schema/buildkite.graphql";
