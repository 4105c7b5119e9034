//! `bkq schema refresh`: pull, compare, regenerate, check, commit on a branch, and say what
//! it means.

mod body;
mod checks;
mod repository;

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

use buildkite_codegen::schema::{self, diff::DiffOptions};

use self::body::Refresh;
use self::checks::Check;
use self::repository::{Branch, Checkout, Put, Repository};
use super::diff::{Report, queries};
use super::file;
use super::pull::{Metadata, Pulled};
use crate::cli::RefreshArguments;
use crate::clock;
use crate::report::{self, Failure};

/// The variable with Buildkite's token, which is nobody else's business.
const TOKEN: &str = "BUILDKITE_API_TOKEN";

/// Runs `bkq schema refresh`.
pub(crate) fn refresh(arguments: &RefreshArguments) -> Result<(), Failure> {
    let snapshot = inside(&arguments.schema)?;
    let repository = Repository::here()?;
    let branch = repository.branch(&arguments.branch, arguments.push.as_deref())?;
    let pulled = Pulled::fetch(&arguments.server, !arguments.no_descriptions)?;
    let checkout = repository.checkout()?;
    let folder = checkout.folder();
    let before = read(&folder.join(snapshot), snapshot)?;
    if before.as_deref() == Some(pulled.text.as_str()) {
        report::note(&format!("{}: up to date\n", snapshot.display()));
        return Ok(());
    }

    let label = format!("`{}` at `{}`", snapshot.display(), repository.short_head());
    let changes = changes(arguments, before.as_deref(), &pulled, &folder, &label)?;
    let pulled_label = pulled.source.label();
    let source = pulled.source.name();
    let report = changes.as_ref().map(|(diff, impact)| Report {
        impact: impact.as_ref(),
        ..Report::new(diff, &label, &pulled_label)
    });

    let beside = write(&pulled, &checkout, &branch, snapshot)?;
    let checks = arguments
        .run
        .iter()
        .map(|command| checks::run(command, &folder, &hidden(arguments)))
        .collect::<Result<Vec<Check>, _>>()?;
    let refresh = Refresh {
        changes: report.map_err(String::as_str),
        checks: &checks,
        source: &source,
    };
    let commit = checkout.commit(&[snapshot, &beside], &refresh.commit_message())?;
    let put = checkout.put(&commit, &branch)?;
    tell(arguments, put, &refresh);
    report::data(&refresh.markdown())
}

/// A path that means the same in another checkout.
fn inside(path: &Path) -> Result<&Path, Failure> {
    let mut parts = path.components();
    if parts.all(|part| matches!(part, Component::Normal(_))) {
        return Ok(path);
    }
    Err(
        Failure::new(format!("cannot keep a snapshot in `{}`", path.display()))
            .because("it is not below the folder where the command runs")
            .hint("run the command in the folder that holds it, and name it from there"),
    )
}

fn read(path: &Path, shown: &Path) -> Result<Option<String>, Failure> {
    let failure = || Failure::new(format!("cannot read `{}`", shown.display()));
    match fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(failure().because("it is not UTF-8 text")),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure().caused_by(&error)),
    }
}

type Changes = (
    schema::diff::SchemaDiff,
    Option<buildkite_codegen::impact::Impact>,
);

/// What has changed, and what that does to the queries; or why there is nothing to compare
/// with.
fn changes(
    arguments: &RefreshArguments,
    before: Option<&str>,
    pulled: &Pulled<'_>,
    folder: &Path,
    label: &str,
) -> Result<Result<Changes, String>, Failure> {
    let Some(before) = before else {
        return Ok(Err("there was none before".to_owned()));
    };
    let old = match schema::load(before, &arguments.schema) {
        Ok(old) => old,
        Err(error) => {
            return Ok(Err(format!(
                "what was there before is none, since {}",
                error.problem()
            )));
        }
    };
    let new = schema::load(&pulled.text, pulled.source.path())
        .map_err(|error| pulled.source.no_schema(&error))?;
    let diff = DiffOptions::new().compare(&old, &new);
    let impact = queries::config(&arguments.queries, folder)
        .map(|config| config.impact(&old, &new, &diff))
        .transpose()
        .map_err(|diagnostics| queries::not_compiled(&diagnostics, label))?;
    Ok(Ok((diff, impact)))
}

/// Writes the snapshot and its metadata; the path of the latter.
fn write(
    pulled: &Pulled<'_>,
    checkout: &Checkout,
    branch: &Branch,
    snapshot: &Path,
) -> Result<std::path::PathBuf, Failure> {
    let beside = Metadata::path(snapshot);
    // The same schema as on the branch was pulled when it was pulled for the first time, or
    // each run would make another commit of it.
    let known = match checkout.at_tip(branch, snapshot)? {
        Some(text) if text == pulled.text => checkout.at_tip(branch, &beside)?,
        _ => None,
    };
    let metadata = match known {
        Some(known) => known,
        None => pulled.metadata(clock::now()?, &beside)?,
    };
    let folder = checkout.folder();
    let (schema_file, metadata_file) = (folder.join(snapshot), folder.join(&beside));
    if let Some(around) = schema_file.parent() {
        fs::create_dir_all(around).map_err(|error| {
            Failure::new(format!("cannot write `{}`", snapshot.display())).caused_by(&error)
        })?;
    }
    file::stage(&schema_file, &pulled.text)?.commit()?;
    file::stage(&metadata_file, &metadata)?.commit()?;
    Ok(beside)
}

/// The variables that hold a token, which no command needs to know.
fn hidden(arguments: &RefreshArguments) -> Vec<&str> {
    let named = arguments.server.token_env.as_deref();
    named.into_iter().chain([TOKEN]).collect()
}

fn tell(arguments: &RefreshArguments, put: Put, refresh: &Refresh<'_>) {
    let branch = &arguments.branch;
    report::note(&match (put, &arguments.push) {
        (Put::There, _) => format!("the branch `{branch}` has it already\n"),
        (Put::Moved, None) => format!("committed on the branch `{branch}`\n"),
        (Put::Moved, Some(remote)) => format!("pushed to the branch `{branch}` of `{remote}`\n"),
    });
    if refresh.needs_work() {
        report::note("it needs work before it can be merged: see the report\n");
    }
}
