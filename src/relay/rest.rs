//! The rest of a nested connection: where it begins, and how it comes back.

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::next::next_cursor;
use super::{Connection, Direction};
use crate::decode::{self, FieldValue, Selection};
use crate::{Error, Operation};

/// The answer to an operation that reads on in a connection inside another answer: a page
/// of the connection of a node that was asked for by its `id`.
///
/// The query compiler derives such operations. It selects of the connection what the
/// operation does from whose answer the node came, so that the rows are of the same type.
///
/// ```
/// use buildkite_client::relay::NodeConnection;
///
/// let answer: NodeConnection<String> = serde_json::from_str(
///     r#"{"node": {"__typename": "Build", "connection": {"nodes": ["a", "b"]}}}"#,
/// )?;
/// assert_eq!(answer.connection.map(|page| page.into_nodes().len()), Some(2));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NodeConnection<T> {
    /// The page; `None` where there is no such node, where it is of another type, or where
    /// the server answers null.
    pub connection: Option<Connection<T>>,
}

impl<T> Default for NodeConnection<T> {
    fn default() -> Self {
        Self { connection: None }
    }
}

impl<T: DeserializeOwned + Serialize> Selection for NodeConnection<T> {
    type Partial = Self;

    fn take<V: FieldValue>(partial: &mut Self, key: &str, value: V) -> Result<(), V::Error> {
        match key {
            "node" => {
                let node: Option<Inside<T>> = value.decode()?;
                partial.connection = node.and_then(|Inside(connection)| connection);
            }
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish<E: serde::de::Error>(partial: Self) -> Result<Self, E> {
        Ok(partial)
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("node", &self.connection.as_ref().map(Written))
    }
}

impl<'de, T: DeserializeOwned + Serialize> Deserialize<'de> for NodeConnection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::deserialize(deserializer)
    }
}

impl<T: DeserializeOwned + Serialize> Serialize for NodeConnection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decode::serialize(self, serializer)
    }
}

/// What is read of the node.
struct Inside<T>(Option<Connection<T>>);

impl<T: DeserializeOwned + Serialize> Selection for Inside<T> {
    type Partial = Option<Connection<T>>;

    fn take<V: FieldValue>(
        partial: &mut Self::Partial,
        key: &str,
        value: V,
    ) -> Result<(), V::Error> {
        match key {
            "connection" => *partial = value.decode()?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish<E: serde::de::Error>(partial: Self::Partial) -> Result<Self, E> {
        Ok(Self(partial))
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("connection", &self.0)
    }
}

impl<'de, T: DeserializeOwned + Serialize> Deserialize<'de> for Inside<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::deserialize(deserializer)
    }
}

/// A node as it is written.
struct Written<'a, T>(&'a Connection<T>);

impl<T: DeserializeOwned + Serialize> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("connection", self.0)?;
        map.end()
    }
}

/// The cursor behind the rows that have come along; `None` where all have. `key` is the
/// connection's, in the answer to `operation`.
pub fn rest_begins<O: Operation, T>(
    operation: &O,
    key: &str,
    direction: Direction,
    connection: &Connection<T>,
) -> Result<Option<String>, Error> {
    match next_cursor(direction, connection) {
        Ok(cursor) => Ok(cursor.map(str::to_owned)),
        Err(fault) => Err(Error::new(
            fault.kind,
            format!("the rest of `{key}`: {}", fault.problem),
        )
        .with_operation(operation.kind(), operation.name())
        .with_attempts(1)
        .sent()),
    }
}
