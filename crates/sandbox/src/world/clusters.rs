//! Clusters, their queues, and the agents that listen on them.

use super::World;
use super::chance::{count, index, pick};
use super::ids::Entity;
use super::time::Time;

/// A cluster; its queues are the entries of [`QUEUES`] that name it.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) emoji: &'static str,
    pub(crate) color: &'static str,
    pub(crate) tokens: &'static [&'static str],
}

/// The clusters, in the order of their creation.
pub(crate) const CLUSTERS: &[Cluster] = &[
    Cluster {
        name: "Default cluster",
        description: "Everyday builds and tests",
        emoji: ":buildkite:",
        color: "#14cc80",
        tokens: &["Autoscaling group", "Laptop of the platform team", "Spare"],
    },
    Cluster {
        name: "Deployments",
        description: "The only machines that can reach production",
        emoji: ":rocket:",
        color: "#f45805",
        tokens: &["Deploy hosts", "Break-glass"],
    },
    Cluster {
        name: "Apple",
        description: "Mac minis for the iOS app",
        emoji: ":mac:",
        color: "#8f8f8f",
        tokens: &["Mac minis"],
    },
];

/// A queue and how many agents listen on it.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) key: &'static str,
    pub(crate) cluster: u64,
    pub(crate) description: &'static str,
    pub(crate) agents: u64,
    pub(crate) hosted: bool,
    pub(crate) paused_because: Option<&'static str>,
}

/// The queues, in the order of their creation.
pub(crate) const QUEUES: &[Queue] = &[
    Queue {
        key: "default",
        cluster: 0,
        description: "Small Linux machines",
        agents: 22,
        hosted: false,
        paused_because: None,
    },
    Queue {
        key: "linux-large",
        cluster: 0,
        description: "Big Linux machines for end-to-end tests and images",
        agents: 12,
        hosted: false,
        paused_because: None,
    },
    Queue {
        key: "hosted-arm",
        cluster: 0,
        description: "Hosted ARM machines, on trial",
        agents: 0,
        hosted: true,
        paused_because: Some("Trial ended, waiting for a decision"),
    },
    Queue {
        key: "deploy",
        cluster: 1,
        description: "Hosts with credentials for staging and production",
        agents: 9,
        hosted: false,
        paused_because: None,
    },
    Queue {
        key: "terraform",
        cluster: 1,
        description: "Hosts that may change infrastructure",
        agents: 4,
        hosted: false,
        paused_because: None,
    },
    Queue {
        key: "macos",
        cluster: 2,
        description: "Mac minis with the current Xcode",
        agents: 7,
        hosted: false,
        paused_because: None,
    },
];

/// What an agent is and where it runs.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) queue: u64,
    pub(crate) place: u64,
    pub(crate) paused: bool,
    pub(crate) state: &'static str,
}

impl Agent {
    /// Whether the agent takes jobs.
    pub(crate) fn takes_jobs(&self) -> bool {
        !self.paused && !self.is_stopping()
    }

    /// Whether the agent was told to stop once it has nothing to do.
    pub(crate) fn is_stopping(&self) -> bool {
        self.state == "stopping"
    }

    /// The agent's name: its queue and its place there.
    pub(crate) fn name(&self) -> String {
        format!("{}-{}", queue(self.queue).key, self.place + 1)
    }
}

/// The indexes of a cluster's queues.
pub(crate) fn queues_of(cluster: u64) -> Vec<u64> {
    (0..)
        .zip(QUEUES)
        .filter(|(_, queue)| queue.cluster == cluster)
        .map(|(index, _)| index)
        .collect()
}

/// The queue with this index.
pub(crate) fn queue(queue: u64) -> &'static Queue {
    &QUEUES[index(queue.min(count(QUEUES.len()) - 1))]
}

/// The cluster with this index.
pub(crate) fn cluster(cluster: u64) -> &'static Cluster {
    &CLUSTERS[index(cluster.min(count(CLUSTERS.len()) - 1))]
}

/// How many agents there are in all.
pub(crate) fn agent_count() -> u64 {
    QUEUES.iter().map(|queue| queue.agents).sum()
}

/// The range of a queue's agents: the first and how many.
pub(crate) fn agents_of(queue: u64) -> (u64, u64) {
    let first = QUEUES[..index(queue)]
        .iter()
        .map(|before| before.agents)
        .sum();
    (first, self::queue(queue).agents)
}

/// The agent with this index, if there is one.
pub(crate) fn agent(agent: u64) -> Option<Agent> {
    let mut place = agent;
    for (queue, spec) in (0..).zip(QUEUES) {
        if place < spec.agents {
            let state = if place == 7 { "stopping" } else { "connected" };
            return Some(Agent {
                queue,
                place,
                paused: place % 6 == 5,
                state,
            });
        }
        place -= spec.agents;
    }
    None
}

impl World {
    /// When the agent was paused, if it is.
    pub(crate) fn agent_paused_at(&self, agent: &Agent) -> Option<Time> {
        agent.paused.then(|| self.epoch.before(1_800))
    }

    /// When the agent was told to stop, if it was.
    pub(crate) fn agent_stopped_at(&self, agent: &Agent) -> Option<Time> {
        agent.is_stopping().then(|| self.epoch.before(120))
    }

    /// Whether the agent could be given a job at a time in the past.
    pub(crate) fn took_jobs(&self, agent: u64, at: Time) -> bool {
        self::agent(agent).is_some_and(|agent| {
            let before = |end: Option<Time>| end.is_none_or(|end| at < end);
            before(self.agent_paused_at(&agent)) && before(self.agent_stopped_at(&agent))
        })
    }

    /// When the agent connected, before any build that it ran.
    pub(crate) fn agent_connected_at(&self, agent: u64) -> Time {
        let drawn = self.draw("connected", Entity::Agent(agent));
        self.epoch
            .before((120 + drawn % 30) * 86_400 + drawn % 86_400)
    }

    /// The version that the agent runs.
    pub(crate) fn agent_version(&self, agent: u64) -> &'static str {
        pick::<&'static str>(
            &["3.101.0", "3.101.0", "3.100.2", "3.98.1"],
            self.draw("version", Entity::Agent(agent)),
        )
    }
}
