//! Paging: cursors, `first`, `last`, `after`, `before`, `count`, `pageInfo`.
//!
//! A connection is a range of rows, each with a key that rises along the
//! connection and never changes; rows are made only when they are shown. A cursor
//! holds the row's key and a fingerprint of the connection, so that it stays good
//! while rows are added elsewhere and is refused by any other connection.

use std::cell::OnceCell;
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

/// Where a row stands in the order of its connection, whatever other rows there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// By a number.
    Number(u128),
    /// By name; of one name, by number.
    Name(String, u64),
}

impl Key {
    /// The number of the key.
    pub(crate) fn number(&self) -> u128 {
        match self {
            Self::Number(number) => *number,
            Self::Name(_, number) => u128::from(*number),
        }
    }
}

impl From<u64> for Key {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<u128> for Key {
    fn from(number: u128) -> Self {
        Self::Number(number)
    }
}

/// A row: its key and what it shows.
pub(crate) type Row<'w> = (Key, Value<'w>);

/// Rows one after the other.
pub(crate) type RowIter<'s, 'w> = Box<dyn Iterator<Item = Row<'w>> + 's>;

/// Rows that have to be looked for.
pub(crate) trait Search<'w> {
    /// The rows behind a key, in their order.
    fn after(&self, key: Option<&Key>) -> RowIter<'_, 'w>;

    /// The rows before a key, the last first.
    fn before(&self, key: Option<&Key>) -> RowIter<'_, 'w>;

    /// How many rows there are.
    fn count(&self) -> u64 {
        count(self.after(None).count())
    }
}

/// The rows of a connection, made on demand.
#[derive(Clone)]
pub(crate) struct Rows<'w>(Rc<dyn Search<'w> + 'w>);

/// Rows of which it is known how many there are, and which is at which place.
struct Placed<'w> {
    len: u64,
    row: Box<dyn Fn(u64) -> Row<'w> + 'w>,
}

impl<'w> Search<'w> for Placed<'w> {
    fn after(&self, key: Option<&Key>) -> RowIter<'_, 'w> {
        let start = key.map_or(0, |key| self.first(|here| here > key));
        Box::new((start..self.len).map(|place| (self.row)(place)))
    }

    fn before(&self, key: Option<&Key>) -> RowIter<'_, 'w> {
        let end = key.map_or(self.len, |key| self.first(|here| here >= key));
        Box::new((0..end).rev().map(|place| (self.row)(place)))
    }

    fn count(&self) -> u64 {
        self.len
    }
}

impl Placed<'_> {
    /// The first place whose key is one that, once it has come, all are.
    fn first(&self, is: impl Fn(&Key) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if is(&(self.row)(middle).0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

impl<'w> Rows<'w> {
    /// Rows that have to be looked for.
    pub(crate) fn search(search: impl Search<'w> + 'w) -> Self {
        Self(Rc::new(search))
    }

    /// Rows that know their keys, which must rise.
    pub(crate) fn keyed<K: Into<Key>>(len: u64, row: impl Fn(u64) -> (K, Value<'w>) + 'w) -> Self {
        Self::search(Placed {
            len,
            row: Box::new(move |place| {
                let (key, value) = row(place);
                (key.into(), value)
            }),
        })
    }

    /// Rows whose place is their key.
    pub(crate) fn range<T: Into<Value<'w>>>(len: u64, row: impl Fn(u64) -> T + 'w) -> Self {
        Self::keyed(len, move |place| (place, row(place).into()))
    }

    /// Rows that are at hand.
    pub(crate) fn list<T: Into<Value<'w>>>(rows: impl IntoIterator<Item = T>) -> Self {
        let rows: Vec<Value<'w>> = rows.into_iter().map(Into::into).collect();
        Self::range(count(rows.len()), move |place| rows[index(place)].clone())
    }

    /// Entities with their keys, in any order.
    pub(crate) fn entities(rows: impl IntoIterator<Item = (Key, Entity)>) -> Self {
        let mut rows: Vec<(Key, Entity)> = rows.into_iter().collect();
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Self::keyed(count(rows.len()), move |place| {
            let (key, entity) = &rows[index(place)];
            (key.clone(), (*entity).into())
        })
    }

    /// The key of the first row that is wanted.
    pub(crate) fn key_of(&self, wanted: impl Fn(&Value<'w>) -> bool) -> Option<Key> {
        let found = self.0.after(None).find(|(_, value)| wanted(value));
        found.map(|(key, _)| key)
    }
}

/// A page of a connection.
pub(crate) struct Connection<'w> {
    /// The connection's type.
    pub(crate) type_name: Name,
    rows: Rows<'w>,
    fingerprint: u64,
    wanted: Wanted,
    page: OnceCell<Page<'w>>,
}

/// Which page is wanted.
struct Wanted {
    after: Option<Key>,
    before: Option<Key>,
    first: Option<u64>,
    last: Option<u64>,
}

/// The rows of a page, and whether there are others.
struct Page<'w> {
    rows: Vec<Row<'w>>,
    has_previous: bool,
    has_next: bool,
}

