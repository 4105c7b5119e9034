//! Where the state is kept between requests, and the clock that it goes by.

use std::sync::{Arc, PoisonError, RwLock};

use super::World;
use super::clock::Clock;
use super::ids::Identities;
use super::state::State;
use super::time::Time;

/// A moment of the world: two that are equal look alike from everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// Nothing where nothing ever changes.
    state: Option<Arc<State>>,
    now: Time,
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.state, &other.state) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        is_same && self.now == other.now
    }
}

impl Moment {
    /// The moment of what never changes.
    pub(crate) fn eternal() -> Self {
        Self {
            state: None,
            now: Time::default(),
        }
    }
}

/// The one place that changes.
#[derive(Debug)]
pub(crate) struct Store {
    seed: u64,
    epoch: Time,
    clock: Arc<Clock>,
    identities: Arc<Identities>,
    state: RwLock<Arc<State>>,
}

impl Store {
    /// An organization at a moment from which a clock goes on. What it does not say
    /// follows from a seed.
    pub(crate) fn new(seed: u64, epoch: Time, clock: Arc<Clock>, state: State) -> Self {
        let origin = Arc::new(state);
        let state = State {
            origin: Some(Arc::clone(&origin)),
            ..State::clone(&origin)
        };
        Self {
            seed,
            epoch,
            clock,
            identities: Arc::new(Identities::new(seed)),
            state: RwLock::new(Arc::new(state)),
        }
    }

    /// The world as it is now.
    pub(crate) fn world(&self) -> World {
        let now = self.now();
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let is_settled = state.active.is_empty() || state.settled_at >= now;
        let state = if is_settled {
            Arc::clone(&state)
        } else {
            drop(state);
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            self.settle(&mut state, now);
            Arc::clone(&state)
        };
        self.see(state, now)
    }

    /// The present moment.
    pub(crate) fn moment(&self) -> Moment {
        let world = self.world();
        Moment {
            state: Some(Arc::clone(&world.state)),
            now: world.now,
        }
    }

    /// Changes the state, and answers what the change does and the world after it.
    /// What fails changes nothing.
    ///
    /// # Errors
    ///
    /// Those of the change.
    pub(crate) fn change<T, E>(
        &self,
        change: impl FnOnce(&World, &mut State) -> Result<T, E>,
    ) -> Result<(T, World), E> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // Under the lock, so that changes are made in the order of their times.
        let now = self.now();
        self.settle(&mut state, now);
        let mut next = State::clone(&state);
        let done = change(&self.see(Arc::clone(&state), now), &mut next)?;
        *state = Arc::new(next);
        // A change may let more happen at this very moment.
        self.settle(&mut state, now);
        Ok((done, self.see(Arc::clone(&state), now)))
    }

    /// Lets happen what has happened meanwhile.
    fn settle(&self, state: &mut Arc<State>, now: Time) {
        let world = self.see(Arc::clone(state), now);
        let mut next = State::clone(state);
        world.catch_up(&mut next);
        *state = Arc::new(next);
    }

    fn now(&self) -> Time {
        self.epoch.after(self.clock.elapsed().as_secs())
    }

    fn see(&self, state: Arc<State>, now: Time) -> World {
        World::new(
            self.seed,
            self.epoch,
            now,
            Arc::clone(&self.identities),
            state,
        )
    }
}
