//! What only warns, means something else, or could be better; and what is not said at all.

use insta::assert_snapshot;

use crate::support::{effects, impact};

#[test]
fn deprecations() {
    assert_snapshot!(effects(
        "type Query { a: Int b(x: Int): Int e: E in(in: In): Int } enum E { ONE TWO } input In { x: Int }",
        r#"type Query { a: Int @deprecated(reason: "old") b(x: Int @deprecated): Int e: E in(in: In): Int } enum E { ONE TWO @deprecated } input In { x: Int @deprecated }"#,
        "query A {\n  a\n  silent: a @allow(lints: [deprecated])\n  b(x: 1)\n  e\n}\nquery In($in: In) { in(in: $in) }\nquery None { b in }\n",
    ), @"
    WARNS 2:3 A: `Query.a` is deprecated <- DEPRECATION_ADDED Query.a
    WARNS 3:11 A: rustc warns where `Query.a` is used <- DEPRECATION_ADDED Query.a
    WARNS 4:5 A: `Query.b(x:)` is deprecated <- DEPRECATION_ADDED Query.b(x:)
    WARNS 5:3 A: rustc warns where `E.TWO` is used <- DEPRECATION_ADDED E.TWO
    WARNS 7:11 In: rustc warns where `In.x` is used <- DEPRECATION_ADDED In.x
    ");
}

#[test]
fn new_fields_for_deprecated_ones() {
    assert_snapshot!(effects(
        r#"type Query { me: User } type User { name: String mail: String @deprecated(reason: "Going away") age: Int other: Int }"#,
        r#"type Query { me: User } type User { name: String @deprecated(reason: "Use `fullName` instead") fullName: String
            mail: String @deprecated(reason: "Use User.address.") address: String age: Int @deprecated years: Int other: Int
            unrelated: String }"#,
        "query Me {\n  me {\n    name\n    mail\n    age\n    other\n  }\n}\n",
    ), @"
    WARNS 3:5 Me: `User.name` is deprecated <- DEPRECATION_ADDED User.name
    WARNS 5:5 Me: `User.age` is deprecated <- DEPRECATION_ADDED User.age
    REPLACEABLE 3:5 Me: `User.name` is deprecated, and the new field `User.fullName` takes its place, as the schema says <- FIELD_ADDED User.fullName
    REPLACEABLE 4:5 Me: `User.mail` is deprecated, and the new field `User.address` takes its place, as the schema says <- FIELD_ADDED User.address
    REPLACEABLE 5:5 Me: `User.age` is deprecated, and the new field `User.years` came at the same time and has the same type <- FIELD_ADDED User.years
    ");
}

#[test]
fn defaults_that_are_relied_on() {
    assert_snapshot!(effects(
        "type Query { a(first: Int = 10): Int in(in: In): Int } input In { size: Int = 1 other: Int }",
        "type Query { a(first: Int = 20): Int in(in: In): Int } input In { size: Int = 2 other: Int }",
        "query Left { a }
query Given { a(first: 5) }
query Variable($first: Int) { a(first: $first) }
query Required($first: Int!) { ...Spread }
query Written { in(in: { other: 1 }) }
query Both { in(in: { size: 1, other: 1 }) }
query Sent($in: In) { in(in: $in) }
fragment Spread on Query { a(first: $first) }
",
    ), @"
    CHANGES_MEANING 1:14 Left: `first` is left out here, so that its default counts <- ARG_DEFAULT_VALUE_CHANGE Query.a(first:)
    CHANGES_MEANING 3:31 Variable: `$first` may be left out, so that its default counts <- ARG_DEFAULT_VALUE_CHANGE Query.a(first:)
    CHANGES_MEANING 5:24 Written: `size` is left out here, so that its default counts <- INPUT_FIELD_DEFAULT_VALUE_CHANGE In.size
    CHANGES_MEANING 7:13 Sent: `size` may be left out in `$in`, so that its default counts <- INPUT_FIELD_DEFAULT_VALUE_CHANGE In.size
    ");
}

#[test]
fn what_no_query_uses_is_not_mentioned() {
    let impact = impact(
        "type Query { a: Int b: Int c(x: Int): E } enum E { X } input In { a: Int }",
        "type Query { a: Int c(x: Int, y: Int): E new: Int } enum E { X Y }",
        "query A { a }\n",
    );
    assert_eq!(impact.effects(), []);
    assert!(impact.is_empty() && !impact.breaks());
}

#[test]
fn what_warns_can_have_its_cause_beside_it() {
    assert_snapshot!(effects(
        "type Query { node: Node } interface Node { id: ID } interface Named { name: ID }
         type A implements Node & Named { id: ID name: ID } type B implements Node & Named { id: ID name: ID }",
        "type Query { node: Node } interface Node { id: ID } interface Named { name: ID }
         type A implements Node & Named { id: ID name: ID } type B implements Node { id: ID name: ID }",
        "query Q { node { __typename ...Name } }\nfragment Name on Named { name }\n",
    ), @"
    CHANGES_TYPE! 1:11 Q: `node` is told apart by `__typename` now <- IMPLEMENTED_INTERFACE_REMOVED B
    WARNS 1:18 Q: `__typename` of `Node` is asked for anyway <- IMPLEMENTED_INTERFACE_REMOVED B
    ");
    assert_snapshot!(effects(
        "type Query { a: A } union Any = A | B type A { id: ID } type B { id: ID }",
        "type Query { a: A } union Any = A type A { id: ID } type B { id: ID }",
        "query Q { a { id ...Of } }\nfragment Of on Any { ... on A { id } }\n",
    ), @"
    CHANGES_TYPE! 2:10 Of: the fragment `Of` is not told apart by `__typename` any more <- TYPE_REMOVED_FROM_UNION Any
    WARNS 1:15 Q: `A.id` is selected beside `...Of`, which selects it <- TYPE_REMOVED_FROM_UNION Any
    ");
}

#[test]
fn rows_cannot_be_read_any_more_by_way_of_their_owner() {
    let types = "interface Node { id: ID! } type Me implements Node { id: ID! rows(first: Int, after: String): Rows }
         type Rows { nodes: [Row] pageInfo: PageInfo! } type Row { name: String } type PageInfo { hasNextPage: Boolean! endCursor: String }";
    assert_snapshot!(effects(
        &format!("type Query {{ all: [Me] node(id: ID!): Node }} {types}"),
        &format!("type Query {{ all: [Me] node(id: ID!, in: ID!): Node }} {types}"),
        "query Q { all { id rows(first: 5) { nodes { name } pageInfo { hasNextPage endCursor } } } }\n",
    ), @"CHANGES_TYPE! 1:7 Q: the code that is generated for it is another <- REQUIRED_ARG_ADDED Query.node(in:)");
}
