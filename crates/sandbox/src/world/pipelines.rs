//! Pipelines: what each is called, what it runs, and what starts it.

use std::sync::Arc;

use super::World;
use super::builds::BuildState;
use super::cron::Cron;
use super::people::Granted;
use super::steps::{Step, StepKind};
use super::table::Table;
use super::time::Time;

/// Where a pipeline's code lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The public one.
    GitHub,
    /// The company's own.
    GitHubEnterprise,
    /// Another public one.
    GitLab,
    /// Yet another.
    Bitbucket,
    /// A plain Git server.
    Unknown,
}

/// A schedule that starts builds.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    pub(crate) label: String,
    pub(crate) message: Option<String>,
    pub(crate) enabled: bool,
    pub(crate) cron: Cron,
    /// The branch to build, unless it is the pipeline's default branch.
    pub(crate) branch: Option<String>,
    pub(crate) commit: String,
    pub(crate) env: Vec<String>,
    /// When and by whom it was made, unless that is drawn.
    pub(crate) made: Option<Granted>,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) emoji: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) cluster: u64,
    /// Where the code is cloned from.
    pub(crate) repository: String,
    /// The steps as they are written, unless that follows from them.
    pub(crate) yaml: Option<String>,
    pub(crate) steps: Vec<Arc<Step>>,
    pub(crate) archived: Option<Archived>,
    pub(crate) public: bool,
    pub(crate) favorite: bool,
    pub(crate) default_branch: String,
    pub(crate) created_at: Time,
    pub(crate) created_by: Option<u64>,
    pub(crate) settings: Settings,
    pub(crate) schedules: Table<Schedule>,
    pub(crate) history: History,
    /// The number of the next build, if somebody has set it higher.
    pub(crate) next_build_number: Option<u64>,
}

/// What a pipeline does with its builds.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) allow_rebuilds: bool,
    pub(crate) branch_configuration: Option<String>,
    pub(crate) cancel_intermediate: Intermediate,
    pub(crate) skip_intermediate: Intermediate,
    /// In minutes.
    pub(crate) default_timeout: Option<u64>,
    pub(crate) maximum_timeout: Option<u64>,
    pub(crate) clone_mirror_url: Option<String>,
    pub(crate) template: Option<u64>,
}

/// What happens to builds of a branch that are not the newest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Intermediate {
    pub(crate) enabled: bool,
    pub(crate) branch_filter: Option<String>,
}

/// When and by whom a pipeline was archived.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Archived {
    pub(crate) at: Time,
    pub(crate) by: Option<u64>,
}

/// The builds that a pipeline has before anyone creates more. None of them is
/// stored: each follows from its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) builds: u64,
    /// Seconds between builds.
    pub(crate) every: u64,
    /// The states of the newest builds, the newest first.
    pub(crate) newest: Vec<BuildState>,
    /// The pipeline whose builds made each of these.
    pub(crate) triggered_by: Option<u64>,
    /// The pipeline of which some of these make builds.
    pub(crate) triggers: Option<u64>,
}

/// More seconds than a build of the history waits for a person.
const LONGEST_BLOCK: u64 = 2_600;

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_rebuilds: true,
            branch_configuration: None,
            cancel_intermediate: Intermediate::default(),
            skip_intermediate: Intermediate::default(),
            default_timeout: None,
            maximum_timeout: None,
            clone_mirror_url: None,
            template: None,
        }
    }
}

impl Pipeline {
    /// A pipeline of which nothing more is known.
    pub(crate) fn new(slug: &str, name: &str, repository: String) -> Self {
        Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            description: None,
            emoji: None,
            color: None,
            tags: Vec::new(),
            cluster: 0,
            repository,
            yaml: None,
            steps: Vec::new(),
            archived: None,
            public: false,
            favorite: false,
            default_branch: "main".to_owned(),
            created_at: Time::default(),
            created_by: None,
            settings: Settings::default(),
            schedules: Table::default(),
            history: History::default(),
            next_build_number: None,
        }
    }

    /// What hosts the code, by its address.
    pub(crate) fn host(&self) -> Host {
        let address = self.repository.to_lowercase();
        let host = address
            .split_once("://")
            .map_or(&*address, |(_, rest)| rest);
        let host = host.rsplit_once('@').map_or(host, |(_, rest)| rest);
        let host = host.split([':', '/']).next().unwrap_or_default();
        match host {
            "github.com" => Host::GitHub,
            "gitlab.com" => Host::GitLab,
            "bitbucket.org" => Host::Bitbucket,
            _ if host.starts_with("github.") => Host::GitHubEnterprise,
            _ => Host::Unknown,
        }
    }

    /// How many seconds a build of the history takes at the most, from its making to the
    /// start of its last job.
    pub(crate) fn longest(&self) -> u64 {
        let longest = |step: &Arc<Step>| match step.kind {
            // Waiting for an agent, a run, and another if the first failed.
            StepKind::Command => step.seconds * 5 / 2 + 60,
            StepKind::Block => LONGEST_BLOCK,
            StepKind::Wait | StepKind::Trigger => 2,
        };
        self.steps.iter().map(longest).sum()
    }

    /// Whether builds can stop and wait for a person.
    pub(crate) fn can_block(&self) -> bool {
        self.steps.iter().any(|step| step.kind == StepKind::Block)
    }
}

impl World {
    /// The pipeline with this number.
    pub(crate) fn pipeline(&self, pipeline: u64) -> Option<&Arc<Pipeline>> {
        self.state.pipelines.get(pipeline)
    }

    /// The number of the pipeline with this slug.
    pub(crate) fn pipeline_by_slug(&self, slug: &str) -> Option<u64> {
        self.pipelines()
            .find(|(_, pipeline)| pipeline.slug == slug)
            .map(|(index, _)| index)
    }

    /// All pipelines with their numbers, in the order of their creation.
    pub(crate) fn pipelines(&self) -> impl Iterator<Item = (u64, &Arc<Pipeline>)> {
        self.state.pipelines.iter()
    }
}
