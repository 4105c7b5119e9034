//! The form for programs.

use buildkite_codegen::impact::Impact;
use buildkite_codegen::schema::diff::SchemaDiff;
use serde::Serialize;

use super::Report;
use crate::report::Failure;

/// The library's own forms, side by side.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    diff: &'a SchemaDiff,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<&'a Impact>,
}

pub(super) fn print(report: &Report<'_>) -> Result<String, Failure> {
    let json = Json {
        diff: report.diff,
        impact: report.impact,
    };
    let text = serde_json::to_string(&json)
        .map_err(|error| Failure::new("cannot write the changes as JSON").caused_by(&error))?;
    Ok(text + "\n")
}
