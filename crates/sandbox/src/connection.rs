//! Paging: cursors, `first`, `last`, `after`, `before`, `count`, `pageInfo`.
//!
//! A connection is a range of rows, each with a key that rises along the
//! connection and never changes; rows are made only when they are shown. A cursor
//! holds the row's key and a fingerprint of the connection, so that it stays good
//! while rows are added elsewhere and is refused by any other connection.

use std::ops::Range;
use std::rc::Rc;

use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::{Name, name};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::value::Value;
use crate::world::chance::{count, draw, index, mix};
use crate::world::ids::Entity;

/// Rows of a page when neither `first` nor `last` is given, and the most that a
/// page ever has: the number that the published cost rules assume for both.
pub(crate) const MAX_PAGE: u64 = 500;
/// The exception that the same rules make.
const MAX_META_DATA_PAGE: u64 = 10_000;

/// A row: its key and what it shows.
pub(crate) type Row<'w> = (u128, Value<'w>);

/// The rows of a connection, made on demand.
#[derive(Clone)]
pub(crate) struct Rows<'w> {
    len: u64,
    row: Rc<dyn Fn(u64) -> Row<'w> + 'w>,
}

impl<'w> Rows<'w> {
    /// Rows that know their keys, which must rise.
    pub(crate) fn keyed(len: u64, row: impl Fn(u64) -> Row<'w> + 'w) -> Self {
        Self {
            len,
            row: Rc::new(row),
        }
    }

