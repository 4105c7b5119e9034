//! The form for pull requests and annotations: Markdown that is no longer than they take.

use buildkite_codegen::schema::diff::ChangeSeverity;

use super::Report;
use super::words::{SEVERITIES, counted, summary};

/// How many bytes there may be; a pull request on GitHub takes 65,536 characters.
const MOST: usize = 60_000;

/// How many of them are kept for what ends a text that is cut.
const ENDING: usize = 500;

/// Messages have everything that comes from a schema between backticks, where it is
/// neither Markdown nor HTML nor a mention of anybody.
pub(super) fn print(report: &Report<'_>) -> String {
    print_within(report, MOST)
}

fn print_within(report: &Report<'_>, most: usize) -> String {
    let room = most.saturating_sub(ENDING);
    let mut out = format!("### Schema changes\n\n{}\n", sentence(&summary(report)));
    let mut left_out = 0;
    for severity in SEVERITIES {
        let changes: Vec<_> = report.diff.of(severity).collect();
        if changes.is_empty() {
            continue;
        }
        let heading = counted(changes.len(), severity);
        let is_folded = severity == ChangeSeverity::Safe;
        let opening = if is_folded {
            ["\n<details>\n<summary>", &heading, "</summary>\n\n"]
        } else {
            ["\n#### ", &heading, "\n\n"]
        };
        out += &opening.concat();
        for change in changes {
            let line = format!("- {}\n", change.message());
            if left_out > 0 || out.len() + line.len() > room {
                left_out += 1;
            } else {
                out += &line;
            }
        }
        if is_folded {
            out += "\n</details>\n";
        }
    }
    if left_out > 0 {
        let changes = if left_out == 1 {
            "change is"
        } else {
            "changes are"
        };
        let more = format!("{left_out} more {changes} left out here");
        out += &[
            "\n",
            &more,
            "; `bkq schema diff` without `--format` shows all.\n",
        ]
        .concat();
    }
    out
}

fn sentence(text: &str) -> String {
    format!("{}.", capital(text))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use buildkite_codegen::schema::{self, diff};

    use super::*;

    #[test]
    fn what_is_too_long_is_cut_and_closed() {
        let fields: Vec<_> = (0..100)
            .map(|number| format!("f{number}: String"))
            .collect();
        let fields = fields.join(" ");
        let load = |text: String| schema::load(&text, "schema.graphql").expect("valid");
        let old = load(format!(
            "type Query {{ a: String }} type B {{ b: String {fields} }}"
        ));
        let new = load(format!(
            "type Query {{ a: String {fields} }} type B {{ b: String }}"
        ));
        let diff = diff::compare(&old, &new);
        let report = Report {
            diff: &diff,
            old: "`a`",
            new: "`b`",
        };
        let whole = print(&report);
        assert_eq!(whole.matches("\n- ").count(), 200);
        let cut = print_within(&report, 2_000);
        assert!(cut.len() < 2_000, "{cut}");
        let shown = cut.matches("\n- ").count();
        assert!(shown > 10, "{cut}");
        assert!(cut.contains("\n<summary>100 safe changes</summary>\n\n\n</details>\n"));
        assert!(cut.contains(&format!(
            "\n{} more changes are left out here;",
            200 - shown
        )));
    }
}
