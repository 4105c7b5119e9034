//! What costs other points.

use insta::assert_snapshot;

use crate::support::effects;

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
