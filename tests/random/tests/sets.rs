//! What random sets are made of.

#![allow(
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

use random::Set;

const SCHEMA: &str = include_str!("../../volume/schemas/nested.graphql");

fn set(seed: u64, operations: usize) -> Set {
    Set::generate(SCHEMA, seed, operations).unwrap()
}

fn texts(set: &Set) -> Vec<&str> {
    let operations = set.operations.iter().map(|operation| &operation.text);
    let fragments = set.fragments.iter().map(|(_, text)| text);
    operations.chain(fragments).map(String::as_str).collect()
}

#[test]
fn the_same_seed_gives_the_same_set() {
    assert_eq!(texts(&set(3, 20)), texts(&set(3, 20)));
    assert_ne!(texts(&set(3, 20)), texts(&set(4, 20)));
}

#[test]
fn most_of_what_is_made_is_valid() {
    let set = set(1, 200);
    assert_eq!(set.operations.len(), 200);
    assert!(set.attempts < 260, "{}", set.attempts);
}

/// If one of these were missing, nobody would notice in the tests that use the sets.
#[test]
fn everything_occurs() {
    let set = set(1, 300);
    let text = texts(&set).join("\n\n");
    for part in [
        "query ",
        "mutation ",
        "fragment ",
        // Conditions on nothing, objects, interfaces and unions.
        "... {",
        "... on Train",
        "... on Worker",
        "... on Located",
        "... on Staff",
        "... @",
        // Directives with literals and variables, alone and together.
        "@include(if: true)",
        "@include(if: false)",
        "@include(if: $",
        "@skip(if: true)",
        "@skip(if: $",
        ") @include(if: ",
        // Names of types, and aliases of them.
        "__typename\n",
        "kindOf: __typename",
        "__schema {",
        "type: ",
        // Values.
        ": null",
        ": true",
        ": \"",
        ": \"\"\"",
        "\\n",
        "🌱",
        ": -",
        "e0",
        ": []",
        "[[",
        "[$",
        "{by: {",
        ": {not: ",
        ": SUNDAY",
        ": HALT",
        // Variables with and without defaults, and of every kind of type.
        ": Boolean! = ",
        ": Search!",
        ": Order",
        ": [ID!]!",
        ": [[Int!]!]!",
        ": Coordinates!",
        ": Float! = ",
        // Pages.
        "after: $",
        "first: $",
        "endCursor",
        "nodes {",
        "edges {",
    ] {
        assert!(text.contains(part), "no `{part}`");
    }
    let in_fragments = set.fragments.iter();
    let mut spreads = in_fragments.map(|(_, text)| text.matches("...").count());
    assert!(spreads.any(|spreads| spreads > 2));
    let spreads = |part: &str| text.matches(&format!("...{part}")).count();
    let shared = set.fragments.iter().filter(|(name, _)| spreads(name) > 1);
    assert!(shared.count() > 20);
}

#[test]
fn calls_give_what_is_required_and_some_of_the_rest() {
    let set = set(1, 100);
    let (mut least, mut most, mut nulls) = (0, 0, 0);
    for operation in &set.operations {
        let [a, b, c] = &operation.calls[..] else {
            unreachable!("three calls");
        };
        let given = |call: &random::Call| call.json.as_object().unwrap().len();
        assert!(given(a) <= given(b) && given(a) <= given(c));
        least += given(a);
        most += given(b);
        nulls += c.json.to_string().matches("null").count();
    }
    assert!(least > 50 && most > least + 50, "{least} {most}");
    assert!(nulls > 10, "{nulls}");
}
