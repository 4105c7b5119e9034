//! The steps that pipelines are made of.

mod read;

pub(crate) use self::read::{read, read_list};

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepKind {
    /// Runs on an agent.
    Command,
    /// Waits for everything before it.
    Wait,
    /// Waits for a person.
    Block,
    /// Starts a build of another pipeline.
    Trigger,
}

/// One step of a pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) command: String,
    /// The key of the queue; the cluster's default queue if there is none.
    pub(crate) queue: Option<String>,
    /// How long a run takes, give or take a quarter.
    pub(crate) seconds: u64,
    /// How many jobs the step is split into; one means that it is not.
    pub(crate) parallel: u64,
    /// The concurrency group and how many of it may run.
    pub(crate) concurrency: Option<(String, u64)>,
    /// Files that a run uploads.
    pub(crate) artifacts: Vec<String>,
    /// Whether a failure is only a warning.
    pub(crate) may_fail: bool,
    /// The slug of the pipeline that gets a build.
    pub(crate) triggers: Option<String>,
    /// Patterns of the branches whose builds have the step; none are all.
    pub(crate) branches: Vec<String>,
}

impl Step {
    /// How long a run takes of which nothing is known.
    pub(crate) const SECONDS: u64 = 30;

    fn new(kind: StepKind, key: &str, label: &str) -> Self {
        Self {
            kind,
            key: key.to_owned(),
            label: label.to_owned(),
            command: String::new(),
            queue: None,
            seconds: Self::SECONDS,
            parallel: 1,
            concurrency: None,
            artifacts: Vec::new(),
            may_fail: false,
            triggers: None,
            branches: Vec::new(),
        }
    }

    /// A step that runs a command for about this long.
    pub(crate) fn command(key: &str, label: &str, command: &str, seconds: u64) -> Self {
        Self {
            command: command.to_owned(),
            seconds,
            ..Self::new(StepKind::Command, key, label)
        }
    }

    /// A step that waits for everything before it.
    pub(crate) fn wait() -> Self {
        Self::new(StepKind::Wait, "", "")
    }

    /// A step that waits for a person.
    pub(crate) fn block(key: &str, label: &str) -> Self {
        Self::new(StepKind::Block, key, label)
    }

    /// A step that starts a build of another pipeline, which is given by its slug.
    pub(crate) fn trigger(key: &str, label: &str, pipeline: &str) -> Self {
        Self {
            triggers: Some(pipeline.to_owned()),
            ..Self::new(StepKind::Trigger, key, label)
        }
    }

    /// The job that uploads all others, the first of every build.
    pub(crate) fn upload() -> Self {
        Self::command(
            "upload",
            ":pipeline: Upload",
            "buildkite-agent pipeline upload",
            12,
        )
    }

    /// Whether the step brings the steps after it, so that they wait for it.
    pub(crate) fn uploads(&self) -> bool {
        self.kind == StepKind::Command && self.command.contains("pipeline upload")
    }

    /// In builds of one branch only.
    pub(crate) fn on_branch(mut self, branch: &str) -> Self {
        self.branches = vec![branch.to_owned()];
        self
    }

    /// On another of the cluster's queues, by its key.
    pub(crate) fn on_queue(mut self, queue: &str) -> Self {
        self.queue = Some(queue.to_owned());
        self
    }

    /// Split into so many jobs.
    pub(crate) fn parallel(mut self, jobs: u64) -> Self {
        self.parallel = jobs;
        self
    }

    /// With at most so many of a group at the same time.
    pub(crate) fn limited(mut self, group: &str, limit: u64) -> Self {
        self.concurrency = Some((group.to_owned(), limit));
        self
    }

    /// With files that a run uploads.
    pub(crate) fn artifacts(mut self, files: &[&str]) -> Self {
        self.artifacts = files.iter().map(|file| (*file).to_owned()).collect();
        self
    }

    /// With failures that are only warnings.
    pub(crate) fn may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }
}
