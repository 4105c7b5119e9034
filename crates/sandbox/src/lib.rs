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
//! - **Queries**: every field of the root and of every type resolves. Organization,
//!   pipelines, builds, jobs, agents, clusters, queues, teams, members, schedules,
//!   templates, rules, suites, registries and audit events are consistent from every
//!   direction.
//! - **Any size**: an organization with a million builds or with hundreds of pipelines
//!   starts at once, because builds are worked out when somebody asks for them
//!   ([`Builder::builds`], [`Builder::pipelines`]).
//! - **Data of your own**, as exact as a test needs it, from calls or from a file: see
//!   [`data`].
//! - **Connections**: `first`, `last`, `after`, `before` and `count` as Relay
//!   defines them. A page has at most 500 rows (10 000 for a build's metadata),
//!   and that many when neither `first` nor `last` is given, because the published
//!   cost rules count such a connection as 500. A larger size is cut to the most. A
//!   cursor marks a place in the order, and stays good when rows come or go.
//! - **Filters and orders** do what their names say. The branch `%default` is the
//!   default branch of each build's pipeline.
//! - **Mutations** of everyday work, which later reads see:
//!
//!   | of | what |
//!   |---|---|
//!   | builds | create, cancel, rebuild, annotate, retry failed jobs |
//!   | jobs | cancel, retry, unblock, annotate; delete an annotation |
//!   | pipelines | create, update, archive, unarchive, delete; create, update, delete a schedule |
//!   | agents | stop, pause, resume |
//!   | clusters | create, update, delete; create, update, revoke an agent token |
//!   | queues | create, update, delete, pause and resume dispatch |
//!   | teams | create, update, delete; add, update, remove a member or a pipeline |
//!
//! - **Time**: builds that were created or acted upon move on, sixty times as fast as
//!   real ones unless told otherwise ([`Builder::speed`], [`Sandbox::advance`]). Their
//!   jobs wait for agents, run, and end; the variable `SANDBOX_FAILS_AT=<key or label>`
//!   of a build makes one step fail, whose retry passes. What is there from the beginning stays as it is until
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
//! # What it does not do
//!
//! | what | instead |
//! |---|---|
//! | other mutations: of templates, rules, suites, registries, invitations, members, tokens, sign-in, favorites, … | a GraphQL error that names the mutation |
//! | templates, rules, suites, registries, secrets, banners, notification services, ways to sign in, audit events | there from the beginning, as they are; nothing that is done here becomes an audit event |
//! | types without data of their own: authorizations, snippets, permissions, … | values of the right type that follow from the seed; filters on them (`OrganizationMemberSSO.authorizations(state:)`) find everything |
//! | logs of jobs, contents of artifacts, pages of the web site | the addresses lead nowhere |
//! | `if`, `depends_on`, `matrix`, `plugins`, `retry`, timeouts and `env` of steps; what a pipeline upload would bring | steps run one stage after the other, with `wait` and `block` between them; an upload brings the steps that follow it |
//! | skipping and canceling intermediate builds, branch configuration, maximum timeouts | kept, without effect |
//! | schedules | they know when they come due, in UTC, and start nothing |
//! | priorities of jobs and agents, affinity, hosted agents | all jobs have priority 0, agents take the oldest job, hosted queues have no agents |
//! | agents that come by themselves | those that are there, until they are stopped |
//! | work outside of clusters | `clustered: false` finds nothing; a pipeline that names no cluster is in the first |
//! | permissions, teams and secrecy | the one token may see and do everything |
//! | costs that Buildkite has set for single fields | the published rules alone |
//! | Buildkite's own words for errors, beyond the published ones | words that say what is wrong |
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
