//! The viewer, users, members, teams and invitations.

use apollo_compiler::name;

use super::arguments::Arguments;
use super::builds::rows_by;
use super::{Resolved, avatar, found};
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::Value;
use crate::world::catalog::{INVITATIONS, REGISTRIES, SUITES, emails};
use crate::world::chance::{count, index, pick};
use crate::world::ids::Entity;
use crate::world::people::{Person, TEAMS, Team};
use crate::world::pipelines::{PIPELINES, by_slug, pipeline};
use crate::world::{SLUG, World, people};

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
    let person = people::person(user);
    Ok(Some(match field {
        "name" => person.name.into(),
        "email" => person.email().into(),
        "bot" => person.bot.into(),
        "hasPassword" => (!person.bot).into(),
        "avatar" => avatar(person.login),
        "builds" => rows_by(world, user, arguments)?.into(),
        _ => return Ok(None),
    }))
}

pub(super) fn email<'w>(user: u64, email: u64, field: &str) -> Option<Value<'w>> {
    let person = people::person(user);
    Some(match field {
        "address" if email == 0 => person.email().into(),
        "address" => format!("{}@home.example", person.login).into(),
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
    let person = people::person(user);
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
            let mut teams: Vec<u64> = teams_of(user).collect();
            if arguments.ordered_by("RECENTLY_CREATED") {
                teams.reverse();
            } else {
                teams.sort_by_key(|team| TEAMS[index(*team)].name);
            }
            let all = teams.into_iter().map(|team| Entity::TeamMember(team, user));
            Rows::entities(all, |_| true).into()
        }
        "pipelines" => member_pipelines(user, arguments).into(),
        _ => return None,
    })
}

fn teams_of(user: u64) -> impl Iterator<Item = u64> {
    (0..)
        .zip(TEAMS)
        .filter(move |(_, team)| team.members.contains(&user))
        .map(|(team, _)| team)
}

/// The pipelines that a member reaches through a team.
fn member_pipelines<'w>(user: u64, arguments: Arguments<'_>) -> Rows<'w> {
    let search = arguments.search();
    let mut places: Vec<u64> = (0..count(PIPELINES.len()))
        .filter(|place| {
            let spec = pipeline(*place);
            teams_of(user).any(|team| TEAMS[index(team)].pipelines.contains(&spec.slug))
                && found(search.as_deref(), &[spec.name, spec.slug])
        })
        .collect();
    if arguments.ordered_by("RECENTLY_CREATED") {
        places.reverse();
    } else {
        places.sort_by_key(|place| pipeline(*place).name);
    }
    Rows::list(places.into_iter().map(|place| {
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
    let team = people::team(place);
    Some(match field {
        "name" => team.name.into(),
        "slug" => team.slug.into(),
        "description" => team.description.into(),
        "privacy" => privacy(team).into(),
        "isDefaultTeam" => (place == 0).into(),
        "defaultMemberRole" => "MEMBER".into(),
        "createdAt" => world.team_created_at(place).into(),
        "createdBy" => Entity::User(team.members[0]).into(),
        "organization" => Entity::Organization().into(),
        "membersCanCreatePipelines" | "membersCanCreateSuites" | "membersCanCreateRegistries" => {
            true.into()
        }
        "membersCanDeletePipelines"
        | "membersCanDestroyPackages"
        | "membersCanDestroyRegistries" => (!team.secret && place == 1).into(),
        "members" => team_members(place, arguments).into(),
        "pipelines" => {
            let search = arguments.search();
            let pipelines = team.pipelines.iter().filter_map(|slug| by_slug(slug));
            let name = |place: u64| pipeline(place).name;
            let all = by_name_or_newest(pipelines, name, arguments);
            let all = all
                .into_iter()
                .map(|other| Entity::TeamPipeline(place, other));
            let wanted = |entity| match entity {
                Entity::TeamPipeline(_, other) => {
                    let spec = pipeline(other);
                    found(search.as_deref(), &[spec.name, spec.slug])
                }
                _ => false,
            };
            Rows::entities(all, wanted).into()
        }
        "suites" => {
            let name = |suite: u64| SUITES[index(suite)].0;
            let all = by_name_or_newest(team.suites.iter().copied(), name, arguments);
            let all = all.into_iter().map(|suite| Entity::TeamSuite(place, suite));
            Rows::entities(all, |_| true).into()
        }
        "registries" => {
            let name = |registry: u64| REGISTRIES[index(registry)].0;
            let all = by_name_or_newest(team.registries.iter().copied(), name, arguments);
            let all = all
                .into_iter()
                .map(|registry| Entity::TeamRegistry(place, registry));
            Rows::entities(all, |_| true).into()
        }
        _ => return None,
    })
}

/// What a team has, by name, or the last that it got first.
fn by_name_or_newest(
    places: impl Iterator<Item = u64>,
    name: impl Fn(u64) -> &'static str,
    arguments: Arguments<'_>,
) -> Vec<u64> {
    let mut places: Vec<u64> = places.collect();
    if arguments.ordered_by("RECENTLY_CREATED") {
        places.reverse();
    } else {
        places.sort_by_key(|place| name(*place));
    }
    places
}

fn team_members<'w>(place: u64, arguments: Arguments<'_>) -> Rows<'w> {
    let team = people::team(place);
    let search = arguments.search();
    let roles = arguments.texts("role");
    let name = |user: u64| people::person(user).name;
    let all = by_name_or_newest(team.members.iter().copied(), name, arguments);
    let all = all.into_iter().map(|user| Entity::TeamMember(place, user));
    Rows::entities(all, |entity| {
        let Entity::TeamMember(_, user) = entity else {
            return false;
        };
        let person = people::person(user);
        found(search.as_deref(), &[person.name, &person.email()])
            && roles
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == team_role(team, user)))
    })
}

