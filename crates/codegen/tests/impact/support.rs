//! Queries in a folder, a schema and what it becomes, and what is said of it.

use std::fs;

use buildkite_codegen::impact::{Effect, Impact};
use buildkite_codegen::schema::{self, diff};
use buildkite_codegen::{Config, Diagnostics};
use tempfile::TempDir;

/// One file of queries, in a folder of its own.
pub(crate) fn folder(queries: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("queries")).unwrap();
    fs::write(folder.path().join("queries/all.graphql"), queries).unwrap();
    folder
}

/// The options of a set against a schema that is not Buildkite's.
pub(crate) fn config(folder: &TempDir) -> Config {
    Config::new()
        .root(folder.path())
        .queries("queries")
        .schema_file("not read")
}

pub(crate) fn compare(config: &Config, old: &str, new: &str) -> Result<Impact, Diagnostics> {
    let old = schema::load(old, "old.graphql").unwrap();
    let new = schema::load(new, "new.graphql").unwrap();
    config.impact(&old, &new, &diff::compare(&old, &new))
}

pub(crate) fn impact(old: &str, new: &str, queries: &str) -> Impact {
    compare(&config(&folder(queries)), old, new).unwrap()
}

/// A line for every effect.
pub(crate) fn effects(old: &str, new: &str, queries: &str) -> String {
    lines(&impact(old, new, queries))
}

pub(crate) fn lines(impact: &Impact) -> String {
    let lines: Vec<_> = impact.effects().iter().map(line).collect();
    lines.join("\n")
}

pub(crate) fn line(effect: &Effect) -> String {
    let name = effect.definition().map_or("-", |it| it.name());
    let mark = if effect.is_break() { "!" } else { "" };
    let changes: Vec<_> = effect
        .changes()
        .iter()
        .map(|change| format!("{} {}", change.kind(), change.coordinate()))
        .collect();
    let place = effect.place().map_or_else(
        || "-".to_owned(),
        |place| format!("{}:{}", place.line(), place.column()),
    );
    format!(
        "{}{mark} {place} {name}: {} <- {}",
        effect.kind(),
        effect.message(),
        changes.join(", ")
    )
}
