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
fn descriptions_are_as_the_snapshot_has_them() {
    let project = Project::new();
    let mut pull = bkq(&project.folder(), "schema pull --no-descriptions --from -");
    let described = format!("\"The start.\" {OLD}");
    pull.write_stdin(described.as_str()).assert().success();
    fs::remove_file(project.folder().join("schema/buildkite.meta.json")).expect("a file");
    let mut pull = bkq(&project.folder(), "schema pull --no-descriptions --from -");
    pull.write_stdin(described.as_str()).assert().success();
    project.commit("Do without descriptions");
    let server = server(&described);
    let said = project.refresh(&server, &[]);
    assert!(said.contains("up to date"), "{said}");
    let said = project.refresh(&server, &["--descriptions"]);
    assert!(said.contains("Only descriptions differ"), "{said}");
}

/// However much is said, a pull request takes it, and what breaks comes first.
#[test]
fn reports_are_never_too_long() {
    let project = Project::new();
    let fields: Vec<_> = (0..2_000).map(|n| format!("field{n}: Int")).collect();
    let many = MILD.replace("url: String", &fields.join(" "));
    let checks: Vec<_> = (0..12)
        .flat_map(|n| {
            let noise =
                format!("head -c 40000 /dev/zero | tr '\\0' '\\377'; echo; echo end {n}; false");
            ["--run".to_owned(), noise]
        })
        .collect();
    let mut arguments = vec!["--queries", "queries"];
    arguments.extend(checks.iter().map(String::as_str));
    let breaks = many.replace("number: Int!", "");
    let said = project.refresh(&server(&breaks), &arguments);
    let (_, report) = said.split_once("--- stdout\n").expect("a report");
    let (report, _) = report.split_once("--- stderr\n").expect("notes");
    assert!((40_000..60_500).contains(&report.len()), "{}", report.len());
    for part in [
        "has no field `number`",
        "queries/build.graphql:3:5",
        "\nend 0\n",
        "\nend 11\n",
    ] {
        assert!(report.contains(part), "{part}");
    }
    assert!(report.contains(" more changes are left out here, for want of room."));
}

#[test]
fn secrets_are_in_no_report() {
    let project = Project::new();
    let mut command = bkq(&project.folder(), "schema refresh --run");
    let server = server(MILD);
    with(&mut command, &server)
        .arg("printf 'it is '; echo $GH_TOKEN; echo $ANOTHER; env; false")
        .env("GH_TOKEN", "ghs_0123456789")
        .env("ANOTHER", TOKEN);
    let said = run(&mut command);
    assert!(said.contains("it is [hidden]\n"), "{said}");
    assert!(
        !said.contains("ghs_0123456789") && !said.contains(TOKEN),
        "{said}"
    );
}

#[test]
fn the_title_is_written_to_a_file() {
    let project = Project::new();
    project.refresh(
        &server(NEW),
        &["--queries", "queries", "--title", "../title"],
    );
    let title = fs::read_to_string(project.around.path().join("title"));
    assert_eq!(
        title.expect("a title"),
        "Refresh the schema: breaks 1 of 1 operation\n"
    );
}
