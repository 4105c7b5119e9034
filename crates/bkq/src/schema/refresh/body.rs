//! What a refresh says: in its commit, and in the pull request.

use buildkite_codegen::impact::Impact;

use super::checks::Check;
use super::repository::TRAILER;
use crate::schema::diff::Report;

/// How many bytes there may be; a pull request on GitHub takes 65,536 characters.
const MOST: usize = 60_000;

/// What a refresh is about.
pub(super) struct Refresh<'a> {
    /// What has changed; none where there was no schema before, and why.
    pub(super) changes: Result<Report<'a>, &'a str>,
    pub(super) checks: &'a [Check],
    /// Where the schema is from.
    pub(super) source: &'a str,
}

impl Refresh<'_> {
    /// The first line of the commit, and the title of a pull request.
    fn subject(&self) -> String {
        let Ok(report) = &self.changes else {
            return "Add a snapshot of the schema".to_owned();
        };
        let what = match (report.impact, report.diff.severity()) {
            (_, None) => "descriptions and form only".to_owned(),
            (Some(_), _) => report.verdict(),
            (None, Some(severity)) => format!("at worst {severity} changes"),
        };
        format!("Refresh the schema: {what}")
    }

    pub(super) fn commit_message(&self) -> String {
        let summary = match &self.changes {
            Ok(report) => report.summary(),
            Err(reason) => (*reason).to_owned(),
        };
        // A trailer is one line.
        let source: String = self.source.chars().filter(|c| !c.is_control()).collect();
        format!("{}\n\n{summary}\n\n{TRAILER}: {source}\n", self.subject())
    }

    /// The text of a pull request.
    pub(super) fn markdown(&self) -> String {
        let checks = self.checks_in_words();
        let changes = match &self.changes {
            Ok(report) if report.diff.is_empty() => format!(
                "### Schema changes\n\nOnly descriptions differ between {} and {}, or how they are written.\n",
                report.old, report.new
            ),
            Ok(report) => report.markdown(MOST.saturating_sub(checks.len())),
            Err(reason) => format!("### Schema changes\n\nThis is the first snapshot: {reason}.\n"),
        };
        changes + &checks
    }

    fn checks_in_words(&self) -> String {
        if self.checks.is_empty() {
            return String::new();
        }
        let mut parts = vec!["\n#### Checks\n\n".to_owned()];
        for check in self.checks {
            parts.push(format!("- {}: {}\n", code(&check.command), check.result()));
        }
        for check in self.checks.iter().filter(|check| !check.passed()) {
            // Longer than any in the text.
            let fence = "`".repeat(longest_run(&check.output, '`').max(2) + 1);
            parts.push(format!(
                "\n<details>\n<summary>The end of what {} said</summary>\n\n{fence}text\n{}\n{fence}\n\n</details>\n",
                html(&check.command),
                check.output
            ));
        }
        parts.concat()
    }

    /// Whether somebody has to do something before this can be merged.
    pub(super) fn needs_work(&self) -> bool {
        let breaks = match &self.changes {
            Ok(report) => report.impact.is_some_and(Impact::breaks),
            Err(_) => false,
        };
        breaks || self.checks.iter().any(|check| !check.passed())
    }
}

/// A command between backticks, with none inside, on one line.
fn code(text: &str) -> String {
    let text: Vec<_> = text.split_whitespace().collect();
    format!("`{}`", text.join(" ").replace('`', "'"))
}

/// A command where Markdown is not read.
fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
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
        assert_eq!(code("a `b`\n c"), "`a 'b' c`");
        assert_eq!(html("a <b> && c"), "<code>a &lt;b&gt; &amp;&amp; c</code>");
        assert_eq!(longest_run("a``b````c`", '`'), 4);
    }
}
