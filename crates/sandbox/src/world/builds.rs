//! Builds: their states, times, branches, commits and where they came from.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::World;
use super::chance::{count, hex, mix, pick};
use super::created::NewBuild;
use super::ids::Entity;
use super::jobs::Job;
use super::people::{self, PEOPLE, STRANGERS};
use super::pipelines::{self, PIPELINES, TRIGGERED, TRIGGERING, pipeline};
use super::time::Time;

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
    /// What was asked for, when the build was created through the API.
    pub(crate) asked: Option<Arc<NewBuild>>,
    pub(super) jobs: OnceCell<Vec<Job>>,
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

/// Minutes that lie between the newest finished build and now, so that whatever
/// a build does, it has done before now.
const SETTLED: u64 = 150;
/// A deploy follows every so many builds of the shop.
const DEPLOY_EVERY: u64 = 5;
/// How many builds of the shop are younger than the last one deployed.
const DEPLOY_LAG: u64 = 4;

/// How many builds the pipeline has without the created ones.
fn base_count(pipeline: u64) -> u64 {
    pipelines::pipeline(pipeline).builds
}

/// The number of a build of [`TRIGGERING`] that has passed, whatever the seed.
pub(crate) fn deployed(nth: u64) -> u64 {
    base_count(TRIGGERING) - DEPLOY_LAG - nth % base_count(TRIGGERED) * DEPLOY_EVERY
}

/// The number of the build that triggered this one.
fn trigger_of(pipeline: u64, number: u64) -> Option<u64> {
    let is_base = number <= base_count(pipeline);
    (pipeline == TRIGGERED && is_base).then(|| {
        base_count(TRIGGERING) - DEPLOY_LAG - (base_count(TRIGGERED) - number) * DEPLOY_EVERY
    })
}

/// The number of the build that this one triggers.
fn triggered_by(pipeline: u64, number: u64) -> Option<u64> {
    if pipeline != TRIGGERING {
        return None;
    }
    let younger = (base_count(TRIGGERING) - DEPLOY_LAG).checked_sub(number)?;
    if younger % DEPLOY_EVERY != 0 {
        return None;
    }
    base_count(TRIGGERED)
        .checked_sub(younger / DEPLOY_EVERY)
        .filter(|number| *number > 0)
}

impl World {
    /// How many builds a pipeline has.
    pub(crate) fn build_count(&self, pipeline: u64) -> u64 {
        base_count(pipeline) + self.created.count(pipeline)
    }

    /// A build by its number.
    pub(crate) fn build(&self, pipeline: u64, number: u64) -> Option<Rc<Build>> {
        let base = base_count(pipeline);
        if pipeline >= count(PIPELINES.len()) || number == 0 {
            return None;
        }
        let (state, created_at, asked) = if let Some(place) = number.checked_sub(base + 1) {
            let asked = self.created.get(pipeline, place)?;
            (BuildState::Scheduled, asked.created_at, Some(asked))
        } else {
            (
                self.base_state(pipeline, number),
                self.base_created_at(pipeline, number),
                None,
            )
        };
        Some(Rc::new(Build {
            pipeline,
            number,
            state,
            created_at,
            asked,
            jobs: OnceCell::new(),
        }))
    }

