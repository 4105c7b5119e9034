//! What is committed, checked out once more, so that nobody's work is in the way or is lost.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::git::Git;
use super::interrupt;
use crate::report::Failure;

pub(super) struct Checkout<'a> {
    git: Git<'a>,
    /// Deleted with all that is in it.
    around: TempDir,
    prefix: PathBuf,
    head: String,
}

impl<'a> Checkout<'a> {
    /// Checks a commit out. `prefix` is the folder to work in, as seen from the top.
    pub(super) fn new(git: Git<'a>, head: &str, prefix: &Path) -> Result<Self, Failure> {
        let failure = "cannot check the repository out once more";
        let around = tempfile::Builder::new()
            .prefix("bkq-refresh-")
            .tempdir()
            .map_err(|error| Failure::new(failure).caused_by(&error))?;
        let checkout = Self {
            git,
            around,
            prefix: prefix.to_owned(),
            head: head.to_owned(),
        };
        interrupt::remove_when_interrupted(checkout.around.path());
        let top = checkout.top();
        let add = ["worktree", "add", "--quiet", "--detach"].map(OsStr::new);
        let add = add.into_iter().chain([top.as_os_str(), OsStr::new(head)]);
        git.ask(Path::new("."), add, failure)?;
        Ok(checkout)
    }

    fn top(&self) -> PathBuf {
        self.around.path().join("checkout")
    }

    /// The folder that stands for the one where the command runs.
    pub(super) fn folder(&self) -> PathBuf {
        self.top().join(&self.prefix)
    }

    /// Sees to it that commands have not taken matters into their own hands.
    pub(super) fn assert_head(&self) -> Result<(), Failure> {
        let failure = "cannot commit the refreshed schema";
        let head = self.git.ask(&self.top(), ["rev-parse", "HEAD"], failure)?;
        if head == self.head {
            return Ok(());
        }
        Err(Failure::new(failure)
            .because("a command of `--run` has committed, or switched to another commit")
            .hint("let commands change files only: what they change is committed"))
    }

    /// Makes what is there what is to be committed: all files that git knows, wherever they
    /// are, and these. The tree.
    pub(super) fn stage(&self, paths: &[&Path]) -> Result<String, Failure> {
        let failure = "cannot commit the refreshed schema";
        self.git
            .ask(&self.top(), ["add", "--update", "."], failure)?;
        let add = ["add", "--force", "--"].map(OsStr::new);
        let paths = paths.iter().map(|path| path.as_os_str());
        self.git
            .ask(&self.folder(), add.into_iter().chain(paths), failure)?;
        self.git.ask(&self.top(), ["write-tree"], failure)
    }

    /// Commits what is staged.
    pub(super) fn commit(&self, message: &str) -> Result<String, Failure> {
        let failure = "cannot commit the refreshed schema";
        let commit = ["commit", "--quiet", "--message", message];
        self.git.ask(&self.top(), commit, failure)?;
        self.git.ask(&self.top(), ["rev-parse", "HEAD"], failure)
    }

    /// New files that are not committed, as seen from the top.
    pub(super) fn left_out(&self) -> Result<Vec<String>, Failure> {
        let failure = "cannot look for what is not committed";
        let others = [
            "-c",
            "core.quotePath=false",
            "ls-files",
            "--others",
            "--exclude-standard",
        ];
        let listed = self.git.ask(&self.top(), others, failure)?;
        Ok(listed.lines().map(str::to_owned).collect())
    }
}

impl Drop for Checkout<'_> {
    /// Git keeps a list of checkouts; the folder itself goes in any case.
    fn drop(&mut self) {
        let top = self.top();
        let remove = ["worktree", "remove", "--force"].map(OsStr::new);
        let remove = remove.into_iter().chain([top.as_os_str()]);
        // Nothing is lost if it fails: `git worktree prune` does the same later.
        let _ = self.git.try_to(Path::new("."), remove);
    }
}
