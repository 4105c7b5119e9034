//! What a refresh does to branches, and how often.

use super::*;

#[test]
fn nothing_is_done_where_nothing_has_changed() {
    let project = Project::new();
    let said = project.refresh(&server(OLD), &["--queries", "queries", "--run", "false"]);
    insta::assert_snapshot!(said, @"
    exit code 0
    --- stderr
    asking https://SERVER/v1 for its schema …
    schema/buildkite.graphql: up to date
    ");
    assert_eq!(
        git(&project.folder(), &["branch", "--format=%(refname:short)"]),
        "main"
    );
}

#[test]
fn the_branch_has_the_snapshot_and_what_was_regenerated() {
    let project = Project::new();
    let server = server(MILD);
    let regenerate = "grep -c : schema/buildkite.graphql > generated.txt; touch new untracked";
    let said = project.refresh(
        &server,
        &["--run", regenerate, "--add", "new", "--push", "origin"],
    );
    let left_out = "New files that are **not committed**: `untracked`. `--add PATH` adds them.";
    assert!(said.contains(left_out), "{said}");
    let shown = git(
        &project.remote(),
        &["show", "--stat=60", "--format=%an%n%B", "schema-refresh"],
    );
    // It has the address of the server in it.
    let tree = git(&project.remote(), &["rev-parse", "schema-refresh^{tree}"]);
    let shown = shown.replace(&tree, "TREE");
    insta::assert_snapshot!(project.told(&shown, &server), @"
    Somebody
    Refresh the schema: at worst breaking changes

    2 changes from `schema/buildkite.graphql` at `HEAD` to `https://SERVER/v1`: 1 breaking, 1 safe

    Schema-Refresh: https://SERVER/v1
    Schema-Refresh-Tree: TREE


     generated.txt              | 2 +-
     new                        | 0
     schema/buildkite.graphql   | 2 +-
     schema/buildkite.meta.json | 4 ++--
     4 files changed, 4 insertions(+), 4 deletions(-)
    ");
    let metadata = git(
        &project.remote(),
        &["show", "schema-refresh:schema/buildkite.meta.json"],
    );
    insta::assert_snapshot!(project.told(&metadata, &server), @r#"
    {
      "pulled": "2026-11-20T12:00:00Z",
      "source": "https://SERVER/v1",
      "descriptions": true
    }
    "#);
    let parent = git(&project.remote(), &["rev-parse", "schema-refresh^"]);
    assert_eq!(parent, git(&project.folder(), &["rev-parse", "main"]));
    assert_eq!(
        git(&project.remote(), &["show", "schema-refresh:generated.txt"]),
        "6"
    );
}

#[test]
fn a_second_run_moves_nothing_unless_something_is_new() {
    let project = Project::new();
    let first = server(MILD);
    project.refresh(&first, &["--push", "origin"]);
    let tip = || git(&project.remote(), &["rev-parse", "schema-refresh"]);
    let before = tip();
    let mut again = bkq(&project.folder(), "schema refresh --push origin");
    with(&mut again, &first)
        .env("SOURCE_DATE_EPOCH", "1795780800")
        .env("GIT_COMMITTER_DATE", "2026-11-30T12:00:00Z");
    let said = project.told(&run(&mut again), &first);
    assert!(
        said.contains("the branch `schema-refresh` of `origin` has it already"),
        "{said}"
    );
    assert!(said.contains("### Schema changes"), "{said}");
    assert_eq!(tip(), before);

    // Another schema, and then another start.
    project.refresh(&server(NEW), &["--push", "origin"]);
    let newer = tip();
    assert_ne!(newer, before);
    project.write("README", "Something else.\n");
    project.commit("Add a README");
    let said = project.refresh(&server(NEW), &["--push", "origin"]);
    assert!(said.contains("pushed to the branch"), "{said}");
    assert_eq!(
        git(&project.remote(), &["rev-parse", "schema-refresh^"]),
        git(&project.folder(), &["rev-parse", "main"])
    );
}

#[test]
fn a_clone_that_never_saw_the_branch_brings_it_up_to_date() {
    let project = Project::new();
    project.refresh(&server(MILD), &["--push", "origin"]);
    let clone = project.clone_anew();
    let said = clone.refresh(&server(MILD), &["--push", "origin"]);
    assert!(said.contains("has it already"), "{said}");
    let said = clone.refresh(&server(NEW), &["--push", "origin"]);
    assert!(said.contains("pushed to the branch"), "{said}");
    let schema = git(
        &project.remote(),
        &["show", "schema-refresh:schema/buildkite.graphql"],
    );
    assert!(schema.contains("BLOCKED"), "{schema}");
    // The branches of the clone are its own.
    assert_eq!(
        git(&clone.folder(), &["branch", "--format=%(refname:short)"]),
        "main"
    );
}

#[test]
fn what_is_merged_is_no_obstacle() {
    let project = Project::new();
    project.refresh(&server(MILD), &[]);
    let folder = project.folder();
    git(&folder, &["merge", "--quiet", "--squash", "schema-refresh"]);
    git(
        &folder,
        &["commit", "--quiet", "--message", "Refresh the schema"],
    );
    let said = project.refresh(&server(MILD), &[]);
    assert!(
        said.contains("up to date") && !said.contains("out of date"),
        "{said}"
    );
    let said = project.refresh(&server(NEW), &[]);
    assert!(said.contains("committed on the branch"), "{said}");
}

#[test]
fn a_server_that_goes_back_is_told_of() {
    let project = Project::new();
    project.refresh(&server(MILD), &["--push", "origin"]);
    let said = project.refresh(&server(OLD), &["--push", "origin"]);
    insta::assert_snapshot!(said, @"
    exit code 0
    --- stderr
    asking https://SERVER/v1 for its schema …
    schema/buildkite.graphql: up to date
    the branch `schema-refresh` of `origin` holds another schema than the server has now: what is open for it is out of date
    ");
}

#[test]
fn commands_see_neither_the_token_nor_the_folder() {
    let project = Project::new();
    project.write("generated.txt", "somebody is at work here\n");
    let mut command = bkq(&project.folder(), "schema refresh --run");
    let seen = "env; cat generated.txt; echo at work > generated.txt";
    let server = server(MILD);
    let said = run(with(&mut command, &server).arg(seen));
    assert!(
        said.contains("SOURCE_DATE_EPOCH=1795176000") && said.contains("4 fields"),
        "{said}"
    );
    assert!(
        !said.contains(TOKEN) && !said.contains("somebody is"),
        "{said}"
    );
    let kept = fs::read_to_string(project.folder().join("generated.txt"));
    assert_eq!(kept.expect("a file"), "somebody is at work here\n");
}

#[test]
fn it_runs_in_a_folder_of_a_larger_repository() {
    let project = Project::new();
    let folder = project.folder();
    fs::create_dir(folder.join("service")).expect("a folder");
    for name in ["schema", "queries"] {
        fs::rename(folder.join(name), folder.join("service").join(name)).expect("a folder");
    }
    project.commit("Move");
    let mut command = bkq(
        &folder.join("service"),
        "schema refresh --queries queries --run pwd",
    );
    let said = run(with(&mut command, &server(NEW)));
    assert!(
        said.contains("`service/queries/build.graphql:3:5`"),
        "{said}"
    );
    assert!(said.contains("/checkout/service\n"), "{said}");
    let stat = git(
        &folder,
        &["show", "--name-only", "--format=", "schema-refresh"],
    );
    assert_eq!(
        stat,
        "service/schema/buildkite.graphql\nservice/schema/buildkite.meta.json"
    );
}
