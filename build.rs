//! Compiles `queries/` against the schema snapshot.

fn main() {
    buildkite_codegen::Config::new()
        .queries("queries")
        .runtime("crate")
        .compile();
    #[cfg(feature = "cynic")]
    buildkite_codegen::cynic::register_schema();
    #[cfg(feature = "graphql-client")]
    graphql_query::write();
}

#[cfg(feature = "graphql-client")]
mod graphql_query {
    //! The macro `graphql_query!`. Its derive reads the path of the schema from
    //! a literal, and the path is only known now.

    use std::path::PathBuf;

    const TEMPLATE: &str = include_str!("src/interop/graphql_query.rs.in");

    pub(super) fn write() {
        let file = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
        let text = TEMPLATE.replace("{schema}", &format!("{:?}", buildkite_schema::FILE));
        if let Err(error) = std::fs::write(file.join("graphql_query.rs"), text) {
            println!("cargo::error=graphql_query.rs cannot be written: {error}");
        }
    }
}
