//! Queries of its own, for what those that are shipped do not use.

fn main() {
    buildkite_codegen::compile("queries");
}
