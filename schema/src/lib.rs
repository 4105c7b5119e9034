//! The snapshot of Buildkite's GraphQL schema and its client directives, as data.
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

/// What only clients know: the directives that query files may use and servers
/// never see, and which fields of Buildkite are never null though the schema
/// allows it.
///
/// ```
/// assert!(buildkite_schema::CLIENT_SDL.contains("directive @required"));
/// ```
pub const CLIENT_SDL: &str = include_str!("../client.graphql");

/// Where [`CLIENT_SDL`] lives in the project; diagnostics name it.
pub const CLIENT_PATH: &str = "schema/client.graphql";

/// The file with [`SDL`] on the machine that compiled this crate, for tools that
/// read a schema from a file while a crate is built.
pub const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/buildkite.graphql");
