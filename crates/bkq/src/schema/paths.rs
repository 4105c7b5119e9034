//! Paths that mean the same in another checkout.

use std::env;
use std::path::{Component, Path, PathBuf};

use crate::report::Failure;

/// A path as it is seen from the folder where the command runs, which it has to be below.
pub(super) fn below(path: &Path) -> Result<PathBuf, Failure> {
    let here = env::current_dir().ok();
    let relative = match &here {
        Some(here) => path.strip_prefix(here).unwrap_or(path),
        None => path,
    };
    let parts = relative.components();
    let parts = parts.filter(|part| !matches!(part, Component::CurDir));
    let below: PathBuf = parts.clone().collect();
    if parts
        .clone()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return Ok(below);
    }
    Err(Failure::new(format!("cannot use `{}`", path.display()))
        .because("it is not below the folder where the command runs")
        .hint("run the command in a folder that holds it, and name it from there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_is_taken() {
        let below = |path: &str| below(Path::new(path)).ok();
        assert_eq!(below("a/b"), Some(PathBuf::from("a/b")));
        assert_eq!(below("./a/./b"), Some(PathBuf::from("a/b")));
        let here = env::current_dir().expect("a folder");
        let absolute = here.join("a").display().to_string();
        assert_eq!(below(&absolute), Some(PathBuf::from("a")));
        assert_eq!(below("../a"), None);
        assert_eq!(below("/a"), None);
    }
}
