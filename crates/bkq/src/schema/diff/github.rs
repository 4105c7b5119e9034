//! The form for a workflow of GitHub: commands that become annotations of a file.

use std::path::{MAIN_SEPARATOR, Path};

use buildkite_codegen::impact::{Effect, EffectKind};
use buildkite_codegen::schema::diff::{Change, ChangeSeverity};

use super::Report;
use super::touched::does;
use super::words::{summary, verdict};

/// Of the changes breaking ones are errors and dangerous ones warnings; where there are
/// queries, what breaks them and what else touches them. The rest is only counted, in the
/// last line: GitHub shows ten annotations of a sort, and it would be in the way.
pub(super) fn print(
    report: &Report<'_>,
    file: Option<&Path>,
    line: impl Fn(&Change) -> Option<usize>,
) -> String {
    let mut lines = Vec::new();
    if let Some(impact) = report.impact {
        let effects = impact.effects().iter();
        lines.extend(effects.map(|it| effect(it, report.prefix)));
    } else {
        for (severity, command) in [
            (ChangeSeverity::Breaking, "error"),
            (ChangeSeverity::Dangerous, "warning"),
        ] {
            for change in report.diff.of(severity) {
                let place = match (file, line(change)) {
                    (Some(file), Some(line)) => {
                        format!("file={},line={line},", path(&report.prefix.join(file)))
                    }
                    (Some(file), None) => format!("file={},", path(&report.prefix.join(file))),
                    (None, _) => String::new(),
                };
                let title = property(change.kind().name());
                let message = data(change.message());
                lines.push(format!("::{command} {place}title={title}::{message}\n"));
            }
        }
    }
    let mut last = summary(report);
    if let Some(impact) = report.impact.filter(|_| !report.diff.is_empty()) {
        last = format!("{last}; {}", verdict(impact));
    }
    lines.push(format!("::notice title=Schema changes::{}\n", data(&last)));
    lines.concat()
}

fn effect(effect: &Effect, prefix: &Path) -> String {
    let command = match effect.kind() {
        _ if effect.is_break() => "error",
        EffectKind::Replaceable => "notice",
        _ => "warning",
    };
    let place = effect.place().map_or_else(String::new, |place| {
        let file = path(&prefix.join(place.path()));
        format!("file={file},line={},col={},", place.line(), place.column())
    });
    let title = property(does(effect.kind()));
    let changes: Vec<_> = effect.changes().iter().map(Change::message).collect();
    let message = match changes[..] {
        [] => effect.message().to_owned(),
        _ => format!("{} ({})", effect.message(), changes.join("; ")),
    };
    format!("::{command} {place}title={title}::{}\n", data(&message))
}

/// A file as GitHub names it.
fn path(file: &Path) -> String {
    property(&file.display().to_string().replace(MAIN_SEPARATOR, "/"))
}

/// What ends a command must not stand in its text.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_become_commands() {
        assert_eq!(data("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
