//! Paging through operations that other libraries made.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::relay::{Connection, Direction, Paginate};
use crate::{Maybe, Operation, OperationKind};

/// An operation that another library made, and what it takes to page through
/// it.
///
/// Compiled operations know where their connection is. For any other, two
/// closures say it: one takes the connection out of an answer, one finds the
/// variable for the cursor. From there on everything is as with compiled
/// operations: the same streams, and the same checks that nothing is lost.
///
/// The operation, and with it its variables, has to be [`Clone`] to be paged, and rows are
/// read ahead in a task, so that it has to be `Send + 'static` as well.
///
/// ```no_run
/// use buildkite_client::interop::ForeignOperation;
/// use buildkite_client::relay::{Connection, PageInfo};
/// use buildkite_client::{Client, Error};
/// # #[derive(serde::Deserialize)]
/// # struct Pipelines { organization: Option<Organization> }
/// # #[derive(serde::Deserialize)]
/// # struct Organization { pipelines: Option<PipelineConnection> }
/// # #[derive(serde::Deserialize)]
/// # struct PipelineConnection { page_info: Option<Info>, edges: Option<Vec<Option<Edge>>> }
/// # #[derive(serde::Deserialize)]
/// # struct Info { has_next_page: bool, end_cursor: Option<String> }
/// # #[derive(serde::Deserialize)]
/// # struct Edge { node: Option<Pipeline> }
/// # #[derive(serde::Deserialize)]
/// # struct Pipeline { id: String, slug: String }
/// # #[derive(Clone)]
/// # struct Variables { first: Option<i64>, after: Option<String> }
///
/// async fn list(
///     bk: &Client,
///     operation: impl ForeignOperation<Data = Pipelines, Variables = Variables>
///     + Clone + Send + 'static,
/// ) -> Result<(), Error> {
///     let pipelines = operation.forward(
///         |data| {
///             let pipelines = data.organization?.pipelines?;
///             Some(Connection::new(
///                 pipelines
///                     .page_info
///                     .map(|info| PageInfo::forward(info.has_next_page, info.end_cursor)),
///                 pipelines
///                     .edges
///                     .map(|edges| edges.into_iter().map(|edge| edge?.node)),
///             ))
///         },
///         |variables| &mut variables.after,
///     );
///     // Not needed, but then pages fit, and rows that move come once.
///     let pipelines = pipelines
///         .page_size(|variables| &mut variables.first)
///         .row_id(|pipeline| &pipeline.id);
///     let mut rows = bk.paginate(pipelines).items();
///     while let Some(pipeline) = rows.try_next().await? {
///         println!("{}", pipeline.slug);
///     }
///     Ok(())
/// }
/// ```
pub trait ForeignOperation: Operation {
    /// The variables, to be changed between two pages.
    fn variables_mut(&mut self) -> &mut Self::Variables;

    /// Pages from the start to the end: the query takes `first` and `after`,
    /// and reads `pageInfo { hasNextPage endCursor }`.
    ///
    /// `connection` takes the connection out of an answer and returns `None`
    /// where something on the way to it is null; `after` names the variable
    /// that takes the cursor.
    fn forward<N, C: CursorVariable>(
        self,
        connection: impl Fn(Self::Data) -> Option<Connection<N>> + Send + Sync + 'static,
        after: impl Fn(&mut Self::Variables) -> &mut C + Send + Sync + 'static,
    ) -> Paged<Self, N, Forward>
    where
        Self: Sized,
    {
        Paged::new(self, connection, after)
    }

    /// Pages from the end to the start: the query takes `last` and `before`,
    /// and reads `pageInfo { hasPreviousPage startCursor }`.
    ///
    /// The closures are those of [`forward`](Self::forward), with the variable
    /// for `before`; make the page information with
    /// [`PageInfo::backward`](crate::relay::PageInfo::backward).
    fn backward<N, C: CursorVariable>(
        self,
        connection: impl Fn(Self::Data) -> Option<Connection<N>> + Send + Sync + 'static,
        before: impl Fn(&mut Self::Variables) -> &mut C + Send + Sync + 'static,
    ) -> Paged<Self, N, Backward>
    where
        Self: Sized,
    {
        Paged::new(self, connection, before)
    }
}

/// A variable that can hold a cursor from one page to the next.
#[diagnostic::on_unimplemented(
    message = "a variable of type `{Self}` cannot hold the cursor of a page",
    note = "the type has to own the text: `Option<String>`, `String` or `Maybe<String>`"
)]
pub trait CursorVariable {
    /// The cursor, if there is one.
    fn cursor(&self) -> Option<&str>;
    /// Replaces the cursor.
    fn set_cursor(&mut self, cursor: String);
}

