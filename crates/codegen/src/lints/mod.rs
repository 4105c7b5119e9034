//! What is valid and still likely a mistake.
//!
//! Each lint finds places; whether a place is reported, and as what, is decided
//! here: by its [level](settings), and by an [`@allow`](allowed) around it.

mod allowed;
mod deprecated;
mod file;
mod limits;
mod pages;
mod settings;
mod useless;

use std::collections::BTreeSet;

use apollo_compiler::parser::{FileId, SourceSpan};

use crate::check::Checked;
use crate::cost::known::Defaults;
use crate::cost::plan::Planner;
use crate::diagnostic::{Diagnostic, Diagnostics};

pub(crate) use allowed::Allowed;
pub(crate) use file::read;
pub(crate) use settings::{Limits, Settings};

/// A lint, in the order of its documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lint {
    Deprecated,
    PageSizeMissing,
    PageInfoUnread,
    CursorUnwired,
    RestUnreachable,
    ComplexityOverLimit,
    ComplexityOverWindow,
    NestingTooDeep,
    UnusedFragment,
    UnusedVariable,
    UselessSelection,
    UnusedAllow,
}

impl Lint {
    pub(crate) const ALL: [Self; 12] = [
        Self::Deprecated,
        Self::PageSizeMissing,
        Self::PageInfoUnread,
        Self::CursorUnwired,
        Self::RestUnreachable,
        Self::ComplexityOverLimit,
        Self::ComplexityOverWindow,
        Self::NestingTooDeep,
        Self::UnusedFragment,
        Self::UnusedVariable,
        Self::UselessSelection,
        Self::UnusedAllow,
    ];

    /// As it is called in the file of levels, in `@allow` and in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deprecated => "deprecated",
            Self::PageSizeMissing => "page_size_missing",
            Self::PageInfoUnread => "page_info_unread",
            Self::CursorUnwired => "cursor_unwired",
            Self::RestUnreachable => "rest_unreachable",
            Self::ComplexityOverLimit => "complexity_over_limit",
            Self::ComplexityOverWindow => "complexity_over_window",
            Self::NestingTooDeep => "nesting_too_deep",
            Self::UnusedFragment => "unused_fragment",
            Self::UnusedVariable => "unused_variable",
            Self::UselessSelection => "useless_selection",
            Self::UnusedAllow => "unused_allow",
        }
    }

    /// How to allow one place: the end of a sentence of advice.
    pub(crate) fn or_allow(self, on: &str) -> String {
        format!(
            ", or allow it here: `@allow(lints: [{}])` {on}",
            self.name()
        )
    }
}

/// A place that a lint found.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) lint: Lint,
    /// The places that it is about, first the one that is shown. An `@allow`
    /// around any of them silences it.
    pub(crate) places: Vec<SourceSpan>,
    pub(crate) report: Diagnostic,
}

/// Runs all lints over a valid set, of which something is `found` already.
pub(crate) fn run(checked: &Checked, settings: &Settings, found: Vec<Finding>) -> Diagnostics {
    let (schema, document) = (&checked.schema, &checked.document);
    let mut findings = found;
    deprecated::find(schema, document, &mut findings);
    useless::find(schema, document, &mut findings);
    let mut planner = Planner::new(schema, document);
    for operation in document.operations.iter() {
        let plan = planner.plan(operation);
        let defaults = Defaults::of(operation, settings.limits.page_size);
        pages::find(document, operation, &plan, &mut findings);
        limits::find(
            document,
            operation,
            &plan,
            &defaults,
            &settings.limits,
            &mut findings,
        );
    }
    // What operations share is found by each of them.
    let mut seen = BTreeSet::new();
    findings.retain(|finding| {
        let place = finding.places.first().copied().map(key);
        seen.insert((finding.lint, place))
    });
    let mut allowed = checked.allowed.clone();
    let mut diagnostics = judge(&mut allowed, &findings, settings);
    diagnostics = diagnostics.with(judge(&mut allowed, &checked.unused, settings));
    let unused = allowed.unused(document);
    diagnostics.with(judge(&mut allowed, &unused, settings))
}

/// The reports of what is found and neither allowed here nor everywhere, in
/// order.
pub(crate) fn judge(
    allowed: &mut Allowed,
    findings: &[Finding],
    settings: &Settings,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for finding in findings {
        diagnostics.extend(allowed.judge(finding, settings));
    }
    diagnostics.with(Diagnostics::default())
}

/// A place in the order of files and texts.
fn key(place: SourceSpan) -> (FileId, usize) {
    (place.file_id(), place.offset())
}
