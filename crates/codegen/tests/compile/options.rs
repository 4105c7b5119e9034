//! Options that change how the code looks.

use buildkite_codegen::{Config, Diagnostic, Generated, Layout, Visibility};

use crate::support::{joined, written};

const SCHEMA: &str = "
    schema { query: Query }
    type Query { pet(by: By): Pet }
    input By { name: String }
    union Pet = Dog | Cat
    type Dog { size: Size }
    type Cat { name: String }
    enum Size { BIG }
";

const QUERY: &str =
    "query Pets($by: By) { pet(by: $by) { ... on Dog { size } ... on Cat { name } } }";

fn generate(change: impl FnOnce(Config) -> Config) -> Generated {
    let folder = written(&[("queries/a.graphql", QUERY)]);
    let config = Config::new()
        .root(folder.path())
        .schema_text(SCHEMA, "schema.graphql")
        .queries("queries");
    change(config)
        .generate()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

#[test]
fn every_type_derives_what_is_asked_for_once() {
    let text = joined(&generate(|config| {
        config.derive("Eq").derive("::std::hash::Hash")
    }));
    let types = text
        .lines()
        .filter(|line| line.starts_with("pub struct") || line.starts_with("pub enum"))
        .count();
    // The operation, its data, the union, two variants, the input, the enum.
    assert_eq!(types, 7, "{text}");
    let derived = "#[derive(Debug, Clone, PartialEq, Eq, ::std::hash::Hash)]";
    assert_eq!(text.matches(derived).count(), 6, "{text}");
    // Enums of the schema are both already.
    let always = "#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]";
    assert_eq!(text.matches(always).count(), 1, "{text}");
}

#[test]
fn what_is_private_to_the_crate_is_not_public_from_outside() {
    let generated = generate(|config| config.visibility(Visibility::Crate));
    let (_, root) = generated.files().next().unwrap();
    for item in [
        "mod operations {",
        "mod fragments {",
        "mod types {",
        "use operations::*;",
    ] {
        assert!(root.contains(&format!("\npub(crate) {item}")), "{root}");
    }
    let public = generate(|config| config.visibility(Visibility::Public));
    let (_, root) = public.files().next().unwrap();
    assert!(!root.contains("pub(crate)"), "{root}");
}

#[test]
fn the_layout_changes_no_token() {
    let formatted = generate(|config| config.layout(Layout::Formatted));
    let unformatted = generate(|config| config.layout(Layout::Unformatted));
    for ((path, text), (same_path, line)) in formatted.files().zip(unformatted.files()) {
        assert_eq!(path, same_path);
        assert!(line.lines().count() < text.lines().count(), "{line}");
        let tokens = |text: &str| prettyplease::unparse(&syn::parse_file(text).unwrap());
        assert_eq!(tokens(text), tokens(line), "{}", path.display());
    }
}

#[test]
fn options_that_are_no_paths_are_reported_together() {
    let folder = written(&[("queries/a.graphql", QUERY)]);
    let errors = Config::new()
        .root(folder.path())
        .schema_text(SCHEMA, "schema.graphql")
        .queries("queries")
        .runtime("not a path")
        .derive("Eq, Hash")
        .generate()
        .unwrap_err();
    let messages: Vec<_> = errors.iter().map(Diagnostic::message).collect();
    assert_eq!(
        messages,
        [
            "`not a path` is not a path: unexpected token",
            "`Eq, Hash` is not a path: unexpected token",
        ]
    );
}
