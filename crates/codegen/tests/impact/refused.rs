//! Where nothing can be said, or not about everything.

use std::fs;

use insta::assert_snapshot;

use crate::support::{compare, config, folder, lines};

#[test]
fn queries_have_to_compile_with_the_old_schema() {
    let folder = folder("query A { a b }\n");
    let errors = compare(
        &config(&folder),
        "type Query { a: Int }",
        "type Query { a: Int b: Int }",
    )
    .unwrap_err();
    assert_snapshot!(errors, @"
    Error: type `Query` has no field `b`
        ╭─ queries/all.graphql:1:13
        │
      1 │ query A { a b }
        │             ^ not a field of `Query`
        │
        ╰─ Help: its only field is `a`
    ");
}

#[test]
fn a_lint_that_ends_builds_breaks() {
    let folder = folder("query A { a }\nquery B { b }\n");
    fs::write(
        folder.path().join("queries/lints.toml"),
        "[lints]\ndeprecated = \"deny\"\n",
    )
    .unwrap();
    let impact = compare(
        &config(&folder),
        "type Query { a: Int b: Int }",
        "type Query { a: Int @deprecated b: Int }",
    );
    assert_snapshot!(lines(&impact.unwrap()), @"STOPS_COMPILING! 1:11 A: `Query.a` is deprecated <- DEPRECATION_ADDED Query.a");
}

#[test]
fn a_client_schema_speaks_of_what_is_gone() {
    let folder = folder("query A { a }\n");
    fs::write(
        folder.path().join("client.graphql"),
        "extend type Query @semanticNonNullField(name: \"b\")\n",
    )
    .unwrap();
    let impact = compare(
        &config(&folder).client_schema_file("client.graphql"),
        "type Query { a: Int b: Int }",
        "type Query { a: Int! }",
    );
    assert_snapshot!(lines(&impact.unwrap()), @"
    STOPS_COMPILING! 1:47 -: type `Query` has no field `b` <- 
    CHANGES_TYPE 1:11 A: `a` was `Option<i64>` and is `i64` now <- FIELD_CHANGED_KIND_SAFE Query.a
    ");
}

#[test]
fn a_scalar_of_the_options_is_gone() {
    let folder = folder("query A { a }\n");
    let impact = compare(
        &config(&folder).scalar("Moment", "f64"),
        "scalar Moment type Query { a: Int m: Moment }",
        "type Query { a: Int }",
    );
    assert_snapshot!(lines(&impact.unwrap()), @"STOPS_COMPILING! - -: the schema has no scalar `Moment` <-");
}

#[test]
fn nothing_is_left_when_all_is_broken() {
    let folder = folder("query A { a }\n");
    let impact = compare(
        &config(&folder),
        "type Query { a: Int b: Int }",
        "type Query { b: Int }",
    );
    assert_snapshot!(lines(&impact.unwrap()), @"STOPS_COMPILING! 1:11 A: type `Query` has no field `a` <- FIELD_REMOVED Query.a");
}