impl CursorVariable for Option<String> {
    fn cursor(&self) -> Option<&str> {
        self.as_deref()
    }

    fn set_cursor(&mut self, cursor: String) {
        *self = Some(cursor);
    }
}

impl CursorVariable for Maybe<String> {
    fn cursor(&self) -> Option<&str> {
        self.value().map(String::as_str)
    }

    fn set_cursor(&mut self, cursor: String) {
        *self = Self::Value(cursor);
    }
}

impl CursorVariable for String {
    fn cursor(&self) -> Option<&str> {
        Some(self)
    }

    fn set_cursor(&mut self, cursor: String) {
        *self = cursor;
    }
}

/// A variable that can hold the number of rows of a page.
#[diagnostic::on_unimplemented(
    message = "a variable of type `{Self}` cannot hold the number of rows of a page",
    note = "the type has to be `i64`, `i32`, or an `Option` or `Maybe` of one of them"
)]
pub trait PageSizeVariable {
    /// The number, if there is one.
    fn rows(&self) -> Option<i64>;
    /// Replaces the number.
    fn set_rows(&mut self, rows: i64);
}

impl PageSizeVariable for i64 {
    fn rows(&self) -> Option<i64> {
        Some(*self)
    }

    fn set_rows(&mut self, rows: i64) {
        *self = rows;
    }
}

impl PageSizeVariable for i32 {
    fn rows(&self) -> Option<i64> {
        Some((*self).into())
    }

    fn set_rows(&mut self, rows: i64) {
        // Pages only become smaller than one that was an `i32`.
        *self = Self::try_from(rows).unwrap_or(Self::MAX);
    }
}

impl<T: PageSizeVariable + Default> PageSizeVariable for Option<T> {
    fn rows(&self) -> Option<i64> {
        self.as_ref()?.rows()
    }

    fn set_rows(&mut self, rows: i64) {
        self.insert(T::default()).set_rows(rows);
    }
}

impl<T: PageSizeVariable + Default> PageSizeVariable for Maybe<T> {
    fn rows(&self) -> Option<i64> {
        self.value()?.rows()
    }

    fn set_rows(&mut self, rows: i64) {
        let mut value = T::default();
        value.set_rows(rows);
        *self = Self::Value(value);
    }
}

/// From the start of a connection to its end, as a type.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_enums, reason = "a mark that has no values")]
pub enum Forward {}

/// From the end of a connection to its start, as a type.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_enums, reason = "a mark that has no values")]
pub enum Backward {}

/// Which way an operation walks its connection: [`Forward`] or [`Backward`].
pub trait Way: sealed::Sealed + 'static {
    /// The same as a value.
    const DIRECTION: Direction;
}

impl Way for Forward {
    const DIRECTION: Direction = Direction::Forward;
}

impl Way for Backward {
    const DIRECTION: Direction = Direction::Backward;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Forward {}
    impl Sealed for super::Backward {}
}

/// An operation that can be paged through, with rows of type `N`; made by
/// [`ForeignOperation::forward`] and [`ForeignOperation::backward`].
#[must_use = "nothing is read before a client pages through it"]
pub struct Paged<O: Operation, N, W> {
    operation: O,
    cursor: Option<String>,
    connection: Arc<TakeConnection<O::Data, N>>,
    set_cursor: Arc<SetCursor<O::Variables>>,
    page_size: Option<i64>,
    set_page_size: Option<Arc<SetPageSize<O::Variables>>>,
    row_id: Option<Arc<RowId<N>>>,
    way: PhantomData<fn() -> W>,
}

type TakeConnection<D, N> = dyn Fn(D) -> Option<Connection<N>> + Send + Sync;
type SetCursor<V> = dyn Fn(&mut V, String) + Send + Sync;
type SetPageSize<V> = dyn Fn(&mut V, i64) + Send + Sync;
type RowId<N> = dyn for<'row> Fn(&'row N) -> &'row str + Send + Sync;

impl<O: ForeignOperation, N, W> Paged<O, N, W> {
    fn new<C: CursorVariable>(
        mut operation: O,
        connection: impl Fn(O::Data) -> Option<Connection<N>> + Send + Sync + 'static,
        variable: impl Fn(&mut O::Variables) -> &mut C + Send + Sync + 'static,
    ) -> Self {
        let cursor = variable(operation.variables_mut())
            .cursor()
            .map(str::to_owned);
        Self {
            operation,
            cursor,
            connection: Arc::new(connection),
            set_cursor: Arc::new(move |variables, cursor| variable(variables).set_cursor(cursor)),
            page_size: None,
            set_page_size: None,
            row_id: None,
            way: PhantomData,
        }
    }

