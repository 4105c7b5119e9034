//! Why the rest of a connection cannot be read.

use apollo_compiler::Name;

/// Why there is no follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// The query does not read where the page ends; another lint says so.
    Unread,
    /// The schema has no argument for a cursor.
    NoCursor { argument: &'static str },
    /// Arguments that contradict each other.
    BothWays,
    /// More is selected than the runtime's type holds.
    OwnType,
    /// Several selections become one, and only some are always there.
    PartlyConditional,
    /// Types that share a variant have no name in common.
    SharedVariant,
    /// `node(id:)` does not return this type.
    NoNode { ty: Name },
    /// Nothing beside the connection selects `id`.
    NoId { ty: Name },
    /// There is an `id`, but not for every value, or not as text.
    UncertainId { ty: Name },
    /// The cursor or the page size is of a type that the client cannot count with.
    Arguments,
    /// What the front end says.
    Invalid(String),
}
