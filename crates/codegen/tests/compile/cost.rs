//! What operations cost: the figures that Buildkite has published, and every way
//! in which a selection can count.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use buildkite_codegen::{Config, CostLine, Explained};
use serde_json::{Map, Value, json};

use crate::support::{shapes, shipped, written};

/// What the operations of one file cost.
fn explained(query: &str) -> Explained {
    let folder = written(&[("queries/a.graphql", query)]);
    Config::new()
        .root(folder.path())
        .queries("queries")
        .explain()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

/// The points of the operation `A` with these variables.
fn points(query: &str, variables: Value) -> u64 {
    let Value::Object(variables) = variables else {
        panic!("variables are an object");
    };
    explained(query)
        .operation("A")
        .unwrap()
        .complexity(&variables)
}

fn default_points(query: &str) -> u64 {
    points(query, json!({}))
}

#[test]
fn published_figures_are_met() {
    let one_list = r#"query A {
        organization(slug: "acme-inc") { pipelines(first: 500) { edges { node { slug } } } }
    }"#;
    assert_eq!(default_points(one_list), 503);

    // Lists in a list, the outer one without a page size.
    let lists_in_a_list = "query A {
        viewer { organizations { edges { node {
            slug
            pipelines(first: 500) { edges { node { id slug } } }
        } } } }
    }";
    assert_eq!(default_points(lists_in_a_list), 251_503);

    let with_an_object = "query A {
        viewer { organizations { edges { node {
            slug
            pipelines(first: 500) { edges { node { id slug url repository { url } } } }
        } } } }
    }";
    assert_eq!(default_points(with_an_object), 501_503);
}

#[test]
fn page_sizes_come_from_wherever_a_query_takes_them() {
    let builds = |declared: &str, given: &str| {
        format!(
            "query A({declared}) {{ pipeline(slug: $p) {{ builds({given}) {{ edges {{ node {{ id }} }} }} }} }}"
        )
    };
    let first = builds("$p: ID!, $n: Int", "first: $n");
    assert_eq!(points(&first, json!({ "n": 10 })), 13);
    assert_eq!(points(&first, json!({})), 503);
    assert_eq!(points(&first, json!({ "n": null })), 503);
    assert_eq!(points(&first, json!({ "n": "ten" })), 503);
    assert_eq!(points(&first, json!({ "n": 0 })), 3);
    assert_eq!(points(&first, json!({ "n": -10 })), 3);
    assert_eq!(points(&first, json!({ "n": u64::MAX })), u64::MAX);

    let with_default = builds("$p: ID!, $n: Int = 20", "last: $n");
    assert_eq!(points(&with_default, json!({})), 23);
    assert_eq!(points(&with_default, json!({ "n": 10 })), 13);
    // Null is not the same as nothing: it takes the default away.
    assert_eq!(points(&with_default, json!({ "n": null })), 503);

    let literal = |given: &str| default_points(&builds("$p: ID!", given));
    assert_eq!(literal("first: 10"), 13);
    assert_eq!(literal("first: -1"), 3);
    assert_eq!(literal("first: null"), 503);
    assert_eq!(literal("branch: \"main\""), 503);

    let both = builds("$p: ID!, $n: Int, $m: Int = 5", "first: $n, last: $m");
    assert_eq!(points(&both, json!({ "n": 10 })), 13);
    assert_eq!(points(&both, json!({})), 8);
    assert_eq!(points(&both, json!({ "m": null })), 503);
}

#[test]
fn a_page_counts_once_and_its_rows_as_often_as_there_are() {
    let query = |below: &str| {
        format!("query A {{ pipeline(slug: \"a/b\") {{ builds(first: 10) {{ {below} }} }} }}")
    };
    let points = |below: &str| default_points(&query(below));
    assert_eq!(points("count"), 2);
    assert_eq!(points("count pageInfo { hasNextPage endCursor }"), 3);
    assert_eq!(points("edges { cursor }"), 3);
    assert_eq!(points("edges { cursor node { id } }"), 13);
    assert_eq!(points("edges { node { createdBy { __typename } } }"), 23);
    assert_eq!(points("__typename edges { node { state } }"), 13);
    assert_eq!(
        points("edges { node { id } } edges { node { id number } }"),
        13
    );
    assert_eq!(
        points("a: edges { node { id } } b: edges { node { id } }"),
        24
    );
}

