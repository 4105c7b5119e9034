//! Pairs that chance rarely makes, or never.

/// What all have, beside what they are about.
pub(crate) const REST: &str = "type Query { q: String }";

/// Old and new text.
pub(crate) const CHOSEN: &[(&str, &str)] = &[
    // The directives of GraphQL itself. Both texts define one that is compared: where it
    // can stand grows with the editions, and the two libraries are not of the same.
    (
        "directive @deprecated(reason: String = \"No longer supported\") on FIELD_DEFINITION | ENUM_VALUE",
        "directive @deprecated(reason: String) on FIELD_DEFINITION | ARGUMENT_DEFINITION",
    ),
    (
        "directive @skip(if: Boolean!, unless: Int) repeatable on FIELD",
        "directive @include(if: Boolean!) on FIELD",
    ),
    (
        "directive @oneOf on INPUT_OBJECT input I @oneOf { a: Int }",
        "input I { a: Int }",
    ),
    (
        "input I { a: Int }",
        "directive @oneOf on INPUT_OBJECT input I @oneOf { a: Int }",
    ),
    // Built-in scalars that begin to be used, or end. One that a text defines is used, says
    // graphql-js; here that makes no difference.
    ("type A { a(b: Float): ID }", "type A { a: Int }"),
    (
        "directive @a(b: ID) on FIELD",
        "directive @a(b: Int!) on FIELD",
    ),
    // Defaults that are the same, or not.
    (
        "type A { a(b: [[Int]] = 1, c: [[Int]] = [1], d: [Int] = null, e: [Int] = [null]): Int }",
        "type A { a(b: [[Int]] = [[1]], c: [[Int]] = 1, d: [Int] = [null], e: [Int] = null): Int }",
    ),
    (
        "scalar S type A { a(b: S = x, c: S = 1, d: S = \"1\", e: ID = 10, f: Float = 0.5): Int }",
        "scalar S type A { a(b: S = \"x\", c: S = 1.0, d: S = 1, e: ID = \"10\", f: Float = 5e-1): Int }",
    ),
    (
        "type A { a(b: Float = 0, c: Float = 100000000000000000000, d: Float = -0.0): Int }",
        "type A { a(b: Float = -0.0, c: Float = 1e20, d: Float = 0.1e-400): Int }",
    ),
    (
        "type A { a(b: I = {}, c: I = {x: 1, y: [2]}): Int } input I { x: Int = 1, y: [Int] = 2 }",
        "type A { a(b: I = {y: 2}, c: I = {y: 2, x: 1}): Int } input I { y: [Int] = [2], x: Int = 1 }",
    ),
    (
        "type A { a(b: I = {}): Int } input I { x: Int = 1 }",
        "type A { a(b: I = {}): Int } input I { x: Int = 1, y: Int = null }",
    ),
    (
        "type A { a(b: I = {}): Int } input I { x: Int = 1 }",
        "type A { a(b: I = {}): Int } input I { x: Int = 1, y: Int }",
    ),
    (
        "type A { a(b: Outer = {}): Int } input Outer { inner: Inner = {} } input Inner { x: E = ON } enum E { ON OFF }",
        "type A { a(b: Outer = {}): Int } input Outer { inner: Inner = {} } input Inner { x: E = OFF } enum E { ON OFF }",
    ),
    // Defaults that their types do not take: to clients there are none.
    (
        "type A { a(b: Int = \"x\", c: E = ON, d: [Int!] = [null], e: I = {z: 1}): Int }
         enum E { ON OFF } input I { x: Int }",
        "type A { a(b: Int = 1, c: E = ON, d: [Int!] = [1], e: I = {}, f: Int! = \"x\", g: I = 5): Int }
         enum E { OFF } input I { x: Int }",
    ),
    (
        "type A { a(b: Int = 1, c: Int! = 1, d: I = {x: 1}, e: I = {y: \"\"}, f: Int = 5000000000): Int }
         input I { x: Int! y: String = 1 }",
        "type A { a(b: Int = 1.0, c: Int! = \"1\", d: I = {x: null}, e: I = {x: 1}, f: Int = 1): Int }
         input I { x: Int! y: String z: Int! = x }",
    ),
    // One that is added or taken away beside another type.
    (
        "type A { a(b: Int! = 1, c: Int, d: Int! = 1, e: Int = 1): Int }",
        "type A { a(b: Int = 2, c: Int! = 1, d: Int, e: Int! = 1): Int }",
    ),
    (
        "input A { b: Int! = 1, c: Int, d: Int! = 1, e: Int = 1 }",
        "input A { b: Int!, c: Int! = 1, d: Int, e: Int! = 1, f: Int! = 1, g: Int!, h: Int = 1 }",
    ),
    // Types behind lists and `!`.
    (
        "type A { a: [Int]! b: [Int!] c: [[Int]!]! d: [Int] e: Int f: [Int!]! g: [[Int]] }",
        "type A { a: [Int!]! b: [Int]! c: [[Int!]!] d: [[Int]] e: [Int!]! f: Int! g: [[Int!]!]! }",
    ),
    (
        "type A { a(b: [Int]!, c: [Int!], d: [[Int]!]!, e: Int, f: [Int], g: [[Int!]!]!): Int }",
        "type A { a(b: [Int!]!, c: [Int]!, d: [[Int]], e: [Int], f: Int, g: [[Int]]): Int }",
    ),
    // Where operations start, of which graphql-js says nothing.
    (
        "schema { query: Query mutation: M subscription: S } type M { a: Int } type S { a: Int }",
        "schema { query: S subscription: M } type M { a: Int } type S { a: Int }",
    ),
    // All kinds of types under one name.
    (
        "scalar A enum B { A } union C = Query",
        "enum A { A } union B = Query scalar C",
    ),
    (
        "input A { a: Int } interface B { a: Int } type C { a: Int }",
        "interface A { a: Int } type B { a: Int } input C { a: Int }",
    ),
    // What unions, interfaces and directives gain and lose.
    (
        "union A = B | C type B implements I { i: Int } type C { i: Int } interface I { i: Int }
         directive @a on FIELD directive @b repeatable on FIELD | QUERY",
        "union A = Query | C type B { i: Int } type C implements I { i: Int } interface I { i: Int }
         directive @c on FIELD directive @b(a: Int!) on FIELD | MUTATION",
    ),
    // Extensions belong to what they extend.
    (
        "type A { a: Int } extend type A { b: Int } enum E { A } extend enum E { B }",
        "type A { b: Int } enum E { B } extend enum E { C }",
    ),
];
