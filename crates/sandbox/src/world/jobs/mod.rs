//! Jobs: what a build's steps became, in which state, when, and on which agent.

use std::sync::Arc;

use super::World;
use super::builds::{Build, BuildState};
use super::chance::count;
use super::ids::Entity;
use super::steps::Step;
use super::time::Time;

mod agents;
mod walk;

/// The state of a job. Builds that move by themselves reach only some; data of one's own
/// may say any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobState {
    Accepted,
    Assigned,
    Blocked,
    BlockedFailed,
    Broken,
    Canceled,
    Canceling,
    Expired,
    Finished,
    Limited,
    Limiting,
    Pending,
    PlatformLimited,
    PlatformLimiting,
    Reserved,
    Running,
    Scheduled,
    Skipped,
    TimedOut,
    TimingOut,
    Unblocked,
    UnblockedFailed,
    Waiting,
    WaitingFailed,
}

impl JobState {
    /// Every state.
    pub(crate) const ALL: [Self; 24] = [
        Self::Accepted,
        Self::Assigned,
        Self::Blocked,
        Self::BlockedFailed,
        Self::Broken,
        Self::Canceled,
        Self::Canceling,
        Self::Expired,
        Self::Finished,
        Self::Limited,
        Self::Limiting,
        Self::Pending,
        Self::PlatformLimited,
        Self::PlatformLimiting,
        Self::Reserved,
        Self::Running,
        Self::Scheduled,
        Self::Skipped,
        Self::TimedOut,
        Self::TimingOut,
        Self::Unblocked,
        Self::UnblockedFailed,
        Self::Waiting,
        Self::WaitingFailed,
    ];

    /// The name in the schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::Assigned => "ASSIGNED",
            Self::Blocked => "BLOCKED",
            Self::BlockedFailed => "BLOCKED_FAILED",
            Self::Broken => "BROKEN",
            Self::Canceled => "CANCELED",
            Self::Canceling => "CANCELING",
            Self::Expired => "EXPIRED",
            Self::Finished => "FINISHED",
            Self::Limited => "LIMITED",
            Self::Limiting => "LIMITING",
            Self::Pending => "PENDING",
            Self::PlatformLimited => "PLATFORM_LIMITED",
            Self::PlatformLimiting => "PLATFORM_LIMITING",
            Self::Reserved => "RESERVED",
            Self::Running => "RUNNING",
            Self::Scheduled => "SCHEDULED",
            Self::Skipped => "SKIPPED",
            Self::TimedOut => "TIMED_OUT",
            Self::TimingOut => "TIMING_OUT",
            Self::Unblocked => "UNBLOCKED",
            Self::UnblockedFailed => "UNBLOCKED_FAILED",
            Self::Waiting => "WAITING",
            Self::WaitingFailed => "WAITING_FAILED",
        }
    }

    /// Whether something before the job has to happen first, or has failed.
    pub(crate) fn waits(self) -> bool {
        matches!(
            self,
            Self::Blocked
                | Self::BlockedFailed
                | Self::Broken
                | Self::Pending
                | Self::Waiting
                | Self::WaitingFailed
        )
    }

    /// Whether an agent is busy with the job.
    pub(crate) fn is_on_agent(self) -> bool {
        matches!(self, Self::Running | Self::Canceling | Self::TimingOut)
    }
}

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) step: Arc<Step>,
    pub(crate) state: JobState,
    /// Which of how many, when the step is split.
    pub(crate) parallel: Option<(u64, u64)>,
    pub(crate) runnable_at: Option<Time>,
    pub(crate) started_at: Option<Time>,
    pub(crate) finished_at: Option<Time>,
    pub(crate) canceled_at: Option<Time>,
    pub(crate) unblocked_at: Option<Time>,
    pub(crate) exit_status: Option<i64>,
    /// The place of the job that this one is a retry of.
    pub(crate) retry_of: Option<usize>,
    /// The place of the job that is this one's retry.
    pub(crate) retried_in: Option<usize>,
    /// Whether the step above may fail and did.
    pub(crate) soft_failed: bool,
    /// Whether a block step can be let through now.
    pub(crate) unblockable: bool,
    /// The agent of a job that is stored; that of any other is worked out.
    pub(crate) agent: Option<u64>,
    /// When a stored job ends by itself.
    pub(crate) ends_at: Option<Time>,
    /// Who let a build through a stored block step.
    pub(crate) unblocked_by: Option<u64>,
    /// Who ran a stored job again, and when.
    pub(crate) retried_by: Option<u64>,
    pub(crate) retried_at: Option<Time>,
    /// The build that a stored trigger step made, by pipeline and number.
    pub(crate) triggered: Option<(u64, u64)>,
    /// Who canceled a stored job alone, not with its build.
    pub(crate) canceled_by: Option<u64>,
}

