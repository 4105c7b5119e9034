//! Those who wait for points, in the order in which they came.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

use super::Budget;
use super::store::{Decision, Settlement};

/// Two moments that lie no further apart are the same.
const SAME: Duration = Duration::from_millis(10);
/// A store that says "now, but not yet" is not asked without end.
const SHORTEST: Duration = Duration::from_millis(1);
/// How long points wait for whoever asked for them while others wait for points: a future
/// that nobody polls does not pick them up.
const UNCLAIMED: Duration = Duration::from_millis(100);

/// The line in front of the store. No lock is held while somebody waits, and whoever has
/// news serves the line from its front: a future that nobody polls cannot hold up others.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// By number.
    waiting: VecDeque<Waiting>,
    /// What became of those who have not looked yet.
    served: BTreeMap<u64, (Served, Instant)>,
    came: u64,
    news: News,
    /// Whether a task sees to it that points do not stay unclaimed.
    is_watched: bool,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    what: What,
    wake: Arc<Notify>,
}

/// What somebody wants points for. How many is known better the later it is asked.
#[derive(Debug, Clone)]
pub(super) struct What {
    pub(super) operation: String,
    /// The most that it may cost, if somebody has counted.
    pub(super) requested: Option<u64>,
    /// When it came.
    pub(super) since: Instant,
}

/// How the wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Served {
    /// Points are reserved under this number.
    Granted { ticket: u64, points: u64 },
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

impl Line {
    /// The place of a number among those who wait.
    fn place_of(&self, number: u64) -> Option<usize> {
        let by_number = |waiting: &Waiting| waiting.number;
        self.waiting.binary_search_by_key(&number, by_number).ok()
    }

    /// Lets somebody in at the place of its number.
    fn insert(&mut self, number: u64, what: What, wake: Arc<Notify>) {
        let place = self
            .waiting
            .partition_point(|waiting| waiting.number < number);
        let waiting = Waiting { number, what, wake };
        self.waiting.insert(place, waiting);
    }
}

impl Budget {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves those at the front of the line for whom there are points now.
    pub(super) fn serve(&self) {
        self.serve_for(None);
    }

    /// The same on behalf of a place, which looks at what became of it itself.
    fn serve_for(&self, own: Option<u64>) {
        if self.serve_line() {
            self.store.granted();
        }
        self.watch(own);
    }

    /// Whether somebody was served.
    fn serve_line(&self) -> bool {
        let mut line = self.line();
        let mut is_served = false;
        while let Some(first) = line.waiting.front() {
            let request = self.request(&first.what);
            let served = match self.store.reserve(request) {
                Decision::Granted(ticket) => Served::Granted {
                    ticket,
                    points: request.points,
                },
                Decision::Never { limit } => Served::Never { limit },
                Decision::Wait { time, others_hold } => {
                    let until = |time: Duration| Instant::now().checked_add(time.max(SHORTEST));
                    let news = News {
                        until: time.and_then(until),
                        others_hold,
                    };
                    if !news.is_like(mem::replace(&mut line.news, news)) {
                        // The first may be one that nobody polls.
                        for waiting in &line.waiting {
                            waiting.wake.notify_one();
                        }
                    }
                    return is_served;
                }
            };
            is_served = true;
            if let Some(first) = line.waiting.pop_front() {
                line.served.insert(first.number, (served, Instant::now()));
                first.wake.notify_one();
            }
        }
        line.news = News::default();
        is_served
    }

    /// Sees to it that points which were reserved for somebody else than `own` are taken
    /// back where nobody comes for them.
    fn watch(&self, own: Option<u64>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut line = self.line();
        let is_needed = line.served.keys().any(|number| Some(*number) != own);
        if is_needed && !line.is_watched {
            line.is_watched = true;
            runtime.spawn(watch(Weak::clone(&self.me)));
        }
    }

    /// Takes back what was reserved for those who do not come for it. Whether somebody is
    /// left who may.
    fn reclaim(&self) -> bool {
        let now = Instant::now();
        let mut unclaimed = Vec::new();
        let is_any_left = {
            let mut line = self.line();
            line.served.retain(|_, (served, since)| match served {
                Served::Granted { ticket, points } if now - *since >= UNCLAIMED => {
                    unclaimed.push(Settlement::new(*ticket, *points, 0));
                    false
                }
                Served::Granted { .. } => true,
                // Whoever it was told asks again.
                Served::Never { .. } => now - *since < UNCLAIMED,
            });
            line.is_watched = !line.served.is_empty();
            line.is_watched
        };
        let is_news = !unclaimed.is_empty();
        for settlement in unclaimed {
            self.store.settle(settlement);
        }
        if is_news {
            self.serve();
        }
        is_any_left
    }

    /// Gets in line.
    pub(super) fn line_up(self: &Arc<Self>, what: What) -> Place {
        let wake = Arc::new(Notify::new());
        let number = {
            let mut line = self.line();
            line.came += 1;
            let number = line.came;
            line.insert(number, what.clone(), Arc::clone(&wake));
            number
        };
        let place = Place {
            budget: Arc::clone(self),
            number: Some(number),
            what,
            wake,
        };
        self.serve_for(place.number);
        place
    }
}

/// Takes back points that nobody comes for, as long as there are any.
async fn watch(budget: Weak<Budget>) {
    loop {
        sleep(UNCLAIMED).await;
        let is_needed = budget.upgrade().is_some_and(|budget| budget.reclaim());
        if !is_needed {
            return;
        }
    }
}

/// A place in line. Who drops it leaves the line, and gives back what was reserved.
#[derive(Debug)]
pub(super) struct Place {
    budget: Arc<Budget>,
    /// None once it was served.
    number: Option<u64>,
    what: What,
    wake: Arc<Notify>,
}

impl Place {
    /// How the wait has ended, or what is known of its end. Whoever came too late for what
    /// was reserved for it gets in line again.
    pub(super) fn look(&mut self) -> Result<Served, News> {
        let Some(number) = self.number else {
            return Err(News::default());
        };
        {
            let mut line = self.budget.line();
            if let Some((served, _)) = line.served.remove(&number) {
                self.number = None;
                return Ok(served);
            }
            if line.place_of(number).is_some() {
                return Err(line.news);
            }
            line.insert(number, self.what.clone(), Arc::clone(&self.wake));
        }
        self.budget.serve_for(self.number);
        let mut line = self.budget.line();
        match line.served.remove(&number) {
            Some((served, _)) => {
                self.number = None;
                Ok(served)
            }
            None => Err(line.news),
        }
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
        let Some(number) = self.number else { return };
        let left = {
            let mut line = self.budget.line();
            if let Some(place) = line.place_of(number) {
                line.waiting.remove(place);
            }
            line.served.remove(&number)
        };
        match left {
            Some((Served::Granted { ticket, points }, _)) => {
                let settlement = Settlement::new(ticket, points, 0);
                self.budget.store.settle(settlement);
            }
            Some((Served::Never { .. }, _)) => {}
            None => self.budget.store.withdraw(self.budget.request(&self.what)),
        }
        // Who stood behind may need less.
        self.budget.serve();
    }
}
