//! What becomes another Rust type.

use insta::assert_snapshot;

use crate::support::effects;

#[test]
fn nullability() {
    assert_snapshot!(effects(
        "type Query { a: Int b: Int! c: [Int!]! unused: Int }",
        "type Query { a: Int! b: Int c: [Int]! unused: Int! }",
        "query Q {\n  a\n  b\n  c\n}\n",
    ), @"
    CHANGES_TYPE! 3:3 Q: `b` was `i64` and is `Option<i64>` now <- FIELD_CHANGED_KIND Query.b
    CHANGES_TYPE! 4:3 Q: `c` was `Vec<i64>` and is `Vec<Option<i64>>` now <- FIELD_CHANGED_KIND Query.c
    CHANGES_TYPE 2:3 Q: `a` was `Option<i64>` and is `i64` now <- FIELD_CHANGED_KIND_SAFE Query.a
    ");
}

#[test]
fn scalars_by_their_rust_types() {
    // Both are a `String`, so that nothing is to be done.
    assert_snapshot!(effects(
        "scalar Moment type Query { a: ID b: String c: Moment }",
        "scalar Moment type Query { a: String b: Moment c: Int }",
        "query Q {\n  a\n  b\n  c\n}\n",
    ), @"
    CHANGES_TYPE! 3:3 Q: `b` was `Option<String>` and is `Option<Json>` now <- FIELD_CHANGED_KIND Query.b
    CHANGES_TYPE! 4:3 Q: `c` was `Option<Json>` and is `Option<i64>` now <- FIELD_CHANGED_KIND Query.c
    ");
}

#[test]
fn enums_that_are_read_or_sent() {
    assert_snapshot!(effects(
        "type Query { state: State find(states: [State!], other: Other): Int in(in: In): Int }
         enum State { ON OFF } enum Other { A } input In { state: State }",
        "type Query { state: State find(states: [State!], other: Other): Int in(in: In): Int }
         enum State { ON HALF } enum Other { A B } input In { state: State }",
        "query Read { state }
query Send($states: [State!]) { find(states: $states) }
query Inside($in: In) { in(in: $in) }
query Written { find(states: [ON], other: A) }
",
    ), @"
    CHANGES_TYPE! 1:14 Read: `State` has lost the value `OFF` <- VALUE_REMOVED_FROM_ENUM State.OFF
    CHANGES_TYPE! 2:13 Send: `State` has lost the value `OFF` <- VALUE_REMOVED_FROM_ENUM State.OFF
    CHANGES_TYPE! 3:15 Inside: `State` has lost the value `OFF` <- VALUE_REMOVED_FROM_ENUM State.OFF
    CHANGES_TYPE 1:14 Read: `State` has the new value `HALF` <- VALUE_ADDED_TO_ENUM State.HALF
    CHANGES_TYPE 2:13 Send: `State` has the new value `HALF` <- VALUE_ADDED_TO_ENUM State.HALF
    CHANGES_TYPE 3:15 Inside: `State` has the new value `HALF` <- VALUE_ADDED_TO_ENUM State.HALF
    ");
}

#[test]
fn inputs_that_are_sent() {
    assert_snapshot!(effects(
        "type Query { a(in: In): Int } input In { a: Int b: Int! c: Int d: Int! deep: Deep } input Deep { x: Int }",
        "type Query { a(in: In): Int } input In { a: Int b: Int! c: String d: Int! = 1 e: Int f: Int! deep: Deep } input Deep { x: Int! }",
        "query Q($in: In) { a(in: $in) }\nquery O { a }\n",
    ), @"
    CHANGES_TYPE! 1:10 Q: `Deep.x` has to be given now <- FIELD_CHANGED_KIND Deep.x
    CHANGES_TYPE! 1:10 Q: `In.c` was `i64` and is `String` now <- FIELD_CHANGED_KIND In.c
    CHANGES_TYPE! 1:10 Q: `In` has to be given `f` now <- REQUIRED_INPUT_FIELD_ADDED In.f
    CHANGES_TYPE 1:10 Q: `In.d` may be left out now, and may not be null <- INPUT_FIELD_DEFAULT_VALUE_ADDED In.d
    CHANGES_TYPE 1:10 Q: `In` has the new field `e`, which may be left out <- OPTIONAL_INPUT_FIELD_ADDED In.e
    ");
}

#[test]
fn types_behind_unions_and_interfaces() {
    let old = "type Query { any: Any node: Node } union Any = A | B interface Node { id: ID! }
         type A implements Node { id: ID! a: Int } type B implements Node { id: ID! b: Int }";
    let new = "type Query { any: Any node: Node } union Any = A | B | C interface Node { id: ID! }
         type A implements Node { id: ID! a: Int } type B implements Node { id: ID! b: Int }
         type C implements Node { id: ID! c: Int }";
    // Whoever tells types apart has an arm for all others, so that no Rust type changes.
    assert_snapshot!(effects(
        old,
        new,
        "query Some { any { ... on A { a } } }
query All { any { ... on A { a } ... on B { b } } }
query Shared { any { ... on Node { id } ... on A { a } } }
query Node { node { id ... on B { b } } }
query Only { any { ...OfNode } }
fragment OfNode on Node { id }
",
    ), @"
    CHANGES_MEANING 1:14 Some: a `Any` can be a `C` now, which comes as `Other` <- TYPE_ADDED_TO_UNION Any
    CHANGES_MEANING 2:13 All: a `Any` can be a `C` now, which comes as `Other` <- TYPE_ADDED_TO_UNION Any
    CHANGES_MEANING 3:16 Shared: a `Any` can be a `C` now, which comes as `Other` <- TYPE_ADDED_TO_UNION Any
    ");
}

#[test]
fn what_all_types_had_in_common() {
    assert_snapshot!(effects(
        "type Query { any: Any } union Any = A | B interface Node { id: ID! }
         type A implements Node { id: ID! } type B implements Node { id: ID! } type C { c: Int }",
        "type Query { any: Any } union Any = A | B | C interface Node { id: ID! }
         type A implements Node { id: ID! } type B implements Node { id: ID! } type C { c: Int }",
        "query Own { any { ... on Node { id } } }
query Shared { any { ...OfNode ... on A { key: id } } }
query Only { any { ...OfNode } }
fragment OfNode on Node { id }
",
    ), @"
    CHANGES_TYPE 1:13 Own: `any` is told apart by `__typename` now <- TYPE_ADDED_TO_UNION Any
    CHANGES_TYPE 2:16 Shared: `any` has a variant for `B` now <- TYPE_ADDED_TO_UNION Any
    CHANGES_TYPE 3:14 Only: `any` was `Option<OfNode>` and is `Option<Any>` now <- TYPE_ADDED_TO_UNION Any
    CHANGES_MEANING 1:13 Own: a `Any` can be a `C` now, which comes as `Other` <- TYPE_ADDED_TO_UNION Any
    CHANGES_MEANING 2:16 Shared: a `Any` can be a `C` now, which comes as `Other` <- TYPE_ADDED_TO_UNION Any
    CHANGES_MEANING 3:14 Only: a `Any` can be a `C` now, which comes as `Other` <- TYPE_ADDED_TO_UNION Any
    ");
}

#[test]
fn an_operation_is_paged_no_more() {
    let connection = "type Query { rows(first: Int, after: String): RowConnection }
        type RowConnection { edges: [RowEdge] pageInfo: PageInfo! } type RowEdge { node: Row cursor: String! } type Row { id: ID! }";
    assert_snapshot!(effects(
        &format!("{connection} type PageInfo {{ hasNextPage: Boolean! endCursor: String }}"),
        &format!("{connection} type PageInfo {{ hasNextPage: Boolean! endCursor: Int }}"),
        "query Rows($after: String) { rows(first: 10, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }\n",
    ), @"CHANGES_TYPE! 1:30 Rows: `rows` was `Option<Connection<Row>>` and is `Option<RowConnection>` now <- FIELD_CHANGED_KIND PageInfo.endCursor");
}

#[test]
fn what_cannot_be_in_any_answer_changes_no_type() {
    // A `B` is never an `A`, whatever stands between them.
    assert_snapshot!(effects(
        "type Query { b: B } interface Node { id: ID } enum E { ONE }
         type A implements Node { id: ID e: E } type B implements Node { id: ID e: E }",
        "type Query { b: B } interface Node { id: ID } enum E { ONE TWO }
         type A implements Node { id: ID e: E } type B implements Node { id: ID e: E }",
        "query Never { b { ... on Node { ... on A { e } } } }
query Read { b { e } }
",
    ), @"CHANGES_TYPE 2:18 Read: `E` has the new value `TWO` <- VALUE_ADDED_TO_ENUM E.TWO");
}

#[test]
fn enums_become_input_objects() {
    assert_snapshot!(effects(
        "type Query { a(by: By, in: In): Int } enum By { NAME } input In { x: Int by: By }",
        "type Query { a(by: By, in: In): Int } input By { name: Int } enum In { X }",
        "query Given($by: By) { a(by: $by) }\nquery Inside($in: In) { a(in: $in) }\n",
    ), @"
    CHANGES_TYPE! 1:14 Given: `By` was an enum and is an input object now <- TYPE_CHANGED_KIND By
    CHANGES_TYPE! 2:15 Inside: `By` was an enum and is an input object now <- TYPE_CHANGED_KIND By
    CHANGES_TYPE! 2:15 Inside: `In` was an input object and is an enum now <- TYPE_CHANGED_KIND In
    ");
}

#[test]
fn a_spread_fragment_applies_to_more() {
    let types = "type Query { node: Node } interface Node { id: ID } interface Named { name: ID }
         type A implements Node & Named { id: ID name: ID }";
    assert_snapshot!(effects(
        &format!("{types} type B implements Node {{ id: ID name: ID }}"),
        &format!("{types} type B implements Node & Named {{ id: ID name: ID }}"),
        "query Q { node { id ...Name } }\nfragment Name on Named { name }\n",
    ), @"CHANGES_TYPE 1:11 Q: `node` is not told apart by `__typename` any more <- IMPLEMENTED_INTERFACE_ADDED B");
}

#[test]
fn an_interface_becomes_an_object_type() {
    assert_snapshot!(effects(
        "type Query { node: Node any: Any } interface Node { id: ID } union Any = A
         type A implements Node { id: ID } interface B implements Node { id: ID }",
        "type Query { node: Node any: Any } interface Node { id: ID } union Any = A
         type A implements Node { id: ID } type B implements Node { id: ID }",
        "query Q { node { id ... on Any { __typename } } }\n",
    ), @"CHANGES_TYPE! 1:11 Q: `node` is told apart by `__typename` now <- TYPE_CHANGED_KIND B");
}

#[test]
fn names_move_when_another_type_goes() {
    assert_snapshot!(effects(
        "type Query { a: Node b: Found } interface Node { id: ID } union Found = A | B
         type A implements Node { id: ID } type B { id: ID }",
        "type Query { a: Node b: Found } interface Node { id: ID } union Found = A
         type A implements Node { id: ID } type B { id: ID }",
        "query Q {\n  a { id }\n  b { ... on Node { id } }\n}\n",
    ), @"
    CHANGES_TYPE! 2:3 Q: `a` was `Option<ANode>` and is `Option<Node>` now <- TYPE_REMOVED_FROM_UNION Found
    CHANGES_TYPE! 3:3 Q: `b` is not told apart by `__typename` any more <- TYPE_REMOVED_FROM_UNION Found
    ");
}

#[test]
fn a_fragment_in_a_connection_is_part_of_the_types_of_the_operation() {
    let types = "type Query { rows: Rows } type Row { id: ID!  name: String } type Rows { nodes: [Row] pageInfo: PageInfo! }";
    let queries = "query Q {\n  rows {\n    ...Some\n    pageInfo { hasNextPage }\n  }\n}\nfragment Some on Rows { nodes { id } }\n";
    // The fragment's own types are what they were.
    assert_snapshot!(effects(
        &format!("{types} type PageInfo {{ hasNextPage: Boolean! }}"),
        &format!("{types} type PageInfo {{ hasNextPage: Boolean }}"),
        queries,
    ), @"CHANGES_TYPE! 2:3 Q: `rows` was `Option<Connection<Row>>` and is `Option<Rows>` now <- FIELD_CHANGED_KIND PageInfo.hasNextPage");
    let info = "type PageInfo { hasNextPage: Boolean! }";
    assert_snapshot!(effects(
        &format!("{types} {info}"),
        &format!("{} {info}", types.replace("ID! ", "ID")),
        queries,
    ), @"
    CHANGES_TYPE! 1:7 Q: `id` was `String` and is `Option<String>` now <- FIELD_CHANGED_KIND Row.id
    CHANGES_TYPE! 7:33 Some: `id` was `String` and is `Option<String>` now <- FIELD_CHANGED_KIND Row.id
    ");
}

#[test]
fn a_type_that_is_new_takes_part_of_a_name() {
    assert_snapshot!(effects(
        "type Query { a(by: by_what, in: In): Int } enum by_what { NAME } input In { x: Int }",
        "type Query { a(by: by_what, in: In): Int } enum by_what { NAME } input In { x: Int y: ByWhat } enum ByWhat { NAME }",
        "query Q($by: by_what) { a(by: $by) }\nquery In($in: In) { a(in: $in) }\n",
    ), @"
    CHANGES_TYPE 1:10 Q: `$by` was `ByWhat` and is `ByWhat2` now <- TYPE_ADDED ByWhat
    CHANGES_TYPE 2:11 In: `In` has the new field `y`, which may be left out <- OPTIONAL_INPUT_FIELD_ADDED In.y
    ");
}

#[test]
fn an_enum_of_a_fragment_in_a_connection() {
    let types = "type Query { rows: Rows } type Row { state: State } type Rows { nodes: [Row] pageInfo: PageInfo! }
         type PageInfo { hasNextPage: Boolean! }";
    assert_snapshot!(effects(
        &format!("{types} enum State {{ ON }}"),
        &format!("{types} enum State {{ ON OFF }}"),
        "query Q { rows { ...Some pageInfo { hasNextPage } } }\nfragment Some on Rows { nodes { state } }\n",
    ), @"
    CHANGES_TYPE 1:7 Q: `State` has the new value `OFF` <- VALUE_ADDED_TO_ENUM State.OFF
    CHANGES_TYPE 2:33 Some: `State` has the new value `OFF` <- VALUE_ADDED_TO_ENUM State.OFF
    ");
}
