//! From the builds of data to stored builds.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::{DataError, connect, fail, one_of, person};
use crate::data::{self, Annotation};
use crate::world::World;
use crate::world::annotations;
use crate::world::builds::{Build, BuildState, Creator, HIGHEST, Source};
use crate::world::chance::{count, draw, hex, index};
use crate::world::ids::Entity;
use crate::world::jobs::{Job, JobState};
use crate::world::live::LiveBuild;
use crate::world::pipelines::Pipeline;
use crate::world::state::State;
use crate::world::steps::{Step, StepKind};
use crate::world::time::Time;

/// Seconds from the making of a build that is going on to now.
const GOING: u64 = 150;
/// Seconds between two jobs, and how long one takes, where nothing is said of it.
const PAUSE: u64 = 10;
const LENGTH: u64 = 30;
/// How many builds a pipeline may be given.
const MOST: usize = 100_000;
/// The looks of notes.
const STYLES: &[&str] = &["DEFAULT", "ERROR", "INFO", "SUCCESS", "WARNING"];

/// Stores the builds of a pipeline.
///
/// # Errors
///
/// What cannot be as it is said.
pub(super) fn pin(
    state: &mut State,
    pipeline: u64,
    builds: &[data::Build],
    seed: u64,
    now: Time,
    grows: bool,
) -> Result<(), DataError> {
    let Some(spec) = state.pipelines.get(pipeline).map(Arc::clone) else {
        return Ok(());
    };
    let mut planned = plan(&spec, builds)?;
    date(&spec, &mut planned, now)?;
    // What steps become does not depend on other builds.
    let world = World::of(seed, now, Arc::new(state.clone()));
    if let Some(first) = planned.first() {
        let before = first.created_at.before(86_400);
        state.began_at = state.began_at.min(before);
        if let Some(stored) = state.pipelines.get_mut(pipeline) {
            stored.created_at = stored.created_at.min(before);
        }
    }
    let busy = world.running().iter().map(|(agent, _)| *agent).collect();
    let mut giver = Giver {
        world: &world,
        grows,
        busy,
    };
    for planned in planned {
        let mut made = Maker {
            spec: &spec,
            pipeline,
            planned: &planned,
            world: &world,
            seed,
            now,
        }
        .make(state)
        .map_err(|error| {
            let (number, slug) = (planned.number, &spec.slug);
            DataError::new(format!("build #{number} of {slug:?}: {error}"))
        })?;
        giver.give(state, &spec, planned.number, &mut made)?;
        state.add_build(pipeline, planned.number, made);
    }
    Ok(())
}

/// A build that is to be made.
struct Planned<'d> {
    data: &'d data::Build,
    number: u64,
    state: BuildState,
    created_at: Time,
}

/// Gives every build its number and its state.
fn plan<'d>(spec: &Pipeline, builds: &'d [data::Build]) -> Result<Vec<Planned<'d>>, DataError> {
    let mut planned: Vec<Planned<'d>> = Vec::new();
    for data in builds {
        let names: Vec<&str> = BuildState::ALL.iter().map(|state| state.name()).collect();
        let named = match &data.state {
            Some(state) => one_of("state of a build", state, &names)?,
            None => "PASSED",
        };
        let state = BuildState::ALL.iter().find(|state| state.name() == named);
        for time in 0..data.times.unwrap_or(1) {
            let last = planned.last().map_or(0, |build| build.number);
            let number = match data.number {
                Some(number) if time == 0 => number,
                _ => last + 1,
            };
            let slug = &spec.slug;
            if number > HIGHEST {
                return fail(format!(
                    "build #{number} of {slug:?} has too high a number; {HIGHEST} is the highest"
                ));
            }
            if planned.len() >= MOST {
                return fail(format!(
                    "{slug:?} has more than {MOST} builds; the invented organization can have \
                     any number (`with_acme`, and a size)"
                ));
            }
            if number <= last {
                return fail(format!(
                    "build #{number} of {slug:?} has to have a higher number than #{last}"
                ));
            }
            planned.push(Planned {
                data,
                number,
                state: state.copied().unwrap_or(BuildState::Passed),
                created_at: Time::default(),
            });
        }
    }
    Ok(planned)
}

