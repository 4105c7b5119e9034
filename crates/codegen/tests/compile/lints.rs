//! What lints do to a build, beside what they report.

use std::fs;

use apollo_compiler::ast::{Definition, Document};
use buildkite_codegen::{Config, Diagnostic, Diagnostics, Severity};

use crate::support::{constants, joined, shapes, shipped, written};

const DEPRECATED: &str = "query A { old }";

const SCHEMA: &str = "schema { query: Query } type Query { old: Int @deprecated a(n: Int): Int }";

fn config(root: &std::path::Path) -> Config {
    Config::new()
        .root(root)
        .queries("queries")
        .schema_text(SCHEMA, "schema.graphql")
}

fn warnings(config: &Config) -> Diagnostics {
    config
        .generate()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
        .warnings()
        .clone()
}

fn lints(diagnostics: &Diagnostics) -> Vec<(&str, Severity)> {
    diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.lint().unwrap(), diagnostic.severity()))
        .collect()
}

#[test]
fn shipped_queries_have_nothing_to_find() {
    let warnings = warnings(&shipped());
    assert!(warnings.is_empty(), "{warnings}");
}

#[test]
fn a_warning_does_not_end_the_build() {
    let folder = written(&[("queries/a.graphql", DEPRECATED)]);
    let config = config(folder.path());
    let generated = config.generate().unwrap();
    assert_eq!(
        lints(generated.warnings()),
        [("deprecated", Severity::Warning)]
    );
    assert!(joined(&generated).contains("pub struct A"));

    let mut told = Vec::new();
    config
        .compile_to(folder.path().join("out"), &mut told)
        .unwrap();
    let told = String::from_utf8(told).unwrap();
    assert!(
        told.contains("\ncargo::warning=Warning: `Query.old` is deprecated\n"),
        "{told}"
    );
    assert!(!told.contains("cargo::error"), "{told}");
    assert!(folder.path().join("out/queries.rs").exists());
}

#[test]
fn a_denied_lint_ends_the_build_with_all_that_was_found() {
    let folder = written(&[
        ("queries/a.graphql", "query A { old } query B { a a }"),
        ("queries/lints.toml", "[lints]\ndeprecated = \"deny\""),
    ]);
    let found = config(folder.path()).generate().unwrap_err();
    assert_eq!(
        lints(&found),
        [
            ("deprecated", Severity::Error),
            ("useless_selection", Severity::Warning)
        ]
    );
}

#[test]
fn the_file_of_lints_may_lie_elsewhere() {
    let folder = written(&[
        ("queries/a.graphql", DEPRECATED),
        ("ci/strict.toml", "[lints]\ndeprecated = \"deny\""),
        ("ci/lax.toml", "[lints]\ndeprecated = \"allow\""),
    ]);
    let strict = config(folder.path()).lints_file("ci/strict.toml");
    assert_eq!(
        lints(&strict.generate().unwrap_err()),
        [("deprecated", Severity::Error)]
    );
    let lax = config(folder.path()).lints_file("ci/lax.toml");
    assert!(warnings(&lax).is_empty());

    // Cargo runs the script again when it changes.
    let mut told = Vec::new();
    lax.compile_to(folder.path().join("out"), &mut told)
        .unwrap();
    let told = String::from_utf8(told).unwrap();
    let watched = format!(
        "cargo::rerun-if-changed={}/ci/lax.toml\n",
        folder.path().display()
    );
    assert!(told.contains(&watched), "{told}");
}

#[test]
fn a_file_of_lints_that_is_named_has_to_be_there() {
    let folder = written(&[("queries/a.graphql", "query A { nope }")]);
    let report = config(folder.path())
        .lints_file("ci/lints.toml")
        .generate()
        .unwrap_err();
    // Together with everything else.
    assert_eq!(report.len(), 2, "{report}");
    let text = report.to_string();
    assert!(
        text.contains("there is no such file of lints\n    ╭─ ci/lints.toml\n"),
        "{text}"
    );
}

#[test]
fn there_is_one_file_of_lints() {
    let folder = written(&[
        ("queries/a.graphql", DEPRECATED),
        ("queries/lints.toml", "[lints]\ndeprecated = \"deny\""),
        ("other.toml", ""),
    ]);
    let twice = config(folder.path())
        .lints_file("other.toml")
        .generate()
        .unwrap_err();
    assert!(
        twice
            .to_string()
            .contains("there is a second file of lints"),
        "{twice}"
    );
    // The same one is no second one, however often it is found.
    let same = config(folder.path())
        .queries("./queries")
        .lints_file("queries/lints.toml");
    assert_eq!(
        lints(&same.generate().unwrap_err()),
        [("deprecated", Severity::Error)]
    );
}

