//! Reports that show a place in the source.

use apollo_compiler::diagnostic::{CliReport, Color};
use apollo_compiler::parser::{SourceMap, SourceSpan};

use crate::diagnostic::Diagnostic;

/// A report of our own, framed on the source as those of the front end are.
pub(crate) fn frame(
    sources: &SourceMap,
    location: Option<SourceSpan>,
    message: &str,
    label: &str,
    help: &str,
) -> Diagnostic {
    let mut report = CliReport::builder(sources, location, Color::Never);
    report.with_message(message);
    report.with_label_opt(location, label);
    report.with_help(help);
    let diagnostic = Diagnostic::new(message).framed(report.into_string());
    place(diagnostic, sources, location)
}

/// Says where a diagnostic is.
pub(crate) fn place(
    diagnostic: Diagnostic,
    sources: &SourceMap,
    location: Option<SourceSpan>,
) -> Diagnostic {
    let Some(location) = location else {
        return diagnostic;
    };
    let Some(file) = sources.get(&location.file_id()) else {
        return diagnostic;
    };
    let diagnostic = diagnostic.at(file.path());
    match file.get_line_column(location.offset()) {
        Some(place) => diagnostic.at_place(place.line, place.column),
        None => diagnostic,
    }
}
