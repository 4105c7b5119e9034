//! Reports as programs read them; the keys are documented at
//! [`Diagnostics::to_json`].

use std::path::{MAIN_SEPARATOR, Path};

use serde::{Serialize, Serializer};

use super::{Diagnostic, Diagnostics, Severity, Span};

#[derive(Serialize)]
struct Json<'a> {
    severity: &'static str,
    code: &'static str,
    lint: Option<&'static str>,
    message: &'a str,
    help: Option<&'a str>,
    note: Option<&'a str>,
    #[serde(flatten)]
    place: Place,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Place {
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

impl Place {
    fn new(path: Option<&Path>, span: Option<Span>) -> Self {
        Self {
            // The same on every system.
            file: path.map(|path| path.display().to_string().replace(MAIN_SEPARATOR, "/")),
            line: span.map(|span| span.line),
            column: span.map(|span| span.column),
            end_line: span.map(|span| span.end_line),
            end_column: span.map(|span| span.end_column),
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(name(*self))
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json(self).serialize(serializer)
    }
}

impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

pub(super) fn array(diagnostics: &Diagnostics) -> String {
    // Texts and numbers can always be written; a program that reads nothing
    // would take it for "nothing is wrong".
    serde_json::to_string(diagnostics)
        .unwrap_or_else(|error| format!("[{{\"severity\":\"error\",\"message\":\"{error}\"}}]"))
}

fn json(diagnostic: &Diagnostic) -> Json<'_> {
    let report = &diagnostic.0;
    Json {
        severity: name(report.severity),
        code: report.code,
        lint: report.lint,
        message: &report.message,
        help: report.help.as_deref(),
        note: report.note.as_deref(),
        place: Place::new(report.path.as_deref(), report.span),
        related: report
            .excerpts
            .iter()
            .skip(1)
            .map(|excerpt| Related {
                message: &excerpt.label,
                place: Place::new(
                    excerpt.path.as_deref().or(report.path.as_deref()),
                    Some(excerpt.span),
                ),
            })
            .collect(),
    }
}
