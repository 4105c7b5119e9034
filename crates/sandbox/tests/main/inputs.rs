//! The same arguments, written in different ways, have the same answer.

use buildkite_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::Client;

/// A field whose value follows from its arguments and nothing else.
const SCHEMA: &str = "
schema { query: Garden }
scalar Anything
enum Kind { TREE MOSS }
input Filter {
  kind: Kind! = TREE
  wet: Boolean
  size: Int
  tall: Float
  within: Filter
  parts: [Part!]
  extra: Anything
}
input Part { name: String = \"root\", kinds: [Kind!] = MOSS }
type Garden {
  found(filter: Filter, ids: [ID!], parts: [[Part]], default: [Part!] = {kinds: TREE}): ID!
}
";

async fn garden() -> Client {
    let builder = Sandbox::builder().schema(SCHEMA);
    Client::over(builder.start().await.unwrap())
}

/// Holds that all of these, with these variables, ask for the same.
async fn alike(ways: &[(&str, Value)]) {
    let client = garden().await;
    let mut found = Vec::new();
    for (query, variables) in ways {
        let answer = client.answer(query, variables.clone()).await;
        assert_eq!(answer.get("errors"), None, "{query} {answer}");
        found.push(answer["data"]["found"].clone());
    }
    let others = client.data("{ nothing: found }").await;
    assert_ne!(found[0], others["nothing"]);
    for (value, way) in found.iter().zip(ways) {
        assert_eq!(*value, found[0], "{way:?}");
    }
}

#[tokio::test]
async fn a_variable_without_a_value_is_not_in_its_input() {
    alike(&[
        ("{ found(filter: {within: {}}) }", json!({})),
        (
            "query ($kind: Kind) { found(filter: {within: {kind: $kind}}) }",
            json!({}),
        ),
        (
            "query ($wet: Boolean) { found(filter: {within: {wet: $wet, kind: TREE}}) }",
            json!({}),
        ),
        (
            "query ($f: Filter) { found(filter: {within: $f}) }",
            json!({ "f": {} }),
        ),
    ])
    .await;
}

#[tokio::test]
async fn null_is_not_the_same_as_nothing() {
    let client = garden().await;
    let query = "query ($wet: Boolean) { found(filter: {wet: $wet}) }";
    let nothing = client.answer(query, json!({})).await;
    let null = client.answer(query, json!({ "wet": null })).await;
    assert_ne!(nothing["data"], null["data"]);
    let refused = client
        .answer(
            "query ($kind: Kind) { found(filter: {kind: $kind}) }",
            json!({ "kind": null }),
        )
        .await;
    assert_eq!(refused["data"], Value::Null);
    assert_eq!(refused["errors"][0]["path"], json!(["found"]));
}

#[tokio::test]
async fn one_item_is_a_list_wherever_it_is_written() {
    alike(&[
        ("{ found(ids: [\"7\"]) }", json!({})),
        ("{ found(ids: 7) }", json!({})),
        ("query ($ids: [ID!] = 7) { found(ids: $ids) }", json!({})),
        (
            "query ($ids: [ID!]) { found(ids: $ids) }",
            json!({ "ids": "7" }),
        ),
        (
            "query ($ids: [ID!]) { found(ids: $ids) }",
            json!({ "ids": [7] }),
        ),
        ("query ($id: ID!) { found(ids: [$id]) }", json!({ "id": 7 })),
    ])
    .await;
    alike(&[
        (
            "{ found(parts: [[{name: \"root\", kinds: [MOSS]}]]) }",
            json!({}),
        ),
        ("{ found(parts: {}) }", json!({})),
        ("query ($p: [[Part]] = {}) { found(parts: $p) }", json!({})),
        (
            "query ($p: [[Part]]) { found(parts: $p) }",
            json!({ "p": [[{ "kinds": "MOSS" }]] }),
        ),
    ])
    .await;
}

#[tokio::test]
async fn defaults_have_defaults() {
    let client = garden().await;
    let data = client
        .data(
            "{
                none: found
                all: found(default: [{name: \"root\", kinds: [TREE]}])
                one: found(default: {kinds: TREE})
                other: found(default: {})
            }",
        )
        .await;
    assert_eq!(data["none"], data["all"]);
    assert_eq!(data["none"], data["one"]);
    assert_ne!(data["none"], data["other"]);
}

/// Nothing forbids it, and nobody can write down what it is.
#[tokio::test]
async fn a_default_inside_of_itself_comes_to_an_end() {
    let schema = "type Query { found(in: Loop, or: [Loop!] = {}): ID! }
        input Loop { name: String = \"x\", next: Loop = {}, others: [Loop!] = {next: {}} }";
    let sandbox = Sandbox::builder().schema(schema).start().await.unwrap();
    let client = Client::over(sandbox);
    let data = client
        .data("{ none: found in: found(in: {}) written: found(in: {name: \"x\"}) }")
        .await;
    assert_eq!(data["in"], data["written"]);
    assert_ne!(data["in"], data["none"]);
}

#[tokio::test]
async fn the_order_of_keys_and_the_way_of_numbers_mean_nothing() {
    alike(&[
        (
            "{ found(filter: {tall: 2, kind: MOSS, extra: {a: 1, b: [2]}}) }",
            json!({}),
        ),
        (
            "{ found(filter: {extra: {b: [2], a: 1}, kind: MOSS, tall: 2.0}) }",
            json!({}),
        ),
        (
            "query ($f: Filter) { found(filter: $f) }",
            json!({ "f": { "tall": 2, "kind": "MOSS", "extra": { "b": [2], "a": 1 } } }),
        ),
        (
            "query ($tall: Float! = 2e0, $kind: Kind = MOSS, $b: [Int] = 2) {
                found(filter: {kind: $kind, tall: $tall, extra: {b: $b, a: 1}})
            }",
            json!({}),
        ),
    ])
    .await;
}

/// What a scalar takes may have variables inside.
#[tokio::test]
async fn variables_stand_inside_of_scalars() {
    alike(&[
        (
            "{ found(filter: {extra: {n: 1.5, list: [{a: \"x\", b: null}]}}) }",
            json!({}),
        ),
        (
            "query ($number: Float, $text: String, $null: Int, $nothing: Int) {
                found(filter: {extra: {n: $number, list: [{a: $text, b: $null, c: $nothing}]}})
            }",
            json!({ "number": 1.5, "text": "x", "null": null }),
        ),
        (
            "query ($all: Anything) { found(filter: {extra: {list: [$all], n: 1.5}}) }",
            json!({ "all": { "b": null, "a": "x" } }),
        ),
    ])
    .await;
    let client = garden().await;
    let odd = json!({ "all": { "no name": [1, 2.5, true, null, { "": "\u{0}" }] } });
    let query = "query ($all: Anything) { found(filter: {extra: {all: $all}}) }";
    let answer = client.answer(query, odd).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
}
