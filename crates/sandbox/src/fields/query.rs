//! The root of queries.

use apollo_compiler::Name;

use super::arguments::Arguments;
use super::{by_id, load, type_name};
use crate::execute::Run;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::ids::Entity;

/// The code of the one access token that waits to be authorized.
const CODE: &str = "sandbox";

pub(super) fn resolve<'w>(
    run: &Run<'w>,
    field: &str,
    arguments: Arguments<'_>,
) -> Option<Value<'w>> {
    let by_uuid = || run.world.by_uuid(&arguments.text("uuid")?);
    let slug = || arguments.text("slug");
    // Slugs of things that have no slug of their own end in their UUID.
    let ending_in_uuid = || {
        let slug = slug()?;
        run.world.by_uuid(in_organization(run.world, &slug)?)
    };
    let value: Option<Value<'w>> = match field {
        "viewer" => Some(Entity::Viewer().into()),
        "node" => arguments.text("id").and_then(|id| node(run, &id)),
        "organization" => {
            let named = slug().is_some_and(|slug| slug == run.world.slug())
                || by_uuid() == Some(Entity::Organization());
            named.then(|| Entity::Organization().into())
        }
        "pipeline" => match slug() {
            Some(slug) => {
                pipeline(run.world, &slug).map(|pipeline| Entity::Pipeline(pipeline).into())
            }
            None => keep(by_uuid(), |entity| matches!(entity, Entity::Pipeline(_))),
        },
        "build" => match slug() {
            Some(slug) => build(run.world, &slug)
                .and_then(|(pipeline, number)| run.world.build(pipeline, number))
                .map(Value::from),
            None => keep(by_uuid(), |entity| matches!(entity, Entity::Build(..))),
        },
        "job" => keep(by_uuid(), |entity| matches!(entity, Entity::Job(..))),
        "artifact" => keep(by_uuid(), |entity| matches!(entity, Entity::Artifact(..))),
        "auditEvent" => keep(by_uuid(), |entity| matches!(entity, Entity::AuditEvent(_))),
        "pipelineTemplate" => keep(by_uuid(), |entity| matches!(entity, Entity::Template(_))),
        "rule" => keep(by_uuid(), |entity| matches!(entity, Entity::Rule(_))),
        "secret" => keep(by_uuid(), |entity| matches!(entity, Entity::Secret(_))),
        "notificationService" => keep(by_uuid(), |entity| {
            matches!(entity, Entity::NotificationService(_))
        }),
        "ssoProvider" => keep(by_uuid().or_else(ending_in_uuid), |entity| {
            matches!(entity, Entity::SsoProvider(_))
        }),
        "graphQLSnippet" => {
            let snippet = run.served.object_index("GraphQLSnippet");
            keep(
                by_uuid(),
                |entity| matches!(entity, Entity::Generic(ty, ..) if Some(ty) == snippet),
            )
        }
        "apiAccessTokenCode" => arguments
            .text("code")
            .filter(|code| code == CODE)
            .map(|_| run.generic("APIAccessTokenCode", 0)),
        "agent" => keep(ending_in_uuid(), |entity| {
            matches!(entity, Entity::Agent(_))
        }),
        "agentToken" => keep(ending_in_uuid(), |entity| {
            matches!(entity, Entity::AgentToken(_))
        }),
        "organizationInvitation" => keep(ending_in_uuid(), |entity| {
            matches!(entity, Entity::Invitation(_))
        }),
        // A member's slug ends in the UUID of the user.
        "organizationMember" => match ending_in_uuid() {
            Some(Entity::User(user) | Entity::Member(user)) => Some(Entity::Member(user).into()),
            _ => None,
        },
        "pipelineSchedule" => slug().and_then(|slug| {
            let (pipeline, uuid) = slug.rsplit_once('/')?;
            let pipeline = self::pipeline(run.world, pipeline)?;
            keep(
                run.world.by_uuid(uuid),
                |entity| matches!(entity, Entity::Schedule(owner, _) if owner == pipeline),
            )
        }),
        "registry" => match slug() {
            Some(slug) => (0..)
                .zip(run.world.catalog().registries)
                .find(|(_, (_, registry, _))| in_organization(run.world, &slug) == Some(registry))
                .map(|(registry, _)| Entity::Registry(registry).into()),
            None => keep(by_uuid(), |entity| matches!(entity, Entity::Registry(_))),
        },
        "team" => slug().and_then(|slug| {
            let slug = in_organization(run.world, &slug)?;
            let mut teams = run.world.teams();
            teams
                .find(|(_, team)| team.slug == slug)
                .map(|(team, _)| Entity::Team(team).into())
        }),
        _ => return None,
    };
    Some(value.unwrap_or(Value::Null))
}

fn keep<'w>(entity: Option<Entity>, wanted: impl Fn(Entity) -> bool) -> Option<Value<'w>> {
    entity.filter(|entity| wanted(*entity)).map(Value::from)
}

/// What follows the organization in a slug.
fn in_organization<'s>(world: &World, slug: &'s str) -> Option<&'s str> {
    slug.strip_prefix(world.slug())?.strip_prefix('/')
}

fn pipeline(world: &World, slug: &str) -> Option<u64> {
    world.pipeline_by_slug(in_organization(world, slug)?)
}

fn build(world: &World, slug: &str) -> Option<(u64, u64)> {
    let (pipeline, number) = slug.rsplit_once('/')?;
    Some((self::pipeline(world, pipeline)?, number.parse().ok()?))
}

/// Any object that implements `Node`, by its ID.
fn node<'w>(run: &Run<'w>, id: &str) -> Option<Value<'w>> {
    // A plain UUID is not an ID.
    crate::world::ids::split_node_id(id)?;
    let node = load(run.world, Node::Entity(by_id(run, id)?))?;
    let name: &str = type_name(run, &node);
    let is_node = run
        .served
        .possible("Node")
        .into_iter()
        .map(Name::as_str)
        .any(|possible| possible == name);
    is_node.then(|| node.into())
}
