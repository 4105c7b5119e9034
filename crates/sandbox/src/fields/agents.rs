//! Agents, clusters, queues and their tokens.

use apollo_compiler::name;

use super::Resolved;
use super::arguments::Arguments;
use super::order::Order;
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::Value;
use crate::world::World;
use crate::world::chance::{count, index};
use crate::world::clusters::{Agent, HostedShape};
use crate::world::ids::Entity;
use crate::world::jobs::JobState;

/// How long an agent is paused unless somebody says otherwise.
pub(crate) const PAUSE_MINUTES: u64 = 5;

/// What an agent says about itself.
pub(super) fn meta_data(world: &World, agent: &Agent) -> Vec<String> {
    let queue = world.queue(agent.queue);
    let queue = queue.map(|queue| format!("queue={}", queue.key));
    queue
        .into_iter()
        .chain(agent.tags.iter().cloned())
        .collect()
}

/// Whether an agent says that it runs on a Mac.
fn is_mac(agent: &Agent) -> bool {
    agent.tags.iter().any(|tag| tag == "os=macos")
}

/// The address that an agent's requests come from.
pub(super) fn ip_address(number: u64, agent: &Agent) -> String {
    let (network, host) = (number / 240, number % 240 + 10);
    format!("10.{}.{network}.{host}", agent.queue)
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
    let pause = agent.paused(world.now);
    let stop = agent.stop.as_ref();
    let gracefully = stop.filter(|stop| !stop.forced);
    let forced = stop.filter(|stop| stop.forced);
    let entity = Entity::Agent(place);
    Ok(Some(match field {
        "name" => agent.name.as_str().into(),
        "hostname" => format!("{}.acme.internal", agent.name).into(),
        "connectionState" => agent.state().into(),
        "createdAt" | "connectedAt" => world.agent_connected_at(place).into(),
        "heartbeatAt" | "pingedAt" => world
            .epoch
            .before(world.draw("heartbeat", entity) % 50)
            .into(),
        "disconnectedAt" => agent.disconnected_at.into(),
        "lostAt" => Value::Null,
        "stoppedAt" => stop.map(|stop| stop.at).into(),
        "stoppedBy" => stop.map(|stop| Entity::User(stop.by)).into(),
        "stopForcedAt" => forced.map(|stop| stop.at).into(),
        "stopForcedBy" => forced.map(|stop| Entity::User(stop.by)).into(),
        "stoppedGracefullyAt" => gracefully.map(|stop| stop.at).into(),
        "stoppedGracefullyBy" => gracefully.map(|stop| Entity::User(stop.by)).into(),
        "clusterQueue" => Entity::Queue(agent.queue).into(),
        "organization" => Entity::Organization().into(),
        "isRunningJob" => world.running_on(place).is_some().into(),
        "job" => world.running_on(place).into(),
        "jobs" => super::jobs::rows_on(run, place, arguments)?.into(),
        "metaData" => Value::list(meta_data(world, agent)),
        "paused" => pause.is_some().into(),
        "pausedAt" => pause.map(|pause| pause.at).into(),
        "pausedBy" => pause.map(|pause| Entity::User(pause.by)).into(),
        "pausedNote" => pause.and_then(|pause| pause.note.as_deref()).into(),
        "pausedTimeoutInMinutes" => pause.map_or(PAUSE_MINUTES, |pause| pause.minutes).into(),
        "priority" => 0_u64.into(),
        "public" | "isDeprecated" | "versionHasKnownIssues" => false.into(),
        "version" => world.agent_version(place).into(),
        "userAgent" => {
            let version = world.agent_version(place);
            let platform = if is_mac(agent) {
                "darwin; arm64"
            } else {
                "linux; amd64"
            };
            format!("buildkite-agent/{version} ({platform})").into()
        }
        "pid" => (1_000 + world.draw("pid", entity) % 30_000)
            .to_string()
            .into(),
        "ipAddress" => ip_address(place, agent).into(),
        "operatingSystem" => {
            let name = if is_mac(agent) { "macOS" } else { "Ubuntu" };
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
        "description" => cluster.description.as_deref().into(),
        "emoji" => cluster.emoji.as_deref().into(),
        "color" => cluster.color.as_deref().into(),
        "createdBy" => made_by(world, cluster.created_by, Entity::Cluster(place)),
        "defaultQueue" => world.state.default_queue(place).map(Entity::Queue).into(),
        "organization" => Entity::Organization().into(),
        "queues" => {
            let order = Order::named_unless(arguments, "RECENTLY_CREATED");
            let queues = world.queues_of(place);
            Rows::entities(
                queues
                    .map(|(number, queue)| (order.key(&queue.key, number), Entity::Queue(number))),
            )
            .into()
        }
        "agentTokens" => {
            let tokens = cluster.tokens.iter();
            Rows::entities(
                tokens.map(|(token, _)| (token.into(), Entity::ClusterToken(place, token))),
            )
            .into()
        }
        _ => return None,
    })
}

/// Who made something: the one who is known, or somebody.
fn made_by<'w>(world: &World, by: Option<u64>, what: Entity) -> Value<'w> {
    Entity::User(by.unwrap_or_else(|| world.someone("created", what))).into()
}

pub(super) fn cluster_token<'w>(
    world: &'w World,
    place: u64,
    number: u64,
    field: &str,
) -> Option<Value<'w>> {
    let token = world.cluster(place)?.tokens.get(number)?;
    Some(match field {
        "description" => token.description.as_str().into(),
        "cluster" => Entity::Cluster(place).into(),
        "createdBy" => made_by(world, token.created_by, Entity::ClusterToken(place, number)),
        "allowedIpAddresses" => token.allowed_ip_addresses.as_deref().into(),
        "expiresAt" => token.expires_at.into(),
        // As for any token, its value is shown once, when it is made.
        "token" => "".into(),
        _ => return None,
    })
}

