//! The jobs of a build of the history.
//!
//! They are worked out together, by walking the build's steps with a clock: each finished,
//! failed, waiting or running job follows from what came before.

use std::sync::Arc;

use super::{Job, JobState};
use crate::world::World;
use crate::world::builds::{Build, BuildState};
use crate::world::chance::{count, draw, index, pick};
use crate::world::ids::Entity;
use crate::world::steps::{Step, StepKind};
use crate::world::time::Time;

/// The jobs that the steps of a build became.
pub(super) fn jobs(world: &World, build: &Build) -> Vec<Job> {
    Walk::new(world, build).run(build)
}

/// What stands in the way of the steps that come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Halt {
    /// Nothing.
    No,
    /// Something before has failed.
    Failed,
    /// The build was canceled.
    Canceled,
    /// Something before is still going on.
    Busy,
    /// A person has to let the build through.
    Blocked,
}

/// The clock that walks a build's steps.
struct Walk<'w> {
    world: &'w World,
    entity: Entity,
    state: BuildState,
    /// Nothing that would happen later has happened yet.
    now: Time,
    /// When the steps at hand may begin.
    ready: Time,
    /// When the last of them ends.
    group_end: Time,
    group_failed: bool,
    halt: Halt,
    /// How many older builds of the pipeline are still running.
    rivals: u64,
    /// The step that fails, and the one during which the build is canceled.
    fails_at: Option<usize>,
    canceled_at: Option<usize>,
    jobs: Vec<Job>,
}

/// How many older builds of the same pipeline are running, and so hold a place in
/// each of its concurrency groups.
fn rivals(build: &Build) -> u64 {
    let history = &build.spec.history;
    let Some(age) = history.builds.checked_sub(build.number) else {
        return 0;
    };
    let older = history.newest.iter().skip(index(age + 1));
    count(older.filter(|state| **state == BuildState::Running).count())
}

/// The places of the steps of which one is why a build ends badly: not the one that brings
/// the others, and none that may fail, unless there is nothing else.
fn commands(steps: &[Arc<Step>]) -> Vec<usize> {
    let of = |wanted: fn(&Step) -> bool| {
        let commands = steps.iter().enumerate();
        let commands = commands.filter(|(_, step)| step.kind == StepKind::Command);
        commands
            .filter(|(_, step)| wanted(step))
            .map(|(place, _)| place)
            .collect::<Vec<usize>>()
    };
    let usual = of(|step| !step.uploads() && !step.may_fail);
    if usual.is_empty() {
        of(|_| true)
    } else {
        usual
    }
}

impl<'w> Walk<'w> {
    fn new(world: &'w World, build: &Build) -> Self {
        let entity = build.entity();
        let commands = commands(&build.spec.steps);
        let one = |question| {
            let drawn = world.draw(question, entity);
            (!commands.is_empty()).then(|| *pick(&commands, drawn))
        };
        let fails_at = match build.state {
            BuildState::Failed => one("fails"),
            BuildState::Failing => commands.first().copied(),
            _ => None,
        };
        let canceled_at = match build.state {
            BuildState::Canceled => one("cancels"),
            _ => None,
        };
        Self {
            world,
            entity,
            state: build.state,
            now: world.epoch,
            ready: build.created_at.after(1),
            group_end: build.created_at.after(1),
            group_failed: false,
            halt: Halt::No,
            rivals: rivals(build),
            fails_at,
            canceled_at,
            jobs: Vec::new(),
        }
    }

    fn run(mut self, build: &Build) -> Vec<Job> {
        for (place, step) in build.spec.steps.iter().enumerate() {
            match step.kind {
                StepKind::Command => self.command(place, step),
                StepKind::Wait => self.wait(step),
                StepKind::Block => self.block(step),
                StepKind::Trigger if build.triggers(self.world).is_some() => self.trigger(step),
                StepKind::Trigger => {}
            }
        }
        self.keep_busy();
        self.jobs
    }

    fn draw(&self, question: &str) -> u64 {
        draw(
            self.world.draw(question, self.entity),
            "job",
            &[count(self.jobs.len())],
        )
    }

    fn command(&mut self, place: usize, step: &Arc<Step>) {
        for part in 0..step.parallel {
            let parallel = (step.parallel > 1).then_some((part, step.parallel));
            let last = part + 1 == step.parallel;
            let mut job = self.one_command(place, step, last);
            job.parallel = parallel;
            let flaky = job.passed() && self.halt == Halt::No && !step.uploads();
            if flaky && self.draw("flaky").is_multiple_of(12) {
                self.push_retried(job);
            } else {
                self.jobs.push(job);
            }
        }
        // Nothing starts before the job ends that uploads it.
        if step.uploads() && self.halt == Halt::No {
            self.barrier();
        }
    }

