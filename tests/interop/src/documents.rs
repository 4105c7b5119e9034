//! Whether a document reads or changes things, held against a real parser.

use apollo_compiler::ast::{Definition, Document, OperationType};
use buildkite_client::{Operation, OperationKind};
use proptest::prelude::*;
use proptest::sample::select;

/// What the client takes a document for.
fn kind(document: &str, name: &str) -> OperationKind {
    let mut operation = cynic::Operation::<String, ()>::new(document.to_owned(), ());
    operation.operation_name = (!name.is_empty()).then(|| name.to_owned().into());
    operation.kind()
}

/// What a parser takes it for; `None` where it is no document.
fn parsed(document: &str, name: &str) -> Option<OperationKind> {
    let document = Document::parse(document, "document.graphql").ok()?;
    let mut meant = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::OperationDefinition(operation) => Some(operation),
            _ => None,
        })
        .filter(|operation| {
            name.is_empty() || operation.name.as_ref().is_some_and(|found| found == name)
        })
        .peekable();
    let found = meant.peek().is_some();
    let queries = meant.all(|operation| operation.operation_type == OperationType::Query);
    Some(if found && queries {
        OperationKind::Query
    } else {
        OperationKind::Mutation
    })
}

/// Names, among them those that could be taken for keywords.
fn name() -> impl Strategy<Value = String> {
    select(vec![
        "A",
        "B",
        "query",
        "mutation",
        "fragment",
        "subscription",
        "_x9",
    ])
    .prop_map(str::to_owned)
}

/// What may stand between two tokens.
fn blank() -> impl Strategy<Value = String> {
    select(vec![
        " ",
        "\n",
        " , ",
        "\r\n",
        "\t",
        "# } mutation A { a\n",
        "# \"\"\" \" ünïcödé\r",
        "\u{feff} ",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "1",
        "-2.5e+3",
        "true",
        "null",
        "query",
        "$a",
        r#""""#,
        r#""} mutation A { a""#,
        r#""\" { \\""#,
        r#""\u00e9 # 🙂""#,
        "\"\"\"} mutation A { \\\"\"\" \" \"\" # \n } \"\"\"",
        "\"\"\"\"\"\"",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            (name(), inner).prop_map(|(name, value)| format!("{{{name}: {value}}}")),
        ]
    })
}

fn directive() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => name().prop_map(|name| format!("@{name}")),
        1 => (name(), name(), value())
            .prop_map(|(name, argument, value)| format!("@{name}({argument}: {value})")),
    ]
}

fn selection_set() -> impl Strategy<Value = String> {
    let field = (name(), name(), value(), directive(), blank()).prop_map(
        |(alias, name, value, directive, blank)| {
            format!("{alias}: {name}(a: {value}) {directive}{blank}")
        },
    );
    let leaf = prop_oneof![field, Just("...A ".to_owned())];
    let fields = proptest::collection::vec(leaf, 1..3).prop_map(|fields| fields.concat());
    fields
        .prop_recursive(2, 8, 2, |inner| {
            (name(), inner, blank(), any::<bool>()).prop_map(|(name, inner, blank, inline)| {
                let head = if inline {
                    format!("... on {name}")
                } else {
                    name
                };
                format!("{head}{blank}{{{inner}}}{blank}")
            })
        })
        .prop_map(|fields| format!("{{{fields}}}"))
}

fn definition() -> impl Strategy<Value = String> {
    let variables = prop_oneof![
        Just(String::new()),
        value().prop_map(|value| {
            // A default is a constant.
            format!("($a: [I!]! = {} @d)", value.replace("$a", "0"))
        }),
    ];
    let operation = (
        select(vec!["query", "query", "mutation", "subscription"]),
        prop_oneof![Just(String::new()), name()],
        variables,
        directive().prop_map(|directive| directive.replace("$a", "0")),
        selection_set(),
        blank(),
    )
        .prop_map(|(keyword, name, variables, directive, set, blank)| {
            format!("{keyword}{blank}{name}{blank}{variables}{directive}{blank}{set}")
        });
    let fragment = (name(), name(), selection_set(), blank())
        .prop_map(|(name, on, set, blank)| format!("fragment{blank}{name} on {on}{blank}{set}"));
    prop_oneof![4 => operation, 1 => fragment, 1 => selection_set()]
}

fn document() -> impl Strategy<Value = String> {
    proptest::collection::vec((blank(), definition()), 1..4).prop_map(|definitions| {
        definitions
            .into_iter()
            .map(|(blank, definition)| blank + &definition)
            .collect()
    })
}

proptest! {
    #[test]
    fn agrees_with_a_parser(
        document in document(),
        name in prop_oneof![Just(String::new()), name()],
    ) {
        prop_assert_eq!(Some(kind(&document, &name)), parsed(&document, &name));
    }

    #[test]
    fn never_takes_broken_text_for_a_query_that_is_none(
        document in document(),
        cut in any::<prop::sample::Index>(),
        put in select(vec!["", "{", "}", "\"", "\"\"\"", "#", "(", ")", "\\", "é", "mutation"]),
    ) {
        let mut broken = document;
        let places: Vec<_> = broken.char_indices().collect();
        let (at, character) = places[cut.index(places.len())];
        broken.replace_range(at..at + character.len_utf8(), put);
        if kind(&broken, "") == OperationKind::Query {
            prop_assert_ne!(parsed(&broken, ""), Some(OperationKind::Mutation));
        }
    }

    #[test]
    fn takes_any_text(text in ".*", name in ".{0,3}") {
        let _ = kind(&text, &name);
    }
}
