//! Where something is in the query files. All places of a set are wanted, so that lines must
//! not be counted from the start of a file for each.

use std::collections::BTreeMap;

use apollo_compiler::parser::{FileId, SourceMap, SourceSpan};

use super::effect::Place;

/// The lines of all files.
#[derive(Debug)]
pub(super) struct Places<'a> {
    sources: &'a SourceMap,
    /// Where the lines of each file start.
    lines: BTreeMap<FileId, Vec<usize>>,
}

impl<'a> Places<'a> {
    pub(super) fn of(sources: &'a SourceMap) -> Self {
        let lines = sources.iter().map(|(id, file)| {
            let ends = file.source_text().match_indices('\n');
            let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1));
            (*id, starts.collect())
        });
        Self {
            sources,
            lines: lines.collect(),
        }
    }

    /// Where something begins.
    pub(super) fn start(&self, location: SourceSpan) -> Option<Place> {
        let (line, column) = self.at(location, location.offset())?;
        let file = self.sources.get(&location.file_id())?;
        Some(Place {
            path: file.path().to_path_buf(),
            line,
            column,
        })
    }

    /// The line and column behind it.
    pub(super) fn end(&self, location: SourceSpan) -> Option<(usize, usize)> {
        self.at(location, location.end_offset())
    }

    fn at(&self, location: SourceSpan, offset: usize) -> Option<(usize, usize)> {
        let id = location.file_id();
        let starts = self.lines.get(&id)?;
        let line = starts.partition_point(|start| *start <= offset);
        let start = *starts.get(line.checked_sub(1)?)?;
        let before = self.sources.get(&id)?.source_text().get(start..offset)?;
        Some((line, before.chars().count() + 1))
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ast::Document;

    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn lines_and_columns_are_those_of_reports() {
        let text = "# ü\nquery A { a(b: \"ü\") } query C { c }\r\n\nquery B {\n  b\n}";
        let document = Document::parse(text, "a.graphql").unwrap();
        let places = Places::of(&document.sources);
        for definition in &document.definitions {
            let location = definition.location().unwrap();
            let place = places.start(location).unwrap();
            let span = Span::between(text, location.offset(), location.end_offset());
            assert_eq!((place.line, place.column), (span.line, span.column));
            let end = places.end(location).unwrap();
            assert_eq!(end, (span.end_line, span.end_column));
        }
    }
}
