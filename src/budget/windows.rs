//! The view of the windows that all spenders share.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a window is taken to be until the server says when it ends.
const WINDOW: Duration = Duration::from_secs(300);
/// Two ends that lie no further apart are of one window.
const SAME: Duration = Duration::from_millis(2_500);

/// Where the view of the windows is kept. [`Shared`] is for the clones of a client; another
/// may be for a fleet.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// Reserves points if they can be spent now.
    fn take(&self, take: Take) -> Taken;

    /// Takes back a reservation, and counts what was spent instead.
    fn settle(&self, spent: Spent);
}

/// Points that somebody wants to spend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Take {
    /// How many.
    pub(crate) points: u64,
    /// How many have to be left in each window.
    pub(crate) floor: u64,
    /// The share of the user's window that may be spent from here.
    pub(crate) ceiling: f64,
}

/// Whether points can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// They are reserved, under this number.
    Granted(u64),
    /// Not before this moment (if it is known), or before a reservation is settled.
    Wait {
        /// When the window ends that has too little left.
        until: Option<Instant>,
        /// Whether there are reservations that may be settled before.
        are_others: bool,
    },
}

/// What became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent {
    /// How many points were reserved.
    pub(crate) reserved: u64,
    /// The number of the reservation.
    pub(crate) ticket: u64,
    /// How many were spent, if the server said so.
    pub(crate) cost: Option<u64>,
    /// The organization's window, if the server said so.
    pub(crate) organization: Option<SpentWindow>,
    /// The user's window, if the server said so.
    pub(crate) user: Option<SpentWindow>,
    /// Whether there was an answer.
    pub(crate) is_answered: bool,
}

/// A window as the server tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SpentWindow {
    /// The points of a whole window.
    pub(crate) limit: u64,
    /// The points that are left.
    pub(crate) remaining: u64,
    /// When it ends.
    pub(crate) ends_at: Instant,
}

/// The view that the clones of a client share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    view: Mutex<View>,
}

#[derive(Debug, Default)]
struct View {
    organization: Option<Window>,
    user: Option<Window>,
    /// Points that are reserved, and for how many attempts.
    reserved: u64,
    attempts: u64,
    /// Whether an answer has told what there is.
    is_taught: bool,
    /// Reservations so far, and how many there were when a window was last told of.
    tickets: u64,
    told_at: u64,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u64,
    remaining: u64,
    ends_at: Instant,
    /// What was spent from here since it began.
    spent: u64,
    /// When it began, if that is all that is known of it: nobody has told of it yet.
    guessed_at: Option<Instant>,
}

impl Store for Shared {
    fn take(&self, take: Take) -> Taken {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        view.roll(now);
        // The first answer has to tell what there is.
        if !view.is_taught && view.attempts > 0 {
            return Taken::Wait {
                until: None,
                are_others: true,
            };
        }
        let user = view.user.map(|window| (window, take.ceiling));
        let organization = view.organization.map(|window| (window, 1.0));
        let mut until = None;
        for (window, ceiling) in [user, organization].into_iter().flatten() {
            let share = share(window.limit, ceiling);
            // What never fits is let through when all is there.
            let most = share.min(window.limit.saturating_sub(take.floor));
            let points = take.points.min(most);
            let free = window.remaining.saturating_sub(take.floor + view.reserved);
            let own = share.saturating_sub(window.spent + view.reserved);
            if points > free.min(own) || most == 0 {
                until = until.max(Some(window.ends_at));
            }
        }
        if until.is_some() {
            return Taken::Wait {
                until,
                are_others: view.attempts > 0,
            };
        }
        view.reserved += take.points;
        view.attempts += 1;
        view.tickets += 1;
        Taken::Granted(view.tickets)
    }

    fn settle(&self, spent: Spent) {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        view.roll(Instant::now());
        view.reserved = view.reserved.saturating_sub(spent.reserved);
        view.attempts = view.attempts.saturating_sub(1);
        view.is_taught |= spent.is_answered;
        // Nobody knows what was done of what was not answered; that it was is safer.
        let cost = spent
            .cost
            .unwrap_or(if spent.is_answered { 0 } else { spent.reserved });
        // What was sent before the view was last told of may be answered after it.
        let is_newer = spent.ticket > view.told_at;
        let mut is_told = false;
        let tickets = view.tickets;
        let View {
            organization, user, ..
        } = &mut *view;
        for (known, told) in [(organization, spent.organization), (user, spent.user)] {
            if let Some(window) = known {
                window.spent += cost;
                if told.is_none() {
                    window.remaining = window.remaining.saturating_sub(cost);
                }
            }
            let Some(told) = told else { continue };
            is_told = true;
            *known = Some(match *known {
                Some(window) => window.told(told, cost, is_newer),
                None => Window {
                    limit: told.limit,
                    remaining: told.remaining,
                    ends_at: told.ends_at,
                    spent: cost,
                    guessed_at: None,
                },
            });
        }
        if is_told && is_newer {
            view.told_at = tickets;
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

impl View {
    /// Begins the windows anew that have ended.
    fn roll(&mut self, now: Instant) {
        for window in [&mut self.organization, &mut self.user]
            .into_iter()
            .flatten()
        {
            if now >= window.ends_at {
                window.remaining = window.limit;
                window.spent = 0;
                window.ends_at = now + WINDOW;
                window.guessed_at = Some(now);
            }
        }
    }
}

impl Window {
    /// The window after the server has told of it: by an answer to what was sent after
    /// the last that told of it, or by one that was overtaken.
    fn told(self, told: SpentWindow, cost: u64, is_newer: bool) -> Self {
        let is_later = told.ends_at > self.ends_at + SAME;
        let is_earlier = told.ends_at + SAME < self.ends_at;
        if let Some(began) = self.guessed_at {
            // An answer out of the window before says nothing of this one.
            if told.ends_at <= began + SAME {
                return self;
            }
            return Self {
                limit: told.limit,
                remaining: told.remaining,
                ends_at: told.ends_at,
                guessed_at: None,
                ..self
            };
        }
        if !is_later && !is_earlier {
            let lower = self.remaining.min(told.remaining);
            return Self {
                limit: told.limit,
                remaining: if is_newer { told.remaining } else { lower },
                ..self
            };
        }
        // Windows follow each other. What ends earlier is past, unless nothing that was
        // sent since says otherwise.
        if is_earlier && !is_newer {
            return self;
        }
        Self {
            limit: told.limit,
            remaining: told.remaining,
            ends_at: told.ends_at,
            spent: if is_later { cost } else { self.spent },
            guessed_at: None,
        }
    }
}
