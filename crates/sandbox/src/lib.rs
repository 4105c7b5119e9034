//! Buildkite's GraphQL API in one process, for tests, demos and offline work.
//!
//! A [`Sandbox`] is a real HTTP server on a loopback port. It executes any valid
//! operation of Buildkite's schema over a made-up organization, `acme-inc`, whose
//! pipelines, builds, jobs, agents, clusters and teams follow from a seed: the same
//! seed gives the same answers, byte for byte.
//!
//! ```
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use buildkite_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().seed(7).start().await?;
//! let answer: serde_json::Value = reqwest::Client::new()
//!     .post(sandbox.url())
//!     .bearer_auth(sandbox.token())
//!     .json(&serde_json::json!({
//!         "query": "{ organization(slug: \"acme-inc\") { name } }",
//!     }))
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(answer["data"]["organization"]["name"], "Acme Inc");
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new()?.block_on(run())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does
//!
//! - **Queries**: every field of every type resolves. Organization, pipelines,
//!   builds, jobs, agents, clusters, queues, teams, members, schedules, templates,
//!   rules, suites, registries and audit events are consistent from every
//!   direction; what has no data of its own gets a believable value of its type.
//! - **Connections**: `first`, `last`, `after`, `before` and `count` as Relay
//!   defines them. A page has at most 500 rows (10 000 for a build's metadata),
//!   and that many when neither `first` nor `last` is given, because the published
//!   cost rules count such a connection as 500. A larger size is cut to the most.
//! - **Filters and orders** of builds, jobs, pipelines, agents, teams, members,
//!   audit events, invitations, rules and annotations. The branch `%default` is the
//!   default branch of each build's pipeline.
//! - **Mutations** of everyday work with builds, jobs and annotations, which later
//!   reads see: create, cancel, rebuild and annotate a build, retry its failed jobs;
//!   cancel, retry, unblock and annotate a job; delete an annotation. Any other answers
//!   with a GraphQL error that names the mutation.
//! - **Time**: builds that were created or acted upon move on, sixty times as fast as
//!   real ones unless told otherwise ([`Builder::speed`], [`Sandbox::advance`]). Their
//!   jobs wait for agents, run, and end; the variable `SANDBOX_FAILS_AT=<step key>` of
//!   a build makes a step fail. What is there from the beginning stays as it is until
//!   somebody acts on it.
//! - **Limits**: complexity, depth and the windows of organization and user, with
//!   their headers, as published; see [`Limits`].
//! - **Faults** on request, and a [`Log`] of what was asked and what was done: see
//!   [`Fault`].
//! - **Errors**: 401 without the token, 400, 404, 405, 413 and 415 where HTTP is
//!   misused, and GraphQL errors, all of them at once, for an invalid query.
//! - **Introspection**, for any GraphQL tool.
//! - **Any other schema**, with data made up from its types: see
//!   [`Builder::schema`].
//!
//! Whatever the limits, it refuses queries that are nested deeper than 100 or whose
//! answers would have more than a million fields, to protect itself.

mod builder;
mod connection;
pub mod data;
mod documents;
mod error;
mod execute;
mod fallback;
mod faults;
mod fields;
mod inputs;
mod invented;
mod limits;
mod listener;
mod log;
mod mutations;
mod replay;
mod sandbox;
mod schema;
mod server;
mod value;
mod world;
mod yaml;

pub use crate::builder::{Builder, SANDBOX_TOKEN};
pub use crate::error::StartError;
pub use crate::faults::{Fault, FaultError};
pub use crate::limits::{Limits, Quota, RateLimits, Window};
pub use crate::log::{Entry, Log};
pub use crate::sandbox::Sandbox;
