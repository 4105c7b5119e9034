//! How many rows a page is asked for: fewer where the server refuses or takes too long,
//! and more again later.

use super::Paginate;
use crate::complexity::MOST_POINTS;
use crate::{Error, OperationKind};

/// How many pages have to go well before they grow again; doubled with each time that they
/// had to shrink.
const PATIENCE: u32 = 4;
/// Nobody waits longer than so many pages.
const MOST_PATIENCE: u32 = 64;
/// So many pages of the full size, and what was before is forgotten.
const RECOVERED: u32 = 32;

/// The page size of one walk.
#[derive(Debug)]
pub(super) struct PageSize {
    is_fixed: bool,
    /// What pages are asked for now.
    now: i64,
    /// What was asked for last: fewer where a limit wants fewer.
    asked: i64,
    /// What is not refused as far as is known.
    most: i64,
    /// Pages since the last change.
    good: u32,
    patience: u32,
    /// Answers in a row that did not come in time.
    slow: u32,
}

/// How a page has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// The server, or the client, takes no pages of that size.
    Refused,
    /// It took too long, which may be because of the size.
    Slow,
    /// Fewer rows would change nothing.
    Otherwise,
}

impl PageSize {
    pub(super) fn fixed() -> Self {
        Self {
            is_fixed: true,
            now: 0,
            asked: 0,
            most: 0,
            good: 0,
            patience: PATIENCE,
            slow: 0,
        }
    }

    /// That of an operation, where it can be changed. What changes things is never asked
    /// again.
    pub(super) fn of<O: Paginate>(operation: &O) -> Self {
        let is_query = operation.kind() == OperationKind::Query;
        match operation.page_size() {
            Some(rows) if rows > 0 && is_query => Self {
                is_fixed: false,
                now: rows,
                asked: rows,
                most: rows,
                ..Self::fixed()
            },
            _ => Self::fixed(),
        }
    }

    /// Prepares an operation for the next page, of which so many rows are wanted at the
    /// most.
    pub(super) fn apply<O: Paginate>(&mut self, operation: &mut O, rows: Option<usize>) {
        if self.is_fixed {
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
        self.asked = self.now;
        let rows = rows.and_then(|rows| i64::try_from(rows).ok());
        if let Some(rows) = rows.filter(|rows| (1..self.now).contains(rows)) {
            self.asked = rows;
            operation.set_page_size(rows);
        }
    }

    /// Whether a page can be asked for again with fewer rows.
    pub(super) fn can_shrink(&self) -> bool {
        !self.is_fixed && self.asked > 1
    }

    /// How a page has failed.
    pub(super) fn failed(&self, error: &Error) -> Failed {
        if !self.can_shrink() {
            Failed::Otherwise
        } else if error.is_too_complex() || error.is_too_large() {
            Failed::Refused
        } else if error.is_too_slow() {
            Failed::Slow
        } else {
            Failed::Otherwise
        }
    }

    /// Half as many rows, after more were refused. That will not change.
    pub(super) fn shrink(&mut self, operation: &str) {
        self.most = self.asked / 2;
        self.become_smaller(self.most, operation);
    }

    /// After an answer did not come in time. Once is no reason to ask for less, but twice
    /// in a row is; there are not many attempts.
    pub(super) fn slow(&mut self, operation: &str) {
        self.slow += 1;
        if self.slow >= 2 {
            self.patience = (self.patience * 2).min(MOST_PATIENCE);
            self.become_smaller(self.asked / 4, operation);
        }
    }

    fn become_smaller(&mut self, rows: i64, operation: &str) {
        self.now = rows.max(1);
        self.good = 0;
        tracing::info!(operation, page_size = self.now, "pages of fewer rows");
    }

    /// After a page has come.
    pub(super) fn came(&mut self, operation: &str) {
        self.good = self.good.saturating_add(1);
        self.slow = 0;
        if self.now >= self.most {
            if self.good >= RECOVERED {
                self.patience = PATIENCE;
            }
        } else if self.good >= self.patience {
            self.now = self.now.saturating_mul(2).min(self.most);
            self.good = 0;
            tracing::debug!(operation, page_size = self.now, "pages of more rows again");
        }
    }
}
