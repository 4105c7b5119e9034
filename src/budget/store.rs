//! What a shared view of the windows has to do, wherever it is kept.

use std::fmt;
use std::sync::Weak;
use std::time::Duration;

use super::Budget;
use crate::RateLimit;

/// Where the view of both windows is kept: how much is left, and how much of it is
/// reserved.
///
/// [`LocalPoints`](super::LocalPoints) is the view of one process, and what a client has
/// unless [`ClientBuilder::point_store`](crate::ClientBuilder::point_store) sets another.
/// A fleet of processes that share a token can share a view by a store of its own. All
/// methods are called often and from asynchronous code, so they have to answer at once: a
/// store that asks others does so in the background, holding points in advance.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::Duration;
///
/// use buildkite_client::Client;
/// use buildkite_client::budget::{Request, PointStore, Settlement, Decision};
///
/// /// So many points, and then no more for an hour.
/// #[derive(Debug)]
/// struct Allowance(AtomicU64);
///
/// impl PointStore for Allowance {
///     fn reserve(&self, ask: Request) -> Decision {
///         let less = |left: u64| left.checked_sub(ask.points);
///         match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less) {
///             Ok(_) => Decision::Granted(0),
///             Err(_) => Decision::wait(Duration::from_secs(3_600)),
///         }
///     }
///
///     fn settle(&self, settlement: Settlement) {
///         // What was reserved too much comes back.
///         self.0.fetch_add(settlement.reserved.saturating_sub(settlement.cost), Ordering::Relaxed);
///     }
/// }
///
/// let bk = Client::builder()
///     .token("bkua_0123456789abcdef")
///     .point_store(Arc::new(Allowance(AtomicU64::new(1_000))))
///     .build()?;
/// # drop(bk);
/// # Ok::<(), buildkite_client::Error>(())
/// ```
pub trait PointStore: fmt::Debug + Send + Sync + 'static {
    /// Reserves points if they can be spent now.
    ///
    /// A client asks for one operation at a time, in the order in which they came.
    fn reserve(&self, ask: Request) -> Decision;

    /// Ends a reservation, and learns from what the server said. Called once for each
    /// that was granted, also where the operation was abandoned.
    fn settle(&self, settlement: Settlement);

    /// Called after points were reserved for those who waited, while no lock of the client
    /// is held. A store that keeps others waiting for them lets them ask again here.
    fn granted(&self) {}

    /// A request that had to wait is not made any more: whoever made it has gone.
    fn withdraw(&self, request: Request) {
        let _ = request;
    }

    /// Called once by each client that uses this store. Where points can come free other
    /// than by time and by what this client settles, [`Notifier::notify`] lets it ask
    /// again.
    fn subscribe(&self, notifier: Notifier) {
        drop(notifier);
    }
}

/// Points that an operation wants to spend.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// What it is expected to cost.
    pub points: u64,
    /// What it costs at the least, as far as is known: less than `points` where it was
    /// never counted, so that they are only the most.
    pub least: u64,
    /// How many points have to be left in each window:
    /// [`BudgetPolicy::floor`](super::BudgetPolicy::floor).
    pub floor: u64,
    /// The share of the user's window that may be spent from here, from 0 to 1:
    /// [`BudgetPolicy::ceiling`](super::BudgetPolicy::ceiling).
    pub ceiling: f64,
    /// How long the operation waits already. Of several clients whoever waits longest
    /// should come first.
    pub waited: Duration,
}

impl Request {
    /// So many points, leaving nothing to others.
    pub const fn new(points: u64) -> Self {
        Self {
            points,
            least: points,
            floor: 0,
            ceiling: 1.0,
            waited: Duration::ZERO,
        }
    }
}

/// Whether points can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// They are reserved, under a number of the store's choice.
    Granted(u64),
    /// Not now. Where neither is known the store has to [notify](Notifier::notify).
    #[non_exhaustive]
    Wait {
        /// How long it takes until there are enough, as far as is known.
        time: Option<Duration>,
        /// Whether others hold points that they may give back before.
        others_hold: bool,
    },
    /// Never: floor and ceiling leave nothing of a window of so many points.
    #[non_exhaustive]
    Never {
        /// The points of the whole window.
        limit: u64,
    },
}

impl Decision {
    /// Never: nothing is left of a window of so many points.
    pub const fn never(limit: u64) -> Self {
        Self::Never { limit }
    }

    /// Not now, but after this time.
    pub const fn wait(time: Duration) -> Self {
        Self::Wait {
            time: Some(time),
            others_hold: false,
        }
    }
}

/// How a reservation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settlement {
    /// The number under which the points were granted.
    pub ticket: u64,
    /// How many were reserved.
    pub reserved: u64,
    /// How many were spent. Where nobody knows, because the answer was lost, those that
    /// were reserved, but no more than 500.
    pub cost: u64,
    /// Whether the server said so, or nothing was sent.
    pub is_confirmed: bool,
    /// How long ago the request was sent, or tried to be; `None` where it was not.
    pub sent_ago: Option<Duration>,
    /// The organization's window, where the server told of it.
    pub organization: Option<RateLimit>,
    /// The user's window, where the server told of it.
    pub user: Option<RateLimit>,
}

impl Settlement {
    /// Points that were spent, or not, and nothing more.
    pub const fn new(ticket: u64, reserved: u64, cost: u64) -> Self {
        Self {
            ticket,
            reserved,
            cost,
            is_confirmed: true,
            sent_ago: None,
            organization: None,
            user: None,
        }
    }
}

/// How a store tells a client that points may have come free.
#[derive(Clone)]
pub struct Notifier(pub(super) Weak<Budget>);

impl Notifier {
    /// Lets the client ask again for the operations that wait. False where the client is
    /// gone, and need not be told any more.
    ///
    /// Not to be called from within [`PointStore::reserve`], nor while a lock is held that
    /// it needs: it is called in turn.
    pub fn notify(&self) -> bool {
        match self.0.upgrade() {
            Some(budget) => {
                budget.serve();
                true
            }
            None => false,
        }
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").finish_non_exhaustive()
    }
}
