//! The organization and its collections.

use apollo_compiler::name;
use apollo_compiler::resolvers::FieldError;

use super::arguments::Arguments;
use super::jobs::{filter as job_filter, order as job_order, rows_in as job_rows};
use super::order::{Order, newest};
use super::{Resolved, audit, by_id, found, selected};
use crate::connection::{Key, Rows};
use crate::execute::Run;
use crate::value::Value;
use crate::world::chance::count;
use crate::world::ids::Entity;
use crate::world::people::Team;

pub(super) fn resolve<'w>(run: &Run<'w>, field: &str, arguments: Arguments<'_>) -> Resolved<'w> {
    let world = run.world;
    let catalog = world.catalog();
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
            let filter = job_filter(run, arguments)?;
            job_rows(world, None, filter, job_order(arguments)).into()
        }
        "members" => members(run, arguments)?.into(),
        "teams" => teams(run, arguments).into(),
        "auditEvents" => audit::rows(run, arguments)?.into(),
        "cluster" => match arguments.text("id").and_then(|id| by_id(run, &id)) {
            Some(cluster @ Entity::Cluster(_)) => cluster.into(),
            _ => Value::Null,
        },
        "clusters" => {
            let order = Order::named_unless(arguments, "RECENTLY_CREATED");
            let clusters = world.clusters();
            Rows::entities(clusters.map(|(number, cluster)| {
                (order.key(&cluster.name, number), Entity::Cluster(number))
            }))
            .into()
        }
        "agentTokens" => {
            let revoked = arguments.flag("revoked");
            let tokens = (0..).zip(catalog.agent_tokens);
            let wanted = tokens
                .filter(|(_, (_, why))| revoked.is_none_or(|revoked| revoked == why.is_some()));
            Rows::entities(wanted.map(|(token, _)| (token.into(), Entity::AgentToken(token))))
                .into()
        }
        "apiAccessTokens" => Rows::range(
            count(catalog.api_access_tokens.len()),
            Entity::ApiAccessToken,
        )
        .into(),
        "banners" => Rows::range(u64::from(catalog.has_banner), |_| Entity::Banner()).into(),
        "invitations" => {
            let states = arguments.texts("state");
            let by_email = arguments.ordered_by("EMAIL");
            let invitations = (0..).zip(catalog.invitations);
            let wanted = invitations.filter(|(_, (_, state, _))| {
                states
                    .as_ref()
                    .is_none_or(|states| states.iter().any(|wanted| wanted == state))
            });
            Rows::entities(wanted.map(|(number, (email, ..))| {
                // The table has the newest first.
                let key = if by_email {
                    Key::Name((*email).to_owned(), number)
                } else {
                    number.into()
                };
                (key, Entity::Invitation(number))
            }))
            .into()
        }
        "pipelineTemplates" => {
            let order = Order::named_unless(arguments, "RECENTLY_CREATED");
            let templates = (0..).zip(catalog.templates);
            Rows::entities(templates.map(|(number, template)| {
                (order.key(template.name, number), Entity::Template(number))
            }))
            .into()
        }
        "registries" => {
            let has = |team: &Team, registry| team.registry(registry).is_some();
            let registries = (0..).zip(catalog.registries);
            let registries = registries.map(|(number, (name, slug, _))| (number, *name, *slug));
            things(run, arguments, registries, Entity::Registry, has)?.into()
        }
        "suites" => {
            let has = |team: &Team, suite| team.suite(suite).is_some();
            let suites = (0..).zip(catalog.suites);
            let suites = suites.map(|(number, (name, slug, _))| (number, *name, *slug));
            things(run, arguments, suites, Entity::Suite, has)?.into()
        }
        "rules" => rules(run, arguments).into(),
        "sso" => {
            let hash = Entity::Organization().hash();
            let mut providers = catalog.sso_providers.iter();
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
        "ssoProviders" => {
            Rows::range(count(catalog.sso_providers.len()), Entity::SsoProvider).into()
        }
        _ => return Ok(None),
    }))
}

