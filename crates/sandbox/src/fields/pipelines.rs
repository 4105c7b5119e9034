//! Pipelines, their schedules and their figures.

use apollo_compiler::{Name, name};

use super::arguments::Arguments;
use super::builds::{filter as build_filter, rows_of};
use super::jobs::{filter as job_filter, found_rows, order as job_order};
use super::people::teams_with;
use super::{Resolved, found};
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::Value;
use crate::world::World;
use crate::world::builds::BuildState;
use crate::world::cast::catalog::METRICS;
use crate::world::chance::{count, hex, index, mix};
use crate::world::ids::Entity;
use crate::world::pipelines::{Host, Pipeline};
use crate::world::search::BuildFilter;
use crate::world::steps::StepKind;

/// Where the pipeline's code is cloned from.
pub(super) fn repository_url(spec: &Pipeline) -> String {
    let host = match spec.host {
        Host::GitHub => "git@github.com:acme-inc",
        Host::GitHubEnterprise => "git@github.acme.example:platform",
        Host::GitLab => "git@gitlab.com:acme-inc",
        Host::Bitbucket => "git@bitbucket.org:acme-inc",
        Host::Unknown => "ssh://git@git.acme.example",
    };
    format!("{host}/{}.git", spec.slug)
}

/// Where people look at the pipeline's code; a plain Git server has no such page.
fn repository_page(spec: &Pipeline) -> Option<String> {
    let owner = match spec.host {
        Host::GitHub => "https://github.com/acme-inc",
        Host::GitHubEnterprise => "https://github.acme.example/platform",
        Host::GitLab => "https://gitlab.com/acme-inc",
        Host::Bitbucket => "https://bitbucket.org/acme-inc",
        Host::Unknown => return None,
    };
    Some(format!("{owner}/{}", spec.slug))
}

/// Where the pipeline is told about pushes.
fn webhook_url(world: &World, place: u64) -> String {
    let hook = hex(world.draw("hook", Entity::Pipeline(place)), 40);
    format!("https://webhook.buildkite.com/deliver/{hook}")
}

pub(super) fn resolve<'w>(
    run: &Run<'w>,
    place: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let world = run.world;
    let Some(spec) = world.pipeline(place) else {
        return Ok(None);
    };
    let entity = Entity::Pipeline(place);
    Ok(Some(match field {
        "name" => spec.name.as_str().into(),
        "slug" => spec.slug.as_str().into(),
        "description" => spec.description.as_str().into(),
        "emoji" => spec.emoji.as_str().into(),
        "color" => spec.color.as_str().into(),
        "url" => url(world, spec).into(),
        "badgeURL" => {
            let badge = hex(world.draw("badge", entity), 40);
            format!("https://badge.buildkite.com/{badge}.svg").into()
        }
        "webhookURL" => webhook_url(world, place).into(),
        "archived" => spec.archived.into(),
        "archivedAt" => spec
            .archived
            .then(|| world.epoch.before(20 * 86_400))
            .into(),
        "archivedBy" => spec
            .archived
            .then(|| Entity::User(world.someone("archived", entity)))
            .into(),
        "createdAt" => spec.created_at.into(),
        "createdBy" => Entity::User(world.someone("created", entity)).into(),
        "defaultBranch" => spec.default_branch.as_str().into(),
        "favorite" => spec.favorite.into(),
        "public" => spec.public.into(),
        "visibility" => (if spec.public { "PUBLIC" } else { "PRIVATE" }).into(),
        "nextBuildNumber" => world.next_number(place).into(),
        "commitShortLength" => 10_u64.into(),
        "allowRebuilds" => true.into(),
        "branchConfiguration" | "cloneMirrorUrl" => Value::Null,
        "cancelIntermediateBuilds" => place.is_multiple_of(3).into(),
        "skipIntermediateBuilds" => place.is_multiple_of(5).into(),
        "cancelIntermediateBuildsBranchFilter" | "skipIntermediateBuildsBranchFilter" => {
            format!("!{}", spec.default_branch).into()
        }
        "defaultTimeoutInMinutes" => 60_u64.into(),
        "maximumTimeoutInMinutes" => 240_u64.into(),
        "cluster" => Entity::Cluster(spec.cluster).into(),
        "organization" => Entity::Organization().into(),
        "pipelineTemplate" => Value::Null,
        "repository" => repository(world, place, spec),
        "steps" => {
            let yaml = yaml(spec).into();
            Value::record(name!("PipelineSteps"), entity.hash(), [("yaml", yaml)])
        }
        "tags" => Value::list(spec.tags.iter().map(|tag| {
            Value::record(
                name!("PipelineTag"),
                entity.hash(),
                [("label", tag.as_str().into())],
            )
        })),
        "builds" => {
            let filter = build_filter(arguments)?;
            rows_of(world, place, &filter).into()
        }
        "jobs" => {
            let found = world.find_jobs(
                Some(place),
                &job_filter(run, arguments)?,
                job_order(arguments),
            );
            found_rows(world, found).into()
        }
        "metrics" => Rows::range(count(METRICS.len()), move |metric| {
            Entity::PipelineMetric(place, metric)
        })
        .into(),
        "schedules" => Rows::range(count(spec.schedules.len()), move |schedule| {
            Entity::Schedule(place, schedule)
        })
        .into(),
        "teams" => {
            let search = arguments.search();
            let all = teams_with(world, entity, arguments)
                .into_iter()
                .map(|team| Entity::TeamPipeline(team, place));
            let wanted = |entity| match entity {
                Entity::TeamPipeline(team, _) => world
                    .team(team)
                    .is_some_and(|team| found(search.as_deref(), &[&team.name, &team.slug])),
                _ => false,
            };
            Rows::entities(all, wanted).into()
        }
        _ => return Ok(None),
    }))
}