fn team_role(team: &Team, user: u64) -> &'static str {
    if team.members[..team.maintainers].contains(&user) {
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
    let team = people::team(place);
    Some(match field {
        "team" => Entity::Team(place).into(),
        "user" => Entity::User(user).into(),
        "organizationMember" => Entity::Member(user).into(),
        "role" => team_role(team, user).into(),
        "createdAt" => world
            .team_created_at(place)
            .max(world.joined_at(user))
            .into(),
        "createdBy" => Entity::User(team.members[0]).into(),
        _ => return None,
    })
}

/// What a team may do with a pipeline, a suite or a registry.
pub(super) fn team_access<'w>(
    world: &World,
    place: u64,
    to: Entity,
    field: &str,
) -> Option<Value<'w>> {
    let team = people::team(place);
    let drawn = world.draw("access", to);
    Some(match field {
        "team" => Entity::Team(place).into(),
        "pipeline" | "suite" | "registry" => to.into(),
        "accessLevel" => (*match to {
            Entity::Pipeline(_) => pick(
                &["MANAGE_BUILD_AND_READ", "BUILD_AND_READ", "READ_ONLY"],
                drawn,
            ),
            Entity::Suite(_) => pick(&["MANAGE_AND_READ", "READ_ONLY"], drawn),
            _ => pick(
                &["READ_WRITE_AND_ADMIN", "READ_AND_WRITE", "READ_ONLY"],
                drawn,
            ),
        })
        .into(),
        "createdAt" | "updatedAt" => world.team_created_at(place).after(86_400).into(),
        "createdBy" | "updatedBy" => Entity::User(team.members[0]).into(),
        _ => return None,
    })
}

pub(super) fn invitation<'w>(world: &World, place: u64, field: &str) -> Option<Value<'w>> {
    let (email, state, days) = *INVITATIONS.get(index(place))?;
    let created = world.epoch.before(days * 86_400);
    let when = |wanted: &str| (state == wanted).then(|| created.after(7 * 86_400));
    let entity = Entity::Invitation(place);
    Some(match field {
        "email" => email.into(),
        "state" => state.into(),
        "slug" => format!("{SLUG}/{}", world.uuid(entity)).into(),
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
            let team = Entity::Team(place % count(TEAMS.len()));
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
