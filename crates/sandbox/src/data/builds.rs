//! Builds, jobs and what is noted on them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A build.
///
/// Its state is one of the schema's `BuildStates`, in either case. Without one it is
/// `PASSED`, or what follows from its jobs if these are given. A build without jobs gets
/// those that the pipeline's steps become in a build of its state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Build {
    pub(crate) state: Option<String>,
    pub(crate) times: Option<u64>,
    pub(crate) number: Option<u64>,
    pub(crate) branch: Option<String>,
    pub(crate) commit: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) created_by: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) meta_data: BTreeMap<String, String>,
    pub(crate) jobs: Option<Vec<Job>>,
    pub(crate) annotations: Vec<Annotation>,
}

impl Build {
    /// A build in this state, such as `"SKIPPED"`.
    pub fn new(state: impl Into<String>) -> Self {
        Self {
            state: Some(state.into()),
            ..Self::default()
        }
    }

    /// A build that did what it should.
    pub fn passed() -> Self {
        Self::new("PASSED")
    }

    /// A build in which something failed.
    pub fn failed() -> Self {
        Self::new("FAILED")
    }

    /// A build that waits for agents.
    pub fn scheduled() -> Self {
        Self::new("SCHEDULED")
    }

    /// A build that is going on.
    pub fn running() -> Self {
        Self::new("RUNNING")
    }

    /// A build that waits for a person. The pipeline needs a block step.
    pub fn blocked() -> Self {
        Self::new("BLOCKED")
    }

    /// A build that somebody canceled.
    pub fn canceled() -> Self {
        Self::new("CANCELED")
    }

    /// A build with these jobs, and the state that follows from them.
    pub fn with_jobs(jobs: impl IntoIterator<Item = Job>) -> Self {
        Self {
            jobs: Some(jobs.into_iter().collect()),
            ..Self::default()
        }
    }

    /// So many builds like this, one after the other (default 1).
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Its number, if it is not the next. It has to be higher than that of the build
    /// before.
    #[must_use]
    pub fn number(mut self, number: u64) -> Self {
        self.number = Some(number);
        self
    }

    /// Its branch (default: the pipeline's default branch).
    #[must_use]
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }

    /// Its commit, if it is not any.
    #[must_use]
    pub fn commit(mut self, commit: impl Into<String>) -> Self {
        self.commit = Some(commit.into());
        self
    }

    /// Its message.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Who made it: a person of the organization, by name or address (default: the
    /// first), or anybody else.
    #[must_use]
    pub fn created_by(mut self, person: impl Into<String>) -> Self {
        self.created_by = Some(person.into());
        self
    }

    /// When it was made: not before the build that comes before it, and not after now.
    /// By default as late as lets all happen that its state needs.
    #[must_use]
    pub fn created_at(mut self, time: Timestamp) -> Self {
        self.created_at = Some(time);
        self
    }

    /// A variable that was set for it.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// A pair of its metadata.
    #[must_use]
    pub fn meta_data(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.meta_data.insert(key.into(), value.into());
        self
    }

    /// A job. The first that is given takes the place of those that would follow from the
    /// pipeline's steps.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.get_or_insert_default().push(job);
        self
    }

    /// A note on it.
    #[must_use]
    pub fn annotation(mut self, annotation: Annotation) -> Self {
        self.annotations.push(annotation);
        self
    }
}

/// A job of a build.
///
/// Its type is `command` (the default), `wait`, `block` or `trigger`; its state is one of
/// the schema's `JobStates`, in either case (default `FINISHED`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Job {
    pub(crate) r#type: Option<String>,
    pub(crate) label: String,
    pub(crate) key: Option<String>,
    pub(crate) command: Option<String>,
    pub(crate) queue: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) exit_status: Option<i64>,
    pub(crate) soft_failed: bool,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) retry_of: Option<usize>,
    pub(crate) artifacts: Vec<String>,
    pub(crate) annotations: Vec<Annotation>,
}

impl Job {
    /// A job of this label that did what it should.
    pub fn passed(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// A job whose command ended with 1.
    pub fn failed(label: impl Into<String>) -> Self {
        Self::passed(label).exit_status(1)
    }

    /// A job that is going on.
    pub fn running(label: impl Into<String>) -> Self {
        Self::passed(label).state("RUNNING")
    }

    /// A job that waits for an agent.
    pub fn scheduled(label: impl Into<String>) -> Self {
        Self::passed(label).state("SCHEDULED")
    }

    /// A wait step that is through.
    pub fn wait() -> Self {
        Self {
            r#type: Some("wait".to_owned()),
            ..Self::default()
        }
    }

    /// A block step that waits for a person.
    pub fn block(label: impl Into<String>) -> Self {
        Self {
            r#type: Some("block".to_owned()),
            ..Self::passed(label).state("BLOCKED")
        }
    }

    /// A trigger step that is through. No build came of it.
    pub fn trigger(label: impl Into<String>) -> Self {
        Self {
            r#type: Some("trigger".to_owned()),
            ..Self::passed(label)
        }
    }

    /// Its state.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// The key of its step.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// What it runs.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// The queue that it runs in, by key.
    #[must_use]
    pub fn queue(mut self, key: impl Into<String>) -> Self {
        self.queue = Some(key.into());
        self
    }

    /// What its command ended with (default 0, where it is finished).
    #[must_use]
    pub fn exit_status(mut self, status: i64) -> Self {
        self.exit_status = Some(status);
        self
    }

    /// It may fail, and did.
    #[must_use]
    pub fn soft_failed(mut self) -> Self {
        self.soft_failed = true;
        self
    }

    /// When it started (default: ten seconds after what came before it).
    #[must_use]
    pub fn started_at(mut self, time: Timestamp) -> Self {
        self.started_at = Some(time);
        self
    }

    /// When it was over (default: half a minute after it started).
    #[must_use]
    pub fn finished_at(mut self, time: Timestamp) -> Self {
        self.finished_at = Some(time);
        self
    }

    /// The place of an earlier job of the build that this one repeats; the first is 0.
    #[must_use]
    pub fn retry_of(mut self, place: usize) -> Self {
        self.retry_of = Some(place);
        self
    }

    /// A file that it uploaded.
    #[must_use]
    pub fn artifact(mut self, path: impl Into<String>) -> Self {
        self.artifacts.push(path.into());
        self
    }

    /// A note on it.
    #[must_use]
    pub fn annotation(mut self, annotation: Annotation) -> Self {
        self.annotations.push(annotation);
        self
    }
}

/// A note on a build or a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Annotation {
    pub(crate) context: String,
    pub(crate) body: String,
    pub(crate) style: Option<String>,
    pub(crate) priority: Option<u64>,
}

impl Annotation {
    /// A note about something, in Markdown.
    pub fn new(context: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            context: context.into(),
            body: body.into(),
            ..Self::default()
        }
    }

    /// How it looks: one of the schema's `AnnotationStyle`s, in either case (default
    /// `DEFAULT`).
    #[must_use]
    pub fn style(mut self, style: impl Into<String>) -> Self {
        self.style = Some(style.into());
        self
    }

    /// How important it is, from 1 to 10 (default 3).
    #[must_use]
    pub fn priority(mut self, priority: u64) -> Self {
        self.priority = Some(priority);
        self
    }
}
