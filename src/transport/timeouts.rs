//! How long things may take.

use std::time::Duration;

use crate::{Error, ErrorKind};

/// Time limits of a client.
///
/// Each limit takes a [`Duration`], or `None` for no limit at all.
///
/// ```
/// use std::time::Duration;
/// use buildkite_client::Timeouts;
///
/// let timeouts = Timeouts::default()
///     .attempt(Duration::from_secs(20))
///     .operation(None);
/// # let _ = timeouts;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Timeouts {
    pub(super) connect: Option<Duration>,
    pub(super) attempt: Option<Duration>,
    pub(super) operation: Option<Duration>,
}

impl Timeouts {
    /// Looking up the host, connecting and the TLS handshake; 10 seconds
    /// unless set.
    pub fn connect(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect = limit.into();
        self
    }

    /// One request, from connecting to the last byte of the answer; 60 seconds
    /// unless set. Buildkite itself gives up on slow queries sooner.
    pub fn attempt(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.attempt = limit.into();
        self
    }

    /// One operation with all that is done for it, waiting for points and attempts
    /// included; 10 minutes unless set, which is enough to wait for a new window of
    /// points and then be tried again. Each page of a pagination is an operation of its
    /// own.
    pub fn operation(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.operation = limit.into();
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            attempt: Some(Duration::from_secs(60)),
            operation: Some(Duration::from_secs(600)),
        }
    }
}

/// The error for a limit that has passed. Unless it is the one for connecting,
/// how far the request got is not known.
pub(super) fn passed(which: &str, limit: Duration, target: &str) -> Error {
    let message = if which == "connect" {
        format!(
            "no connection to {target} within {limit:?}; check the network, or raise the limit \
             with `Timeouts::connect`"
        )
    } else {
        format!(
            "no complete answer from {target} within {limit:?}; ask for less at once, or raise \
             the limit with `Timeouts::{which}`"
        )
    };
    Error::new(ErrorKind::Timeout, message).transient().sent()
}
