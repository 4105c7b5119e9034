//! What several forms say in the same words.

use std::collections::BTreeSet;

use buildkite_codegen::impact::{Definition, Effect, EffectKind, Impact};
use buildkite_codegen::schema::diff::{Change, ChangeSeverity};

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

/// How many changes there are of each severity.
pub(super) fn counts<'a>(changes: &(impl Iterator<Item = &'a Change> + Clone)) -> String {
    let counts: Vec<_> = SEVERITIES
        .into_iter()
        .map(|severity| {
            let of = changes
                .clone()
                .filter(|change| change.severity() == severity);
            (of.count(), severity)
        })
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {severity}"))
        .collect();
    counts.join(", ")
}

/// How many changes there are of each severity, from where to where.
pub(super) fn summary(report: &Report<'_>) -> String {
    let Report { diff, old, new, .. } = report;
    let counts = counts(&diff.changes().iter());
    match diff.changes().len() {
        0 => format!("no changes from {old} to {new}"),
        1 => format!("1 change from {old} to {new}: {counts}"),
        count => format!("{count} changes from {old} to {new}: {counts}"),
    }
}

/// How many of something there are.
pub(super) fn number(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

/// What the changes do to the queries, in a sentence without a full stop.
pub(super) fn verdict(impact: &Impact) -> String {
    let looked_at = number(impact.operations(), "operation", "operations");
    let breaks = impact.effects().iter().filter(|effect| effect.is_break());
    let broken: BTreeSet<_> = breaks
        .filter_map(Effect::definition)
        .flat_map(Definition::operations)
        .collect();
    if impact.breaks() {
        if broken.is_empty() {
            return "breaks the compilation of the queries".to_owned();
        }
        return format!("breaks {} of {looked_at}", broken.len());
    }
    let touched = impact.touched_operations().len();
    let types: BTreeSet<_> = impact
        .of(EffectKind::ChangesType)
        .filter_map(Effect::definition)
        .flat_map(Definition::operations)
        .collect();
    match (touched, types.len()) {
        (0, _) => format!("touches none of {looked_at}"),
        (touched, 0) => format!("breaks none of {looked_at}, touches {touched}"),
        (touched, types) => {
            format!(
                "breaks none of {looked_at}, touches {touched}, changes the Rust types of {types}"
            )
        }
    }
}
