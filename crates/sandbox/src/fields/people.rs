//! The viewer, users, members, teams and invitations.

use apollo_compiler::name;

use super::arguments::Arguments;
use super::builds::rows_by;
use super::order::Order;
use super::{Resolved, avatar, found};
use crate::connection::{Key, Rows};
use crate::execute::Run;
use crate::value::Value;
use crate::world::World;
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::people::{Access, Freedom, Granted, Person, Team, emails};
use crate::world::time::Time;

/// The index of the person whose token is used.
pub(crate) const VIEWER: u64 = 0;
/// How members sign in.
pub(super) const SSO_MODE: &str = "OPTIONAL";

/// The role of a person in the organization.
pub(super) fn role(person: &Person) -> &'static str {
    if person.admin { "ADMIN" } else { "MEMBER" }
}

/// Who sees a team.
pub(super) fn privacy(team: &Team) -> &'static str {
    if team.secret { "SECRET" } else { "VISIBLE" }
}

pub(super) fn viewer<'w>(run: &Run<'w>, field: &str, arguments: Arguments<'_>) -> Resolved<'w> {
    Ok(Some(match field {
        "user" => Entity::User(VIEWER).into(),
        "builds" => rows_by(run.world, VIEWER, arguments)?.into(),
        "organizations" => Rows::range(1, |_| Entity::Organization()).into(),
        "emails" => {
            let verified = arguments.flag("verified");
            let all = (0..emails(VIEWER)).map(|email| Entity::Email(VIEWER, email));
            let wanted = |entity| match entity {
                Entity::Email(_, email) => verified.is_none_or(|wanted| wanted == (email == 0)),
                _ => false,
            };
            let all = all.filter(|email| wanted(*email));
            Rows::list(all).into()
        }
        "authorizations" => {
            let types = arguments.texts("type");
            let wanted = types.is_none_or(|types| types.iter().any(|one| one == "GITHUB"));
            let github = run.generic("AuthorizationGitHub", 0);
            Rows::list(wanted.then_some(github)).into()
        }
        _ => return Ok(None),
    }))
}

pub(super) fn user<'w>(
    world: &'w World,
    user: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let Some(person) = world.person(user) else {
        return Ok(None);
    };
    Ok(Some(match field {
        "name" => person.name.as_str().into(),
        "email" => person.email.as_str().into(),
        "bot" => person.bot.into(),
        "hasPassword" => (!person.bot).into(),
        "avatar" => avatar(&person.login),
        "builds" => rows_by(world, user, arguments)?.into(),
        _ => return Ok(None),
    }))
}

/// One of the addresses of a person, the one to sign in with first.
pub(super) fn address(world: &World, user: u64, email: u64) -> Option<String> {
    let person = world.person(user)?;
    Some(if email == 0 {
        person.email.clone()
    } else {
        format!("{}@home.example", person.login)
    })
}

pub(super) fn email<'w>(world: &World, user: u64, email: u64, field: &str) -> Option<Value<'w>> {
    Some(match field {
        "address" => address(world, user, email).into(),
        "primary" | "verified" => (email == 0).into(),
        _ => return None,
    })
}

pub(super) fn member<'w>(
    world: &'w World,
    user: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Option<Value<'w>> {
    let person = world.person(user)?;
    let entity = Entity::Member(user);
    Some(match field {
        "user" => Entity::User(user).into(),
        "organization" => Entity::Organization().into(),
        "role" => role(person).into(),
        "complimentary" => person.bot.into(),
        "createdAt" => world.joined_at(user).into(),
        "createdBy" => (user > 0).then_some(Entity::User(VIEWER)).into(),
        "lastSeenAt" => world.last_seen_at(user).into(),
        "security" => Value::record(
            name!("OrganizationMemberSecurity"),
            entity.hash(),
            [
                ("twoFactorEnabled", person.two_factor.into()),
                ("passwordProtected", (!person.bot).into()),
            ],
        ),
        "sso" => Value::record(
            name!("OrganizationMemberSSO"),
            entity.hash(),
            [("mode", SSO_MODE.into())],
        ),
        "teams" => {
            let order = Order::named_unless(arguments, "RECENTLY_CREATED");
            let teams = teams_of(world, user);
            Rows::entities(teams.map(|(number, team)| {
                (
                    order.key(&team.name, number),
                    Entity::TeamMember(number, user),
                )
            }))
            .into()
        }
        "pipelines" => member_pipelines(world, user, arguments).into(),
        _ => return None,
    })
}

