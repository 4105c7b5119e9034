//! The organization and its collections.

use apollo_compiler::name;
use apollo_compiler::resolvers::FieldError;

use super::arguments::Arguments;
use super::jobs::{filter as job_filter, found_rows, order as job_order};
use super::{Resolved, audit, by_id, found, selected};
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::Value;
use crate::world::cast::catalog::{
    AGENT_TOKENS, API_ACCESS_TOKENS, INVITATIONS, REGISTRIES, RULES, SSO_PROVIDERS, SUITES,
    TEMPLATES,
};
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::people::Team;

pub(super) fn resolve<'w>(run: &Run<'w>, field: &str, arguments: Arguments<'_>) -> Resolved<'w> {
    let world = run.world;
    Ok(Some(match field {
        "name" => world.state.name.as_str().into(),
        "slug" => world.slug().into(),
        "public" => false.into(),
        "isTeamsEnabled" => true.into(),
        "membersRequireTwoFactorAuthentication" => false.into(),
        "iconUrl" => "https://avatars.acme.example/acme-inc.png".into(),
        "allowedApiIpAddresses" => "0.0.0.0/0".into(),
        "repositoryProviders" => Value::list([
            run.generic("OrganizationRepositoryProviderGitHub", 0),
            run.generic("OrganizationRepositoryProviderGitHubEnterpriseServer", 0),
        ]),
        "pipelines" => pipelines(run, arguments)?.into(),
        "agents" => agents(run, arguments).into(),
        "jobs" => {
            let found = world.find_jobs(None, &job_filter(run, arguments)?, job_order(arguments));
            found_rows(world, found).into()
        }
        "members" => members(run, arguments)?.into(),
        "teams" => teams(run, arguments).into(),
        "auditEvents" => audit::rows(run, arguments)?.into(),
        "cluster" => match arguments.text("id").and_then(|id| by_id(run, &id)) {
            Some(cluster @ Entity::Cluster(_)) => cluster.into(),
            _ => Value::Null,
        },
        "clusters" => {
            let names = world.clusters().map(|(_, cluster)| cluster.name.as_str());
            let by_name = !arguments.ordered_by("RECENTLY_CREATED");
            Rows::entities(ordered(names, by_name, Entity::Cluster), |_| true).into()
        }
        "agentTokens" => {
            let revoked = arguments.flag("revoked");
            let all = (0..count(AGENT_TOKENS.len())).map(Entity::AgentToken);
            let wanted = |entity| match entity {
                Entity::AgentToken(token) => {
                    revoked.is_none_or(|wanted| wanted == AGENT_TOKENS[index(token)].1.is_some())
                }
                _ => false,
            };
            Rows::entities(all, wanted).into()
        }
        "apiAccessTokens" => {
            Rows::range(count(API_ACCESS_TOKENS.len()), Entity::ApiAccessToken).into()
        }
        "banners" => Rows::range(1, |_| Entity::Banner()).into(),
        "invitations" => {
            let states = arguments.texts("state");
            let emails = INVITATIONS.iter().map(|(email, ..)| *email);
            // The table has the newest first.
            let all: Vec<Entity> = if arguments.ordered_by("EMAIL") {
                ordered(emails, true, Entity::Invitation)
            } else {
                (0..count(INVITATIONS.len()))
                    .map(Entity::Invitation)
                    .collect()
            };
            let wanted = |entity| match (entity, &states) {
                (Entity::Invitation(invitation), Some(states)) => states
                    .iter()
                    .any(|state| state == INVITATIONS[index(invitation)].1),
                _ => true,
            };
            Rows::entities(all, wanted).into()
        }
        "pipelineTemplates" => {
            let names = TEMPLATES.iter().map(|template| template.name);
            let by_name = !arguments.ordered_by("RECENTLY_CREATED");
            Rows::entities(ordered(names, by_name, Entity::Template), |_| true).into()
        }
        "registries" => {
            let named = by_name(arguments);
            let names = REGISTRIES.iter().map(|(name, ..)| *name);
            let search = arguments.search();
            let wanted = |entity| match entity {
                Entity::Registry(registry) => {
                    let (name, slug, _) = REGISTRIES[index(registry)];
                    found(search.as_deref(), &[name, slug])
                        && in_team(run, arguments, |team| team.registries.contains(&registry))
                }
                _ => false,
            };
            let rows = ordered(names, named, Entity::Registry);
            created(run, arguments, rows, wanted)?.into()
        }
        "suites" => {
            let named = by_name(arguments);
            let names = SUITES.iter().map(|(name, ..)| *name);
            let search = arguments.search();
            let wanted = |entity| match entity {
                Entity::Suite(suite) => {
                    let (name, slug, _) = SUITES[index(suite)];
                    found(search.as_deref(), &[name, slug])
                        && in_team(run, arguments, |team| team.suites.contains(&suite))
                }
                _ => false,
            };
            let rows = ordered(names, named, Entity::Suite);
            created(run, arguments, rows, wanted)?.into()
        }
        "rules" => rules(run, arguments).into(),
        "sso" => {
            let hash = Entity::Organization().hash();
            let mut providers = SSO_PROVIDERS.iter();
            let enabled = providers.find(|(_, _, state)| *state == "ENABLED");
            let provider = enabled.map(|(_, kind, _)| {
                let name = [("name", (*kind).into())];
                Value::record(name!("OrganizationSSOProvider"), hash, name)
            });
            let fields = [
                ("isEnabled", enabled.is_some().into()),
                ("provider", provider.into()),
            ];
            Value::record(name!("OrganizationSSO"), hash, fields)
        }
        "ssoProviders" => Rows::range(count(SSO_PROVIDERS.len()), Entity::SsoProvider).into(),
        _ => return Ok(None),
    }))
}

