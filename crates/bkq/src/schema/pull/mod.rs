//! `bkq schema pull`: a snapshot that is what the server has.

mod change;
mod metadata;
mod snapshot;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use buildkite_codegen::schema::{self, PrintOptions};
use jiff::Timestamp;

pub(crate) use self::metadata::Metadata;
use self::snapshot::Snapshot;
use super::file::{self, Replaced};
use super::live;
use super::source::Source;
use crate::cli::{PullArguments, ServerArguments};
use crate::environment;
use crate::report::{self, Failure};

/// The exit code of `--check` for a snapshot that is not what the server has.
const STALE: u8 = 1;

/// A schema that is to be a snapshot, printed and valid.
pub(super) struct Pulled<'a> {
    pub(super) source: Source<'a>,
    pub(super) text: String,
    descriptions: bool,
}

impl<'a> Pulled<'a> {
    /// Asks whoever is to be asked.
    pub(super) fn fetch(
        arguments: &'a ServerArguments,
        descriptions: bool,
    ) -> Result<Self, Failure> {
        let source = source(arguments)?;
        let answer = source.read()?;
        let options = PrintOptions::new().descriptions(descriptions);
        let text = schema::print_text(&answer, source.path(), options)
            .map_err(|error| source.no_schema(&error))?;
        Ok(Self {
            source,
            text,
            descriptions,
        })
    }

    /// What the file beside the snapshot says of it.
    pub(super) fn metadata(&self, now: Timestamp, beside: &Path) -> Result<String, Failure> {
        let metadata = Metadata::new(now, self.source.name(), self.descriptions);
        metadata.text().map_err(|error| {
            Failure::new(format!("cannot write `{}`", beside.display())).caused_by(&error)
        })
    }
}

/// Runs `bkq schema pull`.
pub(crate) fn pull(arguments: &PullArguments) -> Result<ExitCode, Failure> {
    refuse_other_than_files(&arguments.output)?;
    let metadata = Metadata::read(&Metadata::path(&arguments.output));
    let descriptions = arguments.descriptions.or(metadata.as_ref());
    let pulled = Pulled::fetch(&arguments.server, descriptions)?;
    if arguments.check {
        check(&pulled, &arguments.output)
    } else {
        write(&pulled, &arguments.output)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Before anybody is asked: it would be in vain.
fn refuse_other_than_files(output: &Path) -> Result<(), Failure> {
    let failure = Failure::new(format!("cannot keep a snapshot in `{}`", output.display()));
    if output == Path::new("-") {
        return Err(failure
            .because("it is a file with another one beside it, not standard output")
            .hint("name a file; `bkq schema print` prints one"));
    }
    match fs::metadata(output) {
        Ok(present) if present.is_dir() => Err(failure
            .because("it is a folder")
            .hint("name a file, not a folder")),
        Ok(present) if !present.is_file() => Err(failure
            .because("it is a device or a pipe")
            .hint("name a file")),
        _ => Ok(()),
    }
}

fn source(arguments: &ServerArguments) -> Result<Source<'_>, Failure> {
    if let Some(path) = &arguments.from {
        return Ok(Source::file(path));
    }
    let mut server = match &arguments.endpoint {
        Some(endpoint) => live::server(endpoint, arguments.token_env.as_deref())?,
        None => live::buildkite()?,
    };
    if let Some(seconds) = arguments.timeout {
        server = server.timeout(Duration::from_secs(seconds.into()));
    }
    Ok(Source::Live(Box::new(server)))
}

fn write(pulled: &Pulled<'_>, output: &Path) -> Result<(), Failure> {
    let beside = Metadata::path(output);
    let snapshot = Snapshot::read(output);
    let is_unchanged = snapshot.as_ref().is_ok_and(|it| it.is(&pulled.text));
    if is_unchanged && Metadata::read(&beside).is_some() {
        report::note(&format!("{}: {}\n", output.display(), Replaced::Unchanged));
        return Ok(());
    }
    let metadata = pulled.metadata(environment::now()?, &beside)?;
    let new_schema = file::stage(output, &pulled.text)?;
    let new_metadata = file::stage(&beside, &metadata)?;
    // The schema last: should this end in between, the schema is still the old one, and the
    // next pull finds it changed and writes both. The other way round it would find the new
    // schema unchanged, and keep the old metadata for good.
    let said_of_metadata = new_metadata.commit()?;
    let said_of_schema = new_schema.commit()?;
    report::note(&format!("{}: {said_of_schema}\n", output.display()));
    if is_unchanged {
        report::note(&format!("{}: {said_of_metadata}\n", beside.display()));
    } else if let Ok(snapshot) = snapshot {
        let change = snapshot.change_to(&pulled.text);
        if let Some(summary) = change.summary(&pulled.source.label()) {
            report::note(&summary);
        }
    }
    Ok(())
}

fn check(pulled: &Pulled<'_>, output: &Path) -> Result<ExitCode, Failure> {
    let snapshot = Snapshot::read(output)?;
    if snapshot.is(&pulled.text) {
        report::note(&format!("{}: up to date\n", output.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let change = snapshot.change_to(&pulled.text);
    let label = format!("`{}`", output.display());
    report::data(&change.report(&label, &pulled.source.label()))?;
    report::note(&format!("{}: stale\n", output.display()));
    report::note("hint: the same command without `--check` brings it up to date\n");
    Ok(ExitCode::from(STALE))
}
