//! Builds and the notes on them.

use std::rc::Rc;

use apollo_compiler::name;
use apollo_compiler::resolvers::FieldError;
use pulldown_cmark::html::push_html;
use pulldown_cmark::{Event, Parser};

use super::arguments::Arguments;
use super::{Resolved, avatar};
use crate::connection::{Key, Row, RowIter, Rows, Search};
use crate::execute::Run;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::builds::{Build, BuildState, Creator, Source};
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::search::BuildFilter;
use crate::world::search::recent::Recent;

/// Newest builds come first, so a build's key falls as its number rises.
const NEWEST: u128 = u32::MAX as u128;

/// The builds that the arguments ask for.
pub(super) fn filter(arguments: Arguments<'_>) -> Result<BuildFilter, FieldError> {
    Ok(BuildFilter {
        states: arguments.texts("state"),
        branches: arguments.texts("branch"),
        commits: arguments.texts("commit"),
        meta_data: arguments.texts("metaData"),
        created_from: arguments.time("createdAtFrom")?,
        created_to: arguments.time("createdAtTo")?,
        creator: None,
        schedule: None,
    })
}

/// A pipeline's builds, newest first.
pub(super) fn rows_of(world: &World, pipeline: u64, filter: BuildFilter) -> Rows<'_> {
    if filter.is_open() {
        return Rows::keyed(world.build_count(pipeline), move |place| {
            let number = world.build_number(pipeline, place).unwrap_or_default();
            (key(number), world.build(pipeline, number).into())
        });
    }
    Rows::search(OfPipeline {
        world,
        pipeline,
        filter,
    })
}

fn key(number: u64) -> u128 {
    NEWEST.saturating_sub(u128::from(number))
}

/// The builds of a pipeline that are wanted.
struct OfPipeline<'w> {
    world: &'w World,
    pipeline: u64,
    filter: BuildFilter,
}

impl<'w> OfPipeline<'w> {
    fn rows<'s>(
        &'s self,
        places: impl Iterator<Item = u64> + 's,
    ) -> impl Iterator<Item = Row<'w>> + 's {
        places.filter_map(|place| {
            let number = self.world.build_number(self.pipeline, place)?;
            let build = self.world.build(self.pipeline, number)?;
            let is_wanted = self.filter.wants(self.world, &build);
            is_wanted.then(|| (key(number).into(), build.into()))
        })
    }

    fn first(&self, is: impl Fn(Key) -> bool) -> u64 {
        let is = |build: &Build| is(key(build.number).into());
        self.world.first_place(self.pipeline, is)
    }
}

impl<'w> Search<'w> for OfPipeline<'w> {
    fn after(&self, after: Option<&Key>) -> RowIter<'_, 'w> {
        let start = after.map_or(0, |after| self.first(|key| key > *after));
        Box::new(self.rows(start..self.world.build_count(self.pipeline)))
    }

    fn before(&self, before: Option<&Key>) -> RowIter<'_, 'w> {
        let all = self.world.build_count(self.pipeline);
        let end = before.map_or(all, |before| self.first(|key| key >= *before));
        Box::new(self.rows((0..end).rev()))
    }
}

/// The builds of all pipelines that a person made, newest first.
pub(super) fn rows_by<'w>(
    world: &'w World,
    user: u64,
    arguments: Arguments<'_>,
) -> Result<Rows<'w>, FieldError> {
    let filter = BuildFilter {
        creator: Some(user),
        ..filter(arguments)?
    };
    let recent = Recent::new(world, None);
    Ok(Rows::search(OfAll {
        world,
        recent,
        filter,
    }))
}

/// The builds of all pipelines that are wanted.
struct OfAll<'w> {
    world: &'w World,
    recent: Recent<'w>,
    filter: BuildFilter,
}

impl<'w> OfAll<'w> {
    fn rows<'s>(
        &'s self,
        builds: impl Iterator<Item = Rc<Build>> + 's,
    ) -> impl Iterator<Item = Row<'w>> + 's {
        let wanted = builds.filter(|build| self.filter.wants(self.world, build));
        wanted.map(|build| (build.recency(0).into(), build.into()))
    }
}

impl<'w> Search<'w> for OfAll<'w> {
    fn after(&self, after: Option<&Key>) -> RowIter<'_, 'w> {
        let rows = self.rows(self.recent.older(after.map(Key::number)));
        let after = after.cloned();
        Box::new(rows.filter(move |(key, _)| after.as_ref().is_none_or(|after| key > after)))
    }

    fn before(&self, before: Option<&Key>) -> RowIter<'_, 'w> {
        let rows = self.rows(self.recent.newer(before.map(Key::number)));
        let before = before.cloned();
        Box::new(rows.filter(move |(key, _)| before.as_ref().is_none_or(|before| key < before)))
    }
}

