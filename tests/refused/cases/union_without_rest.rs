//! Buildkite may add types to a union.

use buildkite_client::queries::fragments::build_summary::BuildCreator;

fn name(creator: &BuildCreator) -> &'static str {
    match creator {
        BuildCreator::User(_) => "somebody",
    }
}

fn main() {}
