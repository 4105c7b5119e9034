//! The world: an organization and everything in it, as plain Rust.
//!
//! Nothing here knows GraphQL. An entity is a few indexes ([`ids::Entity`]). What
//! can be changed is stored ([`state::State`]); every other attribute is computed
//! from the indexes and the seed when somebody asks. A [`World`] is one moment of
//! it and never changes; the [`store::Store`] keeps the present one.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use self::cast::catalog::Catalog;
use self::ids::{Entity, Identities};
use self::state::State;
use self::time::Time;

pub(crate) mod annotations;
pub(crate) mod builds;
pub(crate) mod cast;
pub(crate) mod chance;
pub(crate) mod clock;
pub(crate) mod clusters;
pub(crate) mod cron;
mod existence;
pub(crate) mod ids;
pub(crate) mod jobs;
pub(crate) mod live;
pub(crate) mod pattern;
pub(crate) mod people;
pub(crate) mod pipelines;
pub(crate) mod search;
pub(crate) mod state;
pub(crate) mod steps;
pub(crate) mod store;
pub(crate) mod table;
pub(crate) mod time;

/// The organization and everything in it, at one moment.
#[derive(Debug)]
pub(crate) struct World {
    /// What all variety comes from.
    pub(crate) seed: u64,
    /// The moment at which the history ends: what is computed lies before it.
    pub(crate) epoch: Time,
    /// The present moment.
    pub(crate) now: Time,
    /// What is stored.
    pub(crate) state: Arc<State>,
    identities: Arc<Identities>,
    running: OnceLock<Vec<(u64, Entity)>>,
    past_running: OnceLock<Vec<(u64, Entity)>>,
    agents_by_queue: OnceLock<BTreeMap<u64, Vec<u64>>>,
}

impl World {
    fn new(
        seed: u64,
        epoch: Time,
        now: Time,
        identities: Arc<Identities>,
        state: Arc<State>,
    ) -> Self {
        Self {
            seed,
            epoch,
            now,
            state,
            identities,
            running: OnceLock::new(),
            past_running: OnceLock::new(),
            agents_by_queue: OnceLock::new(),
        }
    }

    /// A world whose history ends now, in a state that nothing has changed yet.
    pub(crate) fn of(seed: u64, now: Time, state: Arc<State>) -> Self {
        Self::new(seed, now, now, Arc::new(Identities::new(seed)), state)
    }

    /// The organization's slug.
    pub(crate) fn slug(&self) -> &str {
        &self.state.slug
    }

    /// What the organization has beside all that can change.
    pub(crate) fn catalog(&self) -> Catalog {
        self.state.catalog
    }

    /// How everything was at the beginning.
    pub(crate) fn origin(&self) -> &State {
        self.state.origin.as_deref().unwrap_or(&self.state)
    }

    /// A moment before every build.
    pub(crate) fn began_at(&self) -> Time {
        self.state.began_at
    }

    /// Draws a number for a question about an entity.
    pub(crate) fn draw(&self, question: &str, about: Entity) -> u64 {
        chance::draw(self.seed, question, &[about.hash()])
    }

    /// The entity's UUID.
    pub(crate) fn uuid(&self, entity: Entity) -> String {
        self.identities.uuid(entity)
    }

    /// The entity behind a UUID, if it exists.
    pub(crate) fn by_uuid(&self, uuid: &str) -> Option<Entity> {
        self.identities
            .entity(uuid)
            .filter(|entity| self.exists(*entity))
    }
}
