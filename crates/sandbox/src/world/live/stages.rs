//! What follows what in a live build.
//!
//! A build's jobs form stages: the job that uploads the others alone, then all up to the
//! next wait or block step, then that step, and so on. A stage begins when the one before it has
//! ended well. A job's retry belongs to the stage of the job that it repeats.

use super::LiveBuild;
use crate::world::builds::BuildState;
use crate::world::jobs::{Job, JobState};
use crate::world::steps::StepKind;
use crate::world::time::Time;

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Every job did what it should, or may have failed.
    Done,
    /// A job failed, and nothing is going on.
    Failed,
    /// Something is still to happen.
    Open,
}

impl LiveBuild {
    /// Lets happen what follows at once from how the jobs are.
    pub(super) fn settle(&mut self, now: Time) {
        let stages = self.stages();
        let last = stages.iter().max().copied().unwrap_or(0);
        let mut before = Progress::Done;
        for stage in 0..=last {
            for (job, of) in self.jobs.iter_mut().zip(&stages) {
                if *of == stage {
                    follow(job, before, now);
                }
            }
            let jobs = self.jobs.iter().zip(&stages);
            let jobs = jobs.filter(|(_, of)| **of == stage).map(|(job, _)| job);
            before = match (before, progress(jobs)) {
                (Progress::Done, here) => here,
                (before, _) => before,
            };
        }
        self.state = self.state_now();
    }

    /// The stage of each job.
    fn stages(&self) -> Vec<usize> {
        let mut stages: Vec<usize> = Vec::with_capacity(self.jobs.len());
        let mut stage = 0;
        for (place, job) in self.jobs.iter().enumerate() {
            // Automatic retries of the past stand beside what they repeat.
            if let Some(first) = job.retry_of {
                stages.push(stages.get(first).copied().unwrap_or(stage));
                continue;
            }
            let stands_alone = |job: &Job| job.step.kind != StepKind::Command || job.step.uploads();
            let before = place.checked_sub(1).map(|before| &self.jobs[before]);
            if before.is_some_and(|before| stands_alone(before) || stands_alone(job)) {
                stage += 1;
            }
            stages.push(stage);
        }
        stages
    }

    /// The build's state, as it follows from its jobs.
    pub(crate) fn state_now(&self) -> BuildState {
        let jobs = || self.jobs.iter().filter(|job| job.retried_in.is_none());
        let any = |wanted: fn(&Job) -> bool| jobs().any(wanted);
        let is_on = |job: &Job| {
            matches!(
                job.state,
                JobState::Scheduled | JobState::Running | JobState::Limited
            )
        };
        if self.canceled.is_some() {
            return if any(|job| job.state == JobState::Canceling) {
                BuildState::Canceling
            } else {
                BuildState::Canceled
            };
        }
        let has_failed = any(Job::counts_as_failure);
        if any(is_on) {
            return if has_failed {
                BuildState::Failing
            } else if self.jobs.iter().any(|job| job.started_at.is_some()) {
                BuildState::Running
            } else {
                BuildState::Scheduled
            };
        }
        if any(|job| job.state == JobState::Canceling) {
            return BuildState::Running;
        }
        if any(|job| job.unblockable) {
            return BuildState::Blocked;
        }
        // A job that somebody canceled did not do what it should, either.
        if has_failed || any(|job| job.state == JobState::Canceled) {
            BuildState::Failed
        } else {
            BuildState::Passed
        }
    }
}

/// What becomes of a job once it is known how far the stages before its own are.
fn follow(job: &mut Job, before: Progress, now: Time) {
    use JobState::{Blocked, BlockedFailed, Broken, Waiting, WaitingFailed};
    let is_idle = matches!(
        job.state,
        Waiting | Blocked | Broken | WaitingFailed | BlockedFailed
    );
    if !is_idle {
        return;
    }
    job.unblockable = false;
    job.state = match (job.step.kind, before) {
        (StepKind::Command, Progress::Done) => {
            job.runnable_at = Some(now);
            JobState::Scheduled
        }
        (StepKind::Command | StepKind::Trigger, Progress::Failed) => Broken,
        (StepKind::Block, Progress::Done) => {
            job.unblockable = true;
            Blocked
        }
        (StepKind::Block, Progress::Failed) => BlockedFailed,
        (StepKind::Block, Progress::Open) => Blocked,
        (_, Progress::Done) => {
            // What it triggers does not wait for an agent, and nobody waits for it.
            job.finished_at = (job.step.kind == StepKind::Trigger).then_some(now);
            JobState::Finished
        }
        (_, Progress::Failed) => WaitingFailed,
        (_, Progress::Open) => Waiting,
    };
}

fn progress<'j>(jobs: impl Iterator<Item = &'j Job>) -> Progress {
    let mut all = Progress::Done;
    for job in jobs.filter(|job| job.retried_in.is_none()) {
        match job.state {
            JobState::Finished | JobState::Unblocked if !job.counts_as_failure() => {}
            JobState::Finished
            | JobState::TimedOut
            | JobState::Canceled
            | JobState::Broken
            | JobState::WaitingFailed
            | JobState::BlockedFailed => all = Progress::Failed,
            _ => return Progress::Open,
        }
    }
    all
}
