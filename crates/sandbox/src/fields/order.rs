//! The orders of things: by name, or the newest first.

use super::arguments::Arguments;
use crate::connection::Key;

/// An order of things that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Name,
    Newest,
}

impl Order {
    /// By name, unless the arguments ask for this other order: the newest first.
    pub(super) fn named_unless(arguments: Arguments<'_>, newest: &str) -> Self {
        if arguments.ordered_by(newest) {
            Self::Newest
        } else {
            Self::Name
        }
    }

    /// The newest first, unless the arguments ask for one of the orders by name.
    pub(super) fn newest_unless(arguments: Arguments<'_>, named: &[&str]) -> Self {
        if named.iter().any(|order| arguments.ordered_by(order)) {
            Self::Name
        } else {
            Self::Newest
        }
    }

    /// Where a thing stands: by its name, or by its number, which rises with time.
    pub(super) fn key(self, name: &str, number: u64) -> Key {
        match self {
            Self::Name => Key::Name(name.to_lowercase(), number),
            Self::Newest => newest(number),
        }
    }
}

/// Where a thing stands if the highest number comes first.
pub(super) fn newest(number: u64) -> Key {
    (u64::MAX - number).into()
}
