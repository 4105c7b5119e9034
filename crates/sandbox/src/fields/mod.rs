//! From an object and a field to a value: the mapping of the schema onto the world.
//!
//! One module per area. A module answers `None` for a field that it has no data
//! for, and the fallback then makes a value of the right type.

#![allow(
    clippy::match_same_arms,
    reason = "a match has an arm for each field, in the order and grouping of their meaning"
)]

use apollo_compiler::resolvers::{FieldError, ResolveInfo};
use apollo_compiler::response::JsonMap;
use apollo_compiler::{Name, name};

use self::arguments::Arguments;
use crate::connection::Rows;
use crate::execute::Run;
use crate::inputs;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::chance::{count, index, mix};
use crate::world::ids::{Entity, node_id, split_node_id};
use crate::world::steps::StepKind;

mod agents;
pub(crate) mod arguments;
mod audit;
mod audit_subjects;
mod builds;
mod catalog;
mod jobs;
mod order;
mod organization;
mod people;
mod pipelines;
mod query;

pub(crate) use self::agents::PAUSE_MINUTES;
pub(crate) use self::people::VIEWER;

/// A field's value, nothing if the fallback is to make one, or an error.
type Resolved<'w> = Result<Option<Value<'w>>, FieldError>;

/// The value of a field of an object.
pub(crate) fn resolve<'w>(run: &Run<'w>, node: &Node<'w>, info: &ResolveInfo<'_>) -> Resolved<'w> {
    let field = info.field_name();
    let given = inputs::arguments(info.schema(), info.field_definition(), info.arguments());
    let arguments = Arguments(&given);
    match node {
        Node::Query => Ok(query::resolve(run, field, arguments)),
        Node::Record(record) => Ok(record
            .fields
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value.clone())),
        Node::Mutation | Node::Connection(_) => Ok(None),
        Node::Build(_) | Node::Job(..) | Node::Entity(_) => {
            if let Some(value) = identity(run, node, field) {
                return Ok(Some(value));
            }
            match node {
                Node::Build(build) => builds::resolve(run, build, field, arguments),
                Node::Job(build, place) => jobs::resolve(run, build, *place, field, arguments),
                Node::Entity(entity) => self::entity(run, *entity, field, arguments),
                _ => Ok(None),
            }
        }
    }
}

/// The rows of a connection of an object that has an identity.
pub(crate) fn rows<'w>(
    run: &Run<'w>,
    node: &Node<'w>,
    field: &str,
    arguments: &JsonMap,
) -> Option<Rows<'w>> {
    let arguments = Arguments(arguments);
    let value = match node {
        Node::Build(build) => builds::resolve(run, build, field, arguments),
        Node::Job(build, place) => jobs::resolve(run, build, *place, field, arguments),
        Node::Entity(entity) => self::entity(run, *entity, field, arguments),
        _ => Ok(None),
    };
    match value {
        Ok(Some(Value::Rows(rows))) => Some(rows),
        _ => None,
    }
}

/// `id` and `uuid`, which mean the same on everything that has them.
fn identity<'w>(run: &Run<'w>, node: &Node<'w>, field: &str) -> Option<Value<'w>> {
    let entity = entity_of(node)?;
    let uuid = || run.world.uuid(entity);
    match field {
        "id" => Some(node_id(type_name(run, node), &uuid()).into()),
        "uuid" => Some(uuid().into()),
        _ => None,
    }
}

