//! Pipelines: made, changed, archived, taken away.

use std::sync::Arc;

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome, clusters, slug, teams};
use crate::execute::error;
use crate::fields::VIEWER;
use crate::fields::arguments::Arguments;
use crate::world::builds::HIGHEST;
use crate::world::ids::Entity;
use crate::world::people::{Access, Granted};
use crate::world::pipelines::{Archived, Pipeline};
use crate::world::steps;

/// What a pipeline runs unless somebody says otherwise.
const STEPS: &str =
    "steps:\n  - label: \":pipeline:\"\n    command: \"buildkite-agent pipeline upload\"\n";

/// `pipelineCreate`: a new pipeline without builds.
pub(super) fn create(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let input = change.input;
    let name = input.text("name").unwrap_or_default();
    let repository = input.object("repository").and_then(|it| it.text("url"));
    let mut pipeline = Pipeline::new(&slug(&name)?, &name, repository.unwrap_or_default());
    name_is_free(change, &pipeline, None)?;
    // Without a cluster of its own a pipeline belongs to the organization's first.
    let first = change.state.clusters.at(0);
    pipeline.cluster = first.ok_or_else(|| error("There is no cluster to run builds in"))?;
    pipeline.created_at = change.world().now;
    pipeline.created_by = Some(VIEWER);
    set_steps(&mut pipeline, STEPS)?;
    apply(change, &mut pipeline, 0)?;
    let granted = Granted {
        at: change.world().now,
        by: VIEWER,
    };
    let mut accesses = Vec::new();
    for team in input.objects("teams") {
        let number = teams::with_id(change, &team.text("id").unwrap_or_default())?;
        if accesses.iter().any(|(other, _)| *other == number) {
            return Err(error("Pipeline has already been added to the team"));
        }
        let level = team.text("accessLevel");
        accesses.push((
            number,
            level.unwrap_or_else(|| "MANAGE_BUILD_AND_READ".to_owned()),
        ));
    }
    let (cluster, template) = (pipeline.cluster, pipeline.settings.template);
    let number = change.state.pipelines.add(pipeline);
    for (team, level) in accesses {
        if let Some(team) = change.state.teams.get_mut(team) {
            team.pipelines.push(Access {
                to: number,
                level,
                granted: Some(granted),
            });
        }
    }
    let entity = Entity::Pipeline(number);
    Ok(Payload::default()
        .with("organization", Entity::Organization())
        .with("pipeline", entity)
        .with_edge(
            "pipelineEdge",
            (Entity::Organization(), "pipelines"),
            entity,
        )
        .with("cluster", Entity::Cluster(cluster))
        .with("pipelineTemplate", template.map(Entity::Template)))
}

/// `pipelineUpdate`: whatever is given is changed.
pub(super) fn update(change: &mut Change<'_, '_>) -> Outcome {
    let (number, mut pipeline) = found(change, "id")?;
    let input = change.input;
    if let Some(name) = input.text("name") {
        pipeline.slug = slug(&name)?;
        pipeline.name = name;
        name_is_free(change, &pipeline, Some(number))?;
    }
    let next = change.state.next_number(number);
    apply(change, &mut pipeline, next)?;
    match input.flag("archived") {
        Some(true) if pipeline.archived.is_none() => pipeline.archived = Some(archived(change)),
        Some(false) => pipeline.archived = None,
        _ => {}
    }
    store(change, number, pipeline);
    Ok(Payload::default().with("pipeline", Entity::Pipeline(number)))
}

/// `pipelineArchive`: no builds are made any more.
pub(super) fn archive(change: &mut Change<'_, '_>) -> Outcome {
    let (number, mut pipeline) = found(change, "id")?;
    if pipeline.archived.is_some() {
        return Err(error("The pipeline is archived already"));
    }
    pipeline.archived = Some(archived(change));
    store(change, number, pipeline);
    Ok(Payload::default().with("pipeline", Entity::Pipeline(number)))
}

/// `pipelineUnarchive`: builds can be made again.
pub(super) fn unarchive(change: &mut Change<'_, '_>) -> Outcome {
    let (number, mut pipeline) = found(change, "id")?;
    if pipeline.archived.take().is_none() {
        return Err(error("The pipeline is not archived"));
    }
    store(change, number, pipeline);
    Ok(Payload::default().with("pipeline", Entity::Pipeline(number)))
}

/// `pipelineDelete`: a pipeline goes, and its builds with it.
pub(super) fn delete(change: &mut Change<'_, '_>) -> Outcome {
    let (number, _) = found(change, "id")?;
    let (world, state) = (change.world(), &mut *change.state);
    // Agents that wait for nothing but the end of one of its jobs.
    for (agent, job) in world.running() {
        let is_its = matches!(job, Entity::Job(pipeline, ..) if *pipeline == number);
        let agent = state.agents.get_mut(*agent).filter(|_| is_its);
        if let Some(agent) = agent.filter(|agent| agent.stop.is_some()) {
            agent.disconnected_at.get_or_insert(world.now);
        }
    }
    state.pipelines.remove(number);
    state.numbers.remove(&number);
    state.live.retain(|(pipeline, _), _| *pipeline != number);
    state.active.retain(|(pipeline, _)| *pipeline != number);
    for (_, team) in state.teams.iter_mut() {
        team.pipelines.retain(|access| access.to != number);
    }
    Ok(Payload::default()
        .with("organization", Entity::Organization())
        .with_leaf("deletedPipelineID", change.input.text("id")))
}