    /// Rows whose place is their key.
    pub(crate) fn range<T: Into<Value<'w>>>(len: u64, row: impl Fn(u64) -> T + 'w) -> Self {
        Self::keyed(len, move |place| (u128::from(place), row(place).into()))
    }

    /// Rows that are at hand.
    pub(crate) fn list<T: Into<Value<'w>>>(rows: impl IntoIterator<Item = T>) -> Self {
        let rows: Vec<Value<'w>> = rows.into_iter().map(Into::into).collect();
        Self::range(count(rows.len()), move |place| rows[index(place)].clone())
    }

    /// Those of the entities, given in their order, that are wanted. The key is the
    /// place among all of them, so that a cursor means the same under any filter.
    pub(crate) fn entities(
        ordered: impl IntoIterator<Item = Entity>,
        wanted: impl Fn(Entity) -> bool,
    ) -> Self {
        let rows: Vec<(u128, Entity)> = (0..)
            .zip(ordered)
            .filter(|(_, entity)| wanted(*entity))
            .collect();
        Self::keyed(count(rows.len()), move |place| {
            let (key, entity) = rows[index(place)];
            (key, entity.into())
        })
    }

    /// The key of the first row that is wanted.
    pub(crate) fn key_of(&self, wanted: impl Fn(&Value<'w>) -> bool) -> Option<u128> {
        let mut rows = (0..self.len).map(|place| (self.row)(place));
        rows.find(|(_, value)| wanted(value)).map(|(key, _)| key)
    }

    fn key(&self, place: u64) -> u128 {
        (self.row)(place).0
    }

    /// The first place whose key is not below `key` (or, if `past`, is above it).
    fn find(&self, key: u128, past: bool) -> u64 {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            let here = self.key(middle);
            if here < key || (past && here == key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// A page of a connection.
pub(crate) struct Connection<'w> {
    /// The connection's type.
    pub(crate) type_name: Name,
    rows: Rows<'w>,
    fingerprint: u64,
    start: u64,
    end: u64,
}

impl<'w> Connection<'w> {
    /// Cuts the page that the arguments ask for.
    ///
    /// # Errors
    ///
    /// A message for the caller when a cursor is not of this connection or a size
    /// is negative.
    pub(crate) fn page(
        type_name: Name,
        rows: Rows<'w>,
        fingerprint: u64,
        arguments: &JsonMap,
    ) -> Result<Self, String> {
        let size = |name: &str| match arguments.get(name).and_then(JsonValue::as_i64) {
            Some(size) => u64::try_from(size)
                .map(Some)
                .map_err(|_| format!("`{name}` must not be negative, but is {size}")),
            None => Ok(None),
        };
        let cursor = |name: &str| match arguments.get(name).and_then(|value| value.as_str()) {
            Some(cursor) => key_of(cursor, fingerprint)
                .map(Some)
                .ok_or_else(|| format!("Invalid cursor: {name}: {cursor:?}")),
            None => Ok(None),
        };
        let (first, last) = (size("first")?, size("last")?);
        let (after, before) = (cursor("after")?, cursor("before")?);
        let most = if type_name == "BuildMetaDataConnection" {
            MAX_META_DATA_PAGE
        } else {
            MAX_PAGE
        };
        let mut start = after.map_or(0, |key| rows.find(key, true));
        let mut end = before
            .map_or(rows.len, |key| rows.find(key, false))
            .max(start);
        match (first, last) {
            (None, None) => end = end.min(start + MAX_PAGE),
            (None, Some(last)) => start = start.max(end.saturating_sub(last.min(most))),
            (Some(first), last) => {
                end = end.min(start + first.min(most));
                if let Some(last) = last {
                    start = start.max(end.saturating_sub(last));
                }
            }
        }
        Ok(Self {
            type_name,
            rows,
            fingerprint,
            start,
            end,
        })
    }

    /// What tells the connection from every other.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// A field of the connection; `inner` is the type of the edges where they are
    /// what is asked for.
    pub(crate) fn field(&self, field: &str, inner: &Name) -> Option<Value<'w>> {
        Some(match field {
            "count" => self.rows.len.into(),
            "nodes" => Value::List(self.page_rows().map(|(_, node)| node).collect()),
            "edges" => Value::List(
                self.page_rows()
                    .map(|(key, node)| {
                        let cursor = self.cursor(key).into();
                        // No edge has a field that would need more to tell it from others.
                        let hash = u64::try_from(key & u128::from(u64::MAX)).unwrap_or_default();
                        Value::record(inner.clone(), hash, [("cursor", cursor), ("node", node)])
                    })
                    .collect(),
            ),
            "pageInfo" => Value::record(
                name!("PageInfo"),
                0,
                [
                    ("startCursor", self.start_cursor().into()),
                    ("endCursor", self.end_cursor().into()),
                    ("hasPreviousPage", self.has_previous().into()),
                    ("hasNextPage", self.has_next().into()),
                ],
            ),
            _ => return None,
        })
    }

    /// How many rows there are on all pages.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.len
    }

    /// The places of this page's rows.
    pub(crate) fn places(&self) -> Range<u64> {
        self.start..self.end
    }

    pub(crate) fn has_previous(&self) -> bool {
        self.start > 0
    }

    pub(crate) fn has_next(&self) -> bool {
        self.end < self.rows.len
    }

    /// The cursor of the first row of this page.
    pub(crate) fn start_cursor(&self) -> Option<String> {
        self.places().next().map(|place| self.cursor_at(place))
    }

    /// The cursor of the last row of this page.
    pub(crate) fn end_cursor(&self) -> Option<String> {
        self.places().next_back().map(|place| self.cursor_at(place))
    }

    /// The cursor of the row at a place.
    pub(crate) fn cursor_at(&self, place: u64) -> String {
        self.cursor(self.rows.key(place))
    }

    fn page_rows(&self) -> impl Iterator<Item = Row<'w>> {
        self.places().map(|place| (self.rows.row)(place))
    }

    fn cursor(&self, key: u128) -> String {
        cursor(self.fingerprint, key)
    }
}

/// What tells a connection from every other: whose it is, which field, and in which
/// order. Filters are left out: a place in the order means the same whatever is
/// filtered.
pub(crate) fn fingerprint(seed: u64, owner: u64, field: &str, arguments: &JsonMap) -> u64 {
    let order = arguments.get("order").and_then(|order| order.as_str());
    mix(owner) ^ draw(seed, field, &[]) ^ draw(seed, order.unwrap_or_default(), &[])
}

