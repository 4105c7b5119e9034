//! What is required is never null.

fn main() {
    let _ = buildkite_client::queries::CreateBuild::new(None);
}
