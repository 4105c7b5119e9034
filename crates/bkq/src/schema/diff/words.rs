//! What several forms say in the same words.

use buildkite_codegen::schema::diff::ChangeSeverity;

use super::Report;

/// The worst first.
pub(super) const SEVERITIES: [ChangeSeverity; 3] = [
    ChangeSeverity::Breaking,
    ChangeSeverity::Dangerous,
    ChangeSeverity::Safe,
];

/// `3 breaking changes`.
pub(super) fn counted(count: usize, severity: ChangeSeverity) -> String {
    let changes = if count == 1 { "change" } else { "changes" };
    format!("{count} {severity} {changes}")
}

/// How many changes there are of each severity, from where to where.
pub(super) fn summary(report: &Report<'_>) -> String {
    let Report { diff, old, new } = report;
    let counts: Vec<_> = SEVERITIES
        .into_iter()
        .map(|severity| (diff.of(severity).count(), severity))
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {severity}"))
        .collect();
    match diff.changes().len() {
        0 => format!("no changes from {old} to {new}"),
        1 => format!("1 change from {old} to {new}: {}", counts.join(", ")),
        count => format!("{count} changes from {old} to {new}: {}", counts.join(", ")),
    }
}
