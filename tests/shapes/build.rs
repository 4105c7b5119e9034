//! Compiles the set with every shape that the tests of the query compiler use.

use buildkite_codegen::Config;

/// Where the set lies.
const SET: &str = "../../crates/codegen/tests/compile/shapes";

fn main() {
    Config::new()
        .schema_file(format!("{SET}/schema.graphql"))
        .client_schema_file(format!("{SET}/client.graphql"))
        .queries(format!("{SET}/queries"))
        .lints_file("lints.toml")
        .scalar("Moment", "f64")
        .scalar("Url", "::std::string::String")
        .compile();
}
