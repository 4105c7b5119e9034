//! What costs other points.

use buildkite_codegen::impact::EffectKind;
use insta::assert_snapshot;

use crate::support::{effects, impact, line};

#[test]
fn a_type_becomes_a_connection() {
    assert_snapshot!(effects(
        "type Query { rows: Rows } type Rows { edges: [Edge] } type Edge { node: Row } type Row { id: ID! }",
        "type Query { rows: Rows } type Rows { edges: [Edge] pageInfo: PageInfo! } type Edge { node: Row cursor: String! } type Row { id: ID! } type PageInfo { hasNextPage: Boolean! }",
        "query Rows {\n  rows {\n    edges { node { id } }\n  }\n}\n",
    ), @"
    CHANGES_TYPE 2:3 Rows: `rows` was `Option<RowsSelection>` and is `Option<Connection<Row>>` now <- FIELD_ADDED Rows.pageInfo
    CHANGES_COST 2:3 Rows: it costs 502 points and was 3 points <- FIELD_ADDED Rows.pageInfo
    WARNS 2:3 Rows: rows of `Query.rows` are read, but not whether there are more <- FIELD_ADDED Rows.pageInfo
    ");
}

const CONNECTION: &str =
    "type Rows { edges: [Edge] pageInfo: PageInfo! } type Edge { node: Row cursor: String! }
    type Row { id: ID! } type PageInfo { hasNextPage: Boolean! endCursor: String }";

#[test]
fn an_operation_costs_what_its_fragments_cost() {
    let impact = impact(
        &format!(
            "type Query {{ me: Me you: Me }} type Me {{ rows(first: Int = 10): Rows }} {CONNECTION}"
        ),
        &format!(
            "type Query {{ me: Me you: Me }} type Me {{ rows(first: Int = 20): Rows }} {CONNECTION}"
        ),
        "query Me { me { ...Some } }
query You { you { ...Some } me { ...Some } }
fragment Some on Me { rows { edges { node { id } } pageInfo { hasNextPage } } }
",
    );
    let costs: Vec<_> = impact.of(EffectKind::ChangesCost).map(line).collect();
    assert_snapshot!(costs.join("\n"), @"
    CHANGES_COST 1:7 Me: it costs 24 points and was 14 points <- ARG_DEFAULT_VALUE_CHANGE Me.rows(first:)
    CHANGES_COST 2:7 You: it costs 48 points and was 28 points <- ARG_DEFAULT_VALUE_CHANGE Me.rows(first:)
    ");
}

#[test]
fn a_default_that_cannot_count_costs_nothing() {
    assert_snapshot!(effects(
        &format!("type Query {{ rows(first: Int, after: String): Rows }} {CONNECTION}"),
        &format!("type Query {{ rows(first: Int = 20, after: String): Rows }} {CONNECTION}"),
        "query Q($first: Int!, $after: String) { rows(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }\n",
    ), @"");
}

#[test]
fn a_default_comes_or_goes_with_its_argument() {
    let types = |arguments: &str| format!("type Query {{ rows{arguments}: Rows }} {CONNECTION}");
    let queries = "query Q { rows { edges { node { id } } pageInfo { hasNextPage } } }\n";
    let (none, ten) = (
        types("(after: String)"),
        types("(after: String, first: Int = 10)"),
    );
    let lines = |old, new| {
        let impact = impact(old, new, queries);
        let costs: Vec<_> = impact.of(EffectKind::ChangesCost).map(line).collect();
        costs.join("\n")
    };
    assert_snapshot!(lines(&none, &ten), @"CHANGES_COST 1:11 Q: it costs 13 points and was 503 points <- OPTIONAL_ARG_ADDED Query.rows(first:)");
    assert_snapshot!(lines(&ten, &none), @"CHANGES_COST 1:11 Q: it costs 503 points and was 13 points <- ARG_REMOVED Query.rows(first:)");
}
