//! What a build gets without asking: Buildkite's schema and its scalars.
//!
//! The only place in this crate that knows of Buildkite.

/// The schema snapshot.
pub(crate) const SCHEMA_SDL: &str = buildkite_schema::SDL;

/// The name that diagnostics give to it.
pub(crate) const SCHEMA_PATH: &str = buildkite_schema::PATH;

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
