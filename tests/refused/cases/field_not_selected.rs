//! What a query does not select cannot be read.

use buildkite_client::queries::fragments::BuildSummary;

fn message(build: &BuildSummary) -> Option<&str> {
    build.cancel_reason.as_deref()
}

fn main() {}
