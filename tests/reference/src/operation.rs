//! What is sent.

use serde::Serialize;
use serde_json::Value;

/// An operation with its variables.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    /// What reports call it.
    pub(crate) name: String,
    pub(crate) document: String,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Value,
}

/// An operation with the sandbox's answer to it, as text.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    #[serde(flatten)]
    pub(crate) operation: Operation,
    pub(crate) answer: String,
}
