//! Queries made with `graphql_client`.

use buildkite_client::graphql_query;

graphql_query! {
    /// The pipelines of an organization.
    #[graphql(query_path = "foreign/pipelines.graphql")]
    pub(crate) struct Pipelines;
}

graphql_query! {
    #[graphql(query_path = "foreign/pipelines.graphql")]
    #[derive(Debug)]
    pub(crate) struct PipelinesBackward;
}

graphql_query! {
    #[graphql(
        query_path = "foreign/pipelines.graphql",
        response_derives = "Debug, Clone, PartialEq",
        skip_serializing_none,
    )]
    pub(crate) struct FailedBuilds;
}

// The derive itself, with a copy of the schema: nothing of it has to change.
#[derive(graphql_client::GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/buildkite.graphql",
    query_path = "foreign/pipelines.graphql",
    response_derives = "Debug"
)]
pub(crate) struct CreateBuild;
