//! What makes an operation one that can be paged through.

use super::Connection;
use crate::Operation;

/// Which way a connection is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "Relay's specification knows exactly these two directions"
)]
pub enum Direction {
    /// With `first` and `after`, from the start to the end.
    Forward,
    /// With `last` and `before`, from the end to the start.
    Backward,
}

/// An operation that reads one connection page by page.
///
/// The query compiler implements it for every operation with one connection,
/// outside of any list, whose cursor argument is a variable (`after: $cursor` or
/// `before: $cursor`) and whose `pageInfo` is read. Where there are several, the
/// one whose variable is called `$after` or `$before` is walked; if that does not
/// decide, the operation cannot be paged.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be paged through",
    note = "an operation can be paged when exactly one of its connections, outside of any list, takes its cursor from a variable and reads `pageInfo`:\n`builds(first: $first, after: $after) {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ … }} }} }}`"
)]
pub trait Paginate: Operation<Data: Send + 'static> + Clone + Send + 'static {
    /// One row.
    type Node: Send + 'static;

    /// Which way the query's arguments walk the connection.
    const DIRECTION: Direction;

    /// The response keys that lead from `data` to the connection, joined by
    /// dots, for messages. Empty where they are not known.
    const CONNECTION_PATH: &'static str;

    /// Called once for each page, before anything else looks at its data: the
    /// place for an operation that only finds its connection at run time to do
    /// so. Compiled operations have nothing to do here.
    fn receive(&self, data: &mut Self::Data) {
        let _ = data;
    }

    /// The connection in an answer; `None` where something on the way is null.
    fn connection(data: &Self::Data) -> Option<&Connection<Self::Node>>;

    /// The connection taken out of an answer; `None` where something on the
    /// way is null.
    fn into_connection(data: Self::Data) -> Option<Connection<Self::Node>>;

    /// The cursor that the operation carries now, if any.
    fn cursor(&self) -> Option<&str>;

    /// Continues behind (or, backward, before) this cursor.
    fn set_cursor(&mut self, cursor: String);

    /// How many rows a page is asked for; `None` where that is not known or cannot be
    /// changed, because no variable says so.
    fn page_size(&self) -> Option<i64> {
        None
    }

    /// Asks for pages of so many rows from now on, where
    /// [`page_size`](Self::page_size) says how many it is; otherwise nothing happens.
    fn set_page_size(&mut self, rows: i64) {
        let _ = rows;
    }

    /// The `id` of a row, which no other row has; `None` where the query does not ask for
    /// it. Rows that come a second time are known by it.
    fn node_id<'node>(&self, node: &'node Self::Node) -> Option<&'node str> {
        let _ = node;
        None
    }
}
