//! Agents, clusters, queues and their tokens.

use apollo_compiler::name;

use super::Resolved;
use super::arguments::Arguments;
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::Value;
use crate::world::World;
use crate::world::cast::catalog::AGENT_TOKENS;
use crate::world::chance::{count, index};
use crate::world::clusters::Agent;
use crate::world::ids::Entity;
use crate::world::jobs::JobState;

/// What an agent says about itself.
pub(super) fn meta_data(world: &World, agent: &Agent) -> Vec<String> {
    let Some(queue) = world.queue(agent.queue) else {
        return Vec::new();
    };
    let os = if queue.cluster == 2 { "macos" } else { "linux" };
    vec![format!("queue={}", queue.key), format!("os={os}")]
}

/// The address that an agent's requests come from.
pub(super) fn ip_address(agent: &Agent) -> String {
    format!("10.0.{}.{}", agent.queue, agent.place + 10)
}

pub(super) fn agent<'w>(
    run: &Run<'w>,
    place: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Resolved<'w> {
    let world = run.world;
    let Some(agent) = world.agent(place) else {
        return Ok(None);
    };
    let Some(queue) = world.queue(agent.queue) else {
        return Ok(None);
    };
    let entity = Entity::Agent(place);
    let someone = |question| Entity::User(world.someone(question, entity));
    let stopping = agent.is_stopping();
    Ok(Some(match field {
        "name" => agent.name.as_str().into(),
        "hostname" => format!("{}.acme.internal", agent.name).into(),
        "connectionState" => agent.state.into(),
        "createdAt" | "connectedAt" => world.agent_connected_at(place).into(),
        "heartbeatAt" | "pingedAt" => world
            .epoch
            .before(world.draw("heartbeat", entity) % 50)
            .into(),
        "disconnectedAt" | "lostAt" | "stoppedAt" | "stoppedBy" | "stopForcedAt"
        | "stopForcedBy" => Value::Null,
        "stoppedGracefullyAt" => world.agent_stopped_at(&agent).into(),
        "stoppedGracefullyBy" => stopping.then(|| someone("stopped")).into(),
        "clusterQueue" => Entity::Queue(agent.queue).into(),
        "organization" => Entity::Organization().into(),
        "isRunningJob" => world.running_on(place).is_some().into(),
        "job" => world.running_on(place).into(),
        "jobs" => super::jobs::rows_on(run, place, arguments)?.into(),
        "metaData" => Value::list(meta_data(world, &agent)),
        "paused" => agent.paused.into(),
        "pausedAt" => world.agent_paused_at(&agent).into(),
        "pausedBy" => agent.paused.then(|| someone("paused")).into(),
        "pausedNote" => agent.paused.then_some("Looking at the disk").into(),
        "pausedTimeoutInMinutes" => (if agent.paused { 60_u64 } else { 5 }).into(),
        "priority" => 0_u64.into(),
        "public" | "isDeprecated" | "versionHasKnownIssues" => false.into(),
        "version" => world.agent_version(place).into(),
        "userAgent" => {
            let version = world.agent_version(place);
            let platform = if queue.cluster == 2 {
                "darwin; arm64"
            } else {
                "linux; amd64"
            };
            format!("buildkite-agent/{version} ({platform})").into()
        }
        "pid" => (1_000 + world.draw("pid", entity) % 30_000)
            .to_string()
            .into(),
        "ipAddress" => ip_address(&agent).into(),
        "operatingSystem" => {
            let name = if queue.cluster == 2 {
                "macOS"
            } else {
                "Ubuntu"
            };
            Value::record(
                name!("OperatingSystem"),
                entity.hash(),
                [("name", name.into())],
            )
        }
        _ => return Ok(None),
    }))
}

pub(super) fn cluster<'w>(
    world: &'w World,
    place: u64,
    field: &str,
    arguments: Arguments<'_>,
) -> Option<Value<'w>> {
    let cluster = world.cluster(place)?;
    Some(match field {
        "name" => cluster.name.as_str().into(),
        "description" => cluster.description.as_str().into(),
        "emoji" => cluster.emoji.as_str().into(),
        "color" => cluster.color.as_str().into(),
        "createdBy" => Entity::User(world.someone("created", Entity::Cluster(place))).into(),
        "defaultQueue" => world
            .queues_of(place)
            .next()
            .map(|(queue, _)| Entity::Queue(queue))
            .into(),
        "organization" => Entity::Organization().into(),
        "queues" => {
            let mut queues: Vec<_> = world.queues_of(place).collect();
            if arguments.ordered_by("RECENTLY_CREATED") {
                queues.reverse();
            } else {
                queues.sort_by_key(|(_, queue)| &queue.key);
            }
            let queues = queues.into_iter().map(|(queue, _)| Entity::Queue(queue));
            Rows::entities(queues, |_| true).into()
        }
        "agentTokens" => Rows::range(count(cluster.tokens.len()), move |token| {
            Entity::ClusterToken(place, token)
        })
        .into(),
        _ => return None,
    })
}

