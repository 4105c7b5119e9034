//! What a build script tells cargo, and what it leaves on disk.

use std::fs;
use std::path::Path;

use buildkite_codegen::{Config, Diagnostic};

use crate::support::written;

const SCHEMA: &str = "schema { query: Query } type Query { a: Int b: Int }";

fn config(root: &Path) -> Config {
    Config::new()
        .root(root)
        .schema_file("api/schema.graphql")
        .queries("queries")
        .queries("reports")
}

fn folder() -> tempfile::TempDir {
    written(&[
        ("api/schema.graphql", SCHEMA),
        ("queries/a.graphql", "query A { ...F }"),
        ("queries/f.graphql", "fragment F on Query { a }"),
        ("reports/b.graphql", "query B { b }"),
    ])
}

/// Compiles into `out`, and returns what cargo is told without the root.
fn told(root: &Path) -> String {
    let mut lines = Vec::new();
    config(root)
        .compile_to(root.join("out"), &mut lines)
        .unwrap();
    String::from_utf8(lines)
        .unwrap()
        .replace(&root.display().to_string(), "ROOT")
}

const INPUTS: &str = "\
cargo::rerun-if-changed=ROOT/queries
cargo::rerun-if-changed=ROOT/reports
cargo::rerun-if-changed=ROOT/api/schema.graphql
";

#[test]
fn cargo_is_told_of_every_input() {
    let folder = folder();
    assert_eq!(told(folder.path()), INPUTS);
    let out = folder.path().join("out");
    for file in [
        "queries.rs",
        "queries/types.rs",
        "queries/operations/a.rs",
        "queries/operations/b.rs",
        "queries/fragments/f.rs",
    ] {
        assert!(out.join(file).exists(), "{file}");
    }
}

#[test]
fn paths_are_relative_to_the_crate_unless_there_is_another_root() {
    let mut lines = Vec::new();
    let nowhere = tempfile::tempdir().unwrap();
    Config::new()
        .queries("queries")
        .compile_to(nowhere.path(), &mut lines)
        .unwrap();
    let lines = String::from_utf8(lines).unwrap();
    // Buildkite's schema is no file of the crate.
    assert!(
        lines.starts_with("cargo::rerun-if-changed=queries\ncargo::error="),
        "{lines}"
    );
}

#[test]
fn every_line_of_a_report_is_an_error() {
    let folder = folder();
    fs::write(
        folder.path().join("queries/a.graphql"),
        "query A { ...F c }",
    )
    .unwrap();
    fs::write(folder.path().join("reports/b.graphql"), "").unwrap();
    let told = told(folder.path());
    let errors = told.strip_prefix(INPUTS).unwrap();
    let report = config(folder.path()).generate().unwrap_err();
    assert_eq!(report.len(), 2);
    assert!(!report.is_empty());
    let said: Vec<_> = errors
        .lines()
        .map(|line| line.strip_prefix("cargo::error=").expect(line))
        .collect();
    assert_eq!(said.join("\n"), report.to_string());
    // Nothing is written that does not fit the queries.
    assert!(!folder.path().join("out").exists());
}

#[test]
fn inputs_are_watched_even_where_they_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let told = told(folder.path());
    assert!(told.starts_with(INPUTS), "{told}");
    assert!(told.contains("cargo::error=Error: there is no such folder\n"));
    assert!(told.contains("cargo::error=Error: the schema cannot be read"));
}

#[test]
fn what_has_not_changed_is_not_written_again() {
    let folder = folder();
    told(folder.path());
    let out = folder.path().join("out");
    // A file that is read-only cannot be written again without an error.
    let unchanged = ["queries.rs", "queries/types.rs", "queries/operations/b.rs"];
    for file in unchanged {
        let path = out.join(file);
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
    }
    let modified = |file: &str| fs::metadata(out.join(file)).unwrap().modified().unwrap();
    let before = unchanged.map(modified);
    fs::write(
        folder.path().join("queries/a.graphql"),
        "query A { b ...F }",
    )
    .unwrap();
    assert_eq!(told(folder.path()), INPUTS);
    assert_eq!(unchanged.map(modified), before);
    let text = fs::read_to_string(out.join("queries/operations/a.rs")).unwrap();
    assert!(text.contains("query A {\n  b\n  ...F\n}"), "{text}");
}

#[test]
fn what_is_no_longer_there_is_removed() {
    let folder = folder();
    told(folder.path());
    let out = folder.path().join("out");
    fs::write(out.join("other.rs"), "// Of another build step.").unwrap();
    fs::remove_file(folder.path().join("queries/f.graphql")).unwrap();
    fs::write(folder.path().join("queries/a.graphql"), "query C { a }").unwrap();
    assert_eq!(told(folder.path()), INPUTS);
    assert!(out.join("queries/operations/c.rs").exists());
    assert!(out.join("other.rs").exists());
    assert!(!out.join("queries/operations/a.rs").exists());
    assert!(!out.join("queries/fragments/f.rs").exists());
}

#[test]
fn what_cannot_be_written_is_an_error_too() {
    let folder = folder();
    fs::write(folder.path().join("out"), "a file in the way").unwrap();
    let told = told(folder.path());
    assert!(
        told.contains("cargo::error=Error: the generated code cannot be written"),
        "{told}"
    );
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let folder = folder();
    let refused = |config: Config| config.generate().unwrap_err().to_string();
    for (config, message) in [
        (
            config(folder.path()).runtime("not a path"),
            "`not a path` is not a path",
        ),
        (
            config(folder.path()).scalar("URL", "Vec<"),
            "which is not a type",
        ),
        (
            config(folder.path()).schema_file("nowhere.graphql"),
            "cannot be read",
        ),
        (
            Config::new().schema_text(SCHEMA, "s.graphql"),
            "no folder of queries",
        ),
    ] {
        let report = refused(config);
        assert!(report.contains(message), "{report}");
        assert!(report.contains("Help: "), "{report}");
    }
}

#[test]
fn options_that_cannot_be_are_reported_with_everything_else() {
    let folder = written(&[("queries/a.graphql", "query A { nope }")]);
    let report = Config::new()
        .root(folder.path())
        .schema_text(SCHEMA, "schema.graphql")
        .queries("queries")
        .scalar("Moment", "f64")
        .scalar("Int", "not a type")
        .runtime("not a path")
        .generate()
        .unwrap_err();
    let messages: Vec<_> = report.iter().map(Diagnostic::message).collect();
    assert_eq!(report.len(), 4, "{messages:?}");
    for expected in [
        "the schema has no scalar `Moment`",
        "which is not a type",
        "`not a path` is not a path",
        "has no field `nope`",
    ] {
        assert!(
            messages.iter().any(|message| message.contains(expected)),
            "{expected}: {messages:?}"
        );
    }
}