impl<'w> Connection<'w> {
    /// The page that the arguments ask for. Its rows are looked for once something is
    /// asked about them.
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
        let most = if type_name == "BuildMetaDataConnection" {
            MAX_META_DATA_PAGE
        } else {
            MAX_PAGE
        };
        let size = |name: &str| match arguments.get(name).and_then(JsonValue::as_i64) {
            Some(size) => u64::try_from(size)
                .map(|size| Some(size.min(most)))
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
        let wanted = Wanted {
            after: cursor("after")?,
            before: cursor("before")?,
            first: first.or(last.is_none().then_some(MAX_PAGE)),
            last,
        };
        Ok(Self {
            type_name,
            rows,
            fingerprint,
            wanted,
            page: OnceCell::new(),
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
            "count" => self.count().into(),
            "nodes" => Value::list(self.rows().iter().map(|(_, node)| node.clone())),
            "edges" => Value::list(self.rows().iter().map(|(key, node)| {
                let cursor = self.cursor(key);
                // No edge has a field that would need more to tell it from others.
                let hash = draw(0, &cursor, &[]);
                let fields = [("cursor", cursor.into()), ("node", node.clone())];
                Value::record(inner.clone(), hash, fields)
            })),
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
    pub(crate) fn count(&self) -> u64 {
        self.rows.0.count()
    }

    /// The rows of this page.
    pub(crate) fn rows(&self) -> &[Row<'w>] {
        &self.look().rows
    }

    pub(crate) fn has_previous(&self) -> bool {
        self.look().has_previous
    }

    pub(crate) fn has_next(&self) -> bool {
        self.look().has_next
    }

    /// The cursor of the first row of this page.
    pub(crate) fn start_cursor(&self) -> Option<String> {
        self.rows().first().map(|(key, _)| self.cursor(key))
    }

    /// The cursor of the last row of this page.
    pub(crate) fn end_cursor(&self) -> Option<String> {
        self.rows().last().map(|(key, _)| self.cursor(key))
    }

    /// The cursor of the row with a key.
    pub(crate) fn cursor(&self, key: &Key) -> String {
        cursor(self.fingerprint, key)
    }

    fn look(&self) -> &Page<'w> {
        self.page.get_or_init(|| self.wanted.cut(&*self.rows.0))
    }
}

impl Wanted {
    /// Cuts the page out of the rows.
    fn cut<'w>(&self, all: &dyn Search<'w>) -> Page<'w> {
        let (after, before) = (self.after.as_ref(), self.before.as_ref());
        let Some(first) = self.first else {
            let last = index(self.last.unwrap_or(MAX_PAGE));
            let is_inside = |(key, _): &Row<'w>| after.is_none_or(|after| key > after);
            let (mut rows, has_previous) = take(&mut all.before(before), last, is_inside);
            rows.reverse();
            // The page ends where `before` is.
            let has_next = before.is_some_and(|before| {
                let end = all.before(None).next();
                end.is_some_and(|(end, _)| end >= *before && after.is_none_or(|after| end > *after))
            });
            return Page {
                rows,
                has_previous,
                has_next,
            };
        };
        let is_inside = |(key, _): &Row<'w>| before.is_none_or(|before| key < before);
        let (mut rows, has_next) = take(&mut all.after(after), index(first), is_inside);
        let cut = self
            .last
            .map_or(0, |last| rows.len().saturating_sub(index(last)));
        rows.drain(..cut);
        let has_previous = cut > 0
            || after.is_some_and(|after| match rows.first() {
                Some((start, _)) => all.before(Some(start)).next().is_some(),
                None => all.after(None).next().is_some_and(|(key, _)| key <= *after),
            });
        Page {
            rows,
            has_previous,
            has_next,
        }
    }
}

