//! Live builds: those that were created or acted upon. They are stored, and move on as
//! time passes: `stages` says what follows what, `schedule` when, and on which agent.

mod actions;
mod schedule;
mod stages;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::World;
use super::annotations::Annotation;
use super::builds::{Build, BuildState, Creator, Source};
use super::chance::count;
use super::ids::Entity;
use super::jobs::{Job, JobState};
use super::pattern::lets_through;
use super::pipelines::Pipeline;
use super::state::State;
use super::steps::StepKind;
use super::time::Time;

/// A build that is stored.
#[derive(Clone, Debug)]
pub(crate) struct LiveBuild {
    pub(crate) state: BuildState,
    /// That of its pipeline when it was made.
    pub(crate) cluster: u64,
    pub(crate) branch: String,
    pub(crate) commit: String,
    pub(crate) message: Option<String>,
    pub(crate) env: Vec<String>,
    /// In the order of the keys.
    pub(crate) meta_data: Vec<(String, String)>,
    pub(crate) creator: Creator,
    pub(crate) source: Source,
    pub(crate) created_at: Time,
    /// The number of the build that this one repeats.
    pub(crate) rebuilt_from: Option<u64>,
    /// The build whose trigger step made this one, by pipeline and number.
    pub(crate) triggered_from: Option<(u64, u64)>,
    /// When the build was canceled, and by whom.
    pub(crate) canceled: Option<(Time, u64)>,
    pub(crate) jobs: Vec<Job>,
    /// The notes on the build ([`Entity::WHOLE_BUILD`]) and on its jobs, by place.
    pub(crate) annotations: BTreeMap<u64, Vec<Annotation>>,
    /// The key of the step that fails, if one is to.
    pub(crate) fails_at: Option<String>,
    /// Whether the build stays as it is until somebody acts on it.
    pub(crate) is_still: bool,
}

/// The variable that makes a step of a build fail, by the step's key.
const FAILS_AT: &str = "SANDBOX_FAILS_AT=";

impl LiveBuild {
    /// A new build of a pipeline: everything waits for the first job, and that for an
    /// agent. It is of the default branch unless another is given.
    pub(crate) fn new(
        pipeline: &Pipeline,
        branch: Option<String>,
        env: Vec<String>,
        creator: Creator,
        now: Time,
    ) -> Self {
        let branch = branch.unwrap_or_else(|| pipeline.default_branch.clone());
        let mut jobs = Vec::new();
        for step in &pipeline.steps {
            if !lets_through(&step.branches, &branch) {
                continue;
            }
            for part in 0..step.parallel {
                let state = match step.kind {
                    StepKind::Block => JobState::Blocked,
                    _ => JobState::Waiting,
                };
                let mut job = Job::new(step, state);
                job.parallel = (step.parallel > 1).then_some((part, step.parallel));
                jobs.push(job);
            }
        }
        let fails_at = env.iter().find_map(|pair| pair.strip_prefix(FAILS_AT));
        let mut build = Self {
            state: BuildState::Scheduled,
            cluster: pipeline.cluster,
            branch,
            commit: "HEAD".to_owned(),
            message: None,
            meta_data: Vec::new(),
            creator,
            source: Source::Api,
            created_at: now,
            rebuilt_from: None,
            triggered_from: None,
            canceled: None,
            jobs,
            annotations: BTreeMap::new(),
            fails_at: fails_at.map(str::to_owned),
            is_still: false,
            env,
        };
        build.settle(now);
        build
    }

    /// A build of the past as it was, to be acted upon. What was going on goes on from
    /// here.
    pub(crate) fn adopt(world: &World, build: &Build) -> Self {
        let mut jobs = build.jobs(world).to_vec();
        for (place, job) in jobs.iter_mut().enumerate() {
            job.agent = world.agent_of(build, place);
            if job.step.kind == StepKind::Trigger {
                job.triggered = build.triggers(world);
            }
            if job.step.kind == StepKind::Block {
                job.unblocked_by = build.unblocked_by(world, place);
            }
            if job.retried_in.is_some() {
                job.retried_by = build.retried_by(world, place);
            }
            if job.is_running() {
                job.ends_at = Some(world.now.after(job.step.seconds / 2 + 1));
            }
        }
        Self {
            state: build.state,
            cluster: build.cluster(),
            branch: build.branch(world),
            commit: build.commit(world),
            message: build.message(world),
            env: build.env(world),
            meta_data: build.meta_data(world),
            creator: build.creator(world),
            source: build.source(world),
            created_at: build.created_at,
            rebuilt_from: build.rebuilt_from(world),
            triggered_from: build
                .triggered_from(world)
                .map(|(from, _)| (from.pipeline, from.number)),
            canceled: build.canceled(world),
            annotations: (0..count(jobs.len()))
                .chain([Entity::WHOLE_BUILD])
                .map(|job| (job, build.annotations(world, job)))
                .filter(|(_, notes)| !notes.is_empty())
                .collect(),
            jobs,
            fails_at: None,
            is_still: false,
        }
    }

