//! What is sent.

use serde::Serialize;
use serde_json::Value;

/// An operation with its variables.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Operation {
    /// What reports call it.
    pub(crate) name: String,
    pub(crate) document: String,
    /// The name of the operation in the document that is to run.
    #[serde(rename = "operationName")]
    pub(crate) wanted: Option<String>,
    pub(crate) variables: Value,
}

/// An operation with the sandbox's answer to it, as text.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    #[serde(flatten)]
    pub(crate) operation: Operation,
    pub(crate) answer: String,
}
