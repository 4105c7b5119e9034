//! Queries of its own, and the schema for cynic's derives.

fn main() {
    buildkite_codegen::compile("queries");
    buildkite_codegen::cynic::register_schema();
}
