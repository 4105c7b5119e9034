//! Clusters and queues.

use serde::{Deserialize, Serialize};

/// A cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) emoji: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) queues: Vec<Queue>,
}

impl Cluster {
    /// A cluster of this name, without queues.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Its emoji, such as `:rocket:`.
    #[must_use]
    pub fn emoji(mut self, emoji: impl Into<String>) -> Self {
        self.emoji = Some(emoji.into());
        self
    }

    /// The color behind its emoji, such as `#14CC80`.
    #[must_use]
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.color = Some(color.into());
        self
    }

    /// A queue. Steps that name none run in the first.
    #[must_use]
    pub fn queue(mut self, queue: Queue) -> Self {
        self.queues.push(queue);
        self
    }
}

/// A queue and how many agents listen on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    pub(crate) key: String,
    pub(crate) description: Option<String>,
    pub(crate) agents: u64,
    pub(crate) paused: Option<String>,
}

impl Queue {
    /// A queue on which so many agents listen.
    pub fn new(key: impl Into<String>, agents: u64) -> Self {
        Self {
            key: key.into(),
            agents,
            ..Self::default()
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// It gives out no jobs, for a reason.
    #[must_use]
    pub fn paused(mut self, note: impl Into<String>) -> Self {
        self.paused = Some(note.into());
        self
    }
}
