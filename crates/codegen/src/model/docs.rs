//! The comments above operations and fragments.

use std::collections::BTreeMap;
use std::path::Path;

use apollo_compiler::parser::{SourceMap, SourceSpan};

use crate::source::Source;

/// Finds comments in the files that the queries came from.
#[derive(Debug)]
pub(crate) struct Docs<'a> {
    parsed: &'a SourceMap,
    texts: BTreeMap<&'a Path, &'a str>,
}

impl<'a> Docs<'a> {
    pub(crate) fn new(parsed: &'a SourceMap, sources: &'a [Source]) -> Self {
        Self {
            parsed,
            texts: sources
                .iter()
                .map(|source| (source.path.as_path(), source.text.as_str()))
                .collect(),
        }
    }

    /// The lines of the comment that ends right above a definition, without
    /// their `#`; and the file, to tell readers where to look.
    pub(crate) fn above(&self, definition: Option<SourceSpan>) -> Vec<String> {
        let Some((text, path, offset)) = self.locate(definition) else {
            return Vec::new();
        };
        let mut lines: Vec<String> = text[..offset]
            .lines()
            .rev()
            .map_while(|line| line.trim_start().strip_prefix('#'))
            .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned())
            .collect();
        lines.reverse();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("Compiled from `{}`.", path.display()));
        lines
    }

    fn locate(&self, definition: Option<SourceSpan>) -> Option<(&'a str, &'a Path, usize)> {
        let span = definition?;
        let path = self.parsed.get(&span.file_id())?.path();
        let (&path, &text) = self.texts.get_key_value(path)?;
        let line_start = text
            .get(..span.offset())?
            .rfind('\n')
            .map_or(0, |at| at + 1);
        Some((text, path, line_start))
    }
}