/// Takes so many rows as long as they are inside, and tells whether there is one more.
fn take<'w>(
    rows: &mut RowIter<'_, 'w>,
    most: usize,
    is_inside: impl Fn(&Row<'w>) -> bool,
) -> (Vec<Row<'w>>, bool) {
    let mut taken = Vec::new();
    for row in rows {
        if taken.len() == most || !is_inside(&row) {
            return (taken, true);
        }
        taken.push(row);
    }
    (taken, false)
}

/// What tells a connection from every other: whose it is, which field, and in which
/// order. Filters are left out: a place in the order means the same whatever is
/// filtered.
pub(crate) fn fingerprint(seed: u64, owner: u64, field: &str, arguments: &JsonMap) -> u64 {
    let order = arguments.get("order").and_then(|order| order.as_str());
    mix(owner) ^ draw(seed, field, &[]) ^ draw(seed, order.unwrap_or_default(), &[])
}

/// The cursor of the row with a key, in the connection with a fingerprint.
pub(crate) fn cursor(fingerprint: u64, key: &Key) -> String {
    let mark = fingerprint >> 32;
    STANDARD.encode(match key {
        Key::Number(number) => format!("{mark:08x}{number:032x}"),
        Key::Name(name, number) => format!("{mark:08x}:{number:016x}{name}"),
    })
}

fn key_of(cursor: &str, fingerprint: u64) -> Option<Key> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    let (mark, key) = text.split_at_checked(8)?;
    if mark != format!("{:08x}", fingerprint >> 32) {
        return None;
    }
    if let Some(named) = key.strip_prefix(':') {
        let (number, name) = named.split_at_checked(16)?;
        let number = u64::from_str_radix(number, 16).ok()?;
        return Some(Key::Name(name.to_owned(), number));
    }
    let number = u128::from_str_radix(key, 16).ok();
    number.filter(|_| key.len() == 32).map(Key::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with keys 10, 20, 30, … so that there are gaps between them.
    fn rows(len: u64) -> Rows<'static> {
        Rows::keyed(len, |place| ((place + 1) * 10, (place + 1).into()))
    }

    fn page(len: u64, arguments: &[(&str, JsonValue)]) -> Result<Connection<'static>, String> {
        let mut map = JsonMap::new();
        for (name, value) in arguments {
            map.insert(*name, value.clone());
        }
        Connection::page(name!("AgentConnection"), rows(len), 7 << 40, &map)
    }

    fn shown(page: &Connection<'_>) -> Vec<u128> {
        let number = |(key, _): &Row<'_>| match key {
            Key::Number(number) => number / 10,
            Key::Name(..) => panic!("no row has a name"),
        };
        page.rows().iter().map(number).collect()
    }

    #[test]
    fn first_is_applied_before_last() {
        let page = page(10, &[("first", 4.into()), ("last", 2.into())]).unwrap();
        assert_eq!(shown(&page), [3, 4]);
    }

    #[test]
    fn cursors_bound_the_page_on_both_sides() {
        let all = page(10, &[]).unwrap();
        let (after, before) = (all.cursor(&20_u64.into()), all.cursor(&70_u64.into()));
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
        let gone = all.cursor(&25_u64.into());
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
                .cursor(&10_u64.into());
        assert!(page(10, &[("after", foreign.as_str().into())]).is_err());
    }
}
