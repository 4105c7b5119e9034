//! The cast: the invented organization `acme-inc`, whose data is there before
//! anybody adds any.

use std::sync::Arc;

use super::chance::count;
use super::state::State;
use super::time::Time;

pub(crate) mod catalog;
mod clusters;
mod people;
mod pipelines;
mod services;
mod steps;

pub(crate) use self::people::{STRANGERS, viewer};

/// How large the invented organization is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// How many pipelines there are.
    pub(crate) pipelines: Option<u64>,
    /// How many builds all pipelines have together.
    pub(crate) builds: Option<u64>,
}

/// The organization as it is at a moment, before anybody changes anything.
pub(crate) fn acme(now: Time, size: Size) -> State {
    let queues = clusters::queues(now);
    let pipelines = pipelines::pipelines(now, size);
    State {
        name: "Acme Inc".to_owned(),
        slug: "acme-inc".to_owned(),
        began_at: pipelines::first_build(&pipelines, now).before(86_400),
        catalog: catalog::ACME,
        people: people::people().into_iter().map(Arc::new).collect(),
        teams: people::teams(now, count(pipelines.len()))
            .into_iter()
            .collect(),
        agents: clusters::agents(&queues, now).into_iter().collect(),
        pipelines: pipelines.into_iter().collect(),
        clusters: clusters::clusters().into_iter().collect(),
        queues: queues.into_iter().collect(),
        settled_at: now,
        ..State::default()
    }
}
