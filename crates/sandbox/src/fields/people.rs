//! The viewer, users, members, teams and invitations.

use std::cmp::Reverse;

use apollo_compiler::name;

use super::arguments::Arguments;
use super::builds::rows_by;
use super::{Resolved, avatar, found};
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::Value;
use crate::world::World;
use crate::world::cast::catalog::{INVITATIONS, REGISTRIES, SUITES};
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::people::{Person, Team, emails};
use crate::world::time::Time;

/// The index of the person whose token is used.
pub(crate) const VIEWER: u64 = 0;
/// The team that everyone is in.
const EVERYONE: u64 = 0;
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
            Rows::entities(all, wanted).into()
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
        "email" => person.email().into(),
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
        person.email()
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
            let mut teams: Vec<(u64, &Team)> = teams_of(world, user).collect();
            if arguments.ordered_by("RECENTLY_CREATED") {
                teams.reverse();
            } else {
                teams.sort_by_key(|(_, team)| &team.name);
            }
            let all = teams
                .into_iter()
                .map(|(team, _)| Entity::TeamMember(team, user));
            Rows::entities(all, |_| true).into()
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
    let mut pipelines: Vec<_> = world
        .pipelines()
        .filter(|(place, pipeline)| {
            teams_of(world, user).any(|(_, team)| team.pipelines.contains(place))
                && found(search.as_deref(), &[&pipeline.name, &pipeline.slug])
        })
        .collect();
    if arguments.ordered_by("RECENTLY_CREATED") {
        pipelines.reverse();
    } else {
        pipelines.sort_by_key(|(_, pipeline)| &pipeline.name);
    }
    Rows::list(pipelines.into_iter().map(|(place, _)| {
        let entity = Entity::Pipeline(place);
        Value::record(
            name!("OrganizationMemberPipeline"),
            entity.hash(),
            [("pipeline", entity.into())],
        )
    }))
}

pub(super) fn team<'w>(
    world: &'w World,
    place: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Option<Value<'w>> {
    let team = world.team(place)?;
    let got = |thing| granted_at(world, place, thing);
    Some(match field {
        "name" => team.name.as_str().into(),
        "slug" => team.slug.as_str().into(),
        "description" => team.description.as_str().into(),
        "privacy" => privacy(team).into(),
        "isDefaultTeam" => (place == EVERYONE).into(),
        "defaultMemberRole" => "MEMBER".into(),
        "createdAt" => team.created_at.into(),
        "createdBy" => team.founder().map(Entity::User).into(),
        "organization" => Entity::Organization().into(),
        "membersCanCreatePipelines" | "membersCanCreateSuites" | "membersCanCreateRegistries" => {
            true.into()
        }
        "membersCanDeletePipelines"
        | "membersCanDestroyPackages"
        | "membersCanDestroyRegistries" => (!team.secret && place == 1).into(),
        "members" => team_members(world, place, arguments).into(),
        "pipelines" => {
            let search = arguments.search();
            let name = |place: u64| world.pipeline(place).map(|pipeline| pipeline.name.as_str());
            let all = by_name_or_newest(
                team.pipelines.iter().copied(),
                name,
                |other| got(Entity::Pipeline(other)),
                arguments,
            );
            let all = all
                .into_iter()
                .map(|other| Entity::TeamPipeline(place, other));
            let wanted = |entity| match entity {
                Entity::TeamPipeline(_, other) => world
                    .pipeline(other)
                    .is_some_and(|spec| found(search.as_deref(), &[&spec.name, &spec.slug])),
                _ => false,
            };
            Rows::entities(all, wanted).into()
        }
        "suites" => {
            let name = |suite: u64| SUITES.get(index(suite)).map(|suite| suite.0);
            let all = by_name_or_newest(
                team.suites.iter().copied(),
                name,
                |suite| got(Entity::Suite(suite)),
                arguments,
            );
            let all = all.into_iter().map(|suite| Entity::TeamSuite(place, suite));
            Rows::entities(all, |_| true).into()
        }
        "registries" => {
            let name = |registry: u64| REGISTRIES.get(index(registry)).map(|registry| registry.0);
            let all = by_name_or_newest(
                team.registries.iter().copied(),
                name,
                |registry| got(Entity::Registry(registry)),
                arguments,
            );
            let all = all
                .into_iter()
                .map(|registry| Entity::TeamRegistry(place, registry));
            Rows::entities(all, |_| true).into()
        }
        _ => return None,
    })
}

/// What a team has, by name, or the last that it got first.
fn by_name_or_newest<'n>(
    places: impl Iterator<Item = u64>,
    name: impl Fn(u64) -> Option<&'n str>,
    since: impl Fn(u64) -> Time,
    arguments: Arguments<'_>,
) -> Vec<u64> {
    let mut places: Vec<u64> = places.collect();
    if arguments.ordered_by("RECENTLY_CREATED") {
        places.sort_by_key(|place| Reverse((since(*place), *place)));
    } else {
        places.sort_by_key(|place| name(*place));
    }
    places
}

