//! Jobs of every type, their events, artifacts and steps.

use std::rc::Rc;

use apollo_compiler::name;
use apollo_compiler::resolvers::FieldError;

use super::arguments::Arguments;
use super::{Resolved, by_id};
use crate::connection::{Key, Row, RowIter, Rows, Search};
use crate::execute::Run;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::builds::Build;
use crate::world::chance::{count, hex, index};
use crate::world::ids::Entity;
use crate::world::jobs::{Job, JobState};
use crate::world::pattern::matches;
use crate::world::search::recent::Recent;
use crate::world::search::started::Started;
use crate::world::search::{FoundJob, JobFilter, JobOrder};
use crate::world::steps::StepKind;
use crate::world::time::Time;

/// A job by pipeline, build and place.
type JobPath = (u64, u64, u64);

/// The jobs that the arguments ask for.
pub(super) fn filter(run: &Run<'_>, arguments: Arguments<'_>) -> Result<JobFilter, FieldError> {
    let list = |owner: &str, name: &str| arguments.object(owner).and_then(|it| it.texts(name));
    let cluster = arguments.text("cluster").map(|id| by_id(run, &id));
    let queues = arguments.texts("clusterQueue").map(|ids| {
        let queues = ids.iter().filter_map(|id| match by_id(run, id) {
            Some(Entity::Queue(queue)) => Some(queue),
            _ => None,
        });
        queues.collect()
    });
    let unknown_cluster = cluster
        .as_ref()
        .is_some_and(|cluster| !matches!(cluster, Some(Entity::Cluster(_))));
    let priorities = match arguments.object("priority") {
        Some(priority) => priority.numbers("number"),
        None => arguments.numbers("priority"),
    };
    // All jobs have the same priority.
    let unknown_priority = priorities
        .as_ref()
        .is_some_and(|wanted| !wanted.contains(&0));
    Ok(JobFilter {
        types: arguments.texts("type"),
        states: arguments.texts("state"),
        rules: arguments.texts("agentQueryRules"),
        step_keys: list("step", "key"),
        groups: list("concurrency", "group"),
        priorities,
        queues,
        passed: arguments.flag("passed"),
        cluster: match cluster.flatten() {
            Some(Entity::Cluster(cluster)) => Some(cluster),
            _ => None,
        },
        created_from: arguments.time("createdAtFrom")?,
        created_to: arguments.time("createdAtTo")?,
        finished_from: arguments.time("finishedAt")?,
        nothing: unknown_cluster || unknown_priority || arguments.flag("clustered") == Some(false),
    })
}

/// The order that the arguments ask for.
pub(super) fn order(arguments: Arguments<'_>) -> JobOrder {
    if arguments.ordered_by("RECENTLY_ASSIGNED") {
        JobOrder::RecentlyAssigned
    } else {
        JobOrder::RecentlyCreated
    }
}

/// The jobs of one pipeline or all that are wanted.
pub(super) fn rows_in(
    world: &World,
    pipeline: Option<u64>,
    filter: JobFilter,
    order: JobOrder,
) -> Rows<'_> {
    match order {
        JobOrder::RecentlyCreated => Rows::search(ByBuild {
            recent: Recent::new(world, pipeline),
            filter,
        }),
        JobOrder::RecentlyAssigned => Rows::search(Started::new(world, pipeline, filter)),
    }
}

/// Jobs, those of the newest build first.
struct ByBuild<'w> {
    recent: Recent<'w>,
    filter: JobFilter,
}

impl<'w> Search<'w> for ByBuild<'w> {
    fn after(&self, key: Option<&Key>) -> RowIter<'_, 'w> {
        let jobs = self.recent.jobs_older(key.map(Key::number), &self.filter);
        Box::new(jobs.map(row))
    }

    fn before(&self, key: Option<&Key>) -> RowIter<'_, 'w> {
        let jobs = self.recent.jobs_newer(key.map(Key::number), &self.filter);
        Box::new(jobs.map(row))
    }
}

impl<'w> Search<'w> for Started<'w> {
    fn after(&self, key: Option<&Key>) -> RowIter<'_, 'w> {
        Box::new(Started::after(self, key.map(Key::number)).map(row))
    }

    fn before(&self, key: Option<&Key>) -> RowIter<'_, 'w> {
        Box::new(Started::before(self, key.map(Key::number)).map(row))
    }
}

fn row<'w>(found: FoundJob) -> Row<'w> {
    (found.key.into(), Node::Job(found.build, found.place).into())
}

