//! Builds: their states, times, branches, commits and where they came from.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

mod history;

use super::World;
use super::cast::STRANGERS;
use super::chance::{count, hex, mix, pick};
use super::ids::Entity;
use super::jobs::Job;
use super::live::LiveBuild;
use super::pipelines::Pipeline;
use super::steps::StepKind;
use super::time::Time;

/// The highest number that a build may be given. It leaves room for as many builds again
/// before numbers do not fit into an `Int`.
pub(crate) const HIGHEST: u64 = 1_000_000_000;

/// The state of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuildState {
    Blocked,
    Canceled,
    Canceling,
    Creating,
    Failed,
    Failing,
    NotRun,
    Passed,
    Running,
    Scheduled,
    Skipped,
}

impl BuildState {
    /// Every state.
    pub(crate) const ALL: [Self; 11] = [
        Self::Blocked,
        Self::Canceled,
        Self::Canceling,
        Self::Creating,
        Self::Failed,
        Self::Failing,
        Self::NotRun,
        Self::Passed,
        Self::Running,
        Self::Scheduled,
        Self::Skipped,
    ];

    /// The name in the schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Blocked => "BLOCKED",
            Self::Canceled => "CANCELED",
            Self::Canceling => "CANCELING",
            Self::Creating => "CREATING",
            Self::Failed => "FAILED",
            Self::Failing => "FAILING",
            Self::NotRun => "NOT_RUN",
            Self::Passed => "PASSED",
            Self::Running => "RUNNING",
            Self::Scheduled => "SCHEDULED",
            Self::Skipped => "SKIPPED",
        }
    }

    /// Whether nothing more will happen.
    pub(crate) fn is_final(self) -> bool {
        matches!(
            self,
            Self::Canceled | Self::Failed | Self::NotRun | Self::Passed | Self::Skipped
        )
    }
}

/// Who made a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Creator {
    /// Someone with an account, by index.
    Person(u64),
    /// Someone without: name and address.
    Stranger(String, String),
}

/// What made a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A push.
    Webhook,
    /// A person in the browser.
    Frontend,
    /// A program.
    Api,
    /// A schedule of the pipeline, by index.
    Schedule(u64),
    /// Another build.
    Trigger,
}

/// A build. What costs nothing is at hand; the rest is computed when asked for.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) pipeline: u64,
    pub(crate) number: u64,
    pub(crate) state: BuildState,
    pub(crate) created_at: Time,
    /// What is stored of it, if it is not of its pipeline's history.
    pub(crate) live: Option<Arc<LiveBuild>>,
    /// The pipeline that the build belongs to; with a build of the history, as it was at
    /// the beginning.
    pub(crate) spec: Arc<Pipeline>,
    pub(super) jobs: OnceCell<Vec<Job>>,
    /// The build that this one repeats, which half of the rest follows from.
    rebuilt_from: OnceCell<Option<u64>>,
}
const TOPICS: &[&str] = &[
    "checkout-copy",
    "faster-search",
    "upgrade-node",
    "dark-mode",
    "retry-webhooks",
    "invoice-rounding",
    "drop-old-flags",
    "cache-headers",
    "login-timeout",
    "new-onboarding",
    "flaky-cart-spec",
    "split-settings-page",
];

const VERBS: &[&str] = &[
    "Fix", "Add", "Remove", "Speed up", "Tidy", "Rework", "Document", "Test", "Revert", "Pin",
];

const THINGS: &[&str] = &[
    "the checkout form",
    "retries of outgoing webhooks",
    "rounding of invoice totals",
    "cache headers for images",
    "the login timeout",
    "search suggestions",
    "an unused feature flag",
    "the settings page",
    "the flaky cart spec",
    "the base image",
    "a slow query in reports",
    "error messages on sign-up",
];
impl Build {
    /// A build whose jobs follow from the steps of its pipeline.
    pub(crate) fn of_steps(
        (pipeline, number): (u64, u64),
        state: BuildState,
        created_at: Time,
        spec: &Arc<Pipeline>,
    ) -> Self {
        Self {
            pipeline,
            number,
            state,
            created_at,
            live: None,
            spec: Arc::clone(spec),
            jobs: OnceCell::new(),
            rebuilt_from: OnceCell::new(),
        }
    }

    /// The build's identity.
    pub(crate) fn entity(&self) -> Entity {
        Entity::Build(self.pipeline, self.number)
    }

    /// The build that this one repeats.
    pub(crate) fn rebuilt_from(&self, world: &World) -> Option<u64> {
        *self
            .rebuilt_from
            .get_or_init(|| self.find_rebuilt_from(world))
    }

