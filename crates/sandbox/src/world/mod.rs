//! The world: organization `acme-inc` and everything in it, as plain Rust.
//!
//! Nothing here knows GraphQL. An entity is a few indexes ([`ids::Entity`]) and
//! every attribute is computed from them and the seed when somebody asks; only
//! builds created through the API are stored.

use std::sync::OnceLock;

use self::created::CreatedBuilds;
use self::ids::{Entity, Identities};
use self::time::Time;

pub(crate) mod builds;
pub(crate) mod catalog;
pub(crate) mod chance;
pub(crate) mod clusters;
pub(crate) mod created;
pub(crate) mod ids;
pub(crate) mod jobs;
pub(crate) mod people;
pub(crate) mod pipelines;
pub(crate) mod search;
pub(crate) mod steps;
pub(crate) mod time;

/// The organization's name.
pub(crate) const NAME: &str = "Acme Inc";
/// The organization's slug.
pub(crate) const SLUG: &str = "acme-inc";

/// The organization and everything in it.
#[derive(Debug)]
pub(crate) struct World {
    /// What all variety comes from.
    pub(crate) seed: u64,
    /// The present moment.
    pub(crate) epoch: Time,
    /// Builds created through the API.
    pub(crate) created: CreatedBuilds,
    identities: Identities,
    running: OnceLock<Vec<(u64, Entity)>>,
}

impl World {
    /// The world of a seed, at a moment.
    pub(crate) fn new(seed: u64, epoch: Time) -> Self {
        Self {
            seed,
            epoch,
            created: CreatedBuilds::new(),
            identities: Identities::new(seed),
            running: OnceLock::new(),
        }
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