fn teams_of(world: &World, user: u64) -> impl Iterator<Item = (u64, &Team)> {
    world
        .teams()
        .map(|(place, team)| (place, &**team))
        .filter(move |(_, team)| team.member(user).is_some())
}

/// The pipelines that a member reaches through a team.
fn member_pipelines<'w>(world: &World, user: u64, arguments: Arguments<'_>) -> Rows<'w> {
    let search = arguments.search();
    let order = Order::named_unless(arguments, "RECENTLY_CREATED");
    let mut pipelines: Vec<(Key, Value<'w>)> = world
        .pipelines()
        .filter(|(place, pipeline)| {
            teams_of(world, user).any(|(_, team)| team.pipeline(*place).is_some())
                && found(search.as_deref(), &[&pipeline.name, &pipeline.slug])
        })
        .map(|(place, pipeline)| {
            let entity = Entity::Pipeline(place);
            let record = Value::record(
                name!("OrganizationMemberPipeline"),
                entity.hash(),
                [("pipeline", entity.into())],
            );
            (order.key(&pipeline.name, place), record)
        })
        .collect();
    pipelines.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Rows::keyed(count(pipelines.len()), move |row| {
        pipelines[index(row)].clone()
    })
}

pub(super) fn team<'w>(
    world: &'w World,
    place: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Option<Value<'w>> {
    let team = world.team(place)?;
    let can = |freedom| Value::from(team.members_can.contains(&freedom));
    Some(match field {
        "name" => team.name.as_str().into(),
        "slug" => team.slug.as_str().into(),
        "description" => team.description.as_deref().into(),
        "privacy" => privacy(team).into(),
        "isDefaultTeam" => team.is_default.into(),
        "defaultMemberRole" => role_in_team(team.joins_as_maintainer).into(),
        "createdAt" => team.created_at.into(),
        "createdBy" => team.founder().map(Entity::User).into(),
        "organization" => Entity::Organization().into(),
        "membersCanCreatePipelines" => can(Freedom::CreatePipelines),
        "membersCanCreateRegistries" => can(Freedom::CreateRegistries),
        "membersCanCreateSuites" => can(Freedom::CreateSuites),
        "membersCanDeletePipelines" => can(Freedom::DeletePipelines),
        "membersCanDestroyPackages" => can(Freedom::DestroyPackages),
        "membersCanDestroyRegistries" => can(Freedom::DestroyRegistries),
        "members" => team_members(world, place, arguments).into(),
        "pipelines" => {
            let search = arguments.search();
            let pipelines = team.pipelines.iter().filter_map(|access| {
                let spec = world.pipeline(access.to)?;
                let is_wanted = found(search.as_deref(), &[&spec.name, &spec.slug]);
                is_wanted.then_some((access, &*spec.name))
            });
            accesses(world, place, pipelines, Entity::Pipeline, arguments).into()
        }
        "suites" => {
            let suites = world.catalog().suites;
            let suites = team.suites.iter().filter_map(|access| {
                let (name, ..) = suites.get(index(access.to))?;
                Some((access, *name))
            });
            accesses(world, place, suites, Entity::Suite, arguments).into()
        }
        "registries" => {
            let registries = world.catalog().registries;
            let registries = team.registries.iter().filter_map(|access| {
                let (name, ..) = registries.get(index(access.to))?;
                Some((access, *name))
            });
            accesses(world, place, registries, Entity::Registry, arguments).into()
        }
        _ => return None,
    })
}

