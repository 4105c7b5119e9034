//! Options that change how the code looks.

use buildkite_codegen::{Config, Diagnostic, Generated, Layout, Visibility};

use crate::support::{constants, joined, written};

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

#[test]
fn relays_required_is_the_clients_own() {
    let folder = written(&[(
        "queries/a.graphql",
        "query A { a @required b @required(action: THROW) c }",
    )]);
    let config = Config::new().root(folder.path()).queries("queries");
    for default in ["", " = THROW"] {
        let schema = format!(
            "directive @required(action: RequiredFieldAction!{default}) on FIELD
            enum RequiredFieldAction {{ NONE LOG THROW }}
            schema {{ query: Query }}
            type Query {{ a: Int b: Int c: Int }}"
        );
        let config = config.clone().schema_text(schema, "schema.graphql");
        let generated = config.generate().unwrap();
        assert_eq!(
            constants(&generated, "DOCUMENT"),
            ["query A {\n  a\n  b\n  c\n}"]
        );
        let text = joined(&generated);
        for field in ["pub a: i64", "pub b: i64", "pub c: Option<i64>"] {
            assert!(text.contains(field), "{text}");
        }
    }
    // Without the client's directives it is the server's, and is sent.
    let schema = "directive @required(action: RequiredFieldAction!) on FIELD
        enum RequiredFieldAction { NONE LOG THROW }
        schema { query: Query }
        type Query { a: Int }";
    let folder = written(&[("queries/a.graphql", "query A { a @required(action: LOG) }")]);
    let sent = Config::new()
        .root(folder.path())
        .queries("queries")
        .schema_text(schema, "schema.graphql")
        .without_client_directives()
        .generate()
        .unwrap();
    assert_eq!(
        constants(&sent, "DOCUMENT"),
        ["query A {\n  a @required(action: LOG)\n}"]
    );
}

/// What is known of Buildkite counts for its snapshots, be they of whatever day, and for no
/// other server.
#[test]
fn a_snapshot_of_ones_own_is_buildkites() {
    let query = "query At { build(slug: \"a/b/1\") { createdAt } }";
    let folder = written(&[
        ("queries/at.graphql", query),
        ("schema/buildkite.graphql", buildkite_schema::SDL),
    ]);
    let config = Config::new().root(folder.path()).queries("queries");
    let code = |config: Config| joined(&config.generate().unwrap());
    let shipped = code(config.clone());
    let path = "schema/buildkite.graphql";
    assert_eq!(code(config.clone().snapshot_file(path)), shipped);
    assert!(shipped.contains("pub created_at: ") && !shipped.contains("pub created_at: Option<"));
    assert!(code(config.clone().schema_file(path)).contains("pub created_at: Option<"));

    let mut cargo = Vec::new();
    let out = folder.path().join("out");
    let compiled = config.snapshot_file(path).compile_to(&out, &mut cargo);
    compiled.unwrap();
    let cargo = String::from_utf8(cargo).unwrap();
    assert!(cargo.contains("schema/buildkite.graphql\n"), "{cargo}");
}
