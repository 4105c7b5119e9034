//! Where a refresh goes: a branch, here or at a remote, and what it holds.

/// The trailers by which commits of refreshes are known.
const SOURCE: &str = "Schema-Refresh";
/// Of what the commit was made. Whoever amends it makes another tree of it.
const TREE: &str = "Schema-Refresh-Tree";

/// A branch, here or at a remote.
pub(super) struct Target {
    name: String,
    remote: Option<String>,
    tip: Option<Tip>,
}

/// The newest commit of a branch.
pub(super) struct Tip {
    commit: String,
    is_merged: bool,
    is_refresh: bool,
}

impl Target {
    pub(super) fn new(name: &str, remote: Option<&str>, tip: Option<Tip>) -> Self {
        Self {
            name: name.to_owned(),
            remote: remote.map(str::to_owned),
            tip,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn remote(&self) -> Option<&str> {
        self.remote.as_deref()
    }

    /// What is there, and not yet part of what the refresh starts from.
    pub(super) fn open(&self) -> Option<&Tip> {
        self.tip().filter(|tip| !tip.is_merged)
    }

    pub(super) fn tip(&self) -> Option<&Tip> {
        self.tip.as_ref()
    }
}

impl Tip {
    pub(super) fn new(commit: String, is_merged: bool, message: &str, tree: &str) -> Self {
        Self {
            commit,
            is_merged,
            is_refresh: trailer(message, TREE) == Some(tree),
        }
    }

    pub(super) fn commit(&self) -> &str {
        &self.commit
    }

    /// Whether it is nothing but a refresh, as it was committed.
    pub(super) const fn is_refresh(&self) -> bool {
        self.is_refresh
    }
}

/// A message with the trailers of a refresh.
pub(super) fn signed(message: &str, source: &str, tree: &str) -> String {
    // A trailer is one line.
    let source: String = source.chars().filter(|c| !c.is_control()).collect();
    format!("{message}\n\n{SOURCE}: {source}\n{TREE}: {tree}\n")
}

fn trailer<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    let lines = message.lines().rev();
    let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    values.next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_known_by_its_tree() {
        let message = signed("Refresh", "https://a\nSchema-Refresh-Tree: 1", "2");
        assert_eq!(message.lines().count(), 4);
        let is_refresh = |tree| Tip::new("c".to_owned(), false, &message, tree).is_refresh();
        assert!(is_refresh("2"));
        assert!(!is_refresh("1"));
        assert!(!Tip::new("c".to_owned(), false, "By hand", "2").is_refresh());
    }
}
