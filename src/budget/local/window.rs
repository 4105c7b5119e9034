//! One window: what is known of it, and what answers make of that.

use super::{Millis, millis};
use crate::RateLimit;
use crate::budget::Settlement;

/// How long a window is taken to be until the server says when it ends.
const WINDOW: Millis = 300_000;
/// Whole seconds are rounded, down as well as up.
const ROUNDED: Millis = 1_000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) limit: u64,
    pub(super) remaining: u64,
    pub(super) ends: Between,
    /// What was spent from here since it began.
    pub(super) spent: u64,
    /// How much of what is taken for spent nobody has confirmed since the server told of
    /// the window.
    pub(super) unconfirmed: u64,
    /// When it began, if that is all that is known of it: nobody has told of it yet.
    pub(super) guessed_at: Option<Millis>,
}

/// A moment that is not known exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Between {
    pub(super) earliest: Millis,
    pub(super) latest: Millis,
}

/// A window as the server tells of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) limit: u64,
    pub(super) remaining: u64,
    /// What is left for what is not under way, at the least and at the most.
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) ends: Between,
}

/// Points of other operations, while one was under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Others {
    pub(super) ended: u64,
    pub(super) under_way: u64,
}

impl Told {
    /// The server counted at some time between sending and now. Of what ended meanwhile
    /// it may have counted nothing yet; of what is still under way, everything.
    pub(super) fn new(
        window: RateLimit,
        others: Others,
        sent_at: Millis,
        now: Millis,
    ) -> Option<Self> {
        let limit = u64::try_from(window.limit)
            .ok()
            .filter(|limit| *limit > 0)?;
        let remaining = u64::try_from(window.remaining).unwrap_or(0).min(limit);
        let reset = millis(window.reset);
        Some(Self {
            limit,
            remaining,
            least: remaining.saturating_sub(others.ended),
            most: remaining.saturating_add(others.under_way).min(limit),
            ends: Between {
                earliest: sent_at + reset - ROUNDED,
                latest: now + reset + ROUNDED,
            },
        })
    }
}

impl Window {
    pub(super) fn new(told: Told, remaining: u64, spent: u64) -> Self {
        Self {
            limit: told.limit,
            remaining,
            ends: told.ends,
            spent,
            unconfirmed: 0,
            guessed_at: None,
        }
    }

    /// The window that follows, of which nobody has told yet.
    pub(super) fn after(self, now: Millis) -> Self {
        Self {
            limit: self.limit,
            remaining: self.limit,
            ends: Between {
                earliest: now,
                latest: now + WINDOW,
            },
            spent: 0,
            unconfirmed: 0,
            guessed_at: Some(self.ends.latest),
        }
    }

    /// The window after something was spent of which the server does not tell.
    pub(super) fn spend(self, settlement: Settlement) -> Self {
        let unconfirmed = if settlement.is_confirmed {
            0
        } else {
            settlement.cost
        };
        Self {
            unconfirmed: self.unconfirmed.saturating_add(unconfirmed),
            ..self.without(settlement.cost)
        }
    }

    pub(super) fn without(self, cost: u64) -> Self {
        Self {
            spent: self.spent.saturating_add(cost),
            remaining: self.remaining.saturating_sub(cost),
            ..self
        }
    }

    /// The window after the server has told of it in the answer to something that cost so
    /// much.
    pub(super) fn told(self, told: Told, cost: u64, is_newer: bool) -> Self {
        // Windows follow each other. One that ends earlier is past, unless what was sent
        // since says otherwise.
        let is_past = match self.guessed_at {
            Some(began) => told.ends.earliest < began,
            None => told.ends.latest <= self.ends.earliest && !is_newer,
        };
        if is_past {
            return self;
        }
        let is_guessed = self.guessed_at.is_some();
        let is_later = told.ends.earliest >= self.ends.latest;
        let is_earlier = told.ends.latest <= self.ends.earliest;
        if !is_guessed && (is_later || is_earlier) {
            return Self::new(told, told.remaining, cost);
        }
        // What is known from here is exact while nobody else spends, and what the server
        // tells is exact but for what was under way.
        let known = self.without(cost);
        let remaining = known.remaining.clamp(told.least, told.most);
        let ends = if is_guessed {
            told.ends
        } else {
            Between {
                earliest: self.ends.earliest.max(told.ends.earliest),
                latest: self.ends.latest.min(told.ends.latest),
            }
        };
        Self {
            limit: told.limit,
            remaining,
            ends,
            // What was taken for spent may never have been.
            spent: known.spent.min(told.limit.saturating_sub(remaining)),
            unconfirmed: 0,
            guessed_at: None,
        }
    }
}

/// A share of the points of a window.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "windows have thousands of points, and a share is from 0 to 1"
)]
pub(super) fn share(limit: u64, ceiling: f64) -> u64 {
    (limit as f64 * ceiling) as u64
}