    /// The newest builds, the only ones in which anything may still be going on.
    pub(crate) fn recent_builds(&self, pipeline: u64) -> impl Iterator<Item = Rc<Build>> + '_ {
        let base = base_count(pipeline);
        let active = count(pipelines::pipeline(pipeline).newest.len());
        (0..active).filter_map(move |age| self.build(pipeline, base - age))
    }

    fn base_state(&self, pipeline: u64, number: u64) -> BuildState {
        let spec = pipelines::pipeline(pipeline);
        let age = super::chance::index(spec.builds - number);
        if let Some(state) = spec.newest.get(age) {
            return *state;
        }
        if triggered_by(pipeline, number).is_some() {
            return BuildState::Passed;
        }
        match self.draw("state", Entity::Build(pipeline, number)) % 100 {
            0..=15 => BuildState::Failed,
            16..=19 => BuildState::Canceled,
            20..=23 if spec.can_block() => BuildState::Blocked,
            24..=25 => BuildState::Skipped,
            26 => BuildState::NotRun,
            _ => BuildState::Passed,
        }
    }

    fn base_created_at(&self, pipeline: u64, number: u64) -> Time {
        let spec = pipelines::pipeline(pipeline);
        let age = spec.builds - number;
        if let Some(trigger) = trigger_of(pipeline, number)
            && let Some(build) = self.build(TRIGGERING, trigger)
        {
            return build.finished_at(self).unwrap_or(build.created_at);
        }
        if let Some(state) = spec.newest.get(super::chance::index(age)) {
            let seconds = match state {
                BuildState::Creating => 1,
                BuildState::Scheduled => 8,
                BuildState::Blocked => (SETTLED + age) * 60,
                _ => 150 + age * 180,
            };
            return self.epoch.before(seconds);
        }
        if let Some((_, at)) = self.scheduled(pipeline, number) {
            return at;
        }
        let jitter = self.draw("created", Entity::Build(pipeline, number)) % (spec.every * 30);
        self.slot(pipeline, age)
            .map_or(self.epoch, |end| end.before(jitter))
    }

    /// The end of the span of time, as long as there is between two builds, that
    /// belongs to the finished build of this age.
    fn slot(&self, pipeline: u64, age: u64) -> Option<Time> {
        let spec = pipelines::pipeline(pipeline);
        let place = age.checked_sub(count(spec.newest.len()))?;
        Some(self.epoch.before((2 * SETTLED + place * spec.every) * 60))
    }

    /// The schedule that started a build, and when: the last that came due in the
    /// build's span of time.
    fn scheduled(&self, pipeline: u64, number: u64) -> Option<(u64, Time)> {
        let spec = pipelines::pipeline(pipeline);
        if spec.schedules.is_empty() {
            return None;
        }
        let end = self.slot(pipeline, spec.builds.checked_sub(number)?)?;
        let begin = end.before(spec.every * 60);
        (0..)
            .zip(spec.schedules)
            .filter(|(_, schedule)| schedule.enabled)
            .filter_map(|(place, schedule)| Some((place, schedule.last_until(end)?)))
            .filter(|(_, at)| *at > begin)
            .max_by_key(|(_, at)| *at)
    }
}

impl Build {
    /// The build's identity.
    pub(crate) fn entity(&self) -> Entity {
        Entity::Build(self.pipeline, self.number)
    }

