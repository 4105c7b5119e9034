//! `bkq schema diff`: what has changed between two schemas, and whether it breaks anyone.

mod github;
mod markdown;
mod terminal;
mod words;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use buildkite_codegen::ReportStyle;
use buildkite_codegen::schema::diff::{Change, ChangeSeverity, DiffOptions, SchemaDiff};
use buildkite_codegen::schema::{self, Format};

use super::source::Source;
use crate::cli::{DiffArguments, DiffFormat, FailOn};
use crate::report::{self, Failure};

/// What is reported.
pub(super) struct Report<'a> {
    pub(super) diff: &'a SchemaDiff,
    /// Where the old schema comes from, as it stands in a sentence.
    pub(super) old: &'a str,
    /// Where the new one comes from.
    pub(super) new: &'a str,
}

impl Report<'_> {
    /// All changes, for people.
    pub(super) fn for_terminal(&self) -> String {
        terminal::print(self, ReportStyle::of(&io::stdout()))
    }

    /// How many changes there are, in a line.
    pub(super) fn summary(&self) -> String {
        words::summary(self)
    }
}

/// Runs `bkq schema diff`.
pub(crate) fn diff(arguments: &DiffArguments) -> Result<ExitCode, Failure> {
    let old_source = Source::any(&arguments.old)?;
    let new_source = Source::any(&arguments.new)?;
    let both = match (&old_source, &new_source) {
        (Source::StandardInput, Source::StandardInput) => Some("standard input"),
        (Source::Live(_), Source::Live(_)) => Some("the server"),
        _ => None,
    };
    if let Some(both) = both {
        return Err(
            Failure::new(format!("cannot read both schemas from {both}"))
                .hint("name a file or a revision for one of them"),
        );
    }
    let old_text = old_source.read()?;
    let new_text = new_source.read()?;
    let old =
        schema::load(&old_text, old_source.path()).map_err(|error| old_source.no_schema(&error))?;
    let new =
        schema::load(&new_text, new_source.path()).map_err(|error| new_source.no_schema(&error))?;
    let diff = DiffOptions::new()
        .descriptions(arguments.descriptions)
        .compare(&old, &new);

    let report = Report {
        diff: &diff,
        old: &old_source.label(),
        new: &new_source.label(),
    };
    let text = match arguments.format {
        DiffFormat::Terminal => report.for_terminal(),
        DiffFormat::Markdown => markdown::print(&report),
        DiffFormat::Json => format!("{}\n", diff.to_json()),
        DiffFormat::Github => {
            let file = annotated(&new_source, &new_text);
            github::print(&report, file, |change: &Change| change.line_in(&new))
        }
    };
    report::data(&text)?;
    Ok(ExitCode::from(verdict(diff.severity(), arguments.fail_on)))
}

/// The file whose lines annotations can stand on: one that is there now, and in which
/// lines mean something.
fn annotated<'a>(source: &Source<'a>, text: &str) -> Option<&'a Path> {
    match source {
        Source::File(path) if Format::detect(text, path) == Format::Sdl => Some(path),
        _ => None,
    }
}

fn verdict(severity: Option<ChangeSeverity>, fail_on: FailOn) -> u8 {
    match (severity, fail_on) {
        (Some(ChangeSeverity::Breaking), FailOn::Dangerous | FailOn::Breaking) => 2,
        (Some(ChangeSeverity::Dangerous), FailOn::Dangerous) => 1,
        _ => 0,
    }
}
