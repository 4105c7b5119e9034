//! What may be null is looked at before it is used.

use buildkite_client::queries::recent_builds::Data;

fn count(data: &Data) -> usize {
    data.pipeline.builds.nodes().count()
}

fn main() {}
