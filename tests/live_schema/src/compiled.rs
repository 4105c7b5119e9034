//! What is compiled against, and what is written again.

use std::path::Path;

use buildkite_sandbox::Sandbox;

use crate::package::{INPUTS, Package};
use crate::{TOKEN, bent, serving};

/// The line before the fields of a build, and one of them.
const BUILD: &str = "type Build implements Node {";

const QUERY: &str = "query Q { build(slug: \"acme-inc/web/1\") { weather number } }";

fn with_weather() -> String {
    bent(
        BUILD,
        &format!("{BUILD}\n\"What it was like outside.\"\nweather: String"),
    )
}

#[tokio::test]
async fn what_only_the_live_schema_has_compiles() {
    let sandbox = serving(with_weather()).await;
    let package = Package::with(QUERY);
    assert_eq!(package.build_against(sandbox.url()), INPUTS);
    // Two requests: what the server's introspection knows, and the schema.
    assert_eq!(sandbox.log().entries().len(), 2);
    let code = package.written("queries/operations/q.rs");
    assert!(code.contains("pub weather: "), "{code}");
    assert!(code.contains("What it was like outside."), "{code}");
    let schema = package.written("live-schema/schema.graphql");
    assert!(schema.contains("  weather: String\n"));
}

#[tokio::test]
async fn what_is_gone_is_refused() {
    let sandbox = Sandbox::builder().token(TOKEN).start().await.unwrap();
    let package = Package::with(QUERY);
    let told = package.build_against(sandbox.url());
    insta::assert_snapshot!(told.strip_prefix(INPUTS).unwrap(), @r#"
    cargo::error=Error: type `Build` has no field `weather`
    cargo::error=    ╭─ queries/query.graphql:1:43
    cargo::error=    │
    cargo::error=  1 │ query Q { build(slug: "acme-inc/web/1") { weather number } }
    cargo::error=    │                                           ^^^^^^^ not a field of `Build`
    cargo::error=    │
    cargo::error=    ╰─ Help: its fields are `annotations`, `blockedState`, `branch`, `cancelReason`,
    cargo::error=             `canceledAt`, `canceledBy`, `commit`, `createdAt`, `createdBy`, `env`, `failingAt`,
    cargo::error=             `finishedAt`, and 16 more
    "#);
    // Nothing is left that does not fit the queries.
    assert!(package.all_written().is_empty());
}

#[tokio::test]
async fn buildkites_schema_comes_as_the_snapshot_is_printed() {
    let sandbox = Sandbox::builder().token(TOKEN).start().await.unwrap();
    let package = Package::with("query Q { viewer { id } }");
    assert_eq!(package.build_against(sandbox.url()), INPUTS);
    assert!(package.written("live-schema/schema.graphql") == buildkite_schema::SDL);
}

/// What is known of Buildkite counts, as far as it is there: fields that are never null, and
/// what the server refuses.
#[tokio::test]
async fn it_is_buildkites_schema() {
    let (before, build) = buildkite_schema::SDL.split_once(BUILD).unwrap();
    let build = build.replacen("  createdAt: DateTime\n", "", 1);
    let sandbox = serving(format!("{before}{BUILD}{build}")).await;
    let package =
        Package::with("query Q { pipeline(slug: \"acme-inc/web\") { createdAt archivedAt } }");
    assert_eq!(package.build_against(sandbox.url()), INPUTS);
    let code = package.written("queries/operations/q.rs");
    assert!(
        code.contains("pub created_at: ::buildkite_client::"),
        "{code}"
    );
    assert!(code.contains("pub archived_at: Option<"), "{code}");

    package.write(
        "query Q { organization(slug: \"acme-inc\") { pipelines(first: 500) { edges { node {
           builds(first: 500) { edges { node { id } } }
         } } } } }",
    );
    let told = package.build_against(sandbox.url());
    // Of another schema it would be a warning.
    let error = told.lines().find(|line| line.contains("error="));
    insta::assert_snapshot!(error.unwrap(), @"cargo::error=Error: `Q` requests 251,503 points, and more than 50,000 are refused");
}

#[tokio::test]
async fn what_is_the_same_is_not_written_again() {
    let package = Package::with(QUERY);
    let sandbox = serving(with_weather()).await;
    package.build_against(sandbox.url());
    let before = package.times();
    assert_eq!(package.build_against(sandbox.url()), INPUTS);
    assert_eq!(package.times(), before);

    // Another schema, whose change means nothing to the query.
    let changed = with_weather().replace(BUILD, &format!("{BUILD}\nclimate: String"));
    let sandbox = serving(changed).await;
    assert_eq!(package.build_against(sandbox.url()), INPUTS);
    let mut after = package.times();
    let schema = Path::new("live-schema/schema.graphql");
    assert!(after.insert(schema.to_path_buf(), before[schema]) > Some(before[schema]));
    assert_eq!(after, before);
    assert!(
        package
            .written("live-schema/schema.graphql")
            .contains("climate")
    );
}

/// As cargo does: the script runs again, and what an earlier run has left is there.
#[tokio::test]
async fn nothing_stands_in_for_a_schema_that_does_not_come() {
    let package = Package::with(QUERY);
    let sandbox = serving(with_weather()).await;
    let url = sandbox.url().to_owned();
    assert_eq!(package.build_against(&url), INPUTS);
    let before = package.all_written();
    sandbox.stop().await;
    let told = package.build_against(&url);
    assert!(
        told.contains("cargo::error=Error: Buildkite's schema cannot be pulled"),
        "{told}"
    );
    assert!(package.all_written() == before);
}
