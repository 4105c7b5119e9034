//! When what failed is sent again, and how long after.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

use crate::{Error, ErrorKind};

/// When operations are sent again that failed.
///
/// Only what may pass and is safe to repeat is sent again, as
/// [`Error::is_retryable`] says: a mutation never where the server may have acted
/// on it. Between attempts lies a random time, up to a bound that doubles with each;
/// or, where the server said how long to wait, that time and a little more.
///
/// So that a server which is in trouble is not asked even more than usual, all clones
/// of a client share a *reserve*: each repetition takes one from it, and each operation
/// adds a fraction. Where it is empty the error is handed on at once. Waiting out a
/// rate limit takes nothing.
///
/// ```
/// use std::time::Duration;
/// use buildkite_client::{Client, RetryPolicy};
///
/// let patient = RetryPolicy::default()
///     .attempts(8)
///     .backoff(Duration::from_millis(500), Duration::from_secs(60));
/// let bk = Client::builder().token("bkua_0123456789abcdef").retry(patient).build()?;
/// // Every failure is handed on at once.
/// let once = Client::builder().token("bkua_0123456789abcdef").retry(RetryPolicy::none());
/// # drop((bk, once));
/// # Ok::<(), buildkite_client::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct RetryPolicy {
    attempts: u32,
    first: Duration,
    most: Duration,
    reserve: Option<Reserve>,
}

/// How many repetitions there may be beyond their share of all operations.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Reserve {
    size: u32,
    share: f64,
}

impl RetryPolicy {
    /// Nothing is sent again.
    pub fn none() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// How often an operation is sent at the most, the first time included; 4 unless
    /// set.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest wait before the second attempt, and the longest before any; 250
    /// milliseconds and 20 seconds unless set. What the server asks for may be longer,
    /// and is kept to.
    pub fn backoff(mut self, first: Duration, most: Duration) -> Self {
        self.first = first;
        self.most = most.max(first);
        self
    }

    /// How many repetitions may come in a row, and which share of the operations may be
    /// repeated in the long run; 10 and 0.2 unless set.
    pub fn reserve(mut self, size: u32, share: f64) -> Self {
        let share = if share.is_finite() {
            share.max(0.0)
        } else {
            0.0
        };
        self.reserve = Some(Reserve { size, share });
        self
    }

    /// As many repetitions as [`attempts`](Self::attempts) allows, however many
    /// operations fail.
    pub fn without_reserve(mut self) -> Self {
        self.reserve = None;
        self
    }

    /// The longest wait before an attempt, the second being 2.
    fn longest(&self, attempt: u32) -> Duration {
        let doubled = attempt.saturating_sub(2).min(31);
        self.first.saturating_mul(1 << doubled).min(self.most)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_millis(250),
            most: Duration::from_secs(20),
            reserve: Some(Reserve {
                size: 10,
                share: 0.2,
            }),
        }
    }
}

/// The policy of a client, and what is left of the reserve.
#[derive(Debug)]
pub(crate) struct Retries {
    policy: RetryPolicy,
    left: Mutex<f64>,
}

/// What comes after a failure.
#[derive(Debug, PartialEq)]
pub(crate) enum Retry {
    /// Another attempt after a wait.
    After(Duration),
    /// No other attempt: the error is what it is.
    No,
    /// No other attempt, although the failure may pass: why.
    NoMore(String),
}

