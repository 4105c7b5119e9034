//! Buildkite's GraphQL API for Rust, with queries checked when the crate is compiled.
//!
//! Operations live in `.graphql` files. A build script holds them against
//! Buildkite's schema and turns each into a struct of its variables and the
//! types of its answer; a [`Client`] executes them and pages through
//! connections:
//!
//! ```no_run
//! use buildkite_client::Client;
//! use buildkite_client::queries::RecentBuilds;
//!
//! # async fn run() -> Result<(), buildkite_client::Error> {
//! let bk = Client::from_env()?;
//! let mut builds = bk.paginate(RecentBuilds::new("acme-inc/web")).limit(100).items();
//! while let Some(build) = builds.try_next().await? {
//!     println!("#{} {}", build.number, build.state);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | to … | see |
//! |---|---|
//! | run what comes with the crate | [`queries`] |
//! | compile queries of your own | [`include_queries!`] and the crate `buildkite-codegen` |
//! | execute, page | [`Client`] |
//! | read long connections, and go on later | [`relay::Paginator`], [`relay::Checkpoint`] |
//! | read whole trees | [`Client::drain`] |
//! | execute many at once, look up many IDs | [`Client::execute_all`], [`Client::nodes`] |
//! | set time limits, retries and points | [`Timeouts`], [`RetryPolicy`], [`BudgetPolicy`] |
//! | share points between clients | [`budget`] |
//! | watch what happens | [`Observer`], [`Event`] |
//! | read an answer | [`Response`], [`relay::Connection`] |
//! | handle what goes wrong | [`Error`], [`ErrorKind`] |
//! | send `null`, or nothing | [`Maybe`] |
//! | test without Buildkite | the crate `buildkite-sandbox` |
//! | run queries of `graphql_client` or `cynic` | the module `interop` |
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | |
//! |---|---|
//! | `graphql-client` | compiled operations are `graphql_client::GraphQLQuery`s, and any other such query runs on [`Client`] |
//! | `cynic` | `cynic::Operation`s run on [`Client`]; the schema module for cynic's derives |
//! | `live-schema` | [`queries`] are compiled against the schema that the API has now, instead of the snapshot; see below |
//!
//! `live-schema` is for programs, not for libraries: it makes the build of whatever depends
//! on this crate pull the schema, with the token in `BUILDKITE_API_TOKEN`, and fail where
//! that fails. When it is pulled, and again, `buildkite_codegen::Config::live_schema` says.
//! `graphql_query!` sees the same schema; the schema module for cynic is the snapshot's,
//! because cynic's derives look the schema up in the builds of other crates, which may have
//! pulled another one, or none.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod batch;
pub mod budget;
mod client;
mod complexity;
pub mod decode;
mod error;
#[doc(hidden)]
pub mod generated;
#[cfg(any(feature = "cynic", feature = "graphql-client"))]
pub mod interop;
mod macros;
mod maybe;
mod observe;
mod operation;
pub mod queries;
pub mod relay;
mod response;
pub mod scalars;
mod transport;

pub use budget::BudgetPolicy;
pub use client::{Client, ClientBuilder, Execute, Executing};
pub use error::{Error, ErrorKind, GraphqlError, Location, PathSegment};
pub use maybe::Maybe;
pub use observe::{Event, Observer, OperationOutcome};
pub use operation::{Operation, OperationKind};
pub use response::Response;
pub use transport::{Complexity, RateLimit, RetryPolicy, Timeouts};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
