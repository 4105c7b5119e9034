//! The git repository around the folder where a refresh runs.

use std::path::{Path, PathBuf};

use super::checkout::Checkout;
use super::git::Git;
use super::target::{Target, Tip};
use crate::report::Failure;

/// Where the command runs.
const HERE: &str = ".";

pub(super) struct Repository<'a> {
    git: Git<'a>,
    /// The folder where the command runs, as seen from the top.
    prefix: PathBuf,
    /// The commit that everything starts from.
    head: String,
}

impl<'a> Repository<'a> {
    pub(super) fn here(git: Git<'a>) -> Result<Self, Failure> {
        let here = Path::new(HERE);
        let failure = "cannot refresh a schema outside of a git repository";
        let prefix = git
            .ask(here, ["rev-parse", "--show-prefix"], failure)
            .map_err(|failure| failure.hint("run the command in the repository that holds it"))?;
        let head = git.ask(
            here,
            ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
            "the repository has no commit to start from",
        )?;
        Ok(Self {
            git,
            prefix: PathBuf::from(prefix),
            head,
        })
    }

    /// The folder where the command runs, as seen from the top.
    pub(super) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The first characters of the commit that everything starts from.
    pub(super) fn short_head(&self) -> &str {
        self.head.get(..12).unwrap_or(&self.head)
    }

    /// What the newest commit has in a file.
    pub(super) fn committed(&self, file: &Path) -> Result<Option<String>, Failure> {
        self.at(&self.head, file)
    }

