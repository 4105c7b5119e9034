//! Points: what is left in the windows of organization and user, and who may spend it
//! next.
//!
//! Every attempt reserves what its operation is expected to cost before it is sent, and
//! settles on the answer. Who finds too little left waits for the window to end instead of
//! running into a refusal. Those who wait are served in the order in which they came.

mod expected;
mod policy;
mod windows;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout_at};

use self::expected::Expected;
pub use self::policy::BudgetPolicy;
use self::windows::{Shared, Spent, SpentWindow, Store, Take, Taken};
use crate::transport::{Answer, Limits};
use crate::{Error, ErrorKind};

/// The budget that all clones of a client share.
pub(crate) struct Budget {
    policy: BudgetPolicy,
    store: Arc<dyn Store>,
    expected: Expected,
    /// Whose turn it is: waiting for this lock is fair.
    turn: Mutex<()>,
    changed: Notify,
}

impl Budget {
    pub(crate) fn new(policy: BudgetPolicy) -> Self {
        Self {
            store: Arc::new(Shared::default()),
            expected: Expected::default(),
            turn: Mutex::new(()),
            changed: Notify::new(),
            policy,
        }
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
        let take = Take {
            points: self.expected.points(operation, requested),
            floor: self.policy.floor,
            ceiling: self.policy.ceiling,
        };
        let waiting = async {
            let _turn = self.turn.lock().await;
            loop {
                // Before the question, so that no change is missed.
                let changed = self.changed.notified();
                let (until, are_others) = match self.store.take(take) {
                    Taken::Granted(ticket) => return Ok(ticket),
                    Taken::Wait { until, are_others } => (until, are_others),
                };
                match (until, deadline) {
                    (None, _) => changed.await,
                    (Some(until), Some(deadline)) if until >= deadline => {
                        // Only what others give back can still come in time.
                        if !are_others || timeout_at(deadline, changed).await.is_err() {
                            return Err(too_late(until));
                        }
                    }
                    (Some(until), _) => {
                        // Whichever comes first.
                        let _ = timeout_at(until, changed).await;
                    }
                }
            }
        };
        let began = Instant::now();
        let ticket = match deadline {
            None => waiting.await?,
            Some(deadline) => match timeout_at(deadline, waiting).await {
                Ok(ticket) => ticket?,
                Err(_) => return Err(too_late(deadline)),
            },
        };
        let waited = began.elapsed();
        if waited > Duration::from_millis(1) {
            tracing::info!(
                points = take.points,
                waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX),
                "waited for points"
            );
        }
        Ok(Some(Reservation {
            budget: Arc::clone(self),
            points: take.points,
            ticket,
            is_settled: false,
        }))
    }
}

/// What is said when the wait would take longer than the operation may.
fn too_late(until: Instant) -> Error {
    let wait = until.saturating_duration_since(Instant::now());
    Error::new(
        ErrorKind::RateLimited,
        "the complexity points are used up, so that nothing was sent",
    )
    .transient()
    .with_retry_after(Some(wait))
    .given_up(format!(
        "the window ends in {} s, which would pass `Timeouts::operation`; raise that to wait \
         for it",
        wait.as_secs()
    ))
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// Points that nobody else may spend. Dropped without an answer, as by a future that is
/// dropped, they are given back.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Arc<Budget>,
    points: u64,
    ticket: u64,
    is_settled: bool,
}

impl Reservation {
    /// Takes off what the operation has cost, and learns from what the server says.
    pub(crate) fn settle(mut self, operation: &str, answer: &Answer) {
        let limits = answer.limits();
        let cost = limits.complexity.map(|complexity| complexity.actual);
        let cost = cost.and_then(|cost| u64::try_from(cost).ok());
        if let Some(cost) = cost {
            self.budget.expected.learn(operation, cost);
        }
        self.finish(cost, Some(limits));
    }

    /// Gives the points back of what was not sent.
    pub(crate) fn give_back(mut self) {
        self.finish(Some(0), None);
    }

    fn finish(&mut self, cost: Option<u64>, limits: Option<Limits>) {
        self.is_settled = true;
        self.budget.store.settle(Spent {
            reserved: self.points,
            ticket: self.ticket,
            cost,
            organization: limits.and_then(|limits| window(limits.organization)),
            user: limits.and_then(|limits| window(limits.user)),
            is_answered: limits.is_some(),
        });
        self.budget.changed.notify_waiters();
    }
}

fn window(limit: Option<crate::RateLimit>) -> Option<SpentWindow> {
    let limit = limit?;
    Some(SpentWindow {
        limit: u64::try_from(limit.limit).unwrap_or(0),
        remaining: u64::try_from(limit.remaining).unwrap_or(0),
        // Whole seconds are rounded, down as well as up.
        ends_at: Instant::now() + limit.reset + Duration::from_secs(1),
    })
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_settled {
            self.finish(None, None);
        }
    }
}

#[cfg(test)]
mod tests;