impl Job {
    pub(crate) fn new(step: &Arc<Step>, state: JobState) -> Self {
        Self {
            step: Arc::clone(step),
            state,
            parallel: None,
            runnable_at: None,
            started_at: None,
            finished_at: None,
            canceled_at: None,
            unblocked_at: None,
            exit_status: None,
            retry_of: None,
            retried_in: None,
            soft_failed: false,
            unblockable: false,
            agent: None,
            ends_at: None,
            unblocked_by: None,
            retried_by: None,
            retried_at: None,
            triggered: None,
            canceled_by: None,
        }
    }

    /// Whether nothing more happens to the job.
    pub(crate) fn is_over(&self) -> bool {
        matches!(
            self.state,
            JobState::BlockedFailed
                | JobState::Broken
                | JobState::Canceled
                | JobState::Expired
                | JobState::Finished
                | JobState::Skipped
                | JobState::TimedOut
                | JobState::Unblocked
                | JobState::UnblockedFailed
                | JobState::WaitingFailed
        )
    }

    /// Whether the job did what it should.
    pub(crate) fn passed(&self) -> bool {
        matches!(self.state, JobState::Finished) && self.exit_status.unwrap_or(0) == 0
    }

    /// Whether the job is why its build failed.
    pub(crate) fn counts_as_failure(&self) -> bool {
        self.finished_at.is_some()
            && self.exit_status.is_some_and(|status| status != 0)
            && !self.soft_failed
            && self.retried_in.is_none()
    }

    /// In which of the ways that a retry can ask for the job failed, if it did.
    pub(crate) fn failure(&self) -> Option<&'static str> {
        match self.state {
            JobState::TimedOut => Some("TIMED_OUT"),
            JobState::Canceled => Some("CANCELED"),
            JobState::Finished if self.soft_failed => Some("SOFT_FAILED"),
            JobState::Finished if !self.passed() => Some("FAILED"),
            _ => None,
        }
    }

    /// Whether the job is done and can run again.
    pub(crate) fn is_retriable(&self) -> bool {
        let is_done = matches!(
            self.state,
            JobState::Finished | JobState::TimedOut | JobState::Canceled
        );
        is_done && self.retried_in.is_none()
    }

    /// Whether the job can still be stopped.
    pub(crate) fn is_cancelable(&self) -> bool {
        matches!(
            self.state,
            JobState::Limited | JobState::Running | JobState::Scheduled | JobState::Waiting
        )
    }

    /// What is shown of the job.
    pub(crate) fn label(&self) -> Option<String> {
        if self.step.label.is_empty() {
            return None;
        }
        Some(match self.parallel {
            Some((place, total)) => format!("{} {}/{total}", self.step.label, place + 1),
            None => self.step.label.clone(),
        })
    }

    /// What happened to the job, in order.
    pub(crate) fn events(&self) -> Vec<(&'static str, Time)> {
        let mut events = Vec::new();
        if let Some(at) = self.runnable_at {
            events.push(("SCHEDULED", at));
            if self.state == JobState::Limited {
                events.push(("LIMITED", at.after(1)));
            }
        }
        if let Some(at) = self.started_at {
            events.push(("ASSIGNED", at.before(2)));
            events.push(("ACCEPTED", at.before(1)));
            events.push(("STARTED", at));
            if self.step.key == "upload" && self.finished_at.is_some() {
                events.push(("BUILD_STEP_UPLOAD_CREATED", at.after(3)));
            }
        }
        if let Some(at) = self.finished_at {
            let end = match self.state {
                JobState::TimedOut => "TIMED_OUT",
                JobState::Canceled => "CANCELED",
                _ => "FINISHED",
            };
            events.push((end, at));
        } else if let Some(at) = self.canceled_at {
            events.push(("CANCELED", at));
        }
        if self.retried_in.is_some() {
            let by_itself = self.finished_at.map(|at| at.after(1));
            events.extend(self.retried_at.or(by_itself).map(|at| ("RETRIED", at)));
        }
        events
    }

    /// The files that the job uploaded.
    pub(crate) fn artifacts(&self) -> &[String] {
        if self.finished_at.is_some() && self.state == JobState::Finished {
            &self.step.artifacts
        } else {
            &[]
        }
    }
}

