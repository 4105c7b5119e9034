//! Walking a connection: one page after the other, each checked before it is handed on.

use std::collections::HashSet;
use std::future::IntoFuture as _;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::checkpoint::Position;
use super::cut::Cut;
use super::next;
use super::page_size::{Failed, PageSize};
use super::place::{self, Next, Place, Row, Standing};
use super::recent::Recent;
use super::{Connection, Duplicates, Paginate};
use crate::transport::Retry;
use crate::{Client, Error, ErrorKind, Response};

/// So many pages in a row that bring nothing new are taken for a connection that never
/// ends.
const MOST_IDLE: usize = 50;

/// A walk through one connection.
pub(super) struct Walk<O> {
    client: Client,
    operation: O,
    sizes: PageSize,
    duplicates: Duplicates,
    /// Cursors that were followed. Some hundred bytes a page: small beside the pages, and
    /// exact.
    seen: HashSet<String>,
    recent: Recent,
    /// Where the walk began.
    began: Position,
    /// What an earlier walk has handed out, until rows come that it did not have.
    cut: Cut,
    /// The ids of the page before.
    before: Vec<Arc<str>>,
    limit: Option<usize>,
    rows: usize,
    pages: usize,
    /// Pages in a row that brought nothing new.
    idle: usize,
    is_over: bool,
    /// What every request has to pass.
    gate: Option<Arc<Semaphore>>,
}

/// A page, and where it stands.
pub(super) struct Page<T> {
    pub(super) response: Response<T>,
    pub(super) place: Place,
}

impl<O: Paginate> Walk<O> {
    pub(super) fn new(client: Client, operation: O) -> Self {
        Self {
            client,
            seen: operation.cursor().map(str::to_owned).into_iter().collect(),
            sizes: PageSize::of(&operation),
            operation,
            duplicates: Duplicates::Skip,
            recent: Recent::default(),
            began: Position::default(),
            cut: Cut::default(),
            before: Vec::new(),
            limit: None,
            rows: 0,
            pages: 0,
            idle: 0,
            is_over: false,
            gate: None,
        }
    }

    pub(super) fn operation(&self) -> &O {
        &self.operation
    }

    /// Where the walk stands before its first page.
    pub(super) fn position(&self) -> Position {
        self.began.clone()
    }

    /// Asks for a page only where there is room among the requests of several walks.
    pub(super) fn gate(&mut self, gate: Arc<Semaphore>) {
        self.gate = Some(gate);
    }

    pub(super) fn limit(&mut self, rows: usize) {
        self.limit = Some(rows);
    }

    pub(super) fn fix_page_size(&mut self) {
        self.sizes = PageSize::fixed();
    }

    pub(super) fn duplicates(&mut self, duplicates: Duplicates) {
        self.duplicates = duplicates;
    }

    /// Goes on where an earlier walk was cut.
    pub(super) fn resume(&mut self, position: Position) {
        self.rows = position.rows;
        self.pages = position.pages;
        self.is_over = position.is_over;
        if let Some(cursor) = &position.cursor {
            self.seen.insert(cursor.clone());
            self.operation.set_cursor(cursor.clone());
        }
        self.cut = Cut::of(&position);
        self.before = position.before.iter().map(|id| Arc::from(&**id)).collect();
        for id in &self.before {
            self.recent.sees(Arc::clone(id));
        }
        self.began = position;
    }

    /// The next page; `None` behind the last one, and behind an error.
    pub(super) async fn next(&mut self) -> Option<Result<Page<O::Data>, Error>> {
        let is_enough = self.limit.is_some_and(|limit| self.rows >= limit);
        if self.is_over || is_enough {
            self.is_over = true;
            return None;
        }
        // Whatever goes wrong from here on ends the walk.
        self.is_over = true;
        let from = self.operation.cursor().map(str::to_owned);
        let page = match self.ask().await {
            Ok(response) => {
                let (attempts, id) = (response.attempts(), response.request_id());
                let id = id.map(str::to_owned);
                self.turn(response, from)
                    .map_err(|error| error.with_attempts(attempts).with_request_id(id))
            }
            Err(error) => Err(error),
        };
        self.is_over = !matches!(&page, Ok(page) if page.place.next != Next::End);
        Some(page)
    }