/// Suites or registries: those that are wanted, in the order that is asked for.
fn things<'w, 'n>(
    run: &Run<'w>,
    arguments: Arguments<'_>,
    all: impl Iterator<Item = (u64, &'n str, &'n str)>,
    entity: fn(u64) -> Entity,
    has: impl Fn(&Team, u64) -> bool,
) -> Result<Rows<'w>, FieldError> {
    let order = Order::named_unless(arguments, "RECENTLY_CREATED");
    let search = arguments.search();
    let (from, to) = (
        arguments.time("createdAtFrom")?,
        arguments.time("createdAtTo")?,
    );
    let wanted = all.filter(|(number, name, slug)| {
        let at = super::catalog::created_at(run.world, entity(*number));
        found(search.as_deref(), &[name, slug])
            && in_team(run, arguments, |team| has(team, *number))
            && from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
    });
    Ok(Rows::entities(wanted.map(|(number, name, _)| {
        (order.key(name, number), entity(number))
    })))
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
    let order = Order::named_unless(arguments, "RECENTLY_CREATED");
    let favorites_first = arguments.ordered_by("NAME_WITH_FAVORITES_FIRST");
    let wanted = world.pipelines().filter(|(place, spec)| {
        let at = spec.created_at;
        clustered
            && found(search.as_deref(), &[&spec.name, &spec.slug])
            && archived.is_none_or(|wanted| wanted == spec.archived.is_some())
            && favorite.is_none_or(|wanted| wanted == spec.favorite)
            && cluster
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Cluster(spec.cluster)))
            && repository
                .as_ref()
                .is_none_or(|wanted| *wanted == spec.repository)
            && tags
                .as_ref()
                .is_none_or(|wanted| wanted.iter().all(|tag| spec.tags.contains(tag)))
            && in_team(run, arguments, |team| team.pipeline(*place).is_some())
            && from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
    });
    Ok(Rows::entities(wanted.map(|(place, spec)| {
        let key = if favorites_first {
            // A mark before the name, so that the order is that of texts.
            let mark = if spec.favorite { ' ' } else { '!' };
            Order::Name.key(&format!("{mark}{}", spec.name), place)
        } else {
            order.key(&spec.name, place)
        };
        (key, Entity::Pipeline(place))
    })))
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
    let wanted = world.agents().filter(|(number, agent)| {
        let Some(queue) = world.queue(agent.queue) else {
            return false;
        };
        clustered
            && agent.is_connected()
            && found(search.as_deref(), &[&agent.name])
            && cluster
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Cluster(queue.cluster)))
            && queues
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&Some(Entity::Queue(agent.queue))))
            && busy.is_none_or(|wanted| wanted == world.running_on(*number).is_some())
            && paused.is_none_or(|wanted| wanted == agent.paused(world.now).is_some())
            && meta_data.as_ref().is_none_or(|wanted| {
                let has = super::agents::meta_data(world, agent);
                wanted.iter().all(|pair| has.contains(pair))
            })
    });
    Rows::entities(wanted.map(|(number, _)| (number.into(), Entity::Agent(number))))
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
    let order = Order::newest_unless(arguments, &["NAME", "RELEVANCE"]);
    let wanted = world.people().filter(|(user, person)| {
        let address = &person.email;
        found(search.as_deref(), &[&person.name, address])
            && email.as_ref().is_none_or(|wanted| wanted == address)
            && roles.as_ref().is_none_or(|wanted| {
                wanted
                    .iter()
                    .any(|role| role == super::people::role(person))
            })
            && inactive.is_none_or(|since| world.last_seen_at(*user) < since)
            && two_factor.is_none_or(|wanted| wanted == person.two_factor)
            && password.is_none_or(|wanted| wanted != person.bot)
            && sso
                .as_ref()
                .is_none_or(|mode| mode == super::people::SSO_MODE)
            && in_team(run, arguments, |team| team.member(*user).is_some())
    });
    Ok(Rows::entities(wanted.map(|(user, person)| {
        (order.key(&person.name, user), Entity::Member(user))
    })))
}

fn teams<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Rows<'w> {
    let search = arguments.search();
    let privacy = arguments.texts("privacy");
    let pipeline_selector = arguments.text("pipeline");
    let user_selector = arguments.text("user");
    let world = run.world;
    let order = Order::named_unless(arguments, "RECENTLY_CREATED");
    let wanted = world.teams().filter(|(_, team)| {
        found(search.as_deref(), &[&team.name, &team.slug])
            && privacy
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == super::people::privacy(team)))
            && (pipeline_selector.is_none()
                || team.pipelines.iter().any(|access| {
                    let Some(pipeline) = world.pipeline(access.to) else {
                        return false;
                    };
                    let full = format!("{}/{}", world.slug(), pipeline.slug);
                    selected(
                        run,
                        pipeline_selector.as_deref(),
                        &[&pipeline.slug, &full],
                        Entity::Pipeline(access.to),
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
                        &[&person.email],
                        Entity::User(member.user),
                    )
                }))
    });
    Rows::entities(
        wanted.map(|(number, team)| (order.key(&team.name, number), Entity::Team(number))),
    )
}

fn rules<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Rows<'w> {
    let actions = arguments.texts("action");
    let from = arguments.text("sourceId").map(|id| by_id(run, &id));
    let to = arguments.text("targetId").map(|id| by_id(run, &id));
    let rules = (0..).zip(run.world.catalog().rules);
    let wanted = rules.filter(|(number, (action, source, target))| {
        run.world.exists(Entity::Rule(*number))
            && actions
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == action))
            && from
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Pipeline(*source)))
            && to
                .as_ref()
                .is_none_or(|wanted| *wanted == Some(Entity::Pipeline(*target)))
    });
    Rows::entities(wanted.map(|(number, _)| (newest(number), Entity::Rule(number))))
}
