//! Data of one's own: exactly what a test is about, or what a demo is to show.
//!
//! [`Data`] says what an organization has. What it leaves open is filled in believably:
//! a failed build gets jobs of which one failed, with times that fit, on agents of the
//! queue. What it says is there as it says, and stays so until somebody acts on it.
//!
//! In a test it is built by calls:
//!
//! ```
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use buildkite_sandbox::Sandbox;
//! use buildkite_sandbox::data::{Build, Data, Pipeline};
//!
//! // A pipeline with three failed builds on main.
//! let web = Pipeline::new("Web").builds(3, Build::failed().branch("main"));
//! let sandbox = Sandbox::builder().data(Data::new().pipeline(web)).start().await?;
//! # drop(sandbox);
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new()?.block_on(run())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! For everybody else it is a file, in YAML or JSON. Its fields are called as the methods of
//! the same types; what can be said several times is a list (`people`, `queues`), and the
//! organization is `name` and `slug`. [`Data::read`] reads one, and
//! `bkq sandbox --data FILE`:
//!
//! ```
//! # let yaml = r#"
//! people:
//!   - name: Ada Okafor            # the first is whose token is used
//!     admin: true
//! teams:
//!   - name: Shop
//!     members: [Ada Okafor]
//!     pipelines: [web]
//! clusters:
//!   - name: Linux
//!     queues:
//!       - key: default
//!         agents: 4
//! pipelines:
//!   - name: Web
//!     steps:                      # as in Buildkite's own pipeline files
//!       - label: Tests
//!         command: make test
//!       - block: Ship it?
//!     builds:                     # the oldest first
//!       - state: passed
//!         times: 20
//!       - state: failed
//!         branch: faster-search
//!         message: Speed up search
//!         meta_data: { release: "1.4" }
//!         jobs:
//!           - { label: Tests, state: finished, exit_status: 2 }
//!       - state: blocked
//! # "#;
//! # let data: buildkite_sandbox::data::Data = yaml.parse()?;
//! # Ok::<(), buildkite_sandbox::data::DataError>(())
//! ```

mod builds;
mod clusters;
mod error;
mod people;
mod pin;
mod pipelines;

use std::fs;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use self::builds::{Annotation, Build, Job};
pub use self::clusters::{Cluster, Queue};
pub use self::error::DataError;
pub use self::people::{Person, Team};
pub(crate) use self::pin::pin;
pub use self::pipelines::{Pipeline, Schedule};

/// What an organization has.
///
/// Without people there is one, Ada Okafor; without clusters one with the queue `default`
/// and enough agents. Everything else that is not said is not there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use = "data does nothing until a sandbox is started with it"]
pub struct Data {
    pub(crate) with_acme: bool,
    pub(crate) name: Option<String>,
    pub(crate) slug: Option<String>,
    pub(crate) people: Vec<Person>,
    pub(crate) teams: Vec<Team>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) pipelines: Vec<Pipeline>,
}

impl Data {
    /// An organization, Acme Inc, that has nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// In addition to all that the invented organization has.
    pub fn with_acme() -> Self {
        Self {
            with_acme: true,
            ..Self::default()
        }
    }

    /// Reads a file, in YAML or JSON.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or does not say what data may say.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, DataError> {
        let file = file.as_ref();
        let text =
            fs::read_to_string(file).map_err(|source| DataError::unreadable(file, source))?;
        text.parse().map_err(|error: DataError| error.of(file))
    }

    /// What the organization is called (default "Acme Inc").
    pub fn organization(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The organization's slug (default what follows from its name).
    pub fn slug(mut self, slug: impl Into<String>) -> Self {
        self.slug = Some(slug.into());
        self
    }

    /// A person. The first is the one whose token is used.
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// A team.
    pub fn team(mut self, team: Team) -> Self {
        self.teams.push(team);
        self
    }

    /// A cluster. A pipeline that names none is in the first.
    pub fn cluster(mut self, cluster: Cluster) -> Self {
        self.clusters.push(cluster);
        self
    }

    /// A pipeline.
    pub fn pipeline(mut self, pipeline: Pipeline) -> Self {
        self.pipelines.push(pipeline);
        self
    }
}

impl FromStr for Data {
    type Err = DataError;

    fn from_str(text: &str) -> Result<Self, DataError> {
        crate::yaml::parse(text).map_err(DataError::new)
    }
}
