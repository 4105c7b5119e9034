//! The form for people: grouped by severity, the summary last, where a terminal ends.

use buildkite_codegen::ReportStyle;
use buildkite_codegen::schema::diff::{Change, ChangeSeverity};

use super::Report;
use super::words::{SEVERITIES, counted, summary};

pub(super) fn print(report: &Report<'_>, style: ReportStyle) -> String {
    let mut out = String::new();
    for severity in SEVERITIES {
        let messages: Vec<_> = report.diff.of(severity).map(Change::message).collect();
        if messages.is_empty() {
            continue;
        }
        out += &paint(style, severity, &counted(messages.len(), severity));
        out += "\n\n  ";
        out += &messages.join("\n  ");
        out += "\n\n";
    }
    out + &summary(report) + "\n"
}

fn paint(style: ReportStyle, severity: ChangeSeverity, text: &str) -> String {
    if style != ReportStyle::Colored {
        return text.to_owned();
    }
    // The parameters of the terminal's "select graphic rendition".
    let ink = match severity {
        ChangeSeverity::Breaking => "1;31",
        ChangeSeverity::Dangerous => "1;33",
        ChangeSeverity::Safe => "1;32",
    };
    format!("\u{1b}[{ink}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use buildkite_codegen::schema::{self, diff};

    use super::*;

    #[test]
    fn headings_are_coloured() {
        let load = |text| schema::load(text, "schema.graphql").expect("valid");
        let old = load("type Query { a: String, b: E } enum E { A }");
        let new = load("type Query { b: E, c: String } enum E { A B }");
        let diff = diff::compare(&old, &new);
        let (old, new) = ("`a`", "`b`");
        let report = Report {
            diff: &diff,
            old,
            new,
        };
        insta::assert_snapshot!(print(&report, ReportStyle::Colored).replace('\u{1b}', "ESC"), @"
        ESC[1;31m1 breaking changeESC[0m

          the field `Query.a` was removed

        ESC[1;33m1 dangerous changeESC[0m

          the value `E.B` was added

        ESC[1;32m1 safe changeESC[0m

          the field `Query.c` was added: `String`

        3 changes from `a` to `b`: 1 breaking, 1 dangerous, 1 safe
        ");
    }
}
