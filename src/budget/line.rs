//! Those who wait for points, in the order in which they came.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::Budget;
use super::store::{Ask, Settled, Taken};

/// Two moments that lie no further apart are the same.
const SAME: Duration = Duration::from_millis(10);

/// A store that says "now, but not yet" is not asked without end.
const SHORTEST: Duration = Duration::from_millis(1);

/// The line in front of the store. No lock is held while somebody waits, and whoever has
/// news serves the line from its front: a future that nobody polls cannot hold up others.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: VecDeque<Waiting>,
    /// What became of those who have not looked yet.
    served: HashMap<u64, Served>,
    came: u64,
    news: News,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    ask: Ask,
    wake: Arc<Notify>,
}

/// How the wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Served {
    /// Points are reserved under this number.
    Granted { ticket: u64 },
    /// Nothing will ever be left of a window of so many points.
    Never { limit: u64 },
}

/// What is known of when the first in line is served.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct News {
    /// When enough is there even if nothing is given back.
    pub(super) until: Option<Instant>,
    /// Whether something may be given back before.
    pub(super) others_hold: bool,
}

impl News {
    fn is_like(self, other: Self) -> bool {
        let is_same = match (self.until, other.until) {
            (Some(one), Some(other)) => {
                one.saturating_duration_since(other) < SAME
                    && other.saturating_duration_since(one) < SAME
            }
            (None, None) => true,
            _ => false,
        };
        is_same && self.others_hold == other.others_hold
    }
}

impl Budget {
    /// Serves those at the front of the line for whom there are points now.
    pub(super) fn serve(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(first) = line.waiting.front() {
            let served = match self.store.take(first.ask) {
                Taken::Granted(ticket) => Served::Granted { ticket },
                Taken::Never { limit } => Served::Never { limit },
                Taken::Wait { time, others_hold } => {
                    let news = News {
                        until: time.and_then(|time| Instant::now().checked_add(time.max(SHORTEST))),
                        others_hold,
                    };
                    if !news.is_like(line.news) {
                        line.news = news;
                        // The first may be one that nobody polls.
                        for waiting in &line.waiting {
                            waiting.wake.notify_one();
                        }
                    }
                    return;
                }
            };
            if let Some(first) = line.waiting.pop_front() {
                line.served.insert(first.number, served);
                first.wake.notify_one();
            }
        }
        line.news = News::default();
    }

    /// Gets in line.
    pub(super) fn line_up(self: &Arc<Self>, ask: Ask) -> Place {
        let wake = Arc::new(Notify::new());
        let number = {
            let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
            line.came += 1;
            let number = line.came;
            line.waiting.push_back(Waiting {
                number,
                ask,
                wake: Arc::clone(&wake),
            });
            number
        };
        self.serve();
        Place {
            budget: Arc::clone(self),
            number,
            points: ask.points,
            wake,
        }
    }
}

/// A place in line. Who drops it leaves the line, and gives back what was reserved.
#[derive(Debug)]
pub(super) struct Place {
    budget: Arc<Budget>,
    number: u64,
    points: u64,
    wake: Arc<Notify>,
}

impl Place {
    /// How the wait has ended, or what is known of its end.
    pub(super) fn look(&self) -> Result<Served, News> {
        let line = &self.budget.line;
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        line.served.remove(&self.number).ok_or(line.news)
    }

    /// Waits for news, or for this moment.
    pub(super) async fn wait_until(&self, moment: Option<Instant>) {
        let Some(moment) = moment else {
            return self.wake.notified().await;
        };
        if timeout_at(moment, self.wake.notified()).await.is_err() {
            self.budget.serve();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let left = {
            let line = &self.budget.line;
            let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
            line.waiting.retain(|waiting| waiting.number != self.number);
            line.served.remove(&self.number)
        };
        if let Some(Served::Granted { ticket }) = left {
            self.budget
                .store
                .settle(Settled::new(ticket, self.points, 0));
        }
        // Who stood behind may need less.
        self.budget.serve();
    }
}