#[test]
fn nodes_are_rows_like_those_in_edges() {
    let query = "query A { organization(slug: \"a\") {
        apiAccessTokens(first: 10) { nodes { id owner { id } } }
    } }";
    let folder = written(&[("queries/a.graphql", query)]);
    let schema = "
        schema { query: Query }
        type Query { organization(slug: ID!): Organization }
        type Organization { apiAccessTokens(first: Int): TokenConnection }
        type TokenConnection { nodes: [Token] pageInfo: PageInfo }
        type PageInfo { hasNextPage: Boolean! }
        type Token { id: ID! owner: Token }";
    let explained = Config::new()
        .root(folder.path())
        .queries("queries")
        .schema_text(schema, "schema.graphql")
        .explain()
        .unwrap();
    assert_eq!(explained.operation("A").unwrap().default_complexity(), 22);
}

#[test]
fn what_is_selected_twice_counts_once() {
    let query = "
        query A { pipeline(slug: \"a/b\") { repository { url } ...F ... on Pipeline { ...F ...G } } }
        fragment F on Pipeline { repository { url } builds(first: 10) { edges { node { id } } } }
        fragment G on Pipeline {
            builds(first: 10) { edges { node { createdBy { __typename } } } }
            again: repository { url }
        }";
    // pipeline, repository, again, builds, edges, and 10 times node, createdBy
    assert_eq!(default_points(query), 25);
}

#[test]
fn of_several_types_the_dearest_counts() {
    let query = "query A($dear: Boolean = false, $n: Int = 1) { node(id: \"a\") {
        ... on Build { pipeline { id } createdBy { __typename } }
        ... on Pipeline { builds(first: $n) { edges { node { id } } } }
        ... on Team @include(if: $dear) {
            organization { id } members(first: 50) { edges { node { id } } }
        }
        id
    } }";
    assert_eq!(default_points(query), 4);
    assert_eq!(points(query, json!({ "n": 7 })), 10);
    assert_eq!(points(query, json!({ "n": 0 })), 3);
    assert_eq!(points(query, json!({ "dear": true })), 54);
}

#[test]
fn conditions_decide_what_counts() {
    let query = "
        query A($with: Boolean!, $without: Boolean = true) { pipeline(slug: \"a/b\") {
            repository @include(if: $with) { url }
            createdBy @skip(if: $without) { id }
            ...F @include(if: $with)
            organization @include(if: false) { id }
        } }
        fragment F on Pipeline { repository { url } favors: repository { url } }";
    assert_eq!(points(query, json!({ "with": false })), 1);
    assert_eq!(points(query, json!({ "with": true })), 3);
    assert_eq!(points(query, json!({ "with": true, "without": false })), 4);
    // Nobody knows: rather too many points than too few.
    assert_eq!(points(query, json!({})), 3);
}

/// Fragments that spread others twice, those others twice, and so on.
fn doubling(depth: usize, size: &str) -> String {
    let mut text = format!("query A($n: Int) {{ pipeline(slug: \"a/b\") {{ ...F{depth} }} }}\n");
    text.push_str("fragment F0 on Pipeline { repository { url } }\n");
    for level in 1..=depth {
        let inner = level - 1;
        writeln!(
            text,
            "fragment F{level} on Pipeline {{
                a: builds({size}) {{ edges {{ node {{ pipeline {{ ...F{inner} }} }} }} }}
                b: builds({size}) {{ edges {{ node {{ pipeline {{ ...F{inner} ...F{inner} }} }} }} }}
            }}"
        )
        .unwrap();
    }
    text
}

#[test]
fn what_doubles_itself_takes_no_more_time_than_it_takes_text() {
    assert_eq!(
        points(&doubling(1, "first: $n"), json!({ "n": 3 })),
        1 + 2 * (2 + 3 * 3)
    );
    let text = doubling(20, "first: $n");
    let explained = explained(&text);
    let operation = explained.operation("A").unwrap();
    let variables = |n: u64| {
        let mut variables = Map::new();
        variables.insert("n".to_owned(), n.into());
        variables
    };
    let below = (0..20).fold(1_u64, |below, _| 2 * (2 + (2 + below)));
    assert_eq!(operation.complexity(&variables(1)), 1 + below);
    assert_eq!(operation.complexity(&variables(1_000)), u64::MAX);
    let lines = operation.lines(&variables(1));
    let sum: u64 = lines.iter().map(CostLine::points).sum();
    assert_eq!(sum, operation.complexity(&variables(1)));
    assert!(lines.len() < 20_000, "{}", lines.len());
    assert!(lines.iter().any(CostLine::includes_below));
}

