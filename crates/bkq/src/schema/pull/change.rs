//! What a pull changes about a snapshot, in words.

use buildkite_codegen::schema::diff::SchemaDiff;

use crate::schema::diff::Report;

/// What a pull changes.
pub(super) enum Change {
    /// There was no snapshot.
    New,
    /// What was there is no schema: why.
    NoSchema(String),
    Schema(SchemaDiff),
    /// Nothing but descriptions.
    Descriptions,
    /// Nothing but how it is written.
    Form,
}

impl Change {
    /// All that would change, for people.
    pub(super) fn report(&self, snapshot: &str, pulled: &str) -> String {
        match self {
            Self::New => format!("{snapshot} is missing\n"),
            Self::NoSchema(problem) => format!("{snapshot} is no schema: {problem}\n"),
            Self::Schema(diff) => Report::new(diff, snapshot, pulled).for_terminal(),
            Self::Descriptions => {
                format!("only descriptions differ between {snapshot} and {pulled}\n")
            }
            Self::Form => {
                format!("{snapshot} is the schema of {pulled}, not in canonical form\n")
            }
        }
    }

    /// What has changed, in a line; nothing where there was nothing before.
    pub(super) fn summary(&self, pulled: &str) -> Option<String> {
        Some(match self {
            Self::New => return None,
            Self::NoSchema(_) => "what was there was no schema\n".to_owned(),
            Self::Schema(diff) => {
                let report = Report::new(diff, "what it was", pulled);
                format!("{}\n", report.summary())
            }
            Self::Descriptions => "only descriptions have changed\n".to_owned(),
            Self::Form => "only its form has changed\n".to_owned(),
        })
    }
}