    /// Names the variable that takes the number of rows of a page (`first`, or backward
    /// `last`), so that pages fit what the server allows. It must say nothing else.
    pub fn page_size<S: PageSizeVariable>(
        mut self,
        variable: impl Fn(&mut O::Variables) -> &mut S + Send + Sync + 'static,
    ) -> Self {
        self.page_size = variable(self.operation.variables_mut()).rows();
        self.set_page_size = Some(Arc::new(move |variables, rows| {
            variable(variables).set_rows(rows);
        }));
        self
    }

    /// Says what a row is known by, usually its `id`, so that rows that move while they
    /// are read come once, and checkpoints know them.
    pub fn row_id(
        mut self,
        id: impl for<'row> Fn(&'row N) -> &'row str + Send + Sync + 'static,
    ) -> Self {
        self.row_id = Some(Arc::new(id));
        self
    }
}

impl<O: Operation + Clone, N, W> Clone for Paged<O, N, W> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation.clone(),
            cursor: self.cursor.clone(),
            connection: Arc::clone(&self.connection),
            set_cursor: Arc::clone(&self.set_cursor),
            page_size: self.page_size,
            set_page_size: self.set_page_size.clone(),
            row_id: self.row_id.clone(),
            way: PhantomData,
        }
    }
}

impl<O: Operation, N, W> fmt::Debug for Paged<O, N, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paged")
            .field("operation", &self.operation.name())
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

impl<O: Operation, N, W> Operation for Paged<O, N, W> {
    type Variables = O::Variables;
    type Data = Page<O::Data, N>;

    fn kind(&self) -> OperationKind {
        self.operation.kind()
    }

    fn name(&self) -> &str {
        self.operation.name()
    }

    fn document(&self) -> &str {
        self.operation.document()
    }

    fn variables(&self) -> &O::Variables {
        self.operation.variables()
    }
}

impl<O, N, W> Paginate for Paged<O, N, W>
where
    O: ForeignOperation<Data: Send + 'static> + Clone + Send + 'static,
    N: Send + 'static,
    W: Way,
{
    type Node = N;

    const DIRECTION: Direction = W::DIRECTION;
    const CONNECTION_PATH: &'static str = "";

    fn receive(&self, page: &mut Page<O::Data, N>) {
        if let Page(State::Whole(data)) = page
            && let Some(data) = data.take()
        {
            page.0 = State::Taken((self.connection)(data));
        }
    }

    fn connection(page: &Page<O::Data, N>) -> Option<&Connection<N>> {
        page.connection()
    }

    fn into_connection(page: Page<O::Data, N>) -> Option<Connection<N>> {
        page.into_connection()
    }

    fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    fn set_cursor(&mut self, cursor: String) {
        self.cursor = Some(cursor.clone());
        (self.set_cursor)(self.operation.variables_mut(), cursor);
    }

    fn page_size(&self) -> Option<i64> {
        self.page_size
    }

    fn set_page_size(&mut self, rows: i64) {
        if let (Some(_), Some(set)) = (self.page_size, &self.set_page_size) {
            self.page_size = Some(rows);
            set(self.operation.variables_mut(), rows);
        }
    }

    fn node_id<'node>(&self, node: &'node N) -> Option<&'node str> {
        self.row_id.as_ref().map(|id| id(node))
    }
}

/// One page of a [`Paged`] operation: the connection that was taken out of the
/// answer `D`.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<D, N>(State<D, N>);

#[derive(Debug, Clone, PartialEq)]
enum State<D, N> {
    /// As it came; `None` only while the connection is taken out.
    Whole(Option<D>),
    Taken(Option<Connection<N>>),
}

impl<D, N> Page<D, N> {
    /// The connection. It is there for every page that
    /// [`Pages`](crate::relay::Pages) hands out.
    pub const fn connection(&self) -> Option<&Connection<N>> {
        match &self.0 {
            State::Taken(connection) => connection.as_ref(),
            State::Whole(_) => None,
        }
    }

    /// The connection itself.
    pub fn into_connection(self) -> Option<Connection<N>> {
        match self.0 {
            State::Taken(connection) => connection,
            State::Whole(_) => None,
        }
    }

    /// The whole answer, where the operation was executed and not paged
    /// through.
    pub fn into_answer(self) -> Option<D> {
        match self.0 {
            State::Whole(data) => data,
            State::Taken(_) => None,
        }
    }
}

impl<'de, D: DeserializeOwned, N> Deserialize<'de> for Page<D, N> {
    fn deserialize<E: Deserializer<'de>>(deserializer: E) -> Result<Self, E::Error> {
        D::deserialize(deserializer).map(|data| Self(State::Whole(Some(data))))
    }
}

#[cfg(test)]
mod tests;
