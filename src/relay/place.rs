//! Where a page stands in its walk, and the rows in the page.

use std::sync::Arc;

use super::checkpoint::Position;
use super::cut::Cut;
use super::{Connection, Direction, Paginate};

/// Where a page stands.
#[derive(Debug)]
pub(super) struct Place {
    /// The cursor that the page was asked for with.
    pub(super) from: Option<String>,
    pub(super) next: Next,
    /// How many rows it was asked for.
    pub(super) size: Option<i64>,
    /// The rows that are not null, in the order in which they are walked.
    pub(super) rows: Vec<Row>,
    /// What was handed out by an earlier walk and comes on later pages.
    pub(super) cut: Cut,
    /// The ids of the page before.
    pub(super) before: Vec<Arc<str>>,
}

/// What comes behind a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    Cursor(String),
    End,
}

/// What is known of a row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: Option<Arc<str>>,
    /// Its own cursor, where the query asks for it.
    pub(super) cursor: Option<String>,
    pub(super) standing: Standing,
}

/// Whether a row is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is new.
    Fresh,
    /// It came on an earlier page.
    Twice,
    /// It was handed out before the stream was cut.
    Cut,
}

/// The rows of a connection in the order in which they are walked.
pub(super) fn rows<O: Paginate>(operation: &O, connection: &Connection<O::Node>) -> Vec<Row> {
    let cursors = connection
        .edges()
        .filter(|edge| edge.node.is_some())
        .map(|edge| edge.cursor.clone())
        // Without edges there are no cursors.
        .chain(std::iter::repeat(None));
    let mut rows: Vec<_> = connection
        .nodes()
        .zip(cursors)
        .map(|(node, cursor)| Row {
            id: operation.node_id(node).map(Arc::from),
            cursor,
            standing: Standing::Fresh,
        })
        .collect();
    if O::DIRECTION == Direction::Backward {
        rows.reverse();
    }
    rows
}

impl Place {
    /// How many rows are handed out.
    pub(super) fn fresh(&self) -> usize {
        self.count(Standing::Fresh)
    }

    pub(super) fn count(&self, standing: Standing) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.standing == standing).count()
    }

    /// The ids of the rows, or where there are none those of the page before.
    pub(super) fn ids(&self) -> Vec<Arc<str>> {
        let ids: Vec<_> = self.rows.iter().filter_map(|row| row.id.clone()).collect();
        if ids.is_empty() {
            self.before.clone()
        } else {
            ids
        }
    }

    /// The place behind so many rows of the page, however they stand; behind all of them
    /// it is that of the next page.
    pub(super) fn behind(&self, passed: usize) -> Position {
        let position = Position {
            skip: self.cut.len(),
            ids: self.cut.ids().cloned().collect(),
            ..Position::default()
        };
        if passed >= self.rows.len() {
            return match &self.next {
                Next::Cursor(cursor) => Position {
                    cursor: Some(cursor.clone()),
                    before: texts(&self.ids()),
                    ..position
                },
                Next::End => Position {
                    is_over: true,
                    ..Position::default()
                },
            };
        }
        let (passed, behind) = self.rows.split_at(passed);
        // Rows that were cut before are handed out, whether they were passed or not.
        let is_cut = |row: &&Row| row.standing == Standing::Cut;
        let again = behind.iter().filter(is_cut);
        if let Some(cursor) = passed.last().and_then(|row| row.cursor.clone()) {
            let ids = passed.iter().filter_map(|row| row.id.clone());
            let before: Vec<_> = self.before.iter().cloned().chain(ids).collect();
            return Position {
                cursor: Some(cursor),
                before: texts(&before),
                ..position.and(again)
            };
        }
        Position {
            cursor: self.from.clone(),
            before: texts(&self.before),
            ..position.and(passed.iter().chain(again))
        }
    }
}

impl Position {
    /// The same with rows that were handed out, too.
    fn and<'a>(mut self, rows: impl Iterator<Item = &'a Row>) -> Self {
        for row in rows {
            self.skip = self.skip.saturating_add(1);
            self.ids.extend(row.id.as_deref().map(str::to_owned));
        }
        self
    }
}

fn texts(ids: &[Arc<str>]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
