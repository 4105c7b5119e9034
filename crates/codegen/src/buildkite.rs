//! What a build gets without asking: Buildkite's schema and its scalars.
//!
//! The only place in this crate that knows of Buildkite.

use crate::lints::Limits;

/// The schema snapshot.
pub(crate) const SCHEMA_SDL: &str = buildkite_schema::SDL;

/// The name that diagnostics give to it.
pub(crate) const SCHEMA_PATH: &str = buildkite_schema::PATH;

/// The client's directives, and what is known of nulls in Buildkite's schema.
pub(crate) const CLIENT_SDL: &str = buildkite_schema::CLIENT_SDL;

/// The name that diagnostics give to them.
pub(crate) const CLIENT_PATH: &str = buildkite_schema::CLIENT_PATH;

/// What Buildkite refuses, and how it counts. Requests are limited to 50,000
/// points each; a user may spend 5,000 of those that were actually needed in
/// five minutes.
pub(crate) const LIMITS: Limits = Limits {
    complexity: 50_000,
    window: 5_000,
    nesting: 15,
    page_size: 500,
};

/// What a build asks for the schema of now, if it does: cargo runs the script again when
/// one of these variables changes.
///
/// The second is for that alone, and any text will do. The token is not among them: cargo
/// writes the values to disk, and another token has the same schema.
#[cfg(feature = "live-schema")]
pub(crate) const LIVE_SCHEMA_VARIABLES: [&str; 2] =
    ["BUILDKITE_GRAPHQL_URL", "BUILDKITE_LIVE_SCHEMA"];

/// Scalars whose Rust type is not any JSON value. `{runtime}` stands for the
/// path of the runtime crate.
pub(crate) const SCALARS: [(&str, &str); 7] = [
    ("DateTime", "{runtime}::scalars::DateTime"),
    ("JSInt", "i64"),
    // Selectors take a slug or an ID, the other two are documents as text.
    ("PipelineSelector", "::std::string::String"),
    ("TeamSelector", "::std::string::String"),
    ("UserSelector", "::std::string::String"),
    ("XML", "::std::string::String"),
    ("YAML", "::std::string::String"),
];
