//! Whatever is in a query file or schema: a report, or code that parses.

use std::sync::LazyLock;

use buildkite_codegen::Config;
use proptest::prelude::*;

use crate::support::{folder, joined, written};

/// Texts that are valid, as a start for mutations.
static VALID: LazyLock<Vec<String>> = LazyLock::new(|| {
    [
        "abstract",
        "directives",
        "merging",
        "names",
        "pages",
        "values",
        "fragments/all",
    ]
    .iter()
    .map(|name| {
        let path = folder("shapes/queries").join(format!("{name}.graphql"));
        std::fs::read_to_string(path).unwrap()
    })
    .collect()
});

static SCHEMA: LazyLock<String> =
    LazyLock::new(|| std::fs::read_to_string(folder("shapes/schema.graphql")).unwrap());

/// Compiles one file; the report has text, the code is Rust.
fn compile(schema: &str, query: &[u8]) {
    let folder = written(&[("queries/a.graphql", query)]);
    let result = Config::new()
        .root(folder.path())
        .schema_text(schema, "schema.graphql")
        .queries("queries")
        .generate();
    match result {
        Ok(generated) => {
            syn::parse_file(&joined(&generated)).unwrap();
        }
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty());
            // Whatever the front end refuses is said in our own words.
            assert!(
                diagnostics.iter().all(|found| found.code() != "invalid"),
                "{diagnostics}"
            );
            assert!(
                !diagnostics.to_string().contains("bug in buildkite-codegen"),
                "{diagnostics}"
            );
        }
    }
}

/// Pieces of GraphQL, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "query",
        "mutation",
        "subscription",
        "fragment",
        "on",
        "A",
        "B",
        "F",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "!",
        "$a",
        ":",
        "=",
        "@include(if: $a)",
        "@skip(if: true)",
        "...",
        "...F",
        "... on Tree",
        "... on Node",
        "node(id: $a)",
        "me",
        "id",
        "name",
        "bed",
        "things",
        "x: id",
        "__typename",
        "\"text\"",
        "\"\"\"block\"\"\"",
        "\"",
        "1",
        "-1.5e3",
        "null",
        "true",
        "# comment\n",
        "\u{feff}",
        "\u{202e}",
        "🌱",
        "\\",
        "\n",
        ",",
        "&",
        "|",
        "type T { a: Int }",
        "schema",
        "extend",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(" "))
}

/// A valid text with pieces cut out, doubled or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0_usize..40, soup(), 0..3);
    (0..VALID.len(), prop::collection::vec(change, 1..4)).prop_map(|(index, changes)| {
        let mut text: Vec<char> = VALID[index].chars().collect();
        for (place, length, replacement, kind) in changes {
            let start = place.index(text.len() + 1);
            let end = (start + length).min(text.len());
            let new: Vec<char> = match kind {
                0 => Vec::new(),
                1 => text[start..end].repeat(2),
                _ => replacement.chars().collect(),
            };
            text.splice(start..end, new);
        }
        text.into_iter().collect()
    })
}

/// Documents whose selections double with every level. Whoever follows all of them
/// does not come to an end.
#[test]
fn selections_that_double_are_followed_once() {
    let doubled = |inside: fn(usize) -> String| {
        let levels = (0..40).map(|level| {
            let inside = inside(level + 1);
            format!("fragment F{level} on Person {{ {inside} }}\n")
        });
        let fragments: String = levels.collect();
        format!("query Q {{ me {{ ...F0 }} }}\n{fragments}fragment F40 on Person {{ id }}\n")
    };
    for query in [
        doubled(|next| format!("...F{next} ...F{next}")),
        doubled(|next| format!("...F{next} ... on Node {{ ...F{next} }}")),
        doubled(|next| format!("friend {{ ...F{next} }} friend {{ ...F{next} }}")),
        doubled(|next| format!("friend {{ ...F{next} }} other: friend {{ ...F{next} }}")),
        doubled(|next| format!("friend {{ ...F{next} ... on Person {{ ...F{next} }} }}")),
        doubled(|next| format!("friend {{ ...F{next} friend {{ ...F{next} }} }}")),
        doubled(|next| format!("friend {{ ...F{next} }} ... on Named {{ ...F{next} }}")),
        doubled(|next| format!("friend {{ ...F{next} }} friends {{ ...F{next} }}")),
    ] {
        compile(&SCHEMA, query.as_bytes());
        // The same with something to page through at the end of every way.
        let page = "beds(first: 1, after: $after) {
            pageInfo { hasNextPage endCursor } edges { node { id } } }";
        let query = query.replace("query Q", "query Q($after: String)").replace(
            "F40 on Person { id }",
            &format!("F40 on Person {{ {page} }}"),
        );
        compile(&SCHEMA, query.as_bytes());
    }
}

/// Every level is there under a condition of its own and under the opposite.
#[test]
fn conditions_that_double_are_not_followed_without_end() {
    const LEVELS: usize = 28;
    type Inside = fn(usize, &str) -> String;
    let levels: [Inside; 4] = [
        |level, next| format!("{next} @include(if: $c{level}) {next} @skip(if: $c{level})"),
        |level, next| {
            format!(
                "friend @include(if: $c{level}) {{ {next} }} friend @skip(if: $c{level}) {{ {next} }}"
            )
        },
        |level, next| {
            format!(
                "... @include(if: $c{level}) {{ {next} }} ... @skip(if: $c{level}) {{ {next} }}"
            )
        },
        |level, next| {
            format!("friend @include(if: $c{level}) {{ {next} id }} {next} @skip(if: $c{level})")
        },
    ];
    for inside in levels {
        let variables: Vec<_> = (0..LEVELS)
            .map(|level| format!("$c{level}: Boolean!"))
            .collect();
        let mut definitions = vec![
            format!("query Q({}) {{ me {{ ...F0 }} }}", variables.join(" ")),
            format!("fragment F{LEVELS} on Person {{ id }}"),
        ];
        for level in 0..LEVELS {
            let next = format!("...F{}", level + 1);
            let inside = inside(level, &next);
            definitions.push(format!("fragment F{level} on Person {{ {inside} }}"));
        }
        compile(&SCHEMA, definitions.join("\n").as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(query in prop::collection::vec(any::<u8>(), 0..200)) {
        compile(&SCHEMA, &query);
    }

    #[test]
    fn any_text(query in "\\PC{0,200}") {
        compile(&SCHEMA, query.as_bytes());
    }

    #[test]
    fn any_order_of_tokens(query in soup()) {
        compile(&SCHEMA, query.as_bytes());
    }

    #[test]
    fn valid_queries_with_changes(query in mutated()) {
        compile(&SCHEMA, query.as_bytes());
    }

    #[test]
    fn valid_schemas_with_changes(
        start in any::<prop::sample::Index>(),
        length in 0_usize..60,
        replacement in soup(),
    ) {
        let mut schema: Vec<char> = SCHEMA.chars().collect();
        let start = start.index(schema.len());
        let end = (start + length).min(schema.len());
        schema.splice(start..end, replacement.chars());
        let schema: String = schema.into_iter().collect();
        compile(&schema, VALID[0].as_bytes());
    }
}