/// Gives every build the time of its making, the newest first.
fn date(spec: &Pipeline, planned: &mut [Planned<'_>], now: Time) -> Result<(), DataError> {
    let mut latest = now;
    for build in planned.iter_mut().rev() {
        build.created_at = if let Some(time) = build.data.created_at {
            Time::from(time)
        } else {
            let is_over = build.state.is_final() || build.state == BuildState::Blocked;
            let needs = match &build.data.jobs {
                Some(jobs) => (PAUSE + LENGTH) * count(jobs.len()) + GOING,
                None if is_over => spec.longest() + GOING,
                None => GOING,
            };
            now.before(needs).min(latest.before(60))
        };
        if build.created_at > latest {
            let (number, slug) = (build.number, &spec.slug);
            return fail(format!(
                "build #{number} of {slug:?} was made at {}, but has to be made before {latest}; \
                 builds are listed the oldest first",
                build.created_at
            ));
        }
        latest = build.created_at;
    }
    Ok(())
}

/// What a build is made from.
struct Maker<'m> {
    spec: &'m Arc<Pipeline>,
    pipeline: u64,
    planned: &'m Planned<'m>,
    world: &'m World,
    seed: u64,
    now: Time,
}

impl Maker<'_> {
    fn make(&self, state: &State) -> Result<LiveBuild, DataError> {
        let data = self.planned.data;
        let created_at = self.planned.created_at;
        let number = self.planned.number;
        let creator = match &data.created_by {
            None => Creator::Person(0),
            Some(named) => match person(state, named) {
                Some(user) => Creator::Person(user),
                None => stranger(named),
            },
        };
        let env = data
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let branch = data.branch.clone();
        let mut build = LiveBuild {
            commit: data.commit.clone().unwrap_or_else(|| {
                let parts = [self.pipeline, number];
                hex(draw(self.seed, "commit", &parts), 40)
            }),
            message: data.message.clone(),
            meta_data: data.meta_data.clone().into_iter().collect(),
            source: Source::Webhook,
            is_still: true,
            ..LiveBuild::new(self.spec, branch, env.collect(), creator, created_at)
        };
        if let Some(jobs) = &data.jobs {
            build.jobs = self.jobs(jobs)?;
            for (place, job) in (0..).zip(jobs) {
                let at = build.jobs[index(place)].finished_at.unwrap_or(created_at);
                Self::annotate(&mut build, place, &job.annotations, at)?;
            }
            build.state = match data.state {
                Some(_) => self.planned.state,
                None => build.state_now(),
            };
        } else {
            build.jobs = self.jobs_of_steps()?;
            build.state = self.planned.state;
        }
        if matches!(build.state, BuildState::Canceled | BuildState::Canceling) {
            let at = build.jobs.iter().filter_map(|job| job.canceled_at).min();
            build.canceled = Some((at.unwrap_or(created_at), 0));
        }
        Self::annotate(
            &mut build,
            Entity::WHOLE_BUILD,
            &data.annotations,
            created_at,
        )?;
        Ok(build)
    }

    /// The jobs that the pipeline's steps become in a build of this state.
    fn jobs_of_steps(&self) -> Result<Vec<Job>, DataError> {
        use BuildState::{Blocked, Creating, NotRun, Skipped};
        let wanted = self.planned.state;
        let has = |kind| self.spec.steps.iter().any(|step| step.kind == kind);
        if wanted == Blocked && !has(StepKind::Block) {
            return fail("it is BLOCKED, but its pipeline has no block step");
        }
        let needs_command = !matches!(wanted, Blocked | Creating | NotRun | Skipped);
        if needs_command && !has(StepKind::Command) {
            let wanted = wanted.name();
            return fail(format!("it is {wanted}, but its pipeline has no command"));
        }
        let build = Build::of_steps(
            (self.pipeline, self.planned.number),
            wanted,
            self.planned.created_at,
            self.spec,
        );
        let build = Rc::new(build);
        let jobs = build.jobs(self.world).to_vec();
        let going = |job: &Job| matches!(job.state, JobState::Running | JobState::Scheduled);
        if wanted.is_final() && jobs.iter().any(going) {
            let (wanted, at) = (wanted.name(), self.planned.created_at);
            return fail(format!(
                "it is {wanted}, but was made so late ({at}) that its jobs are not done; \
                 make it earlier, or say what jobs it has"
            ));
        }
        let is_going = matches!(
            wanted,
            BuildState::Failing | BuildState::Running | BuildState::Canceling
        );
        if is_going && !jobs.iter().any(|job| going(job) || job.is_running()) {
            let wanted = wanted.name();
            return fail(format!(
                "it is {wanted}, but of its steps nothing can be going on then; say what jobs \
                 it has"
            ));
        }
        Ok(jobs)
    }

    /// Exactly these jobs.
    fn jobs(&self, jobs: &[data::Job]) -> Result<Vec<Job>, DataError> {
        let mut made: Vec<Job> = Vec::new();
        let mut at = self.planned.created_at.after(1);
        let mut is_open = false;
        for (place, data) in jobs.iter().enumerate() {
            let of = |error: DataError| DataError::new(format!("job {place}: {error}"));
            let mut job = self.job(data, &mut at).map_err(of)?;
            job.unblockable = job.state == JobState::Blocked && !is_open;
            is_open |= !job.is_over();
            if let Some(first) = data.retry_of {
                let Some(before) = made.get_mut(first) else {
                    return fail(format!("job {place}: there is no job {first} to repeat"));
                };
                if before.step.kind != StepKind::Command || !before.is_retriable() {
                    return fail(format!(
                        "job {place}: job {first} is no command that is over, or was repeated \
                         already"
                    ));
                }
                before.retried_in = Some(place);
                before.retried_by = Some(0);
                before.retried_at = before.finished_at;
                job.retry_of = Some(first);
            }
            made.push(job);
        }
        Ok(made)
    }

    fn job(&self, data: &data::Job, at: &mut Time) -> Result<Job, DataError> {
        let kinds = ["command", "wait", "block", "trigger"];
        let kind = data.r#type.as_deref().unwrap_or("command");
        let key = data.key.as_deref().unwrap_or_default();
        let mut step = match one_of("type of a job", kind, &kinds)? {
            "wait" => Step::wait(),
            "block" => Step::block(key, &data.label),
            "trigger" => Step::trigger(key, &data.label, ""),
            _ => {
                let command = data.command.as_deref().unwrap_or("make test");
                Step::command(key, &data.label, command, Step::SECONDS)
            }
        };
        step.queue.clone_from(&data.queue);
        step.artifacts.clone_from(&data.artifacts);
        step.may_fail = data.soft_failed;
        let names: Vec<&str> = JobState::ALL.iter().map(|state| state.name()).collect();
        let named = data.state.as_deref().unwrap_or("FINISHED");
        let named = one_of("state of a job", named, &names)?;
        let state = JobState::ALL.iter().find(|state| state.name() == named);
        let state = state.copied().unwrap_or(JobState::Finished);
        let is_command = step.kind == StepKind::Command;
        let mut job = Job::new(&Arc::new(step), state);
        job.soft_failed = data.soft_failed;
        if !is_command {
            if state == JobState::Unblocked {
                *at = at.after(60);
                job.unblocked_at = Some(*at);
                job.unblocked_by = Some(0);
            }
            return Ok(job);
        }
        let given = |time: &Option<jiff::Timestamp>| time.map(Time::from);
        let started = given(&data.started_at);
        let finished = given(&data.finished_at);
        if state.waits() {
            return Ok(job);
        }
        job.runnable_at = Some(*at);
        if job.is_over() || state.is_on_agent() {
            job.started_at = started.or(match state {
                JobState::Canceled | JobState::Expired | JobState::Skipped => None,
                _ => Some(at.after(PAUSE)),
            });
        }
        if job.is_over() && (job.started_at.is_some() || finished.is_some()) {
            let end = job.started_at.unwrap_or(*at).after(LENGTH);
            job.finished_at = Some(finished.unwrap_or(end));
            *at = job.finished_at.unwrap_or(*at).max(*at);
        }
        if matches!(state, JobState::Canceled | JobState::Canceling) {
            job.canceled_at = Some(job.finished_at.unwrap_or(*at).min(self.now));
        }
        job.exit_status = match state {
            JobState::Finished => Some(data.exit_status.unwrap_or(i64::from(data.soft_failed))),
            _ if job.finished_at.is_some() => Some(data.exit_status.unwrap_or(-1)),
            _ => data.exit_status,
        };
        let times = [
            Some(self.planned.created_at),
            job.started_at,
            job.finished_at,
        ];
        let times: Vec<Time> = times.into_iter().flatten().chain([self.now]).collect();
        if !times.is_sorted() {
            let times: Vec<String> = times.iter().map(ToString::to_string).collect();
            return fail(format!(
                "the times of the build, of its start, its end and now do not follow each \
                 other: {}",
                times.join(", ")
            ));
        }
        Ok(job)
    }

    fn annotate(
        build: &mut LiveBuild,
        job: u64,
        notes: &[Annotation],
        at: Time,
    ) -> Result<(), DataError> {
        for note in notes {
            let style = note.style.as_deref().unwrap_or("DEFAULT");
            let priority = note.priority.unwrap_or(3);
            if !(1..=10).contains(&priority) {
                return fail(format!("the priority of a note is 1 to 10, not {priority}"));
            }
            let note = annotations::Note {
                context: note.context.clone(),
                style: one_of("style of a note", style, STYLES)?.to_owned(),
                text: Some(note.body.clone()),
                priority,
                append: false,
            };
            build.annotate(job, note, at);
        }
        Ok(())
    }
}

