//! Operations of the crate [`graphql_client`](https://docs.rs/graphql_client).
//!
//! # Run them
//!
//! A query made with its derive runs through [`GraphqlClient`]; nothing about
//! the query changes:
//!
//! ```no_run
//! use buildkite_client::interop::GraphqlClient;
//! use buildkite_client::{Client, Error};
//! use graphql_client::GraphQLQuery;
//!
//! async fn run<Q: GraphQLQuery>(bk: &Client, variables: Q::Variables) -> Result<Q::ResponseData, Error> {
//!     let answer = bk.execute(GraphqlClient::<Q>::new(variables)).await?;
//!     Ok(answer.into_data())
//! }
//! ```
//!
//! [`ForeignOperation`] pages through one.
//!
//! # Make them without a copy of the schema
//!
//! The derive reads the schema from a file within your crate.
//! [`graphql_query!`](crate::graphql_query) is the same derive with the schema
//! that this crate was compiled against, so there is no file to keep:
//!
//! ```ignore
//! buildkite_client::graphql_query! {
//!     #[graphql(query_path = "queries/pipelines.graphql")]
//!     pub struct Pipelines;
//! }
//! ```
//!
//! # Use compiled operations in their place
//!
//! Every compiled operation is a `GraphQLQuery` too, whose variables are the
//! operation itself. Code that is generic over the trait takes both:
//!
//! ```
//! use buildkite_client::queries::RecentBuilds;
//! use graphql_client::GraphQLQuery;
//!
//! let body = RecentBuilds::build_query(RecentBuilds::new("acme-inc/web").first(20));
//! assert_eq!(body.operation_name, "RecentBuilds");
//! ```

use std::fmt;

use graphql_client::{GraphQLQuery, QueryBody};

use super::{ForeignOperation, document};
use crate::{Operation, OperationKind};

include!(concat!(env!("OUT_DIR"), "/graphql_query.rs"));

/// An operation of a [`GraphQLQuery`] with its variables, ready for
/// [`Client::execute`](crate::Client::execute).
///
/// Whether it is a query or a mutation is read from its document. Where the
/// document leaves that open it counts as a mutation, which is never sent
/// twice.
#[must_use = "an operation does nothing until a client executes it"]
pub struct GraphqlClient<Q: GraphQLQuery> {
    body: QueryBody<Q::Variables>,
    kind: OperationKind,
}

impl<Q: GraphQLQuery> GraphqlClient<Q> {
    /// The operation of `Q` with these variables.
    pub fn new(variables: Q::Variables) -> Self {
        let body = Q::build_query(variables);
        let kind = document::kind(body.query, body.operation_name);
        Self { body, kind }
    }
}

impl<Q: GraphQLQuery> Operation for GraphqlClient<Q> {
    type Variables = Q::Variables;
    type Data = Q::ResponseData;

    fn kind(&self) -> OperationKind {
        self.kind
    }

    fn name(&self) -> &str {
        self.body.operation_name
    }

    fn document(&self) -> &str {
        self.body.query
    }

    fn variables(&self) -> &Q::Variables {
        &self.body.variables
    }
}

impl<Q: GraphQLQuery> ForeignOperation for GraphqlClient<Q> {
    fn variables_mut(&mut self) -> &mut Q::Variables {
        &mut self.body.variables
    }
}

impl<Q: GraphQLQuery<Variables: Clone>> Clone for GraphqlClient<Q> {
    fn clone(&self) -> Self {
        Self {
            body: QueryBody {
                variables: self.body.variables.clone(),
                ..self.body
            },
            kind: self.kind,
        }
    }
}

impl<Q: GraphQLQuery> fmt::Debug for GraphqlClient<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphqlClient")
            .field("operation", &self.body.operation_name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The scalars of Buildkite's schema under the names that generated code asks
/// for: `custom_scalars_module = "buildkite_client::interop::graphql_client::scalars"`.
#[allow(
    clippy::upper_case_acronyms,
    reason = "the names are those of the schema"
)]
pub mod scalars {
    pub use crate::scalars::DateTime;
    /// Any JSON value.
    pub type JSON = crate::scalars::Json;
    /// A whole number of up to 53 bits.
    pub type JSInt = i64;
    /// A pipeline by its slug or ID.
    pub type PipelineSelector = String;
    /// A team by its slug or ID.
    pub type TeamSelector = String;
    /// A user by their UUID or ID.
    pub type UserSelector = String;
    /// An XML document as text.
    pub type XML = String;
    /// A YAML document as text.
    pub type YAML = String;
}
