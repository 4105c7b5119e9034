//! What is refused, and what the message says.

use std::error::Error;
use std::fmt::Write as _;

use buildkite_codegen::schema::{self, PrintOptions, SchemaErrorKind as Kind};
use serde_json::{Value, json};

/// The message and its causes, a line each, after checking the kind.
fn refused(text: &str, path: &str, kind: Kind) -> String {
    let error = schema::print_text(text, path, PrintOptions::new())
        .expect_err("this must not be taken for a schema");
    assert_eq!(error.kind(), kind, "{error}");
    let mut report = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        assert!(!report.contains(&cause.to_string()), "said twice: {report}");
        let _ = write!(report, "\n{cause}");
        source = cause.source();
    }
    report
}

fn refused_json(text: &str, kind: Kind) -> String {
    refused(text, "schema.json", kind)
}

/// The fixture after a change to its `__schema`.
fn refused_change(change: impl FnOnce(&mut Value), kind: Kind) -> String {
    let mut answer = super::fixture();
    change(&mut answer["data"]["__schema"]);
    refused_json(&answer.to_string(), kind)
}

/// An element of a list by its name.
fn named<'a>(list: &'a mut Value, name: &str) -> &'a mut Value {
    list.as_array_mut()
        .and_then(|items| items.iter_mut().find(|item| item["name"] == name))
        .unwrap_or_else(|| panic!("nothing is called {name}"))
}

fn ty<'a>(schema: &'a mut Value, name: &str) -> &'a mut Value {
    named(&mut schema["types"], name)
}

fn field<'a>(schema: &'a mut Value, type_name: &str, name: &str) -> &'a mut Value {
    named(&mut ty(schema, type_name)["fields"], name)
}