    /// What a commit has in a file; nothing where it is no text.
    pub(super) fn at(&self, commit: &str, file: &Path) -> Result<Option<String>, Failure> {
        let place = format!("{commit}:./{}", slashed(file));
        let show = ["show", "--no-textconv", &place];
        let shown = self.git.try_to(Path::new(HERE), show)?;
        Ok(shown.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Whether the newest commit has such a file or folder.
    pub(super) fn has(&self, path: &Path) -> Result<bool, Failure> {
        let place = format!("{}:./{}", self.head, slashed(path));
        let kind = ["cat-file", "-e", &place];
        Ok(self.git.try_to(Path::new(HERE), kind)?.is_some())
    }

    /// Sees to it that a commit can be made, before anything takes long.
    pub(super) fn know_who_commits(&self) -> Result<(), Failure> {
        for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            let failure = "git does not know who commits";
            self.git
                .ask(Path::new(HERE), ["var", who], failure)
                .map_err(|failure| {
                    failure
                        .hint("set a name and an address: `git config user.name` and `user.email`")
                })?;
        }
        Ok(())
    }

    /// Where the commit is to go, and what is there.
    pub(super) fn target(&self, name: &str, remote: Option<&str>) -> Result<Target, Failure> {
        let here = Path::new(HERE);
        let failure = format!("cannot refresh the schema on the branch `{name}`");
        let full = format!("refs/heads/{name}");
        self.git
            .ask(here, ["check-ref-format", &full], &failure)
            .map_err(|failure| failure.hint("git has no branches of that name"))?;
        let tip = match remote {
            Some(remote) => self.remote_tip(remote, name, &full)?,
            None => self.local_tip(&full, &failure)?,
        };
        let tip = tip.map(|commit| self.tip(commit, &failure)).transpose()?;
        Ok(Target::new(name, remote, tip))
    }

    fn local_tip(&self, full: &str, failure: &str) -> Result<Option<String>, Failure> {
        let here = Path::new(HERE);
        let worktrees = self
            .git
            .ask(here, ["worktree", "list", "--porcelain"], failure)?;
        let mut worktree = "";
        for line in worktrees.lines() {
            if let Some(path) = line.strip_prefix("worktree ") {
                worktree = path;
            }
            if line.strip_prefix("branch ") == Some(full) {
                return Err(Failure::new(failure)
                    .because(format!("it is checked out in `{worktree}`"))
                    .hint("switch to another branch there, or take another: `--branch NAME`"));
            }
        }
        let commit = format!("{full}^{{commit}}");
        let tip = ["rev-parse", "--verify", "--quiet", &commit];
        let tip = self.git.try_to(here, tip)?;
        Ok(tip.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    fn remote_tip(&self, remote: &str, name: &str, full: &str) -> Result<Option<String>, Failure> {
        let here = Path::new(HERE);
        let failure = format!("cannot look for the branch `{name}` of `{}`", shown(remote));
        let list = [
            "ls-remote",
            "--quiet",
            "--symref",
            "--",
            remote,
            "HEAD",
            full,
        ];
        let listed = self.git.ask(here, list, &failure)?;
        let default = format!("ref: {full}\tHEAD");
        if listed.lines().any(|line| line == default) {
            return Err(
                Failure::new(format!("cannot refresh the schema on the branch `{name}`"))
                    .because("it is the remote's default branch, and nobody would review it")
                    .hint("take another: `--branch NAME`"),
            );
        }
        let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
        let Some((tip, _)) = lines.find(|(_, found)| *found == full) else {
            return Ok(None);
        };
        let fetch = ["fetch", "--quiet", "--no-tags", "--", remote, full];
        self.git.ask(here, fetch, &failure)?;
        Ok(Some(tip.to_owned()))
    }

    fn tip(&self, commit: String, failure: &str) -> Result<Tip, Failure> {
        let here = Path::new(HERE);
        let contained = ["merge-base", "--is-ancestor", &commit, &self.head];
        let is_merged = self.git.try_to(here, contained)?.is_some();
        let message = self
            .git
            .ask(here, ["log", "-1", "--format=%B", &commit], failure)?;
        let tree = format!("{commit}^{{tree}}");
        let tree = self.git.ask(here, ["rev-parse", &tree], failure)?;
        Ok(Tip::new(commit, is_merged, &message, &tree))
    }

    /// Checks the newest commit out, beside everything else.
    pub(super) fn checkout(&self) -> Result<Checkout<'a>, Failure> {
        Checkout::new(self.git, &self.head, &self.prefix)
    }

    /// Puts a commit where it is to go. Nothing is done where that is there already.
    pub(super) fn put(&self, commit: &str, target: &Target) -> Result<Put, Failure> {
        let here = Path::new(HERE);
        let name = target.name();
        let failure = format!("cannot put the refreshed schema on the branch `{name}`");
        let expected = target.tip().map_or("", Tip::commit);
        if !expected.is_empty() && self.is_alike(expected, commit, &failure)? {
            return Ok(Put::There);
        }
        let full = format!("refs/heads/{name}");
        match target.remote() {
            None => {
                let update = ["update-ref", &full, commit, expected];
                self.git.ask(here, update, &failure)?;
            }
            Some(remote) => {
                let lease = format!("--force-with-lease={full}:{expected}");
                let what = format!("{commit}:{full}");
                let push = ["push", "--quiet", &lease, "--", remote, &what];
                let failure = format!("cannot push the branch `{name}` to `{}`", shown(remote));
                self.git.ask_with_hooks(here, push, &failure)?;
            }
        }
        Ok(Put::Moved)
    }

    /// Whether two commits have the same content, on top of the same.
    fn is_alike(&self, one: &str, other: &str, failure: &str) -> Result<bool, Failure> {
        let of = |commit: &str| {
            let log = ["log", "-1", "--format=%T %P", commit];
            self.git.ask(Path::new(HERE), log, failure)
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

/// A path as git writes it.
fn slashed(path: &Path) -> String {
    path.display()
        .to_string()
        .replace(std::path::MAIN_SEPARATOR, "/")
}

/// A remote without what a URL says of who asks.
pub(super) fn shown(remote: &str) -> String {
    match remote.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let start = rest[..end].rfind('@').map_or(0, |at| at + 1);
            format!("{scheme}://{}", &rest[start..])
        }
        None => remote.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_are_shown_without_passwords() {
        for (remote, expected) in [
            ("origin", "origin"),
            ("git@example.com:a/b.git", "git@example.com:a/b.git"),
            ("https://example.com/a@b", "https://example.com/a@b"),
            ("https://x:secret@example.com/a", "https://example.com/a"),
            ("https://x:se@cret@example.com", "https://example.com"),
        ] {
            assert_eq!(shown(remote), expected);
        }
    }
}