fn team_members<'w>(world: &World, place: u64, arguments: Arguments<'_>) -> Rows<'w> {
    let Some(team) = world.team(place) else {
        return Rows::entities([], |_| false);
    };
    let search = arguments.search();
    let roles = arguments.texts("role");
    let name = |user: u64| world.person(user).map(|person| person.name.as_str());
    let joined = |user| member_since(world, place, user);
    let users = team.members.iter().map(|member| member.user);
    let all = by_name_or_newest(users, name, joined, arguments);
    let all = all.into_iter().map(|user| Entity::TeamMember(place, user));
    Rows::entities(all, |entity| {
        let Entity::TeamMember(_, user) = entity else {
            return false;
        };
        let Some(person) = world.person(user) else {
            return false;
        };
        found(search.as_deref(), &[&person.name, &person.email()])
            && roles
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == team_role(team, user)))
    })
}

/// When a person joined a team: once there were both.
fn member_since(world: &World, place: u64, user: u64) -> Time {
    team_created_at(world, place).max(world.joined_at(user))
}

fn team_created_at(world: &World, team: u64) -> Time {
    world.team(team).map_or(world.epoch, |team| team.created_at)
}

fn team_role(team: &Team, user: u64) -> &'static str {
    if team.member(user).is_some_and(|member| member.maintainer) {
        "MAINTAINER"
    } else {
        "MEMBER"
    }
}

pub(super) fn team_member<'w>(
    world: &World,
    place: u64,
    user: u64,
    field: &str,
) -> Option<Value<'w>> {
    let team = world.team(place)?;
    Some(match field {
        "team" => Entity::Team(place).into(),
        "user" => Entity::User(user).into(),
        "organizationMember" => Entity::Member(user).into(),
        "role" => team_role(team, user).into(),
        "createdAt" => member_since(world, place, user).into(),
        "createdBy" => team.founder().map(Entity::User).into(),
        _ => return None,
    })
}

/// The teams that have a pipeline, a suite or a registry, the one that owns it first:
/// the first with a purpose, so the team of everyone comes last.
fn teams_of_thing(world: &World, thing: Entity) -> impl Iterator<Item = u64> {
    let has = move |team: &Team| match thing {
        Entity::Pipeline(place) => team.pipelines.contains(&place),
        Entity::Suite(place) => team.suites.contains(&place),
        Entity::Registry(place) => team.registries.contains(&place),
        _ => false,
    };
    let (everyone, others): (Vec<_>, Vec<_>) = world
        .teams()
        .filter(|(_, team)| has(team))
        .map(|(place, _)| place)
        .partition(|place| *place == EVERYONE);
    others.into_iter().chain(everyone)
}

/// The teams that have a thing, by name or the last that got it first.
pub(super) fn teams_with(world: &World, thing: Entity, arguments: Arguments<'_>) -> Vec<u64> {
    let mut teams: Vec<u64> = teams_of_thing(world, thing).collect();
    if arguments.ordered_by("RECENTLY_CREATED") {
        teams.sort_by_key(|team| Reverse((granted_at(world, *team, thing), *team)));
    } else {
        teams.sort_by_key(|team| world.team(*team).map(|team| &team.name));
    }
    teams
}

/// When a team got a thing: once there were both.
fn granted_at(world: &World, team: u64, thing: Entity) -> Time {
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
    let granted = granted_at(world, place, to);
    Some(match field {
        "team" => Entity::Team(place).into(),
        "pipeline" | "suite" | "registry" => to.into(),
        "accessLevel" => (match (to, teams_of_thing(world, to).next() == Some(place)) {
            (Entity::Pipeline(_), true) => "MANAGE_BUILD_AND_READ",
            (Entity::Suite(_), true) => "MANAGE_AND_READ",
            (_, true) => "READ_WRITE_AND_ADMIN",
            (Entity::Suite(_), false) => "READ_ONLY",
            (_, false) if place == EVERYONE => "READ_ONLY",
            (Entity::Pipeline(_), false) => "BUILD_AND_READ",
            (_, false) => "READ_AND_WRITE",
        })
        .into(),
        "createdAt" | "updatedAt" => granted.into(),
        "createdBy" | "updatedBy" => team.founder().map(Entity::User).into(),
        _ => return None,
    })
}

pub(super) fn invitation<'w>(world: &World, place: u64, field: &str) -> Option<Value<'w>> {
    let (email, state, days) = *INVITATIONS.get(index(place))?;
    let created = world.epoch.before(days * 86_400);
    let when = |wanted: &str| (state == wanted).then(|| created.after(7 * 86_400));
    let entity = Entity::Invitation(place);
    let teams = count(world.state.teams.len());
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
        "teams" => Rows::range(1, move |_| {
            let team = Entity::Team(place % teams.max(1));
            Value::record(
                name!("OrganizationInvitationTeamAssignment"),
                entity.hash(),
                [("team", team.into()), ("role", "MEMBER".into())],
            )
        })
        .into(),
        _ => return None,
    })
}
