//! The sandbox's own clock: how much time has passed since it was started.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A clock that runs at a speed of its own, and can be put forward.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    speed: f64,
    /// How much it was put forward.
    ahead: Mutex<Duration>,
}

impl Clock {
    /// A clock on which so many seconds pass in each real one; with none it stands still.
    #[expect(
        clippy::disallowed_methods,
        reason = "a caller who pauses its own clock does not stop the sandbox's"
    )]
    pub(crate) fn new(speed: f64) -> Self {
        Self {
            started: Instant::now(),
            speed,
            ahead: Mutex::default(),
        }
    }

    /// How much time has passed.
    pub(crate) fn elapsed(&self) -> Duration {
        let passed = self.started.elapsed().as_secs_f64() * self.speed;
        let passed = Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX);
        passed.saturating_add(self.ahead())
    }

    /// How much real time has passed: what a caller who is told to wait will wait. None
    /// passes on a clock that stands still.
    pub(crate) fn waited(&self) -> Duration {
        if self.speed > 0.0 {
            self.started.elapsed().saturating_add(self.ahead())
        } else {
            self.ahead()
        }
    }

    /// Puts the clock forward.
    pub(crate) fn advance(&self, time: Duration) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead = ahead.saturating_add(time);
    }

    fn ahead(&self) -> Duration {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_too_much() {
        for speed in [0.0, 1e300, f64::MAX] {
            let clock = Clock::new(speed);
            clock.advance(Duration::MAX);
            clock.advance(Duration::MAX);
            assert_eq!(clock.elapsed(), Duration::MAX);
            assert_eq!(clock.waited(), Duration::MAX);
        }
    }
}
