//! The form for a workflow of GitHub: commands that become annotations of a file.

use std::path::{MAIN_SEPARATOR, Path};

use buildkite_codegen::schema::diff::{Change, ChangeSeverity};

use super::Report;
use super::words::summary;

/// Breaking changes are errors, dangerous ones warnings. Safe ones are only counted, in
/// the last line: GitHub shows ten annotations of a sort, and they would be in the way.
pub(super) fn print(
    report: &Report<'_>,
    file: Option<&Path>,
    line: impl Fn(&Change) -> Option<usize>,
) -> String {
    let mut lines = Vec::new();
    for (severity, command) in [
        (ChangeSeverity::Breaking, "error"),
        (ChangeSeverity::Dangerous, "warning"),
    ] {
        for change in report.diff.of(severity) {
            let place = match (file, line(change)) {
                (Some(file), Some(line)) => format!("file={},line={line},", path(file)),
                (Some(file), None) => format!("file={},", path(file)),
                (None, _) => String::new(),
            };
            let title = property(change.kind().name());
            let message = data(change.message());
            lines.push(format!("::{command} {place}title={title}::{message}\n"));
        }
    }
    let summary = data(&summary(report));
    lines.push(format!("::notice title=Schema changes::{summary}\n"));
    lines.concat()
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