impl Build {
    /// The build's jobs, in the order of its steps.
    pub(crate) fn jobs(&self, world: &World) -> &[Job] {
        if let Some(live) = &self.live {
            return &live.jobs;
        }
        self.jobs.get_or_init(|| {
            use BuildState::{Creating, NotRun, Skipped};
            if matches!(self.state, Creating | NotRun | Skipped) {
                return Vec::new();
            }
            walk::jobs(world, self)
        })
    }
}

impl Build {
    /// The cluster that the build runs in, wherever its pipeline has gone since.
    pub(crate) fn cluster(&self) -> u64 {
        let live = self.live.as_ref();
        live.map_or(self.spec.cluster, |live| live.cluster)
    }

    /// The queue that a job of this build runs in.
    pub(crate) fn queue_of(&self, world: &World, job: &Job) -> Option<u64> {
        if self.live.is_none() {
            return world.origin().queue_for(self.cluster(), &job.step);
        }
        // Where a job ran stays, whatever becomes of the queues.
        match job.agent.and_then(|agent| world.agent(agent)) {
            Some(agent) => Some(agent.queue),
            None => world.state.queue_for(self.cluster(), &job.step),
        }
    }

    /// How many jobs the job at a place repeats, one after the other.
    pub(crate) fn retries(&self, world: &World, place: usize) -> u64 {
        let jobs = self.jobs(world);
        let first = jobs.get(place).and_then(|job| job.retry_of);
        let before = |place: &usize| jobs.get(*place).and_then(|job| job.retry_of);
        count(std::iter::successors(first, before).count())
    }

    /// Who ran the job at a place again; nobody if that happened by itself. Retries of
    /// a build of the history are either all automatic or all made by one person.
    pub(crate) fn retried_by(&self, world: &World, place: usize) -> Option<u64> {
        let job = self.jobs(world).get(place)?;
        job.retried_in?;
        let entity = self.entity();
        match &self.live {
            Some(_) => job.retried_by,
            None => world
                .draw("retry type", entity)
                .is_multiple_of(4)
                .then(|| world.someone("retried", entity)),
        }
    }

    /// Who let the build through its block step at a place.
    pub(crate) fn unblocked_by(&self, world: &World, place: usize) -> Option<u64> {
        let job = self.jobs(world).get(place)?;
        job.unblocked_at?;
        if self.live.is_some() {
            return job.unblocked_by;
        }
        let job = Entity::Job(self.pipeline, self.number, count(place));
        Some(world.someone("unblocked", job))
    }

    /// The rules by which an agent is chosen for the job.
    pub(crate) fn agent_query_rules(&self, world: &World, job: &Job) -> Vec<String> {
        let key = job.step.queue.clone().or_else(|| {
            let queue = self.queue_of(world, job)?;
            // A queue of the history may be gone by now.
            let queue = world
                .queue(queue)
                .or_else(|| world.origin().queues.get(queue))?;
            Some(queue.key.clone())
        });
        key.map(|key| format!("queue={key}")).into_iter().collect()
    }
}

impl Job {
    /// Whether an agent is busy with the job now.
    pub(crate) fn is_running(&self) -> bool {
        self.state.is_on_agent()
    }
}
