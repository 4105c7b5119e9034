//! What comes behind a page.

use super::{Connection, Direction};
use crate::ErrorKind;

/// Why a page does not say how its connection goes on.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: ErrorKind,
    pub(super) problem: String,
}

impl Fault {
    fn new(kind: ErrorKind, problem: impl Into<String>) -> Self {
        Self {
            kind,
            problem: problem.into(),
        }
    }
}

/// The cursor with which the next page is asked for; `None` where there is none.
pub(super) fn next_cursor<T>(
    direction: Direction,
    connection: &Connection<T>,
) -> Result<Option<&str>, Fault> {
    if !connection.has_rows() {
        return Err(Fault::new(
            ErrorKind::Decode,
            "the server answered null in place of the rows",
        ));
    }
    let Some(info) = connection.page_info() else {
        return Err(Fault::new(
            ErrorKind::Decode,
            "`pageInfo` is null or missing, so there is no telling whether more pages follow",
        ));
    };
    let (more, cursor, names) = match direction {
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
        (Some(true), Some(cursor)) => Ok(Some(cursor)),
        (None, _) => Err(Fault::new(
            ErrorKind::Decode,
            format!(
                "`pageInfo.{}` is missing; the query has to ask for it",
                names.0
            ),
        )),
        (Some(true), None) => Err(Fault::new(
            ErrorKind::Pagination,
            format!(
                "`{}` is true but `{}` is null, so the next page cannot be asked for",
                names.0, names.1
            ),
        )),
    }
}
