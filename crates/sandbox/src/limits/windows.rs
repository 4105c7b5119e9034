//! The windows in which points are spent.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Limits;
use crate::world::clock::Clock;

/// Whose points are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quota {
    /// Those of everybody in the organization together.
    Organization,
    /// Those of the user whose token is sent.
    User,
}

/// What is left of both quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Of everybody in the organization together.
    pub organization: Window,
    /// Of the user whose token is sent.
    pub user: Window,
}

/// A window in which points are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// How many points there are in each window.
    pub limit: u64,
    /// How many of them are left in this one.
    pub remaining: u64,
    /// In how long the next window begins.
    pub resets_in: Duration,
}

impl Window {
    /// Seconds until the next window begins, as headers and messages give them.
    pub(crate) fn reset(&self) -> u64 {
        self.resets_in.as_secs() + u64::from(self.resets_in.subsec_nanos() > 0)
    }
}

/// Both windows of a running sandbox.
#[derive(Debug)]
pub(crate) struct Windows {
    limits: Limits,
    clock: Arc<Clock>,
    spent: Mutex<Spent>,
}

/// What was spent in one window.
#[derive(Debug, Default)]
struct Spent {
    /// Which of the windows since the start.
    window: u128,
    organization: u64,
    user: u64,
}

impl Windows {
    pub(crate) fn new(limits: Limits, clock: Arc<Clock>) -> Self {
        Self {
            limits,
            clock,
            spent: Mutex::default(),
        }
    }

    /// What is left now.
    pub(crate) fn now(&self) -> RateLimits {
        let (spent, resets_in) = self.spent();
        let window = |limit: u64, spent: u64| Window {
            limit,
            remaining: limit.saturating_sub(spent),
            resets_in,
        };
        RateLimits {
            organization: window(self.limits.organization, spent.organization),
            user: window(self.limits.user, spent.user),
        }
    }

    /// Spends points of one quota.
    pub(crate) fn spend(&self, quota: Quota, points: u64) {
        let (mut spent, _) = self.spent();
        let of = match quota {
            Quota::Organization => &mut spent.organization,
            Quota::User => &mut spent.user,
        };
        *of = of.saturating_add(points);
    }

    /// What was spent in the present window, and how long it lasts.
    fn spent(&self) -> (std::sync::MutexGuard<'_, Spent>, Duration) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let length = self.limits.window.as_nanos().max(1);
        let waited = self.clock.waited().as_nanos();
        let window = waited / length;
        if window != spent.window || self.limits.window.is_zero() {
            *spent = Spent {
                window,
                ..Spent::default()
            };
        }
        let left = u64::try_from(length - waited % length).unwrap_or(u64::MAX);
        (spent, Duration::from_nanos(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_window_begins_full() {
        let clock = Arc::new(Clock::new(0.0));
        let limits = Limits::default().organization(100).user(10);
        let windows = Windows::new(limits, Arc::clone(&clock));
        windows.spend(Quota::User, 4);
        windows.spend(Quota::Organization, 400);
        clock.advance(Duration::from_millis(299_001));
        let now = windows.now();
        assert_eq!((now.user.limit, now.user.remaining), (10, 6));
        assert_eq!(now.organization.remaining, 0);
        assert_eq!(now.user.resets_in, Duration::from_millis(999));
        assert_eq!(now.user.reset(), 1);
        clock.advance(Duration::from_millis(999));
        let now = windows.now();
        assert_eq!((now.user.remaining, now.user.reset()), (10, 300));
        assert_eq!(now.organization.remaining, 100);
    }
}
