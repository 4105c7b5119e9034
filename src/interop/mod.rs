//! Running operations that other libraries made, and compiled operations where
//! other libraries expect theirs.
//!
//! | feature | gives |
//! |---|---|
//! | `graphql-client` | every compiled operation is a `graphql_client::GraphQLQuery`, in this crate and in yours; `GraphqlClient` runs any other such query; `graphql_query!` makes one without a copy of the schema |
//! | `cynic` | a `cynic::Operation` runs as it is; the schema module for cynic's derives |
//!
//! Both run on the same [`Client`](crate::Client) as compiled operations, with
//! the same errors, partial data, time limits and logs, and can be paged
//! through: see [`ForeignOperation`].

#[cfg(feature = "cynic")]
pub mod cynic;
mod document;
#[cfg(feature = "graphql-client")]
pub mod graphql_client;
mod paged;

#[cfg(feature = "graphql-client")]
pub use graphql_client::GraphqlClient;
pub use paged::{
    Backward, CursorVariable, ForeignOperation, Forward, Page, PageSizeVariable, Paged, Way,
};
