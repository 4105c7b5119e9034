//! What a client does, told as it happens: for counters, gauges and a look at what is
//! left.

use std::time::Duration;

use crate::transport::{Complexity, RateLimit};
use crate::{ErrorKind, OperationKind};

/// Is told what a client and its clones do; set with
/// [`ClientBuilder::observer`](crate::ClientBuilder::observer).
///
/// It is called in between, from whichever thread an operation is on, and everything waits
/// for it: count, and leave. Closures are observers:
///
/// ```
/// use buildkite_client::{Client, Event};
///
/// let bk = Client::builder()
///     .token("bkua_0123456789abcdef")
///     .observer(|event: &Event<'_>| {
///         if let Event::Attempt { user: Some(points), .. } = event {
///             eprint!("\r{} of {} points left", points.remaining, points.limit);
///         }
///     })
///     .build()?;
/// # drop(bk);
/// # Ok::<(), buildkite_client::Error>(())
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Takes note of an event.
    fn observe(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, event: &Event<'_>) {
        self(event);
    }
}

/// Something that happened to an operation. `operation` is its name everywhere, empty
/// where it has none.
///
/// Each operation tells first that it [started](Self::Started) and last that it
/// [finished](Self::Finished), whatever comes in between and also where it is dropped.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Somebody waits for its answer.
    #[non_exhaustive]
    Started {
        /// Its name.
        operation: &'a str,
        /// Whether it reads or changes things.
        kind: OperationKind,
        /// The most points that it may cost, where somebody has counted.
        requested: Option<u64>,
    },
    /// Points were reserved for an attempt.
    #[non_exhaustive]
    Reserved {
        /// Its name.
        operation: &'a str,
        /// How many.
        points: u64,
        /// How long they were waited for; zero where they were there.
        waited: Duration,
    },
    /// It was sent, and there is an answer, or there will be none.
    #[non_exhaustive]
    Attempt {
        /// Its name.
        operation: &'a str,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// From sending to the last byte of the answer.
        elapsed: Duration,
        /// The HTTP status of the answer.
        status: Option<u16>,
        /// Why there is no whole answer.
        error: Option<ErrorKind>,
        /// What it cost, where the server said so.
        complexity: Option<Complexity>,
        /// The organization's window, where the server told of it.
        organization: Option<RateLimit>,
        /// The user's window, where the server told of it.
        user: Option<RateLimit>,
    },
    /// It failed, and is sent again after a wait.
    #[non_exhaustive]
    Retry {
        /// Its name.
        operation: &'a str,
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// How long until the next.
        wait: Duration,
        /// How it failed.
        error: ErrorKind,
    },
    /// It is over.
    #[non_exhaustive]
    Finished {
        /// Its name.
        operation: &'a str,
        /// How often it was sent, also where nobody waited for the last answer.
        attempts: u32,
        /// All that it took, waits included.
        elapsed: Duration,
        /// How it ended.
        outcome: OperationOutcome,
    },
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationOutcome {
    /// There is an answer.
    Answered,
    /// There is an error.
    Failed(ErrorKind),
    /// Its future was dropped before.
    Abandoned,
}