pub(super) fn cluster_token<'w>(
    world: &'w World,
    place: u64,
    token: u64,
    field: &str,
) -> Option<Value<'w>> {
    let entity = Entity::ClusterToken(place, token);
    Some(match field {
        "description" => {
            let tokens = &world.cluster(place)?.tokens;
            tokens.get(index(token))?.as_str().into()
        }
        "cluster" => Entity::Cluster(place).into(),
        "createdBy" => Entity::User(world.someone("created", entity)).into(),
        "allowedIpAddresses" => "0.0.0.0/0 ::/0".into(),
        "expiresAt" => Value::Null,
        // As for any token, its value is shown once, when it is made.
        "token" => "".into(),
        _ => return None,
    })
}

pub(super) fn agent_token<'w>(world: &'w World, token: u64, field: &str) -> Option<Value<'w>> {
    let (description, revoked) = *AGENT_TOKENS.get(index(token))?;
    let entity = Entity::AgentToken(token);
    let someone = |question| Entity::User(world.someone(question, entity));
    Some(match field {
        "description" => description.into(),
        "createdAt" => world.epoch.before((600 - token * 30) * 86_400).into(),
        "createdBy" => someone("created").into(),
        "organization" => Entity::Organization().into(),
        "public" => false.into(),
        "revokedAt" => revoked.map(|_| world.epoch.before(90 * 86_400)).into(),
        "revokedBy" => revoked.map(|_| someone("revoked")).into(),
        "revokedReason" => revoked.into(),
        "token" => "".into(),
        _ => return None,
    })
}

pub(super) fn queue<'w>(world: &'w World, place: u64, field: &str) -> Option<Value<'w>> {
    let queue = world.queue(place)?;
    let entity = Entity::Queue(place);
    let paused = queue.paused_because.as_deref();
    Some(match field {
        "key" => queue.key.as_str().into(),
        "description" => queue.description.as_str().into(),
        "cluster" => Entity::Cluster(queue.cluster).into(),
        "createdBy" => Entity::User(world.someone("created", entity)).into(),
        "dispatchPaused" => paused.is_some().into(),
        "dispatchPausedAt" => paused.map(|_| world.epoch.before(4 * 86_400)).into(),
        "dispatchPausedBy" => paused
            .map(|_| Entity::User(world.someone("paused", entity)))
            .into(),
        "dispatchPausedNote" => paused.into(),
        "hosted" => queue.hosted.into(),
        "hostedAgents" if !queue.hosted => Value::Null,
        "hostedAgents" => hosted(entity),
        "retryAgentAffinity" => "prefer-warmest".into(),
        "stackHealth" => Value::Null,
        "metrics" => metrics(world, place),
        _ => return None,
    })
}

/// What hosted agents run on.
fn hosted<'w>(entity: Entity) -> Value<'w> {
    let hash = entity.hash();
    let shape = Value::record(
        name!("HostedAgentInstanceShape"),
        hash,
        [
            ("name", "LINUX_ARM64_4X16".into()),
            ("architecture", "ARM64".into()),
            ("machineType", "LINUX".into()),
            ("size", "MEDIUM".into()),
            ("vcpu", 4_u64.into()),
            ("memory", 16_u64.into()),
        ],
    );
    let linux = Value::record(
        name!("HostedAgentLinuxSettings"),
        hash,
        [("agentImageRef", "registry.acme.example/agent:12".into())],
    );
    let platform = Value::record(
        name!("HostedAgentPlatformSettings"),
        hash,
        [("linux", linux), ("macos", Value::Null)],
    );
    Value::record(
        name!("HostedAgentQueueSettings"),
        hash,
        [("instanceShape", shape), ("platformSettings", platform)],
    )
}

fn metrics(world: &World, place: u64) -> Value<'_> {
    let entity = Entity::Queue(place);
    let (first, agents) = world.agents_of(place);
    let of_queue = |agent: &u64| (first..first + agents).contains(agent);
    let running = world.running().iter().filter(|(agent, _)| of_queue(agent));
    let mut waiting = 0_u64;
    for (pipeline, _) in world.pipelines() {
        for build in world.recent_builds(pipeline) {
            for job in build.jobs(world) {
                if job.state == JobState::Scheduled && build.queue_of(world, job) == Some(place) {
                    waiting += 1;
                }
            }
        }
    }
    let drawn = world.draw("metrics", entity);
    let slow = u8::try_from(drawn % 4).unwrap_or(0);
    let wait = |share: u8| Value::from(f64::from(share) * (0.5 + f64::from(slow)));
    let times = Value::record(
        name!("ClusterQueueWaitTime"),
        entity.hash(),
        [
            ("min", wait(2)),
            ("p50", wait(11)),
            ("p95", wait(43)),
            ("max", wait(97)),
        ],
    );
    Value::record(
        name!("ClusterQueueMetrics"),
        entity.hash(),
        [
            ("connectedAgentsCount", agents.into()),
            ("runningJobsCount", count(running.count()).into()),
            ("waitingJobsCount", waiting.into()),
            ("jobsPassedCount", (20 + drawn % 80).into()),
            ("jobsFailedCount", (drawn % 13).into()),
            ("timestamp", world.epoch.before(30).into()),
            ("waitTimeSec", times),
        ],
    )
}