fn by_name(arguments: Arguments<'_>) -> bool {
    !arguments.ordered_by("RECENTLY_CREATED")
}

/// The entities of a table by name, or the last (the newest) first.
fn ordered<'n>(
    names: impl Iterator<Item = &'n str>,
    by_name: bool,
    entity: impl Fn(u64) -> Entity,
) -> Vec<Entity> {
    let mut places: Vec<(&str, u64)> = names.zip(0..).collect();
    if by_name {
        places.sort_unstable_by_key(|(name, place)| (name.to_lowercase(), *place));
    } else {
        places.reverse();
    }
    places.into_iter().map(|(_, place)| entity(place)).collect()
}

/// Those that are wanted and made between `createdAtFrom` and `createdAtTo`.
fn created<'w>(
    run: &Run<'w>,
    arguments: Arguments<'_>,
    ordered: Vec<Entity>,
    wanted: impl Fn(Entity) -> bool,
) -> Result<Rows<'w>, FieldError> {
    let (from, to) = (
        arguments.time("createdAtFrom")?,
        arguments.time("createdAtTo")?,
    );
    Ok(Rows::entities(ordered, |entity| {
        let at = super::catalog::created_at(run.world, entity);
        wanted(entity) && from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
    }))
}

/// Whether the team that the arguments name, if any, has what is asked about.
fn in_team(run: &Run<'_>, arguments: Arguments<'_>, has: impl Fn(&Team) -> bool) -> bool {
    let Some(selector) = arguments.text("team") else {
        return true;
    };
    let (text, wanted) = match selector.strip_prefix('!') {
        Some(text) => (text, false),
        None => (selector.as_str(), true),
    };
    let found = run.world.teams().any(|(place, team)| {
        (team.slug == text || by_id(run, text) == Some(Entity::Team(place))) && has(team)
    });
    found == wanted
}

fn pipelines<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Result<Rows<'w>, FieldError> {
    let world = run.world;
    let search = arguments.search();
    let cluster = arguments.text("cluster").map(|id| by_id(run, &id));
    let tags = arguments.texts("tags");
    let archived = arguments.flag("archived");
    let favorite = arguments.flag("favorite");
    let clustered = arguments.flag("clustered").unwrap_or(true);
    let repository = arguments
        .object("repository")
        .and_then(|repository| repository.text("url"));
    let (from, to) = (
        arguments.time("createdAtFrom")?,
        arguments.time("createdAtTo")?,
    );
    let mut all = ordered(
        world
            .pipelines()
            .map(|(_, pipeline)| pipeline.name.as_str()),
        by_name(arguments),
        Entity::Pipeline,
    );
    if arguments.ordered_by("NAME_WITH_FAVORITES_FIRST") {
        all.sort_by_key(|entity| match entity {
            Entity::Pipeline(place) => !world.pipeline(*place).is_some_and(|it| it.favorite),
            _ => true,
        });
    }
    Ok(Rows::entities(all, |entity| {
        let Entity::Pipeline(place) = entity else {
            return false;
        };
        let Some(spec) = world.pipeline(place) else {
            return false;
        };
        let at = spec.created_at;
        clustered
            && found(search.as_deref(), &[&spec.name, &spec.slug])
            && archived.is_none_or(|wanted| wanted == spec.archived)
            && favorite.is_none_or(|wanted| wanted == spec.favorite)
            && cluster
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Cluster(spec.cluster)))
            && repository
                .as_ref()
                .is_none_or(|wanted| *wanted == super::pipelines::repository_url(spec))
            && tags
                .as_ref()
                .is_none_or(|wanted| wanted.iter().all(|tag| spec.tags.contains(tag)))
            && in_team(run, arguments, |team| team.pipelines.contains(&place))
            && from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
    }))
}