pub(super) fn resolve<'w>(
    run: &Run<'w>,
    build: &Rc<Build>,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let world = run.world;
    let entity = build.entity();
    Ok(Some(match field {
        "number" => build.number.into(),
        "state" => build.state.name().into(),
        "branch" => build.branch(world).into(),
        "commit" => build.commit(world).into(),
        "message" => build.message(world).into(),
        "url" => url(world, build).into(),
        "createdAt" | "scheduledAt" => build.created_at.into(),
        "startedAt" => build.started_at(world).into(),
        "finishedAt" => build.finished_at(world).into(),
        "failingAt" => build.failing_at(world).into(),
        "canceledAt" => build.canceled(world).map(|(at, _)| at).into(),
        "canceledBy" => build.canceled(world).map(|(_, by)| Entity::User(by)).into(),
        "cancelReason" => build.canceled(world).map(|_| "Canceled by a person").into(),
        "blockedState" => (build.state == BuildState::Blocked)
            .then_some("PASSED")
            .into(),
        "createdBy" => creator(&build.creator(world)),
        "env" => Value::list(build.env(world)),
        "pipeline" => Entity::Pipeline(build.pipeline).into(),
        "organization" => Entity::Organization().into(),
        "rebuiltFrom" => build
            .rebuilt_from(world)
            .and_then(|number| world.build(build.pipeline, number))
            .into(),
        "triggeredFrom" => build
            .triggered_from(world)
            .map(|(build, place)| Node::Job(build, place))
            .into(),
        "pullRequest" => build
            .pull_request(world)
            .map(|number| {
                let id = number.to_string().into();
                Value::record(name!("PullRequest"), entity.hash(), [("id", id)])
            })
            .into(),
        "source" => source(build, build.source(world)),
        "metaData" => Rows::list(build.meta_data(world).into_iter().map(|(key, value)| {
            Value::record(
                name!("BuildMetaData"),
                entity.hash(),
                [("key", key.into()), ("value", value.into())],
            )
        }))
        .into(),
        "jobs" => super::jobs::rows_of(run, build, arguments)?.into(),
        "annotations" => annotations(world, build, Entity::WHOLE_BUILD, arguments).into(),
        _ => return Ok(None),
    }))
}

/// The page of a build.
pub(super) fn url(world: &World, build: &Build) -> String {
    let pipeline = world.pipeline(build.pipeline).unwrap_or(&build.spec);
    format!(
        "https://buildkite.com/{}/{}/builds/{}",
        world.slug(),
        pipeline.slug,
        build.number
    )
}

fn creator<'w>(creator: &Creator) -> Value<'w> {
    match creator {
        Creator::Person(user) => Entity::User(*user).into(),
        Creator::Stranger(name, email) => Value::record(
            name!("UnregisteredUser"),
            count(name.len()),
            [
                ("name", name.as_str().into()),
                ("email", email.as_str().into()),
                ("avatar", avatar("unknown")),
            ],
        ),
    }
}

fn source<'w>(build: &Build, source: Source) -> Value<'w> {
    let hash = build.entity().hash();
    let named = |type_name, name: &str| Value::record(type_name, hash, [("name", name.into())]);
    match source {
        Source::Webhook => named(name!("BuildSourceWebhook"), "Webhook"),
        Source::Frontend => named(name!("BuildSourceFrontend"), "Frontend"),
        Source::Api => named(name!("BuildSourceAPI"), "API"),
        Source::Trigger => named(name!("BuildSourceTriggerJob"), "Trigger Job"),
        Source::Schedule(schedule) => Value::record(
            name!("BuildSourceSchedule"),
            hash,
            [
                ("name", "Schedule".into()),
                (
                    "pipelineSchedule",
                    Entity::Schedule(build.pipeline, schedule).into(),
                ),
            ],
        ),
    }
}

/// The notes on a build or one of its jobs.
pub(super) fn annotations<'w>(
    world: &'w World,
    build: &Build,
    job: u64,
    arguments: Arguments<'_>,
) -> Rows<'w> {
    let styles = arguments.texts("style");
    let scopes = arguments.texts("scope");
    let by_priority = arguments.ordered_by("PRIORITY_RECENTLY_CREATED");
    let wanted = |wanted: &Option<Vec<String>>, is: &str| {
        let wanted = wanted.as_ref();
        wanted.is_none_or(|wanted| wanted.iter().any(|one| one == is))
    };
    let mut rows: Vec<(u128, u64)> = (0..)
        .zip(build.annotations(world, job))
        .filter(|(_, note)| !note.deleted)
        .filter(|(_, note)| wanted(&styles, &note.style) && wanted(&scopes, scope(job)))
        .map(|(place, note)| {
            let rank = u64::MAX - if by_priority { note.priority } else { 0 };
            let recency = u128::from(note.created_at.newest_first()) << 16 | u128::from(place);
            (u128::from(rank) << 64 | recency, place)
        })
        .collect();
    rows.sort_unstable();
    let (pipeline, number) = (build.pipeline, build.number);
    Rows::keyed(count(rows.len()), move |row| {
        let (key, place) = rows[index(row)];
        (key, Entity::Annotation(pipeline, number, job, place).into())
    })
}

fn scope(job: u64) -> &'static str {
    if job == Entity::WHOLE_BUILD {
        "BUILD"
    } else {
        "JOB"
    }
}

pub(super) fn annotation<'w>(
    world: &'w World,
    (pipeline, number, job): (u64, u64, u64),
    place: u64,
    field: &str,
) -> Option<Value<'w>> {
    let build = world.build(pipeline, number)?;
    let notes = build.annotations(world, job);
    let note = notes.get(index(place))?;
    Some(match field {
        "context" => note.context.as_str().into(),
        "style" => note.style.as_str().into(),
        "priority" => note.priority.into(),
        "scope" => scope(job).into(),
        "createdAt" => note.created_at.into(),
        "updatedAt" => note.updated_at.unwrap_or(note.created_at).into(),
        "body" => Value::record(
            name!("AnnotationBody"),
            place,
            [
                ("text", note.text.as_str().into()),
                ("html", html(&note.text).into()),
            ],
        ),
        _ => return None,
    })
}

/// Markdown as HTML. What is HTML already is shown as text.
fn html(markdown: &str) -> String {
    let events = Parser::new(markdown).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut html = String::new();
    push_html(&mut html, events);
    html.trim_end().to_owned()
}
