//! Pipelines and schedules.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::builds::Build;

/// A pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pipeline {
    pub(crate) name: String,
    pub(crate) slug: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) emoji: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) cluster: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) default_branch: Option<String>,
    pub(crate) archived: bool,
    pub(crate) public: bool,
    pub(crate) steps: Option<Value>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) builds: Vec<Build>,
}

impl Pipeline {
    /// A pipeline of this name, with one command as its only step, and without builds.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The slug, if it does not follow from the name.
    #[must_use]
    pub fn slug(mut self, slug: impl Into<String>) -> Self {
        self.slug = Some(slug.into());
        self
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Its emoji, such as `:rocket:`.
    #[must_use]
    pub fn emoji(mut self, emoji: impl Into<String>) -> Self {
        self.emoji = Some(emoji.into());
        self
    }

    /// The color behind its emoji, such as `#14CC80`.
    #[must_use]
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.color = Some(color.into());
        self
    }

    /// A tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// The cluster that it runs in, by name.
    #[must_use]
    pub fn cluster(mut self, name: impl Into<String>) -> Self {
        self.cluster = Some(name.into());
        self
    }

    /// Where its code is cloned from.
    #[must_use]
    pub fn repository(mut self, url: impl Into<String>) -> Self {
        self.repository = Some(url.into());
        self
    }

    /// Its default branch (default `main`).
    #[must_use]
    pub fn default_branch(mut self, branch: impl Into<String>) -> Self {
        self.default_branch = Some(branch.into());
        self
    }

    /// No builds are made any more.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// Everybody may see it.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// What it runs, in YAML, as in Buildkite's own pipeline files. In a file of data it
    /// can be the list itself.
    #[must_use]
    pub fn steps(mut self, yaml: impl Into<String>) -> Self {
        self.steps = Some(Value::String(yaml.into()));
        self
    }

    /// A schedule.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedules.push(schedule);
        self
    }

    /// The next build.
    #[must_use]
    pub fn build(mut self, build: Build) -> Self {
        self.builds.push(build);
        self
    }

    /// The next so many builds.
    #[must_use]
    pub fn builds(self, times: u64, build: Build) -> Self {
        self.build(build.times(times))
    }
}

/// A schedule of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    pub(crate) label: String,
    pub(crate) cronline: String,
    pub(crate) branch: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) disabled: bool,
}

impl Schedule {
    /// A schedule of this label, with a line for cron such as `0 4 * * *`.
    pub fn new(label: impl Into<String>, cronline: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            cronline: cronline.into(),
            ..Self::default()
        }
    }

    /// The branch, if it is not the pipeline's default branch.
    #[must_use]
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }

    /// The message of its builds, if it is not the label.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// It does not come due.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}