/// What a team has, by name, or the last that it got first.
fn accesses<'w, 'n>(
    world: &World,
    team: u64,
    things: impl Iterator<Item = (&'n Access, &'n str)>,
    thing: fn(u64) -> Entity,
    arguments: Arguments<'_>,
) -> Rows<'w> {
    let by_name = !arguments.ordered_by("RECENTLY_CREATED");
    Rows::entities(things.filter_map(|(access, name)| {
        let entity = thing(access.to);
        let key = if by_name {
            Order::Name.key(name, access.to)
        } else {
            latest(granted_at(world, team, entity), access.to)
        };
        Some((key, access_entity(team, entity)?))
    }))
}

/// Where something stands if what happened last comes first.
fn latest(at: Time, number: u64) -> Key {
    let number = u128::from(u32::MAX) - u128::from(number & u64::from(u32::MAX));
    (u128::from(at.newest_first()) << 32 | number).into()
}

/// A team's access to a thing, as an entity.
fn access_entity(team: u64, thing: Entity) -> Option<Entity> {
    Some(match thing {
        Entity::Pipeline(pipeline) => Entity::TeamPipeline(team, pipeline),
        Entity::Suite(suite) => Entity::TeamSuite(team, suite),
        Entity::Registry(registry) => Entity::TeamRegistry(team, registry),
        _ => return None,
    })
}

fn team_members<'w>(world: &World, place: u64, arguments: Arguments<'_>) -> Rows<'w> {
    let search = arguments.search();
    let roles = arguments.texts("role");
    let by_name = !arguments.ordered_by("RECENTLY_CREATED");
    let members = world.team(place).into_iter().flat_map(|team| &team.members);
    Rows::entities(members.filter_map(|member| {
        let person = world.person(member.user)?;
        let role = role_in_team(member.maintainer);
        let is_wanted = found(search.as_deref(), &[&person.name, &person.email])
            && roles
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == role));
        let key = if by_name {
            Order::Name.key(&person.name, member.user)
        } else {
            latest(member_since(world, place, member.user), member.user)
        };
        is_wanted.then_some((key, Entity::TeamMember(place, member.user)))
    }))
}

/// When a person joined a team: once there were both.
fn member_since(world: &World, place: u64, user: u64) -> Time {
    let team = world.team(place);
    let known = team.and_then(|team| team.member(user)?.granted);
    known.map_or_else(
        || team_created_at(world, place).max(world.joined_at(user)),
        |granted| granted.at,
    )
}

fn team_created_at(world: &World, team: u64) -> Time {
    world.team(team).map_or(world.epoch, |team| team.created_at)
}

fn role_in_team(maintainer: bool) -> &'static str {
    if maintainer { "MAINTAINER" } else { "MEMBER" }
}

pub(super) fn team_member<'w>(
    world: &World,
    place: u64,
    user: u64,
    field: &str,
) -> Option<Value<'w>> {
    let team = world.team(place)?;
    let member = team.member(user)?;
    Some(match field {
        "team" => Entity::Team(place).into(),
        "user" => Entity::User(user).into(),
        "organizationMember" => Entity::Member(user).into(),
        "role" => role_in_team(member.maintainer).into(),
        "createdAt" => member_since(world, place, user).into(),
        "createdBy" => given_by(team, member.granted),
        _ => return None,
    })
}

/// Who gave something to a team or a person in it: the one who is known, or the team's
/// founder.
fn given_by<'w>(team: &Team, granted: Option<Granted>) -> Value<'w> {
    let by = granted.map(|granted| granted.by).or_else(|| team.founder());
    by.map(Entity::User).into()
}

