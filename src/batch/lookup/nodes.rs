//! What is found for many IDs, as a stream and as a whole.

use std::fmt;
use std::future::{Future, poll_fn};
use std::iter::Fuse;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::{FusedStream, Stream};

use super::super::in_order::InOrder;
use super::asking::{self, Asking, Shared};
use super::{NodeLookup, Outcome};
use crate::Error;

/// What is found for many IDs, each with its ID, in their order; made by
/// [`Lookup::stream`](super::Lookup::stream).
///
/// IDs are taken from the iterator when there is room for a request on the way, and only
/// while the stream is polled. An error belongs to its ID and does not end the stream.
#[must_use = "nothing is sent before the stream is polled"]
pub struct Nodes<O: NodeLookup, I> {
    shared: Arc<Shared>,
    ids: Fuse<I>,
    running: InOrder<Asking<O>>,
    ready: vec::IntoIter<(String, Outcome<O::Node>)>,
    is_done: bool,
}

impl<O: NodeLookup, I: Iterator<Item: Into<String>>> Nodes<O, I> {
    pub(super) fn new(shared: Shared, ids: I, concurrency: usize) -> Self {
        Self {
            shared: Arc::new(shared),
            ids: ids.fuse(),
            running: InOrder::new(concurrency),
            ready: Vec::new().into_iter(),
            is_done: false,
        }
    }

    /// The next ID and what is behind it, or `None` behind the last one.
    pub async fn next(&mut self) -> Option<(String, Result<Option<O::Node>, Error>)> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<O: NodeLookup, I: Iterator<Item: Into<String>>> Stream for Nodes<O, I> {
    type Item = (String, Result<Option<O::Node>, Error>);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self {
            shared,
            ids,
            running,
            ready,
            is_done,
        } = self.get_mut();
        loop {
            if let Some(item) = ready.next() {
                return Poll::Ready(Some(item));
            }
            let next = || {
                let most = shared.most.load(Ordering::Relaxed);
                let chunk: Vec<String> = ids.by_ref().take(most).map(Into::into).collect();
                (!chunk.is_empty()).then(|| Asking::new(Arc::clone(shared), chunk))
            };
            let Some(chunk) = ready!(running.poll_next(cx, next)) else {
                *is_done = true;
                return Poll::Ready(None);
            };
            *ready = chunk.into_iter();
        }
    }
}

impl<O: NodeLookup, I: Iterator<Item: Into<String>>> FusedStream for Nodes<O, I> {
    fn is_terminated(&self) -> bool {
        self.is_done
    }
}

// Nothing in a stream is pinned in place: the requests on their way are boxed.
impl<O: NodeLookup, I> Unpin for Nodes<O, I> {}

impl<O: NodeLookup, I> fmt::Debug for Nodes<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nodes")
            .field("operation", &self.shared.common.name)
            .field("requests_on_their_way", &self.running.len())
            .finish_non_exhaustive()
    }
}

/// The future of all that is found; made by awaiting a [`Lookup`](super::Lookup).
#[must_use = "futures do nothing unless polled"]
pub struct Looking<O: NodeLookup> {
    ids: Vec<String>,
    /// For each of `ids`, its place among those that are asked for.
    which: Vec<usize>,
    nodes: Nodes<O, vec::IntoIter<String>>,
    outcomes: Vec<Outcome<O::Node>>,
}

impl<O: NodeLookup> Looking<O> {
    pub(super) fn new(shared: Shared, ids: Vec<String>, concurrency: usize) -> Self {
        let (distinct, which) = asking::distinct(&ids);
        let asked: Vec<String> = distinct
            .iter()
            .filter_map(|place| ids.get(*place).cloned())
            .collect();
        Self {
            outcomes: Vec::with_capacity(asked.len()),
            nodes: Nodes::new(shared, asked.into_iter(), concurrency),
            ids,
            which,
        }
    }
}

impl<O: NodeLookup> Future for Looking<O> {
    type Output = Vec<(String, Result<Option<O::Node>, Error>)>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        while let Some((_, outcome)) = ready!(Pin::new(&mut this.nodes).poll_next(cx)) {
            this.outcomes.push(outcome);
        }
        let outcomes = asking::spread(std::mem::take(&mut this.outcomes), &this.which);
        let ids = std::mem::take(&mut this.ids);
        Poll::Ready(ids.into_iter().zip(outcomes).collect())
    }
}

// The outcomes are moved, never pinned.
impl<O: NodeLookup> Unpin for Looking<O> {}

impl<O: NodeLookup> fmt::Debug for Looking<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Looking")
            .field("nodes", &self.nodes)
            .field("found", &self.outcomes.len())
            .finish_non_exhaustive()
    }
}
