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
use super::pipelines::Pipeline;
use super::state::State;
use super::steps::StepKind;
use super::time::Time;

/// A build that is stored.
#[derive(Clone, Debug)]
pub(crate) struct LiveBuild {
    pub(crate) state: BuildState,
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
    /// When the build was canceled, and by whom.
    pub(crate) canceled: Option<(Time, u64)>,
    pub(crate) jobs: Vec<Job>,
    /// The notes on the build ([`Entity::WHOLE_BUILD`]) and on its jobs, by place.
    pub(crate) annotations: BTreeMap<u64, Vec<Annotation>>,
    /// The key of the step that fails, if one is to.
    pub(crate) fails_at: Option<String>,
}

/// The variable that makes a step of a build fail, by the step's key.
const FAILS_AT: &str = "SANDBOX_FAILS_AT=";

impl LiveBuild {
    /// A new build of a pipeline: everything waits for the first job, and that for an
    /// agent.
    pub(crate) fn new(pipeline: &Pipeline, env: Vec<String>, creator: Creator, now: Time) -> Self {
        let mut jobs = Vec::new();
        for step in &pipeline.steps {
            if step.kind == StepKind::Trigger {
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
            branch: pipeline.default_branch.clone(),
            commit: "HEAD".to_owned(),
            message: None,
            meta_data: Vec::new(),
            creator,
            source: Source::Api,
            created_at: now,
            rebuilt_from: None,
            canceled: None,
            jobs,
            annotations: BTreeMap::new(),
            fails_at: fails_at.map(str::to_owned),
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
            branch: build.branch(world),
            commit: build.commit(world),
            message: build.message(world),
            env: build.env(world),
            meta_data: build.meta_data(world),
            creator: build.creator(world),
            source: build.source(world),
            created_at: build.created_at,
            rebuilt_from: build.rebuilt_from(world),
            canceled: build.canceled(world),
            annotations: (0..count(jobs.len()))
                .chain([Entity::WHOLE_BUILD])
                .map(|job| (job, build.annotations(world, job)))
                .filter(|(_, notes)| !notes.is_empty())
                .collect(),
            jobs,
            fails_at: None,
        }
    }
}

impl State {
    /// Stores a build that the pipeline's history does not have.
    pub(crate) fn add_build(&mut self, pipeline: u64, number: u64, build: LiveBuild) {
        self.numbers.entry(pipeline).or_default().push(number);
        self.put_build(pipeline, number, build);
    }

    /// Stores a build as it is now.
    pub(crate) fn put_build(&mut self, pipeline: u64, number: u64, build: LiveBuild) {
        if build.state.is_final() {
            self.active.remove(&(pipeline, number));
        } else {
            self.active.insert((pipeline, number));
        }
        self.live.insert((pipeline, number), Arc::new(build));
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