    fn find_rebuilt_from(&self, world: &World) -> Option<u64> {
        let repeats = |number: u64| {
            let entity = Entity::Build(self.pipeline, number);
            world.trigger_of(self.pipeline, number).is_none()
                && world.triggered_by(self.pipeline, number).is_none()
                && world.scheduled(self.pipeline, number).is_none()
                && world.draw("rebuild", entity).is_multiple_of(19)
        };
        if let Some(live) = &self.live {
            return live.rebuilt_from;
        }
        let earlier = self.number.checked_sub(1).filter(|number| *number > 0)?;
        (repeats(self.number) && !repeats(earlier)).then_some(earlier)
    }

    /// The identity that code and author follow from: a rebuild shares them with
    /// what it repeats, a triggered build with what triggered it.
    fn origin(&self, world: &World) -> Entity {
        if let Some((pipeline, number)) = world.trigger_of(self.pipeline, self.number) {
            return Entity::Build(pipeline, number);
        }
        let number = self.rebuilt_from(world).unwrap_or(self.number);
        Entity::Build(self.pipeline, number)
    }

    fn draw(&self, world: &World, question: &str) -> u64 {
        world.draw(question, self.origin(world))
    }

    /// The branch.
    pub(crate) fn branch(&self, world: &World) -> String {
        if let Some(live) = &self.live {
            return live.branch.clone();
        }
        let default = &self.spec.default_branch;
        let number = self.rebuilt_from(world).unwrap_or(self.number);
        let deploys = world.trigger_of(self.pipeline, number).is_some()
            || world.triggered_by(self.pipeline, number).is_some();
        let scheduled = world.scheduled(self.pipeline, number).is_some();
        let drawn = self.draw(world, "branch");
        if deploys || scheduled || drawn % 100 < 60 {
            return default.clone();
        }
        if drawn % 100 < 66 {
            return format!("release/1.{}", 1 + drawn / 100 % 4);
        }
        let topic = pick(TOPICS, drawn >> 16);
        // A topic belongs to one person, so that its builds share a branch.
        let author = mix(count(topic.len())) % count(world.state.people.len() - 1).max(1);
        let author = world
            .person(author)
            .map_or("someone", |person| &person.login);
        format!("{author}/{topic}")
    }

    /// The commit.
    pub(crate) fn commit(&self, world: &World) -> String {
        match &self.live {
            Some(live) => live.commit.clone(),
            None => hex(self.draw(world, "commit"), 40),
        }
    }

    /// The message, if there is one.
    pub(crate) fn message(&self, world: &World) -> Option<String> {
        if let Some(live) = &self.live {
            return live.message.clone();
        }
        let number = self.rebuilt_from(world).unwrap_or(self.number);
        if let Some((schedule, _)) = world.scheduled(self.pipeline, number) {
            let schedule = self.spec.schedules.get(schedule);
            return schedule.and_then(|schedule| schedule.message.clone());
        }
        let drawn = self.draw(world, "message");
        let text = format!("{} {}", pick(VERBS, drawn), pick(THINGS, drawn >> 16));
        Some(match self.pull_request(world) {
            Some(number) => format!("{text} (#{number})"),
            None => text,
        })
    }

    /// The number of the pull request that the build is for.
    pub(crate) fn pull_request(&self, world: &World) -> Option<u64> {
        if self.live.is_some() || self.branch(world) == self.spec.default_branch {
            return None;
        }
        let drawn = self.draw(world, "pull request");
        (drawn % 10 < 7).then_some(100 + drawn / 10 % 900)
    }

    /// What made the build.
    pub(crate) fn source(&self, world: &World) -> Source {
        if let Some(live) = &self.live {
            return live.source;
        }
        if world.trigger_of(self.pipeline, self.number).is_some() {
            return Source::Trigger;
        }
        if let Some((schedule, _)) = world.scheduled(self.pipeline, self.number) {
            return Source::Schedule(schedule);
        }
        let drawn = world.draw("source", self.entity());
        if self.rebuilt_from(world).is_some() {
            return Source::Frontend;
        }
        match drawn % 100 {
            18..=27 => Source::Frontend,
            28..=35 => Source::Api,
            _ => Source::Webhook,
        }
    }

    /// Who made the build.
    pub(crate) fn creator(&self, world: &World) -> Creator {
        if let Some(live) = &self.live {
            return live.creator.clone();
        }
        let drawn = self.draw(world, "creator");
        match self.source(world) {
            Source::Schedule(schedule) => {
                Creator::Person(world.someone("creator", Entity::Schedule(self.pipeline, schedule)))
            }
            Source::Webhook if drawn % 100 < 14 => {
                let (name, email) = pick(STRANGERS, drawn >> 16);
                Creator::Stranger((*name).to_owned(), (*email).to_owned())
            }
            _ => Creator::Person((drawn >> 32) % count(world.state.people.len()).max(1)),
        }
    }

