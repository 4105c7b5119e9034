//! What commands, hooks, signals and settings cannot spoil.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use super::*;

fn after(command: &str) -> String {
    let project = Project::new();
    let said = project.refresh(&server(MILD), &["--run", command]);
    assert_eq!(
        git(&project.folder(), &["branch", "--format=%(refname:short)"]),
        "main"
    );
    said
}

#[test]
fn commands_change_files_and_nothing_else() {
    insta::assert_snapshot!(after("git commit -qam mine"), @"
    exit code 1
    --- stderr
    asking https://SERVER/v1 for its schema …
    $ git commit -qam mine
    error: cannot commit the refreshed schema
      a command of `--run` has committed, or switched to another commit
    hint: let commands change files only: what they change is committed
    ");
    insta::assert_snapshot!(after("git checkout -q -- ."), @"
    exit code 1
    --- stderr
    asking https://SERVER/v1 for its schema …
    $ git checkout -q -- .
    error: cannot commit the refreshed schema
      a command of `--run` has changed `schema/buildkite.graphql`
    hint: let commands read the snapshot only
    ");
}

#[test]
fn what_runs_in_the_background_is_not_waited_for() {
    let project = Project::new();
    // Ended with the test: the folder that it waits for goes then.
    let waiting = format!(
        "(while [ -d '{}' ]; do sleep 0.2; done) & true",
        project.folder().display()
    );
    let said = project.refresh(&server(MILD), &["--run", &waiting]);
    assert!(said.contains(": passed\n"), "{said}");
}

/// As git sets them in hooks.
#[test]
fn variables_of_git_lead_nowhere_else() {
    for (variable, value) in [
        ("GIT_DIR", ".git"),
        ("GIT_INDEX_FILE", ".git/index"),
        ("GIT_WORK_TREE", "."),
    ] {
        let project = Project::new();
        let mut command = bkq(&project.folder(), "schema refresh --run env");
        let value = project.folder().join(value).display().to_string();
        let server = server(MILD);
        let said = run(with(&mut command, &server).env(variable, value));
        assert!(
            said.contains("committed on the branch"),
            "{variable}: {said}"
        );
        assert!(!said.contains(variable), "{said}");
        project.assert_clean();
    }
}

#[test]
fn hooks_do_not_run_and_those_of_a_push_see_no_token() {
    let project = Project::new();
    let hooks = project.folder().join(".git/hooks");
    fs::create_dir_all(&hooks).expect("a folder");
    for hook in [
        "post-checkout",
        "pre-commit",
        "reference-transaction",
        "pre-push",
    ] {
        let path = hooks.join(hook);
        let note = format!(
            "#!/bin/sh\necho {hook} $BUILDKITE_API_TOKEN >>'{}/notes'\n",
            project.around.path().display()
        );
        fs::write(&path, note).expect("a hook");
        let mut chmod = Command::new("chmod");
        chmod.arg("+x").arg(&path).assert().success();
    }
    let said = project.refresh(&server(MILD), &["--push", "origin"]);
    assert!(said.contains("pushed to the branch"), "{said}");
    let notes = fs::read_to_string(project.around.path().join("notes"));
    // Git itself moves what it knows of the remote.
    let notes = notes.expect("a note");
    let hooks: BTreeSet<_> = notes.lines().collect();
    assert_eq!(hooks, BTreeSet::from(["pre-push", "reference-transaction"]));
}

#[test]
fn a_push_that_is_refused_loses_no_report() {
    let project = Project::new();
    let hook = project.remote().join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\necho not today >&2\nexit 1\n").expect("a hook");
    let mut chmod = Command::new("chmod");
    chmod.arg("+x").arg(&hook).assert().success();
    let said = project.refresh(&server(MILD), &["--push", "origin"]);
    assert!(
        said.starts_with("exit code 1\n--- stdout\n### Schema changes\n"),
        "{said}"
    );
    assert!(
        said.contains("error: cannot push the branch `schema-refresh` to `origin`\n"),
        "{said}"
    );
    assert!(said.contains("not today"), "{said}");
    assert_eq!(
        git(&project.folder(), &["branch", "--format=%(refname:short)"]),
        "main"
    );
}

/// As on Windows.
#[test]
fn line_ends_are_those_of_the_schema() {
    let project = Project::new();
    git(&project.folder(), &["config", "core.autocrlf", "true"]);
    let said = project.refresh(&server(OLD), &[]);
    assert!(said.contains("up to date"), "{said}");
    let said = project.refresh(&server(MILD), &[]);
    assert!(said.contains("committed on the branch"), "{said}");
    let schema = git(
        &project.folder(),
        &["show", "schema-refresh:schema/buildkite.graphql"],
    );
    assert!(!schema.contains('\r'), "{schema}");
}

#[test]
fn an_interrupted_refresh_leaves_nothing_behind() {
    let project = Project::new();
    let temporary = project.around.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("bkq"));
    let server = server(MILD);
    let started = project.around.path().join("started");
    let wait = format!("touch '{}'; sleep 30", started.display());
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Somebody");
        command.env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
    }
    let mut running = command
        .args(["schema", "refresh", "--run", &wait])
        .current_dir(project.folder())
        .env("TMPDIR", &temporary)
        .env("BUILDKITE_API_TOKEN", TOKEN)
        .env("BUILDKITE_GRAPHQL_URL", server.url())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bkq runs");
    while !started.exists() {
        assert_eq!(
            running.try_wait().expect("it runs"),
            None,
            "it ended by itself"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut kill = Command::new("kill");
    kill.arg(running.id().to_string()).assert().success();
    assert_eq!(running.wait().expect("it ends").code(), Some(130));
    assert_eq!(fs::read_dir(&temporary).expect("a folder").count(), 0);
    // Git finds out by itself.
    git(&project.folder(), &["worktree", "prune"]);
    project.assert_clean();
}