/// A team's access to a thing.
fn access_to(team: &Team, thing: Entity) -> Option<&Access> {
    match thing {
        Entity::Pipeline(place) => team.pipeline(place),
        Entity::Suite(place) => team.suite(place),
        Entity::Registry(place) => team.registry(place),
        _ => None,
    }
}

/// The teams that have a thing, by name or the last that got it first.
pub(super) fn teams_with<'w>(world: &World, thing: Entity, arguments: Arguments<'_>) -> Rows<'w> {
    let search = arguments.search();
    let by_name = !arguments.ordered_by("RECENTLY_CREATED");
    let teams = world.teams().filter(|(_, team)| {
        access_to(team, thing).is_some() && found(search.as_deref(), &[&team.name, &team.slug])
    });
    Rows::entities(teams.filter_map(|(number, team)| {
        let key = if by_name {
            Order::Name.key(&team.name, number)
        } else {
            latest(granted_at(world, number, thing), number)
        };
        Some((key, access_entity(number, thing)?))
    }))
}

/// When a team got a thing: once there were both.
fn granted_at(world: &World, team: u64, thing: Entity) -> Time {
    let known = world
        .team(team)
        .and_then(|team| access_to(team, thing)?.granted);
    if let Some(granted) = known {
        return granted.at;
    }
    let made = match thing {
        Entity::Pipeline(place) => world
            .pipeline(place)
            .map_or(world.epoch, |pipeline| pipeline.created_at),
        _ => super::catalog::created_at(world, thing),
    };
    team_created_at(world, team).max(made).after(86_400)
}

/// What a team may do with a pipeline, a suite or a registry.
pub(super) fn team_access<'w>(
    world: &World,
    place: u64,
    to: Entity,
    field: &str,
) -> Option<Value<'w>> {
    let team = world.team(place)?;
    let access = access_to(team, to)?;
    let granted = granted_at(world, place, to);
    Some(match field {
        "team" => Entity::Team(place).into(),
        "pipeline" | "suite" | "registry" => to.into(),
        "accessLevel" => access.level.as_str().into(),
        "createdAt" | "updatedAt" => granted.into(),
        "createdBy" | "updatedBy" => given_by(team, access.granted),
        _ => return None,
    })
}

pub(super) fn invitation<'w>(world: &'w World, place: u64, field: &str) -> Option<Value<'w>> {
    let (email, state, days) = *world.catalog().invitations.get(index(place))?;
    let created = world.epoch.before(days * 86_400);
    let when = |wanted: &str| (state == wanted).then(|| created.after(7 * 86_400));
    let entity = Entity::Invitation(place);
    // One of the teams that there were when people were invited.
    let teams = &world.origin().teams;
    let team = teams.at(place % teams.len().max(1));
    let team = team.filter(|team| world.team(*team).is_some());
    Some(match field {
        "email" => email.into(),
        "state" => state.into(),
        "slug" => format!("{}/{}", world.slug(), world.uuid(entity)).into(),
        "role" => "MEMBER".into(),
        "createdAt" => created.into(),
        "createdBy" => Entity::User(VIEWER).into(),
        "acceptedAt" => when("ACCEPTED").into(),
        "acceptedBy" => when("ACCEPTED").map(|_| Entity::User(14)).into(),
        "expiredAt" => when("EXPIRED").into(),
        "revokedAt" => when("REVOKED").into(),
        "revokedBy" => when("REVOKED").map(|_| Entity::User(VIEWER)).into(),
        "organization" => Entity::Organization().into(),
        "sso" => Value::record(
            name!("OrganizationInvitationSSOType"),
            entity.hash(),
            [("mode", SSO_MODE.into())],
        ),
        "teams" => Rows::list(team.map(|team| {
            let team = Entity::Team(team);
            Value::record(
                name!("OrganizationInvitationTeamAssignment"),
                entity.hash(),
                [("team", team.into()), ("role", "MEMBER".into())],
            )
        }))
        .into(),
        _ => return None,
    })
}
