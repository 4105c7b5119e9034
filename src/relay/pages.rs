//! Reading a connection page by page, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::checkpoint::{Binding, Position};
use super::place::{Next, Place};
use super::source::Source;
use super::walk::{Page, Walk};
use super::{Checkpoint, Connection, Paginate, Progress};
use crate::{Error, Response};

/// The pages of a connection, in order; made by
/// [`Paginator::pages`](super::Paginator::pages).
///
/// The first page is asked for when the stream is polled, the next while the caller works
/// on the one before ([`Paginator::prefetch`](super::Paginator::prefetch)). The first
/// error ends the stream; all pages before it have been handed out. A page is handed out
/// only once it is clear how the connection goes on behind it, so these end the stream as
/// well:
///
/// - the way to the connection is null:
///   [`ErrorKind::NotFound`](crate::ErrorKind::NotFound);
/// - the rows or the page information are null or missing:
///   [`ErrorKind::Decode`](crate::ErrorKind::Decode);
/// - there are more pages but no cursor to the next, a cursor comes back that was followed
///   already, or fifty pages in a row bring nothing new:
///   [`ErrorKind::Pagination`](crate::ErrorKind::Pagination).
///
/// Rows that are null without an error are no failure: they stand in the page,
/// and [`Connection::null_nodes`](super::Connection::null_nodes) counts them.
///
/// Pages are handed out whole: with rows that came on an earlier page, and, from a checkpoint
/// that was made within a page, with its rows that were handed out before.
///
/// Where the query walks backward (`last`, `before`) the last page comes first.
/// The rows within a page stay in the server's order.
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::RecentBuilds;
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// let mut pages = bk.paginate(RecentBuilds::new("acme-inc/web").first(50)).pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{:?}, {:?} rows in all", page.complexity(), pages.total_count());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read before the stream is polled"]
pub struct Pages<O: Paginate> {
    source: Source<O>,
    operation: String,
    binding: Binding,
    /// Where the stream began.
    began: Position,
    /// The page that was handed out last.
    place: Option<Place>,
    progress: Progress,
}

impl<O: Paginate> Pages<O> {
    pub(super) fn new(walk: Walk<O>, binding: Binding, prefetch: usize) -> Self {
        let began = walk.position();
        Self {
            operation: walk.operation().name().to_owned(),
            binding,
            progress: Progress {
                rows: began.rows,
                pages: began.pages,
                page_size: walk.operation().page_size(),
                ..Progress::default()
            },
            began,
            place: None,
            source: Source::Waiting {
                walk: Box::new(walk),
                ahead: prefetch,
            },
        }
    }

    /// The next page, or `None` behind the last one.
    pub async fn try_next(&mut self) -> Result<Option<Response<O::Data>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// How many pages have been handed out.
    pub fn fetched_pages(&self) -> usize {
        self.progress.pages
    }

    /// How many rows the connection has on all pages, by the latest page;
    /// `None` where the query does not ask for `count`, and before the first
    /// page.
    pub fn total_count(&self) -> Option<i64> {
        self.progress.total
    }

    /// How far the stream has come.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// The place behind the page that was handed out last, to go on there with
    /// [`Paginator::resume`](super::Paginator::resume).
    pub fn checkpoint(&self) -> Checkpoint {
        self.cut(usize::MAX, self.progress)
    }

    /// The place behind so many rows of the page that was handed out last.
    pub(super) fn cut(&self, passed: usize, progress: Progress) -> Checkpoint {
        let position = match &self.place {
            Some(place) => place.behind(passed),
            None => self.began.clone(),
        };
        self.binding.checkpoint(Position {
            rows: progress.rows,
            // A page that is not used up is opened again.
            pages: match &self.place {
                Some(place) if passed < place.rows.len() => progress.pages.saturating_sub(1),
                _ => progress.pages,
            },
            ..position
        })
    }

    pub(super) fn operation(&self) -> &str {
        &self.operation
    }

    /// The page that was handed out last.
    pub(super) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl<O: Paginate> Stream for Pages<O> {
    type Item = Result<Response<O::Data>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Page { response, place } = match ready!(this.source.poll_next(cx)) {
            Some(Ok(page)) => page,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        if place.next == Next::End {
            this.source = Source::Over;
        }
        let count = O::connection(response.data()).and_then(Connection::count);
        let cost = response.complexity().map_or(0, |cost| cost.actual);
        this.progress = Progress {
            rows: this.progress.rows.saturating_add(place.fresh()),
            total: count.or(this.progress.total),
            pages: this.progress.pages.saturating_add(1),
            points: this.progress.points.saturating_add(cost),
            page_size: place.size,
        };
        this.place = Some(place);
        Poll::Ready(Some(Ok(response)))
    }
}

impl<O: Paginate> FusedStream for Pages<O> {
    fn is_terminated(&self) -> bool {
        self.source.is_over()
    }
}

// Nothing in a stream is pinned in place: the request in flight is boxed.
impl<O: Paginate> Unpin for Pages<O> {}

impl<O: Paginate> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.operation)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
