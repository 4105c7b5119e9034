//! A stream that is awaited as a whole.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

/// The future of all items of a stream, in order.
#[must_use = "futures do nothing unless polled"]
pub struct Collecting<S: Stream> {
    stream: S,
    items: Vec<S::Item>,
}

impl<S: Stream> Collecting<S> {
    pub(super) fn new(stream: S) -> Self {
        let items = Vec::with_capacity(stream.size_hint().0);
        Self { stream, items }
    }
}

impl<S: Stream + Unpin> Future for Collecting<S> {
    type Output = Vec<S::Item>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        while let Some(item) = ready!(Pin::new(&mut this.stream).poll_next(cx)) {
            this.items.push(item);
        }
        Poll::Ready(std::mem::take(&mut this.items))
    }
}

// The items are moved, never pinned.
impl<S: Stream + Unpin> Unpin for Collecting<S> {}

impl<S: Stream> fmt::Debug for Collecting<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collecting")
            .field("collected", &self.items.len())
            .finish_non_exhaustive()
    }
}
