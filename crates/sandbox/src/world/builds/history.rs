//! Which builds a pipeline has, and what the builds of its history are: their states and
//! times, what made them, and what they made in turn.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Build, BuildState};
use crate::world::World;
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::pipelines::Pipeline;
use crate::world::time::Time;

/// Minutes that lie between the newest finished build and now, so that whatever
/// a build does, it has done before now.
const SETTLED: u64 = 150;
/// A deploy follows every so many builds of the shop.
const DEPLOY_EVERY: u64 = 5;
/// How many builds of the shop are younger than the last one deployed.
const DEPLOY_LAG: u64 = 4;
impl World {
    /// How many builds a pipeline has.
    pub(crate) fn build_count(&self, pipeline: u64) -> u64 {
        self.history_of(pipeline) + count(self.numbers(pipeline).len())
    }

    /// The number that the pipeline's next build gets.
    pub(crate) fn next_number(&self, pipeline: u64) -> u64 {
        self.state.next_number(pipeline)
    }

    /// The number of the build at a place, the newest first.
    pub(crate) fn build_number(&self, pipeline: u64, place: u64) -> Option<u64> {
        let numbers = self.numbers(pipeline);
        let stored = count(numbers.len());
        if place < stored {
            return numbers.get(index(stored - 1 - place)).copied();
        }
        let number = self.history_of(pipeline).checked_sub(place - stored)?;
        (number > 0).then_some(number)
    }

    /// A build by its number.
    pub(crate) fn build(&self, pipeline: u64, number: u64) -> Option<Rc<Build>> {
        let spec = self.pipeline(pipeline)?;
        let Some(live) = self.state.live.get(&(pipeline, number)) else {
            return self.past_build(pipeline, number);
        };
        Some(Rc::new(Build {
            pipeline,
            number,
            state: live.state,
            created_at: live.created_at,
            live: Some(Arc::clone(live)),
            spec: Arc::clone(spec),
            jobs: OnceCell::new(),
            rebuilt_from: OnceCell::new(),
        }))
    }

    /// A build of a pipeline's history, as it was before anybody acted upon it.
    pub(crate) fn past_build(&self, pipeline: u64, number: u64) -> Option<Rc<Build>> {
        let spec = self.past(pipeline)?;
        (1..=spec.history.builds).contains(&number).then(|| {
            Rc::new(Build::of_steps(
                (pipeline, number),
                self.past_state(pipeline, number),
                self.past_created_at(pipeline, number),
                spec,
            ))
        })
    }

    /// The builds of a pipeline in which anything may still be going on: the newest
    /// of its history, and all that are stored.
    pub(crate) fn recent_builds(&self, pipeline: u64) -> impl Iterator<Item = Rc<Build>> {
        let history = self.past(pipeline).map(|pipeline| &pipeline.history);
        let last = history.map_or(0, |history| history.builds);
        let newest = history.map_or(0, |history| count(history.newest.len()));
        let stored = self.state.live.range((pipeline, 0)..(pipeline + 1, 0));
        let stored = stored.map(|((_, number), _)| *number).rev();
        let past = (0..newest).map(move |age| last - age);
        stored
            .chain(past.filter(move |number| !self.state.live.contains_key(&(pipeline, *number))))
            .filter_map(move |number| self.build(pipeline, number))
    }

    /// The numbers of the builds that a pipeline's history does not have.
    fn numbers(&self, pipeline: u64) -> &[u64] {
        self.state.numbers.get(&pipeline).map_or(&[], Vec::as_slice)
    }

    /// A pipeline as it was at the beginning, be it deleted since.
    fn past(&self, pipeline: u64) -> Option<&Arc<Pipeline>> {
        self.origin().pipelines.get(pipeline)
    }

    /// How many builds the history of a pipeline has.
    fn history_of(&self, pipeline: u64) -> u64 {
        let spec = self.past(pipeline);
        spec.map_or(0, |spec| spec.history.builds)
    }

    /// The number of the nth build before the last one that triggered another: it has
    /// passed, whatever the seed.
    pub(crate) fn deployed(&self, pipeline: u64, nth: u64) -> Option<u64> {
        let triggered = self.past(pipeline)?.history.triggers?;
        let back = nth % self.history_of(triggered).max(1);
        self.history_of(pipeline)
            .checked_sub(DEPLOY_LAG + back * DEPLOY_EVERY)
    }