    /// Asks for a page, of fewer rows where it has to be.
    async fn ask(&mut self) -> Result<Response<O::Data>, Error> {
        let _room = match &self.gate {
            // Nobody closes it.
            Some(gate) => Arc::clone(gate).acquire_owned().await.ok(),
            None => None,
        };
        let mut begun = self.client.begin();
        // What came of the attempt before.
        let mut slow: Option<Error> = None;
        loop {
            let rows = self.limit.map(|limit| {
                let missing = limit.saturating_sub(self.rows);
                missing.saturating_add(self.cut.due())
            });
            self.sizes.apply(&mut self.operation, rows);
            let mut execute = self.client.execute(&self.operation).going_on(begun);
            if self.sizes.can_shrink() {
                execute = execute.hand_on_timeouts();
            }
            // The future does not hold the operation, which may not be shared.
            let answer = execute.into_future();
            let error = match answer.await {
                Ok(mut response) => {
                    self.operation.receive(response.data_mut());
                    self.sizes.came(self.operation.name());
                    return Ok(response);
                }
                Err(error) => error,
            };
            if let Some(slow) = slow.take()
                && error.attempts() == slow.attempts()
            {
                // Nothing was sent since.
                return Err(slow.given_up(format!("not tried again, because {error}")));
            }
            match self.sizes.failed(&error) {
                Failed::Otherwise => return Err(error),
                Failed::Refused => self.sizes.shrink(self.operation.name()),
                Failed::Slow => {
                    begun.attempts = error.attempts();
                    match self.client.after(&error, begun) {
                        Retry::After(wait) => sleep(wait).await,
                        Retry::No => return Err(error),
                        Retry::NoMore(why) => return Err(error.given_up(why)),
                    }
                    self.sizes.slow(self.operation.name());
                    slow = Some(error);
                }
            }
        }
    }

    /// Takes note of a page and finds out what comes next.
    fn turn(
        &mut self,
        response: Response<O::Data>,
        from: Option<String>,
    ) -> Result<Page<O::Data>, Error> {
        let connection = O::connection(response.data()).ok_or_else(|| self.parent_is_null())?;
        let cursor = self.next_cursor(connection)?;
        let mut rows = place::rows(&self.operation, connection);
        self.judge(&mut rows)?;
        let place = Place {
            from,
            next: cursor.map_or(Next::End, Next::Cursor),
            size: self.operation.page_size(),
            rows,
            cut: self.cut.clone(),
            before: std::mem::take(&mut self.before),
        };
        self.before = place.ids();
        let fresh = place.fresh();
        if fresh > 0 {
            self.idle = 0;
        } else if place.count(Standing::Cut) == 0 {
            self.idle += 1;
        }
        if place.next != Next::End && self.idle >= MOST_IDLE {
            return Err(self.fault(
                ErrorKind::Pagination,
                &format!(
                    "{MOST_IDLE} pages in a row brought nothing new, and still more are promised"
                ),
            ));
        }
        self.pages = self.pages.saturating_add(1);
        self.rows = self.rows.saturating_add(fresh);
        if let Next::Cursor(cursor) = &place.next {
            self.operation.set_cursor(cursor.clone());
        }
        Ok(Page { response, place })
    }

    /// Finds the rows of a page that were handed out before.
    fn judge(&mut self, rows: &mut [Row]) -> Result<(), Error> {
        self.cut.mark(rows);
        if self.duplicates != Duplicates::Keep {
            self.recent.turn();
            for row in rows.iter_mut() {
                let Some(id) = &row.id else { continue };
                let is_known = self.recent.sees(Arc::clone(id));
                if is_known && row.standing == Standing::Fresh {
                    row.standing = Standing::Twice;
                }
            }
        }
        let twice = rows.iter().find(|row| row.standing == Standing::Twice);
        if self.duplicates == Duplicates::Fail
            && let Some(id) = twice.and_then(|row| row.id.as_deref())
        {
            return Err(self.fault(
                ErrorKind::Pagination,
                &format!(
                    "the node {id:?} came on an earlier page; rows have moved while they were \
                     read"
                ),
            ));
        }
        Ok(())
    }

    /// The cursor of the next page, if there is one.
    fn next_cursor(&mut self, connection: &Connection<O::Node>) -> Result<Option<String>, Error> {
        let next = next::next_cursor(O::DIRECTION, connection)
            .map_err(|fault| self.fault(fault.kind, &fault.problem))?;
        let Some(cursor) = next else {
            return Ok(None);
        };
        if self.seen.insert(cursor.to_owned()) {
            return Ok(Some(cursor.to_owned()));
        }
        Err(self.fault(
            ErrorKind::Pagination,
            &format!(
                "cursor {cursor:?} comes back a second time; following it would read the same \
                 rows forever"
            ),
        ))
    }

    fn parent_is_null(&self) -> Error {
        self.fault(
            ErrorKind::NotFound,
            "the connection, or something on the way to it, is null: there is no such record, or \
             the token may not see it; check the operation's arguments",
        )
    }

    fn fault(&self, kind: ErrorKind, problem: &str) -> Error {
        let page = self.pages + 1;
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
