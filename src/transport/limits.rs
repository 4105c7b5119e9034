//! What Buildkite's servers say about points in their headers.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// One window of complexity points: the organization's or the user's.
///
/// Buildkite counts the points that operations actually cost, in windows of
/// five minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Points left in this window; below zero where the last operation cost
    /// more than was left.
    pub remaining: i64,
    /// Points of a whole window.
    pub limit: i64,
    /// Time until the window ends, counted from when the answer was sent; in
    /// whole seconds.
    pub reset: Duration,
}

impl RateLimit {
    /// A window as a server may tell of it, for the test of a
    /// [`PointStore`](crate::budget::PointStore).
    pub const fn new(remaining: i64, limit: i64, reset: Duration) -> Self {
        Self {
            remaining,
            limit,
            reset,
        }
    }
}

/// What an operation cost, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Complexity {
    /// The most that it could have cost, known before it ran. Above 50,000
    /// Buildkite refuses to run it.
    pub requested: i64,
    /// What it did cost, counted against both windows.
    pub actual: i64,
}

/// All that the headers of one answer say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Limits {
    pub(crate) organization: Option<RateLimit>,
    pub(crate) user: Option<RateLimit>,
    pub(crate) complexity: Option<Complexity>,
}

impl Limits {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        Self {
            organization: window(
                headers,
                "ratelimit-remaining",
                "ratelimit-limit",
                "ratelimit-reset",
            ),
            user: window(
                headers,
                "ratelimit-user-remaining",
                "ratelimit-user-limit",
                "ratelimit-user-reset",
            ),
            complexity: complexity(headers),
        }
    }

    /// How long to wait after a 429: until the windows that are used up end,
    /// or, where none looks used up, until both have ended.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let windows = || [self.organization, self.user].into_iter().flatten();
        windows()
            .filter(|window| window.remaining <= 0)
            .map(|window| window.reset)
            .max()
            .or_else(|| windows().map(|window| window.reset).max())
    }
}

/// A header that counts seconds.
pub(super) fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    u64::try_from(number(headers, name)?).ok().map(wait)
}

/// So many seconds that a server asks to wait, at most a day: a slip of a server must not
/// stop a client for years.
pub(crate) fn wait(seconds: u64) -> Duration {
    Duration::from_secs(seconds.min(24 * 60 * 60))
}

fn window(headers: &HeaderMap, remaining: &str, limit: &str, reset: &str) -> Option<RateLimit> {
    Some(RateLimit {
        remaining: number(headers, remaining)?,
        limit: number(headers, limit)?,
        reset: seconds(headers, reset)?,
    })
}

fn complexity(headers: &HeaderMap) -> Option<Complexity> {
    Some(Complexity {
        requested: number(headers, "ratelimit-complexity-requested")?,
        actual: number(headers, "ratelimit-complexity-actual")?,
    })
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    //! Headers as they come, also incomplete and odd ones.

    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn limits(headers: &[(&'static str, &'static str)]) -> Limits {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        Limits::from_headers(&headers)
    }

    #[test]
    fn both_windows_are_read() {
        let limits = limits(&[
            ("ratelimit-remaining", "19990"),
            ("ratelimit-limit", "20000"),
            ("ratelimit-reset", "120"),
            ("ratelimit-user-remaining", "-13"),
            ("ratelimit-user-limit", "5000"),
            ("ratelimit-user-reset", "45"),
            ("ratelimit-complexity-requested", "503"),
            ("ratelimit-complexity-actual", "13"),
        ]);
        assert_eq!(limits.organization.map(|w| w.remaining), Some(19_990));
        assert_eq!(limits.user.map(|w| w.remaining), Some(-13));
        assert_eq!(limits.complexity.map(|c| c.requested), Some(503));
        assert_eq!(limits.complexity.map(|c| c.actual), Some(13));
        assert_eq!(limits.wait(), Some(Duration::from_secs(45)));
    }

    #[test]
    fn missing_and_odd_headers_are_survived() {
        assert_eq!(limits(&[]), Limits::default());
        assert_eq!(limits(&[]).wait(), None);
        let odd = limits(&[
            ("ratelimit-remaining", "many"),
            ("ratelimit-limit", "20000"),
            ("ratelimit-reset", "120"),
            ("ratelimit-user-remaining", "1"),
            ("ratelimit-user-limit", "5000"),
            ("ratelimit-user-reset", "-1"),
        ]);
        assert_eq!(odd, Limits::default());
    }

    #[test]
    fn the_longer_wait_wins() {
        let both = limits(&[
            ("ratelimit-remaining", "0"),
            ("ratelimit-limit", "20000"),
            ("ratelimit-reset", "120"),
            ("ratelimit-user-remaining", "-1"),
            ("ratelimit-user-limit", "5000"),
            ("ratelimit-user-reset", "45"),
        ]);
        assert_eq!(both.wait(), Some(Duration::from_secs(120)));
    }
}
