//! Futures of which a few run at the same time, and whose outputs come in order.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream as _;
use futures_util::stream::FuturesOrdered;

/// A window that moves over a sequence of futures.
pub(super) struct InOrder<F: Future> {
    running: FuturesOrdered<F>,
    most: usize,
}

impl<F: Future> InOrder<F> {
    /// At most `most` at a time, and at least one.
    pub(super) fn new(most: usize) -> Self {
        Self {
            running: FuturesOrdered::new(),
            most: most.max(1),
        }
    }

    /// Starts what `next` gives as long as there is room, and waits for the first.
    ///
    /// An output that is ready before those in front of it keeps its place in the
    /// window: else one slow future would let any number of outputs pile up.
    pub(super) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        mut next: impl FnMut() -> Option<F>,
    ) -> Poll<Option<F::Output>> {
        while self.running.len() < self.most {
            match next() {
                Some(future) => self.running.push_back(future),
                None => break,
            }
        }
        Pin::new(&mut self.running).poll_next(cx)
    }

    /// How many are in the window.
    pub(super) fn len(&self) -> usize {
        self.running.len()
    }
}
