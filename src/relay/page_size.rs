//! How many rows a page is asked for: fewer where the server refuses or takes too long,
//! and more again later.

use super::Paginate;
use crate::{Error, OperationKind};

/// What no operation may cost more than: Buildkite refuses to run it.
const MOST_POINTS: u64 = 50_000;
/// How many pages have to go well before they grow again; doubled with each failure.
const PATIENCE: u32 = 4;
/// Nobody waits longer than so many pages.
const MOST_PATIENCE: u32 = 64;

/// The page size of one walk.
#[derive(Debug)]
pub(super) struct PageSize {
    /// What the operation asked for; nothing where its page size is not to be changed.
    wanted: Option<i64>,
    /// What is asked for now.
    now: i64,
    /// What is not refused as far as is known.
    most: i64,
    /// Pages since the last change.
    good: u32,
    patience: u32,
}

/// Whether a page is asked for again, for fewer rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Smaller {
    Yes,
    No,
}

impl PageSize {
    pub(super) fn fixed() -> Self {
        Self {
            wanted: None,
            now: 0,
            most: 0,
            good: 0,
            patience: PATIENCE,
        }
    }

    /// That of an operation, where it can be changed. What changes things is never asked
    /// again.
    pub(super) fn of<O: Paginate>(operation: &O) -> Self {
        let wanted = operation
            .page_size()
            .filter(|rows| *rows > 0 && operation.kind() == OperationKind::Query);
        let now = wanted.unwrap_or(0);
        Self {
            wanted,
            now,
            most: now,
            ..Self::fixed()
        }
    }

    /// Prepares an operation for the next page, of which so many rows are wanted at the
    /// most.
    pub(super) fn apply<O: Paginate>(&mut self, operation: &mut O, rows: Option<usize>) {
        if self.wanted.is_none() {
            return;
        }
        operation.set_page_size(self.now);
        // Known before it is sent, so that nothing is sent in vain.
        while self.now > 1
            && let Some(points) = operation.requested_complexity()
            && points > MOST_POINTS
        {
            let fitting = i128::from(self.now) * i128::from(MOST_POINTS) / i128::from(points);
            let fitting = i64::try_from(fitting).unwrap_or(1);
            self.now = fitting.clamp(1, self.now - 1);
            self.most = self.now;
            operation.set_page_size(self.now);
            tracing::debug!(
                operation = operation.name(),
                page_size = self.now,
                points,
                "pages of fewer rows, so that they stay below the limit of points"
            );
        }
        let rows = rows.and_then(|rows| i64::try_from(rows).ok());
        if let Some(rows) = rows.filter(|rows| (1..self.now).contains(rows)) {
            operation.set_page_size(rows);
        }
    }

    /// Whether a page can be asked for again with fewer rows.
    pub(super) fn can_shrink(&self) -> bool {
        self.wanted.is_some() && self.now > 1
    }

    /// After a page has failed.
    pub(super) fn failed(&mut self, error: &Error, operation: &str) -> Smaller {
        let is_refused = error.is_too_complex() || error.is_too_large();
        if !self.can_shrink() || !(is_refused || error.is_too_slow()) {
            return Smaller::No;
        }
        self.now /= 2;
        if is_refused {
            // That will not change.
            self.most = self.now;
        }
        self.good = 0;
        self.patience = (self.patience * 2).min(MOST_PATIENCE);
        tracing::info!(
            operation,
            page_size = self.now,
            error = ?error.kind(),
            "asks again for pages of fewer rows"
        );
        Smaller::Yes
    }

    /// After a page has come.
    pub(super) fn came(&mut self, operation: &str) {
        self.good += 1;
        if self.now < self.most && self.good >= self.patience {
            self.now = self.now.saturating_mul(2).min(self.most);
            self.good = 0;
            tracing::debug!(operation, page_size = self.now, "pages of more rows again");
        }
    }
}
