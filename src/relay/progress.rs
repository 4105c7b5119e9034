//! How far a stream is.

use std::fmt;

/// How far a stream has come, as its caller sees it: pages that were read ahead do not
/// count before they are handed out.
///
/// It prints as `1,200 of 12,345 rows, 3,600 points` does, without the commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// Rows that were handed out, those before a checkpoint included.
    pub rows: usize,
    /// How many rows the connection has, by the latest page; `None` where the query does
    /// not ask for `count`. It may change on the way.
    pub total: Option<i64>,
    /// Pages that were handed out or opened, those before a checkpoint included.
    pub pages: usize,
    /// What the pages cost since the stream began, as far as the server said so.
    pub points: i64,
    /// How many rows the latest page was asked for, where that is known.
    pub page_size: Option<i64>,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rows)?;
        if let Some(total) = self.total {
            write!(f, " of {total}")?;
        }
        write!(f, " rows, {} points", self.points)
    }
}