impl Retries {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        let left = policy
            .reserve
            .map_or(0.0, |reserve| f64::from(reserve.size));
        Self {
            policy,
            left: Mutex::new(left),
        }
    }

    /// Counts an operation.
    pub(crate) fn begin(&self) {
        if let Some(Reserve { size, share }) = self.policy.reserve {
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            *left = (*left + share).min(f64::from(size));
        }
    }

    /// What comes after the attempt of this number has failed.
    pub(crate) fn after(&self, error: &Error, attempt: u32, deadline: Option<Instant>) -> Retry {
        if !error.is_retryable() || error.is_given_up() || self.policy.attempts == 1 {
            return Retry::No;
        }
        if attempt >= self.policy.attempts {
            return Retry::NoMore(format!("given up after {attempt} attempts"));
        }
        let spread = self.policy.longest(attempt + 1).mul_f64(fastrand::f64());
        // Whoever waits for the same moment should not come back at the same moment.
        let wait = error
            .retry_after()
            .map_or(spread, |asked| asked.saturating_add(spread));
        let end = Instant::now().checked_add(wait);
        if deadline.is_some_and(|deadline| end.is_none_or(|end| end >= deadline)) {
            return Retry::NoMore(format!(
                "not tried again, because waiting for {wait:.1?} would pass \
                 `Timeouts::operation`"
            ));
        }
        let is_free = error.kind() == ErrorKind::RateLimited;
        if !is_free && !self.take() {
            return Retry::NoMore(
                "not tried again, because too many other operations of this client failed, \
                 too (`RetryPolicy::reserve`)"
                    .to_owned(),
            );
        }
        Retry::After(wait)
    }

    /// Takes one repetition from the reserve, if there is one.
    fn take(&self) -> bool {
        if self.policy.reserve.is_none() {
            return true;
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let is_left = *left >= 1.0;
        if is_left {
            *left -= 1.0;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    //! How long, how often, and who pays.

    use super::*;
    use crate::OperationKind;

    fn passing() -> Error {
        Error::new(ErrorKind::Connect, "no").transient()
    }

    fn wait(retries: &Retries, error: &Error, attempt: u32) -> Duration {
        match retries.after(error, attempt, None) {
            Retry::After(wait) => wait,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_double_up_to_a_bound_and_are_spread() {
        let policy = RetryPolicy::default()
            .attempts(u32::MAX)
            .backoff(Duration::from_millis(100), Duration::from_secs(1))
            .without_reserve();
        let retries = Retries::new(policy);
        for (attempt, longest) in [
            (1, 100),
            (2, 200),
            (3, 400),
            (4, 800),
            (5, 1_000),
            (99, 1_000),
        ] {
            let waits: Vec<Duration> = (0..200)
                .map(|_| wait(&retries, &passing(), attempt))
                .collect();
            let longest = Duration::from_millis(longest);
            assert!(waits.iter().all(|wait| *wait <= longest), "{attempt}");
            // That none of 200 lies in one half happens once in 10⁶⁰ runs.
            assert!(waits.iter().any(|wait| *wait > longest / 2));
            assert!(waits.iter().any(|wait| *wait < longest / 2));
        }
    }

    #[test]
    fn the_servers_wait_is_kept_to() {
        let retries = Retries::new(RetryPolicy::default());
        let asked = Duration::from_secs(42);
        let limited = Error::new(ErrorKind::RateLimited, "later").transient();
        let limited = limited.with_retry_after(Some(asked));
        for _ in 0..100 {
            let wait = wait(&retries, &limited, 1);
            assert!(wait >= asked && wait <= asked + Duration::from_millis(250));
        }
        let soon = Instant::now() + Duration::from_secs(10);
        let next = retries.after(&limited, 1, Some(soon));
        assert!(matches!(next, Retry::NoMore(why) if why.contains("Timeouts::operation")));
    }

    #[test]
    fn the_reserve_is_shared_and_fills_again() {
        let retries = Retries::new(RetryPolicy::default().reserve(3, 0.5));
        let next = || retries.after(&passing(), 1, None);
        for _ in 0..3 {
            assert!(matches!(next(), Retry::After(_)));
        }
        assert!(matches!(next(), Retry::NoMore(why) if why.contains("RetryPolicy::reserve")));
        retries.begin();
        assert!(matches!(next(), Retry::NoMore(_)));
        retries.begin();
        assert!(matches!(next(), Retry::After(_)));
        // It holds no more than its size.
        for _ in 0..100 {
            retries.begin();
        }
        assert_eq!(
            (0..10)
                .filter(|_| matches!(next(), Retry::After(_)))
                .count(),
            3
        );
    }

    #[test]
    fn what_does_not_pass_is_not_repeated() {
        let retries = Retries::new(RetryPolicy::default());
        let stays = Error::new(ErrorKind::Http, "no");
        assert_eq!(retries.after(&stays, 1, None), Retry::No);
        let lost = passing().sent();
        let query = Error::new(ErrorKind::Connect, "no").transient().sent();
        let query = query.with_operation(OperationKind::Query, "Q");
        assert!(matches!(retries.after(&query, 1, None), Retry::After(_)));
        let mutation = lost.with_operation(OperationKind::Mutation, "M");
        assert_eq!(retries.after(&mutation, 1, None), Retry::No);
        assert!(matches!(
            retries.after(&passing(), 4, None),
            Retry::NoMore(_)
        ));
        let never = Retries::new(RetryPolicy::none());
        assert_eq!(never.after(&passing(), 1, None), Retry::No);
    }
}
