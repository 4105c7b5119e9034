//! How much each lint matters, and the numbers that some of them compare with.

use std::collections::BTreeMap;

use super::Lint;
use crate::diagnostic::Severity;

/// What becomes of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Nothing.
    Allow,
    /// A warning.
    Warn,
    /// An error, which ends the build.
    Deny,
}

impl Level {
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("allow", Self::Allow),
        ("warn", Self::Warn),
        ("deny", Self::Deny),
    ];

    pub(crate) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

/// The numbers of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The points that one operation may request.
    pub(crate) complexity: u64,
    /// The points that a user may spend in one window of time.
    pub(crate) window: u64,
    /// The levels that fields may be nested.
    pub(crate) nesting: u64,
    /// The rows that count where a connection is given no page size.
    pub(crate) page_size: u64,
}

/// All levels and limits.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    levels: BTreeMap<Lint, Level>,
    pub(crate) limits: Limits,
}

impl Settings {
    /// `limits` are those of the server that the schema comes from.
    pub(crate) fn enforced(limits: Limits) -> Self {
        Self {
            levels: BTreeMap::from([
                (Lint::ComplexityOverLimit, Level::Deny),
                (Lint::NestingTooDeep, Level::Deny),
                (Lint::UnusedFragment, Level::Deny),
                (Lint::UnusedVariable, Level::Deny),
            ]),
            limits,
        }
    }

    /// `limits` are those of another server: what exceeds them may still be
    /// fine.
    pub(crate) fn advisory(limits: Limits) -> Self {
        let mut settings = Self::enforced(limits);
        settings.set(Lint::ComplexityOverLimit, Level::Warn);
        settings.set(Lint::NestingTooDeep, Level::Warn);
        settings
    }

    pub(crate) fn set(&mut self, lint: Lint, level: Level) {
        self.levels.insert(lint, level);
    }

    /// Lets a lint find nothing.
    pub(crate) fn allow(&mut self, lint: Lint) {
        self.set(lint, Level::Allow);
    }

    pub(crate) fn level(&self, lint: Lint) -> Level {
        self.levels.get(&lint).copied().unwrap_or(Level::Warn)
    }
}
