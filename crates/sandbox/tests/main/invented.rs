//! Any other schema, with data made up from its types.

use std::collections::BTreeSet;

use buildkite_sandbox::{Sandbox, StartError};
use serde_json::{Value, json};

use crate::support::Client;

const SCHEMA: &str = "
schema { query: Garden mutation: Change }
scalar Anything
scalar DateTime
enum Kind { TREE MOSS FERN }
interface Node { id: ID! }
interface Growing implements Node { id: ID! height: Float beside: Growing }
type Tree implements Node & Growing { id: ID! height: Float beside: Moss! rings: Int! kind: Kind! }
type Moss implements Node & Growing { id: ID! height: Float beside: Tree! soft: Boolean! }
type Stone { weight: Float! }
union Thing = Tree | Moss | Stone
type Place { row: Int! thing: Thing }
input Filter { kind: Kind! = TREE within: Filter }
type Garden {
  node(id: ID!): Node
  things(filter: Filter): [Thing!]!
  grid: [[Place]!]!
  extra: Anything!
  planted: DateTime!
  trees(first: Int, after: String, last: Int, before: String, kind: Kind): TreePage!
}
type TreePage { totalCount: Int! edges: [TreeEdge!]! nodes: [Tree!]! pageInfo: Page! }
type TreeEdge { cursor: String! node: Tree! since: Int }
type Page { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type Change { plant(kind: Kind!): Tree! }
";

async fn garden(seed: u64) -> Client {
    let builder = Sandbox::builder().seed(seed).schema(SCHEMA);
    Client::over(builder.start().await.unwrap())
}

const EVERYTHING: &str = "query($id: ID! = 7) {
    node(id: $id) { __typename id ... on Growing { height } ... on Tree { rings kind } }
    things(filter: { within: { kind: MOSS } }) {
        __typename ... on Moss { soft height } ... on Stone { weight }
    }
    grid { row thing { ... on Node { id } } }
    extra planted
    trees { totalCount edges { cursor since node { id } } nodes { id } }
    __schema { queryType { name } }
}";

/// Every value under this key, wherever it is.
fn collect(value: &Value, key: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    found.insert(value.to_string());
                }
                collect(value, key, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, found)),
        _ => {}
    }
}

#[tokio::test]
async fn any_query_is_answered_in_all_varieties() {
    let mut answers = BTreeSet::new();
    let (mut types, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..20 {
        let client = garden(seed).await;
        let data = client.data(EVERYTHING).await;
        assert_eq!(data, client.data(EVERYTHING).await);
        assert_eq!(data["__schema"]["queryType"]["name"], "Garden");
        assert!(!data["extra"].is_null());
        assert!(data["planted"].as_str().unwrap().ends_with('Z'));
        collect(&data, "__typename", &mut types);
        collect(&data, "kind", &mut kinds);
        answers.insert(data.to_string());
    }
    assert_eq!(answers.len(), 20);
    assert_eq!(
        types,
        ["\"Moss\"", "\"Stone\"", "\"Tree\""]
            .map(str::to_owned)
            .into()
    );
    assert_eq!(
        kinds,
        ["\"FERN\"", "\"MOSS\"", "\"TREE\""]
            .map(str::to_owned)
            .into()
    );
}

#[tokio::test]
async fn what_may_be_null_sometimes_is() {
    let mut nodes = BTreeSet::new();
    for seed in 0..20 {
        let data = garden(seed).await.data("{ node(id: 1) { id } }").await;
        nodes.insert(data["node"].is_null());
    }
    assert_eq!(nodes, [false, true].into());
}

/// A field may be more precise in an object than in its interface.
#[tokio::test]
async fn the_type_of_a_field_is_that_of_the_object() {
    let query = "{ things { __typename ... on Growing { beside { __typename } } } }";
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        let data = garden(seed).await.data(query).await;
        for thing in data["things"].as_array().unwrap() {
            seen.insert((
                thing["__typename"].clone().to_string(),
                thing["beside"].to_string(),
            ));
        }
    }
    let moss = ("\"Moss\"", "{\"__typename\":\"Tree\"}");
    let tree = ("\"Tree\"", "{\"__typename\":\"Moss\"}");
    let stone = ("\"Stone\"", "null");
    let expected = [moss, stone, tree].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(seen, expected.into());
}

#[tokio::test]
async fn arguments_make_a_difference_and_aliases_none() {
    let query = "{ a: things { ...T } b: things { ...T } c: things(filter: {kind: FERN}) { ...T }
        d: things(filter: null) { ...T } }
        fragment T on Thing { __typename ... on Tree { rings } ... on Stone { weight } }";
    let mut different = 0;
    for seed in 0..10 {
        let data = garden(seed).await.data(query).await;
        assert_eq!(data["a"], data["b"]);
        different += usize::from(data["a"] != data["c"]) + usize::from(data["a"] != data["d"]);
    }
    assert!(different > 10, "{different}");
}

#[tokio::test]
async fn mutations_are_answered() {
    let client = garden(1).await;
    let data = client
        .data("mutation { plant(kind: MOSS) { rings } }")
        .await;
    assert!(data["plant"]["rings"].is_i64());
}

#[tokio::test]
async fn pages_of_a_connection_add_up() {
    let mut longest = 0;
    for seed in 0..10 {
        let client = garden(seed).await;
        let all = "{ trees(kind: FERN) { totalCount edges { cursor node { id rings } } nodes { id rings } } }";
        let all = client.data(all).await["trees"].take();
        let edges = all["edges"].as_array().unwrap();
        let rows: Vec<Value> = edges.iter().map(|edge| edge["node"].clone()).collect();
        assert_eq!(all["nodes"], json!(rows));
        assert_eq!(all["totalCount"], rows.len());
        longest = longest.max(rows.len());

        let query = "query($after: String) { trees(kind: FERN, first: 2, after: $after) {
            nodes { id rings } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let mut walked = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = client.data_with(query, json!({ "after": after })).await["trees"].take();
            let info = &page["pageInfo"];
            assert_eq!(info["hasPreviousPage"], !walked.is_empty());
            walked.extend(page["nodes"].as_array().unwrap().iter().cloned());
            after = info["endCursor"].clone();
            if info["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(walked, rows);
    }
    assert!(longest > 4, "{longest}");
}

#[tokio::test]
async fn what_buildkite_would_refuse_is_refused() {
    let client = garden(1).await;
    let negative = client
        .errors("{ trees(first: -1) { totalCount } }", json!({}))
        .await;
    assert!(negative[0].contains("must not be negative"), "{negative:?}");
    let invalid = client
        .errors("{ trees { totalCount rows } }", json!({}))
        .await;
    assert!(invalid[0].contains("rows"), "{invalid:?}");
}

#[tokio::test]
async fn a_schema_that_is_none_is_reported() {
    let error = Sandbox::builder()
        .schema("type A {")
        .start()
        .await
        .unwrap_err();
    assert!(matches!(&error, StartError::Schema(_)), "{error:?}");
    let shown = error.to_string();
    assert!(shown.starts_with("the schema is not valid: "), "{shown}");
    assert!(shown.contains("schema.graphql:1"), "{shown}");
}