/// A build's jobs, in the order of its steps unless another is asked for.
pub(super) fn rows_of<'w>(
    run: &Run<'w>,
    build: &Rc<Build>,
    arguments: Arguments<'_>,
) -> Result<Rows<'w>, FieldError> {
    let filter = filter(run, arguments)?;
    let order = order(arguments);
    let mut rows: Vec<(u128, usize)> = build
        .jobs(run.world)
        .iter()
        .enumerate()
        .filter(|(_, job)| filter.wants(run.world, build, job))
        .map(|(place, job)| match order {
            JobOrder::RecentlyCreated => (u128::from(count(place)), place),
            JobOrder::RecentlyAssigned => (build.assignment(job, place), place),
        })
        .collect();
    rows.sort_unstable();
    let build = Rc::clone(build);
    Ok(Rows::keyed(count(rows.len()), move |row| {
        let (key, place) = rows[index(row)];
        (key, Node::Job(Rc::clone(&build), place).into())
    }))
}

/// An agent's jobs, the last started first.
pub(super) fn rows_on<'w>(
    run: &Run<'w>,
    agent: u64,
    arguments: Arguments<'_>,
) -> Result<Rows<'w>, FieldError> {
    let filter = filter(run, arguments)?;
    Ok(Rows::search(Started::on(run.world, agent, filter)))
}

pub(super) fn resolve<'w>(
    run: &Run<'w>,
    build: &Rc<Build>,
    place: usize,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let world = run.world;
    let Some(job) = build.jobs(world).get(place) else {
        return Ok(None);
    };
    if let Some(value) = shared(world, build, place, job, field) {
        return Ok(Some(value));
    }
    match job.step.kind {
        StepKind::Command => command(run, build, place, job, field, arguments),
        StepKind::Block => Ok(block(world, build, place, job, field)),
        StepKind::Trigger => Ok(trigger(world, build, place, field)),
        StepKind::Wait => Ok(None),
    }
}

fn path(build: &Build, place: usize) -> JobPath {
    (build.pipeline, build.number, count(place))
}

/// The fields that every type of job has.
fn shared<'w>(
    world: &'w World,
    build: &Rc<Build>,
    place: usize,
    job: &Job,
    field: &str,
) -> Option<Value<'w>> {
    let (pipeline, number, here) = path(build, place);
    Some(match field {
        "build" => Rc::clone(build).into(),
        "label" => job.label().into(),
        "state" => job.state.name().into(),
        "step" => Entity::Step(pipeline, number, here).into(),
        "retried" => job.retried_in.is_some().into(),
        "retriesCount" => build.retries(world, place).into(),
        "retrySource" => job
            .retry_of
            .map(|first| Node::Job(Rc::clone(build), first))
            .into(),
        "retryType" => {
            // A retry says of itself what the job that it repeats says of it.
            let repeated = job.retried_in.map(|_| place).or(job.retry_of);
            let by = |place| build.retried_by(world, place);
            repeated
                .map(|place| by(place).map_or("AUTOMATIC", |_| "MANUAL"))
                .into()
        }
        "retriedBy" => build.retried_by(world, place).map(Entity::User).into(),
        _ => return None,
    })
}

fn block<'w>(
    world: &'w World,
    build: &Rc<Build>,
    place: usize,
    job: &Job,
    field: &str,
) -> Option<Value<'w>> {
    Some(match field {
        "isUnblockable" => job.unblockable.into(),
        "unblockedAt" => job.unblocked_at.into(),
        "unblockedBy" => build.unblocked_by(world, place).map(Entity::User).into(),
        _ => return None,
    })
}

fn trigger<'w>(
    world: &'w World,
    build: &Rc<Build>,
    place: usize,
    field: &str,
) -> Option<Value<'w>> {
    Some(match field {
        "async" => true.into(),
        "triggered" => build
            .triggered(world, place)
            .and_then(|(pipeline, number)| world.build(pipeline, number))
            .into(),
        _ => return None,
    })
}

