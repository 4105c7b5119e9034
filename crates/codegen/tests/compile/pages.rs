//! Which operations can be paged through.

use buildkite_codegen::Config;

use crate::support::written;

const SCHEMA: &str = "
schema { query: Query }
type Query { rows(first: Int, last: Int, after: String, before: String): RowConnection }
type RowConnection { count: Int! edges: [RowEdge] pageInfo: PageInfo }
type RowEdge { cursor: String! node: Row }
type Row { id: ID! rows(first: Int, after: String): RowConnection }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
";

/// The path of the connection that `Op` is paged through, if there is one.
fn paged(query: &str) -> Option<String> {
    let folder = written(&[("queries/op.graphql", query)]);
    let generated = Config::new()
        .root(folder.path())
        .schema_text(SCHEMA, "schema.graphql")
        .queries("queries")
        .generate()
        .unwrap_or_else(|report| panic!("{report}"));
    let text: String = generated.files().map(|(_, text)| text).collect();
    let path = text.split("CONNECTION_PATH: &'static str = \"").nth(1)?;
    assert!(text.contains("impl rt::Paginate for Op"));
    path.split('"').next().map(str::to_owned)
}

const FORWARD: &str = "pageInfo { hasNextPage endCursor } edges { node { id } }";
const BACKWARD: &str = "pageInfo { hasPreviousPage startCursor } edges { node { id } }";

#[test]
fn a_cursor_variable_and_its_page_info_are_enough() {
    let rows = Some("rows".to_owned());
    for query in [
        format!("query Op($c: String) {{ rows(first: 9, after: $c) {{ {FORWARD} }} }}"),
        format!("query Op($c: String!) {{ rows(after: $c) {{ {FORWARD} }} }}"),
        format!("query Op($c: String) {{ rows(last: 9, before: $c) {{ {BACKWARD} }} }}"),
    ] {
        assert_eq!(paged(&query), rows, "{query}");
    }
}

#[test]
fn a_cursor_that_would_skip_rows_does_not_count() {
    for query in [
        format!("query Op($c: String) {{ rows(last: 9, after: $c) {{ {FORWARD} }} }}"),
        format!("query Op($c: String) {{ rows(first: 9, before: $c) {{ {BACKWARD} }} }}"),
    ] {
        assert_eq!(paged(&query), None, "{query}");
    }
}

#[test]
fn page_info_must_say_how_it_goes_on() {
    for query in [
        "query Op($c: String) { rows(first: 9, after: $c) { edges { node { id } } } }".to_owned(),
        "query Op($c: String) { rows(first: 9, after: $c) { pageInfo { endCursor } edges { node { id } } } }".to_owned(),
        format!("query Op($c: String) {{ rows(first: 9, after: $c) {{ {BACKWARD} }} }}"),
        format!("query Op {{ rows(first: 9, after: \"a\") {{ {FORWARD} }} }}"),
    ] {
        assert_eq!(paged(&query), None, "{query}");
    }
}

#[test]
fn connections_inside_rows_are_not_walked() {
    let inner = format!("rows(first: 2, after: $c) {{ {FORWARD} }}");
    let query = format!(
        "query Op($c: String) {{ rows(first: 9) {{ edges {{ node {{ id {inner} }} }} }} }}"
    );
    assert_eq!(paged(&query), None);
}

#[test]
fn of_several_the_plainly_named_cursor_decides() {
    let two = |a: &str, b: &str| {
        paged(&format!(
            "query Op(${a}: String, ${b}: String) {{ \
             a: rows(first: 9, after: ${a}) {{ {FORWARD} }} \
             b: rows(first: 9, after: ${b}) {{ {FORWARD} }} }}"
        ))
    };
    assert_eq!(two("after", "other"), Some("a".to_owned()));
    assert_eq!(two("one", "other"), None);
}

#[test]
fn a_page_that_several_fragments_read_is_one() {
    let query = format!(
        "query Op($c: String) {{ ...A ...B }} \
         fragment A on Query {{ rows(first: 9, after: $c) {{ {FORWARD} }} }} \
         fragment B on Query {{ rows(first: 9, after: $c) {{ {FORWARD} }} }}"
    );
    assert_eq!(paged(&query), Some("rows".to_owned()));
}

#[test]
fn fragments_that_double_themselves_are_followed_once() {
    let doubling: Vec<_> = (0..40)
        .map(|level| (level, level + 1))
        .map(|(level, next)| {
            format!("fragment F{level} on RowConnection {{ ...F{next} ...F{next} }}")
        })
        .collect();
    let doubling = doubling.join(" ");
    let query = format!(
        "query Op($c: String) {{ rows(first: 9, after: $c) {{ ...F0 }} }} \
         {doubling} fragment F40 on RowConnection {{ {FORWARD} }}"
    );
    assert_eq!(paged(&query), Some("rows".to_owned()));
}
