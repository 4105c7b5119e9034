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

#[test]
fn work_of_others_is_not_replaced() {
    let project = Project::new();
    let folder = project.folder();
    git(
        &folder,
        &["switch", "--quiet", "--create", "schema-refresh"],
    );
    project.write("README", "By hand.\n");
    project.commit("Mend the queries");
    git(&folder, &["push", "--quiet", "origin", "schema-refresh"]);
    git(&folder, &["switch", "--quiet", "main"]);
    insta::assert_snapshot!(project.refresh(&server(MILD), &[]), @"
    exit code 1
    --- stderr
    error: cannot replace the branch `schema-refresh`
      its last commit is no refresh, and would be lost
    hint: merge or delete the branch, or take another: `--branch NAME`
    ");
    git(&folder, &["branch", "--quiet", "-D", "schema-refresh"]);
    insta::assert_snapshot!(project.refresh(&server(MILD), &["--push", "origin"]), @"
    exit code 1
    --- stderr
    error: cannot replace the branch `schema-refresh`
      its last commit is no refresh, and would be lost
    hint: merge or delete the branch, or take another: `--branch NAME`
    ");
    assert_eq!(
        git(
            &project.remote(),
            &["log", "-1", "--format=%s", "schema-refresh"]
        ),
        "Mend the queries"
    );
}

#[test]
fn branches_and_remotes_have_to_be_usable() {
    insta::assert_snapshot!(refused(&["--branch", "main"]), @"
    exit code 1
    --- stderr
    error: cannot refresh the schema on the branch `main`
      it is checked out
    hint: switch to the branch that the refresh is for
    ");
    insta::assert_snapshot!(refused(&["--branch", "a..b"]), @"
    exit code 1
    --- stderr
    error: cannot refresh the schema on the branch `a..b`
    hint: git has no branches of that name
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
fn the_snapshot_lies_below_the_folder() {
    insta::assert_snapshot!(refused(&["--schema", "../schema.graphql"]), @"
    exit code 1
    --- stderr
    error: cannot keep a snapshot in `../schema.graphql`
      it is not below the folder where the command runs
    hint: run the command in the folder that holds it, and name it from there
    ");
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
