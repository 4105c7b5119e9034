//! The form for pull requests and annotations: Markdown that is no longer than they take.

use std::path::Path;

use buildkite_codegen::schema::diff::{Change, ChangeSeverity};

use super::Report;
use super::touched::{Cause, Touched, does, seen_from, whose};
use super::words::{SEVERITIES, counted, counts, number, summary, verdict};

/// How many bytes there may be; a pull request on GitHub takes 65,536 characters.
pub(in crate::schema) const MOST: usize = 60_000;

/// How many of them are kept for what ends a text that is cut.
const ENDING: usize = 500;

/// How many places are listed that say the same.
const PLACES: usize = 10;

/// Messages have everything that comes from a schema or from queries between backticks,
/// where it is neither Markdown nor HTML nor a mention of anybody.
pub(super) fn print(report: &Report<'_>) -> String {
    print_within(report, MOST)
}

/// The same, in so many bytes at the most.
pub(super) fn print_within(report: &Report<'_>, most: usize) -> String {
    let mut page = Page::new(most.saturating_sub(ENDING));
    page.always("### Schema changes\n\n");
    let Some(impact) = report.impact else {
        page.always(&format!("{}\n", sentence(&summary(report))));
        let heading = |severity, count| counted(count, severity);
        page.by_severity(&report.diff.changes().iter(), heading);
        return page.finish();
    };
    if !report.diff.is_empty() {
        page.always(&format!("**{}** ", sentence(&verdict(impact))));
    }
    page.always(&format!("{}\n", sentence(&summary(report))));
    let touched = Touched::new(report.diff, impact);
    for (causes, heading) in [
        (&touched.breaking, "Queries that break"),
        (&touched.others, "Queries that are touched"),
    ] {
        if !causes.is_empty() {
            page.always(&format!("\n#### {heading}\n\n"));
            for cause in causes {
                page.cause(cause, report.prefix);
            }
        }
    }
    if !touched.apart.is_empty() {
        let count = touched.apart.len();
        let heading = format!(
            "{} no query: {}",
            number(count, "change touches", "changes touch"),
            counts(&touched.apart.iter().copied())
        );
        page.folded(&heading, |page| {
            for severity in SEVERITIES {
                let apart = touched.apart.iter();
                for change in apart.filter(|change| change.severity() == severity) {
                    page.change(&format!("- {severity}: {}\n", change.message()));
                }
            }
        });
    }
    page.finish()
}

/// A text that stops to grow when there is no more room, and says so.
struct Page {
    text: String,
    room: usize,
    left_out: usize,
}

impl Page {
    const fn new(room: usize) -> Self {
        Self {
            text: String::new(),
            room,
            left_out: 0,
        }
    }

    /// What there is room for in any case.
    fn always(&mut self, text: &str) {
        self.text += text;
    }

    /// What is said of a change, if there is room.
    fn change(&mut self, text: &str) {
        if self.left_out > 0 || self.text.len() + text.len() > self.room {
            self.left_out += 1;
        } else {
            self.text += text;
        }
    }

    fn folded(&mut self, heading: &str, inside: impl FnOnce(&mut Self)) {
        let opening = ["\n<details>\n<summary>", heading, "</summary>\n\n"];
        self.always(&opening.concat());
        inside(self);
        self.always("\n</details>\n");
    }

    fn by_severity<'a>(
        &mut self,
        changes: &(impl Iterator<Item = &'a Change> + Clone),
        heading: impl Fn(ChangeSeverity, usize) -> String,
    ) {
        for severity in SEVERITIES {
            let of = changes
                .clone()
                .filter(|change| change.severity() == severity);
            let lines: Vec<_> = of
                .map(|change| format!("- {}\n", change.message()))
                .collect();
            if lines.is_empty() {
                continue;
            }
            let heading = heading(severity, lines.len());
            let print = |page: &mut Self| {
                for line in &lines {
                    page.change(line);
                }
            };
            if severity == ChangeSeverity::Safe {
                self.folded(&heading, print);
            } else {
                self.always(&["\n#### ", &heading, "\n\n"].concat());
                print(self);
            }
        }
    }

    /// A change, what it does, and where: as much of it as there is room for.
    fn cause(&mut self, cause: &Cause<'_>, prefix: &Path) {
        let whole = cause_in_words(cause, prefix, PLACES);
        if self.text.len() + whole.len() > self.room {
            self.change(&cause_in_words(cause, prefix, 0));
        } else {
            self.change(&whole);
        }
    }

    fn finish(self) -> String {
        if self.left_out == 0 {
            return self.text;
        }
        let more = number(self.left_out, "more change is", "more changes are");
        let ending = format!("\n{more} left out here, for want of room.\n");
        self.text + &ending
    }
}

/// A change, what it does, and where, with so many places of each sort at the most.
fn cause_in_words(cause: &Cause<'_>, prefix: &Path, most: usize) -> String {
    let mut lines = vec![format!("- {}\n", capital(&cause.message()))];
    for alike in &cause.effects {
        lines.push(format!("  - {}: {}\n", does(alike.kind), alike.message));
        for effect in alike.at.iter().take(most) {
            let place = effect.place().map(|place| code(&seen_from(place, prefix)));
            let whose = effect.definition().map(|it| whose(it, code));
            let parts: Vec<_> = place.into_iter().chain(whose).collect();
            if !parts.is_empty() {
                lines.push(format!("    - {}\n", parts.join(" ")));
            }
        }
        if alike.at.len() > most {
            let others = if most == 0 {
                number(alike.at.len(), "place", "places")
            } else {
                number(alike.at.len() - most, "other place", "other places")
            };
            let and = if most == 0 { "" } else { "and " };
            lines.push(format!("    - {and}at {others}\n"));
        }
    }
    lines.concat()
}

/// A name or a path between backticks, with none inside.
pub(in crate::schema) fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
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
        let report = Report::new(&diff, "`a`", "`b`");
        let whole = print(&report);
        assert_eq!(whole.matches("\n- ").count(), 200);
        let cut = print_within(&report, 2_000);
        assert!(cut.len() < 2_000, "{cut}");
        let shown = cut.matches("\n- ").count();
        assert!(shown > 10, "{cut}");
        assert!(cut.contains("\n<summary>100 safe changes</summary>\n\n\n</details>\n"));
        assert!(cut.contains(&format!(
            "\n{} more changes are left out here,",
            200 - shown
        )));
    }
}
