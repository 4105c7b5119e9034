//! When the jobs of live builds run, and on which agents.
//!
//! Time goes from one end of a job to the next. At each, what has become free is given
//! to who waits: the oldest build first, on the first agent of its queue that has
//! nothing to do.

use std::collections::BTreeSet;

use super::draw;
use crate::world::World;
use crate::world::ids::Entity;
use crate::world::jobs::{Job, JobState};
use crate::world::state::State;
use crate::world::steps::StepKind;
use crate::world::time::Time;

/// Seconds that pass between waiting for an agent and starting on one, at least.
const HANDOVER: u64 = 2;

impl World {
    /// Lets everything happen that happens until now.
    pub(crate) fn catch_up(&self, state: &mut State) {
        let busy: BTreeSet<u64> = self
            .past_running()
            .iter()
            .filter(|(_, job)| self.is_left(state, *job))
            .map(|(agent, _)| *agent)
            .collect();
        let mut at = state.settled_at;
        loop {
            self.give_out(state, at, &busy);
            let events = state.active.iter().filter_map(|key| {
                let build = state.live.get(key).filter(|build| !build.is_still)?;
                let jobs = build.jobs.iter();
                jobs.filter_map(|job| next_event(job, at)).min()
            });
            // An agent that takes jobs again is as good as one that has become free.
            let agents = state.agents.iter();
            let resumed = agents.filter_map(|(_, agent)| Some(agent.pause.as_ref()?.ends_at()));
            let resumed = resumed.filter(|end| *end > at).min();
            match events.min().into_iter().chain(resumed).min() {
                Some(next) if next <= self.now => at = at.max(next),
                _ => break,
            }
            end_jobs(state, at);
        }
        state.settled_at = self.now.max(state.settled_at);
    }

    /// Whether a job that ran when the history ended is left to itself: its build is not
    /// stored, nor gone with its pipeline.
    fn is_left(&self, state: &State, job: Entity) -> bool {
        match job {
            Entity::Job(pipeline, number, _) => {
                self.pipeline(pipeline).is_some() && !state.live.contains_key(&(pipeline, number))
            }
            _ => true,
        }
    }

    /// Gives the jobs that wait to the agents that are free.
    fn give_out(&self, state: &mut State, at: Time, busy: &BTreeSet<u64>) {
        let mut waiting = Vec::new();
        let mut taken = busy.clone();
        let mut groups: Vec<String> = Vec::new();
        for key in &state.active {
            let Some(build) = state.live.get(key) else {
                continue;
            };
            for (place, job) in build.jobs.iter().enumerate() {
                if job.is_running() {
                    taken.extend(job.agent);
                    groups.extend(job.step.concurrency.iter().map(|(group, _)| group.clone()));
                } else if !build.is_still
                    && startable_at(job).is_some_and(|startable| startable <= at)
                {
                    waiting.push((job.runnable_at, build.created_at, *key, place));
                }
            }
        }
        waiting.sort_unstable();
        for (_, _, key, place) in waiting {
            let Some(build) = state.live.get(&key) else {
                continue;
            };
            let job = &build.jobs[place];
            let limit = job.step.concurrency.as_ref();
            let is_limited = limit.is_some_and(|(group, limit)| {
                let running = groups.iter().filter(|running| *running == group).count();
                u64::try_from(running).is_ok_and(|running| running >= *limit)
            });
            let agent = self
                .state
                .queue_for(build.cluster, &job.step)
                .filter(|queue| self.dispatches(*queue))
                .and_then(|queue| self.idle_agent(queue, &taken, at));
            let length = duration(draw(self, "length", key, place), job);
            let Some(job) = state
                .build_mut(key)
                .and_then(|build| build.jobs.get_mut(place))
            else {
                continue;
            };
            match agent {
                _ if is_limited => job.state = JobState::Limited,
                None => job.state = JobState::Scheduled,
                Some(agent) => {
                    job.state = JobState::Running;
                    job.agent = Some(agent);
                    job.started_at = Some(at);
                    job.ends_at = Some(at.after(length));
                    taken.insert(agent);
                    groups.extend(job.step.concurrency.iter().map(|(group, _)| group.clone()));
                    if let Some(build) = state.build_mut(key) {
                        build.settle(at);
                    }
                }
            }
        }
    }
}

/// Ends the jobs whose time has come, and lets follow what follows.
fn end_jobs(state: &mut State, at: Time) {
    let active: Vec<_> = state.active.iter().copied().collect();
    for key in active {
        let Some(build) = state.live.get(&key) else {
            continue;
        };
        if !build
            .jobs
            .iter()
            .any(|job| job.ends_at <= Some(at) && job.ends_at.is_some())
        {
            continue;
        }
        let mut build = (**build).clone();
        let fails_at = build.fails_at.clone();
        for job in &mut build.jobs {
            let Some(end) = job.ends_at.filter(|end| *end <= at) else {
                continue;
            };
            finish(job, end, fails_at.as_deref());
            let agent = job.agent.and_then(|agent| state.agents.get_mut(agent));
            if let Some(agent) = agent.filter(|agent| agent.stop.is_some()) {
                // It waited for nothing else.
                agent.disconnected_at.get_or_insert(end);
            }
        }
        build.settle(at);
        state.put_build(key.0, key.1, build);
    }
}

/// When a job that waits for an agent may start on one.
fn startable_at(job: &Job) -> Option<Time> {
    let waits = matches!(job.state, JobState::Scheduled | JobState::Limited);
    job.runnable_at
        .filter(|_| waits)
        .map(|at| at.after(HANDOVER))
}

/// When something happens to a job by itself.
fn next_event(job: &Job, at: Time) -> Option<Time> {
    job.ends_at
        .or_else(|| startable_at(job).filter(|startable| *startable > at))
}

fn finish(job: &mut Job, end: Time, fails_at: Option<&str>) {
    job.ends_at = None;
    job.finished_at = Some(end);
    if job.state == JobState::Canceling {
        job.state = JobState::Canceled;
        job.exit_status = Some(-1);
        return;
    }
    job.state = JobState::Finished;
    let names = [job.step.key.as_str(), job.step.label.as_str()];
    let fails = job.retry_of.is_none() && fails_at.is_some_and(|step| names.contains(&step));
    job.exit_status = Some(i64::from(fails));
    job.soft_failed = fails && job.step.may_fail;
}

/// How many seconds a job takes.
fn duration(drawn: u64, job: &Job) -> u64 {
    debug_assert_eq!(job.step.kind, StepKind::Command);
    (job.step.seconds * (75 + drawn % 50) / 100).max(1)
}
