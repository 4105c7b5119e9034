//! What the scalars of Buildkite's schema are in Rust.

/// A point in time: the schema's `DateTime`, sent and received as RFC 3339.
pub type DateTime = jiff::Timestamp;

/// Any JSON value: the schema's `JSON`.
pub type Json = serde_json::Value;
