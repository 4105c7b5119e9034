//! Two schemas in, every change out: each kind, no change where there is none, one order.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use buildkite_codegen::schema::diff::{self, ChangeKind, ChangeSeverity, DiffOptions, SchemaDiff};
use buildkite_codegen::schema::{self, PrintOptions};

/// What a case needs beside what it is about.
const REST: &str = "type Query { q: String }";

/// Old and new text, and what is found: kinds and coordinates.
const CASES: &[(&str, &str, &[&str])] = &[
    // Types.
    ("type A { a: Boolean }", "", &["TYPE_REMOVED A"]),
    ("", "type A { a: Boolean }", &["TYPE_ADDED A"]),
    ("type A { a: Int }", "type A { a: Boolean }", &["FIELD_CHANGED_KIND A.a", "TYPE_REMOVED Int"]),
    ("type A { a: Boolean }", "interface A { a: Int }", &["TYPE_CHANGED_KIND A", "TYPE_ADDED Int"]),
    ("enum A { B }", "scalar A", &["TYPE_CHANGED_KIND A"]),
    ("input A { a: Boolean }", "union A = Query", &["TYPE_CHANGED_KIND A"]),
    ("union A = Query", "input A { a: Boolean }", &["TYPE_CHANGED_KIND A"]),
    (
        "scalar A @specifiedBy(url: \"https://a.example\") scalar B",
        "scalar A scalar B @specifiedBy(url: \"https://b.example\")",
        &["SPECIFIED_BY_CHANGED A", "SPECIFIED_BY_CHANGED B"],
    ),
    // Unions, interfaces and enums.
    (
        "union A = Query | B type B { b: String } type C { c: String }",
        "union A = C | Query type B { b: String } type C { c: String }",
        &["TYPE_REMOVED_FROM_UNION A", "TYPE_ADDED_TO_UNION A"],
    ),
    (
        "interface I { i: String } interface J { i: String } type A implements I { i: String } interface B implements I { i: String }",
        "interface I { i: String } interface J { i: String } type A implements J { i: String } interface B { i: String }",
        &[
            "IMPLEMENTED_INTERFACE_REMOVED A",
            "IMPLEMENTED_INTERFACE_ADDED A",
            "IMPLEMENTED_INTERFACE_REMOVED B",
        ],
    ),
    ("enum A { B C }", "enum A { D C }", &["VALUE_REMOVED_FROM_ENUM A.B", "VALUE_ADDED_TO_ENUM A.D"]),
    // Fields.
    ("type A { a: String b: String }", "type A { c: String b: String }", &["FIELD_REMOVED A.a", "FIELD_ADDED A.c"]),
    (
        "interface A { a: String! b: String c: [String] d: String }",
        "interface A { a: String b: String! c: [String!]! d: [String] }",
        &[
            "FIELD_CHANGED_KIND A.a",
            "FIELD_CHANGED_KIND_SAFE A.b",
            "FIELD_CHANGED_KIND_SAFE A.c",
            "FIELD_CHANGED_KIND A.d",
        ],
    ),
    // Arguments.
    (
        "type A { a(old: String, b: String, c: String!): String }",
        "type A { a(b: String!, c: String, d: String, e: String!, f: String! = \"f\"): String }",
        &[
            "ARG_CHANGED_KIND A.a(b:)",
            "ARG_CHANGED_KIND_SAFE A.a(c:)",
            "OPTIONAL_ARG_ADDED A.a(d:)",
            "REQUIRED_ARG_ADDED A.a(e:)",
            "OPTIONAL_ARG_ADDED A.a(f:)",
            "ARG_REMOVED A.a(old:)",
        ],
    ),
    (
        "type A { a(b: Int = 1, c: Int = 1, d: Int, e: [Int] = 1, f: Int! = 1): String }",
        "type A { a(b: Int = 2, c: Int, d: Int = 1, e: [Int] = [1], f: Int!): String }",
        &[
            "ARG_DEFAULT_VALUE_CHANGE A.a(b:)",
            "ARG_DEFAULT_VALUE_CHANGE A.a(c:)",
            "ARG_DEFAULT_VALUE_ADDED A.a(d:)",
            "ARG_DEFAULT_VALUE_CHANGE A.a(f:)",
        ],
    ),
    // An argument whose type was changed is not reported for its default, too.
    (
        "type A { a(b: Int = 1): Int }",
        "type A { a(b: String = \"1\"): Int }",
        &["ARG_CHANGED_KIND A.a(b:)"],
    ),
    // Of a safe change it is.
    (
        "type A { a(b: Int! = 1): Int }",
        "type A { a(b: Int = 2): Int }",
        &["ARG_DEFAULT_VALUE_CHANGE A.a(b:)", "ARG_CHANGED_KIND_SAFE A.a(b:)"],
    ),
    // What is left out of a default counts as well.
    (
        "type A { a(b: B = {}): Int } input B { c: Int = 1 }",
        "type A { a(b: B = {}): Int } input B { c: Int = 2 }",
        &["ARG_DEFAULT_VALUE_CHANGE A.a(b:)", "INPUT_FIELD_DEFAULT_VALUE_CHANGE B.c"],
    ),
    // Input objects.
    (
        "input A { a: Int b: Int! c: Int d: Int = 1 e: Int }",
        "input A { b: Int c: [Int] d: Int e: Int = 1 f: Int! g: Int h: Int! = 1 }",
        &[
            "FIELD_REMOVED A.a",
            "FIELD_CHANGED_KIND_SAFE A.b",
            "FIELD_CHANGED_KIND A.c",
            "INPUT_FIELD_DEFAULT_VALUE_CHANGE A.d",
            "INPUT_FIELD_DEFAULT_VALUE_ADDED A.e",
            "REQUIRED_INPUT_FIELD_ADDED A.f",
            "OPTIONAL_INPUT_FIELD_ADDED A.g",
            "OPTIONAL_INPUT_FIELD_ADDED A.h",
        ],
    ),
    (
        "directive @oneOf on INPUT_OBJECT input A @oneOf { a: String } input B { a: String }",
        "directive @oneOf on INPUT_OBJECT input A { a: String } input B @oneOf { a: String }",
        &["ONE_OF_REMOVED A", "ONE_OF_ADDED B"],
    ),
    // Directives.
    ("directive @a on FIELD", "directive @b on FIELD", &["DIRECTIVE_REMOVED @a", "DIRECTIVE_ADDED @b"]),
    (
        "directive @a repeatable on FIELD | QUERY directive @b on FIELD",
        "directive @a on FIELD | MUTATION directive @b repeatable on FIELD",
        &[
            "DIRECTIVE_REPEATABLE_REMOVED @a",
            "DIRECTIVE_LOCATION_REMOVED @a",
            "DIRECTIVE_LOCATION_ADDED @a",
            "DIRECTIVE_REPEATABLE_ADDED @b",
        ],
    ),
    (
        "directive @a(b: String, c: String, d: String!, e: String = \"a\", f: String) on FIELD",
        "directive @a(c: String!, d: String, e: String = \"b\", f: String = \"a\", g: String, h: String!) on FIELD",
        &[
            "DIRECTIVE_ARG_REMOVED @a(b:)",
            "DIRECTIVE_ARG_CHANGED_KIND @a(c:)",
            "DIRECTIVE_ARG_CHANGED_KIND_SAFE @a(d:)",
            "DIRECTIVE_ARG_DEFAULT_VALUE_CHANGE @a(e:)",
            "DIRECTIVE_ARG_DEFAULT_VALUE_ADDED @a(f:)",
            "OPTIONAL_DIRECTIVE_ARG_ADDED @a(g:)",
            "REQUIRED_DIRECTIVE_ARG_ADDED @a(h:)",
        ],
    ),
    // Those of GraphQL itself are there whether a text defines them or not.
    ("directive @oneOf on INPUT_OBJECT", "", &[]),
    (
        "",
        "directive @deprecated(reason: String = \"No longer supported\") on FIELD_DEFINITION | ENUM_VALUE",
        &["DIRECTIVE_LOCATION_REMOVED @deprecated", "DIRECTIVE_LOCATION_REMOVED @deprecated"],
    ),
    // Deprecations.
    (
        "type A { a: String b: String @deprecated c(d: String): String @deprecated(reason: \"old\") }
         enum E { A } input I { a: String @deprecated(reason: \"`b`\") }",
        "type A { a: String @deprecated b: String c(d: String @deprecated): String @deprecated(reason: \"new\") }
         enum E { A @deprecated(reason: \"\"\"two\nlines\"\"\") } input I { a: String }",
        &[
            "DEPRECATION_ADDED A.a",
            "DEPRECATION_REMOVED A.b",
            "DEPRECATION_REASON_CHANGED A.c",
            "DEPRECATION_ADDED A.c(d:)",
            "DEPRECATION_ADDED E.A",
            "DEPRECATION_REMOVED I.a",
        ],
    ),
    (
        "type A { a: String b(c: String @deprecated): String c: String @deprecated(reason: \"Use `a` instead\") } enum E { A B @deprecated }",
        "type A { a: String b: String } enum E { A }",
        &["ARG_REMOVED A.b(c:)", "FIELD_REMOVED A.c", "VALUE_REMOVED_FROM_ENUM E.B"],
    ),
    // Where operations start.
    (
        "schema { query: Query mutation: M } type M { a: String } type S { a: String }",
        "schema { query: S subscription: M } type M { a: String } type S { a: String }",
        &["ROOT_OPERATION_REMOVED M", "ROOT_OPERATION_ADDED M", "ROOT_OPERATION_CHANGED Query"],
    ),
    // Nothing but order, spelling and what belongs to every schema.
    (
        "type A implements I & J { i: String a(b: Float = 1, c: ID = 1): Int } interface I { i: String } interface J { i: String }",
        "interface J { i: String } interface I { i: String } scalar Int type A implements J & I { a(c: ID = \"1\", b: Float = 1.0): Int i: String }",
        &[],
    ),
];

fn load(text: &str) -> Valid<Schema> {
    let sdl = format!("{REST} {text}");
    schema::load(&sdl, "case.graphql").unwrap_or_else(|error| panic!("{sdl}: {error:?}"))
}

fn compare(old: &str, new: &str) -> SchemaDiff {
    diff::compare(&load(old), &load(new))
}

fn kinds(diff: &SchemaDiff) -> Vec<String> {
    let changes = diff.changes().iter();
    changes
        .map(|change| format!("{} {}", change.kind(), change.coordinate()))
        .collect()
}

#[test]
fn each_kind_is_found_where_it_is() {
    let mut seen = BTreeSet::new();
    let mut messages = String::new();
    for (old, new, expected) in CASES {
        let diff = compare(old, new);
        assert_eq!(kinds(&diff), *expected, "{old}\n{new}");
        seen.extend(diff.changes().iter().map(diff::Change::kind));
        write!(messages, "{diff}").expect("text");
    }
    let missing: Vec<_> = ChangeKind::ALL
        .iter()
        .filter(|kind| !seen.contains(kind) && **kind != ChangeKind::DescriptionChanged)
        .collect();
    assert_eq!(missing, [] as [&ChangeKind; 0]);
    insta::assert_snapshot!("messages", messages);
}

#[test]
fn descriptions_are_compared_on_request() {
    let old = "type A { \"one\" a(b: String): String } \"gone\" enum E { A } input I { a: String } directive @a(b: String) on FIELD";
    let new = "\"new\" type A { \"two\" a(\"b\" b: String): String } enum E { \"a\" A } input I { \"a\" a: String } \"a\" directive @a(\"b\" b: String) on FIELD";
    let (old, new) = (load(old), load(new));
    let diff = DiffOptions::new().descriptions(true).compare(&old, &new);
    let found = diff.changes().iter();
    assert!(
        found
            .clone()
            .all(|change| change.kind() == ChangeKind::DescriptionChanged)
    );
    let places: Vec<_> = found
        .map(|change| change.coordinate().to_string())
        .collect();
    assert_eq!(
        places,
        ["@a", "@a(b:)", "A", "A.a", "A.a(b:)", "E", "E.A", "I.a"]
    );
    assert_eq!(
        diff.changes()[5].message(),
        "the description of `E` was removed"
    );

    assert!(diff::compare(&old, &new).is_empty());
}

/// The way back has the opposite changes at the same places.
#[test]
fn the_way_back_is_as_long() {
    for (old, new, _) in CASES {
        let (there, back) = (compare(old, new), compare(new, old));
        let places = |diff: &SchemaDiff| -> BTreeSet<String> {
            let changes = diff.changes().iter();
            changes
                .map(|change| change.coordinate().to_string())
                .collect()
        };
        // A root has the place of its old type, or of the new one where there was none.
        if !old.starts_with("schema") {
            assert_eq!(places(&there), places(&back), "{old}\n{new}");
        }
        assert_eq!(there.is_empty(), back.is_empty());
        assert!(compare(old, old).is_empty());
    }
}

/// In which form and order a schema comes makes no difference.
#[test]
fn forms_and_orders_make_no_difference() {
    for (old, new, expected) in CASES {
        // Introspection does not tell how the directives of GraphQL are defined.
        if new.contains("@deprecated(reason: String") {
            continue;
        }
        let through = |text: &str| {
            let sdl = format!("{REST} {text}");
            let printed = schema::print_sdl(&sdl, PrintOptions::new()).expect("valid");
            let answer = crate::introspect::introspect(&printed);
            let json = serde_json::json!({ "__schema": answer }).to_string();
            schema::load(&json, "answer.json").unwrap_or_else(|error| panic!("{sdl}: {error:?}"))
        };
        let diff = diff::compare(&through(old), &through(new));
        assert_eq!(kinds(&diff), *expected, "{old}\n{new}");
    }
}

#[test]
fn the_whole_schema_against_an_empty_one() {
    let full = schema::load(buildkite_schema::SDL, buildkite_schema::PATH).expect("valid");
    let empty = schema::load(
        "schema { query: Query } type Query { a: Boolean }",
        "empty.graphql",
    )
    .expect("valid");
    assert!(diff::compare(&full, &full).is_empty());
    let diff = diff::compare(&full, &empty);
    assert_eq!(diff.severity(), Some(ChangeSeverity::Breaking));
    let removed = diff
        .changes()
        .iter()
        .filter(|change| change.kind() == ChangeKind::TypeRemoved);
    let own = full.types.keys().filter(|name| !name.starts_with("__"));
    // `Query`, `Boolean` and `String` stay.
    assert_eq!(removed.count(), own.count() - 3);
}