#[test]
fn limits_are_enforced_where_they_are_known() {
    let query = "query A {
        organization(slug: \"a\") {
            pipelines(first: 50001) @allow(lints: [page_info_unread]) { edges { node { id } } }
        }
    }";
    let folder = written(&[("queries/a.graphql", query)]);
    let buildkite = Config::new().root(folder.path()).queries("queries");
    assert_eq!(
        lints(&buildkite.generate().unwrap_err()),
        [("complexity_over_limit", Severity::Error)]
    );
    // The same schema, but who knows whose?
    let schema = fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/buildkite.graphql"),
    );
    let another = buildkite.schema_text(schema.unwrap(), "schema.graphql");
    assert_eq!(
        lints(&warnings(&another)),
        [("complexity_over_limit", Severity::Warning)]
    );
}

#[test]
fn a_variable_without_a_use_is_not_sent() {
    let folder = written(&[
        (
            "queries/a.graphql",
            "query A($n: Int, $m: Int! @allow(lints: [unused_variable])) { a(n: $n) }",
        ),
        ("queries/f.graphql", "fragment F on Query { a }"),
        ("queries/lints.toml", "[lints]\nunused_fragment = \"allow\""),
    ]);
    let config = config(folder.path());
    let generated = config.generate().unwrap();
    assert!(generated.warnings().is_empty(), "{}", generated.warnings());
    assert_eq!(
        constants(&generated, "DOCUMENT"),
        ["query A($n: Int) {\n  a(n: $n)\n}"]
    );
    let text = joined(&generated);
    assert!(!text.contains("pub m:"), "{text}");
    let explained = config.explain().unwrap();
    assert_eq!(explained.operation("A").unwrap().variables().len(), 1);
}

#[test]
fn what_costs_too_much_can_still_be_explained() {
    let folder = written(&[
        ("queries/a.graphql", "query A { old }"),
        (
            "queries/lints.toml",
            "[lints]\ndeprecated = \"deny\"\ncomplexity_over_limit = \"deny\"\n[limits]\ncomplexity = 0",
        ),
    ]);
    let config = config(folder.path());
    assert!(config.generate().is_err());
    assert_eq!(
        config
            .explain()
            .unwrap()
            .operation("A")
            .unwrap()
            .default_complexity(),
        0
    );
}

#[test]
fn queries_can_allow_every_lint_that_has_a_place() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/client.graphql");
    let text = fs::read_to_string(&path).unwrap();
    let document = Document::parse(text, &path).unwrap();
    let mut known: Vec<_> = document
        .definitions
        .iter()
        .filter_map(Definition::as_enum_type_definition)
        .filter(|definition| definition.name == "ClientLint")
        .flat_map(|definition| {
            definition
                .values
                .iter()
                .map(|value| value.value.to_string())
        })
        .collect();
    known.sort();
    // A file of lints with an unknown one lists all that there are.
    let folder = written(&[
        ("queries/a.graphql", "query A { a }"),
        ("queries/lints.toml", "[lints]\n0 = \"deny\""),
    ]);
    let report = config(folder.path()).generate().unwrap_err();
    let help = report.iter().next().unwrap().help_text().unwrap();
    let mut listed: Vec<_> = help
        .strip_prefix("write one of ")
        .unwrap()
        .split(", ")
        .map(|name| name.trim_matches('`').to_owned())
        // That an `@allow` is of no use cannot be allowed by another one.
        .filter(|name| name != "unused_allow")
        .collect();
    listed.sort();
    assert_eq!(listed, known);
}

#[test]
fn what_has_every_shape_is_found_in_order_and_once() {
    let warnings = warnings(&shapes());
    let places: Vec<_> = warnings
        .iter()
        .map(|found| (found.path(), found.line(), found.column(), found.lint()))
        .collect();
    assert!(!places.is_empty());
    let mut sorted = places.clone();
    sorted.sort_by_key(|(path, line, column, _)| (*path, *line, *column));
    assert_eq!(places, sorted);
    for (index, place) in places.iter().enumerate() {
        assert!(!places[..index].contains(place), "{place:?}");
    }
}

#[test]
fn of_thousands_of_equal_fields_all_but_the_first_are_of_no_use() {
    const FIELDS: usize = 4_000;
    let fields = "a ".repeat(FIELDS);
    let folder = written(&[
        ("queries/a.graphql", format!("query A {{ {fields} ...F }}")),
        (
            "queries/f.graphql",
            format!("fragment F on Query {{ {fields} }}"),
        ),
    ]);
    let found = warnings(&config(folder.path()));
    // The first one of the operation is in the fragment.
    assert_eq!(found.len(), 2 * FIELDS - 1);
    let beside = found
        .iter()
        .filter(|found| found.message().contains("beside `...F`"));
    let places: Vec<_> = beside.map(Diagnostic::column).collect();
    assert_eq!(places, [Some(11)]);
}
