//! Anything as a schema, text or introspection answer: a report or code, and no panic.

#![no_main]

use std::sync::LazyLock;

use buildkite_codegen::Config;
use buildkite_codegen::schema::{PrintOptions, print_text};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// Queries that many schemas have an answer to.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let queries = folder.path().join("queries");
    std::fs::create_dir_all(&queries).expect("a folder");
    let text = "query Q($a: ID!) { __typename me { id name } node(id: $a) { id ...F } }
        fragment F on Node { __typename id ... on Tree { kind bed { id } } }";
    std::fs::write(queries.join("a.graphql"), text).expect("a file");
    folder
});

fuzz_target!(|schema: &str| {
    let generated = Config::new()
        .root(FOLDER.path())
        .schema_text(schema, "schema.graphql")
        .queries("queries")
        .generate();
    if let Err(diagnostics) = generated {
        let report = diagnostics.to_string();
        assert!(!report.contains("bug in buildkite-codegen"), "{report}");
    }
    // What is printed is read as the same schema.
    if let Ok(printed) = print_text(schema, "schema", PrintOptions::new()) {
        let again = print_text(&printed, "printed.graphql", PrintOptions::new());
        assert_eq!(again.expect("a schema"), printed);
    }
});
