//! The form for people: the worst first, the summary last, where a terminal ends.

use buildkite_codegen::ReportStyle;
use buildkite_codegen::schema::diff::{Change, ChangeSeverity};

use super::Report;
use super::touched::{Cause, Touched, does, whose};
use super::words::{SEVERITIES, counted, counts, number, summary, verdict};

pub(super) fn print(report: &Report<'_>, style: ReportStyle) -> String {
    let Some(impact) = report.impact else {
        let mut parts = by_severity(&report.diff.changes().iter(), style);
        parts.push(summary(report));
        return parts.join("\n\n") + "\n";
    };
    let Touched {
        breaking,
        others,
        apart,
    } = Touched::new(report.diff, impact);
    let mut parts = Vec::new();
    for (causes, ink, what) in [
        (breaking, ChangeSeverity::Breaking, "your queries break"),
        (
            others,
            ChangeSeverity::Dangerous,
            "your queries are touched",
        ),
    ] {
        if !causes.is_empty() {
            parts.push(paint(style, ink, what));
            parts.extend(causes.iter().map(cause));
        }
    }
    if report.shows_all {
        parts.extend(by_severity(&apart.iter().copied(), style));
    } else if !apart.is_empty() {
        let which = number(apart.len(), "change touches", "changes touch");
        let counts = counts(&apart.iter().copied());
        parts.push(format!("{which} no query: {counts} (`--all` shows them)"));
    }
    let mut last = summary(report);
    if !report.diff.is_empty() {
        last = [last, verdict(impact)].join("\n");
    }
    parts.push(last);
    parts.join("\n\n") + "\n"
}

/// A change, what it does, and where.
fn cause(cause: &Cause<'_>) -> String {
    let mut lines = vec![format!("  {}", cause.message())];
    for alike in &cause.effects {
        lines.push(format!("    {}: {}", does(alike.kind), alike.message));
        for effect in &alike.at {
            let place = effect.place().map(ToString::to_string);
            let whose = effect
                .definition()
                .map(|it| whose(it, |name| format!("`{name}`")));
            let parts: Vec<_> = place.into_iter().chain(whose).collect();
            if !parts.is_empty() {
                lines.push(format!("      {}", parts.join(" ")));
            }
        }
        lines.extend(alike.help.map(|help| format!("      help: {help}")));
    }
    lines.join("\n")
}

fn by_severity<'a>(
    changes: &(impl Iterator<Item = &'a Change> + Clone),
    style: ReportStyle,
) -> Vec<String> {
    let mut parts = Vec::new();
    for severity in SEVERITIES {
        let of = changes
            .clone()
            .filter(|change| change.severity() == severity);
        let messages: Vec<_> = of.map(|change| format!("  {}", change.message())).collect();
        if !messages.is_empty() {
            parts.push(paint(style, severity, &counted(messages.len(), severity)));
            parts.push(messages.join("\n"));
        }
    }
    parts
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
        let report = Report::new(&diff, old, new);
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