/// Somebody without an account, as `Name` or `Name <address>`.
fn stranger(named: &str) -> Creator {
    let (name, address) = match named.split_once('<') {
        Some((name, address)) => (name.trim(), address.trim_end_matches('>').trim().to_owned()),
        None => (
            named,
            format!("{}@elsewhere.example", named.replace(' ', ".")),
        ),
    };
    Creator::Stranger(name.to_owned(), address.to_lowercase())
}

/// Gives jobs to agents: those that run to agents that are free.
struct Giver<'m> {
    world: &'m World,
    /// Whether a queue gets more agents where it has too few.
    grows: bool,
    busy: BTreeSet<u64>,
}

impl Giver<'_> {
    fn give(
        &mut self,
        state: &mut State,
        spec: &Pipeline,
        number: u64,
        build: &mut LiveBuild,
    ) -> Result<(), DataError> {
        for (place, job) in (0_u64..).zip(&mut build.jobs) {
            let Some(started) = job.started_at else {
                continue;
            };
            if job.step.kind != StepKind::Command {
                continue;
            }
            let Some(queue) = state.queue_for(spec.cluster, &job.step) else {
                let key = job.step.queue.as_deref().unwrap_or("default");
                let slug = &spec.slug;
                return fail(format!(
                    "build #{number} of {slug:?} ran on the queue {key:?}, which its cluster \
                     does not have"
                ));
            };
            if !job.is_running() {
                let mut agents = self.world.agents_then(queue, started, number + place);
                job.agent = agents.next();
                continue;
            }
            let agent = match self.world.idle_agent(queue, &self.busy, self.world.now) {
                Some(agent) => agent,
                None if self.grows => connect(state, queue),
                None => {
                    let key = state.queues.get(queue).map(|queue| queue.key.clone());
                    let key = key.unwrap_or_default();
                    let all = self.world.agents_of(queue).len();
                    return fail(format!(
                        "more jobs run on the queue {key:?} than it has agents that are free \
                         ({all} in all); give it more, or let fewer jobs run"
                    ));
                }
            };
            self.busy.insert(agent);
            job.agent = Some(agent);
        }
        Ok(())
    }
}
