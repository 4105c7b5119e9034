//! Buildkite may add values to an enum.

use buildkite_client::queries::types::BuildBlockedStates;

fn name(state: &BuildBlockedStates) -> &str {
    match state {
        BuildBlockedStates::Running => "running",
        BuildBlockedStates::Passed => "passed",
        BuildBlockedStates::Failed => "failed",
        BuildBlockedStates::Other(other) => other,
    }
}

fn main() {}
