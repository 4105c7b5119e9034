//! `bkq schema refresh`: pull, compare, regenerate, check, commit on a branch, and say what
//! it means.

mod body;
mod checkout;
mod checks;
mod git;
mod interrupt;
mod lines;
mod repository;
mod target;

use std::fs;
use std::path::{Path, PathBuf};

use buildkite_codegen::impact::Impact;
use buildkite_codegen::schema::diff::{DiffOptions, SchemaDiff};
use buildkite_codegen::schema::{self, SchemaError};

use self::body::Refresh;
use self::checkout::Checkout;
use self::checks::Check;
use self::git::Git;
use self::repository::{Put, Repository, shown};
use self::target::{Target, Tip, signed};
use super::diff::{Report, queries};
use super::file;
use super::paths::below;
use super::pull::{Metadata, Pulled};
use crate::cli::RefreshArguments;
use crate::environment;
use crate::report::{self, Failure};

/// The variable with Buildkite's token, which is nobody else's business.
const TOKEN: &str = "BUILDKITE_API_TOKEN";

/// Runs `bkq schema refresh`.
pub(crate) fn refresh(arguments: &RefreshArguments) -> Result<(), Failure> {
    let snapshot = below(&arguments.schema)?;
    let beside = Metadata::path(&snapshot);
    let hidden = hidden(arguments);
    let repository = Repository::here(Git::new(&hidden))?;
    let before = committed(&repository, &snapshot)?;
    let target = repository.target(&arguments.branch, arguments.push.as_deref())?;
    let metadata = repository.committed(&beside)?;
    let metadata = metadata.as_deref().and_then(Metadata::parse);
    let descriptions = arguments.descriptions.or(metadata.as_ref());
    let pulled = Pulled::fetch(&arguments.server, descriptions)?;
    if before == pulled.text {
        report::note(&format!("{}: up to date\n", snapshot.display()));
        return look_at_what_is_open(&repository, &target, &snapshot, &pulled);
    }
    if target.open().is_some_and(|tip| !tip.is_refresh()) {
        report::note(&left_alone(&target));
        return Ok(());
    }
    repository.know_who_commits()?;

    let checkout = repository.checkout()?;
    let label = format!("`{}` at `{}`", snapshot.display(), repository.short_head());
    let (diff, impact) = changes(arguments, &before, &pulled, &repository, &checkout, &label)?;
    let pulled_label = pulled.source.label();
    write(&repository, &target, &checkout, &pulled, &snapshot)?;
    let checks = run(arguments, &checkout, &hidden)?;
    assert_unchanged(&checkout, &snapshot, &pulled)?;

    let mut added = vec![snapshot.as_path(), beside.as_path()];
    added.extend(arguments.add.iter().map(PathBuf::as_path));
    let tree = checkout.stage(&added)?;
    let refresh = Refresh {
        report: Report {
            impact: impact.as_ref(),
            prefix: repository.prefix(),
            ..Report::new(&diff, &label, &pulled_label)
        },
        checks: &checks,
        left_out: &checkout.left_out()?,
    };
    let message = signed(&refresh.message(), &pulled.source.name(), &tree);
    let commit = checkout.commit(&message)?;
    let put = repository.put(&commit, &target);
    // Also where the push is refused: what was found out took its time.
    if let Some(file) = &arguments.title {
        file::stage(file, &format!("{}\n", refresh.title()))?.commit()?;
    }
    report::data(&refresh.markdown())?;
    tell(&target, put?, &refresh);
    Ok(())
}

/// The snapshot as it is committed.
fn committed(repository: &Repository<'_>, snapshot: &Path) -> Result<String, Failure> {
    let commit = repository.short_head();
    let shown = snapshot.display();
    if let Some(text) = repository.committed(snapshot)? {
        return Ok(text);
    }
    let failure = Failure::new(format!(
        "there is no snapshot `{shown}` in the commit `{commit}`"
    ));
    Err(if snapshot.exists() {
        failure.hint("it is in the folder: commit it, and keep it out of `.gitignore`")
    } else {
        failure.hint(
            "check the folder and `--schema`; the first snapshot is made by `bkq schema pull`, \
             and committed by hand",
        )
    })
}

/// Where everything is as it should be, something open may not be.
fn look_at_what_is_open(
    repository: &Repository<'_>,
    target: &Target,
    snapshot: &Path,
    pulled: &Pulled<'_>,
) -> Result<(), Failure> {
    let open = target.open().map(Tip::commit);
    let open = open.map(|tip| repository.at(tip, snapshot)).transpose()?;
    if let Some(Some(text)) = open
        && text != pulled.text
    {
        report::note(&format!(
            "{} holds another schema than the server has now: what is open for it is out of date\n",
            place(target)
        ));
    }
    Ok(())
}

