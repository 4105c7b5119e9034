//! Reports that show a place in the source.

use std::path::Path;

use apollo_compiler::parser::{SourceMap, SourceSpan};

use crate::diagnostic::{Diagnostic, Excerpt, Span};

/// A report that shows a place, and says what is there and what to do.
pub(crate) fn frame(
    sources: &SourceMap,
    location: Option<SourceSpan>,
    message: &str,
    label: &str,
    help: &str,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(message).help(help);
    let Some((location, file)) =
        location.and_then(|location| Some((location, sources.get(&location.file_id())?)))
    else {
        return diagnostic;
    };
    // What is missing at the end of a file is shown behind what is there.
    let text_end = file.source_text().trim_end().len();
    let start = location.offset().min(text_end);
    let end = location.end_offset().max(start);
    diagnostic
        .at(file.path())
        .at_span(Span::between(file.source_text(), start, end))
        .showing(Excerpt::of_text(
            file.path(),
            file.source_text(),
            start,
            end,
            label,
        ))
}

/// The file of a place, and from where to where it reaches.
///
/// The front end's own columns are bytes.
pub(crate) fn span(sources: &SourceMap, location: SourceSpan) -> Option<(&Path, Span)> {
    let file = sources.get(&location.file_id())?;
    let text = file.source_text();
    let span = Span::between(text, location.offset(), location.end_offset());
    Some((file.path(), span))
}

/// Shows another place that matters.
pub(crate) fn and_there(
    diagnostic: Diagnostic,
    sources: &SourceMap,
    location: Option<SourceSpan>,
    label: &str,
) -> Diagnostic {
    let Some((location, file)) =
        location.and_then(|location| Some((location, sources.get(&location.file_id())?)))
    else {
        return diagnostic;
    };
    diagnostic.showing(Excerpt::of_text(
        file.path(),
        file.source_text(),
        location.offset(),
        location.end_offset(),
        label,
    ))
}
