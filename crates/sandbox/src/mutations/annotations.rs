//! Notes on builds and jobs: written, extended, taken away.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome, builds, jobs};
use crate::execute::error;
use crate::fields::arguments::Arguments;
use crate::world::annotations::Note;
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::steps::StepKind;

/// `buildAnnotate`: a note on a build.
pub(super) fn annotate_build(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number) = builds::named(change, "buildID")?;
    let build = Entity::Build(pipeline, number);
    let note = annotate(change, (pipeline, number), Entity::WHOLE_BUILD)?;
    Ok(Payload::default()
        .with("build", build)
        .with("annotation", note)
        .with_edge("annotationEdge", (build, "annotations"), note))
}

/// `jobAnnotate`: a note on a job.
pub(super) fn annotate_job(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number, place) = jobs::named(change, "jobId", StepKind::Command)?;
    let job = Entity::Job(pipeline, number, count(place));
    let note = annotate(change, (pipeline, number), count(place))?;
    Ok(Payload::default()
        .with("job", job)
        .with("annotation", note)
        .with_edge("annotationEdge", (job, "annotations"), note))
}

/// `annotationDelete`: a note is taken away.
pub(super) fn delete(change: &mut Change<'_, '_>) -> Outcome {
    let note = change.named("id", "annotation", |entity| match entity {
        Entity::Annotation(pipeline, number, job, note) => Some((pipeline, number, job, note)),
        _ => None,
    })?;
    let (pipeline, number, job, place) = note;
    change.with_live(pipeline, number, |build| {
        let notes = build.annotations.get_mut(&job);
        if let Some(note) = notes.and_then(|notes| notes.get_mut(index(place))) {
            note.deleted = true;
        }
    })?;
    Ok(Payload::default()
        .with("build", Entity::Build(pipeline, number))
        .with_leaf("deletedAnnotationId", change.input.text("id")))
}

fn annotate(
    change: &mut Change<'_, '_>,
    (pipeline, number): (u64, u64),
    job: u64,
) -> Result<Entity, FieldError> {
    let note = note(change.input)?;
    let now = change.world().now;
    let is_new = |known: &str| known == note.context;
    let build = change.live(pipeline, number)?;
    let mut notes = build.annotations.get(&job).into_iter().flatten();
    if note.text.is_none() && !notes.any(|known| !known.deleted && is_new(&known.context)) {
        return Err(error("A new annotation needs a `body`"));
    }
    let place = change.with_live(pipeline, number, |build| build.annotate(job, note, now))?;
    Ok(Entity::Annotation(pipeline, number, job, place))
}

fn note(input: Arguments<'_>) -> Result<Note, FieldError> {
    // The schema has defaults for all but the body.
    let priority = input.number("priority").unwrap_or(3);
    Ok(Note {
        context: input
            .text("context")
            .unwrap_or_else(|| "default".to_owned()),
        style: input.text("style").unwrap_or_else(|| "DEFAULT".to_owned()),
        text: input.text("body"),
        priority: u64::try_from(priority)
            .ok()
            .filter(|priority| (1..=10).contains(priority))
            .ok_or_else(|| {
                error(format!(
                    "`priority` must be from 1 to 10, but is {priority}"
                ))
            })?,
        append: input.flag("append").unwrap_or_default(),
    })
}