pub(super) fn agent_token<'w>(world: &'w World, token: u64, field: &str) -> Option<Value<'w>> {
    let (description, revoked) = *world.catalog().agent_tokens.get(index(token))?;
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
    let paused = queue.paused.as_ref();
    Some(match field {
        "key" => queue.key.as_str().into(),
        "description" => queue.description.as_deref().into(),
        "cluster" => Entity::Cluster(queue.cluster).into(),
        "createdBy" => made_by(world, queue.created_by, entity),
        "dispatchPaused" => paused.is_some().into(),
        "dispatchPausedAt" => paused.map(|pause| pause.at).into(),
        "dispatchPausedBy" => paused.map(|pause| Entity::User(pause.by)).into(),
        "dispatchPausedNote" => paused.and_then(|pause| pause.note.as_deref()).into(),
        "hosted" => queue.hosted.is_some().into(),
        "hostedAgents" => queue
            .hosted
            .as_ref()
            .map(|shape| hosted(entity, shape))
            .into(),
        "retryAgentAffinity" => queue.retry_agent_affinity.as_str().into(),
        "stackHealth" => Value::Null,
        "metrics" => metrics(world, place),
        _ => return None,
    })
}

/// What hosted agents run on. The name of a shape says everything about it, such as
/// `LINUX_ARM64_4X16` or `MACOS_ARM64_M4_6X28`.
fn hosted<'w>(entity: Entity, shape: &HostedShape) -> Value<'w> {
    let hash = entity.hash();
    let mut words = shape.name.split('_');
    let machine = words.next().unwrap_or_default();
    let architecture = words.next().unwrap_or_default();
    let size = words.next_back().and_then(|size| size.split_once('X'));
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    let (vcpu, memory) = size.map_or((0, 0), |(vcpu, memory)| (number(vcpu), number(memory)));
    let size = match vcpu {
        0..=2 => "SMALL",
        3..=4 => "MEDIUM",
        5..=8 => "LARGE",
        9..=16 => "EXTRA_LARGE",
        17..=32 => "EXTRA_EXTRA_LARGE",
        _ => "THREE_XL",
    };
    let architecture = if architecture == "AMD64" {
        "AMD64"
    } else {
        "ARM64"
    };
    let is_mac = machine == "MACOS";
    let shape_record = Value::record(
        name!("HostedAgentInstanceShape"),
        hash,
        [
            ("name", shape.name.as_str().into()),
            ("architecture", architecture.into()),
            ("machineType", if is_mac { "MACOS" } else { "LINUX" }.into()),
            ("size", size.into()),
            ("vcpu", vcpu.into()),
            ("memory", memory.into()),
        ],
    );
    let image = shape.image.as_deref();
    let linux = (!is_mac).then(|| {
        let fields = [("agentImageRef", image.into())];
        Value::record(name!("HostedAgentLinuxSettings"), hash, fields)
    });
    let macos = is_mac.then(|| {
        let fields = [
            ("xcodeVersion", "26.1".into()),
            ("macosVersion", "TAHOE".into()),
        ];
        Value::record(name!("HostedAgentMacOSSettingsType"), hash, fields)
    });
    let platform = Value::record(
        name!("HostedAgentPlatformSettings"),
        hash,
        [("linux", linux.into()), ("macos", macos.into())],
    );
    Value::record(
        name!("HostedAgentQueueSettings"),
        hash,
        [
            ("instanceShape", shape_record),
            ("platformSettings", platform),
        ],
    )
}

fn metrics(world: &World, place: u64) -> Value<'_> {
    let entity = Entity::Queue(place);
    let agents = world.agents_of(place);
    let of_queue = |agent: &u64| agents.contains(agent);
    let is_connected = |agent: &&u64| world.agent(**agent).is_some_and(|it| it.is_connected());
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
            (
                "connectedAgentsCount",
                count(agents.iter().filter(is_connected).count()).into(),
            ),
            ("runningJobsCount", count(running.count()).into()),
            ("waitingJobsCount", waiting.into()),
            ("jobsPassedCount", (20 + drawn % 80).into()),
            ("jobsFailedCount", (drawn % 13).into()),
            ("timestamp", world.epoch.before(30).into()),
            ("waitTimeSec", times),
        ],
    )
}
