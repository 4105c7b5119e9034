//! Running git, whatever the environment says of other repositories.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::report::Failure;

/// Where git is told of another repository than the one around a folder: in hooks, say.
pub(super) const REPOSITORY: [&str; 7] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
];

/// Runs git without some variables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Git<'a> {
    hidden: &'a [&'a str],
}

/// Whether hooks run. They are for people, and see what they like; but large files are pushed
/// by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hooks {
    Off,
    On,
}

impl<'a> Git<'a> {
    /// `hidden` are the variables that hold tokens.
    pub(super) const fn new(hidden: &'a [&'a str]) -> Self {
        Self { hidden }
    }

    /// What git says, without the line break at its end.
    pub(super) fn ask<S: AsRef<OsStr>>(
        self,
        folder: &Path,
        arguments: impl IntoIterator<Item = S>,
        failure: &str,
    ) -> Result<String, Failure> {
        said(&self.run(folder, arguments, Hooks::Off)?, failure)
    }

    /// The same with hooks.
    pub(super) fn ask_with_hooks<S: AsRef<OsStr>>(
        self,
        folder: &Path,
        arguments: impl IntoIterator<Item = S>,
        failure: &str,
    ) -> Result<String, Failure> {
        said(&self.run(folder, arguments, Hooks::On)?, failure)
    }

    /// What git says, where a refusal is an answer, too.
    pub(super) fn try_to<S: AsRef<OsStr>>(
        self,
        folder: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let output = self.run(folder, arguments, Hooks::Off)?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn run<S: AsRef<OsStr>>(
        self,
        folder: &Path,
        arguments: impl IntoIterator<Item = S>,
        hooks: Hooks,
    ) -> Result<Output, Failure> {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder);
        if hooks == Hooks::Off {
            git.args(["-c", "core.hooksPath=/dev/null"]);
        }
        // What is committed is compared byte by byte.
        git.args(["-c", "core.autocrlf=false"]).args(arguments);
        for variable in self.hidden.iter().chain(&REPOSITORY) {
            git.env_remove(variable);
        }
        git.stdin(Stdio::null()).output().map_err(|error| {
            let failure = Failure::new("cannot run git").caused_by(&error);
            if error.kind() == ErrorKind::NotFound {
                failure.hint("install it: a refresh is made on a branch of a git repository")
            } else {
                failure
            }
        })
    }
}

fn said(output: &Output, failure: &str) -> Result<String, Failure> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    let said = [&output.stderr, &output.stdout].map(|bytes| text(bytes));
    let failure = Failure::new(failure);
    Err(match said.into_iter().find(|said| !said.is_empty()) {
        Some(said) => failure.because(said),
        None => failure,
    })
}
