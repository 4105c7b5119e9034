//! Operations that were compiled in this crate, for the cases to misuse.

/// The operations of `queries`.
pub mod queries {
    buildkite_client::include_queries!();
}