/// The pipeline that the ID in a field of the input stands for.
pub(super) fn found(change: &Change<'_, '_>, field: &str) -> Result<(u64, Pipeline), FieldError> {
    let number = change.named(field, "pipeline", |entity| match entity {
        Entity::Pipeline(pipeline) => Some(pipeline),
        _ => None,
    })?;
    let pipeline = change.state.pipelines.get(number);
    let pipeline = pipeline.ok_or_else(|| error("No pipeline found"))?;
    Ok((number, Pipeline::clone(pipeline)))
}

pub(super) fn store(change: &mut Change<'_, '_>, number: u64, pipeline: Pipeline) {
    if let Some(stored) = change.state.pipelines.get_mut(number) {
        *stored = pipeline;
    }
}

fn archived(change: &Change<'_, '_>) -> Archived {
    Archived {
        at: change.world().now,
        by: Some(VIEWER),
    }
}

fn name_is_free(
    change: &Change<'_, '_>,
    pipeline: &Pipeline,
    own: Option<u64>,
) -> Result<(), FieldError> {
    let pipelines = change.state.pipelines.iter();
    let mut others = pipelines.filter(|(number, _)| Some(*number) != own);
    // Two names may have one slug.
    if others.any(|(_, other)| other.slug == pipeline.slug) {
        return Err(error("Name has already been taken"));
    }
    Ok(())
}

/// Sets whatever the input gives; builds begin with `next` at the lowest.
fn apply(change: &Change<'_, '_>, pipeline: &mut Pipeline, next: u64) -> Result<(), FieldError> {
    let input = change.input;
    input.replace("description", &mut pipeline.description);
    input.replace("emoji", &mut pipeline.emoji);
    input.replace("color", &mut pipeline.color);
    input.rename("defaultBranch", &mut pipeline.default_branch);
    if let Some(visibility) = input.text("visibility") {
        pipeline.public = visibility == "PUBLIC";
    }
    if input.has("tags") {
        let tags = input.objects("tags").into_iter();
        pipeline.tags = tags.filter_map(|tag| tag.text("label")).collect();
    }
    if let Some(repository) = input.object("repository") {
        let url = repository.text("url").unwrap_or_default();
        if url.trim().is_empty() {
            return Err(error("Repository can't be blank"));
        }
        pipeline.repository = url;
    }
    if input.text("clusterId").is_some() {
        pipeline.cluster = clusters::named(change, "clusterId")?;
    }
    if let Some(steps) = input.object("steps") {
        set_steps(pipeline, &steps.text("yaml").unwrap_or_default())?;
    }
    if let Some(number) = input.number("nextBuildNumber") {
        let number = u64::try_from(number)
            .ok()
            .filter(|number| (next.max(1)..=HIGHEST.max(next)).contains(number))
            .ok_or_else(|| {
                error(format!(
                    "`nextBuildNumber` must be from {} to {HIGHEST}",
                    next.max(1)
                ))
            })?;
        pipeline.next_build_number = Some(number);
    }
    settings(change, input, pipeline)
}

fn settings(
    change: &Change<'_, '_>,
    input: Arguments<'_>,
    pipeline: &mut Pipeline,
) -> Result<(), FieldError> {
    let settings = &mut pipeline.settings;
    input.switch("allowRebuilds", &mut settings.allow_rebuilds);
    input.replace("branchConfiguration", &mut settings.branch_configuration);
    input.replace("cloneMirrorUrl", &mut settings.clone_mirror_url);
    let cancel = &mut settings.cancel_intermediate;
    input.switch("cancelIntermediateBuilds", &mut cancel.enabled);
    input.replace(
        "cancelIntermediateBuildsBranchFilter",
        &mut cancel.branch_filter,
    );
    let skip = &mut settings.skip_intermediate;
    input.switch("skipIntermediateBuilds", &mut skip.enabled);
    input.replace(
        "skipIntermediateBuildsBranchFilter",
        &mut skip.branch_filter,
    );
    for (name, minutes) in [
        ("defaultTimeoutInMinutes", &mut settings.default_timeout),
        ("maximumTimeoutInMinutes", &mut settings.maximum_timeout),
    ] {
        if !input.has(name) {
            continue;
        }
        *minutes = match input.number(name) {
            None => None,
            Some(given) => {
                let given = u64::try_from(given).ok().filter(|given| *given > 0);
                Some(given.ok_or_else(|| error(format!("`{name}` must be above 0")))?)
            }
        };
    }
    if input.has("pipelineTemplateId") {
        settings.template = match input.text("pipelineTemplateId") {
            None => None,
            Some(_) => Some(
                change.named("pipelineTemplateId", "template", |it| match it {
                    Entity::Template(template) => Some(template),
                    _ => None,
                })?,
            ),
        };
    }
    Ok(())
}

fn set_steps(pipeline: &mut Pipeline, yaml: &str) -> Result<(), FieldError> {
    let steps = steps::read(yaml).map_err(|why| error(format!("Steps are not valid: {why}")))?;
    pipeline.steps = steps.into_iter().map(Arc::new).collect();
    pipeline.yaml = Some(yaml.to_owned());
    Ok(())
}
