//! Counting the points of an operation, for generated code.
//!
//! Generated code adds, multiplies and compares; how a variable is read and
//! what counts where it is missing is decided here.

use std::ops::{Add, Mul};

use serde::Serialize;

use crate::Maybe;

/// What no operation may cost more than: Buildkite refuses to run it.
pub(crate) const MOST_POINTS: u64 = 50_000;

/// Points, or the size of a page. Sums and products stop at the largest number
/// instead of running over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub u64);

impl Points {
    /// The points of what is selected under a condition.
    #[must_use]
    pub const fn when(self, condition: bool) -> Self {
        if condition { self } else { Self(0) }
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Add<u64> for Points {
    type Output = Self;

    fn add(self, other: u64) -> Self {
        self + Self(other)
    }
}

impl Mul for Points {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0.saturating_mul(other.0))
    }
}

impl Mul<u64> for Points {
    type Output = Self;

    fn mul(self, other: u64) -> Self {
        self * Self(other)
    }
}

/// The size of a page: the larger of what `first` and `last` say, or what is
/// assumed where neither says anything.
pub fn page_size<const N: usize>(given: [Option<u64>; N], assumed: u64) -> Points {
    Points(given.into_iter().flatten().max().unwrap_or(assumed))
}

/// A variable that an operation can do without.
pub trait OptionalVariable {
    /// The number, or the variable's default where it is not given. Null is
    /// no number, and no reason to take the default.
    fn number(&self, default: Option<u64>) -> Option<u64>;
    /// The same for a condition, which is never null.
    fn condition(&self, default: bool) -> bool;
}

impl<T: Serialize> OptionalVariable for Maybe<T> {
    fn number(&self, default: Option<u64>) -> Option<u64> {
        match self {
            Self::Undefined => default,
            Self::Null => None,
            Self::Value(value) => number(value),
        }
    }

    fn condition(&self, default: bool) -> bool {
        self.value().map_or(default, condition)
    }
}

impl<T: Serialize> OptionalVariable for Option<T> {
    fn number(&self, default: Option<u64>) -> Option<u64> {
        self.as_ref().map_or(default, number)
    }

    fn condition(&self, default: bool) -> bool {
        self.as_ref().map_or(default, condition)
    }
}

/// A page size, whatever Rust type stands for `Int`; one below 0 counts as 0.
pub fn number<T: Serialize>(value: &T) -> Option<u64> {
    let value = serde_json::to_value(value).ok()?;
    value.as_u64().or_else(|| value.as_i64().map(|_| 0))
}

/// A condition, whatever Rust type stands for `Boolean`.
pub fn condition<T: Serialize>(value: &T) -> bool {
    serde_json::to_value(value).is_ok_and(|value| value == true)
}

#[cfg(test)]
mod tests;
