//! What ends a refresh before anything is done.

use super::*;

fn refused(arguments: &[&str]) -> String {
    let project = Project::new();
    let said = project.refresh(&server(MILD), arguments);
    assert_eq!(
        git(&project.folder(), &["branch", "--format=%(refname:short)"]),
        "main"
    );
    said
}

/// It is no failure, which would be there every week.
#[test]
fn work_of_others_is_left_alone() {
    let project = Project::new();
    let folder = project.folder();
    project.refresh(&server(MILD), &["--push", "origin"]);
    let origin = [
        "fetch",
        "--quiet",
        "origin",
        "schema-refresh:schema-refresh",
    ];
    git(&folder, &origin);
    git(&folder, &["switch", "--quiet", "schema-refresh"]);
    project.write("README", "By hand.\n");
    git(&folder, &["add", "README"]);
    // Amended, so that the message is the one of a refresh.
    git(&folder, &["commit", "--quiet", "--amend", "--no-edit"]);
    git(
        &folder,
        &["push", "--quiet", "--force", "origin", "schema-refresh"],
    );
    git(&folder, &["switch", "--quiet", "main"]);
    insta::assert_snapshot!(project.refresh(&server(NEW), &[]), @"
    exit code 0
    --- stderr
    asking https://SERVER/v1 for its schema …
    the branch `schema-refresh` has commits of others and is left alone: what is new comes with the refresh after it is merged
    ");
    insta::assert_snapshot!(project.refresh(&server(NEW), &["--push", "origin"]), @"
    exit code 0
    --- stderr
    asking https://SERVER/v1 for its schema …
    the branch `schema-refresh` of `origin` has commits of others and is left alone: what is new comes with the refresh after it is merged
    ");
    let at_tip = git(&project.remote(), &["show", "schema-refresh:README"]);
    assert_eq!(at_tip, "By hand.");
}

#[test]
fn branches_and_remotes_have_to_be_usable() {
    insta::assert_snapshot!(refused(&["--branch", "main"]), @"
    exit code 1
    --- stderr
    error: cannot refresh the schema on the branch `main`
      it is checked out in `AROUND/project`
    hint: switch to another branch there, or take another: `--branch NAME`
    ");
    insta::assert_snapshot!(refused(&["--branch", "a..b"]), @"
    exit code 1
    --- stderr
    error: cannot refresh the schema on the branch `a..b`
    hint: git has no branches of that name
    ");
    insta::assert_snapshot!(refused(&["--push", "origin", "--branch", "main"]), @"
    exit code 1
    --- stderr
    error: cannot refresh the schema on the branch `main`
      it is the remote's default branch, and nobody would review it
    hint: take another: `--branch NAME`
    ");
    insta::assert_snapshot!(refused(&["--push", "nowhere"]), @"
    exit code 1
    --- stderr
    error: cannot look for the branch `schema-refresh` of `nowhere`
      fatal: 'nowhere' does not appear to be a git repository
      fatal: Could not read from remote repository.

      Please make sure you have the correct access rights
      and the repository exists.
    ");
    insta::assert_snapshot!(refused(&["--push", "--upload-pack=touch pwned"]), @"
    exit code 2
    --- stderr
    error: unexpected argument '--upload-pack' found

    Usage: bkq schema refresh [OPTIONS]

    For more information, try '--help'.
    ");
}

#[test]
fn a_snapshot_has_to_be_committed() {
    insta::assert_snapshot!(refused(&["--schema", "../schema.graphql"]), @"
    exit code 1
    --- stderr
    error: cannot use `../schema.graphql`
      it is not below the folder where the command runs
    hint: run the command in a folder that holds it, and name it from there
    ");
    insta::assert_snapshot!(refused(&["--schema", "schema/buildkit.graphql"]), @"
    exit code 1
    --- stderr
    error: there is no snapshot `schema/buildkit.graphql` in the commit `HEAD`
    hint: check the folder and `--schema`; the first snapshot is made by `bkq schema pull`, and committed by hand
    ");
    let project = Project::new();
    fs::copy(
        project.folder().join("schema/buildkite.graphql"),
        project.folder().join("new.graphql"),
    )
    .expect("a file");
    insta::assert_snapshot!(project.refresh(&server(MILD), &["--schema", "new.graphql"]), @"
    exit code 1
    --- stderr
    error: there is no snapshot `new.graphql` in the commit `HEAD`
    hint: it is in the folder: commit it, and keep it out of `.gitignore`
    ");
    project.write(
        "schema/buildkite.graphql",
        "<<<<<<< HEAD\ntype Query { a: Int }\n",
    );
    project.commit("Merge badly");
    insta::assert_snapshot!(project.refresh(&server(MILD), &[]), @"
    exit code 1
    --- stderr
    asking https://SERVER/v1 for its schema …
    error: cannot compare with `schema/buildkite.graphql` at `HEAD`
      there are marks in it of a merge that came to a conflict; resolve the conflict: pull the schema again, which gives the whole text anew
    hint: pull it anew by hand: `bkq schema pull`, and commit it
    ");
}

#[test]
fn paths_can_be_written_in_any_way() {
    let project = Project::new();
    let absolute = project
        .folder()
        .canonicalize()
        .expect("a folder")
        .join("queries");
    let absolute = absolute.display().to_string();
    let arguments = [
        "--schema",
        "./schema/buildkite.graphql",
        "--queries",
        &absolute,
    ];
    let said = project.refresh(&server(NEW), &arguments);
    assert!(said.contains("`queries/build.graphql:3:5`"), "{said}");
}

#[test]
fn queries_have_to_be_in_order() {
    let project = Project::new();
    project.write("queries/broken.graphql", "query Broken { nothing }\n");
    project.commit("Break the queries");
    insta::assert_snapshot!(project.refresh(&server(MILD), &["--queries", "queries"]), @"
    exit code 1
    --- stderr
    asking https://SERVER/v1 for its schema …
    error: the queries do not compile with `schema/buildkite.graphql` at `HEAD`
      Error: type `Query` has no field `nothing`
          ╭─ queries/broken.graphql:1:16
          │
        1 │ query Broken { nothing }
          │                ^^^^^^^ not a field of `Query`
          │
          ╰─ Help: its only field is `build`
    hint: mend them first: what breaks can be told only of queries that are in order
    ");
}

#[test]
fn queries_have_to_be_committed() {
    let project = Project::new();
    fs::create_dir(project.folder().join("more")).expect("a folder");
    project.write(
        "more/more.graphql",
        "query More { build(slug: \"a\") { id } }\n",
    );
    insta::assert_snapshot!(project.refresh(&server(MILD), &["--queries", "more"]), @"
    exit code 1
    --- stderr
    asking https://SERVER/v1 for its schema …
    error: `more` is not in the commit `HEAD`
    hint: commit it first: a refresh looks at what is committed
    ");
}

#[test]
fn somebody_has_to_commit() {
    let project = Project::new();
    let mut command = bkq(&project.folder(), "schema refresh --run false");
    let server = server(MILD);
    with(&mut command, &server);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env_remove(format!("GIT_{who}_NAME"));
        command.env_remove(format!("GIT_{who}_EMAIL"));
    }
    command.env("GIT_CONFIG_COUNT", "1");
    command.env("GIT_CONFIG_KEY_0", "user.useConfigOnly");
    command.env("GIT_CONFIG_VALUE_0", "true");
    let said = run(&mut command);
    assert!(said.starts_with("exit code 1\n"), "{said}");
    assert!(
        said.contains("error: git does not know who commits\n"),
        "{said}"
    );
    assert!(!said.contains("$ false"), "{said}");
}

#[test]
fn a_server_that_says_no_changes_nothing() {
    let project = Project::new();
    let runtime = Runtime::new().expect("a runtime");
    let builder = Sandbox::builder().schema(MILD).token("another one");
    let server = runtime.block_on(builder.start()).expect("a sandbox");
    insta::assert_snapshot!(project.refresh(&server, &[]), @r#"
    exit code 1
    --- stderr
    asking https://SERVER/v1 for its schema …
    error: cannot ask `https://SERVER/v1` for its schema
      https://SERVER/v1 does not accept the API token, status 401 Unauthorized
    hint: check that the token is right, not revoked or expired, and has GraphQL access, or create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL API access" ticked
    "#);
}

#[test]
fn there_has_to_be_a_repository() {
    let folder = TempDir::new().expect("a folder");
    let mut command = bkq(folder.path(), "schema refresh --from none.graphql");
    command.env(
        "GIT_CEILING_DIRECTORIES",
        folder.path().parent().expect("a folder around it"),
    );
    insta::assert_snapshot!(run(&mut command), @"
    exit code 1
    --- stderr
    error: cannot refresh a schema outside of a git repository
      fatal: not a git repository (or any of the parent directories): .git
    hint: run the command in the repository that holds it
    ");
    git(folder.path(), &["init", "--quiet"]);
    insta::assert_snapshot!(run(&mut command), @"
    exit code 1
    --- stderr
    error: the repository has no commit to start from
    ");
}
