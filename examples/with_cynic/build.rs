//! One line: cynic's derives find Buildkite's schema.

fn main() {
    buildkite_codegen::cynic::register_schema();
}