    /// The build that triggered this one.
    pub(super) fn trigger_of(&self, pipeline: u64, number: u64) -> Option<(u64, u64)> {
        let triggering = self.past(pipeline)?.history.triggered_by?;
        let back = self.history_of(pipeline).checked_sub(number)?;
        let number = self
            .history_of(triggering)
            .checked_sub(DEPLOY_LAG + back * DEPLOY_EVERY)?;
        Some((triggering, number))
    }

    /// The build that this one triggers.
    pub(super) fn triggered_by(&self, pipeline: u64, number: u64) -> Option<(u64, u64)> {
        let triggered = self.past(pipeline)?.history.triggers?;
        let last = self.history_of(pipeline).checked_sub(DEPLOY_LAG)?;
        let younger = last.checked_sub(number)?;
        if younger % DEPLOY_EVERY != 0 {
            return None;
        }
        let number = self
            .history_of(triggered)
            .checked_sub(younger / DEPLOY_EVERY)?;
        (number > 0).then_some((triggered, number))
    }

    fn past_state(&self, pipeline: u64, number: u64) -> BuildState {
        let Some(spec) = self.past(pipeline) else {
            return BuildState::NotRun;
        };
        let age = spec.history.builds.saturating_sub(number);
        if let Some(state) = spec.history.newest.get(index(age)) {
            return *state;
        }
        if self.triggered_by(pipeline, number).is_some() {
            return BuildState::Passed;
        }
        match self.draw("state", Entity::Build(pipeline, number)) % 100 {
            0..=15 => BuildState::Failed,
            16..=19 => BuildState::Canceled,
            20..=23 if spec.can_block() => BuildState::Blocked,
            24..=25 => BuildState::Skipped,
            26 => BuildState::NotRun,
            _ => BuildState::Passed,
        }
    }

    fn past_created_at(&self, pipeline: u64, number: u64) -> Time {
        let Some(spec) = self.past(pipeline) else {
            return self.epoch;
        };
        let age = spec.history.builds.saturating_sub(number);
        if let Some((triggering, trigger)) = self.trigger_of(pipeline, number)
            && let Some(build) = self.past_build(triggering, trigger)
        {
            return build.finished_at(self).unwrap_or(build.created_at);
        }
        if let Some(state) = spec.history.newest.get(index(age)) {
            let seconds = match state {
                BuildState::Creating => 1,
                BuildState::Scheduled => 8,
                BuildState::Blocked => (SETTLED + age) * 60,
                _ => 150 + age * 180,
            };
            return self.epoch.before(seconds);
        }
        if let Some((_, at)) = self.scheduled(pipeline, number) {
            return at;
        }
        let every = spec.history.every;
        let jitter = self.draw("created", Entity::Build(pipeline, number)) % (every / 2).max(1);
        slot(spec, self.epoch, age).map_or(self.epoch, |end| end.before(jitter))
    }

    /// The schedule that started a build, and when: the last that came due in the
    /// build's span of time.
    pub(super) fn scheduled(&self, pipeline: u64, number: u64) -> Option<(u64, Time)> {
        let spec = self.past(pipeline)?;
        let age = spec.history.builds.checked_sub(number)?;
        let begin = slot(spec, self.epoch, age)?.before(spec.history.every);
        let end = begin.after(spec.history.every);
        let days = spec.history.every / 86_400 + 1;
        spec.schedules
            .iter()
            .filter(|(_, schedule)| schedule.enabled && schedule.made.is_none())
            .filter_map(|(place, schedule)| Some((place, schedule.cron.last_until(end, days)?)))
            .filter(|(_, at)| *at > begin)
            .max_by_key(|(_, at)| *at)
    }
}
/// The end of the span of time, as long as there is between two builds, that belongs
/// to the finished build of this age.
fn slot(pipeline: &Pipeline, epoch: Time, age: u64) -> Option<Time> {
    let history = &pipeline.history;
    let place = age.checked_sub(count(history.newest.len()))?;
    Some(epoch.before(2 * SETTLED * 60 + place * history.every))
}