fn command<'w>(
    run: &Run<'w>,
    build: &Rc<Build>,
    place: usize,
    job: &Job,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let world = run.world;
    let (pipeline, number, here) = path(build, place);
    let entity = Entity::Job(pipeline, number, here);
    Ok(Some(match field {
        "agent" => world.agent_of(build, place).map(Entity::Agent).into(),
        "agentQueryRules" => Value::list(build.agent_query_rules(world, job)),
        "cluster" => Entity::Cluster(build.cluster()).into(),
        "clusterQueue" => build.queue_of(world, job).map(Entity::Queue).into(),
        "pipeline" => Entity::Pipeline(pipeline).into(),
        "command" => job.step.command.as_str().into(),
        "url" => format!(
            "{}#{}",
            super::builds::url(world, build),
            world.uuid(entity)
        )
        .into(),
        "env" => {
            let mut env = build.env(world);
            env.push(format!("BUILDKITE_STEP_KEY={}", job.step.key));
            Value::list(env)
        }
        "createdAt" => build.created_at.into(),
        "scheduledAt" | "runnableAt" => job.runnable_at.into(),
        "startedAt" => job.started_at.into(),
        "finishedAt" => job.finished_at.into(),
        "canceledAt" => job.canceled_at.into(),
        "expiredAt" | "promisedExitStatus" | "promisedExitStatusAt" | "matrix" => Value::Null,
        "exitStatus" => job.exit_status.map(|status| status.to_string()).into(),
        "passed" => job.passed().into(),
        "softFailed" => job.soft_failed.into(),
        "brokenReason" => (job.state == JobState::Broken)
            .then_some("A step that this one depends on failed")
            .into(),
        "signal" => (job.exit_status == Some(-1)).then_some("SIGTERM").into(),
        "signalReason" => (job.state == JobState::Canceled && job.started_at.is_some())
            .then_some("CANCEL")
            .into(),
        "parallelGroupIndex" => job.parallel.map(|(place, _)| place).into(),
        "parallelGroupTotal" => job.parallel.map(|(_, total)| total).into(),
        "concurrency" => job
            .step
            .concurrency
            .as_ref()
            .map(|(group, limit)| {
                Value::record(
                    name!("JobConcurrency"),
                    entity.hash(),
                    [("group", group.as_str().into()), ("limit", (*limit).into())],
                )
            })
            .into(),
        "priority" => Value::record(
            name!("JobPriority"),
            entity.hash(),
            [("number", 0_u64.into())],
        ),
        "automaticArtifactUploadPaths" => (!job.step.artifacts.is_empty())
            .then(|| job.step.artifacts.join(";"))
            .into(),
        "retryRules" => retry_rules(entity),
        "events" => Rows::range(count(job.events().len()), move |event| {
            Entity::JobEvent(pipeline, number, here, event)
        })
        .into(),
        "artifacts" => artifacts(job, (pipeline, number, here), arguments).into(),
        "annotations" => super::builds::annotations(world, build, here, arguments).into(),
        _ => return Ok(None),
    }))
}

/// The rule by which a job is retried without anyone asking for it.
fn automatic_rule<'w>(entity: Entity) -> Value<'w> {
    Value::record(
        name!("JobRetryRuleAutomatic"),
        entity.hash(),
        [
            ("exitStatus", "1".into()),
            ("limit", "1".into()),
            ("signal", Value::Null),
            ("signalReason", Value::Null),
        ],
    )
}

fn retry_rules<'w>(entity: Entity) -> Value<'w> {
    Value::record(
        name!("JobRetryRules"),
        entity.hash(),
        [
            ("automatic", Value::List(vec![automatic_rule(entity)])),
            ("manual", true.into()),
        ],
    )
}

fn artifacts<'w>(
    job: &Job,
    (pipeline, number, here): JobPath,
    arguments: Arguments<'_>,
) -> Rows<'w> {
    let path = arguments.text("path");
    let finished = arguments
        .text("state")
        .is_none_or(|state| state == "FINISHED");
    let files = job.artifacts();
    let wanted = (0..)
        .zip(files)
        .filter(|(_, file)| finished && path.as_ref().is_none_or(|path| matches(path, file)));
    Rows::entities(wanted.map(|(artifact, _)| {
        let entity = Entity::Artifact(pipeline, number, here, artifact);
        (artifact.into(), entity)
    }))
}

/// The build and the job at a path.
pub(crate) fn find(world: &World, (pipeline, number, place): JobPath) -> Option<(Rc<Build>, Job)> {
    let build = world.build(pipeline, number)?;
    let job = build.jobs(world).get(index(place))?.clone();
    Some((build, job))
}

pub(super) fn step<'w>(world: &'w World, path: JobPath, field: &str) -> Option<Value<'w>> {
    let (_, job) = find(world, path)?;
    Some(match field {
        "key" => (!job.step.key.is_empty())
            .then_some(job.step.key.as_str())
            .into(),
        "conditional" => Value::Null,
        "dependencies" => {
            // Everything after the first step depends on the one that uploads it.
            let (pipeline, number, place) = path;
            let rows = u64::from(place > 0);
            Rows::range(rows, move |_| {
                let first = Entity::Step(pipeline, number, 0);
                let uuid = world.uuid(first);
                Value::record(
                    name!("Dependency"),
                    first.hash(),
                    [
                        ("allowFailure", false.into()),
                        ("key", "upload".into()),
                        ("id", crate::world::ids::node_id("Dependency", &uuid).into()),
                        ("uuid", uuid.into()),
                    ],
                )
            })
            .into()
        }
        _ => return None,
    })
}

