//! The rows of a connection, one by one.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::{Connection, Direction, Pages, Paginate};
use crate::Error;

/// The rows of a connection; made by [`Paginator::items`](super::Paginator::items).
///
/// Rows come in the connection's order, or strictly in reverse where the query
/// walks backward (`last`, `before`): first the last row of the last page. The
/// next page is asked for when the rows of the one before are used up. The
/// first error ends the stream; [`Pages`] says which errors there are.
///
/// The schema allows rows to be null. A null that comes with an error fails its
/// page. A null without one is skipped, counted by
/// [`null_rows`](Self::null_rows) and reported as a `tracing` warning.
///
/// Besides [`try_next`](Self::try_next) everything that
/// [`futures`](https://docs.rs/futures) offers for a [`Stream`] works:
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::RecentBuilds;
/// use buildkite_client::queries::fragments::BuildSummary;
/// use futures_util::TryStreamExt;
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// let builds: Vec<BuildSummary> = bk
///     .paginate(RecentBuilds::new("acme-inc/web").first(50))
///     .limit(500)
///     .items()
///     .try_collect()
///     .await?;
/// println!("{} builds", builds.len());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read before the stream is polled"]
pub struct Items<O: Paginate> {
    pages: Pages<O>,
    page: std::vec::IntoIter<O::Node>,
    remaining: Option<usize>,
    null_rows: usize,
}

impl<O: Paginate> Items<O> {
    pub(super) fn new(pages: Pages<O>, limit: Option<usize>) -> Self {
        Self {
            pages,
            page: Vec::new().into_iter(),
            remaining: limit,
            null_rows: 0,
        }
    }

    /// The next row, or `None` behind the last one.
    pub async fn try_next(&mut self) -> Result<Option<O::Node>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// How many rows were null without an error so far, and were skipped.
    pub fn null_rows(&self) -> usize {
        self.null_rows
    }

    /// How many pages have been read.
    pub fn fetched_pages(&self) -> usize {
        self.pages.fetched_pages()
    }

    /// How many rows the connection has on all pages, by the latest page;
    /// `None` where the query does not ask for `count`, and before the first
    /// page.
    pub fn total_count(&self) -> Option<i64> {
        self.pages.total_count()
    }

    fn next_in_page(&mut self) -> Option<O::Node> {
        match O::DIRECTION {
            Direction::Forward => self.page.next(),
            Direction::Backward => self.page.next_back(),
        }
    }

    fn open(&mut self, connection: Connection<O::Node>) {
        let null_rows = connection.null_nodes();
        if null_rows > 0 {
            self.null_rows += null_rows;
            tracing::warn!(
                operation = self.pages.operation().name(),
                page = self.pages.fetched_pages(),
                null_rows,
                "rows that are null without an error are skipped"
            );
        }
        self.page = connection.into_nodes().into_iter();
    }
}

impl<O: Paginate> Stream for Items<O> {
    type Item = Result<O::Node, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.remaining == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(row) = this.next_in_page() {
                this.remaining = this.remaining.map(|remaining| remaining - 1);
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                // `Pages` has made sure that the connection is there.
                Some(Ok(page)) => {
                    this.open(O::into_connection(page.into_data()).unwrap_or_default());
                }
            }
        }
    }
}

impl<O: Paginate> FusedStream for Items<O> {
    fn is_terminated(&self) -> bool {
        self.remaining == Some(0) || (self.page.len() == 0 && self.pages.is_terminated())
    }
}

// Nothing in a stream is pinned in place: the request in flight is boxed.
impl<O: Paginate> Unpin for Items<O> {}

impl<O: Paginate> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("null_rows", &self.null_rows)
            .finish_non_exhaustive()
    }
}
