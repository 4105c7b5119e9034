//! The complete rows, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::rows::{InWork, Row};
use super::{Drain, Order, Shared};
use crate::Error;
use crate::relay::{Items, Progress};

/// Rows with everything that belongs to them; made by
/// [`Drainer::items`](super::Drainer::items).
///
/// Rows are completed by tasks of the runtime, also while the caller works on one of them:
/// as many as twice the number of requests that are made at the same time. Dropping the
/// stream ends them.
///
/// The first error ends the stream. In the order of the connection it comes after all rows
/// before it; what is wrong with a nested page is what may be wrong with any
/// ([`Pages`](crate::relay::Pages)). A row that is handed out is complete.
#[must_use = "nothing is read before the stream is polled"]
pub struct Drained<O: Drain> {
    items: Items<O>,
    operation: Arc<O>,
    shared: Arc<Shared>,
    work: InWork<O::Node>,
    order: Order,
    at_once: usize,
    source: Source,
    /// Rows that were handed out.
    rows: usize,
}

/// Whether there are more rows to complete.
enum Source {
    Open,
    Over,
    /// It ended with an error, which comes behind the rows in work.
    Failed(Box<Error>),
}

impl<O: Drain> Drained<O> {
    pub(super) fn new(
        items: Items<O>,
        operation: O,
        shared: Arc<Shared>,
        order: Order,
        at_once: usize,
    ) -> Self {
        Self {
            items,
            operation: Arc::new(operation),
            shared,
            work: InWork::new(order),
            order,
            at_once,
            source: Source::Open,
            rows: 0,
        }
    }

    /// The next row, or `None` behind the last one.
    pub async fn try_next(&mut self) -> Result<Option<O::Node>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// How far the stream has come: `rows` and `total` count the rows that it hands out,
    /// `pages` and `points` also what was read of the connections inside of them.
    pub fn progress(&self) -> Progress {
        let mut progress = self.items.progress();
        progress.rows = self.rows;
        progress.pages += self.shared.pages.load(Ordering::Relaxed);
        progress.points += self.shared.points.load(Ordering::Relaxed);
        progress
    }

    /// Takes rows into work, as long as there is room.
    fn refill(&mut self, cx: &mut Context<'_>) {
        while matches!(self.source, Source::Open) && self.work.len() < self.at_once {
            match Pin::new(&mut self.items).poll_next(cx) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(row))) => {
                    self.work
                        .push(Row::complete(&self.operation, &self.shared, row));
                }
                Poll::Ready(Some(Err(error))) => self.source = Source::Failed(Box::new(error)),
                Poll::Ready(None) => self.source = Source::Over,
            }
        }
    }

    /// Ends all work.
    fn end(&mut self) {
        self.source = Source::Over;
        self.work = InWork::new(self.order);
    }
}

impl<O: Drain> Stream for Drained<O> {
    type Item = Result<O::Node, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.refill(cx);
        if this.work.len() == 0 {
            return match std::mem::replace(&mut this.source, Source::Over) {
                Source::Open => {
                    this.source = Source::Open;
                    Poll::Pending
                }
                Source::Over => Poll::Ready(None),
                Source::Failed(error) => Poll::Ready(Some(Err(*error))),
            };
        }
        let row = ready!(this.work.poll_next(cx));
        match &row {
            Some(Ok(_)) => {
                this.rows += 1;
                // The caller may take its time.
                this.refill(cx);
            }
            Some(Err(_)) => this.end(),
            None => {}
        }
        Poll::Ready(row)
    }
}

impl<O: Drain> FusedStream for Drained<O> {
    fn is_terminated(&self) -> bool {
        matches!(self.source, Source::Over) && self.work.len() == 0
    }
}

// Nothing in a stream is pinned in place: the rows in work are boxed.
impl<O: Drain> Unpin for Drained<O> {}

impl<O: Drain> fmt::Debug for Drained<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drained")
            .field("progress", &self.progress())
            .field("in_work", &self.work.len())
            .finish_non_exhaustive()
    }
}
