//! Buildkite may add fields to an input.

use buildkite_client::queries::types::BuildAuthorInput;

fn main() {
    let author = BuildAuthorInput {
        name: "Ada".into(),
        email: "ada@acme.example".into(),
    };
    drop(author);
}