    /// Lets go on from here what stands still.
    pub(crate) fn wake(&mut self, now: Time) {
        if !std::mem::take(&mut self.is_still) {
            return;
        }
        for job in self.jobs.iter_mut().filter(|job| job.is_running()) {
            job.ends_at = Some(now.after(job.step.seconds / 2 + 1));
        }
    }
}

/// How many builds may trigger each other in a row: pipelines that trigger themselves
/// would go on for ever.
const LONGEST_CHAIN: usize = 10;

impl State {
    /// Stores a build that the pipeline's history does not have.
    pub(crate) fn add_build(&mut self, pipeline: u64, number: u64, build: LiveBuild) {
        self.numbers.entry(pipeline).or_default().push(number);
        self.put_build(pipeline, number, build);
    }

    /// Stores a build as it is now, and makes the builds that it has triggered.
    pub(crate) fn put_build(&mut self, pipeline: u64, number: u64, build: LiveBuild) {
        let key = (pipeline, number);
        let triggered = self.triggered(key, &build);
        if build.state.is_final() {
            self.active.remove(&key);
        } else {
            self.active.insert(key);
        }
        // Before what it triggers, which looks for it to know how long their chain is.
        self.live.insert(key, Arc::new(build));
        for (place, target, mut made) in triggered {
            let next = self.next_number(target);
            let build = self.build_mut(key);
            if let Some(job) = build.and_then(|build| build.jobs.get_mut(place)) {
                job.triggered = Some((target, next));
            }
            made.triggered_from = Some(key);
            self.add_build(target, next, made);
        }
    }

    /// The builds that the trigger steps of a build are to make: the place of the job,
    /// the pipeline and the build.
    fn triggered(&self, key: (u64, u64), build: &LiveBuild) -> Vec<(usize, u64, LiveBuild)> {
        // A step that found no pipeline when it was its turn makes no build later on.
        let before = self.live.get(&key);
        let was_done = |place: usize| {
            let job = before.and_then(|before| before.jobs.get(place));
            job.is_some_and(|job| job.state == JobState::Finished)
        };

        let mut made = Vec::new();
        if self.chain(build) >= LONGEST_CHAIN {
            return made;
        }
        for (place, job) in build.jobs.iter().enumerate() {
            let is_due =
                job.state == JobState::Finished && job.triggered.is_none() && !was_done(place);
            let slug = job.step.triggers.as_deref().filter(|_| is_due);
            let mut pipelines = self.pipelines.iter();
            let target = slug.and_then(|slug| pipelines.find(|(_, it)| it.slug == slug));
            let Some((target, spec)) = target.filter(|(_, spec)| spec.archived.is_none()) else {
                continue;
            };
            let at = job.finished_at.unwrap_or(build.created_at);
            let creator = build.creator.clone();
            let triggered = LiveBuild {
                source: Source::Trigger,
                message: build.message.clone(),
                ..LiveBuild::new(spec, None, Vec::new(), creator, at)
            };
            made.push((place, target, triggered));
        }
        made
    }

    /// How many builds triggered each other until this one was.
    fn chain(&self, build: &LiveBuild) -> usize {
        let from = |key: &(u64, u64)| self.live.get(key)?.triggered_from;
        let chain = std::iter::successors(build.triggered_from, from);
        chain.take(LONGEST_CHAIN).count()
    }

    /// The number that the next build of a pipeline gets.
    pub(crate) fn next_number(&self, pipeline: u64) -> u64 {
        let last = self
            .numbers
            .get(&pipeline)
            .and_then(|all| all.last().copied());
        let spec = self.pipelines.get(pipeline);
        let history = || spec.map_or(0, |spec| spec.history.builds);
        let next = last.unwrap_or_else(history) + 1;
        spec.and_then(|spec| spec.next_build_number)
            .map_or(next, |wanted| wanted.max(next))
    }

    /// A stored build, to be changed.
    pub(crate) fn build_mut(&mut self, key: (u64, u64)) -> Option<&mut LiveBuild> {
        self.live.get_mut(&key).map(Arc::make_mut)
    }
}

/// A draw about a job of a stored build.
fn draw(world: &World, question: &str, (pipeline, number): (u64, u64), place: usize) -> u64 {
    let job = Entity::Job(pipeline, number, count(place));
    world.draw(question, job)
}