/// The cursor of the row with a key, in the connection with a fingerprint.
pub(crate) fn cursor(fingerprint: u64, key: u128) -> String {
    STANDARD.encode(format!("{:08x}{key:032x}", fingerprint >> 32))
}

fn key_of(cursor: &str, fingerprint: u64) -> Option<u128> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    let (mark, key) = text.split_at_checked(8)?;
    if mark != format!("{:08x}", fingerprint >> 32) || key.len() != 32 {
        return None;
    }
    u128::from_str_radix(key, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with keys 10, 20, 30, … so that there are gaps between them.
    fn rows(len: u64) -> Rows<'static> {
        Rows::keyed(len, |place| {
            (u128::from(place + 1) * 10, (place + 1).into())
        })
    }

    fn page(len: u64, arguments: &[(&str, JsonValue)]) -> Result<Connection<'static>, String> {
        let mut map = JsonMap::new();
        for (name, value) in arguments {
            map.insert(*name, value.clone());
        }
        Connection::page(name!("AgentConnection"), rows(len), 7 << 40, &map)
    }

    fn shown(page: &Connection<'_>) -> Vec<u128> {
        page.page_rows().map(|(key, _)| key / 10).collect()
    }

    #[test]
    fn first_is_applied_before_last() {
        let page = page(10, &[("first", 4.into()), ("last", 2.into())]).unwrap();
        assert_eq!(shown(&page), [3, 4]);
    }

    #[test]
    fn cursors_bound_the_page_on_both_sides() {
        let all = page(10, &[]).unwrap();
        let (after, before) = (all.cursor(20), all.cursor(70));
        let both = [
            ("after", after.as_str().into()),
            ("before", before.as_str().into()),
        ];
        assert_eq!(shown(&page(10, &both).unwrap()), [3, 4, 5, 6]);
        let mut last = both.to_vec();
        last.push(("last", 1.into()));
        assert_eq!(shown(&page(10, &last).unwrap()), [6]);
        let crossed = [
            ("after", before.as_str().into()),
            ("before", after.as_str().into()),
        ];
        assert_eq!(shown(&page(10, &crossed).unwrap()), [0; 0]);
    }

    #[test]
    fn a_cursor_of_a_row_that_is_gone_still_marks_its_place() {
        let all = page(10, &[]).unwrap();
        let gone = all.cursor(25);
        let after = page(10, &[("after", gone.as_str().into()), ("first", 1.into())]).unwrap();
        assert_eq!(shown(&after), [3]);
        let before = page(10, &[("before", gone.as_str().into()), ("last", 1.into())]).unwrap();
        assert_eq!(shown(&before), [2]);
    }

    #[test]
    fn sizes_are_capped_and_may_be_zero() {
        let most = usize::try_from(MAX_PAGE).unwrap();
        assert_eq!(shown(&page(2_000, &[]).unwrap()).len(), most);
        let huge = [("first", i64::from(i32::MAX).into())];
        assert_eq!(shown(&page(2_000, &huge).unwrap()).len(), most);
        let last = [("last", i64::from(i32::MAX).into())];
        assert_eq!(shown(&page(2_000, &last).unwrap()).len(), most);
        assert!(shown(&page(10, &[("first", 0.into())]).unwrap()).is_empty());
        assert!(shown(&page(0, &[]).unwrap()).is_empty());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(page(10, &[("first", (-1).into())]).is_err());
        assert!(page(10, &[("last", (-5).into())]).is_err());
        for cursor in ["", "x", "MQ==", "////////////////////////////////"] {
            let refused = page(10, &[("after", cursor.into())]);
            assert!(refused.is_err_and(|message| message.starts_with("Invalid cursor")));
        }
        let foreign =
            Connection::page(name!("AgentConnection"), rows(10), 8 << 40, &JsonMap::new())
                .unwrap()
                .cursor(10);
        assert!(page(10, &[("after", foreign.as_str().into())]).is_err());
    }
}
