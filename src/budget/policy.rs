//! How much of the points a client may spend.

use crate::{Error, ErrorKind};

/// How a client shares the points of organization and user with everybody else.
///
/// All clones of a client have one view of both windows, taken from the headers of every
/// answer. Before an operation is sent, what it is expected to cost is reserved: what it
/// may cost at the most at first, and what it did cost once that is known. Where too
/// little is left the operation waits for the window to end, which a refusal with status
/// 429 would make it do as well, and after everybody else who waits. The wait counts
/// towards [`Timeouts::operation`](crate::Timeouts::operation): where it would take longer,
/// the operation ends at once with [`ErrorKind::RateLimited`](crate::ErrorKind::RateLimited).
///
/// ```
/// use buildkite_client::{BudgetPolicy, Client};
///
/// // At most 30 % of the user's points, and never the last 1,000 of anybody.
/// let modest = BudgetPolicy::default().ceiling(0.3).floor(1_000);
/// let bk = Client::builder().token("bkua_0123456789abcdef").budget(modest).build()?;
/// # drop(bk);
/// # Ok::<(), buildkite_client::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct BudgetPolicy {
    pub(super) ceiling: f64,
    pub(super) floor: u64,
    is_on: bool,
}

impl BudgetPolicy {
    /// Nothing is reserved, and nobody waits.
    pub fn none() -> Self {
        Self {
            is_on: false,
            ..Self::default()
        }
    }

    /// The share of the user's points that this client spends in a window at the most,
    /// from 0 to 1; all of them unless set. An operation that by itself costs more runs
    /// where nothing else of the share was spent.
    pub fn ceiling(mut self, share: f64) -> Self {
        self.ceiling = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            1.0
        };
        self
    }

    /// How many points are left to others in each window; none unless set. An operation
    /// that by itself costs more than the rest runs where the whole window is left.
    pub fn floor(mut self, points: u64) -> Self {
        self.floor = points;
        self
    }

    /// What is said where floor and ceiling leave nothing of a window.
    pub(super) fn forbids_all(&self, limit: u64) -> Error {
        Error::new(
            ErrorKind::Config,
            format!(
                "`BudgetPolicy` leaves nothing of a window of {limit} points: the ceiling is \
                 {} of it and the floor is {}; raise the one or lower the other",
                self.ceiling, self.floor
            ),
        )
    }

    pub(super) fn is_on(&self) -> bool {
        self.is_on
    }
}

impl Default for BudgetPolicy {
    fn default() -> Self {
        Self {
            ceiling: 1.0,
            floor: 0,
            is_on: true,
        }
    }
}
