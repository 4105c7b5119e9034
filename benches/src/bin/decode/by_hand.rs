//! The page as structs for this very query, with `serde`'s derive: one struct
//! for each JSON object, no fragments, and one struct for all types of job.

#![allow(dead_code, reason = "read by nobody")]

use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct BuildsPage {
    pub(crate) pipeline: Option<Pipeline>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) builds: Option<Builds>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Builds {
    pub(crate) count: i64,
    pub(crate) page_info: Option<PageInfo>,
    pub(crate) edges: Option<Vec<Option<Edge<Build>>>>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) end_cursor: Option<String>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Edge<T> {
    pub(crate) node: Option<T>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Build {
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) state: BuildState,
    pub(crate) url: String,
    pub(crate) uuid: String,
    pub(crate) branch: String,
    pub(crate) commit: String,
    pub(crate) message: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) created_by: Option<Creator>,
    pub(crate) jobs: Option<Jobs>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Creator {
    #[serde(rename = "__typename")]
    pub(crate) typename: String,
    pub(crate) name: Option<String>,
    pub(crate) unregistered_name: Option<String>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Jobs {
    pub(crate) count: i64,
    pub(crate) edges: Option<Vec<Option<Edge<Job>>>>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Job {
    #[serde(rename = "__typename")]
    pub(crate) typename: String,
    pub(crate) uuid: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) state: Option<JobState>,
    pub(crate) passed: Option<bool>,
    pub(crate) soft_failed: Option<bool>,
    pub(crate) exit_status: Option<String>,
    pub(crate) command: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) agent_query_rules: Option<Vec<String>>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) step: Option<Step>,
    pub(crate) agent: Option<Agent>,
    pub(crate) is_unblockable: Option<bool>,
    pub(crate) unblocked_at: Option<Timestamp>,
    #[serde(rename = "async")]
    pub(crate) is_async: Option<bool>,
    pub(crate) triggered: Option<BuildRef>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) key: Option<String>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Agent {
    pub(crate) id: String,
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) hostname: Option<String>,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct BuildRef {
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) state: BuildState,
    pub(crate) url: String,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum BuildState {
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
    #[serde(other)]
    Other,
}

#[derive(Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum JobState {
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
    #[serde(other)]
    Other,
}
