//! What stops to compile, and where that is said.

use insta::assert_snapshot;

use crate::support::{effects, impact, lines};

#[test]
fn a_field_is_gone() {
    assert_snapshot!(effects(
        "type Query { a(x: String): Int b: Int c: Int }",
        "type Query { a(x: String): Int c: Int }",
        "query A {\n  a(x: \"ü\") b\n}\nquery C {\n  c\n}\n",
    ), @"STOPS_COMPILING! 2:13 A: type `Query` has no field `b` <- FIELD_REMOVED Query.b");
}

#[test]
fn what_needs_a_broken_fragment_is_named() {
    let impact = impact(
        "type Query { me: User you: User } type User { name: String mail: String age: Int! }",
        "type Query { me: User you: User } type User { name: String age: Int }",
        "query Me { me { ...Both } }
query You { you { name ...Both } }
query Age { you { age } }
fragment Both on User { ...Mail name }
fragment Mail on User { mail }
",
    );
    assert_snapshot!(lines(&impact), @"
    STOPS_COMPILING! 5:25 Mail: type `User` has no field `mail` <- FIELD_REMOVED User.mail
    CHANGES_TYPE! 3:19 Age: `age` was `i64` and is `Option<i64>` now <- FIELD_CHANGED_KIND User.age
    ");
    let broken = impact.effects()[0].definition().unwrap();
    assert!(broken.is_fragment());
    assert_eq!(broken.operations(), ["Me", "You"]);
    assert_eq!(
        impact.touched_operations().into_iter().collect::<Vec<_>>(),
        ["Age", "Me", "You"]
    );
    assert_eq!((impact.operations(), impact.fragments()), (3, 2));
}

#[test]
fn arguments() {
    assert_snapshot!(effects(
        "type Query { a(x: Int, y: Int): Int b: Int c(z: Int): Int d(e: E): Int } enum E { ONE TWO }",
        "type Query { a(y: Int): Int b(n: ID!): Int c(z: Int!): Int d(e: E): Int } enum E { ONE }",
        "query A { a(x: 1, y: 2) }
query B { b }
query C($z: Int) { c(z: $z) }
query D { d(e: TWO) }
query E($e: E = TWO) { d(e: $e) }
query F($e: E) { d(e: $e) }
",
    ), @"
    STOPS_COMPILING! 1:13 A: `Query.a` takes no argument `x` <- ARG_REMOVED Query.a(x:)
    STOPS_COMPILING! 2:11 B: `Query.b` needs the argument `n` <- REQUIRED_ARG_ADDED Query.b(n:)
    STOPS_COMPILING! 3:25 C: `$z` is `Int`, but argument `z` of `Query.c` must be `Int!` <- ARG_CHANGED_KIND Query.c(z:)
    STOPS_COMPILING! 4:16 D: `E` has no value `TWO` <- VALUE_REMOVED_FROM_ENUM E.TWO
    STOPS_COMPILING! 5:17 E: `E` has no value `TWO` <- VALUE_REMOVED_FROM_ENUM E.TWO
    CHANGES_TYPE! 5:10 E: `E` has lost the value `TWO` <- VALUE_REMOVED_FROM_ENUM E.TWO
    CHANGES_TYPE! 6:10 F: `E` has lost the value `TWO` <- VALUE_REMOVED_FROM_ENUM E.TWO
    ");
}

#[test]
fn input_objects_that_are_written_out() {
    assert_snapshot!(effects(
        "type Query { a(in: In): Int } input In { x: Int y: Int deep: [In!] }",
        "type Query { a(in: In): Int } input In { x: Int z: Int! deep: [In!] }",
        "query A { a(in: { x: 1, deep: [{ y: 2 }] }) }
query B($in: In) { a(in: $in) }
query C { a }
",
    ), @"
    STOPS_COMPILING! 1:17 A: input `In` needs the field `z` <- REQUIRED_INPUT_FIELD_ADDED In.z
    STOPS_COMPILING! 1:34 A: input `In` has no field `y` <- FIELD_REMOVED In.y
    CHANGES_TYPE! 2:10 B: `In` has no field `y` any more <- FIELD_REMOVED In.y
    CHANGES_TYPE! 2:10 B: `In` has to be given `z` now <- REQUIRED_INPUT_FIELD_ADDED In.z
    ");
}

#[test]
fn types_are_gone_or_of_another_kind() {
    assert_snapshot!(effects(
        "type Query { any: Any node: Node s: String } union Any = A | B interface Node { id: ID }
         type A implements Node { id: ID a: Int } type B implements Node { id: ID b: Int } type C { c: Int }",
        "type Query { any: Any node: Node s: C } union Any = A | C interface Node { id: ID }
         type A implements Node { id: ID a: Int } type C { c: Int }",
        "query A { any { ... on A { a } ... on B { b } } }
query B { node { ...OfB } }
fragment OfB on B { b }
query S { s }
",
    ), @"
    STOPS_COMPILING! 1:39 A: the schema has no type `B` <- TYPE_REMOVED_FROM_UNION Any, TYPE_REMOVED B
    STOPS_COMPILING! 3:17 OfB: the schema has no type `B` <- TYPE_REMOVED B
    STOPS_COMPILING! 4:11 S: `Query.s` is an object of type `C`, and no field of it is selected <- FIELD_CHANGED_KIND Query.s
    ");
}

#[test]
fn spreads_become_impossible() {
    assert_snapshot!(effects(
        "type Query { any: Any node: Node } union Any = A | B interface Node { id: ID }
         type A implements Node { id: ID a: Int } type B implements Node { id: ID b: Int }",
        "type Query { any: Any node: Node b: B } union Any = A interface Node { id: ID }
         type A implements Node { id: ID a: Int } type B { id: ID b: Int }",
        "query A { any { ... on B { b } } }
query N { node { ...OfB } }
fragment OfB on B { b }
",
    ), @"
    STOPS_COMPILING! 1:24 A: a `Any` is never a `B`, so that nothing would be selected <- TYPE_REMOVED_FROM_UNION Any, IMPLEMENTED_INTERFACE_REMOVED B
    STOPS_COMPILING! 2:18 N: a `Node` is never a `B`, so that nothing would be selected <- IMPLEMENTED_INTERFACE_REMOVED B
    ");
}

#[test]
fn what_is_below_a_field_of_another_type() {
    assert_snapshot!(effects(
        "type Query { a: A } type A { x: Int y: Int }",
        "type Query { a: B } type B { x: Int }",
        "query Q {\n  a {\n    x\n    y\n  }\n}\n",
    ), @"STOPS_COMPILING! 4:5 Q: type `B` has no field `y` <- TYPE_REMOVED A, FIELD_CHANGED_KIND Query.a");
}

#[test]
fn mutations_are_gone() {
    assert_snapshot!(effects(
        "type Query { a: Int } type Mutation { m: Int }",
        "type Query { a: Int }",
        "query Q { a }\nmutation M { m }\n",
    ), @"STOPS_COMPILING! 2:1 M: the schema has no operations of the kind `mutation` <- TYPE_REMOVED Mutation, ROOT_OPERATION_REMOVED Mutation");
}

#[test]
fn directives_of_the_server() {
    assert_snapshot!(effects(
        "directive @cached(for: Int) on FIELD directive @gone on FIELD type Query { a: Int b: Int }",
        "directive @cached(for: Int!) on FIELD type Query { a: Int b: Int }",
        "query A { a @cached }\nquery B { b @gone }\nquery C { b @cached(for: 1) }\n",
    ), @"
    STOPS_COMPILING! 1:13 A: `@cached` needs the argument `for` <- DIRECTIVE_ARG_CHANGED_KIND @cached(for:)
    STOPS_COMPILING! 2:13 B: there is no directive `@gone` <- DIRECTIVE_REMOVED @gone
    ");
}

#[test]
fn fields_come_into_conflict() {
    assert_snapshot!(effects(
        "type Query { any: Any } union Any = A | B type A { x: Int! } type B { x: Int! }",
        "type Query { any: Any } union Any = A | B type A { x: Int! } type B { x: Int }",
        "query Q { any { ... on A { x } ... on B { x } } }\n",
    ), @"STOPS_COMPILING! 1:43 Q: `x` would be `Int!` for `A.x` and `Int` for `B.x` in the answer <- FIELD_CHANGED_KIND B.x");
}

#[test]
fn what_is_written_fits_the_type_no_more() {
    assert_snapshot!(effects(
        "type Query { a(by: By, in: In): Int } scalar By input In { by: By }",
        "type Query { a(by: By, in: In): Int } input By { name: Int } input In { by: By }",
        "query Q { a(by: 1) }\nquery In { a(in: { by: 1 }) }\n",
    ), @"
    STOPS_COMPILING! 1:17 Q: argument `by` of `Query.a` must be `By`, not a whole number <- TYPE_CHANGED_KIND By
    STOPS_COMPILING! 2:24 In: field `by` of `In` must be `By`, not a whole number <- TYPE_CHANGED_KIND By
    ");
}

#[test]
fn fragments_come_into_conflict_in_an_operation() {
    let queries = "query Q { me { ...Mine ...Yours } }
fragment Mine on Any { ... on A { x } }
fragment Yours on Any { ... on B { x } }
";
    assert_snapshot!(effects(
        "type Query { me: Any } union Any = A | B type A { x: Int! } type B { x: Int! }",
        "type Query { me: Any } union Any = A | B type A { x: Int! } type B { x: Int }",
        queries,
    ), @"STOPS_COMPILING! 3:36 Yours: `x` would be `Int!` for `A.x` and `Int` for `B.x` in the answer <- FIELD_CHANGED_KIND B.x");
    assert_snapshot!(effects(
        "type Query { me: Any } union Any = A | B type A { x: Int! } type B { x: Int! }",
        "type Query { me: Any } union Any = A | B type A { x: Int } type B { x: Int! }",
        queries,
    ), @"
    STOPS_COMPILING! 3:36 Yours: `x` would be `Int` for `A.x` and `Int!` for `B.x` in the answer <- FIELD_CHANGED_KIND A.x
    CHANGES_TYPE! 2:35 Mine: `x` was `i64` and is `Option<i64>` now <- FIELD_CHANGED_KIND A.x
    ");
}