fn agents<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Rows<'w> {
    let world = run.world;
    let search = arguments.search();
    let clustered = arguments.flag("clustered").unwrap_or(true);
    let cluster = arguments.text("cluster").map(|id| by_id(run, &id));
    let queues: Option<Vec<Option<Entity>>> = arguments
        .texts("clusterQueue")
        .map(|ids| ids.iter().map(|id| by_id(run, id)).collect());
    let busy = arguments.flag("isRunningJob");
    let paused = arguments.flag("paused");
    let meta_data = arguments.texts("metaData");
    let all = (0..world.agent_count()).map(Entity::Agent);
    Rows::entities(all, |entity| {
        let Entity::Agent(place) = entity else {
            return false;
        };
        let Some(agent) = world.agent(place) else {
            return false;
        };
        let Some(queue) = world.queue(agent.queue) else {
            return false;
        };
        clustered
            && found(search.as_deref(), &[&agent.name])
            && cluster
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Cluster(queue.cluster)))
            && queues
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&Some(Entity::Queue(agent.queue))))
            && busy.is_none_or(|wanted| wanted == world.running_on(place).is_some())
            && paused.is_none_or(|wanted| wanted == agent.paused)
            && meta_data.as_ref().is_none_or(|wanted| {
                let has = super::agents::meta_data(world, &agent);
                wanted.iter().all(|pair| has.contains(pair))
            })
    })
}

fn members<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Result<Rows<'w>, FieldError> {
    let world = run.world;
    let search = arguments.search();
    let email = arguments.text("email");
    let roles = arguments.texts("role");
    let inactive = arguments.time("inactiveSince")?;
    let security = arguments.object("security");
    let two_factor = security.and_then(|security| security.flag("twoFactorEnabled"));
    let password = security.and_then(|security| security.flag("passwordProtected"));
    let sso = arguments.object("sso").and_then(|sso| sso.text("mode"));
    let by_name = arguments.ordered_by("NAME") || arguments.ordered_by("RELEVANCE");
    let names = world.people().map(|(_, person)| person.name.as_str());
    Ok(Rows::entities(
        ordered(names, by_name, Entity::Member),
        |entity| {
            let Entity::Member(user) = entity else {
                return false;
            };
            let Some(person) = world.person(user) else {
                return false;
            };
            let address = person.email();
            found(search.as_deref(), &[&person.name, &address])
                && email.as_ref().is_none_or(|wanted| *wanted == address)
                && roles.as_ref().is_none_or(|wanted| {
                    wanted
                        .iter()
                        .any(|role| role == super::people::role(person))
                })
                && inactive.is_none_or(|since| world.last_seen_at(user) < since)
                && two_factor.is_none_or(|wanted| wanted == person.two_factor)
                && password.is_none_or(|wanted| wanted != person.bot)
                && sso
                    .as_ref()
                    .is_none_or(|mode| mode == super::people::SSO_MODE)
                && in_team(run, arguments, |team| team.member(user).is_some())
        },
    ))
}

fn teams<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Rows<'w> {
    let search = arguments.search();
    let privacy = arguments.texts("privacy");
    let pipeline_selector = arguments.text("pipeline");
    let user_selector = arguments.text("user");
    let world = run.world;
    let names = world.teams().map(|(_, team)| team.name.as_str());
    let all = ordered(names, by_name(arguments), Entity::Team);
    Rows::entities(all, |entity| {
        let Entity::Team(place) = entity else {
            return false;
        };
        let Some(team) = world.team(place) else {
            return false;
        };
        found(search.as_deref(), &[&team.name, &team.slug])
            && privacy
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == super::people::privacy(team)))
            && (pipeline_selector.is_none()
                || team.pipelines.iter().any(|number| {
                    let Some(pipeline) = world.pipeline(*number) else {
                        return false;
                    };
                    let full = format!("{}/{}", world.slug(), pipeline.slug);
                    selected(
                        run,
                        pipeline_selector.as_deref(),
                        &[&pipeline.slug, &full],
                        Entity::Pipeline(*number),
                    )
                }))
            && (user_selector.is_none()
                || team.members.iter().any(|member| {
                    let Some(person) = world.person(member.user) else {
                        return false;
                    };
                    selected(
                        run,
                        user_selector.as_deref(),
                        &[&person.email()],
                        Entity::User(member.user),
                    )
                }))
    })
}

fn rules<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Rows<'w> {
    let actions = arguments.texts("action");
    let from = arguments.text("sourceId").map(|id| by_id(run, &id));
    let to = arguments.text("targetId").map(|id| by_id(run, &id));
    let all = (0..count(RULES.len())).rev().map(Entity::Rule);
    Rows::entities(all, |entity| {
        let Entity::Rule(rule) = entity else {
            return false;
        };
        let (action, source, target) = RULES[index(rule)];
        actions
            .as_ref()
            .is_none_or(|wanted| wanted.iter().any(|one| one == action))
            && from
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Pipeline(source)))
            && to
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Pipeline(target)))
    })
}
