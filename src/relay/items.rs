//! The rows of a connection, one by one.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::place::Standing;
use super::{Checkpoint, Connection, Direction, Pages, Paginate, Progress};
use crate::Error;

/// The rows of a connection; made by [`Paginator::items`](super::Paginator::items).
///
/// Rows come in the connection's order, or strictly in reverse where the query
/// walks backward (`last`, `before`): first the last row of the last page. The
/// next page is read while the caller works on the rows of the one before
/// ([`Paginator::prefetch`](super::Paginator::prefetch)). The first error ends
/// the stream, after all rows before it; [`Pages`] says which errors there are.
/// From [`checkpoint`](Self::checkpoint) a later stream goes on.
///
/// A row that came on an earlier page, because rows have moved meanwhile, is
/// skipped and counted by [`duplicate_rows`](Self::duplicate_rows), if it has an
/// `id` to be known by ([`Duplicates`](super::Duplicates)).
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
    /// The rows of the open page in the order in which they are walked, also those that
    /// are not handed out.
    page: Open<O::Node>,
    /// How many of them have been passed.
    passed: usize,
    /// Rows that were handed out, those before a checkpoint included.
    rows: usize,
    limit: Option<usize>,
    null_rows: usize,
    duplicate_rows: usize,
}

enum Open<T> {
    Forward(std::vec::IntoIter<T>),
    Backward(std::iter::Rev<std::vec::IntoIter<T>>),
}

impl<T> Open<T> {
    fn new(direction: Direction, rows: Vec<T>) -> Self {
        match direction {
            Direction::Forward => Self::Forward(rows.into_iter()),
            Direction::Backward => Self::Backward(rows.into_iter().rev()),
        }
    }

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Forward(rows) => rows.next(),
            Self::Backward(rows) => rows.next(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Forward(rows) => rows.len() == 0,
            Self::Backward(rows) => rows.len() == 0,
        }
    }
}

impl<O: Paginate> Items<O> {
    pub(super) fn new(pages: Pages<O>, limit: Option<usize>) -> Self {
        Self {
            page: Open::new(O::DIRECTION, Vec::new()),
            passed: 0,
            rows: pages.progress().rows,
            limit,
            null_rows: 0,
            duplicate_rows: 0,
            pages,
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

    /// How many rows came on an earlier page so far, and were skipped.
    pub fn duplicate_rows(&self) -> usize {
        self.duplicate_rows
    }

    /// How far the stream has come.
    pub fn progress(&self) -> Progress {
        Progress {
            rows: self.rows,
            ..self.pages.progress()
        }
    }

    /// The place behind the row that was handed out last, to go on there with
    /// [`Paginator::resume`](super::Paginator::resume). It is there at any time, also after
    /// an error.
    ///
    /// Within a page rows are told apart by their cursor or their `id`, so select one of
    /// them. Where there is neither they are counted, and one that is added or deleted
    /// meanwhile in the same page shifts the others.
    pub fn checkpoint(&self) -> Checkpoint {
        let progress = self.progress();
        self.pages.cut(self.passed, progress)
    }

    /// How many pages have been opened, those before a checkpoint included.
    pub fn fetched_pages(&self) -> usize {
        self.pages.fetched_pages()
    }

    /// How many rows the connection has on all pages, by the latest page;
    /// `None` where the query does not ask for `count`, and before the first
    /// page.
    pub fn total_count(&self) -> Option<i64> {
        self.pages.total_count()
    }

    /// The next row of the open page that is handed out.
    fn next_in_page(&mut self) -> Option<O::Node> {
        loop {
            let row = self.page.next()?;
            let standing = self
                .pages
                .place()
                .and_then(|place| place.rows.get(self.passed))
                .map_or(Standing::Fresh, |row| row.standing);
            self.passed += 1;
            match standing {
                Standing::Fresh => return Some(row),
                Standing::Twice => self.duplicate_rows += 1,
                Standing::Cut => {}
            }
        }
    }

    fn open(&mut self, connection: Connection<O::Node>) {
        let null_rows = connection.null_nodes();
        if null_rows > 0 {
            self.null_rows += null_rows;
            tracing::warn!(
                operation = self.pages.operation(),
                page = self.pages.fetched_pages(),
                null_rows,
                "rows that are null without an error are skipped"
            );
        }
        let twice = self
            .pages
            .place()
            .map_or(0, |place| place.count(Standing::Twice));
        if twice > 0 {
            tracing::warn!(
                operation = self.pages.operation(),
                page = self.pages.fetched_pages(),
                rows = twice,
                "rows that came on an earlier page are skipped"
            );
        }
        self.passed = 0;
        self.page = Open::new(O::DIRECTION, connection.into_nodes());
    }

    fn is_enough(&self) -> bool {
        self.limit.is_some_and(|limit| self.rows >= limit)
    }
}

impl<O: Paginate> Stream for Items<O> {
    type Item = Result<O::Node, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.is_enough() {
                return Poll::Ready(None);
            }
            if let Some(row) = this.next_in_page() {
                this.rows = this.rows.saturating_add(1);
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                // The walk has made sure that the connection is there.
                Some(Ok(page)) => {
                    this.open(O::into_connection(page.into_data()).unwrap_or_default());
                }
            }
        }
    }
}

impl<O: Paginate> FusedStream for Items<O> {
    fn is_terminated(&self) -> bool {
        self.is_enough() || (self.page.is_empty() && self.pages.is_terminated())
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
