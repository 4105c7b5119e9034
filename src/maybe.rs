//! The three states of an optional input: not sent, sent as `null`, sent with a value.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// An optional GraphQL input.
///
/// GraphQL tells an input that is *absent* from one that is `null`: in an
/// update, absent leaves the field as it is and `null` clears it. `Option`
/// cannot say both, so every optional variable and input field is a `Maybe`.
///
/// ```
/// use buildkite_client::Maybe;
///
/// let untouched: Maybe<String> = Maybe::Undefined;
/// let cleared: Maybe<String> = Maybe::Null;
/// let changed: Maybe<String> = "deploy".into();
/// assert!(untouched.is_undefined());
/// assert_eq!(cleared.value(), None);
/// assert_eq!(changed.value().map(String::as_str), Some("deploy"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the specification knows exactly these three states"
)]
pub enum Maybe<T> {
    /// Not sent: the server applies its default or leaves things as they are.
    #[default]
    Undefined,
    /// Sent as `null`.
    Null,
    /// Sent with this value.
    Value(T),
}

impl<T> Maybe<T> {
    /// `Some` becomes a value, `None` an explicit `null`.
    pub fn or_null(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }

    /// `Some` becomes a value, `None` is not sent.
    pub fn or_undefined(value: Option<T>) -> Self {
        value.map_or(Self::Undefined, Self::Value)
    }

    /// Whether nothing is sent.
    pub const fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// Whether `null` is sent.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Changes the value, if one is sent.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Maybe<U> {
        match self {
            Self::Undefined => Maybe::Undefined,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(change(value)),
        }
    }

    /// The value, if one is sent.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Undefined | Self::Null => None,
        }
    }

    /// The value itself, if one is sent.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Undefined | Self::Null => None,
        }
    }
}

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Maybe<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl From<&String> for Maybe<String> {
    fn from(value: &String) -> Self {
        Self::Value(value.clone())
    }
}

// An integer literal without other hints is an `i32`: this is what makes
// `.first(50)` compile where GraphQL's `Int` is kept as an `i64`.
impl From<i32> for Maybe<i64> {
    fn from(value: i32) -> Self {
        Self::Value(value.into())
    }
}

impl<T, const N: usize> From<[T; N]> for Maybe<Vec<T>> {
    fn from(value: [T; N]) -> Self {
        Self::Value(value.into())
    }
}

impl<T: Clone> From<&[T]> for Maybe<Vec<T>> {
    fn from(value: &[T]) -> Self {
        Self::Value(value.into())
    }
}

// Lists of texts are mostly written down on the spot: `.branch(["main"])`.
impl<const N: usize> From<[&str; N]> for Maybe<Vec<String>> {
    fn from(value: [&str; N]) -> Self {
        Self::Value(value.map(str::to_owned).into())
    }
}

impl<const N: usize> From<[&String; N]> for Maybe<Vec<String>> {
    fn from(value: [&String; N]) -> Self {
        Self::Value(value.map(String::clone).into())
    }
}

impl From<Vec<&str>> for Maybe<Vec<String>> {
    fn from(value: Vec<&str>) -> Self {
        Self::Value(value.into_iter().map(str::to_owned).collect())
    }
}

/// `Undefined` has no JSON form; generated code leaves the key out instead.
/// Where a `Maybe` is serialized on its own it becomes `null`.
impl<T: Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// An input that is left out of the JSON object where it is not given. For
/// generated code.
#[doc(hidden)]
pub trait InputValue {
    /// Writes the entry, if there is something to send.
    fn write<M: SerializeMap>(&self, map: &mut M, key: &'static str) -> Result<(), M::Error>;
}

impl<T: Serialize> InputValue for Maybe<T> {
    fn write<M: SerializeMap>(&self, map: &mut M, key: &'static str) -> Result<(), M::Error> {
        match self {
            Self::Undefined => Ok(()),
            Self::Null => map.serialize_entry(key, &()),
            Self::Value(value) => map.serialize_entry(key, value),
        }
    }
}

/// An input that is never null but has a default on the server.
impl<T: Serialize> InputValue for Option<T> {
    fn write<M: SerializeMap>(&self, map: &mut M, key: &'static str) -> Result<(), M::Error> {
        self.as_ref()
            .map_or(Ok(()), |value| map.serialize_entry(key, value))
    }
}

#[cfg(test)]
mod tests;
