//! What a refresh says: in its commit, and in the pull request.

use buildkite_codegen::impact::Impact;

use super::checks::Check;
use crate::schema::diff::{Report, markdown};

/// How many bytes of a report what commands said may have, all of them together.
const SAID: usize = 12_000;

/// How many files are named that are not committed.
const NAMED: usize = 20;

/// How much of a command is shown.
const SHOWN: usize = 200;

/// What a refresh is about.
pub(super) struct Refresh<'a> {
    pub(super) report: Report<'a>,
    pub(super) checks: &'a [Check],
    /// New files that are not committed.
    pub(super) left_out: &'a [String],
}

impl Refresh<'_> {
    /// The title of a pull request, and the first line of the commit.
    pub(super) fn title(&self) -> String {
        let report = &self.report;
        let what = match (report.impact, report.diff.severity()) {
            (_, None) => "descriptions and form only".to_owned(),
            (Some(_), _) => report.verdict(),
            (None, Some(severity)) => format!("at worst {severity} changes"),
        };
        format!("Refresh the schema: {what}")
    }

    /// The message of the commit, without trailers.
    pub(super) fn message(&self) -> String {
        format!("{}\n\n{}", self.title(), self.report.summary())
    }

    /// The text of a pull request.
    pub(super) fn markdown(&self) -> String {
        let rest = self.checks_in_words() + &self.left_out_in_words();
        let Report { diff, old, new, .. } = self.report;
        let changes = if diff.is_empty() {
            format!(
                "### Schema changes\n\nOnly descriptions differ between {old} and {new}, or how they are written.\n"
            )
        } else {
            self.report
                .markdown(markdown::MOST.saturating_sub(rest.len()))
        };
        changes + &rest
    }

    fn checks_in_words(&self) -> String {
        if self.checks.is_empty() {
            return String::new();
        }
        let mut parts = vec!["\n#### Checks\n\n".to_owned()];
        for check in self.checks {
            parts.push(format!("- {}: {}\n", code(&check.command), check.result()));
        }
        let failed = || self.checks.iter().filter(|check| !check.passed());
        let share = SAID / failed().count().max(1);
        parts.extend(failed().map(|check| said(check, share)));
        parts.concat()
    }

    fn left_out_in_words(&self) -> String {
        if self.left_out.is_empty() {
            return String::new();
        }
        let names = self.left_out.iter().take(NAMED).map(|name| code(name));
        let names: Vec<_> = names.collect();
        let more = match self.left_out.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "\nNew files that are **not committed**: {}{more}. `--add PATH` adds them.\n",
            names.join(", ")
        )
    }

    /// Whether somebody has to do something before this can be merged.
    pub(super) fn needs_work(&self) -> bool {
        self.report.impact.is_some_and(Impact::breaks)
            || self.checks.iter().any(|check| !check.passed())
    }
}

/// The end of what a command said, in a block that nothing in it can end.
fn said(check: &Check, most: usize) -> String {
    let output = end_of(&check.output, most);
    let fence = "`".repeat(longest_run(output, '`').max(2) + 1);
    format!(
        "\n<details>\n<summary>The end of what {} said</summary>\n\n{fence}text\n{output}\n{fence}\n\n</details>\n",
        html(&check.command),
    )
}

/// Whole lines from the end of a text.
fn end_of(text: &str, most: usize) -> &str {
    let Some(surplus) = text.len().checked_sub(most) else {
        return text;
    };
    let newline = text.bytes().skip(surplus).position(|byte| byte == b'\n');
    let start = match newline {
        Some(newline) => surplus + newline + 1,
        // One endless line.
        None => (surplus..text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(text.len()),
    };
    &text[start..]
}

/// On one line, and not too long.
fn line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A command or path between backticks, with none inside.
fn code(text: &str) -> String {
    markdown::code(&line(text))
}

/// A command where Markdown is not read.
fn html(text: &str) -> String {
    let text = line(text).replace('&', "&amp;").replace('<', "&lt;");
    format!("<code>{}</code>", text.replace('>', "&gt;"))
}

fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_end_what_they_stand_in() {
        assert_eq!(code("a `b`\n\n c"), "`a 'b' c`");
        assert_eq!(
            html("a\n\n# <b> && c"),
            "<code>a # &lt;b&gt; &amp;&amp; c</code>"
        );
        assert_eq!(code(&"é".repeat(300)).chars().count(), SHOWN + 3);
        assert_eq!(longest_run("a``b````c`", '`'), 4);
    }

    #[test]
    fn outputs_are_cut_at_lines() {
        assert_eq!(end_of("one\ntwo\nthree", 100), "one\ntwo\nthree");
        assert_eq!(end_of("one\ntwo\nthree", 10), "two\nthree");
        assert_eq!(end_of("one\ntwo\nthree", 8), "three");
        assert_eq!(end_of("öööö", 3), "ö");
    }
}
