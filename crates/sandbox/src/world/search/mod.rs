//! Looking for builds and jobs by what they are: the one place that scans.
//!
//! Everything else finds its rows by arithmetic. A scan begins where a page does, looks
//! at one build after the other, and ends with the page, so that what is kept does not
//! grow with the number of builds.

pub(crate) mod recent;
pub(crate) mod started;

use std::rc::Rc;

use super::World;
use super::builds::{Build, Creator, Source};
use super::jobs::Job;
use super::pattern::matches;
use super::steps::StepKind;
use super::time::Time;

/// The states that jobs of builds have in which nothing more happens.
const ENDED: &[&str] = &[
    "BLOCKED_FAILED",
    "BROKEN",
    "CANCELED",
    "EXPIRED",
    "FINISHED",
    "SKIPPED",
    "TIMED_OUT",
    "UNBLOCKED",
    "UNBLOCKED_FAILED",
    "WAITING_FAILED",
];
/// The branch that stands for the default branch of a build's pipeline.
const DEFAULT_BRANCH: &str = "%default";

/// Which builds.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildFilter {
    pub(crate) states: Option<Vec<String>>,
    pub(crate) branches: Option<Vec<String>>,
    pub(crate) commits: Option<Vec<String>>,
    /// `key:value` pairs, all of which a build must have.
    pub(crate) meta_data: Option<Vec<String>>,
    pub(crate) created_from: Option<Time>,
    pub(crate) created_to: Option<Time>,
    pub(crate) creator: Option<u64>,
    pub(crate) schedule: Option<u64>,
}

impl BuildFilter {
    /// Whether every build is wanted.
    pub(crate) fn is_open(&self) -> bool {
        self.states.is_none()
            && self.branches.is_none()
            && self.commits.is_none()
            && self.meta_data.is_none()
            && self.created_from.is_none()
            && self.created_to.is_none()
            && self.creator.is_none()
            && self.schedule.is_none()
    }

    pub(crate) fn wants(&self, world: &World, build: &Build) -> bool {
        let state = build.state.name();
        among(self.states.as_ref(), |wanted| wanted == state)
            && self
                .created_from
                .is_none_or(|from| build.created_at >= from)
            && self.created_to.is_none_or(|to| build.created_at <= to)
            && (self.branches.is_none() || {
                let branch = build.branch(world);
                among(self.branches.as_ref(), |wanted| match wanted {
                    DEFAULT_BRANCH => branch == build.spec.default_branch,
                    _ => matches(wanted, &branch),
                })
            })
            && (self.commits.is_none() || {
                let commit = build.commit(world);
                among(self.commits.as_ref(), |wanted| {
                    !wanted.is_empty() && commit.starts_with(wanted)
                })
            })
            && self.meta_data.as_ref().is_none_or(|wanted| {
                let pairs = build.meta_data(world);
                wanted.iter().all(|wanted| {
                    wanted.split_once(':').is_some_and(|(key, value)| {
                        pairs.iter().any(|(k, v)| k == key && v == value)
                    })
                })
            })
            && self
                .creator
                .is_none_or(|user| build.creator(world) == Creator::Person(user))
            && self
                .schedule
                .is_none_or(|schedule| build.source(world) == Source::Schedule(schedule))
    }
}

/// Which jobs.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobFilter {
    pub(crate) types: Option<Vec<String>>,
    pub(crate) states: Option<Vec<String>>,
    pub(crate) rules: Option<Vec<String>>,
    pub(crate) step_keys: Option<Vec<String>>,
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) priorities: Option<Vec<i64>>,
    pub(crate) queues: Option<Vec<u64>>,
    pub(crate) passed: Option<bool>,
    pub(crate) cluster: Option<u64>,
    pub(crate) created_from: Option<Time>,
    pub(crate) created_to: Option<Time>,
    pub(crate) finished_from: Option<Time>,
    /// Set when nothing can match, such as jobs outside every cluster.
    pub(crate) nothing: bool,
}

impl JobFilter {
    /// Whether the build can have jobs that are wanted, as far as that can be told
    /// without looking at them.
    pub(crate) fn may_want(&self, build: &Build) -> bool {
        let is_going = |state: &String| !ENDED.contains(&state.as_str());
        let may_be_over = self
            .states
            .as_ref()
            .is_none_or(|states| !states.iter().all(is_going));
        !self.nothing
            && (may_be_over || !build.state.is_final())
            && self
                .created_from
                .is_none_or(|from| build.created_at >= from)
            && self.created_to.is_none_or(|to| build.created_at <= to)
            && self
                .cluster
                .is_none_or(|cluster| cluster == build.cluster())
    }

    /// Whether the job at this place of the build is wanted.
    pub(crate) fn wants(&self, world: &World, build: &Build, job: &Job) -> bool {
        let only_commands = self.rules.is_some()
            || self.groups.is_some()
            || self.priorities.is_some()
            || self.queues.is_some()
            || self.passed.is_some()
            || self.finished_from.is_some();
        let kind = match job.step.kind {
            StepKind::Command => "COMMAND",
            StepKind::Wait => "WAIT",
            StepKind::Block => "BLOCK",
            StepKind::Trigger => "TRIGGER",
        };
        !self.nothing
            && (!only_commands || job.step.kind == StepKind::Command)
            && among(self.types.as_ref(), |wanted| wanted == kind)
            && among(self.states.as_ref(), |wanted| wanted == job.state.name())
            && among(self.step_keys.as_ref(), |wanted| wanted == job.step.key)
            && among(self.groups.as_ref(), |wanted| {
                let group = job.step.concurrency.as_ref();
                group.is_some_and(|(group, _)| group == wanted)
            })
            && self
                .priorities
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&0))
            && self.passed.is_none_or(|passed| passed == job.passed())
            && self
                .cluster
                .is_none_or(|cluster| cluster == build.cluster())
            && self.queues.as_ref().is_none_or(|wanted| {
                let queue = build.queue_of(world, job);
                queue.is_some_and(|queue| wanted.contains(&queue))
            })
            && self.rules.as_ref().is_none_or(|wanted| {
                let rules = build.agent_query_rules(world, job);
                wanted.iter().all(|wanted| rules.contains(wanted))
            })
            && self
                .created_from
                .is_none_or(|from| build.created_at >= from)
            && self.created_to.is_none_or(|to| build.created_at <= to)
            && self
                .finished_from
                .is_none_or(|from| job.finished_at.is_some_and(|at| at >= from))
    }
}

fn among(wanted: Option<&Vec<String>>, is: impl Fn(&str) -> bool) -> bool {
    wanted.is_none_or(|wanted| wanted.iter().any(|one| is(one)))
}

/// The order of jobs that were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobOrder {
    /// Those of the newest build first.
    RecentlyCreated,
    /// The last that an agent was given first, then those that none has.
    RecentlyAssigned,
}

/// A job that was found.
#[derive(Clone, Debug)]
pub(crate) struct FoundJob {
    pub(crate) build: Rc<Build>,
    pub(crate) place: usize,
    /// Where the job stands among the others; smaller is newer.
    pub(crate) key: u128,
}

impl World {
    /// The first place of a pipeline's builds, the newest first, from which on a
    /// question about them is answered with yes.
    pub(crate) fn first_place(&self, pipeline: u64, is: impl Fn(&Build) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.build_count(pipeline));
        while low < high {
            let middle = low + (high - low) / 2;
            let number = self.build_number(pipeline, middle);
            let build = number.and_then(|number| self.build(pipeline, number));
            if build.is_none_or(|build| is(&build)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}
