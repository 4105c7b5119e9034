//! A value of one enum is none of another.

use buildkite_client::queries::BuildsByState;
use buildkite_client::queries::types::JobStates;

fn main() {
    let _ = BuildsByState::new("acme-inc/web", [JobStates::Finished]);
}