    /// The build whose trigger step made this one, and the place of that job.
    pub(crate) fn triggered_from(&self, world: &World) -> Option<(Rc<Build>, usize)> {
        let is_trigger = |job: &Job| job.step.kind == StepKind::Trigger;
        if let Some(live) = &self.live {
            let (pipeline, number) = live.triggered_from?;
            let build = world.build(pipeline, number)?;
            let made = Some((self.pipeline, self.number));
            let place = build.jobs(world).iter().position(|job| {
                is_trigger(job) && (job.triggered.is_none() || job.triggered == made)
            })?;
            return Some((build, place));
        }
        let (pipeline, number) = world.trigger_of(self.pipeline, self.number)?;
        let build = world.build(pipeline, number)?;
        let place = build.jobs(world).iter().position(is_trigger)?;
        Some((build, place))
    }

    /// The build that the trigger step at a place made.
    pub(crate) fn triggered(&self, world: &World, place: usize) -> Option<(u64, u64)> {
        match &self.live {
            Some(live) => live.jobs.get(place)?.triggered,
            None => self.triggers(world),
        }
    }

    /// The build that a build of the history triggers.
    pub(crate) fn triggers(&self, world: &World) -> Option<(u64, u64)> {
        world.triggered_by(self.pipeline, self.number)
    }

    /// Key and value pairs, in the order of their keys.
    pub(crate) fn meta_data(&self, world: &World) -> Vec<(String, String)> {
        if let Some(live) = &self.live {
            return live.meta_data.clone();
        }
        let drawn = world.draw("meta data", self.entity());
        let mut pairs = vec![
            (
                "environment".to_owned(),
                (*pick(&["staging", "production", "review"], drawn)).to_owned(),
            ),
            (
                "release".to_owned(),
                format!("1.{}.{}", 1 + drawn / 7 % 4, drawn / 50 % 30),
            ),
        ];
        if drawn.is_multiple_of(3) {
            pairs.push(("reviewed-by".to_owned(), {
                let person = world.person(world.someone("reviewer", self.entity()));
                person.map_or_else(String::new, |person| person.login.clone())
            }));
        }
        pairs
    }

    /// Variables that were set for the build.
    pub(crate) fn env(&self, world: &World) -> Vec<String> {
        match &self.live {
            Some(live) => live.env.clone(),
            None if world.draw("env", self.entity()).is_multiple_of(3) => {
                vec!["CI_VERBOSE=true".to_owned(), "LOCALE=en_GB".to_owned()]
            }
            None => Vec::new(),
        }
    }

    /// When the first job started.
    pub(crate) fn started_at(&self, world: &World) -> Option<Time> {
        self.jobs(world)
            .iter()
            .filter_map(|job| job.started_at)
            .min()
    }

    /// When the last thing happened, if nothing more will.
    pub(crate) fn finished_at(&self, world: &World) -> Option<Time> {
        if !self.state.is_final() {
            return None;
        }
        let last = self
            .jobs(world)
            .iter()
            .filter_map(|job| job.finished_at.max(job.canceled_at).max(job.unblocked_at))
            .max();
        Some(last.unwrap_or(self.created_at))
    }

    /// When the first failure was seen.
    pub(crate) fn failing_at(&self, world: &World) -> Option<Time> {
        if !matches!(self.state, BuildState::Failed | BuildState::Failing) {
            return None;
        }
        let jobs = self.jobs(world).iter();
        jobs.filter(|job| job.counts_as_failure())
            .filter_map(|job| job.finished_at)
            .min()
    }

    /// When someone canceled the build, and who.
    pub(crate) fn canceled(&self, world: &World) -> Option<(Time, u64)> {
        if let Some(live) = &self.live {
            return live.canceled;
        }
        let by = world.someone("canceled", self.entity());
        match self.state {
            BuildState::Canceling => Some((world.epoch.before(5), by)),
            BuildState::Canceled => {
                let jobs = self.jobs(world).iter();
                let at = jobs.filter_map(|job| job.canceled_at).min();
                Some((at.unwrap_or(self.created_at), by))
            }
            _ => None,
        }
    }

    /// A place for the job at a place of the build in "newest first" across all
    /// pipelines: smaller is newer.
    pub(crate) fn recency(&self, place: usize) -> u128 {
        key(self.created_at, self, place)
    }

    /// A place for the job in "last assigned first" across all builds: smaller is
    /// newer. What no agent was given comes after everything else.
    pub(crate) fn assignment(&self, job: &Job, place: usize) -> u128 {
        match job.started_at {
            Some(at) => key(at, self, place),
            None => 1 << 127 | self.recency(place),
        }
    }
}

/// Time first, then the pipeline, then the newest of its builds, then the job: each in
/// as many bits as it may take.
fn key(at: Time, build: &Build, place: usize) -> u128 {
    let newest = u128::from(u32::MAX) - u128::from(build.number & u64::from(u32::MAX));
    u128::from(at.newest_first()) << 80
        | u128::from(build.pipeline) << 56
        | newest << 24
        | u128::from(count(place))
}
