//! Jobs: canceled, run again, let through.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome};
use crate::execute::error;
use crate::fields::VIEWER;
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::jobs::{Job, JobState};
use crate::world::steps::StepKind;

/// `jobTypeCommandCancel`: a job ends before it is done.
pub(super) fn cancel(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number, place) = named(change, "id", StepKind::Command)?;
    let job = find(change, pipeline, number, place)?;
    if !job.is_cancelable() {
        return Err(refused("canceled", &job));
    }
    let (by, now) = (VIEWER, change.world().now);
    change.with_live(pipeline, number, |build| build.cancel_job(place, by, now))?;
    let job = Entity::Job(pipeline, number, count(place));
    Ok(Payload::default().with("jobTypeCommand", job))
}

/// `jobTypeCommandRetry`: a job that is done runs again, as another job.
pub(super) fn retry(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number, place) = named(change, "id", StepKind::Command)?;
    let job = find(change, pipeline, number, place)?;
    if job.retried_in.is_some() {
        return Err(error("The job has been retried already"));
    }
    if !job.is_retriable() {
        return Err(refused("retried", &job));
    }
    super::builds::is_not_canceling(&change.live(pipeline, number)?)?;
    let (by, now) = (VIEWER, change.world().now);
    let retry = change.with_live(pipeline, number, |build| build.retry(place, by, now))?;
    let job = |place| Entity::Job(pipeline, number, count(place));
    Ok(Payload::default()
        .with("jobTypeCommand", job(place))
        .with("retriedInJobTypeCommand", retry.map(job)))
}

/// `jobTypeBlockUnblock`: a build goes on after a block step. What is filled in becomes
/// metadata of the build.
pub(super) fn unblock(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number, place) = named(change, "id", StepKind::Block)?;
    let job = find(change, pipeline, number, place)?;
    if !job.unblockable {
        return Err(match job.state {
            JobState::Blocked => {
                error("The job cannot be unblocked, because what comes before it is not over")
            }
            _ => refused("unblocked", &job),
        });
    }
    let filled_in = match change.input.json("fields") {
        None => Vec::new(),
        Some(fields) => fields
            .as_object()
            .ok_or_else(|| error("`fields` must be an object of keys and values"))?
            .iter()
            .map(|(key, value)| {
                let text = value.as_str().map(str::to_owned);
                (
                    key.as_str().to_owned(),
                    text.unwrap_or_else(|| value.to_string()),
                )
            })
            .collect(),
    };
    let (by, now) = (VIEWER, change.world().now);
    change.with_live(pipeline, number, |build| {
        build.unblock(place, by, now);
        for (key, value) in filled_in {
            build.set_meta_data(key, value);
        }
    })?;
    let job = Entity::Job(pipeline, number, count(place));
    Ok(Payload::default().with("jobTypeBlock", job))
}

/// The job of a kind that the ID in a field of the input stands for.
pub(super) fn named(
    change: &Change<'_, '_>,
    field: &str,
    kind: StepKind,
) -> Result<(u64, u64, usize), FieldError> {
    let job = change.named(field, "job", |entity| match entity {
        Entity::Job(pipeline, number, place) => Some((pipeline, number, index(place))),
        _ => None,
    })?;
    if find(change, job.0, job.1, job.2)?.step.kind != kind {
        return Err(error("No job found"));
    }
    Ok(job)
}

fn find(
    change: &Change<'_, '_>,
    pipeline: u64,
    number: u64,
    place: usize,
) -> Result<Job, FieldError> {
    let world = change.world();
    let build = world.build(pipeline, number);
    build
        .and_then(|build| build.jobs(world).get(place).cloned())
        .ok_or_else(|| error("No job found"))
}

fn refused(done: &str, job: &Job) -> FieldError {
    let state = job.state.name();
    error(format!("The job cannot be {done}, because it is {state}"))
}
