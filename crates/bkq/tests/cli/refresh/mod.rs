//! `bkq schema refresh`, in repositories with a remote.

#[cfg(unix)]
mod documented;
#[cfg(unix)]
mod meddling;
mod refused;
mod report;
mod runs;

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use assert_cmd::Command;
use buildkite_sandbox::Sandbox;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{bkq, run};

/// In no output, no file and no commit.
const TOKEN: &str = "bkua_9f8e7d6c5b4a39281706f5e4d3c2b1a0";

const OLD: &str = "type Query { build(slug: ID!): Build } type Build { id: ID! number: Int! state: State old: Int } enum State { PASSED FAILED }";

/// Breaks a query.
const NEW: &str = "type Query { build(slug: ID!): Build } type Build { id: ID! state: State! url: String } enum State { PASSED FAILED BLOCKED }";

/// Breaks nothing.
const MILD: &str = "type Query { build(slug: ID!): Build } type Build { id: ID! number: Int! state: State url: String } enum State { PASSED FAILED }";

/// A repository with a snapshot, queries and a generated file, and the remote it was pushed
/// to.
struct Project {
    around: Rc<TempDir>,
    name: &'static str,
}

impl Project {
    fn new() -> Self {
        let around = TempDir::new().expect("a folder");
        let project = Self {
            around: Rc::new(around),
            name: "project",
        };
        let folder = project.folder();
        for name in ["schema", "queries"] {
            fs::create_dir_all(folder.join(name)).expect("a folder");
        }
        let mut pull = bkq(&folder, "schema pull --from -");
        pull.env("SOURCE_DATE_EPOCH", "1000000000");
        pull.write_stdin(OLD).assert().success();
        project.write(
            "queries/build.graphql",
            "query BuildBySlug($slug: ID!) {\n  build(slug: $slug) {\n    number\n    state\n  }\n}\n",
        );
        project.write("generated.txt", "4 fields\n");
        let remote = project.remote();
        git(
            project.around.path(),
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch",
                "main",
                "origin.git",
            ],
        );
        git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
        git(
            &folder,
            &["remote", "add", "origin", &remote.display().to_string()],
        );
        project.commit("Start");
        git(&folder, &["push", "--quiet", "origin", "main"]);
        project
    }

    /// Another clone of what is at the remote.
    fn clone_anew(&self) -> Self {
        let clone = Self {
            around: Rc::clone(&self.around),
            name: "clone",
        };
        let (from, to) = (self.remote(), clone.folder());
        let (from, to) = (from.display().to_string(), to.display().to_string());
        let clones = ["clone", "--quiet", "--branch", "main", &from, &to];
        git(self.around.path(), &clones);
        clone
    }

    fn folder(&self) -> PathBuf {
        self.around.path().join(self.name)
    }

    fn remote(&self) -> PathBuf {
        self.around.path().join("origin.git")
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder().join(path), text).expect("a file");
    }

    fn commit(&self, message: &str) {
        git(&self.folder(), &["add", "--all"]);
        git(&self.folder(), &["commit", "--quiet", "--message", message]);
    }

    /// What the command says, with addresses and commits in one form. The token is nowhere.
    fn refresh(&self, server: &Sandbox, arguments: &[&str]) -> String {
        let mut command = bkq(&self.folder(), "schema refresh");
        let report = run(with(&mut command, server).args(arguments));
        self.assert_clean();
        self.told(&report, server)
    }

    fn told(&self, report: &str, server: &Sandbox) -> String {
        assert!(!report.contains(TOKEN), "{report}");
        let head = git(&self.folder(), &["rev-parse", "HEAD"]);
        report
            .replace(server.url(), "https://SERVER/v1")
            .replace(&head[..12], "HEAD")
            .replace(&self.around.path().display().to_string(), "AROUND")
    }

    /// Nothing of the folder has changed, no checkout is left, and the token is nowhere.
    fn assert_clean(&self) {
        let folder = self.folder();
        assert_eq!(
            git(&folder, &["status", "--porcelain", "--untracked-files=no"]),
            ""
        );
        assert_eq!(git(&folder, &["worktree", "list"]).lines().count(), 1);
        assert_eq!(git(&folder, &["branch", "--show-current"]), "main");
        let history = git(&folder, &["log", "--all", "--patch", "--format=fuller"]);
        assert!(!history.contains(TOKEN), "{history}");
    }
}

/// A server of a schema, which wants the token.
fn server(sdl: &str) -> Sandbox {
    let runtime = Runtime::new().expect("a runtime");
    let builder = Sandbox::builder().schema(sdl).token(TOKEN);
    runtime.block_on(builder.start()).expect("a sandbox")
}

/// The environment of a refresh.
fn with<'a>(command: &'a mut Command, server: &Sandbox) -> &'a mut Command {
    identify(command)
        .env("BUILDKITE_API_TOKEN", TOKEN)
        .env("BUILDKITE_GRAPHQL_URL", server.url())
        .env("SOURCE_DATE_EPOCH", "1795176000")
}

/// Commits are always by the same, at the same time, whatever is configured here.
fn identify(command: &mut Command) -> &mut Command {
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "Somebody")
            .env(format!("GIT_{who}_EMAIL"), "somebody@example.com")
            .env(format!("GIT_{who}_DATE"), "2026-11-23T12:00:00Z");
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
}

/// What git says.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    let output = identify(command.current_dir(folder).args(arguments))
        .output()
        .expect("git runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {complained}");
    said.trim_end().to_owned()
}
