//! Limits: what a query may ask for, and how much may be asked for in a time.

pub(crate) mod complexity;
pub(crate) mod depth;
pub(crate) mod headers;
pub(crate) mod windows;

use std::time::Duration;

pub use self::windows::{Quota, RateLimits, Window};

/// What the sandbox refuses, as [`Builder::limits`](crate::Builder::limits) takes it.
///
/// The defaults are Buildkite's published ones. A *point* is what an object, interface
/// or union in an answer costs; what is below a connection's edges counts once for each
/// row.
///
/// ```
/// use buildkite_sandbox::Limits;
/// use std::time::Duration;
///
/// // A budget that a test can use up.
/// let small = Limits::default().user(200).window(Duration::from_secs(10));
/// // Nothing is ever refused, and no headers are sent.
/// let none = Limits::none();
/// # drop((small, none));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(crate) query: u64,
    pub(crate) depth: usize,
    pub(crate) organization: u64,
    pub(crate) user: u64,
    pub(crate) window: Duration,
    pub(crate) is_counted: bool,
}

impl Default for Limits {
    /// 50,000 points and 15 levels for a query, 20,000 points for the organization and
    /// 5,000 for the user in every five minutes.
    fn default() -> Self {
        Self {
            query: 50_000,
            depth: 15,
            organization: 20_000,
            user: 5_000,
            window: Duration::from_secs(300),
            is_counted: true,
        }
    }
}

impl Limits {
    /// No limits but those by which the sandbox protects itself, and no headers that
    /// tell of any.
    #[must_use]
    pub fn none() -> Self {
        Self {
            query: u64::MAX,
            depth: usize::MAX,
            organization: u64::MAX,
            user: u64::MAX,
            is_counted: false,
            ..Self::default()
        }
    }

    /// The most points that a query may ask for, counted before it runs.
    #[must_use]
    pub fn query(mut self, points: u64) -> Self {
        self.query = points;
        self
    }

    /// How deep the fields of a query may be nested. Introspection is not counted.
    #[must_use]
    pub fn depth(mut self, levels: usize) -> Self {
        self.depth = levels;
        self
    }

    /// The points that the whole organization may spend in a window, counted when a
    /// query has run.
    #[must_use]
    pub fn organization(mut self, points: u64) -> Self {
        self.organization = points;
        self
    }

    /// The points that the user may spend in a window, counted when a query has run.
    #[must_use]
    pub fn user(mut self, points: u64) -> Self {
        self.user = points;
        self
    }

    /// How long a window is. The windows follow each other from the sandbox's start on;
    /// with a length of zero nothing is ever used up.
    #[must_use]
    pub fn window(mut self, length: Duration) -> Self {
        self.window = length;
        self
    }
}