fn left_alone(target: &Target) -> String {
    format!(
        "{} has commits of others and is left alone: what is new comes with the refresh after it \
         is merged\n",
        place(target)
    )
}

/// What has changed, and what that does to the queries.
fn changes(
    arguments: &RefreshArguments,
    before: &str,
    pulled: &Pulled<'_>,
    repository: &Repository<'_>,
    checkout: &Checkout<'_>,
    label: &str,
) -> Result<(SchemaDiff, Option<Impact>), Failure> {
    let unreadable = |error: SchemaError| {
        Failure::new(format!("cannot compare with {label}"))
            .because(error.to_string())
            .hint("pull it anew by hand: `bkq schema pull`, and commit it")
    };
    let old = schema::load(before, &arguments.schema).map_err(unreadable)?;
    let new = schema::load(&pulled.text, pulled.source.path())
        .map_err(|error| pulled.source.no_schema(&error))?;
    let diff = DiffOptions::new().compare(&old, &new);
    let queries = arguments.queries.below()?;
    for path in queries.paths() {
        if path.exists() && !repository.has(path)? {
            let commit = repository.short_head();
            return Err(Failure::new(format!(
                "`{}` is not in the commit `{commit}`",
                path.display()
            ))
            .hint("commit it first: a refresh looks at what is committed"));
        }
    }
    let impact = queries::config(&queries, &checkout.folder())
        .map(|config| config.impact(&old, &new, &diff))
        .transpose()
        .map_err(|diagnostics| queries::not_compiled(&diagnostics, label))?;
    Ok((diff, impact))
}

/// Writes the snapshot and its metadata.
fn write(
    repository: &Repository<'_>,
    target: &Target,
    checkout: &Checkout<'_>,
    pulled: &Pulled<'_>,
    snapshot: &Path,
) -> Result<(), Failure> {
    let beside = Metadata::path(snapshot);
    // The same schema as on the branch was pulled when it was pulled for the first time, or
    // each run would make another commit of it.
    let tip = target.open().map(Tip::commit);
    let at_tip = |file: &Path| tip.map_or(Ok(None), |tip| repository.at(tip, file));
    let known = match at_tip(snapshot)? {
        Some(text) if text == pulled.text => at_tip(&beside)?,
        _ => None,
    };
    let metadata = match known {
        Some(known) => known,
        None => pulled.metadata(environment::now()?, &beside)?,
    };
    let folder = checkout.folder();
    file::stage(&folder.join(snapshot), &pulled.text)?.commit()?;
    file::stage(&folder.join(&beside), &metadata)?.commit()?;
    Ok(())
}

fn run(
    arguments: &RefreshArguments,
    checkout: &Checkout<'_>,
    hidden: &[&str],
) -> Result<Vec<Check>, Failure> {
    let secrets = environment::secrets(hidden);
    let commands = arguments.run.iter();
    commands
        .map(|command| checks::run(command, &checkout.folder(), hidden, &secrets))
        .collect()
}

/// Sees to it that what is committed is what was pulled.
fn assert_unchanged(
    checkout: &Checkout<'_>,
    snapshot: &Path,
    pulled: &Pulled<'_>,
) -> Result<(), Failure> {
    checkout.assert_head()?;
    let found = fs::read(checkout.folder().join(snapshot));
    if found.is_ok_and(|found| found == pulled.text.as_bytes()) {
        return Ok(());
    }
    Err(Failure::new("cannot commit the refreshed schema")
        .because(format!(
            "a command of `--run` has changed `{}`",
            snapshot.display()
        ))
        .hint("let commands read the snapshot only"))
}

/// The variables that hold a token, which no command needs to know.
fn hidden(arguments: &RefreshArguments) -> Vec<&str> {
    let named = arguments.server.token_env.as_deref();
    named.into_iter().chain([TOKEN]).collect()
}

/// A branch in a sentence.
fn place(target: &Target) -> String {
    match target.remote() {
        None => format!("the branch `{}`", target.name()),
        Some(remote) => format!("the branch `{}` of `{}`", target.name(), shown(remote)),
    }
}

fn tell(target: &Target, put: Put, refresh: &Refresh<'_>) {
    let place = place(target);
    report::note(&match put {
        Put::There => format!("{place} has it already\n"),
        Put::Moved if target.remote().is_some() => format!("pushed to {place}\n"),
        Put::Moved => format!("committed on {place}\n"),
    });
    if refresh.needs_work() {
        report::note("it needs work before it can be merged: see the report\n");
    }
}
