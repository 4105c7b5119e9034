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
    let mut out = String::new();
    for (severity, command) in [
        (ChangeSeverity::Breaking, "error"),
        (ChangeSeverity::Dangerous, "warning"),
    ] {
        for change in report.diff.of(severity) {
            let mut properties = format!("title={}", property(change.kind().name()));
            if let Some(file) = file {
                let file = file.display().to_string().replace(MAIN_SEPARATOR, "/");
                properties = format!("file={},{properties}", property(&file));
                if let Some(line) = line(change) {
                    properties += &format!(",line={line}");
                }
            }
            out += &format!("::{command} {properties}::{}\n", data(change.message()));
        }
    }
    out + &format!(
        "::notice title=Schema changes::{}\n",
        data(&summary(report))
    )
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
