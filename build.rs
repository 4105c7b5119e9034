//! Compiles `queries/` against the schema snapshot, or with the feature `live-schema`
//! against the schema that the API has now.

fn main() {
    let config = buildkite_codegen::Config::new()
        .queries("queries")
        .runtime("crate");
    #[cfg(feature = "live-schema")]
    let config = config.live_schema();
    config.compile();
    #[cfg(feature = "cynic")]
    buildkite_codegen::cynic::register_schema();
    #[cfg(feature = "graphql-client")]
    graphql_query::write();
}

#[cfg(feature = "graphql-client")]
mod graphql_query {
    //! The macro `graphql_query!`. Its derive reads the path of the schema from
    //! a literal, and the path is only known now.

    use std::path::{Path, PathBuf};

    const TEMPLATE: &str = include_str!("src/interop/graphql_query.rs.in");

    pub(super) fn write() {
        let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
        let text = TEMPLATE.replace("{schema}", &format!("{:?}", schema(&folder)));
        let file = folder.join("graphql_query.rs");
        if std::fs::read(&file).is_ok_and(|present| present == text.as_bytes()) {
            return;
        }
        if let Err(error) = std::fs::write(file, text) {
            println!("cargo::error=graphql_query.rs cannot be written: {error}");
        }
    }

    /// The file of the schema that was compiled against.
    fn schema(out: &Path) -> String {
        if cfg!(feature = "live-schema") {
            let file = out.join("live-schema/schema.graphql");
            file.display().to_string()
        } else {
            buildkite_schema::FILE.to_owned()
        }
    }
}
