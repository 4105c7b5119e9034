//! The view of the windows that one process has.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::store::{Decision, Notifier, PointStore, Request, Settlement};
use crate::RateLimit;

/// How long a window is taken to be until the server says when it ends.
const WINDOW: Millis = 300_000;
/// How long others wait for the first answer, which tells what there is.
const PATIENCE: Millis = 2_000;
/// Reservations of an old window that are older count no more: their futures may be ones
/// that nobody polls.
const FORGOTTEN: Millis = 5_000;
/// Moments that lie no further apart are the same.
const SAME: Millis = 5;
/// Whole seconds are rounded, down as well as up.
const ROUNDED: Millis = 1_000;

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
}

impl LocalPoints {
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
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        view.reserve(request, self.now())
    }

    fn settle(&self, settlement: Settlement) {
        {
            let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
            view.settle(settlement, self.now());
        }
        self.notify();
    }

    fn granted(&self) {
        let has_new_turn = {
            let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut view.has_new_turn)
        };
        if has_new_turn {
            self.notify();
        }
    }

    fn withdraw(&self, request: Request) {
        {
            let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
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
        let view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("LocalPoints")
            .field("organization", &view.organization)
            .field("user", &view.user)
            .field("reserved", &view.reserved)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct View {
    organization: Option<Window>,
    user: Option<Window>,
    /// Points that are reserved, and for how many attempts, as far as they count.
    reserved: u64,
    attempts: u64,
    reservations: BTreeMap<u64, Reservation>,
    /// Whoever waits longest for points that all share.
    oldest: Option<Oldest>,
    /// Whether somebody waits for an oldest that waits no more.
    has_new_turn: bool,
    /// Until when the first outcome is waited for.
    probed_until: Millis,
    /// Whether there was one.
    is_probed: bool,
    /// Reservations so far, and how many there were when a window was last told of.
    tickets: u64,
    told_at: u64,
    /// All that was ever spent.
    spent: u64,
}

#[derive(Debug, Clone, Copy)]
struct Reservation {
    points: u64,
    made_at: Millis,
    /// What was spent before.
    spent_before: u64,
    /// Whether it still counts.
    counts: bool,
}

#[derive(Debug, Clone, Copy)]
struct Oldest {
    since: Millis,
    /// From then on what the others take is missing.
    from: Millis,
    /// By then it has asked again, or is gone.
    until: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    limit: u64,
    remaining: u64,
    ends: Between,
    /// What was spent from here since it began.
    spent: u64,
    /// How much of what is taken for spent nobody has confirmed since the server told of
    /// the window.
    unconfirmed: u64,
    /// When it began, if that is all that is known of it: nobody has told of it yet.
    guessed_at: Option<Millis>,
}

/// A moment that is not known exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Between {
    earliest: Millis,
    latest: Millis,
}

/// A window as the server tells of it.
#[derive(Debug, Clone, Copy)]
struct Told {
    limit: u64,
    remaining: u64,
    /// What is left for what is not under way, at the least and at the most.
    least: u64,
    most: u64,
    ends: Between,
}

/// Points of other operations, while one was under way.
#[derive(Debug, Clone, Copy)]
struct Others {
    ended: u64,
    under_way: u64,
}

impl Told {
    /// The server counted at some time between sending and now. Of what ended meanwhile
    /// it may have counted nothing yet; of what is still under way, everything.
    fn new(window: RateLimit, others: Others, sent_at: Millis, now: Millis) -> Option<Self> {
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

impl View {
    fn reserve(&mut self, request: Request, now: Millis) -> Decision {
        self.roll(now);
        let others_hold = self.attempts > 0;
        if !self.is_probed && others_hold && now < self.probed_until {
            return Decision::Wait {
                time: Some(duration(self.probed_until - now)),
                others_hold,
            };
        }
        let since = now - millis(request.waited);
        if let Some(oldest) = self.oldest
            && (oldest.from..oldest.until).contains(&now)
            && oldest.since + SAME < since
        {
            return Decision::Wait {
                time: Some(duration(oldest.until - now)),
                others_hold: true,
            };
        }
        let user = self.user.map(|window| (window, request.ceiling));
        let organization = self.organization.map(|window| (window, 1.0));
        let mut until = None;
        // From when on points that others take are missing, if they are.
        let mut from = None;
        for (window, ceiling) in [user, organization].into_iter().flatten() {
            let share = share(window.limit, ceiling);
            let most = share.min(window.limit.saturating_sub(request.floor));
            if most == 0 {
                return Decision::never(window.limit);
            }
            // What never fits is let through when all is there.
            let points = request.points.min(most);
            // Somebody has to ask whether what is taken for spent was.
            let unconfirmed = if others_hold { 0 } else { window.unconfirmed };
            let remaining = window.remaining.saturating_add(unconfirmed);
            let spent = window.spent.saturating_sub(unconfirmed);
            let kept = request.floor.saturating_add(self.reserved);
            let free = remaining.saturating_sub(kept);
            let own = share.saturating_sub(spent.saturating_add(self.reserved));
            // Nobody knows what it costs, and the server runs it while a point is left.
            // That may leave less than nothing, which floor and ceiling forbid.
            let may_overdraw = request.floor == 0 && ceiling >= 1.0;
            let is_tried = may_overdraw && !others_hold && request.least <= remaining;
            if points > free.min(own) && !is_tried {
                until = until.max(Some(window.ends.latest));
                // Only what comes back could still be enough in this window.
                let could_come = points <= share.saturating_sub(spent)
                    && points.saturating_add(request.floor) <= remaining;
                from = from.max(Some(if could_come {
                    now
                } else {
                    window.ends.earliest
                }));
            }
        }
        if let (Some(until), Some(from)) = (until, from) {
            if self
                .oldest
                .is_none_or(|oldest| since <= oldest.since + SAME || now >= oldest.until)
            {
                self.oldest = Some(Oldest {
                    since,
                    from,
                    until: until + PATIENCE,
                });
            }
            return Decision::Wait {
                time: Some(duration(until - now)),
                others_hold,
            };
        }
        self.withdraw(since);
        if self.attempts == 0 {
            self.probed_until = now + PATIENCE;
        }
        self.reserved = self.reserved.saturating_add(request.points);
        self.attempts += 1;
        self.tickets += 1;
        let reservation = Reservation {
            points: request.points,
            made_at: now,
            spent_before: self.spent,
            counts: true,
        };
        self.reservations.insert(self.tickets, reservation);
        Decision::Granted(self.tickets)
    }

    fn settle(&mut self, settlement: Settlement, now: Millis) {
        self.roll(now);
        let Some(reservation) = self.reservations.remove(&settlement.ticket) else {
            return;
        };
        if reservation.counts {
            self.release(reservation.points);
        }
        self.is_probed |= settlement.sent_ago.is_some();
        let others = Others {
            ended: self.spent.saturating_sub(reservation.spent_before),
            under_way: self.reserved,
        };
        self.spent = self.spent.saturating_add(settlement.cost);
        let sent_at = now - millis(settlement.sent_ago.unwrap_or_default());
        // Nothing that was sent later has told of a window.
        let is_newer = settlement.ticket > self.told_at;
        let Self {
            organization, user, ..
        } = self;
        for (known, told) in [
            (organization, settlement.organization),
            (user, settlement.user),
        ] {
            let told = told.and_then(|window| Told::new(window, others, sent_at, now));
            if told.is_some() {
                self.told_at = self.tickets;
            }
            *known = match (*known, told) {
                (Some(window), Some(told)) => Some(window.told(told, settlement.cost, is_newer)),
                (Some(window), None) => Some(window.spend(settlement)),
                (None, Some(told)) => Some(Window::new(told, told.least, settlement.cost)),
                (None, None) => None,
            };
        }
    }

    /// Nobody waits any more who came at this moment.
    fn withdraw(&mut self, since: Millis) {
        if self
            .oldest
            .is_some_and(|oldest| (since - oldest.since).abs() <= SAME)
        {
            self.oldest = None;
            self.has_new_turn = true;
        }
    }

    fn release(&mut self, points: u64) {
        self.reserved = self.reserved.saturating_sub(points);
        self.attempts = self.attempts.saturating_sub(1);
    }

    /// Forgets reservations of an old window whose answers nobody may be waiting for.
    fn forget(&mut self, now: Millis) {
        let mut forgotten = Vec::new();
        for reservation in self.reservations.values_mut() {
            if reservation.counts && now - reservation.made_at > FORGOTTEN {
                reservation.counts = false;
                forgotten.push(reservation.points);
            }
        }
        for points in forgotten {
            self.release(points);
        }
    }

    /// Begins the windows anew that have ended.
    fn roll(&mut self, now: Millis) {
        let windows = [self.organization, self.user];
        let mut windows = windows.into_iter().flatten();
        if windows.any(|window| now >= window.ends.latest) {
            self.forget(now);
        }
        for window in [&mut self.organization, &mut self.user]
            .into_iter()
            .flatten()
        {
            if now >= window.ends.latest {
                let began = window.ends.latest;
                *window = Window {
                    limit: window.limit,
                    remaining: window.limit,
                    ends: Between {
                        earliest: now,
                        latest: now + WINDOW,
                    },
                    spent: 0,
                    unconfirmed: 0,
                    guessed_at: Some(began),
                };
            }
        }
    }
}

impl Window {
    fn new(told: Told, remaining: u64, spent: u64) -> Self {
        Self {
            limit: told.limit,
            remaining,
            ends: told.ends,
            spent,
            unconfirmed: 0,
            guessed_at: None,
        }
    }

    /// The window after something was spent of which the server does not tell.
    fn spend(self, settlement: Settlement) -> Self {
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

    fn without(self, cost: u64) -> Self {
        Self {
            spent: self.spent.saturating_add(cost),
            remaining: self.remaining.saturating_sub(cost),
            ..self
        }
    }

    /// The window after the server has told of it in the answer to something that cost so
    /// much.
    fn told(self, told: Told, cost: u64, is_newer: bool) -> Self {
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
fn share(limit: u64, ceiling: f64) -> u64 {
    (limit as f64 * ceiling) as u64
}

/// Bounded by some hundred years, so that sums do not overflow.
fn millis(duration: Duration) -> Millis {
    const MOST: u128 = 1 << 42;
    Millis::try_from(duration.as_millis().min(MOST)).unwrap_or(Millis::MAX >> 20)
}

fn duration(millis: Millis) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
