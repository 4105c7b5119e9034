//! Jobs: what a build's steps became, in which state, when, and on which agent.
//!
//! A build's jobs are worked out together, by walking its steps with a clock:
//! each finished, failed, waiting or running job follows from what came before.

use std::sync::Arc;

use super::World;
use super::builds::{Build, BuildState};
use super::chance::{count, draw, index, pick};
use super::ids::Entity;
use super::steps::{Step, StepKind};
use super::time::Time;

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
            Walk::new(world, self).run(self)
        })
    }
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

impl World {
    /// The agent that runs or ran the job.
    pub(crate) fn agent_of(&self, build: &Build, place: usize) -> Option<u64> {
        let job = build.jobs(self).get(place)?;
        if job.step.kind != StepKind::Command {
            return None;
        }
        let started = job.started_at?;
        if build.live.is_some() {
            return job.agent;
        }
        let entity = Entity::Job(build.pipeline, build.number, count(place));
        if job.is_running() {
            let mut running = self.past_running().iter();
            return running
                .find(|(_, running)| *running == entity)
                .map(|(agent, _)| *agent);
        }
        let agents = self.agents_of(build.queue_of(self, job)?);
        let drawn = self.draw("agent", entity) % count(agents.len()).max(1);
        let (before, from) = agents.split_at(index(drawn));
        let mut candidates = from
            .iter()
            .chain(before)
            .copied()
            .filter(|agent| self.took_jobs(*agent, started));
        if build.state.is_final() {
            return candidates.next();
        }
        // What an agent did when the history ended may have begun before this job did, so
        // the agents that were busy then cannot have run it.
        let busy = self.past_running();
        candidates.find(|agent| busy.iter().all(|(runs, _)| runs != agent))
    }

    /// The job that an agent runs now.
    pub(crate) fn running_on(&self, agent: u64) -> Option<Entity> {
        self.running()
            .iter()
            .find(|(runs, _)| *runs == agent)
            .map(|(_, job)| *job)
    }

    /// Which agent runs which job now.
    pub(crate) fn running(&self) -> &[(u64, Entity)] {
        self.running.get_or_init(|| {
            let mut running = self.past_running().to_vec();
            running.retain(|(_, job)| match job {
                Entity::Job(pipeline, number, _) => {
                    let is_stored = self.state.live.contains_key(&(*pipeline, *number));
                    self.pipeline(*pipeline).is_some() && !is_stored
                }
                _ => true,
            });
            for ((pipeline, number), build) in &self.state.live {
                for (place, job) in build.jobs.iter().enumerate() {
                    if let Some(agent) = job.agent.filter(|_| job.is_running()) {
                        running.push((agent, Entity::Job(*pipeline, *number, count(place))));
                    }
                }
            }
            running
        })
    }

    /// Which agent runs which job at the end of the history: worked out from the few
    /// builds in which anything was going on then.
    pub(crate) fn past_running(&self) -> &[(u64, Entity)] {
        self.past_running.get_or_init(|| self.find_past_running())
    }

    fn find_past_running(&self) -> Vec<(u64, Entity)> {
        let mut running: Vec<(u64, Entity)> = Vec::new();
        let mut taken = Vec::new();
        for (pipeline, spec) in self.origin().pipelines.iter() {
            let last = spec.history.builds;
            let newest = (0..count(spec.history.newest.len())).map(|age| last - age);
            for build in newest.filter_map(|number| self.past_build(pipeline, number)) {
                for (place, job) in build.jobs(self).iter().enumerate() {
                    if !job.is_running() {
                        continue;
                    }
                    let queue = build.queue_of(self, job);
                    if let Some(agent) = queue.and_then(|queue| self.past_idle_agent(queue, &taken))
                    {
                        taken.push(agent);
                        let job = Entity::Job(build.pipeline, build.number, count(place));
                        running.push((agent, job));
                    }
                }
            }
        }
        running
    }

    /// An agent of a queue that had no job at the end of the history, but took any.
    fn past_idle_agent(&self, queue: u64, taken: &[u64]) -> Option<u64> {
        let took = |agent: &u64| !taken.contains(agent) && self.took_jobs(*agent, self.epoch);
        self.agents_of(queue).iter().copied().find(took)
    }

    /// An agent of a queue that takes jobs at a moment and has none.
    pub(crate) fn idle_agent(&self, queue: u64, taken: &[u64], at: Time) -> Option<u64> {
        let is_idle = |number: &u64| {
            !taken.contains(number)
                && self
                    .agent(*number)
                    .is_some_and(|agent| agent.takes_jobs(at))
        };
        self.agents_of(queue).iter().copied().find(is_idle)
    }
}

impl Job {
    /// Whether an agent is busy with the job now.
    pub(crate) fn is_running(&self) -> bool {
        self.state.is_on_agent()
    }
}