fn entity<'w>(
    run: &Run<'w>,
    entity: Entity,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let world = run.world;
    match entity {
        Entity::Organization() => organization::resolve(run, field, arguments),
        Entity::Pipeline(pipeline) => pipelines::resolve(run, pipeline, field, arguments),
        Entity::PipelineMetric(pipeline, metric) => {
            Ok(pipelines::metric(world, pipeline, metric, field))
        }
        Entity::Schedule(pipeline, schedule) => {
            Ok(pipelines::schedule(world, pipeline, schedule, field))
        }
        Entity::JobEvent(pipeline, number, job, event) => {
            let subject = (pipeline, number, job);
            Ok(jobs::event(run, subject, event, field))
        }
        Entity::Artifact(pipeline, number, job, artifact) => {
            let subject = (pipeline, number, job);
            Ok(jobs::artifact(world, subject, artifact, field))
        }
        Entity::Annotation(pipeline, number, job, annotation) => {
            let subject = (pipeline, number, job);
            Ok(builds::annotation(world, subject, annotation, field))
        }
        Entity::Step(pipeline, number, job) => {
            Ok(jobs::step(world, (pipeline, number, job), field))
        }
        Entity::Cluster(cluster) => Ok(agents::cluster(world, cluster, field, arguments)),
        Entity::ClusterToken(cluster, token) => {
            Ok(agents::cluster_token(world, cluster, token, field))
        }
        Entity::Queue(queue) => Ok(agents::queue(world, queue, field)),
        Entity::Agent(agent) => agents::agent(run, agent, field, arguments),
        Entity::AgentToken(token) => Ok(agents::agent_token(world, token, field)),
        Entity::Viewer() => people::viewer(run, field, arguments),
        Entity::User(user) => people::user(world, user, field, arguments),
        Entity::Email(user, email) => Ok(people::email(world, user, email, field)),
        Entity::Member(user) => Ok(people::member(world, user, field, arguments)),
        Entity::Team(team) => Ok(people::team(world, team, field, arguments)),
        Entity::TeamMember(team, user) => Ok(people::team_member(world, team, user, field)),
        Entity::TeamPipeline(team, pipeline) => Ok(people::team_access(
            world,
            team,
            Entity::Pipeline(pipeline),
            field,
        )),
        Entity::TeamSuite(team, suite) => Ok(people::team_access(
            world,
            team,
            Entity::Suite(suite),
            field,
        )),
        Entity::TeamRegistry(team, registry) => Ok(people::team_access(
            world,
            team,
            Entity::Registry(registry),
            field,
        )),
        Entity::Invitation(invitation) => Ok(people::invitation(world, invitation, field)),
        Entity::AuditEvent(event) => Ok(audit::event(run, event, field)),
        Entity::Template(_)
        | Entity::Rule(_)
        | Entity::Suite(_)
        | Entity::Registry(_)
        | Entity::Secret(_)
        | Entity::SsoProvider(_)
        | Entity::NotificationService(_)
        | Entity::ApiAccessToken(_)
        | Entity::Banner() => Ok(catalog::resolve(world, entity, field, arguments)),
        Entity::Generic(..) => Ok(audit::named(run, entity, field)),
        Entity::Build(..) | Entity::Job(..) => Ok(None),
    }
}

/// The entity that an object is.
pub(crate) fn entity_of(node: &Node<'_>) -> Option<Entity> {
    match node {
        Node::Entity(entity) => Some(*entity),
        Node::Build(build) => Some(build.entity()),
        Node::Job(build, place) => Some(Entity::Job(build.pipeline, build.number, count(*place))),
        _ => None,
    }
}

/// Gives an object the form in which its fields are resolved; nothing if it does
/// not exist.
pub(crate) fn load<'w>(world: &World, node: Node<'w>) -> Option<Node<'w>> {
    Some(match node {
        Node::Entity(Entity::Build(pipeline, number)) => {
            Node::Build(world.build(pipeline, number)?)
        }
        Node::Entity(Entity::Job(pipeline, number, place)) => {
            let build = world.build(pipeline, number)?;
            let place = index(place);
            build.jobs(world).get(place)?;
            Node::Job(build, place)
        }
        Node::Entity(entity) if world.is_gone(entity) => return None,
        other => other,
    })
}

/// A number that tells the object from others.
pub(crate) fn hash(node: &Node<'_>) -> u64 {
    match node {
        Node::Query => 1,
        Node::Mutation => 2,
        Node::Record(record) => record.hash,
        Node::Connection(connection) => connection.fingerprint(),
        node => entity_of(node).map_or(3, Entity::hash),
    }
}

/// The name of the object's type.
pub(crate) fn type_name<'n>(run: &'n Run<'_>, node: &'n Node<'_>) -> &'n str {
    match node {
        Node::Query => "Query",
        Node::Mutation => "Mutation",
        Node::Record(record) => &record.type_name,
        Node::Connection(connection) => &connection.type_name,
        Node::Build(_) => "Build",
        Node::Job(build, place) => match build.jobs(run.world).get(*place) {
            Some(job) => job_type(job.step.kind),
            None => "JobTypeCommand",
        },
        Node::Entity(entity) => entity_type(run, *entity),
    }
}

fn job_type(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Command => "JobTypeCommand",
        StepKind::Wait => "JobTypeWait",
        StepKind::Block => "JobTypeBlock",
        StepKind::Trigger => "JobTypeTrigger",
    }
}

