//! Where a page stands in its connection.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::decode::{self, FieldValue, Selection};

/// Relay's `PageInfo`, as far as the query selected it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct PageInfo {
    /// Whether more rows follow; `None` where the query does not ask.
    pub has_next_page: Option<bool>,
    /// Whether rows come before; `None` where the query does not ask.
    pub has_previous_page: Option<bool>,
    /// Cursor of the page's first row; `None` also on an empty page.
    pub start_cursor: Option<String>,
    /// Cursor of the page's last row; `None` also on an empty page.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Where a page stands for whoever walks forward: whether more rows follow,
    /// and the cursor of the page's last row.
    pub fn forward(has_next_page: bool, end_cursor: Option<String>) -> Self {
        Self {
            has_next_page: Some(has_next_page),
            end_cursor,
            ..Self::default()
        }
    }

    /// Where a page stands for whoever walks backward: whether rows come before,
    /// and the cursor of the page's first row.
    pub fn backward(has_previous_page: bool, start_cursor: Option<String>) -> Self {
        Self {
            has_previous_page: Some(has_previous_page),
            start_cursor,
            ..Self::default()
        }
    }
}

impl Selection for PageInfo {
    type Partial = Self;

    fn take<V: FieldValue>(partial: &mut Self, key: &str, value: V) -> Result<(), V::Error> {
        match key {
            "hasNextPage" => partial.has_next_page = Some(value.decode()?),
            "hasPreviousPage" => partial.has_previous_page = Some(value.decode()?),
            "startCursor" => partial.start_cursor = value.decode()?,
            "endCursor" => partial.end_cursor = value.decode()?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish<E: serde::de::Error>(partial: Self) -> Result<Self, E> {
        Ok(partial)
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(has_next_page) = self.has_next_page {
            map.serialize_entry("hasNextPage", &has_next_page)?;
        }
        if let Some(has_previous_page) = self.has_previous_page {
            map.serialize_entry("hasPreviousPage", &has_previous_page)?;
        }
        if let Some(start_cursor) = &self.start_cursor {
            map.serialize_entry("startCursor", start_cursor)?;
        }
        if let Some(end_cursor) = &self.end_cursor {
            map.serialize_entry("endCursor", end_cursor)?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for PageInfo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::deserialize(deserializer)
    }
}

impl Serialize for PageInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decode::serialize(self, serializer)
    }
}
