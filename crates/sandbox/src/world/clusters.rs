//! Clusters, their queues, and the agents that listen on them.

use std::sync::Arc;

use super::World;
use super::chance::{index, pick};
use super::ids::Entity;
use super::time::Time;

/// A cluster; its queues are those that name it.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) emoji: String,
    pub(crate) color: String,
    /// What each of its agent tokens is for.
    pub(crate) tokens: Vec<String>,
}

/// A queue and how many agents listen on it.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) key: String,
    pub(crate) cluster: u64,
    pub(crate) description: String,
    pub(crate) agents: u64,
    pub(crate) hosted: bool,
    pub(crate) paused_because: Option<String>,
}

/// What an agent is and where it runs.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) queue: u64,
    /// Its place among the queue's agents.
    pub(crate) place: u64,
    pub(crate) name: String,
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
}

impl World {
    /// The cluster with this index.
    pub(crate) fn cluster(&self, cluster: u64) -> Option<&Arc<Cluster>> {
        self.state.clusters.get(index(cluster))
    }

    /// All clusters with their indexes, in the order of their creation.
    pub(crate) fn clusters(&self) -> impl Iterator<Item = (u64, &Arc<Cluster>)> {
        (0..).zip(&self.state.clusters)
    }

    /// The queue with this index.
    pub(crate) fn queue(&self, queue: u64) -> Option<&Arc<Queue>> {
        self.state.queues.get(index(queue))
    }

    /// All queues with their indexes, in the order of their creation.
    pub(crate) fn queues(&self) -> impl Iterator<Item = (u64, &Arc<Queue>)> {
        (0..).zip(&self.state.queues)
    }

    /// A cluster's queues with their indexes.
    pub(crate) fn queues_of(&self, cluster: u64) -> impl Iterator<Item = (u64, &Arc<Queue>)> {
        self.queues()
            .filter(move |(_, queue)| queue.cluster == cluster)
    }

    /// Whether a queue gives out jobs.
    pub(crate) fn dispatches(&self, queue: u64) -> bool {
        self.queue(queue)
            .is_some_and(|queue| queue.paused_because.is_none())
    }

    /// How many agents there are in all.
    pub(crate) fn agent_count(&self) -> u64 {
        self.queues().map(|(_, queue)| queue.agents).sum()
    }

    /// The range of a queue's agents: the first and how many.
    pub(crate) fn agents_of(&self, queue: u64) -> (u64, u64) {
        let before = self.queues().take(index(queue));
        let first = before.map(|(_, queue)| queue.agents).sum();
        (first, self.queue(queue).map_or(0, |queue| queue.agents))
    }

    /// The agent with this index, if there is one.
    pub(crate) fn agent(&self, agent: u64) -> Option<Agent> {
        let mut place = agent;
        for (number, queue) in self.queues() {
            if place < queue.agents {
                return Some(Agent {
                    queue: number,
                    place,
                    name: format!("{}-{}", queue.key, place + 1),
                    paused: place % 6 == 5,
                    state: if place == 7 { "stopping" } else { "connected" },
                });
            }
            place -= queue.agents;
        }
        None
    }

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
        self.agent(agent).is_some_and(|agent| {
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
