//! Compiles `queries/` against the schema snapshot.

fn main() {
    buildkite_codegen::Config::new()
        .queries("queries")
        .runtime("crate")
        .compile();
}