/// The page of a pipeline.
fn url(world: &World, spec: &Pipeline) -> String {
    format!("https://buildkite.com/{}/{}", world.slug(), spec.slug)
}

/// What of a repository starts builds: pushes and pull requests, as the builds
/// show. The schema leaves out what a provider does not know.
fn provider_settings<'w>(place: u64, spec: &Pipeline) -> Value<'w> {
    let type_name = match spec.host {
        Host::GitHub => name!("RepositoryProviderGitHubSettings"),
        Host::GitHubEnterprise => name!("RepositoryProviderGitHubEnterpriseSettings"),
        Host::Bitbucket => name!("RepositoryProviderBitbucketSettings"),
        Host::GitLab => name!("RepositoryProviderGitlabSettings"),
        Host::Unknown => name!("RepositoryProviderUnknownSettings"),
    };
    let hash = mix(mix(Entity::Pipeline(place).hash()));
    let fields = [
        ("triggerMode", "code".into()),
        ("buildBranches", true.into()),
        ("buildPullRequests", true.into()),
        ("buildTags", false.into()),
        ("githubWebhooksDisabled", false.into()),
        ("publishCommitStatus", true.into()),
        ("filterEnabled", false.into()),
        ("filterCondition", Value::Null),
    ];
    Value::record(type_name, hash, fields)
}

fn repository<'w>(world: &World, place: u64, spec: &Pipeline) -> Value<'w> {
    let hash = Entity::Pipeline(place).hash();
    let (type_name, label): (Name, &str) = match spec.host {
        Host::GitHub => (name!("RepositoryProviderGithub"), "GitHub"),
        Host::GitHubEnterprise => (
            name!("RepositoryProviderGithubEnterprise"),
            "GitHub Enterprise Server",
        ),
        Host::GitLab => (name!("RepositoryProviderGitlab"), "GitLab"),
        Host::Bitbucket => (name!("RepositoryProviderBitbucket"), "Bitbucket"),
        Host::Unknown => (name!("RepositoryProviderUnknown"), "Git"),
    };
    let provider = Value::record(
        type_name,
        mix(hash),
        [
            ("name", label.into()),
            ("url", repository_page(spec).into()),
            ("webhookUrl", webhook_url(world, place).into()),
            ("settings", provider_settings(place, spec)),
        ],
    );
    Value::record(
        name!("Repository"),
        hash,
        [("url", repository_url(spec).into()), ("provider", provider)],
    )
}

/// The steps as they would be written.
fn yaml(pipeline: &Pipeline) -> String {
    let mut text = String::from("steps:\n");
    for step in &pipeline.steps {
        match step.kind {
            StepKind::Wait => text.push_str("  - wait\n"),
            StepKind::Block => {
                text.push_str(&["  - block: \"", &step.label, "\"\n"].concat());
            }
            StepKind::Trigger => {
                let triggered = step.triggers.as_deref().unwrap_or_default();
                text.push_str(&["  - trigger: ", triggered, "\n"].concat());
                if step.only_default_branch {
                    text.push_str(&["    branches: ", &pipeline.default_branch, "\n"].concat());
                }
            }
            StepKind::Command => text.push_str(
                &[
                    "  - label: \"",
                    &step.label,
                    "\"\n    key: ",
                    &step.key,
                    "\n    command: \"",
                    &step.command,
                    "\"\n",
                ]
                .concat(),
            ),
        }
    }
    text
}

pub(super) fn schedule<'w>(
    world: &'w World,
    place: u64,
    number: u64,
    field: &str,
) -> Option<Value<'w>> {
    let spec = world.pipeline(place)?;
    let schedule = spec.schedules.get(index(number))?;
    let entity = Entity::Schedule(place, number);
    Some(match field {
        "label" => schedule.label.as_str().into(),
        "cronline" => schedule.cronline().into(),
        "message" => schedule.message.as_str().into(),
        "enabled" => schedule.enabled.into(),
        "branch" => spec.default_branch.as_str().into(),
        "commit" => "HEAD".into(),
        "env" => Value::list(["SCHEDULED=true"]),
        "failedAt" | "failedMessage" => Value::Null,
        "createdAt" => spec.created_at.after(86_400).into(),
        "createdBy" => Entity::User(world.someone("creator", entity)).into(),
        "nextBuildAt" => schedule
            .enabled
            .then(|| schedule.next_after(world.now))
            .flatten()
            .into(),
        "pipeline" => Entity::Pipeline(place).into(),
        "builds" => {
            let filter = BuildFilter {
                schedule: Some(number),
                ..BuildFilter::default()
            };
            rows_of(world, place, &filter).into()
        }
        _ => return None,
    })
}

pub(super) fn metric<'w>(
    world: &'w World,
    place: u64,
    metric: u64,
    field: &str,
) -> Option<Value<'w>> {
    let going = |state: BuildState| {
        let builds = world.recent_builds(place);
        count(builds.filter(|build| build.state == state).count())
    };
    Some(match field {
        "label" => (*METRICS.get(index(metric))?).into(),
        "url" => url(world, world.pipeline(place)?).into(),
        "value" => match metric {
            0 => going(BuildState::Running).to_string().into(),
            1 => going(BuildState::Scheduled).to_string().into(),
            2 => format!("{}%", 80 + place).into(),
            _ => format!("{}m", 6 + place).into(),
        },
        _ => return None,
    })
}