    fn one_command(&mut self, place: usize, step: &Arc<Step>, last: bool) -> Job {
        match self.halt {
            Halt::Failed => return Job::new(step, JobState::Broken),
            Halt::Blocked => return Job::new(step, JobState::Blocked),
            Halt::Busy => return Job::new(step, JobState::Waiting),
            Halt::Canceled => {
                let mut job = Job::new(step, JobState::Canceled);
                job.canceled_at = Some(self.group_end);
                return job;
            }
            Halt::No => {}
        }
        let drawn = self.draw("times");
        let started = self.ready.after(3 + drawn % 17);
        let seconds = step.seconds * (75 + (drawn >> 8) % 50) / 100;
        let finished = started.after(seconds);
        let mut job = Job::new(step, JobState::Scheduled);
        job.runnable_at = Some(self.ready);
        if started > self.now || self.state == BuildState::Scheduled {
            self.group_end = self.now.after(1);
            return job;
        }
        job.started_at = Some(started);
        if self.canceled_at == Some(place) {
            let at = started.after(seconds / 2);
            job.state = JobState::Canceled;
            job.canceled_at = Some(at);
            job.finished_at = Some(at.after(4));
            job.exit_status = Some(-1);
            self.group_end = self.group_end.max(at.after(4));
            if last {
                self.halt = Halt::Canceled;
            }
            return job;
        }
        self.group_end = self.group_end.max(finished);
        let limit = step.concurrency.as_ref().map(|(_, limit)| *limit);
        if finished > self.now && limit.is_some_and(|limit| limit <= self.rivals) {
            job.state = JobState::Limited;
            job.started_at = None;
            self.group_end = self.now.after(1);
            return job;
        }
        if finished > self.now {
            job.state = if self.state == BuildState::Canceling {
                JobState::Canceling
            } else {
                JobState::Running
            };
            return job;
        }
        job.finished_at = Some(finished);
        job.state = JobState::Finished;
        job.exit_status = Some(0);
        if step.may_fail && (drawn >> 16).is_multiple_of(3) {
            job.exit_status = Some(2);
            job.soft_failed = true;
        }
        if self.fails_at == Some(place) && last {
            self.group_failed = true;
            if (drawn >> 24).is_multiple_of(7) {
                job.state = JobState::TimedOut;
                job.exit_status = Some(-1);
            } else {
                job.exit_status = Some(*pick(&[1, 1, 1, 2, 127, 255], drawn >> 32));
            }
        }
        job
    }

    /// A job that failed at first: the failure, then the retry that passed.
    fn push_retried(&mut self, passed: Job) {
        let first = self.jobs.len();
        let mut failed = passed.clone();
        failed.exit_status = Some(1);
        failed.retried_in = Some(first + 1);
        let mut retry = passed;
        retry.retry_of = Some(first);
        let began = failed.finished_at.map(|at| at.after(3));
        let seconds = retry.step.seconds * 3 / 4;
        retry.runnable_at = began;
        retry.started_at = began.map(|at| at.after(4));
        let ended = retry.started_at.map(|at| at.after(seconds));
        if ended > Some(self.now) {
            // Not enough time has passed for a retry; the job simply passed.
            failed.exit_status = Some(0);
            failed.retried_in = None;
            self.jobs.push(failed);
            return;
        }
        retry.finished_at = ended;
        self.group_end = self.group_end.max(ended.unwrap_or(self.group_end));
        self.jobs.push(failed);
        self.jobs.push(retry);
    }

    /// Everything so far has to end before anything else begins.
    fn barrier(&mut self) {
        if self.halt != Halt::No {
            return;
        }
        if self.group_failed {
            self.halt = Halt::Failed;
        } else if self.group_end > self.now {
            self.halt = Halt::Busy;
        } else {
            self.ready = self.group_end.after(1);
        }
    }

    fn wait(&mut self, step: &Arc<Step>) {
        self.barrier();
        let state = match self.halt {
            Halt::No => JobState::Finished,
            Halt::Failed => JobState::WaitingFailed,
            Halt::Canceled => JobState::Canceled,
            Halt::Busy | Halt::Blocked => JobState::Waiting,
        };
        self.jobs.push(Job::new(step, state));
    }

    fn block(&mut self, step: &Arc<Step>) {
        self.barrier();
        let state = match self.halt {
            Halt::No if self.state == BuildState::Blocked => {
                self.halt = Halt::Blocked;
                let mut job = Job::new(step, JobState::Blocked);
                job.unblockable = true;
                self.jobs.push(job);
                return;
            }
            Halt::No => {
                let at = self.group_end.after(60 + self.draw("unblocks") % 2_400);
                if at > self.now {
                    self.halt = Halt::Blocked;
                    JobState::Blocked
                } else {
                    self.ready = at.after(1);
                    self.group_end = self.group_end.max(at);
                    let mut job = Job::new(step, JobState::Unblocked);
                    job.unblocked_at = Some(at);
                    self.jobs.push(job);
                    return;
                }
            }
            Halt::Failed => JobState::BlockedFailed,
            Halt::Canceled => JobState::Canceled,
            Halt::Busy | Halt::Blocked => JobState::Blocked,
        };
        self.jobs.push(Job::new(step, state));
    }

    fn trigger(&mut self, step: &Arc<Step>) {
        self.barrier();
        let mut job = Job::new(step, JobState::Finished);
        job.finished_at = Some(self.ready);
        self.jobs.push(job);
    }

    /// A build that is said to be going on has something going on: if the clock
    /// happens to find a gap between jobs, the last one is not done yet.
    fn keep_busy(&mut self) {
        let (unfinished, still) = match self.state {
            BuildState::Running | BuildState::Failing => (
                &[JobState::Running, JobState::Scheduled][..],
                JobState::Running,
            ),
            BuildState::Canceling => (&[JobState::Canceling][..], JobState::Canceling),
            _ => return,
        };
        if self.jobs.iter().any(|job| unfinished.contains(&job.state)) {
            return;
        }
        let last = self
            .jobs
            .iter_mut()
            .rev()
            .find(|job| job.started_at.is_some() && job.passed() && job.retry_of.is_none());
        if let Some(job) = last {
            job.state = still;
            job.finished_at = None;
            job.exit_status = None;
            job.soft_failed = false;
        }
    }
}
