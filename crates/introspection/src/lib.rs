//! Asks a GraphQL server for its schema.
//!
//! [`Introspection`] sends an introspection query over HTTP and hands out the text of the
//! answer, as the server wrote it. What is in it, `buildkite_codegen::schema` reads, checks
//! and prints.
//!
//! ```no_run
//! use buildkite_introspection::Introspection;
//!
//! # async fn run() -> Result<(), buildkite_introspection::IntrospectionError> {
//! // Buildkite, with the token in BUILDKITE_API_TOKEN.
//! let answer = Introspection::from_env()?.fetch().await?;
//! // Any other server.
//! let other = Introspection::new("https://countries.example/graphql")?.fetch().await?;
//! # drop((answer, other));
//! # Ok(())
//! # }
//! ```
//!
//! # What is asked for
//!
//! All that the server can tell. It is asked first what its introspection knows, and then
//! for that: descriptions, deprecated fields, arguments, input fields and enum values,
//! `specifiedByURL`, `isRepeatable`, `isOneOf`, and the description of the schema. A server
//! that does not say what it knows is asked for what the specification of June 2018 has.
//!
//! # What is safe
//!
//! - The endpoint is `https`, or plain `http` on this machine.
//! - A token is sent in the `Authorization` header alone, to that endpoint and nowhere else:
//!   redirects are not followed. It is in no message.
//! - An answer has 64 MiB at the most, unpacked.
//! - Proxies are those of the environment, `HTTPS_PROXY` or `ALL_PROXY` but for the hosts in
//!   `NO_PROXY`. What is on this machine is reached without one.

mod answer;
mod capabilities;
mod endpoint;
mod env;
mod error;
mod introspection;
mod query;
mod retry;
mod server;
mod token;

pub use error::{IntrospectionError, IntrospectionErrorKind};
pub use introspection::Introspection;
