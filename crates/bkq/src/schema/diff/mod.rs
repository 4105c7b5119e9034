//! `bkq schema diff`: what has changed between two schemas, and whether it breaks anyone.

mod github;
mod json;
pub(super) mod markdown;
pub(super) mod queries;
mod terminal;
mod touched;
mod words;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use buildkite_codegen::ReportStyle;
use buildkite_codegen::impact::Impact;
use buildkite_codegen::schema::diff::{Change, ChangeSeverity, DiffOptions, SchemaDiff};
use buildkite_codegen::schema::{self, Format};

use super::git;
use super::source::Source;
use crate::cli::{DiffArguments, DiffFormat, FailOn};
use crate::report::{self, Failure};

/// What is reported.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) diff: &'a SchemaDiff,
    /// What the changes do to queries, where there are any.
    pub(super) impact: Option<&'a Impact>,
    /// Whether the form for people has the changes that touch no query, too.
    pub(super) shows_all: bool,
    /// What stands before the paths of queries, for those who see them from elsewhere: from
    /// the top of the repository.
    pub(super) prefix: &'a Path,
    /// Where the old schema comes from, as it stands in a sentence.
    pub(super) old: &'a str,
    /// Where the new one comes from.
    pub(super) new: &'a str,
}

impl<'a> Report<'a> {
    /// The changes alone.
    pub(super) fn new(diff: &'a SchemaDiff, old: &'a str, new: &'a str) -> Self {
        Self {
            diff,
            impact: None,
            shows_all: false,
            prefix: Path::new(""),
            old,
            new,
        }
    }

    /// All changes, for people.
    pub(super) fn for_terminal(&self) -> String {
        terminal::print(self, ReportStyle::of(&io::stdout()))
    }

    /// What a pull request says, in so many bytes at the most.
    pub(super) fn markdown(&self, most: usize) -> String {
        markdown::print_within(self, most)
    }

    /// What the changes do to the queries, in a line.
    pub(super) fn verdict(&self) -> String {
        self.impact.map(words::verdict).unwrap_or_default()
    }

    /// How many changes there are, in a line.
    pub(super) fn summary(&self) -> String {
        words::summary(self)
    }
}

/// Runs `bkq schema diff`.
pub(crate) fn diff(arguments: &DiffArguments) -> Result<ExitCode, Failure> {
    if arguments.fail_on == FailOn::Queries && arguments.queries.queries.is_empty() {
        return Err(Failure::new("`--fail-on queries` needs queries to fail on")
            .hint("name their folder: `--queries queries`"));
    }
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
    let old_label = old_source.label();
    let impact = queries::config(&arguments.queries, Path::new("."))
        .map(|config| config.impact(&old, &new, &diff))
        .transpose()
        .map_err(|diagnostics| queries::not_compiled(&diagnostics, &old_label))?;

    let new_label = new_source.label();
    // Whoever is at the terminal is in the folder.
    let prefix = match arguments.format {
        DiffFormat::Markdown | DiffFormat::Github => git::prefix(),
        DiffFormat::Terminal | DiffFormat::Json => PathBuf::new(),
    };
    let report = Report {
        impact: impact.as_ref(),
        shows_all: arguments.all,
        prefix: &prefix,
        ..Report::new(&diff, &old_label, &new_label)
    };
    let text = match arguments.format {
        DiffFormat::Terminal => report.for_terminal(),
        DiffFormat::Markdown => markdown::print(&report),
        DiffFormat::Json => json::print(&report)?,
        DiffFormat::Github => {
            let file = annotated(&new_source, &new_text);
            github::print(&report, file, |change: &Change| change.line_in(&new))
        }
    };
    report::data(&text)?;
    let breaks = impact.as_ref().is_some_and(Impact::breaks);
    Ok(ExitCode::from(verdict(
        diff.severity(),
        breaks,
        arguments.fail_on,
    )))
}

/// The file whose lines annotations can stand on: one that is there now, and in which
/// lines mean something.
fn annotated<'a>(source: &Source<'a>, text: &str) -> Option<&'a Path> {
    match source {
        Source::File(path) if Format::detect(text, path) == Format::Sdl => Some(path),
        _ => None,
    }
}

/// The worst verdict that is asked for.
fn verdict(severity: Option<ChangeSeverity>, breaks_queries: bool, fail_on: FailOn) -> u8 {
    let worst = match severity {
        _ if breaks_queries => 3,
        Some(ChangeSeverity::Breaking) => 2,
        Some(ChangeSeverity::Dangerous) => 1,
        Some(ChangeSeverity::Safe) | None => 0,
    };
    let least = match fail_on {
        FailOn::Dangerous => 1,
        FailOn::Breaking => 2,
        FailOn::Queries => 3,
        FailOn::Never => return 0,
    };
    if worst < least { 0 } else { worst }
}
