//! What can be changed: everything that is stored rather than computed.
//!
//! A request sees one state from beginning to end. A change makes a new state,
//! which shares with the old one whatever stayed as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cast::catalog::Catalog;
use super::clusters::{Agent, Cluster, Queue};
use super::live::LiveBuild;
use super::people::{Person, Team};
use super::pipelines::Pipeline;
use super::steps::Step;
use super::table::Table;
use super::time::Time;

/// The stored part of the organization.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// The organization's name.
    pub(crate) name: String,
    /// The organization's slug.
    pub(crate) slug: String,
    /// How everything was at the beginning, which the history follows from whatever is
    /// changed later; nothing while that is now.
    pub(crate) origin: Option<Arc<State>>,
    /// A moment before every build.
    pub(crate) began_at: Time,
    /// What never changes.
    pub(crate) catalog: Catalog,
    /// The first is the viewer.
    pub(crate) people: Vec<Arc<Person>>,
    pub(crate) teams: Table<Team>,
    pub(crate) pipelines: Table<Pipeline>,
    pub(crate) clusters: Table<Cluster>,
    pub(crate) queues: Table<Queue>,
    pub(crate) agents: Table<Agent>,
    /// The builds that were created or acted upon, by pipeline and number.
    pub(crate) live: BTreeMap<(u64, u64), Arc<LiveBuild>>,
    /// The numbers of the builds that a pipeline's history does not have, rising.
    pub(crate) numbers: BTreeMap<u64, Vec<u64>>,
    /// The stored builds in which something may still happen.
    pub(crate) active: BTreeSet<(u64, u64)>,
    /// Until when everything has happened.
    pub(crate) settled_at: Time,
}

impl State {
    /// A cluster's queues with their numbers.
    pub(crate) fn queues_of(&self, cluster: u64) -> impl Iterator<Item = (u64, &Arc<Queue>)> {
        self.queues
            .iter()
            .filter(move |(_, queue)| queue.cluster == cluster)
    }

    /// The queue of a cluster's steps that name none.
    pub(crate) fn default_queue(&self, cluster: u64) -> Option<u64> {
        let chosen = self.clusters.get(cluster)?.default_queue;
        let chosen = chosen.filter(|queue| self.queues.get(*queue).is_some());
        let first = || self.queues_of(cluster).next().map(|(queue, _)| queue);
        chosen.or_else(first)
    }

    /// The queue of a cluster that a step runs in.
    pub(crate) fn queue_for(&self, cluster: u64, step: &Step) -> Option<u64> {
        let Some(key) = &step.queue else {
            return self.default_queue(cluster);
        };
        let mut queues = self.queues_of(cluster);
        let found = queues.find(|(_, queue)| queue.key == *key);
        found.map(|(number, _)| number)
    }
}
