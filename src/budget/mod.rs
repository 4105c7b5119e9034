//! Points: what is left in the windows of organization and user, and who may spend it
//! next.
//!
//! Every attempt reserves what its operation is expected to cost before it is sent, and
//! settles on the answer. Who finds too little left waits for the window to end instead of
//! running into a refusal. Those who wait are served in the order in which they came.
//!
//! [`BudgetPolicy`] says how much a client may spend. What is left is kept in a
//! [`PointStore`], which all clones of a client share, and others may.

mod expected;
mod line;
mod local;
mod policy;
mod store;

use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::time::Instant;

use self::expected::Expected;
use self::line::{Line, News, Served, What};
pub use self::local::LocalPoints;
pub use self::policy::BudgetPolicy;
pub use self::store::{Decision, Notifier, PointStore, Request, Settlement};
use crate::transport::Limits;
use crate::{Error, ErrorKind};

/// The budget that all clones of a client share.
pub(crate) struct Budget {
    policy: BudgetPolicy,
    store: Arc<dyn PointStore>,
    expected: Expected,
    line: Mutex<Line>,
    me: Weak<Self>,
}

impl Budget {
    pub(crate) fn new(policy: BudgetPolicy, store: Arc<dyn PointStore>) -> Arc<Self> {
        let budget = Arc::new_cyclic(|me| Self {
            policy,
            store,
            expected: Expected::default(),
            line: Mutex::default(),
            me: Weak::clone(me),
        });
        let notifier = Notifier(Arc::downgrade(&budget));
        budget.store.subscribe(notifier);
        budget
    }

    /// Waits until the points of an operation can be spent, and reserves them.
    pub(crate) async fn reserve(
        self: &Arc<Self>,
        operation: &str,
        requested: Option<u64>,
        deadline: Option<Instant>,
    ) -> Result<Option<Reservation>, Error> {
        if !self.policy.is_on() {
            return Ok(None);
        }
        let began = Instant::now();
        let mut waited = Duration::ZERO;
        let mut place = self.line_up(What {
            operation: operation.to_owned(),
            requested,
            since: began,
        });
        let (ticket, points) = loop {
            let news = match place.look() {
                Ok(Served::Granted { ticket, points }) => break (ticket, points),
                Ok(Served::Never { limit }) => return Err(self.policy.forbids_all(limit)),
                Err(news) => news,
            };
            let Some(deadline) = deadline else {
                place.wait_until(news.until).await;
                waited = began.elapsed();
                continue;
            };
            let is_beyond = news.until.is_some_and(|until| until >= deadline);
            let is_over = Instant::now() >= deadline;
            // Only what others give back could still come in time.
            if is_over || (is_beyond && !news.others_hold) {
                return Err(too_late(news, began));
            }
            let until = news.until.map_or(deadline, |until| until.min(deadline));
            place.wait_until(Some(until)).await;
            waited = began.elapsed();
        };
        if !waited.is_zero() {
            tracing::info!(
                points,
                waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX),
                "waited for points"
            );
        }
        Ok(Some(Reservation {
            budget: Arc::clone(self),
            requested,
            points,
            ticket,
            waited,
            sent: None,
            is_settled: false,
        }))
    }
}

impl Budget {
    /// What is asked of the store for an operation, as far as is known now.
    fn request(&self, what: &What) -> Request {
        let (points, least) = self.expected.points(&what.operation, what.requested);
        Request {
            points,
            least,
            floor: self.policy.floor,
            ceiling: self.policy.ceiling,
            waited: what.since.elapsed(),
        }
    }
}

/// What is said when the wait would take longer than the operation may.
fn too_late(news: News, began: Instant) -> Error {
    let error = Error::new(
        ErrorKind::RateLimited,
        "too few complexity points are left for it, or for what waits before it, so that \
         nothing was sent",
    )
    .transient();
    match news.until.filter(|_| !news.others_hold) {
        Some(until) => {
            let wait = until.saturating_duration_since(Instant::now());
            error.with_retry_after(Some(wait)).given_up(format!(
                "the window ends in {} s, which would pass `Timeouts::operation`; raise that \
                 to wait for it",
                wait.as_secs_f64().ceil()
            ))
        }
        None => error.given_up(format!(
            "waited {} s for what other operations hold, until `Timeouts::operation` passed; \
             run fewer at a time, or raise it",
            began.elapsed().as_secs()
        )),
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("policy", &self.policy)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// Points that nobody else may spend. Dropped before it was sent, they are given back;
/// dropped without an answer, as by a future that is dropped, they count as spent.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Arc<Budget>,
    requested: Option<u64>,
    points: u64,
    ticket: u64,
    waited: Duration,
    sent: Option<Instant>,
    is_settled: bool,
}

/// How an attempt ended, as far as it concerns points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The server ran it, or at least said so.
    Done,
    /// The server refused it as a whole, and did nothing.
    Refused,
    /// Nobody knows: the answer did not come, or not whole.
    Lost,
    /// It never left.
    NotSent,
}

impl Reservation {
    /// How many points are reserved.
    pub(crate) fn points(&self) -> u64 {
        self.points
    }

    /// How long they were waited for.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }

    /// Notes that the request is sent now.
    pub(crate) fn sending(&mut self) {
        self.sent = Some(Instant::now());
    }

    /// Takes off what the operation has cost, and learns from what the server says.
    pub(crate) fn settle(mut self, operation: &str, ending: Ending, limits: Limits) {
        let told = limits.complexity.map(|complexity| complexity.actual);
        let told = told.and_then(|cost| u64::try_from(cost).ok());
        if ending == Ending::Done
            && let Some(cost) = told.filter(|cost| *cost > 0)
        {
            let expected = &self.budget.expected;
            expected.learn(operation, self.requested, cost);
        }
        let cost = match ending {
            Ending::NotSent => 0,
            Ending::Refused => told.unwrap_or(0),
            Ending::Done => told.unwrap_or(self.points),
            Ending::Lost => told.unwrap_or(self.unconfirmed()),
        };
        self.finish(cost, limits);
    }

    /// What is taken for spent where nobody knows.
    fn unconfirmed(&self) -> u64 {
        self.points.min(expected::UNCOUNTED)
    }

    fn finish(&mut self, cost: u64, limits: Limits) {
        self.is_settled = true;
        self.budget.store.settle(Settlement {
            ticket: self.ticket,
            reserved: self.points,
            cost,
            sent_ago: self.sent.map(|sent| sent.elapsed()),
            is_confirmed: self.sent.is_none() || limits.complexity.is_some(),
            organization: limits.organization,
            user: limits.user,
        });
        self.budget.serve();
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_settled {
            let cost = self.sent.map_or(0, |_| self.unconfirmed());
            self.finish(cost, Limits::default());
        }
    }
}

#[cfg(test)]
mod tests;
