//! The git repository: a checkout of its own to work in, and a branch for what comes of it.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::report::Failure;

/// How commits of refreshes are told from those that somebody made by hand.
pub(super) const TRAILER: &str = "Schema-Refresh";

/// The repository around the folder where the command runs.
pub(super) struct Repository {
    /// The folder where the command runs, as seen from the top.
    prefix: PathBuf,
    /// The commit that everything starts from.
    head: String,
}

/// What is committed, checked out once more, so that nobody's work is in the way or is lost.
pub(super) struct Checkout {
    /// Deleted with all that is in it.
    around: TempDir,
    prefix: PathBuf,
}

/// A branch as it was before.
pub(super) struct Branch {
    pub(super) name: String,
    remote: Option<Remote>,
    tip: Option<String>,
}

struct Remote {
    name: String,
    tip: Option<String>,
}

impl Repository {
    pub(super) fn here() -> Result<Self, Failure> {
        let failure = "cannot refresh a schema outside of a git repository";
        let here = Path::new(".");
        let prefix = git(here, ["rev-parse", "--show-prefix"], failure)
            .map_err(|failure| failure.hint("run the command in the repository that holds it"))?;
        let head = git(
            here,
            ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
            "the repository has no commit to start from",
        )?;
        Ok(Self {
            prefix: PathBuf::from(prefix),
            head,
        })
    }

    /// The first characters of the commit that everything starts from.
    pub(super) fn short_head(&self) -> &str {
        self.head.get(..12).unwrap_or(&self.head)
    }

    /// Looks at a branch before anything is done, and refuses one that holds more than
    /// refreshes.
    pub(super) fn branch(&self, name: &str, remote: Option<&str>) -> Result<Branch, Failure> {
        let here = Path::new(".");
        let failure = || format!("cannot refresh the schema on the branch `{name}`");
        let full = format!("refs/heads/{name}");
        git(here, ["check-ref-format", &full], &failure())
            .map_err(|failure| failure.hint("git has no branches of that name"))?;
        let worktrees = git(here, ["worktree", "list", "--porcelain"], &failure())?;
        if worktrees
            .lines()
            .any(|line| line == format!("branch {full}"))
        {
            return Err(Failure::new(failure())
                .because("it is checked out")
                .hint("switch to the branch that the refresh is for"));
        }
        let local = [
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("{full}^{{commit}}"),
        ];
        let tip = tried(here, local)?;
        if let Some(tip) = &tip {
            self.refuse_work_of_others(tip, name)?;
        }
        let remote = remote
            .map(|remote| self.remote(remote, name, &full))
            .transpose()?;
        Ok(Branch {
            name: name.to_owned(),
            remote,
            tip,
        })
    }

    fn remote(&self, remote: &str, name: &str, full: &str) -> Result<Remote, Failure> {
        let here = Path::new(".");
        let failure = format!("cannot look for the branch `{name}` of `{remote}`");
        let listed = git(here, ["ls-remote", "--quiet", "--", remote, full], &failure)?;
        let tip = listed.split_whitespace().next().map(str::to_owned);
        if let Some(tip) = &tip {
            let fetch = ["fetch", "--quiet", "--no-tags", "--", remote, full];
            git(here, fetch, &failure)?;
            self.refuse_work_of_others(tip, name)?;
        }
        Ok(Remote {
            name: remote.to_owned(),
            tip,
        })
    }

    /// A branch is replaced, so that what somebody added to it would be gone.
    fn refuse_work_of_others(&self, tip: &str, name: &str) -> Result<(), Failure> {
        let here = Path::new(".");
        let failure = format!("cannot replace the branch `{name}`");
        if tried(here, ["merge-base", "--is-ancestor", tip, &self.head])?.is_some() {
            return Ok(());
        }
        let format = format!("--format=%(trailers:key={TRAILER},valueonly)");
        let trailers = git(here, ["log", "-1", &format, tip], &failure)?;
        if trailers.is_empty() {
            return Err(Failure::new(failure)
                .because("its last commit is no refresh, and would be lost")
                .hint("merge or delete the branch, or take another: `--branch NAME`"));
        }
        Ok(())
    }

    /// Checks the newest commit out, beside everything else.
    pub(super) fn checkout(&self) -> Result<Checkout, Failure> {
        let failure = "cannot check the repository out once more";
        let around = TempDir::new().map_err(|error| Failure::new(failure).caused_by(&error))?;
        let checkout = Checkout {
            around,
            prefix: self.prefix.clone(),
        };
        let top = checkout.top();
        let add = [
            OsStr::new("worktree"),
            OsStr::new("add"),
            OsStr::new("--quiet"),
            OsStr::new("--detach"),
            top.as_os_str(),
            OsStr::new(&self.head),
        ];
        git(Path::new("."), add, failure)?;
        Ok(checkout)
    }
}

