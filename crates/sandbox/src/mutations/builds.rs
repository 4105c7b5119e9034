//! Builds: created, canceled, repeated.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome};
use crate::execute::error;
use crate::fields::VIEWER;
use crate::world::builds::{BuildState, Creator, Source};
use crate::world::ids::Entity;
use crate::world::live::LiveBuild;
use crate::world::steps::StepKind;

/// `buildCreate`: a new build, scheduled, that later reads see.
pub(super) fn create(change: &mut Change<'_, '_>) -> Outcome {
    let input = change.input;
    let place = change.named("pipelineID", "pipeline", |entity| match entity {
        Entity::Pipeline(pipeline) => Some(pipeline),
        _ => None,
    })?;
    let creator = match input.object("author") {
        Some(author) => Creator::Stranger(
            author.text("name").unwrap_or_default(),
            author.text("email").unwrap_or_default(),
        ),
        None => Creator::Person(VIEWER),
    };
    let mut meta_data: Vec<(String, String)> = input
        .objects("metaData")
        .into_iter()
        .filter_map(|pair| Some((pair.text("key")?, pair.text("value")?)))
        .collect();
    // A later value replaces an earlier one; what is left is in the order of keys.
    meta_data.reverse();
    meta_data.sort_by(|(a, _), (b, _)| a.cmp(b));
    meta_data.dedup_by(|(a, _), (b, _)| a == b);
    let env = input.texts("env").unwrap_or_default();
    let mut build = new_build(change, place, input.text("branch"), env, creator)?;
    if let Some(commit) = input.text("commit") {
        build.commit = commit;
    }
    build.message = input.text("message");
    build.meta_data = meta_data;
    let build = add(change, place, build);
    Ok(Payload::default().with("build", build))
}

/// `buildCancel`: a build ends before it is done.
pub(super) fn cancel(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number) = named(change, "id")?;
    let build = change.live(pipeline, number)?;
    if build.state.is_final() || build.state == BuildState::Canceling {
        let state = build.state.name();
        return Err(error(format!(
            "Build #{number} cannot be canceled, because it is {state}"
        )));
    }
    let (by, now) = (VIEWER, change.world().now);
    change.with_live(pipeline, number, |build| build.cancel(by, now))?;
    Ok(Payload::default().with("build", Entity::Build(pipeline, number)))
}

/// `buildRebuild`: a new build of the same commit.
pub(super) fn rebuild(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number) = named(change, "id")?;
    let from = change.live(pipeline, number)?;
    if !from.state.is_final() && from.state != BuildState::Blocked {
        let state = from.state.name();
        return Err(error(format!(
            "Build #{number} cannot be rebuilt, because it is {state}"
        )));
    }
    let creator = Creator::Person(VIEWER);
    let mut build = new_build(change, pipeline, Some(from.branch), from.env, creator)?;
    build.commit = from.commit;
    build.message = from.message;
    build.source = Source::Frontend;
    build.rebuilt_from = Some(number);
    let rebuild = add(change, pipeline, build);
    Ok(Payload::default()
        .with("build", Entity::Build(pipeline, number))
        .with("rebuild", rebuild))
}

/// `buildRetryFailedJobs`: every job of a build that did not do what it should runs
/// again.
pub(super) fn retry_failed_jobs(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number) = named(change, "id")?;
    let states = change.input.texts("states");
    let wants = |state: &str| match &states {
        Some(states) => states.iter().any(|wanted| wanted == state),
        None => state != "SOFT_FAILED",
    };
    let build = change.live(pipeline, number)?;
    is_not_canceling(&build)?;
    let failed: Vec<usize> = (0..)
        .zip(&build.jobs)
        .filter(|(_, job)| job.step.kind == StepKind::Command && job.is_retriable())
        .filter(|(_, job)| job.failure().is_some_and(wants))
        .map(|(place, _)| place)
        .collect();
    let (by, now) = (VIEWER, change.world().now);
    change.with_live(pipeline, number, |build| {
        for place in &failed {
            build.retry(*place, by, now);
        }
    })?;
    Ok(Payload::default()
        .with("build", Entity::Build(pipeline, number))
        .with_leaf("retriedJobsCount", failed.len()))
}

/// Refuses to let go on what is being canceled.
pub(super) fn is_not_canceling(build: &LiveBuild) -> Result<(), FieldError> {
    if build.state == BuildState::Canceling {
        return Err(error("The build cannot go on, because it is CANCELING"));
    }
    Ok(())
}

/// The build that the ID in a field of the input stands for.
pub(super) fn named(change: &Change<'_, '_>, field: &str) -> Result<(u64, u64), FieldError> {
    change.named(field, "build", |entity| match entity {
        Entity::Build(pipeline, number) => Some((pipeline, number)),
        _ => None,
    })
}

/// A build that a pipeline is about to get.
fn new_build(
    change: &Change<'_, '_>,
    place: u64,
    branch: Option<String>,
    env: Vec<String>,
    creator: Creator,
) -> Result<LiveBuild, FieldError> {
    let world = change.world();
    let pipeline = world
        .pipeline(place)
        .ok_or_else(|| error("No pipeline found"))?;
    if pipeline.archived.is_some() {
        return Err(error("Cannot create builds on an archived pipeline"));
    }
    Ok(LiveBuild::new(pipeline, branch, env, creator, world.now))
}

/// Adds a build to a pipeline, under the next number.
fn add(change: &mut Change<'_, '_>, pipeline: u64, build: LiveBuild) -> Entity {
    let number = change.world().next_number(pipeline);
    change.state.add_build(pipeline, number, build);
    Entity::Build(pipeline, number)
}

impl Change<'_, '_> {
    /// A build as it is stored, or as it would be.
    pub(super) fn live(&self, pipeline: u64, number: u64) -> Result<LiveBuild, FieldError> {
        let build = self.world().build(pipeline, number);
        let build = build.ok_or_else(|| error("No build found"))?;
        Ok(match &build.live {
            Some(live) => LiveBuild::clone(live),
            None => LiveBuild::adopt(self.world(), &build),
        })
    }

    /// Changes a build, which is stored from then on.
    pub(super) fn with_live<T>(
        &mut self,
        pipeline: u64,
        number: u64,
        act: impl FnOnce(&mut LiveBuild) -> T,
    ) -> Result<T, FieldError> {
        let mut build = self.live(pipeline, number)?;
        build.wake(self.world().now);
        let done = act(&mut build);
        self.state.put_build(pipeline, number, build);
        Ok(done)
    }
}
