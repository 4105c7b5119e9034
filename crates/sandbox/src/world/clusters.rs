//! Clusters, their queues, and the agents that listen on them.

use std::sync::Arc;

use super::World;
use super::chance::pick;
use super::ids::Entity;
use super::table::Table;
use super::time::Time;

/// A cluster; its queues are those that name it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) emoji: Option<String>,
    pub(crate) color: Option<String>,
    /// The queue of steps that name none; the cluster's first unless another was chosen.
    pub(crate) default_queue: Option<u64>,
    /// Who made it; of what was there from the beginning that is drawn.
    pub(crate) created_by: Option<u64>,
    pub(crate) tokens: Table<ClusterToken>,
}

/// What an agent needs to join a cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClusterToken {
    pub(crate) description: String,
    pub(crate) allowed_ip_addresses: Option<String>,
    pub(crate) expires_at: Option<Time>,
    pub(crate) created_by: Option<u64>,
}

/// A queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) key: String,
    pub(crate) cluster: u64,
    pub(crate) description: Option<String>,
    /// The shape of its machines, if they are hosted.
    pub(crate) hosted: Option<HostedShape>,
    pub(crate) retry_agent_affinity: String,
    pub(crate) created_by: Option<u64>,
    /// Why, since when and by whom no jobs are given out.
    pub(crate) paused: Option<Pause>,
}

/// What hosted agents run on.
#[derive(Clone, Debug)]
pub(crate) struct HostedShape {
    /// The name in the schema, such as `LINUX_ARM64_4X16`.
    pub(crate) name: String,
    /// The image of agents on Linux.
    pub(crate) image: Option<String>,
}

/// A pause of a queue.
#[derive(Clone, Debug)]
pub(crate) struct Pause {
    pub(crate) at: Time,
    pub(crate) by: u64,
    pub(crate) note: Option<String>,
}

/// An agent. It keeps its number when it is gone, because its jobs still name it.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) queue: u64,
    pub(crate) name: String,
    /// What it says about itself beside its queue.
    pub(crate) tags: Vec<String>,
    pub(crate) pause: Option<AgentPause>,
    pub(crate) stop: Option<Stop>,
    pub(crate) disconnected_at: Option<Time>,
    /// From when on the history has no jobs on it.
    pub(crate) idle_since: Option<Time>,
}

/// A pause of an agent, which ends by itself.
#[derive(Clone, Debug)]
pub(crate) struct AgentPause {
    pub(crate) at: Time,
    pub(crate) by: u64,
    pub(crate) note: Option<String>,
    pub(crate) minutes: u64,
}

impl AgentPause {
    /// When the agent takes jobs again.
    pub(crate) fn ends_at(&self) -> Time {
        self.at.after(self.minutes * 60)
    }
}

/// What somebody told an agent to do: to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    pub(crate) at: Time,
    pub(crate) by: u64,
    /// Whether its job was not waited for.
    pub(crate) forced: bool,
}

impl Queue {
    /// A queue for machines of one's own.
    pub(crate) fn new(key: &str, cluster: u64) -> Self {
        Self {
            key: key.to_owned(),
            cluster,
            description: None,
            hosted: None,
            retry_agent_affinity: "prefer-warmest".to_owned(),
            created_by: None,
            paused: None,
        }
    }
}

impl Agent {
    /// An agent that has just connected.
    pub(crate) fn new(name: String, queue: u64) -> Self {
        Self {
            queue,
            name,
            tags: Vec::new(),
            pause: None,
            stop: None,
            disconnected_at: None,
            idle_since: None,
        }
    }

    /// Whether the agent takes jobs at a moment.
    pub(crate) fn takes_jobs(&self, at: Time) -> bool {
        self.is_connected() && self.stop.is_none() && self.paused(at).is_none()
    }

    /// Whether the agent is there.
    pub(crate) fn is_connected(&self) -> bool {
        self.disconnected_at.is_none()
    }

    /// The pause that the agent is in at a moment, if it is in one.
    pub(crate) fn paused(&self, at: Time) -> Option<&AgentPause> {
        self.pause.as_ref().filter(|pause| at < pause.ends_at())
    }

    /// The name of its state.
    pub(crate) fn state(&self) -> &'static str {
        match (self.disconnected_at, &self.stop) {
            (Some(_), Some(_)) => "stopped",
            (Some(_), None) => "disconnected",
            (None, Some(_)) => "stopping",
            (None, None) => "connected",
        }
    }
}

impl World {
    /// The cluster with this number.
    pub(crate) fn cluster(&self, cluster: u64) -> Option<&Arc<Cluster>> {
        self.state.clusters.get(cluster)
    }

    /// All clusters with their numbers, in the order of their creation.
    pub(crate) fn clusters(&self) -> impl Iterator<Item = (u64, &Arc<Cluster>)> {
        self.state.clusters.iter()
    }

    /// The queue with this number.
    pub(crate) fn queue(&self, queue: u64) -> Option<&Arc<Queue>> {
        self.state.queues.get(queue)
    }

    /// A cluster's queues with their numbers.
    pub(crate) fn queues_of(&self, cluster: u64) -> impl Iterator<Item = (u64, &Arc<Queue>)> {
        self.state.queues_of(cluster)
    }

    /// Whether a queue gives out jobs.
    pub(crate) fn dispatches(&self, queue: u64) -> bool {
        self.queue(queue)
            .is_some_and(|queue| queue.paused.is_none())
    }

    /// The agent with this number, be it connected or not.
    pub(crate) fn agent(&self, agent: u64) -> Option<&Arc<Agent>> {
        self.state.agents.get(agent)
    }

    /// All agents with their numbers, in the order in which they connected first.
    pub(crate) fn agents(&self) -> impl Iterator<Item = (u64, &Arc<Agent>)> {
        self.state.agents.iter()
    }

    /// The numbers of the agents that listen or have listened on a queue.
    pub(crate) fn agents_of(&self, queue: u64) -> &[u64] {
        let by_queue = self.agents_by_queue.get_or_init(|| {
            let mut by_queue = std::collections::BTreeMap::<u64, Vec<u64>>::new();
            for (number, agent) in self.agents() {
                by_queue.entry(agent.queue).or_default().push(number);
            }
            by_queue
        });
        by_queue.get(&queue).map_or(&[], Vec::as_slice)
    }

    /// Whether the agent could be given a job at a time in the past.
    pub(crate) fn took_jobs(&self, agent: u64, at: Time) -> bool {
        self.agent(agent)
            .is_some_and(|agent| agent.idle_since.is_none_or(|since| at < since))
    }

    /// When the agent connected, before any build that it ran.
    pub(crate) fn agent_connected_at(&self, agent: u64) -> Time {
        let drawn = self.draw("connected", Entity::Agent(agent));
        self.began_at().before(drawn % 30 * 86_400 + drawn % 86_400)
    }

    /// The version that the agent runs.
    pub(crate) fn agent_version(&self, agent: u64) -> &'static str {
        pick::<&'static str>(
            &["3.101.0", "3.101.0", "3.100.2", "3.98.1"],
            self.draw("version", Entity::Agent(agent)),
        )
    }
}
