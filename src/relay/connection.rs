//! One page of a connection, whatever its rows are.

mod append;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::PageInfo;
use crate::decode::{self, FieldValue, Selection};

/// One page of a connection whose rows are of type `T`.
///
/// The rows come from `edges { node { … } }` or, where the schema has it,
/// from `nodes { … }`; the accessors hide which.
///
/// ```
/// use buildkite_client::relay::Connection;
///
/// let page: Connection<String> = serde_json::from_str(
///     r#"{"count": 2, "edges": [{"node": "a"}, {"node": "b"}]}"#,
/// )?;
/// assert_eq!(page.count(), Some(2));
/// assert_eq!(page.into_nodes(), ["a", "b"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Connection<T> {
    count: Option<i64>,
    page_info: Option<PageInfo>,
    edges: Option<Vec<Option<Edge<T>>>>,
    nodes: Option<Vec<Option<T>>>,
}

/// One row of a page together with its cursor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Edge<T> {
    /// The row's cursor, where the query asks for it.
    pub cursor: Option<String>,
    /// The row; `None` where the server answers null.
    pub node: Option<T>,
}

impl<T> Connection<T> {
    /// A page put together by hand: from the answer of an operation that was
    /// not compiled by this project, or for a test.
    ///
    /// `None` for a row is a row that the server answered as null; `None` for
    /// `rows` or `page_info` says that the server answered null in their place.
    ///
    /// ```
    /// use buildkite_client::relay::{Connection, PageInfo};
    ///
    /// let info = PageInfo::forward(true, Some("cursor".to_owned()));
    /// let page = Connection::new(Some(info), Some([Some("a"), None, Some("b")])).with_count(5);
    /// assert_eq!(page.null_nodes(), 1);
    /// assert_eq!(page.into_nodes(), ["a", "b"]);
    /// ```
    pub fn new(
        page_info: Option<impl Into<PageInfo>>,
        rows: Option<impl IntoIterator<Item = Option<T>>>,
    ) -> Self {
        Self {
            count: None,
            page_info: page_info.map(Into::into),
            edges: None,
            nodes: rows.map(|rows| rows.into_iter().collect()),
        }
    }

    /// The same page with the number of rows that the whole connection has.
    #[must_use]
    pub fn with_count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }

    /// The rows of this page, in order. Rows that are null are left out;
    /// [`null_nodes`](Self::null_nodes) counts them.
    pub fn nodes(&self) -> impl Iterator<Item = &T> {
        let edges = self.edges.iter().flatten().flatten();
        // A query may select both forms; they hold the same rows.
        let bare = self.nodes.iter().filter(|_| self.edges.is_none());
        edges
            .filter_map(|edge| edge.node.as_ref())
            .chain(bare.flatten().flatten())
    }

    /// The rows themselves.
    pub fn into_nodes(self) -> Vec<T> {
        match (self.edges, self.nodes) {
            (Some(edges), _) => edges.into_iter().filter_map(|edge| edge?.node).collect(),
            (None, nodes) => nodes.into_iter().flatten().flatten().collect(),
        }
    }

    /// The rows with their cursors, null rows included.
    pub fn edges(&self) -> impl Iterator<Item = &Edge<T>> {
        self.edges.iter().flatten().flatten()
    }

    /// How many rows of this page the server answered as null.
    pub fn null_nodes(&self) -> usize {
        match (&self.edges, &self.nodes) {
            (Some(edges), _) => edges
                .iter()
                .filter(|edge| edge.as_ref().is_none_or(|edge| edge.node.is_none()))
                .count(),
            (None, Some(nodes)) => nodes.iter().filter(|node| node.is_none()).count(),
            (None, None) => 0,
        }
    }

    /// Whether the answer holds a list of rows at all: false where the server
    /// answered null in its place.
    pub fn has_rows(&self) -> bool {
        self.edges.is_some() || self.nodes.is_some()
    }

    /// How many rows the whole connection has, on all pages; `None` where the
    /// query does not ask for `count`.
    pub const fn count(&self) -> Option<i64> {
        self.count
    }

    /// Where this page stands; `None` where the query does not ask or the
    /// server answers null.
    pub const fn page_info(&self) -> Option<&PageInfo> {
        self.page_info.as_ref()
    }
}

impl<T> Default for Connection<T> {
    fn default() -> Self {
        Self {
            count: None,
            page_info: None,
            edges: None,
            nodes: None,
        }
    }
}

impl<T> Default for Edge<T> {
    fn default() -> Self {
        Self {
            cursor: None,
            node: None,
        }
    }
}

impl<T: DeserializeOwned + Serialize> Selection for Connection<T> {
    type Partial = Self;

    fn take<V: FieldValue>(partial: &mut Self, key: &str, value: V) -> Result<(), V::Error> {
        match key {
            "count" => partial.count = Some(value.decode()?),
            "pageInfo" => partial.page_info = value.decode()?,
            "edges" => partial.edges = value.decode()?,
            "nodes" => partial.nodes = value.decode()?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish<E: serde::de::Error>(partial: Self) -> Result<Self, E> {
        Ok(partial)
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(count) = self.count {
            map.serialize_entry("count", &count)?;
        }
        if let Some(page_info) = &self.page_info {
            map.serialize_entry("pageInfo", page_info)?;
        }
        if let Some(edges) = &self.edges {
            map.serialize_entry("edges", edges)?;
        }
        if let Some(nodes) = &self.nodes {
            map.serialize_entry("nodes", nodes)?;
        }
        Ok(())
    }
}

impl<T: DeserializeOwned + Serialize> Selection for Edge<T> {
    type Partial = Self;

    fn take<V: FieldValue>(partial: &mut Self, key: &str, value: V) -> Result<(), V::Error> {
        match key {
            "cursor" => partial.cursor = Some(value.decode()?),
            "node" => partial.node = value.decode()?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish<E: serde::de::Error>(partial: Self) -> Result<Self, E> {
        Ok(partial)
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(cursor) = &self.cursor {
            map.serialize_entry("cursor", cursor)?;
        }
        map.serialize_entry("node", &self.node)
    }
}

impl<'de, T: DeserializeOwned + Serialize> Deserialize<'de> for Connection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::deserialize(deserializer)
    }
}

impl<T: DeserializeOwned + Serialize> Serialize for Connection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decode::serialize(self, serializer)
    }
}

impl<'de, T: DeserializeOwned + Serialize> Deserialize<'de> for Edge<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::deserialize(deserializer)
    }
}

impl<T: DeserializeOwned + Serialize> Serialize for Edge<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decode::serialize(self, serializer)
    }
}

#[cfg(test)]
mod tests;
