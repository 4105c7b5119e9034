//! One line: everything below `queries/` becomes Rust.

fn main() {
    buildkite_codegen::compile("queries");
}
