//! Holding schema and queries against GraphQL's rules.
//!
//! Parsing and validation are [`apollo_compiler`]'s. What is added here are the
//! rules of a *set* of files: one name space, and no operation without a name.

use std::collections::BTreeSet;
use std::path::Path;

use apollo_compiler::diagnostic::{
    CliReport, Color, Diagnostic as FrontEndDiagnostic, ToCliReport as _,
};
use apollo_compiler::executable::OperationType;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_compiler::validation::{DiagnosticData, DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Name, Schema};

use crate::advice;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Source;

/// A set of operations and fragments that keeps every rule.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) schema: Valid<Schema>,
    pub(crate) document: Valid<ExecutableDocument>,
}

pub(crate) fn schema(text: &str, path: &Path) -> Result<Valid<Schema>, Diagnostics> {
    Schema::parse_and_validate(text, path).map_err(|invalid| {
        let mut diagnostics = Diagnostics::default();
        for error in invalid.errors.iter() {
            diagnostics.push(from_front_end(&error));
        }
        if let Err(diagnostics) = diagnostics.into_result(()) {
            diagnostics
        } else {
            Diagnostic::new("the schema is not valid").at(path).into()
        }
    })
}

pub(crate) fn check(
    schema: Valid<Schema>,
    sources: &[Source],
    mut diagnostics: Diagnostics,
) -> Result<Checked, Diagnostics> {
    let mut errors = DiagnosticList::new(schema.sources.clone());
    let mut parser = Parser::new();
    let mut builder = ExecutableDocument::builder(Some(&schema), &mut errors);
    for source in sources {
        parser.parse_into_executable_builder(source.text.as_str(), &source.path, &mut builder);
    }
    let document = builder.build();
    // What a mistake hides is not there to be found: a file that cannot be read
    // or parsed hides its fragments, an unknown field all that is selected of
    // it. What would then be said to be missing or unused only distracts.
    let hides_fragments = !diagnostics.is_empty()
        || errors
            .iter()
            .any(|error| error.error.unstable_error_name().is_none());
    let broken_files: BTreeSet<_> = errors
        .iter()
        .filter_map(|error| Some(error.error.location()?.file_id()))
        .collect();
    let is_consequence = |error: &DiagnosticData| match error.unstable_error_name() {
        Some("UndefinedFragment") => hides_fragments,
        Some("UnusedFragment") => hides_fragments || !broken_files.is_empty(),
        Some("UnusedVariable") => error
            .location()
            .is_some_and(|location| broken_files.contains(&location.file_id())),
        _ => false,
    };

    if let Some(operation) = &document.operations.anonymous {
        diagnostics.push(frame(
            &document.sources,
            operation.location(),
            "the operation has no name",
            "this operation",
            "name it, unlike any other in the query files: its Rust module is named after it, as in `query RecentBuilds { … }`",
        ));
    }
    for operation in document.operations.named.values() {
        if operation.operation_type == OperationType::Subscription {
            diagnostics.push(frame(
                &document.sources,
                operation.name.as_ref().and_then(Name::location),
                "subscriptions cannot be compiled",
                "a subscription",
                "the client sends queries and mutations over HTTP: poll with a query instead",
            ));
        }
    }

    let validated = document.validate(&schema);
    let (document, invalid) = match validated {
        Ok(document) => (document, None),
        Err(invalid) => (Valid::assume_valid(invalid.partial), Some(invalid.errors)),
    };
    let found = invalid.iter().flat_map(DiagnosticList::iter);
    for error in errors
        .iter()
        .chain(found.filter(|error| !is_consequence(error.error)))
    {
        let diagnostic = from_front_end(&error);
        let advice = error
            .error
            .unstable_error_name()
            .and_then(|kind| advice::advice(&schema, &document, kind, diagnostic.message()));
        diagnostics.push(match advice {
            Some(advice) => diagnostic.help(advice),
            None => diagnostic,
        });
    }
    diagnostics.into_result(Checked { schema, document })
}

/// A report of our own, framed on the source as those of the front end are.
fn frame(
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

fn place(diagnostic: Diagnostic, sources: &SourceMap, location: Option<SourceSpan>) -> Diagnostic {
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

/// Takes over a report that is already framed on the source.
fn from_front_end(error: &FrontEndDiagnostic<'_, DiagnosticData>) -> Diagnostic {
    let report = error.to_report(Color::Never).into_string();
    let diagnostic = Diagnostic::new(error.error.to_string()).framed(report);
    place(diagnostic, error.sources, error.error.location())
}