#[test]
fn every_line_says_what_it_costs_and_why() {
    let folder = written(&[
        (
            "queries/a.graphql",
            "query A($first: Int = 10, $skip: Boolean = false) {
  organization(slug: \"acme-inc\") {
    pipelines(first: $first) {
      pageInfo { hasNextPage }
      edges { node { ...P } }
    }
    teams @skip(if: $skip) { edges { node { id } } }
  }
}
",
        ),
        (
            "queries/p.graphql",
            "fragment P on Pipeline {
  slug
  builds(first: 5) {
    edges { node { createdBy { ... on User { id avatar { url } } } } }
  }
}
",
        ),
    ]);
    let explained = Config::new()
        .root(folder.path())
        .queries("queries")
        .explain()
        .unwrap();
    let operation = explained.operation("A").unwrap();
    let mut table = format!(
        "{} at {}:{}:{}\n",
        operation.name(),
        operation.path().display(),
        operation.line(),
        operation.column()
    );
    for variable in operation.variables() {
        writeln!(
            table,
            "${}: {} = {}",
            variable.name(),
            variable.ty(),
            variable.default().unwrap_or("nothing")
        )
        .unwrap();
    }
    for line in operation.lines(&Map::new()) {
        let page = line
            .page_size()
            .map_or(String::new(), |size| format!(" pages of {size}"));
        writeln!(
            table,
            "{}:{}:{} {}: {} × {} = {}{page}",
            line.path().display(),
            line.line(),
            line.column(),
            line.field(),
            line.times(),
            line.own_points(),
            line.points(),
        )
        .unwrap();
    }
    writeln!(table, "in total {}", operation.default_complexity()).unwrap();
    insta::assert_snapshot!("lines", table);
}

#[test]
fn lines_add_up_to_the_whole() {
    let variables = [
        json!({}),
        json!({ "first": 7, "n": 3, "limit": 0, "with": false, "a": true, "b": false }),
        json!({ "first": null, "plants": false, "a": false }),
    ];
    for explained in [shipped().explain().unwrap(), shapes().explain().unwrap()] {
        for operation in explained.operations() {
            for variables in &variables {
                let variables = variables.as_object().unwrap();
                let lines = operation.lines(variables);
                let sum: u64 = lines.iter().map(CostLine::points).sum();
                assert_eq!(sum, operation.complexity(variables), "{}", operation.name());
                for line in lines {
                    assert_eq!(line.points(), line.times() * line.own_points());
                    assert!(line.line() > 0 && line.column() > 0);
                }
            }
        }
    }
}

#[test]
fn every_shipped_operation_has_its_price() {
    let explained = shipped().explain().unwrap();
    let mut table = String::new();
    for operation in explained.operations() {
        let name = operation.name();
        writeln!(table, "{name:<28}{:>6}", operation.default_complexity()).unwrap();
    }
    insta::assert_snapshot!("shipped_costs", table);
}

#[test]
fn the_assumed_page_size_can_be_set() {
    let folder = written(&[
        (
            "queries/a.graphql",
            "query A { viewer { organizations { edges { node { id } } } } }",
        ),
        ("queries/lints.toml", "[limits]\npage_size = 30"),
    ]);
    let explained = Config::new()
        .root(folder.path())
        .queries("queries")
        .explain()
        .unwrap();
    assert_eq!(explained.operation("A").unwrap().default_complexity(), 33);
}

#[test]
fn names_and_places_of_the_set_are_known() {
    let explained = explained("\n  query B { viewer { id } }\nquery A { viewer { id } }");
    let found: BTreeMap<_, _> = explained
        .operations()
        .iter()
        .map(|operation| (operation.name(), (operation.line(), operation.column())))
        .collect();
    assert_eq!(found, BTreeMap::from([("A", (3, 1)), ("B", (2, 3))]));
    assert!(explained.operation("C").is_none());
}

#[test]
fn columns_are_counted_in_characters() {
    let query = r#"query A { organization(slug: "müller-öl") { pipelines(first: 1) { edges { node { slug } } } } } query B { viewer { id } }"#;
    let explained = explained(query);
    let columns: Vec<_> = explained
        .operation("A")
        .unwrap()
        .lines(&Map::new())
        .iter()
        .map(CostLine::column)
        .collect();
    let place = |text: &str| 1 + query[..query.find(text).unwrap()].chars().count();
    assert_eq!(
        columns,
        ["organization", "pipelines", "edges", "node"].map(place)
    );
    assert_eq!(explained.operation("B").unwrap().column(), place("query B"));
}
