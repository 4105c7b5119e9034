//! `bkq schema diff --queries`: what changes do to queries.

use super::{bkq, folder, run};

const OLD: &str = "schema { query: Query }
type Query { build(slug: ID!): Build builds(first: Int = 10): [Build!]! }
type Build { id: ID! state: State! number: Int! message: String unused: Int }
enum State { PASSED FAILED }
";

/// Breaks queries.
const NEW: &str = "schema { query: Query }
type Query { build(slug: ID!): Build builds(first: Int = 20): [Build!]! }
type Build { id: ID! state: State! message: String @deprecated(reason: \"Use `summary`\") summary: String other: Int }
enum State { PASSED FAILED BLOCKED }
";

const BUILD: &str = "query BuildBySlug($slug: ID!) {
  build(slug: $slug) {
    ...Summary
    message
  }
}
";
const BUILDS: &str =
    "query Builds { builds { ...Summary } }\nquery Ids { builds(first: 2) { id } }\n";
const SUMMARY: &str = "fragment Summary on Build {\n  state\n  number\n}\n";

fn diff(old: &str, new: &str, arguments: &str) -> String {
    let folder = folder(&[
        ("old.graphql", old.as_bytes()),
        ("new.graphql", new.as_bytes()),
        ("queries/build.graphql", BUILD.as_bytes()),
        ("queries/builds.graphql", BUILDS.as_bytes()),
        ("fragments/summary.graphql", SUMMARY.as_bytes()),
    ]);
    let arguments = format!(
        "schema diff old.graphql new.graphql --queries queries --queries fragments {arguments}"
    );
    run(&mut bkq(folder.path(), &arguments))
}

#[test]
fn each_form_says_whom_it_hits() {
    for form in ["terminal", "markdown", "json", "github"] {
        let printed = diff(OLD, NEW, &format!("--format {form}"));
        insta::assert_snapshot!(format!("impact_{form}"), printed);
    }
    insta::assert_snapshot!("impact_all", diff(OLD, NEW, "--all"));
}

#[test]
fn what_touches_no_query_is_only_counted() {
    let new = OLD.replace("unused: Int", "used: Int");
    for form in ["terminal", "markdown", "github"] {
        let printed = diff(OLD, &new, &format!("--format {form}"));
        insta::assert_snapshot!(format!("impact_none_{form}"), printed);
    }
}

#[test]
fn exit_codes_tell_whether_queries_break() {
    let breaking = OLD.replace("unused: Int", "");
    let dangerous = OLD.replace("FAILED", "FAILED BLOCKED");
    let safe = OLD.replace("unused: Int", "unused: Int new: Int");
    for (new, codes) in [
        (OLD, [0, 0, 0, 0]),
        (safe.as_str(), [0, 0, 0, 0]),
        (&dangerous, [1, 0, 0, 0]),
        (&breaking, [2, 2, 0, 0]),
        (NEW, [3, 3, 3, 0]),
    ] {
        let found = ["dangerous", "breaking", "queries", "never"].map(|fail_on| {
            let printed = diff(OLD, new, &format!("--fail-on {fail_on}"));
            let code = printed
                .strip_prefix("exit code ")
                .and_then(|rest| rest.lines().next());
            code.expect("a code").parse::<u8>().expect("a number")
        });
        assert_eq!(found, codes, "{new}");
    }
}

#[test]
fn there_is_no_verdict_about_queries_that_are_not_in_order() {
    insta::assert_snapshot!("impact_not_compiled", diff(NEW, OLD, "--fail-on never"));
    insta::assert_snapshot!("impact_no_folder", diff(OLD, NEW, "--queries missing"));
    let folder = folder(&[("old.graphql", OLD.as_bytes())]);
    let arguments = "schema diff old.graphql old.graphql --fail-on queries";
    insta::assert_snapshot!("impact_no_queries", run(&mut bkq(folder.path(), arguments)));
}

#[test]
fn limits_are_buildkites_only_for_its_own_queries() {
    let old = "type Query { rows(first: Int): RowConnection }
        type RowConnection { edges: [RowEdge] pageInfo: PageInfo! } type RowEdge { node: Row }
        type Row { id: ID! } type PageInfo { hasNextPage: Boolean! }";
    let query =
        "query Rows { rows(first: 60000) { edges { node { id } } pageInfo { hasNextPage } } }";
    let folder = folder(&[
        ("old.graphql", old.as_bytes()),
        ("queries/rows.graphql", query.as_bytes()),
    ]);
    let arguments = "schema diff old.graphql old.graphql --queries queries";
    let of_buildkite = run(&mut bkq(folder.path(), arguments));
    assert!(of_buildkite.contains("exit code 4\n"), "{of_buildkite}");
    assert!(of_buildkite.contains("60,003 points"), "{of_buildkite}");
    let of_another = run(&mut bkq(folder.path(), &format!("{arguments} --other-api")));
    assert!(of_another.contains("exit code 0\n"), "{of_another}");
}