#[test]
fn what_is_no_answer_at_all() {
    insta::assert_snapshot!(refused_json("", Kind::Empty), @"there is no schema in it: the text is empty; check that fetching the schema succeeded, and fetch it again");
    insta::assert_snapshot!(refused("  \n", "schema.graphql", Kind::Empty), @"there is no schema in it: the text is empty; check that fetching the schema succeeded, and fetch it again");
    insta::assert_snapshot!(
        refused_json("\n<!DOCTYPE html><p>Sign in</p>", Kind::Html), @"this is an HTML page, not a schema; check the address and the token that it was fetched with: sign-in forms and the errors of proxies look like this");
    insta::assert_snapshot!(
        refused("<html></html>", "schema.graphql", Kind::Html), @"this is an HTML page, not a schema; check the address and the token that it was fetched with: sign-in forms and the errors of proxies look like this");
    insta::assert_snapshot!(refused_json("{\"data\": {\"__sche", Kind::NotJson), @r#"
    this is not complete, correct JSON; check that the whole answer was saved and nothing else with it
    EOF while parsing a string at line 1 column 17
    "#);
    insta::assert_snapshot!(refused_json("nonsense", Kind::NotJson), @r#"
    this is not complete, correct JSON; check that the whole answer was saved and nothing else with it
    expected ident at line 1 column 2
    "#);
    insta::assert_snapshot!(refused_json("[]", Kind::Malformed), @"the JSON is a list, and an introspection answer is an object; if these are the answers to a batch of queries, keep only the introspection answer");
    insta::assert_snapshot!(refused_json("\"text\"", Kind::Malformed), @r#"
    the JSON is not laid out as an introspection answer is; ask the server again with a full introspection query, such as graphql-js gives
    invalid type: string "text", expected the object that answers a query at line 1 column 6
    "#);
}

#[test]
fn answers_without_a_schema() {
    insta::assert_snapshot!(
        refused_json(r#"{"data": {"__typename": "Query"}}"#, Kind::NoSchema), @"there is no `__schema` in the answer; save the answer to an introspection query, the one that asks for `__schema`");
    insta::assert_snapshot!(refused_json(r#"{"data": null}"#, Kind::NoSchema), @"there is no `__schema` in the answer; save the answer to an introspection query, the one that asks for `__schema`");
    insta::assert_snapshot!(
        refused_json(r#"{"message": "Authentication required"}"#, Kind::NoSchema), @r#"there is no `__schema` in the answer, only the message "Authentication required"; save the answer to an introspection query, the one that asks for `__schema`"#);
    insta::assert_snapshot!(
        refused_json(
            r#"{"errors": [{"message": "No scope `graphql`"}, {"message": "Try again"}]}"#,
            Kind::ErrorAnswer,
        ), @r#"the server answered with errors: "No scope `graphql`", "Try again"; correct what the server complains about, most often the token or its scopes, and ask again"#);
    insta::assert_snapshot!(
        refused_json(r#"{"errors": "broken", "data": null}"#, Kind::ErrorAnswer), @r#"the server answered with errors: "broken"; correct what the server complains about, most often the token or its scopes, and ask again"#);

    // A schema beside errors may be only a part of it.
    let mut partial = super::fixture();
    partial["errors"] = json!([{ "message": "Timed out" }]);
    insta::assert_snapshot!(refused_json(&partial.to_string(), Kind::ErrorAnswer), @r#"the server answered with errors: "Timed out"; correct what the server complains about, most often the token or its scopes, and ask again"#);
    // An empty list means that there are none.
    partial["errors"] = json!([]);
    assert!(schema::load(&partial.to_string(), "schema.json").is_ok());
}

#[test]
fn broken_type_references() {
    let with_type = |reference: Value, kind| {
        refused_change(
            |schema| field(schema, "Query", "bed")["type"] = reference,
            kind,
        )
    };
    insta::assert_snapshot!(
        with_type(
            json!({"kind": "NON_NULL", "ofType": {
                "kind": "NON_NULL", "ofType": {"kind": "OBJECT", "name": "Bed2"}}}),
            Kind::BrokenTypeReference,
        ), @"the type of `Query.bed` is broken: it is non-null twice; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    insta::assert_snapshot!(
        with_type(json!({"kind": "LIST", "ofType": null}), Kind::BrokenTypeReference), @"the type of `Query.bed` is broken: it ends in a list or non-null wrapper without `ofType`; ask the server again with more levels of `ofType` in the introspection query");
    insta::assert_snapshot!(with_type(json!({"kind": "OBJECT"}), Kind::BrokenTypeReference), @"the type of `Query.bed` is broken: it has no `name`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(with_type(json!({"name": "Bed2"}), Kind::BrokenTypeReference), @"the type of `Query.bed` is broken: it has no `kind`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        with_type(json!({"kind": "OBJECT", "name": "Bed3"}), Kind::UnknownType), @"`Query.bed` names the type `Bed3`, which the answer does not define; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        with_type(json!({"kind": "ENUM", "name": "Bed2"}), Kind::BrokenTypeReference), @"`Query.bed` takes `Bed2` for ENUM, but it is defined as OBJECT; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    insta::assert_snapshot!(with_type(Value::Null, Kind::MissingPart), @"`Query.bed` has no `type`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        refused_change(
            |schema| ty(schema, "Thing")["possibleTypes"] = json!([{"name": "Shade"}]),
            Kind::BrokenTypeReference,
        ), @"`Thing` takes `Shade` for OBJECT, but it is defined as ENUM; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    insta::assert_snapshot!(
        refused_change(
            |schema| schema["mutationType"] = json!({"name": "Mutation"}),
            Kind::UnknownType,
        ), @"`mutationType` names the type `Mutation`, which the answer does not define; ask the server again with a full introspection query, such as graphql-js gives");
}

#[test]
fn parts_that_are_missing() {
    let without = |name: &str, key: &str| {
        refused_change(
            |schema| ty(schema, name)[key] = Value::Null,
            Kind::MissingPart,
        )
    };
    insta::assert_snapshot!(without("Plant", "fields"), @"`Plant` has no `fields`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(without("Plant", "interfaces"), @"`Plant` has no `interfaces`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(without("Node", "fields"), @"`Node` has no `fields`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(without("Thing", "possibleTypes"), @"`Thing` has no `possibleTypes`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(without("Shade", "enumValues"), @"`Shade` has no `enumValues`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(without("Place", "inputFields"), @"`Place` has no `inputFields`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(without("Place", "kind"), @"`Place` has no `kind`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        refused_change(
            |schema| field(schema, "Query", "node")["args"] = Value::Null,
            Kind::MissingPart,
        ), @"`Query.node` has no `args`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        refused_change(|schema| schema["types"][3]["name"] = Value::Null, Kind::MissingPart), @"type number 4 has no `name`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        refused_change(|schema| schema["types"] = Value::Null, Kind::MissingPart), @"the schema has no `types`; ask the server again with a full introspection query, such as graphql-js gives");
    insta::assert_snapshot!(
        refused_change(|schema| schema["queryType"] = Value::Null, Kind::NoQueryRoot), @"the answer names no type for queries: `queryType` is missing or null; ask the server again with a full introspection query, such as graphql-js gives");
}

#[test]
fn contradictions() {
    insta::assert_snapshot!(
        refused_change(
            |schema| {
                let again = ty(schema, "Shade").clone();
                schema["types"].as_array_mut().expect("types").push(again);
            },
            Kind::DuplicateType,
        ), @"the type `Shade` is in the answer twice; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    insta::assert_snapshot!(
        refused_change(|schema| ty(schema, "Blob")["kind"] = json!("TUPLE"), Kind::Malformed), @"`Blob` has a kind that GraphQL types cannot have: `TUPLE`; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    insta::assert_snapshot!(
        refused_change(
            |schema| named(&mut schema["directives"], "quiet")["locations"] = json!(["MOON"]),
            Kind::Malformed,
        ), @"`@quiet` names a place that directives cannot have: `MOON`; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    insta::assert_snapshot!(
        refused_change(
            |schema| field(schema, "Query", "bed")["name"] = json!("flower bed"),
            Kind::InvalidName,
        ), @r#"a name in `Query` is not a GraphQL name: "flower bed"; fetch the answer again, and if it comes back like this, have the server's schema corrected"#);
    insta::assert_snapshot!(
        refused_change(|schema| ty(schema, "Blob")["name"] = json!(5), Kind::Malformed), @r#"
        the JSON is not laid out as an introspection answer is; ask the server again with a full introspection query, such as graphql-js gives
        invalid type: integer `5`, expected a string at line 1 column 10030
        "#);
}

#[test]
fn default_values_must_be_one_literal() {
    let with_default = |text: &str| {
        refused_change(
            |schema| {
                let fields = &mut ty(schema, "Place")["inputFields"];
                named(fields, "y")["defaultValue"] = json!(text);
            },
            Kind::InvalidDefault,
        )
    };
    insta::assert_snapshot!(with_default("{a: "), @"the default value of `Place.y` is not a GraphQL literal: {a: ; fetch the answer again, and if it comes back like this, have the server's schema corrected");
    for text in [
        "",
        "\"open",
        "1 z: Int",
        "1 2",
        "1 @deprecated",
        "1 } input More { z: Int",
        "# nothing",
    ] {
        with_default(text);
    }
}

/// What only the rules of the specification forbid is shown in an excerpt.
#[test]
fn rules_of_the_specification() {
    insta::assert_snapshot!(
        refused_change(|schema| ty(schema, "Stone")["fields"] = json!([]), Kind::Invalid), @r#"
        the schema is not valid GraphQL: 2 mistakes; correct what is marked, or fetch the schema again if nobody edited it
        Error: `Stone` has no fields
            ╭─[ the introspection answer as SDL:95:1 ]
            │
         95 │ ╭─▶ "  Both lines\n  are indented."
         96 │ ├─▶ type Stone implements Node
            │ │
            │ ╰──────────────────────────────── Stone type defined here
            │
            │     Help: Define one or more fields on `Stone`.
        ────╯
        Error: type `Stone` does not satisfy interface `Node`: missing field `id`
             ╭─[ the introspection answer as SDL:95:1 ]
             │
          95 │ ╭─▶ "  Both lines\n  are indented."
          96 │ ├─▶ type Stone implements Node
             │ │                         ──┬─
             │ │                           ╰──── implementation of interface Node declared here
             │ │
             │ ╰──────────────────────────────── add `id` field to this type
             │
         138 │       id: ID!
             │       ───┬───
             │          ╰───── `Node.id` originally defined here
             │
             │     Help: An object or interface must declare all fields required by the interfaces it implements
        ─────╯
        "#);
    insta::assert_snapshot!(
        refused(
            "type Query { a: Missing b(x: Query): Int }",
            "schema.graphql",
            Kind::Invalid,
        ), @r#"
        the schema is not valid GraphQL: 2 mistakes; correct what is marked, or fetch the schema again if nobody edited it
        Error: cannot find type `Missing` in this document
           ╭─[ schema.graphql:1:17 ]
           │
         1 │ type Query { a: Missing b(x: Query): Int }
           │                 ───┬───
           │                    ╰───── not found in this scope
        ───╯
        Error: `x` field must be of an input type
           ╭─[ schema.graphql:1:27 ]
           │
         1 │ type Query { a: Missing b(x: Query): Int }
           │                              ──┬──
           │                                ╰──── this is an object type
           │
           │ Help: Scalars, Enums, and Input Objects are input types. Change `x` field to take one of these input types.
        ───╯
        "#);
    insta::assert_snapshot!(refused("type Query {", "schema.graphql", Kind::Invalid), @r#"
    the schema is not valid GraphQL: 2 mistakes; correct what is marked, or fetch the schema again if nobody edited it
    Error: syntax error: expected Field Definition
       ╭─[ schema.graphql:1:13 ]
       │
     1 │ type Query {
       │             │
       │             ╰─ expected Field Definition
    ───╯
    Error: syntax error: expected R_CURLY, got EOF
       ╭─[ schema.graphql:1:13 ]
       │
     1 │ type Query {
       │             │
       │             ╰─ expected R_CURLY, got EOF
    ───╯
    "#);
    insta::assert_snapshot!(
        refused("query { a }", "schema.graphql", Kind::Invalid), @r#"
        the schema is not valid GraphQL: 1 mistake; correct what is marked, or fetch the schema again if nobody edited it
        Error: a schema document must not contain an operation definition
           ╭─[ schema.graphql:1:1 ]
           │
         1 │ query { a }
           │ ─────┬─────
           │      ╰─────── remove this definition, or use `parse_mixed()`
        ───╯
        "#);
}

#[test]
fn subscription_without_a_schema_block() {
    let types = "type Query { a: Int } type Subscription { id: ID }";
    insta::assert_snapshot!(refused(types, "schema.graphql", Kind::AmbiguousRoots), @"there is no `schema` block, and it is not clear whether the type `Subscription` is a root; add a block such as `schema { query: Query mutation: Mutation }`, and name `Subscription` in it only if subscriptions start there");
    let clear = format!("schema {{ query: Query }} {types}");
    assert!(schema::load(&clear, "schema.graphql").is_ok());
}
