//! Files as they were at a revision, read with the program `git`.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::report::Failure;

/// The content of a file at a revision.
pub(super) fn show(revision: &str, path: &str) -> Result<Vec<u8>, Failure> {
    let place = format!("{revision}:{path}");
    let failure = || Failure::new(format!("cannot read `{place}`"));
    // It would be an option of git, and some of those write files.
    if revision.starts_with('-') {
        return Err(failure()
            .because(format!("git has no revision `{revision}`"))
            .hint("no revision starts with a hyphen"));
    }
    let ask = |arguments: &[&str]| run(arguments).map_err(|error| not_run(failure(), &error));

    let kind = ask(&["cat-file", "-t", &place])?;
    if kind.status.success() {
        if kind.stdout.starts_with(b"tree") {
            return Err(failure()
                .because(format!("`{path}` is a folder there"))
                .hint("name a file, not a folder"));
        }
        let shown = ask(&["show", "--no-textconv", &place])?;
        if shown.status.success() {
            return Ok(shown.stdout);
        }
        return Err(failure().because(said(&shown)));
    }

    let repository = ask(&["rev-parse", "--git-dir"])?;
    if !repository.status.success() {
        return Err(failure()
            .because("there is no file of that name, and git cannot look for a revision:")
            .because(said(&repository))
            .hint("run the command in a git repository, or check the path"));
    }
    let tree = format!("{revision}^{{tree}}");
    if !ask(&["rev-parse", "--verify", "--quiet", &tree])?
        .status
        .success()
    {
        return Err(failure()
            .because(format!("git has no revision `{revision}`"))
            .hint("fetch it first; the clones that CI makes often have the newest commit only"));
    }
    let failure = failure().because(format!("`{revision}` has no file `{path}`"));
    Err(if path.starts_with("./") || path.starts_with("../") {
        failure.hint("a path with `./` starts at the folder where the command runs")
    } else {
        failure.hint(format!(
            "the path starts at the top of the repository; in this folder it is `{revision}:./{path}`"
        ))
    })
}

/// The folder where the command runs, as seen from the top of the repository; empty where
/// there is none.
pub(super) fn prefix() -> PathBuf {
    let shown = run(&["rev-parse", "--show-prefix"]);
    let shown = shown.ok().filter(|output| output.status.success());
    let shown = shown.and_then(|output| String::from_utf8(output.stdout).ok());
    PathBuf::from(shown.unwrap_or_default().trim_end())
}

fn run(arguments: &[&str]) -> io::Result<Output> {
    Command::new("git")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
}

fn not_run(failure: Failure, error: &io::Error) -> Failure {
    if error.kind() == ErrorKind::NotFound {
        failure
            .because("there is no file of that name, and no program `git` to look for a revision")
            .hint("install git, or name a file")
    } else {
        failure.because("cannot run git").caused_by(error)
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}