pub(super) fn artifact<'w>(
    world: &'w World,
    path: JobPath,
    place: u64,
    field: &str,
) -> Option<Value<'w>> {
    let (_, job) = find(world, path)?;
    let (pipeline, number, here) = path;
    let file = job.artifacts().get(index(place))?.as_str();
    let entity = Entity::Artifact(pipeline, number, here, place);
    let uuid = || world.uuid(entity);
    Some(match field {
        "path" => file.into(),
        "state" => "finished".into(),
        "size" => (200 + world.draw("size", entity) % 4_000_000).into(),
        "sha1sum" => hex(world.draw("sha1", entity), 40).into(),
        "sha256sum" => hex(world.draw("sha256", entity), 64).into(),
        "downloadURL" => format!("https://artifacts.acme.example/{}/{file}", uuid()).into(),
        "mimeType" => (match file.rsplit_once('.').map(|(_, end)| end) {
            Some("json") => "application/json",
            Some("xml") => "application/xml",
            Some("txt" | "info" | "digest") => "text/plain",
            Some("webm") => "video/webm",
            Some("zip") => "application/zip",
            Some("gz") => "application/gzip",
            _ => "application/octet-stream",
        })
        .into(),
        "expiresAt" => job.finished_at.map(|at| at.after(180 * 86_400)).into(),
        "job" => Entity::Job(pipeline, number, here).into(),
        _ => return None,
    })
}

fn find_event(
    world: &World,
    path: JobPath,
    event: u64,
) -> Option<(Rc<Build>, Job, &'static str, Time)> {
    let (build, job) = find(world, path)?;
    let (kind, at) = *job.events().get(index(event))?;
    Some((build, job, kind, at))
}

/// The object type of an event.
pub(super) fn event_type(world: &World, path: JobPath, event: u64) -> &'static str {
    match find_event(world, path, event).map(|(_, _, kind, _)| kind) {
        Some("ASSIGNED") => "JobEventAssigned",
        Some("BUILD_STEP_UPLOAD_CREATED") => "JobEventBuildStepUploadCreated",
        Some("CANCELED") => "JobEventCanceled",
        Some("FINISHED") => "JobEventFinished",
        Some("RETRIED") => "JobEventRetried",
        Some("TIMED_OUT") => "JobEventTimedOut",
        _ => "JobEventGeneric",
    }
}

pub(super) fn event<'w>(
    run: &Run<'w>,
    path: JobPath,
    place: u64,
    field: &str,
) -> Option<Value<'w>> {
    let world = run.world;
    let (build, job, kind, at) = find_event(world, path, place)?;
    let (pipeline, number, here) = path;
    let agent = world.agent_of(&build, index(here));
    Some(match field {
        "type" => kind.into(),
        "timestamp" => at.into(),
        "job" => Entity::Job(pipeline, number, here).into(),
        "actor" => {
            let (who, node) = match (kind, agent) {
                ("ACCEPTED" | "STARTED" | "FINISHED", Some(agent)) => {
                    ("AGENT", Some(Entity::Agent(agent)))
                }
                ("ASSIGNED", _) => ("DISPATCH", None),
                ("CANCELED", _) => {
                    let by = build.canceled(world).map(|(_, by)| by);
                    ("USER", job.canceled_by.or(by).map(Entity::User))
                }
                ("RETRIED", _) => match build.retried_by(world, index(here)) {
                    Some(by) => ("USER", Some(Entity::User(by))),
                    None => ("SYSTEM", None),
                },
                _ => ("SYSTEM", None),
            };
            Value::record(
                name!("JobEventActor"),
                Entity::JobEvent(pipeline, number, here, place).hash(),
                [
                    ("type", who.into()),
                    ("uuid", node.map(|node| world.uuid(node)).into()),
                    ("node", node.into()),
                ],
            )
        }
        "assignedAgent" => agent.map(Entity::Agent).into(),
        "exitStatus" => job.exit_status.unwrap_or(-1).into(),
        "signal" => (job.exit_status == Some(-1)).then_some("SIGTERM").into(),
        "signalReason" => (kind == "CANCELED").then_some("CANCEL").into(),
        "retriedInJob" => job
            .retried_in
            .map(|retry| Entity::Job(pipeline, number, count(retry)))
            .into(),
        "automaticRule" => (kind == "RETRIED" && build.retried_by(world, index(here)).is_none())
            .then(|| automatic_rule(Entity::Job(pipeline, number, here)))
            .into(),
        _ => return None,
    })
}
