//! Jobs by when they started on an agent, the last first; then those that none has.
//!
//! Builds are known in the order in which they were made, and a job of the history starts
//! within a known time after that. So builds are looked at one after the other, and a job
//! is shown as soon as none that is still to be looked at can come before it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::recent::Recent;
use super::{FoundJob, JobFilter};
use crate::world::World;
use crate::world::builds::Build;
use crate::world::time::Time;

/// What the key of a job begins with that no agent was given.
const NEVER: u128 = 1 << 127;
/// The bits of a key below the time.
const BELOW_TIME: u128 = (1 << 80) - 1;

/// Jobs by their start.
#[derive(Clone, Debug)]
pub(crate) struct Started<'w> {
    world: &'w World,
    pipeline: Option<u64>,
    filter: JobFilter,
    /// The agent that has to have run them, if it is one.
    agent: Option<u64>,
    /// How many seconds after its build was made a job of the history starts at the most.
    span: u64,
}

impl<'w> Started<'w> {
    /// Those of one pipeline or all that are wanted.
    pub(crate) fn new(world: &'w World, pipeline: Option<u64>, filter: JobFilter) -> Self {
        // What pipelines run now says nothing about the history.
        let pipelines = world.origin().pipelines.iter();
        let steps = pipelines.map(|(_, pipeline)| pipeline.longest());
        Self {
            world,
            pipeline,
            filter,
            agent: None,
            span: steps.max().unwrap_or(0),
        }
    }

    /// Those that an agent runs or has run.
    pub(crate) fn on(world: &'w World, agent: u64, filter: JobFilter) -> Self {
        Self {
            agent: Some(agent),
            ..Self::new(world, None, filter)
        }
    }

    /// The jobs behind a key.
    pub(crate) fn after<'s>(
        &'s self,
        after: Option<u128>,
    ) -> Box<dyn Iterator<Item = FoundJob> + 's> {
        let is_behind = move |job: &FoundJob| after.is_none_or(|after| job.key > after);
        let recent = Recent::new(self.world, self.pipeline);
        let started = after
            .is_none_or(|after| after < NEVER)
            .then(|| {
                // A job that started until then is of a build that was made until then.
                let from = after.map(|after| after & !BELOW_TIME);
                self.merged(recent.older(from), Reverse, move |build, span| {
                    let latest = build.created_at.after(span);
                    Reverse(begin(latest))
                })
            })
            .into_iter()
            .flatten();
        let never = self
            .agent
            .is_none()
            .then(move || {
                let from = after
                    .filter(|after| *after >= NEVER)
                    .map(|after| after - NEVER);
                recent.older(from).flat_map(|build| self.never(&build))
            })
            .into_iter()
            .flatten();
        Box::new(started.chain(never).filter(is_behind))
    }

    /// The jobs before a key, the last first.
    pub(crate) fn before<'s>(
        &'s self,
        before: Option<u128>,
    ) -> Box<dyn Iterator<Item = FoundJob> + 's> {
        let is_before = move |job: &FoundJob| before.is_none_or(|before| job.key < before);
        let recent = Recent::new(self.world, self.pipeline);
        let among_never = before.is_none_or(|before| before >= NEVER);
        let never = (self.agent.is_none() && among_never)
            .then(|| {
                let from = before.map(|before| before - NEVER);
                recent.newer(from).flat_map(|build| {
                    let mut jobs = self.never(&build);
                    jobs.reverse();
                    jobs
                })
            })
            .into_iter()
            .flatten();
        let from = before.filter(|before| *before < NEVER).map(|before| {
            let past = Time::from_newest_first(before >> 80).before(self.span);
            begin(past) | BELOW_TIME
        });
        let started = self.merged(
            recent.newer(from),
            |key| key,
            |build, _| {
                // Whatever is still to come started after its build was made.
                begin(build.created_at) | BELOW_TIME
            },
        );
        Box::new(never.chain(started).filter(is_before))
    }

    /// The jobs that started, the one with the highest order first. `bound` is the highest
    /// that a job of this build or of one after it may have.
    fn merged<'s, O: Ord + Copy + 's>(
        &'s self,
        builds: impl Iterator<Item = Rc<Build>> + 's,
        order: fn(u128) -> O,
        bound: impl Fn(&Build, u64) -> O + 's,
    ) -> impl Iterator<Item = FoundJob> + 's {
        let mut waiting: BinaryHeap<Waiting<O>> = BinaryHeap::new();
        // When jobs of stored builds start is not bounded, but there are few of them.
        for (pipeline, number) in self.world.state.live.keys() {
            if self.pipeline.is_none_or(|wanted| wanted == *pipeline)
                && let Some(build) = self.world.build(*pipeline, *number)
            {
                waiting.extend(self.waiting(&build, order));
            }
        }
        let mut builds = builds.filter(|build| build.live.is_none()).peekable();
        std::iter::from_fn(move || {
            loop {
                let Some(build) = builds.peek() else {
                    return waiting.pop().map(|top| top.job);
                };
                let bound = bound(build, self.span);
                if waiting.peek().is_some_and(|top| top.order > bound) {
                    return waiting.pop().map(|top| top.job);
                }
                let build = builds.next()?;
                waiting.extend(self.waiting(&build, order));
            }
        })
    }

    fn waiting<O>(&self, build: &Rc<Build>, order: fn(u128) -> O) -> Vec<Waiting<O>> {
        let jobs = self.jobs(build, |key| key < NEVER).into_iter();
        jobs.map(|job| Waiting {
            order: order(job.key),
            job,
        })
        .collect()
    }

    /// The jobs of a build that no agent was given.
    fn never(&self, build: &Rc<Build>) -> Vec<FoundJob> {
        self.jobs(build, |key| key >= NEVER)
    }

    fn jobs(&self, build: &Rc<Build>, is_wanted: impl Fn(u128) -> bool) -> Vec<FoundJob> {
        if !self.filter.may_want(build) {
            return Vec::new();
        }
        let world = self.world;
        let jobs = build.jobs(world).iter().enumerate();
        jobs.filter(|(place, job)| {
            is_wanted(build.assignment(job, *place))
                && self.filter.wants(world, build, job)
                && (self.agent.is_none() || world.agent_of(build, *place) == self.agent)
        })
        .map(|(place, job)| FoundJob {
            build: Rc::clone(build),
            place,
            key: build.assignment(job, place),
        })
        .collect()
    }
}

/// The lowest key of a job that started at a time.
fn begin(at: Time) -> u128 {
    u128::from(at.newest_first()) << 80
}

/// A job that was found and waits for its turn.
struct Waiting<O> {
    order: O,
    job: FoundJob,
}

impl<O: Ord> Ord for Waiting<O> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

impl<O: Ord> PartialOrd for Waiting<O> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<O: Ord> PartialEq for Waiting<O> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<O: Ord> Eq for Waiting<O> {}