    /// The pipeline that the build belongs to.
    pub(crate) fn spec(&self) -> &'static pipelines::Pipeline {
        pipeline(self.pipeline)
    }

    /// The build that this one repeats.
    pub(crate) fn rebuilt_from(&self, world: &World) -> Option<u64> {
        let repeats = |number: u64| {
            let entity = Entity::Build(self.pipeline, number);
            trigger_of(self.pipeline, number).is_none()
                && triggered_by(self.pipeline, number).is_none()
                && world.scheduled(self.pipeline, number).is_none()
                && world.draw("rebuild", entity).is_multiple_of(19)
        };
        let earlier = self.number.checked_sub(1).filter(|number| *number > 0)?;
        (self.asked.is_none() && repeats(self.number) && !repeats(earlier)).then_some(earlier)
    }

    /// The identity that code and author follow from: a rebuild shares them with
    /// what it repeats, a triggered build with what triggered it.
    fn origin(&self, world: &World) -> Entity {
        if let Some(number) = trigger_of(self.pipeline, self.number) {
            return Entity::Build(TRIGGERING, number);
        }
        let number = self.rebuilt_from(world).unwrap_or(self.number);
        Entity::Build(self.pipeline, number)
    }

    fn draw(&self, world: &World, question: &str) -> u64 {
        world.draw(question, self.origin(world))
    }

    /// The branch.
    pub(crate) fn branch(&self, world: &World) -> String {
        if let Some(asked) = &self.asked {
            return asked.branch.clone();
        }
        let default = self.spec().default_branch;
        let number = self.rebuilt_from(world).unwrap_or(self.number);
        let deploys = trigger_of(self.pipeline, number).is_some()
            || triggered_by(self.pipeline, number).is_some();
        let scheduled = world.scheduled(self.pipeline, number).is_some();
        let drawn = self.draw(world, "branch");
        if deploys || scheduled || drawn % 100 < 60 {
            return default.to_owned();
        }
        if drawn % 100 < 66 {
            return format!("release/1.{}", 1 + drawn / 100 % 4);
        }
        let topic = pick(TOPICS, drawn >> 16);
        // A topic belongs to one person, so that its builds share a branch.
        let author = mix(count(topic.len())) % count(PEOPLE.len() - 1);
        format!("{}/{topic}", people::person(author).login)
    }

    /// The commit.
    pub(crate) fn commit(&self, world: &World) -> String {
        match &self.asked {
            Some(asked) => asked.commit.clone(),
            None => hex(self.draw(world, "commit"), 40),
        }
    }

    /// The message, if there is one.
    pub(crate) fn message(&self, world: &World) -> Option<String> {
        if let Some(asked) = &self.asked {
            return asked.message.clone();
        }
        let number = self.rebuilt_from(world).unwrap_or(self.number);
        if let Some((schedule, _)) = world.scheduled(self.pipeline, number) {
            let schedule = &self.spec().schedules[super::chance::index(schedule)];
            return Some(schedule.message.to_owned());
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
        if self.asked.is_some() || self.branch(world) == self.spec().default_branch {
            return None;
        }
        let drawn = self.draw(world, "pull request");
        (drawn % 10 < 7).then_some(100 + drawn / 10 % 900)
    }

    /// What made the build.
    pub(crate) fn source(&self, world: &World) -> Source {
        if self.asked.is_some() {
            return Source::Api;
        }
        if trigger_of(self.pipeline, self.number).is_some() {
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
        if let Some(asked) = &self.asked {
            return asked.creator.clone();
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
            _ => Creator::Person((drawn >> 32) % count(PEOPLE.len())),
        }
    }

    /// The build whose trigger step made this one, and the place of that job.
    pub(crate) fn triggered_from(&self, world: &World) -> Option<(Rc<Build>, usize)> {
        let number = trigger_of(self.pipeline, self.number)?;
        let build = world.build(TRIGGERING, number)?;
        let place = build
            .jobs(world)
            .iter()
            .position(|job| job.step.kind == super::steps::StepKind::Trigger)?;
        Some((build, place))
    }

    /// The build that this one's trigger step makes.
    pub(crate) fn triggers(&self) -> Option<(u64, u64)> {
        triggered_by(self.pipeline, self.number).map(|number| (TRIGGERED, number))
    }

    /// Key and value pairs, in the order of their keys.
    pub(crate) fn meta_data(&self, world: &World) -> Vec<(String, String)> {
        if let Some(asked) = &self.asked {
            return asked.meta_data.clone();
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
                let person = world.someone("reviewer", self.entity());
                people::person(person).login.to_owned()
            }));
        }
        pairs
    }

    /// Variables that were set for the build.
    pub(crate) fn env(&self, world: &World) -> Vec<String> {
        match &self.asked {
            Some(asked) => asked.env.clone(),
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

    /// A place for the build in "newest first" across all pipelines: smaller is newer.
    pub(crate) fn recency(&self) -> u64 {
        self.created_at.newest_first() << 20 | self.pipeline << 12
    }

    /// A place for the job in "last assigned first" across all builds: smaller is
    /// newer. What no agent was given comes after everything else.
    pub(crate) fn assignment(&self, job: &Job, place: usize) -> u64 {
        // Above every time.
        const NEVER: u64 = 1 << 62;
        let place = count(place);
        match job.started_at {
            Some(at) => {
                // Neighbouring builds may be at the same step in the same second.
                let build = self.pipeline << 12 | (self.number & 0x3f) << 6;
                at.newest_first() << 20 | build | place
            }
            None => NEVER | self.recency() | place,
        }
    }
}
