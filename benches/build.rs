//! Compiles the benchmark's query, and registers the schema for `cynic`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    buildkite_codegen::compile("queries");
    cynic_codegen::register_schema("buildkite").from_sdl_file("../schema/buildkite.graphql")?;
    Ok(())
}
