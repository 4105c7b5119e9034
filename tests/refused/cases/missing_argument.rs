//! What is required is an argument of `new`.

fn main() {
    let _ = buildkite_client::queries::RecentBuilds::new();
}
