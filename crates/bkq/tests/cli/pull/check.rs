//! `--check`: a verdict, and nothing written.

use std::fs;

use super::*;

/// Checks, with this in the place of the snapshot.
fn check(sdl: &str, present: Option<&[u8]>, arguments: &str) -> String {
    let (sandbox, folder) = (sandbox(sdl), pulled());
    let file = folder.path().join("schema/buildkite.graphql");
    match present {
        Some(content) => fs::write(&file, content).expect("a file"),
        None => fs::remove_file(&file).expect("it was there"),
    }
    let before = files(folder.path());
    let arguments = format!("--check {arguments}");
    let report = pull_from(&sandbox, folder.path(), &arguments);
    assert_eq!(files(folder.path()), before);
    report
}

#[test]
fn a_snapshot_that_is_up_to_date() {
    insta::assert_snapshot!(check(SDL, Some(PRINTED.as_bytes()), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: up to date
    ");
}

#[test]
fn a_snapshot_that_is_stale() {
    let newer = "\"The start.\" type Query { a: Int!, e: Int } scalar Day";
    insta::assert_snapshot!(check(newer, Some(PRINTED.as_bytes()), ""), @"
    exit code 1
    --- stdout
    2 breaking changes

      the object type `In` was removed
      the field `Query.b` was removed

    3 safe changes

      the scalar `Day` no longer says what specifies it
      the field `Query.a` was `Int` and is `Int!` now
      the field `Query.e` was added: `Int`

    5 changes from `schema/buildkite.graphql` to `http://SERVER/v1`: 2 breaking, 3 safe
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
}

#[test]
fn a_snapshot_that_is_missing() {
    insta::assert_snapshot!(check(SDL, None, ""), @"
    exit code 1
    --- stdout
    `schema/buildkite.graphql` is missing
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
}

#[test]
fn a_snapshot_that_is_no_schema() {
    insta::assert_snapshot!(check(SDL, Some(b"type Query { a: Missing }"), ""), @"
    exit code 1
    --- stdout
    `schema/buildkite.graphql` is no schema: the schema is not valid GraphQL: 1 mistake
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
    insta::assert_snapshot!(check(SDL, Some(b""), ""), @"
    exit code 1
    --- stdout
    `schema/buildkite.graphql` is no schema: there is no schema in it: the text is empty
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
    insta::assert_snapshot!(check(SDL, Some(b"\xff"), ""), @"
    exit code 1
    --- stdout
    `schema/buildkite.graphql` is no schema: it is not UTF-8 text
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
}

#[test]
fn a_snapshot_that_differs_in_form_or_descriptions_only() {
    insta::assert_snapshot!(check(SDL, Some(SDL.as_bytes()), ""), @"
    exit code 1
    --- stdout
    `schema/buildkite.graphql` is the schema of `http://SERVER/v1`, not in canonical form
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
    let described = PRINTED.replace("The start.", "The beginning.");
    insta::assert_snapshot!(check(SDL, Some(described.as_bytes()), ""), @"
    exit code 1
    --- stdout
    only descriptions differ between `schema/buildkite.graphql` and `http://SERVER/v1`
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: stale
    hint: the same command without `--check` brings it up to date
    ");
}

#[test]
fn a_snapshot_that_was_pulled_without_descriptions() {
    let (sandbox, folder) = (sandbox(SDL), project());
    pull_from(&sandbox, folder.path(), "--no-descriptions");
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), "--check"), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: up to date
    ");
    let report = pull_from(&sandbox, folder.path(), "--check --no-descriptions");
    assert!(report.starts_with("exit code 0\n"), "{report}");
}

/// No verdict is no verdict.
#[test]
fn what_cannot_be_checked() {
    let folder = pulled();
    let mut command = bkq(folder.path(), "schema pull --check");
    command.assert().code(4);
    let sandbox = faulty("html");
    let report = pull_from(&sandbox, folder.path(), "--check");
    assert!(report.starts_with("exit code 4\n"), "{report}");
}
