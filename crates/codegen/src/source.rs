//! Reading `.graphql` files.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Diagnostics};

/// The name of the file of lints among the queries.
const LINTS: &str = "lints.toml";

/// How files of queries end elsewhere.
const GQL: &str = "gql";

/// One file of operations or fragments.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// As shown in diagnostics: relative to the crate that is built.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// All files of a set.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) sources: Vec<Source>,
    /// What can be made out of files that are not UTF-8.
    pub(crate) undecoded: Vec<String>,
    /// Files of lints: where they are, and as what they are shown.
    pub(crate) lints: Vec<(PathBuf, PathBuf)>,
    /// Files that look like queries and are not read.
    pub(crate) passed_over: Vec<Diagnostic>,
    /// Whether there is something that could not be read at all.
    pub(crate) has_unread: bool,
    seen: BTreeSet<PathBuf>,
}

impl Files {
    /// Reads every `.graphql` file below `folder`, sorted by path, unless it
    /// was read before.
    ///
    /// `root` is the crate's own folder; paths are shown relative to it.
    pub(crate) fn load(&mut self, root: &Path, folder: &Path, diagnostics: &mut Diagnostics) {
        let shown = folder.strip_prefix(root).unwrap_or(folder);
        let mut paths = Vec::new();
        if let Err(error) = collect(&root.join(folder), &mut paths) {
            self.has_unread = true;
            let what = if error.kind() == io::ErrorKind::NotFound {
                Diagnostic::new("there is no such folder").of_rule("missing_folder").at(shown).help(
                    "create the folder and put at least one `.graphql` file with an operation in it",
                )
            } else {
                Diagnostic::new(format!("the folder cannot be read: {error}"))
                    .of_rule("unreadable_folder")
                    .at(shown)
                    .help("check that it is a folder, and its permissions")
            };
            diagnostics.push(what);
            return;
        }
        paths.sort();
        let (other_names, paths): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|path| has_extension(path, GQL));
        let (lints, paths): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|path| path.ends_with(LINTS));
        for path in lints {
            if self.is_new(&path) {
                let shown = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                self.lints.push((path, shown));
            }
        }
        if paths.is_empty() {
            diagnostics.push(
                Diagnostic::new("the folder holds no `.graphql` file").of_rule("empty_folder")
                    .at(shown)
                    .help("put each operation into a file such as `viewer.graphql`: `query Viewer { viewer { id } }`"),
            );
        }
        for path in paths {
            if self.is_new(&path) {
                let shown = path.strip_prefix(root).unwrap_or(&path);
                if let Err(diagnostic) = self.read(&path, shown) {
                    diagnostics.push(diagnostic.at(shown));
                }
            }
        }
        // Behind the others: it may be a link to one of them.
        for path in &other_names {
            if self.is_new(path) {
                let shown = path.strip_prefix(root).unwrap_or(path);
                self.passed_over.push(passed_over(shown));
            }
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        self.seen.insert(real)
    }

    fn read(&mut self, path: &Path, shown: &Path) -> Result<(), Diagnostic> {
        let bytes = fs::read(path).map_err(|error| {
            self.has_unread = true;
            Diagnostic::new(format!("the file cannot be read: {error}"))
                .of_rule("unreadable_file")
                .help("check its permissions")
        })?;
        let text = decode(&bytes).inspect_err(|_| {
            self.undecoded
                .push(String::from_utf8_lossy(&bytes).into_owned());
        })?;
        if is_blank(&text) {
            return Err(
                Diagnostic::new("the file holds no operation and no fragment")
                    .of_rule("empty_file")
                    .help("write a `query`, `mutation` or `fragment` into it, or delete the file"),
            );
        }
        self.sources.push(Source {
            path: shown.to_path_buf(),
            text,
        });
        Ok(())
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if has_extension(&path, "graphql")
            || has_extension(&path, GQL)
            || path.ends_with(LINTS)
        {
            paths.push(path);
        }
    }
    Ok(())
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|extension| extension == wanted)
}

/// Said of a file that others would read.
fn passed_over(shown: &Path) -> Diagnostic {
    let name = shown.with_extension("graphql");
    let name = name.file_name().unwrap_or_default().display();
    Diagnostic::new("the file is not compiled: query files end in `.graphql`")
        .of_rule("passed_over")
        .warning()
        .at(shown)
        .help(format!(
            "rename it to `{name}`, or move it out of the folder of queries"
        ))
}

pub(crate) fn decode(bytes: &[u8]) -> Result<String, Diagnostic> {
    // Editors on Windows put a byte order mark in front, which GraphQL allows.
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|&byte| byte == b'\n').count();
        let line_start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let column = 1 + String::from_utf8_lossy(&before[line_start..])
            .chars()
            .count();
        let whole = String::from_utf8_lossy(&bytes[line_start..]);
        Diagnostic::new("the file is not UTF-8 text")
            .of_rule("not_utf8")
            .at_place(line, column)
            .excerpt(whole.lines().next().unwrap_or_default(), "not UTF-8")
            .help("save it in the encoding UTF-8")
    })?;
    // All three ways to end a line mean the same to GraphQL.
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Whether the text holds nothing but white space, commas and comments, which
/// is all that GraphQL ignores.
pub(crate) fn is_blank(text: &str) -> bool {
    text.lines()
        .map(|line| line.trim_start_matches(|c: char| c.is_whitespace() || c == ','))
        .all(|line| line.is_empty() || line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas_alone_are_blank() {
        assert!(is_blank(""));
        assert!(is_blank(" ,\n# { viewer { id } }\n\t"));
        assert!(!is_blank("# a\n{ viewer { id } }"));
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        assert_eq!(decode(b"\xef\xbb\xbf{a}").unwrap(), "{a}");
    }

    #[test]
    fn the_first_bad_byte_is_located_in_characters() {
        let diagnostic = decode(
            "# ü\n# ä"
                .as_bytes()
                .iter()
                .chain(b"\xff")
                .copied()
                .collect::<Vec<_>>()
                .as_slice(),
        )
        .unwrap_err();
        assert_eq!(diagnostic.line(), Some(2));
        assert_eq!(diagnostic.column(), Some(4));
    }
}
