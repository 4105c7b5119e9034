//! Which operations can be paged through.

use buildkite_codegen::Config;

use crate::support::written;

const SCHEMA: &str = "
schema { query: Query }
type Query {
  rows(first: Int, last: Int, after: String, before: String): RowConnection
  mixed(first: Int, after: String): MixedConnection
}
type RowConnection { count: Int! edges: [RowEdge] pageInfo: PageInfo }
type RowEdge { cursor: String! node: Row }
type Row { id: ID! name: String! rows(first: Int, after: String): RowConnection }
type Other { id: ID! }
type Bare { name: String! }
union Mixed = Row | Other | Bare
type MixedConnection { edges: [MixedEdge] pageInfo: PageInfo }
type MixedEdge { node: Mixed }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
";

/// The path of the connection that `Op` is paged through, if there is one.
fn paged(query: &str) -> Option<String> {
    let text = generated(query);
    let path = text.split("CONNECTION_PATH: &'static str = \"").nth(1)?;
    assert!(text.contains("impl rt::Paginate for Op"));
    path.split('"').next().map(str::to_owned)
}

fn generated(query: &str) -> String {
    let folder = written(&[("queries/op.graphql", query)]);
    let generated = Config::new()
        .root(folder.path())
        .schema_text(SCHEMA, "schema.graphql")
        .queries("queries")
        .generate()
        .unwrap_or_else(|report| panic!("{report}"));
    generated.files().map(|(_, text)| text).collect()
}

/// The body of one of the functions of `Paginate`, in one line.
fn body(query: &str, function: &str) -> Option<String> {
    let text = generated(query);
    let body = text.split(&format!("    fn {function}")).nth(1)?;
    let body = body.split_once('{')?.1.split("\n    }\n").next()?;
    Some(body.split_whitespace().collect::<Vec<_>>().join(" "))
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

#[test]
fn the_page_size_is_a_variable_that_says_nothing_else() {
    let op = |variables: &str, size: &str, more: &str| {
        let query = format!(
            "query Op($c: String {variables}) {{ \
             rows({size} after: $c) {{ {FORWARD} }} {more} }}"
        );
        (body(&query, "page_size"), body(&query, "set_page_size"))
    };
    let both = |get: &str, set: &str| (Some(get.to_owned()), Some(set.to_owned()));
    assert_eq!(
        op("$n: Int!", "first: $n", ""),
        both("Some(self.n)", "self.n = rows;")
    );
    assert_eq!(
        op("$n: Int! = 9", "first: $n", ""),
        both("Some(self.n.unwrap_or(9))", "self.n = Some(rows);")
    );
    assert_eq!(
        op("$n: Int", "first: $n", ""),
        both(
            "self.n.value().copied()",
            "self.n = rt::Maybe::Value(rows);"
        )
    );
    assert_eq!(
        op("$n: Int = 9", "first: $n", ""),
        both(
            "match self.n { rt::Maybe::Undefined => Some(9), rt::Maybe::Null => None, \
             rt::Maybe::Value(rows) => Some(rows), }",
            "self.n = rt::Maybe::Value(rows);"
        )
    );
    // Fewer rows of this connection would be fewer of the other, too.
    let other = "mixed(first: $n) { edges { node { __typename } } }";
    assert_eq!(op("$n: Int!", "first: $n", other), (None, None));
    // Another variable whose name only begins alike is another.
    let other = "mixed(first: $nn) { edges { node { __typename } } }";
    assert!(op("$n: Int! $nn: Int!", "first: $n", other).0.is_some());
    assert_eq!(op("", "first: 9", ""), (None, None));
    // Where it stands in a fragment, that has to be in one place of the answer.
    let fragment = |spreads: &str| {
        let query = format!(
            "query Op($c: String $n: Int!) {{ {spreads} }} \
             fragment Outer on Query {{ ...Inner }} \
             fragment Inner on Query {{ rows(first: $n, after: $c) {{ {FORWARD} }} }}"
        );
        body(&query, "page_size")
    };
    assert!(fragment("...Outer").is_some());
    assert_eq!(fragment("...Outer ...Inner"), None);
    assert_eq!(op("", "", ""), (None, None));
}

#[test]
fn rows_are_known_by_their_id() {
    let op = |field: &str, node: &str, fragments: &str| {
        let page = "pageInfo { hasNextPage endCursor }";
        let query = format!(
            "query Op($c: String) {{ \
             {field}(first: 9, after: $c) {{ {page} edges {{ node {{ {node} }} }} }} }} \
             {fragments}"
        );
        body(&query, "node_id")
    };
    let is = |body: &str| Some(body.to_owned());
    assert_eq!(op("rows", "id name", ""), is("Some(&node.id)"));
    assert_eq!(op("rows", "name", ""), None);
    // Something else under its name may be that of several rows.
    assert_eq!(op("rows", "id: name", ""), None);
    let fragments = "fragment Deep on Row { id } fragment Flat on Row { name ...Deep }";
    assert_eq!(
        op("rows", "name ...Flat", fragments),
        is("Some(&node.flat.deep.id)")
    );
    let left_out = op(
        "rows",
        "name ...Deep @include(if: false)",
        "fragment Deep on Row { id }",
    );
    assert_eq!(left_out, None);
    assert_eq!(
        op(
            "mixed",
            "... on Row { id } ... on Bare { name } ...Part",
            "fragment Part on Other { id }"
        ),
        is("match node { Mixed::Row(value) => Some(&value.id), \
             Mixed::OtherType(value) => Some(&value.id), _ => None, }")
    );
}