fn entity_type<'n>(run: &'n Run<'_>, entity: Entity) -> &'n str {
    let catalog = run.world.catalog();
    match entity {
        Entity::Organization() => "Organization",
        Entity::Viewer() => "Viewer",
        Entity::User(_) => "User",
        Entity::Member(_) => "OrganizationMember",
        Entity::Team(_) => "Team",
        Entity::TeamMember(..) => "TeamMember",
        Entity::TeamPipeline(..) => "TeamPipeline",
        Entity::TeamSuite(..) => "TeamSuite",
        Entity::TeamRegistry(..) => "TeamRegistry",
        Entity::Pipeline(_) => "Pipeline",
        Entity::Build(..) => "Build",
        Entity::Job(..) => "JobTypeCommand",
        Entity::JobEvent(pipeline, number, job, event) => {
            jobs::event_type(run.world, (pipeline, number, job), event)
        }
        Entity::Artifact(..) => "Artifact",
        Entity::Annotation(..) => "Annotation",
        Entity::Step(pipeline, number, job) => {
            let kind = jobs::find(run.world, (pipeline, number, job))
                .map_or(StepKind::Command, |(_, job)| job.step.kind);
            match kind {
                StepKind::Command => "StepCommand",
                StepKind::Wait => "StepWait",
                StepKind::Block => "StepInput",
                StepKind::Trigger => "StepTrigger",
            }
        }
        Entity::Cluster(_) => "Cluster",
        Entity::Queue(_) => "ClusterQueue",
        Entity::ClusterToken(..) => "ClusterToken",
        Entity::Agent(_) => "Agent",
        Entity::AgentToken(_) => "AgentToken",
        Entity::Schedule(..) => "PipelineSchedule",
        Entity::Template(_) => "PipelineTemplate",
        Entity::Rule(_) => "Rule",
        Entity::Suite(_) => "Suite",
        Entity::Registry(_) => "Registry",
        Entity::AuditEvent(_) => "AuditEvent",
        Entity::Invitation(_) => "OrganizationInvitation",
        Entity::Email(..) => "Email",
        Entity::SsoProvider(provider) => catalog
            .sso_providers
            .get(index(provider))
            .map_or("", |(ty, ..)| ty),
        Entity::Secret(_) => "Secret",
        Entity::NotificationService(service) => catalog
            .notification_services
            .get(index(service))
            .map_or("", |(ty, ..)| ty),
        Entity::ApiAccessToken(_) => "OrganizationAPIAccessToken",
        Entity::Banner() => "OrganizationBanner",
        Entity::PipelineMetric(..) => "PipelineMetric",
        Entity::Generic(ty, ..) => run.served.object(ty).map_or("", Name::as_str),
    }
}

/// The entity behind a GraphQL ID or, since people pass both, a plain UUID.
pub(crate) fn by_id(run: &Run<'_>, id: &str) -> Option<Entity> {
    let Some((type_name, uuid)) = split_node_id(id) else {
        return run.world.by_uuid(id);
    };
    let entity = run.world.by_uuid(&uuid)?;
    let node = load(run.world, Node::Entity(entity))?;
    let actual = self::type_name(run, &node);
    let is_job = matches!(node, Node::Job(..)) && type_name == "Job";
    (!actual.is_empty() && (is_job || actual == type_name)).then_some(entity)
}

/// Whether an entity is the one that a selector names: by slug or name, UUID or
/// ID. A leading `!` turns the selector round.
fn selected(run: &Run<'_>, selector: Option<&str>, names: &[&str], entity: Entity) -> bool {
    let Some(selector) = selector else {
        return true;
    };
    let (text, wanted) = match selector.strip_prefix('!') {
        Some(text) => (text, false),
        None => (selector, true),
    };
    let named = names.contains(&text) || by_id(run, text) == Some(entity);
    named == wanted
}

/// Whether a search text occurs in any of the texts.
fn found(search: Option<&str>, texts: &[&str]) -> bool {
    search.is_none_or(|search| {
        texts
            .iter()
            .any(|text| text.to_lowercase().contains(search))
    })
}

/// What the token may do: everything.
pub(crate) fn allowed<'w>() -> Value<'w> {
    Value::record(
        name!("Permission"),
        0,
        [
            ("allowed", true.into()),
            ("code", Value::Null),
            ("message", Value::Null),
        ],
    )
}

/// The picture of a person.
fn avatar<'w>(login: &str) -> Value<'w> {
    let url = format!("https://avatars.acme.example/{login}.png");
    Value::record(
        name!("Avatar"),
        mix(count(login.len())),
        [("url", url.into())],
    )
}