impl Checkout {
    fn top(&self) -> PathBuf {
        self.around.path().join("checkout")
    }

    /// The folder that stands for the one where the command runs.
    pub(super) fn folder(&self) -> PathBuf {
        self.top().join(&self.prefix)
    }

    /// What a file has at the tip of a branch.
    pub(super) fn at_tip(&self, branch: &Branch, file: &Path) -> Result<Option<String>, Failure> {
        let Some(tip) = branch.newest() else {
            return Ok(None);
        };
        let place = format!("{tip}:./{}", file.display());
        let output = run(&self.folder(), ["show", "--no-textconv", &place])?;
        let is_there = output.status.success();
        Ok(is_there
            .then(|| String::from_utf8(output.stdout).ok())
            .flatten())
    }

    /// Commits these files, and all others that are known to git and have changed.
    pub(super) fn commit(&self, files: &[&Path], message: &str) -> Result<String, Failure> {
        let failure = "cannot commit the refreshed schema";
        let folder = self.folder();
        git(&folder, ["add", "--update", "."], failure)?;
        let mut add = vec![OsStr::new("add"), OsStr::new("--force"), OsStr::new("--")];
        add.extend(files.iter().map(|file| file.as_os_str()));
        git(&folder, add, failure)?;
        // Hooks are for people; whoever reviews the branch has the checks of the report.
        let commit = ["commit", "--quiet", "--no-verify", "--message", message];
        git(&folder, commit, failure).map_err(|failure| {
            failure.hint("git needs a name and an address: `git config user.name` and `user.email`")
        })?;
        git(&folder, ["rev-parse", "HEAD"], failure)
    }

    /// Puts a commit on a branch, here and at its remote. Nothing is done where the branch
    /// has that already.
    pub(super) fn put(&self, commit: &str, branch: &Branch) -> Result<Put, Failure> {
        let Branch { name, remote, tip } = branch;
        // Not in the checkout: what is configured for a folder counts for the one around.
        let folder = Path::new(".");
        let failure = format!("cannot put the refreshed schema on the branch `{name}`");
        if let Some(newest) = branch.newest()
            && self.is_alike(newest, commit, &failure)?
        {
            return Ok(Put::There);
        }
        let full = format!("refs/heads/{name}");
        let expected = tip.as_deref().unwrap_or_default();
        git(folder, ["update-ref", &full, commit, expected], &failure)?;
        if let Some(remote) = remote {
            let expected = remote.tip.as_deref().unwrap_or_default();
            let lease = format!("--force-with-lease={full}:{expected}");
            let what = format!("{commit}:{full}");
            let push = ["push", "--quiet", &lease, "--", &remote.name, &what];
            git(folder, push, &format!("cannot push the branch `{name}`"))?;
        }
        Ok(Put::Moved)
    }

    /// Whether two commits have the same content, on top of the same.
    fn is_alike(&self, one: &str, other: &str, failure: &str) -> Result<bool, Failure> {
        let of = |commit: &str| {
            let format = "--format=%T %P";
            git(&self.folder(), ["log", "-1", format, commit], failure)
        };
        Ok(of(one)? == of(other)?)
    }
}

/// What became of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Moved,
    /// It has all of it from before.
    There,
}

impl Branch {
    /// Where others see it; else where it is here.
    fn newest(&self) -> Option<&str> {
        match &self.remote {
            Some(remote) => remote.tip.as_deref(),
            None => self.tip.as_deref(),
        }
    }
}

impl Drop for Checkout {
    /// Git keeps a list of checkouts; the folder itself goes in any case.
    fn drop(&mut self) {
        let top = self.top();
        let remove = [
            OsStr::new("worktree"),
            OsStr::new("remove"),
            OsStr::new("--force"),
            top.as_os_str(),
        ];
        // Nothing is lost if it fails: `git worktree prune` does the same later.
        let _ = run(Path::new("."), remove);
    }
}

/// What git says, without the line break at its end.
fn git<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
    failure: &str,
) -> Result<String, Failure> {
    let output = run(folder, arguments)?;
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    let said = text(&output.stderr);
    let failure = Failure::new(failure);
    Err(if said.is_empty() {
        failure
    } else {
        failure.because(said)
    })
}

/// The same, where a refusal is an answer, too.
fn tried<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Option<String>, Failure> {
    let output = run(folder, arguments)?;
    Ok(output.status.success().then(|| text(&output.stdout)))
}

fn run<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Output, Failure> {
    Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            let failure = Failure::new("cannot run git").caused_by(&error);
            if error.kind() == ErrorKind::NotFound {
                failure.hint("install it: a refresh is made on a branch of a git repository")
            } else {
                failure
            }
        })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}
