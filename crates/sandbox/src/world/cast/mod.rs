//! The cast: the invented organization `acme-inc`, whose data is there before
//! anybody adds any.

use std::sync::Arc;

use super::state::State;
use super::time::Time;

pub(crate) mod catalog;
mod clusters;
mod people;
mod pipelines;
mod steps;

pub(crate) use self::people::STRANGERS;

/// The organization as it is at a moment, before anybody changes anything.
pub(crate) fn acme(now: Time) -> State {
    State {
        name: "Acme Inc".to_owned(),
        slug: "acme-inc".to_owned(),
        people: shared(people::people()),
        teams: shared(people::teams(now)),
        pipelines: shared(pipelines::pipelines(now)),
        clusters: shared(clusters::clusters()),
        queues: shared(clusters::queues()),
        settled_at: now,
        ..State::default()
    }
}

fn shared<T>(items: Vec<T>) -> Vec<Arc<T>> {
    items.into_iter().map(Arc::new).collect()
}
