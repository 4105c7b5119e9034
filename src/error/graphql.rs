//! One entry of an answer's `errors`.

use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// One error as the server states it.
///
/// Servers are not always careful with the shape of errors, so everything but
/// the message may be missing.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphqlError {
    message: String,
    path: Vec<PathSegment>,
    locations: Vec<Location>,
    extensions: Map<String, Value>,
}

/// One step from `data` to the field that failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the specification knows exactly these two"
)]
pub enum PathSegment {
    /// A response key.
    Key(String),
    /// A position in a list, from zero.
    Index(u64),
}

/// A place in the document that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Location {
    /// The line, from one.
    pub line: u64,
    /// The column, from one.
    pub column: u64,
}

impl GraphqlError {
    /// What went wrong, in the server's words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The field that failed, as steps from `data`; empty where the error is
    /// about the request as a whole.
    pub fn path(&self) -> &[PathSegment] {
        &self.path
    }

    /// The places in the document that the error is about.
    pub fn locations(&self) -> &[Location] {
        &self.locations
    }

    /// What else the server says about the error.
    pub fn extensions(&self) -> &Map<String, Value> {
        &self.extensions
    }

    /// Whether the message has these words, whatever their case.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.message.to_ascii_lowercase().contains(words)
    }

    /// Whether the operation asked for more than the server runs at once.
    pub(crate) fn is_too_complex(&self) -> bool {
        self.says("exceeds max complexity")
    }

    /// The same error, with another key at the beginning of its path. It speaks of
    /// another document then, so that its places there are left out.
    pub(crate) fn under_key(&self, key: &str) -> Self {
        let rest = self.path.iter().skip(1).cloned();
        Self {
            message: self.message.clone(),
            path: std::iter::once(PathSegment::Key(key.to_owned()))
                .chain(rest)
                .collect(),
            locations: Vec::new(),
            extensions: self.extensions.clone(),
        }
    }

    fn from_value(value: Value) -> Self {
        let mut error = Self {
            message: String::new(),
            path: Vec::new(),
            locations: Vec::new(),
            extensions: Map::new(),
        };
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    match (key.as_str(), value) {
                        ("message", Value::String(message)) => error.message = message,
                        ("path", Value::Array(path)) => {
                            error.path = path.into_iter().map(PathSegment::from_value).collect();
                        }
                        ("locations", Value::Array(locations)) => {
                            error.locations =
                                locations.iter().filter_map(Location::from_value).collect();
                        }
                        ("extensions", Value::Object(extensions)) => error.extensions = extensions,
                        _ => {}
                    }
                }
            }
            Value::String(message) => error.message = message,
            other => error.message = other.to_string(),
        }
        if error.message.is_empty() {
            "the server gives no reason".clone_into(&mut error.message);
        }
        error
    }

    /// Reads `errors`, which should be a list and is not always one.
    pub(crate) fn list_from_value(value: Value) -> Vec<Self> {
        match value {
            Value::Null => Vec::new(),
            Value::Array(errors) => errors.into_iter().map(Self::from_value).collect(),
            other => vec![Self::from_value(other)],
        }
    }
}

impl PathSegment {
    fn from_value(value: Value) -> Self {
        match (value.as_u64(), value) {
            (Some(index), _) => Self::Index(index),
            (None, Value::String(key)) => Self::Key(key),
            (None, other) => Self::Key(other.to_string()),
        }
    }
}

impl Location {
    fn from_value(value: &Value) -> Option<Self> {
        Some(Self {
            line: value.get("line")?.as_u64()?,
            column: value.get("column")?.as_u64()?,
        })
    }
}

/// The message, and the path in brackets where there is one.
impl fmt::Display for GraphqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.path.is_empty() {
            return Ok(());
        }
        f.write_str(" (at ")?;
        for (position, segment) in self.path.iter().enumerate() {
            match segment {
                PathSegment::Key(key) if position == 0 => f.write_str(key)?,
                PathSegment::Key(key) => write!(f, ".{key}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str(")")
    }
}

impl std::error::Error for GraphqlError {}

impl<'de> Deserialize<'de> for GraphqlError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

#[cfg(test)]
mod tests {
    //! Errors as they should be, and as they come.

    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_error() {
        let error: GraphqlError = serde_json::from_value(json!({
            "message": "not allowed",
            "path": ["pipeline", "builds", "edges", 3, "node"],
            "locations": [{"line": 2, "column": 5}, {"line": "x"}],
            "extensions": {"code": "FORBIDDEN"},
        }))
        .unwrap();
        assert_eq!(
            error.to_string(),
            "not allowed (at pipeline.builds.edges[3].node)"
        );
        assert_eq!(error.locations(), [Location { line: 2, column: 5 }]);
        assert_eq!(error.path()[3], PathSegment::Index(3));
        assert_eq!(error.extensions()["code"], "FORBIDDEN");
    }

    #[test]
    fn odd_errors_keep_what_they_say() {
        for (value, says) in [
            (json!([{"message": "a", "path": null}]), "a"),
            (json!(["a"]), "a"),
            (json!("a"), "a"),
            (json!({"message": "a"}), "a"),
            (json!([{}]), "the server gives no reason"),
            (json!([7]), "7"),
        ] {
            let errors = GraphqlError::list_from_value(value);
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].to_string(), says);
        }
        assert!(GraphqlError::list_from_value(json!(null)).is_empty());
        assert!(GraphqlError::list_from_value(json!([])).is_empty());
    }
}
