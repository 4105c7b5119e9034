//! The queries that the changes are held against.

use std::path::{Path, PathBuf};

use buildkite_codegen::{Config, Diagnostics};

use crate::cli::QueriesArguments;
use crate::report::Failure;
use crate::schema::paths::below;

/// How the queries are compiled, which are named from a folder; none where none are named.
pub(in crate::schema) fn config(arguments: &QueriesArguments, from: &Path) -> Option<Config> {
    if arguments.queries.is_empty() {
        return None;
    }
    let mut config = Config::new().root(from);
    if arguments.other_api {
        // Which one does not matter: both schemas are given.
        config = config.schema_text("", "another schema");
    }
    for folder in &arguments.queries {
        config = config.queries(folder);
    }
    for file in &arguments.client_schemas {
        config = config.client_schema_file(file);
    }
    Some(match &arguments.lints_file {
        Some(file) => config.lints_file(file),
        None => config,
    })
}

impl QueriesArguments {
    /// All files and folders that are named.
    pub(in crate::schema) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        let folders = self.queries.iter().chain(&self.client_schemas);
        folders.chain(&self.lints_file)
    }

    /// The same with paths that mean the same in another checkout.
    pub(in crate::schema) fn below(&self) -> Result<Self, Failure> {
        let mut arguments = self.clone();
        let paths = arguments.queries.iter_mut();
        let paths = paths.chain(&mut arguments.client_schemas);
        for path in paths.chain(&mut arguments.lints_file) {
            *path = below(path)?;
        }
        Ok(arguments)
    }
}

/// Says that the queries are not in order to begin with.
pub(in crate::schema) fn not_compiled(diagnostics: &Diagnostics, old: &str) -> Failure {
    Failure::new(format!("the queries do not compile with {old}"))
        .because(diagnostics.to_string())
        .hint("mend them first: what breaks can be told only of queries that are in order")
}
