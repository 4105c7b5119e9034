//! The view of the windows that one process has.

mod view;
mod window;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use self::view::View;
use super::store::{Decision, Notifier, PointStore, Request, Settlement};

/// Milliseconds since the view began, or between two moments.
type Millis = i64;

/// The view of both windows in this process.
///
/// Every client has one of its own. Several clients with one token, say with different
/// [policies](super::BudgetPolicy), share it:
///
/// ```
/// use std::sync::Arc;
/// use buildkite_client::budget::LocalPoints;
/// use buildkite_client::{BudgetPolicy, Client};
///
/// let points = Arc::new(LocalPoints::default());
/// let client = |policy| {
///     Client::builder()
///         .token("bkua_0123456789abcdef")
///         .budget(policy)
///         .point_store(points.clone())
///         .build()
/// };
/// let deploys = client(BudgetPolicy::default())?;
/// let reports = client(BudgetPolicy::default().ceiling(0.3))?;
/// # drop((deploys, reports));
/// # Ok::<(), buildkite_client::Error>(())
/// ```
pub struct LocalPoints {
    began: Instant,
    view: Mutex<View>,
    watchers: Mutex<Vec<Notifier>>,
}

impl Default for LocalPoints {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            view: Mutex::default(),
            watchers: Mutex::default(),
        }
    }
}

impl LocalPoints {
    fn now(&self) -> Millis {
        millis(self.began.elapsed())
    }

    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets all clients ask again. Where there is one, it does by itself.
    fn notify(&self) {
        let watchers = {
            let watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
            if watchers.len() < 2 {
                return;
            }
            watchers.clone()
        };
        let are_gone = watchers.iter().filter(|watcher| !watcher.notify()).count();
        if are_gone > 0 {
            let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
            watchers.retain(|watcher| watcher.0.strong_count() > 0);
        }
    }
}

impl PointStore for LocalPoints {
    fn reserve(&self, request: Request) -> Decision {
        let mut view = self.view();
        view.reserve(request, self.now())
    }

    fn settle(&self, settlement: Settlement) {
        {
            let mut view = self.view();
            view.settle(settlement, self.now());
        }
        self.notify();
    }

    fn granted(&self) {
        let has_new_turn = {
            let mut view = self.view();
            std::mem::take(&mut view.has_new_turn)
        };
        if has_new_turn {
            self.notify();
        }
    }

    fn withdraw(&self, request: Request) {
        {
            let mut view = self.view();
            let since = self.now() - millis(request.waited);
            view.withdraw(since);
        }
        self.notify();
    }

    fn subscribe(&self, notifier: Notifier) {
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.push(notifier);
    }
}

impl fmt::Debug for LocalPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let view = self.view();
        f.debug_struct("LocalPoints")
            .field("organization", &view.organization)
            .field("user", &view.user)
            .field("reserved", &view.reserved())
            .finish_non_exhaustive()
    }
}

/// Bounded by some hundred years, so that sums do not overflow.
fn millis(duration: Duration) -> Millis {
    const MOST: u128 = 1 << 42;
    Millis::try_from(duration.as_millis().min(MOST)).unwrap_or(Millis::MAX >> 20)
}

fn duration(millis: Millis) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
