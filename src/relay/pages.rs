//! Reading a connection page by page, as a stream.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::{Connection, Direction, Items, Paginate};
use crate::client::Executing;
use crate::{Client, Error, ErrorKind, Response};

/// How a connection is going to be read; made by
/// [`Client::paginate`](crate::Client::paginate).
///
/// Choose [`items`](Self::items) or [`pages`](Self::pages). Each page is one
/// operation, with the page size that the operation asks for.
#[must_use = "nothing is read before `items` or `pages`"]
pub struct Paginator<O> {
    client: Client,
    operation: O,
    limit: Option<usize>,
}

impl<O: Paginate> Paginator<O> {
    pub(crate) fn new(client: Client, operation: O) -> Self {
        Self {
            client,
            operation,
            limit: None,
        }
    }

    /// At most this many rows. No page is asked for once they are there;
    /// [`pages`](Self::pages) does not cut the last page.
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// The pages, each as the whole answer to the operation.
    pub fn pages(self) -> Pages<O> {
        Pages {
            client: self.client,
            seen: self
                .operation
                .cursor()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            operation: self.operation,
            state: State::Ready,
            limit: self.limit,
            rows: 0,
            fetched: 0,
            total: None,
        }
    }

    /// The rows, one by one.
    pub fn items(self) -> Items<O> {
        let limit = self.limit;
        Items::new(self.pages(), limit)
    }
}

impl<O> fmt::Debug for Paginator<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paginator")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// The pages of a connection, in order; made by [`Paginator::pages`].
///
/// A page is asked for when the stream is polled for it, not before. The first
/// error ends the stream. A page is handed out only once it is clear how the
/// connection goes on behind it, so these end the stream as well:
///
/// - the way to the connection is null: [`ErrorKind::NotFound`];
/// - the rows or the page information are null or missing:
///   [`ErrorKind::Decode`];
/// - there are more pages but no cursor to the next, or a cursor comes back
///   that was followed already: [`ErrorKind::Pagination`].
///
/// Rows that are null without an error are no failure: they stand in the page,
/// and [`Connection::null_nodes`] counts them.
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
    client: Client,
    operation: O,
    state: State<O::Data>,
    // Some twenty bytes a page: small beside the pages, and exact.
    seen: HashSet<String>,
    limit: Option<usize>,
    rows: usize,
    fetched: usize,
    total: Option<i64>,
}

enum State<T> {
    Ready,
    Fetching(Executing<T>),
    Done,
}

impl<O: Paginate> Pages<O> {
    /// The next page, or `None` behind the last one.
    pub async fn try_next(&mut self) -> Result<Option<Response<O::Data>>, Error> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// How many pages have been read.
    pub fn fetched_pages(&self) -> usize {
        self.fetched
    }

    /// How many rows the connection has on all pages, by the latest page;
    /// `None` where the query does not ask for `count`, and before the first
    /// page.
    pub fn total_count(&self) -> Option<i64> {
        self.total
    }

    pub(super) fn operation(&self) -> &O {
        &self.operation
    }

    /// Takes note of a page and finds out what comes next.
    fn turn(&mut self, page: &Response<O::Data>) -> Result<State<O::Data>, Error> {
        let connection = O::connection(page.data()).ok_or_else(|| self.parent_is_null())?;
        if !connection.has_rows() {
            return Err(self.fault(
                ErrorKind::Decode,
                "the server answered null in place of the rows",
            ));
        }
        let next = self.next_cursor(connection)?;
        self.fetched += 1;
        self.rows += connection.nodes().count();
        self.total = connection.count().or(self.total);
        match next {
            None => Ok(State::Done),
            Some(_) if self.limit.is_some_and(|limit| self.rows >= limit) => Ok(State::Done),
            Some(cursor) => {
                self.operation.set_cursor(cursor);
                Ok(State::Ready)
            }
        }
    }

    /// The cursor of the next page, if there is one.
    fn next_cursor(&mut self, connection: &Connection<O::Node>) -> Result<Option<String>, Error> {
        let Some(info) = connection.page_info() else {
            return Err(self.fault(
                ErrorKind::Decode,
                "`pageInfo` is null or missing, so there is no telling whether more pages follow",
            ));
        };
        let (more, cursor, names) = match O::DIRECTION {
            Direction::Forward => (
                info.has_next_page,
                &info.end_cursor,
                ("hasNextPage", "endCursor"),
            ),
            Direction::Backward => (
                info.has_previous_page,
                &info.start_cursor,
                ("hasPreviousPage", "startCursor"),
            ),
        };
        match (more, cursor) {
            (Some(false), _) => Ok(None),
            (None, _) => Err(self.fault(
                ErrorKind::Decode,
                &format!(
                    "`pageInfo.{}` is missing; the query has to ask for it",
                    names.0
                ),
            )),
            (Some(true), None) => Err(self.fault(
                ErrorKind::Pagination,
                &format!(
                    "`{}` is true but `{}` is null, so the next page cannot be asked for",
                    names.0, names.1
                ),
            )),
            (Some(true), Some(cursor)) => {
                if self.seen.insert(cursor.clone()) {
                    Ok(Some(cursor.clone()))
                } else {
                    Err(self.fault(
                        ErrorKind::Pagination,
                        &format!(
                            "cursor {cursor:?} comes back a second time; following it would read \
                             the same rows forever"
                        ),
                    ))
                }
            }
        }
    }

    fn parent_is_null(&self) -> Error {
        self.fault(
            ErrorKind::NotFound,
            "the connection, or something on the way to it, is null: there is no such record, or \
             the token may not see it; check the operation's arguments",
        )
    }

    fn fault(&self, kind: ErrorKind, problem: &str) -> Error {
        let page = self.fetched + 1;
        let place = match O::CONNECTION_PATH {
            "" => format!("page {page}"),
            path => format!("page {page} of `{path}`"),
        };
        let error = Error::new(kind, format!("{place}: {problem}"))
            .with_operation(self.operation.kind(), self.operation.name())
            .sent();
        match kind {
            ErrorKind::Decode if !O::CONNECTION_PATH.is_empty() => {
                error.with_path(O::CONNECTION_PATH.to_owned())
            }
            _ => error,
        }
    }
}

impl<O: Paginate> Stream for Pages<O> {
    type Item = Result<Response<O::Data>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match &mut this.state {
                State::Done => return Poll::Ready(None),
                State::Ready if this.limit == Some(0) => this.state = State::Done,
                State::Ready => {
                    let fetching = this.client.execute(&this.operation).into_future();
                    this.state = State::Fetching(fetching);
                }
                State::Fetching(fetching) => {
                    let result = ready!(Pin::new(fetching).poll(cx));
                    // Whatever goes wrong from here on ends the stream.
                    this.state = State::Done;
                    let mut page = match result {
                        Ok(page) => page,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    this.operation.receive(page.data_mut());
                    return Poll::Ready(Some(this.turn(&page).map(|state| {
                        this.state = state;
                        page
                    })));
                }
            }
        }
    }
}

impl<O: Paginate> FusedStream for Pages<O> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Done)
    }
}

// Nothing in a stream is pinned in place: the request in flight is boxed.
impl<O: Paginate> Unpin for Pages<O> {}

impl<O: Paginate> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.operation.name())
            .field("fetched_pages", &self.fetched)
            .field("total_count", &self.total)
            .finish_non_exhaustive()
    }
}
