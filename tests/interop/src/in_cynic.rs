//! Queries made with `cynic`, on the schema module of the client.

use buildkite_client::interop::cynic::{PageInfo, TeamSelector, Yaml, schema};
use buildkite_client::scalars::DateTime;

#[derive(cynic::QueryVariables, Debug, Clone)]
pub(crate) struct Variables {
    pub(crate) organization: cynic::Id,
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) from: Option<DateTime>,
    pub(crate) team: Option<TeamSelector>,
}

#[derive(cynic::QueryFragment, Debug)]
#[cynic(graphql_type = "Query", variables = "Variables")]
pub(crate) struct CynicPipelines {
    #[arguments(slug: $organization)]
    pub(crate) organization: Option<Organization>,
}

#[derive(cynic::QueryFragment, Debug)]
#[cynic(variables = "Variables")]
pub(crate) struct Organization {
    #[arguments(first: $first, after: $after, createdAtFrom: $from, team: $team)]
    pub(crate) pipelines: Option<PipelineConnection>,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct PipelineConnection {
    pub(crate) page_info: Option<PageInfo>,
    pub(crate) edges: Option<Vec<Option<PipelineEdge>>>,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct PipelineEdge {
    pub(crate) node: Option<Pipeline>,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct Pipeline {
    pub(crate) slug: String,
    pub(crate) created_at: Option<DateTime>,
    pub(crate) visibility: PipelineVisibility,
    pub(crate) steps: Option<PipelineSteps>,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct PipelineSteps {
    pub(crate) yaml: Option<Yaml>,
}

#[derive(cynic::Enum, Debug, Clone, Copy, PartialEq)]
pub(crate) enum PipelineVisibility {
    Private,
    Public,
}

#[derive(cynic::QueryVariables, Debug)]
pub(crate) struct CreateVariables {
    pub(crate) input: BuildCreateInput,
}

#[derive(cynic::InputObject, Debug)]
pub(crate) struct BuildCreateInput {
    #[cynic(rename = "pipelineID")]
    pub(crate) pipeline: cynic::Id,
    pub(crate) branch: Option<String>,
    pub(crate) commit: Option<String>,
}

#[derive(cynic::QueryFragment, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateVariables")]
pub(crate) struct CynicCreateBuild {
    #[arguments(input: $input)]
    pub(crate) build_create: Option<BuildCreatePayload>,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct BuildCreatePayload {
    pub(crate) build: Option<Build>,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct Build {
    pub(crate) branch: String,
    pub(crate) created_by: Option<BuildCreator>,
}

#[derive(cynic::InlineFragments, Debug)]
pub(crate) enum BuildCreator {
    User(User),
    #[cynic(fallback)]
    Other,
}

#[derive(cynic::QueryFragment, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
}
