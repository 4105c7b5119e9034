//! The page as the types derived by `cynic` decode it.

#![allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    missing_debug_implementations,
    non_snake_case,
    unreachable_pub,
    reason = "derived, and read by nobody"
)]

#[cynic::schema("buildkite")]
mod schema {}

cynic::impl_scalar!(jiff::Timestamp, schema::DateTime);

#[derive(cynic::QueryVariables)]
pub(crate) struct Variables<'a> {
    pub(crate) pipeline: &'a cynic::Id,
    pub(crate) builds: Option<i32>,
    pub(crate) jobs: Option<i32>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "Query", variables = "Variables")]
pub(crate) struct BuildsPage {
    #[arguments(slug: $pipeline)]
    pub(crate) pipeline: Option<Pipeline>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", variables = "Variables")]
pub(crate) struct Pipeline {
    #[cynic(spread)]
    pub(crate) pipeline_ref: PipelineRef,
    #[arguments(first: $builds)]
    pub(crate) builds: Option<BuildConnection>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "Pipeline")]
pub(crate) struct PipelineRef {
    pub(crate) id: cynic::Id,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) url: String,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", variables = "Variables")]
pub(crate) struct BuildConnection {
    pub(crate) count: i32,
    pub(crate) page_info: Option<PageInfo>,
    pub(crate) edges: Option<Vec<Option<BuildEdge>>>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) end_cursor: Option<String>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", variables = "Variables")]
pub(crate) struct BuildEdge {
    pub(crate) node: Option<Build>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", variables = "Variables")]
pub(crate) struct Build {
    #[cynic(spread)]
    pub(crate) build_detail: BuildDetail,
    #[arguments(first: $jobs)]
    pub(crate) jobs: Option<JobConnection>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "Build")]
pub(crate) struct BuildRef {
    pub(crate) id: cynic::Id,
    pub(crate) number: i32,
    pub(crate) state: BuildStates,
    pub(crate) url: String,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "Build")]
pub(crate) struct BuildDetail {
    #[cynic(spread)]
    pub(crate) build_ref: BuildRef,
    pub(crate) uuid: String,
    pub(crate) branch: String,
    pub(crate) commit: String,
    pub(crate) message: Option<String>,
    pub(crate) created_at: Option<jiff::Timestamp>,
    pub(crate) started_at: Option<jiff::Timestamp>,
    pub(crate) finished_at: Option<jiff::Timestamp>,
    pub(crate) created_by: Option<BuildCreator>,
}

#[derive(cynic::InlineFragments, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) enum BuildCreator {
    User(User),
    UnregisteredUser(UnregisteredUser),
    #[cynic(fallback)]
    Other(String),
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) struct User {
    pub(crate) name: String,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) struct UnregisteredUser {
    #[cynic(alias, rename = "name")]
    pub(crate) unregisteredName: Option<String>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) struct JobConnection {
    pub(crate) count: i32,
    pub(crate) edges: Option<Vec<Option<JobEdge>>>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) struct JobEdge {
    pub(crate) node: Option<Job>,
}

#[derive(cynic::InlineFragments, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) enum Job {
    Command(CommandJob),
    Block(BlockJob),
    Wait(WaitJob),
    Trigger(TriggerJob),
    #[cynic(fallback)]
    Other(String),
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "JobTypeCommand")]
pub(crate) struct CommandJob {
    #[cynic(spread)]
    pub(crate) command_outcome: CommandOutcome,
    pub(crate) uuid: String,
    pub(crate) label: Option<String>,
    pub(crate) command: Option<String>,
    pub(crate) url: String,
    pub(crate) agent_query_rules: Option<Vec<String>>,
    pub(crate) created_at: Option<jiff::Timestamp>,
    pub(crate) started_at: Option<jiff::Timestamp>,
    pub(crate) finished_at: Option<jiff::Timestamp>,
    pub(crate) step: Option<StepCommand>,
    pub(crate) agent: Option<AgentRef>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "JobTypeCommand")]
pub(crate) struct CommandOutcome {
    pub(crate) state: JobStates,
    pub(crate) passed: bool,
    pub(crate) soft_failed: bool,
    pub(crate) exit_status: Option<String>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) struct StepCommand {
    pub(crate) key: Option<String>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "Agent")]
pub(crate) struct AgentRef {
    pub(crate) id: cynic::Id,
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) hostname: Option<String>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "JobTypeBlock")]
pub(crate) struct BlockJob {
    pub(crate) uuid: String,
    pub(crate) label: Option<String>,
    pub(crate) state: JobStates,
    pub(crate) is_unblockable: Option<bool>,
    pub(crate) unblocked_at: Option<jiff::Timestamp>,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "JobTypeWait")]
pub(crate) struct WaitJob {
    pub(crate) uuid: String,
    pub(crate) label: Option<String>,
    pub(crate) state: JobStates,
}

#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite", graphql_type = "JobTypeTrigger")]
pub(crate) struct TriggerJob {
    pub(crate) uuid: String,
    pub(crate) label: Option<String>,
    pub(crate) state: JobStates,
    #[cynic(rename = "async")]
    pub(crate) is_async: bool,
    pub(crate) triggered: Option<BuildRef>,
}

#[derive(cynic::Enum, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) enum BuildStates {
    Blocked,
    Canceled,
    Canceling,
    Creating,
    Failed,
    Failing,
    NotRun,
    Passed,
    Running,
    Scheduled,
    Skipped,
    #[cynic(fallback)]
    Other(String),
}

#[derive(cynic::Enum, Debug, Clone, PartialEq)]
#[cynic(schema = "buildkite")]
pub(crate) enum JobStates {
    Accepted,
    Assigned,
    Blocked,
    BlockedFailed,
    Broken,
    Canceled,
    Canceling,
    Expired,
    Finished,
    Limited,
    Limiting,
    Pending,
    PlatformLimited,
    PlatformLimiting,
    Reserved,
    Running,
    Scheduled,
    Skipped,
    TimedOut,
    TimingOut,
    Unblocked,
    UnblockedFailed,
    Waiting,
    WaitingFailed,
    #[cynic(fallback)]
    Other(String),
}
