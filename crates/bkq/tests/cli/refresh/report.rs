//! What a refresh says.

use super::*;

#[test]
fn breaks_and_failed_checks() {
    let project = Project::new();
    let checks = [
        "--run",
        "cat schema/buildkite.meta.json",
        "--run",
        "printf '\\033[1mboom\\033[0m ```\\n'; exit 3",
    ];
    let arguments = [&["--queries", "queries", "--push", "origin"][..], &checks].concat();
    insta::assert_snapshot!(project.refresh(&server(NEW), &arguments), @r#"
    exit code 0
    --- stdout
    ### Schema changes

    **Breaks 1 of 1 operation.** 6 changes from `schema/buildkite.graphql` at `HEAD` to `https://SERVER/v1`: 3 breaking, 1 dangerous, 2 safe.

    #### Queries that break

    - The field `Build.number` was removed
      - stops compiling: type `Build` has no field `number`
        - `queries/build.graphql:3:5` in `BuildBySlug`

    <details>
    <summary>5 changes touch no query: 2 breaking, 1 dangerous, 2 safe</summary>

    - breaking: the field `Build.old` was removed
    - breaking: the scalar `Int` is not used any more
    - dangerous: the value `State.BLOCKED` was added
    - safe: the field `Build.state` was `State` and is `State!` now
    - safe: the field `Build.url` was added: `String`

    </details>

    #### Checks

    - `cat schema/buildkite.meta.json`: passed
    - `printf '\033[1mboom\033[0m '''\n'; exit 3`: failed with exit code 3

    <details>
    <summary>The end of what <code>printf '\033[1mboom\033[0m ```\n'; exit 3</code> said</summary>

    ````text
    boom ```
    ````

    </details>
    --- stderr
    asking https://SERVER/v1 for its schema …
    $ cat schema/buildkite.meta.json
    {
      "pulled": "2026-11-20T12:00:00Z",
      "source": "https://SERVER/v1",
      "descriptions": true
    }
    $ printf '\033[1mboom\033[0m ```\n'; exit 3
    [1mboom[0m ```
    pushed to the branch `schema-refresh` of `origin`
    it needs work before it can be merged: see the report
    "#);
}

#[test]
fn nothing_breaks() {
    let project = Project::new();
    let arguments = ["--queries", "queries", "--run", "true"];
    insta::assert_snapshot!(project.refresh(&server(MILD), &arguments), @"
    exit code 0
    --- stdout
    ### Schema changes

    **Touches none of 1 operation.** 2 changes from `schema/buildkite.graphql` at `HEAD` to `https://SERVER/v1`: 1 breaking, 1 safe.

    <details>
    <summary>2 changes touch no query: 1 breaking, 1 safe</summary>

    - breaking: the field `Build.old` was removed
    - safe: the field `Build.url` was added: `String`

    </details>

    #### Checks

    - `true`: passed
    --- stderr
    asking https://SERVER/v1 for its schema …
    $ true
    committed on the branch `schema-refresh`
    ");
}

#[test]
fn without_queries() {
    let project = Project::new();
    insta::assert_snapshot!(project.refresh(&server(NEW), &[]), @"
    exit code 0
    --- stdout
    ### Schema changes

    6 changes from `schema/buildkite.graphql` at `HEAD` to `https://SERVER/v1`: 3 breaking, 1 dangerous, 2 safe.

    #### 3 breaking changes

    - the field `Build.number` was removed
    - the field `Build.old` was removed
    - the scalar `Int` is not used any more

    #### 1 dangerous change

    - the value `State.BLOCKED` was added

    <details>
    <summary>2 safe changes</summary>

    - the field `Build.state` was `State` and is `State!` now
    - the field `Build.url` was added: `String`

    </details>
    --- stderr
    asking https://SERVER/v1 for its schema …
    committed on the branch `schema-refresh`
    ");
    let subject = git(
        &project.folder(),
        &["log", "-1", "--format=%s", "schema-refresh"],
    );
    assert_eq!(subject, "Refresh the schema: at worst breaking changes");
}

#[test]
fn only_descriptions() {
    let project = Project::new();
    let described = format!("\"The start.\" {OLD}");
    let server = server(&described);
    insta::assert_snapshot!(project.refresh(&server, &["--queries", "queries"]), @"
    exit code 0
    --- stdout
    ### Schema changes

    Only descriptions differ between `schema/buildkite.graphql` at `HEAD` and `https://SERVER/v1`, or how they are written.
    --- stderr
    asking https://SERVER/v1 for its schema …
    committed on the branch `schema-refresh`
    ");
    let mut without = bkq(&project.folder(), "schema refresh --no-descriptions");
    let said = run(with(&mut without, &server));
    assert!(
        said.contains("schema/buildkite.graphql: up to date"),
        "{said}"
    );
}

#[test]
fn the_first_snapshot() {
    let project = Project::new();
    git(&project.folder(), &["rm", "--quiet", "-r", "schema"]);
    project.commit("Begin anew");
    insta::assert_snapshot!(project.refresh(&server(NEW), &["--queries", "queries"]), @"
    exit code 0
    --- stdout
    ### Schema changes

    This is the first snapshot: there was none before.
    --- stderr
    asking https://SERVER/v1 for its schema …
    committed on the branch `schema-refresh`
    ");
}
