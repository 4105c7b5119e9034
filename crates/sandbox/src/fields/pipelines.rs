//! Pipelines, their schedules and their figures.

use apollo_compiler::{Name, name};

use super::Resolved;
use super::arguments::Arguments;
use super::builds::{filter as build_filter, rows_of};
use super::jobs::{filter as job_filter, order as job_order, rows_in as job_rows};
use super::people::teams_with;
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

/// Where people look at the pipeline's code; a plain Git server has no such page.
fn repository_page(spec: &Pipeline) -> Option<String> {
    if spec.host() == Host::Unknown {
        return None;
    }
    let address = spec.repository.trim_end_matches(".git");
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
    Some(format!("https://{}", address.replacen(':', "/", 1)))
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
    let settings = &spec.settings;
    Ok(Some(match field {
        "name" => spec.name.as_str().into(),
        "slug" => spec.slug.as_str().into(),
        "description" => spec.description.as_deref().into(),
        "emoji" => spec.emoji.as_deref().into(),
        "color" => spec.color.as_deref().into(),
        "url" => url(world, spec).into(),
        "badgeURL" => {
            let badge = hex(world.draw("badge", entity), 40);
            format!("https://badge.buildkite.com/{badge}.svg").into()
        }
        "webhookURL" => webhook_url(world, place).into(),
        "archived" => spec.archived.is_some().into(),
        "archivedAt" => spec.archived.map(|archived| archived.at).into(),
        "archivedBy" => spec
            .archived
            .map(|archived| {
                let someone = || world.someone("archived", entity);
                Entity::User(archived.by.unwrap_or_else(someone))
            })
            .into(),
        "createdAt" => spec.created_at.into(),
        "createdBy" => {
            let someone = || world.someone("created", entity);
            Entity::User(spec.created_by.unwrap_or_else(someone)).into()
        }
        "defaultBranch" => spec.default_branch.as_str().into(),
        "favorite" => spec.favorite.into(),
        "public" => spec.public.into(),
        "visibility" => (if spec.public { "PUBLIC" } else { "PRIVATE" }).into(),
        "nextBuildNumber" => world.next_number(place).into(),
        "commitShortLength" => 10_u64.into(),
        "allowRebuilds" => settings.allow_rebuilds.into(),
        "branchConfiguration" => settings.branch_configuration.as_deref().into(),
        "cloneMirrorUrl" => settings.clone_mirror_url.as_deref().into(),
        "cancelIntermediateBuilds" => settings.cancel_intermediate.enabled.into(),
        "skipIntermediateBuilds" => settings.skip_intermediate.enabled.into(),
        "cancelIntermediateBuildsBranchFilter" => {
            settings.cancel_intermediate.branch_filter.as_deref().into()
        }
        "skipIntermediateBuildsBranchFilter" => {
            settings.skip_intermediate.branch_filter.as_deref().into()
        }
        "defaultTimeoutInMinutes" => settings.default_timeout.into(),
        "maximumTimeoutInMinutes" => settings.maximum_timeout.into(),
        "cluster" => Entity::Cluster(spec.cluster).into(),
        "organization" => Entity::Organization().into(),
        "pipelineTemplate" => settings.template.map(Entity::Template).into(),
        "repository" => repository(world, place, spec),
        "steps" => {
            let yaml = spec.yaml.clone().unwrap_or_else(|| yaml(spec)).into();
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
            rows_of(world, place, filter).into()
        }
        "jobs" => {
            let filter = job_filter(run, arguments)?;
            job_rows(world, Some(place), filter, job_order(arguments)).into()
        }
        "metrics" => Rows::range(count(METRICS.len()), move |metric| {
            Entity::PipelineMetric(place, metric)
        })
        .into(),
        "schedules" => {
            let schedules = spec.schedules.iter();
            Rows::entities(
                schedules.map(|(number, _)| (number.into(), Entity::Schedule(place, number))),
            )
            .into()
        }
        "teams" => teams_with(world, entity, arguments).into(),
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
    let type_name = match spec.host() {
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

fn repository<'w>(world: &World, place: u64, spec: &'w Pipeline) -> Value<'w> {
    let hash = Entity::Pipeline(place).hash();
    let (type_name, label): (Name, &str) = match spec.host() {
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
        [
            ("url", spec.repository.as_str().into()),
            ("provider", provider),
        ],
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
                if !step.branches.is_empty() {
                    let branches = step.branches.join(" ");
                    text.push_str(&["    branches: ", &branches, "\n"].concat());
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
    let schedule = spec.schedules.get(number)?;
    let entity = Entity::Schedule(place, number);
    Some(match field {
        "label" => schedule.label.as_str().into(),
        "cronline" => schedule.cron.line().into(),
        "message" => schedule.message.as_deref().into(),
        "enabled" => schedule.enabled.into(),
        "branch" => schedule
            .branch
            .as_ref()
            .unwrap_or(&spec.default_branch)
            .as_str()
            .into(),
        "commit" => schedule.commit.as_str().into(),
        "env" => Value::list(schedule.env.iter().cloned()),
        "failedAt" | "failedMessage" => Value::Null,
        "createdAt" => match schedule.made {
            Some(made) => made.at.into(),
            None => spec.created_at.after(86_400).into(),
        },
        "createdBy" => {
            let someone = || world.someone("creator", entity);
            Entity::User(schedule.made.map_or_else(someone, |made| made.by)).into()
        }
        "nextBuildAt" => schedule
            .enabled
            .then(|| schedule.cron.next_after(world.now))
            .flatten()
            .into(),
        "pipeline" => Entity::Pipeline(place).into(),
        "builds" => {
            let filter = BuildFilter {
                schedule: Some(number),
                ..BuildFilter::default()
            };
            rows_of(world, place, filter).into()
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
            2 => format!("{}%", 80 + place % 20).into(),
            _ => format!("{}m", 6 + place).into(),
        },
        _ => return None,
    })
}
