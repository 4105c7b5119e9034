//! The page as the types derived by `graphql_client` decode it.

#![allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    rust_2018_idioms,
    unreachable_pub,
    reason = "derived"
)]

use graphql_client::GraphQLQuery;

type DateTime = jiff::Timestamp;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../schema/buildkite.graphql",
    query_path = "queries/builds_page.graphql",
    response_derives = "Debug, Clone, PartialEq"
)]
pub struct BuildsPage;
