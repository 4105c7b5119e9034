//! A place in a file, with the line that it is on.

use std::path::{Path, PathBuf};

/// Lines and columns count from 1, columns in characters; the end is behind
/// the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

impl Span {
    pub(crate) fn at(line: usize, column: usize) -> Self {
        Self {
            line,
            column,
            end_line: line,
            end_column: column + 1,
        }
    }

    /// The span between two offsets in bytes.
    pub(crate) fn between(text: &str, start: usize, end: usize) -> Self {
        let (line, column) = place(text, start);
        let (end_line, end_column) = place(text, end.max(start));
        Self {
            line,
            column,
            end_line,
            end_column,
        }
    }
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = 1 + before.matches('\n').count();
    (line, 1 + before[line_start..].chars().count())
}

/// A place and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// `None` for the file of the diagnostic.
    pub(crate) path: Option<PathBuf>,
    pub(crate) span: Span,
    /// What is shown of the first line of the span.
    pub(crate) shown: Shown,
    pub(crate) label: String,
}

/// A part of a line: lines of any length are possible, and of a long one only
/// what is around the place is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) before: String,
    pub(crate) marked: String,
    pub(crate) after: String,
    pub(crate) is_cut_before: bool,
    pub(crate) is_cut_after: bool,
}

/// How many characters are kept on each side of a place, and of the place:
/// more than a report can show.
const KEPT: usize = 160;

impl Excerpt {
    /// The place between two offsets in bytes.
    pub(crate) fn of_text(
        path: &Path,
        text: &str,
        start: usize,
        end: usize,
        label: impl Into<String>,
    ) -> Self {
        let span = Span::between(text, start, end);
        let line = text.split('\n').nth(span.line - 1).unwrap_or_default();
        let mut excerpt = Self::of_line(span, line, label);
        excerpt.path = Some(path.to_path_buf());
        excerpt
    }

    /// A place on a line whose text is at hand.
    pub(crate) fn of_line(span: Span, line: &str, label: impl Into<String>) -> Self {
        let line = line.trim_end();
        let start = offset(line, span.column);
        let end = if span.end_line > span.line {
            line.len()
        } else {
            offset(line, span.end_column).max(start)
        };
        let before = &line[..start];
        let before_start = before
            .char_indices()
            .rev()
            .nth(KEPT)
            .map_or(0, |(at, c)| at + c.len_utf8());
        let marked = first(&line[start..end]);
        let after = first(&line[end..]);
        Self {
            path: None,
            span,
            shown: Shown {
                before: before[before_start..].to_owned(),
                marked: marked.to_owned(),
                is_cut_before: before_start > 0,
                is_cut_after: marked.len() < end - start || after.len() < line.len() - end,
                after: if marked.len() < end - start {
                    String::new()
                } else {
                    after.to_owned()
                },
            },
            label: label.into(),
        }
    }
}

/// The offset in bytes of a column.
fn offset(line: &str, column: usize) -> usize {
    line.char_indices()
        .nth(column - 1)
        .map_or(line.len(), |(at, _)| at)
}

fn first(text: &str) -> &str {
    text.char_indices()
        .nth(KEPT)
        .map_or(text, |(at, _)| &text[..at])
}
