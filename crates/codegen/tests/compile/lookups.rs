//! Which queries are lookups, and what is printed for them.

use buildkite_codegen::Config;

use crate::support::{joined, shipped, written};

const SCHEMA: &str = "
    directive @traced(by: Int) on QUERY | VARIABLE_DEFINITION
    schema { query: Query mutation: Mutation }
    type Query {
        node(id: ID!): Node
        thing(uuid: ID, slug: ID, name: String): Thing
        certain(id: ID!): Thing!
        several(id: ID!): [Thing]
        count(id: ID!): Int
    }
    type Mutation { node(id: ID!): Node }
    interface Node { id: ID! }
    type Thing implements Node {
        id: ID!
        name: String
        like(other: ID): Thing
        parts(first: Int, after: String): PartConnection
    }
    type PartConnection { pageInfo: PageInfo! edges: [PartEdge] }
    type PartEdge { node: Thing }
    type PageInfo { hasNextPage: Boolean! endCursor: String }
";

/// The code for one operation.
fn compiled(query: &str) -> String {
    let folder = written(&[("queries/a.graphql", query)]);
    let generated = Config::new()
        .root(folder.path())
        .schema_text(SCHEMA, "schema.graphql")
        .queries("queries")
        .generate()
        .unwrap_or_else(|mistakes| panic!("{query}: {mistakes}"));
    joined(&generated)
}

#[test]
fn what_takes_one_id_of_its_own_is_a_lookup() {
    for query in [
        "query A($id: ID!) { node(id: $id) { id } }",
        "query A($key: ID!) { thing(uuid: $key) { name } }",
        "query A($key: ID!) { it: thing(slug: $key) @required { name } }",
        "query A($id: ID!, $b: Boolean!) { certain(id: $id) { ...T @include(if: $b) } }
         fragment T on Thing { name }",
        "query A($id: ID!, $ids: ID) { node(id: $id) { ... on Thing { like(other: $ids) { id } } } }",
        // What is paged through, by its id.
        "query A($id: ID!, $after: String) { node(id: $id) { ... on Thing {
             parts(first: 2, after: $after) {
                 pageInfo { hasNextPage endCursor } edges { node { id } } } } } }",
    ] {
        let code = compiled(query);
        assert!(
            code.contains("impl rt::NodeLookup for A"),
            "{query}\n{code}"
        );
    }
}

#[test]
fn everything_else_is_none() {
    for query in [
        // Not one field.
        "query A($id: ID!) { node(id: $id) { id } other: node(id: 7) { id } }",
        "query A($id: ID!) { ...Q @allow(lints: [useless_selection]) }
         fragment Q on Query { node(id: $id) { id } }",
        "query A($id: ID!, $b: Boolean!) { node(id: $id) @include(if: $b) { id } }",
        // Not one argument, or not such a one.
        "query A($uuid: ID!, $n: String) { thing(uuid: $uuid, name: $n) { id } }",
        "query A($name: String!) { thing(name: $name) { id } }",
        // Not a variable of its own that has to be given.
        "query A { node(id: 1) { id } }",
        "query A($id: ID! = 1) { node(id: $id) { id } }",
        "query A($id: ID) { thing(uuid: $id) { id } }",
        "query A($id: ID!) { node(id: $id) { ... on Thing { like(other: $id) { id } } } }",
        "query A($id: ID!) { node(id: $id) { ...T } }
         fragment T on Thing { like(other: $id) { id } }",
        // Not one thing.
        "query A($id: ID!) { several(id: $id) { id } }",
        "query A($id: ID!) { count(id: $id) }",
        "mutation A($id: ID!) { node(id: $id) { id } }",
        // A list.
        "query A($slug: ID!, $after: String) { thing(slug: $slug) {
             parts(first: 2, after: $after) {
                 pageInfo { hasNextPage endCursor } edges { node { id } } } } }",
    ] {
        let code = compiled(query);
        assert!(!code.contains("NodeLookup"), "{query}\n{code}");
    }
}

#[test]
fn nothing_has_a_name_that_is_taken() {
    let code = compiled(
        "query A($id: ID!, $id0: Boolean! = true @traced(by: 1), $id_7: Boolean!)
             @traced(by: 2) @targetName(name: \"ById\") {
             node(id: $id) { ...ANode @include(if: $id0) ... on Thing @skip(if: $id_7) { name } }
         }
         fragment ANode on Thing { name @required }",
    );
    for part in [
        "impl rt::NodeLookup for ById",
        r#"prefix: "id__""#,
        r#"variables: "$id0: Boolean! = true @traced(by: 1), $id_7: Boolean!""#,
        r#"directives: "@traced(by: 2)""#,
        r#"fragment: "ANode_""#,
    ] {
        assert!(code.contains(part), "{part}\n{code}");
    }
    let lookup = code.split("impl rt::NodeLookup").nth(1).unwrap();
    let lookup = lookup.split("fn into_node").next().unwrap();
    assert!(!lookup.contains("@required") && !lookup.contains("@targetName"));
}

#[test]
fn some_of_the_shipped_queries_are() {
    let code = joined(&shipped().generate().unwrap());
    assert_eq!(code.matches("impl rt::NodeLookup for").count(), 20);
}
