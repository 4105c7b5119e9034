//! Lookups: one operation for many IDs, of which many share a request.

mod asking;
mod builder;
mod document;
mod found;
mod nodes;
mod outcomes;
mod request;

use crate::decode::Selection;
use crate::{Error, Operation};

pub use builder::Lookup;
pub use document::LookupDocument;
pub use nodes::{Looking, Nodes};

/// An operation that looks one thing up by an ID.
///
/// The query compiler implements it for every query that has one field, outside of
/// `@include` and `@skip`, which takes `id: $variable`, `uuid: $variable` or
/// `slug: $variable` and nothing else, where the variable is an `ID!` that the query uses
/// nowhere else:
///
/// ```graphql
/// query JobById($id: ID!) {
///   node(id: $id) {
///     ... on JobTypeCommand {
///       label
///       state
///     }
///   }
/// }
/// ```
///
/// What can be [paged through](crate::relay::Paginate) is a lookup by `id` only.
/// [`Client::nodes`](crate::Client::nodes) runs it for many IDs.
///
/// ```
/// use buildkite_client::batch::NodeLookup;
/// use buildkite_client::queries::JobByUuid;
///
/// assert_eq!(JobByUuid::LOOKUP.field, "job");
/// assert_eq!(JobByUuid::LOOKUP.argument, "uuid");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot look up many IDs in one request",
    note = "a query can when it has one field whose only argument is an ID of its own:\n`query JobById($id: ID!) {{ node(id: $id) {{ … }} }}`, or one with `uuid: $id` or `slug: $id`"
)]
pub trait NodeLookup: Operation<Data: Selection> {
    /// What is behind an ID: the type of the field that takes it. Cloned where an ID is
    /// given several times.
    type Node: Clone;

    /// What the document for many IDs is made of.
    const LOOKUP: LookupDocument;

    /// What was found, out of the answer for one ID; `None` where it is null.
    fn into_node(data: Self::Data) -> Option<Self::Node>;
}

impl<O: NodeLookup> NodeLookup for &O {
    type Node = O::Node;

    const LOOKUP: LookupDocument = O::LOOKUP;

    fn into_node(data: Self::Data) -> Option<Self::Node> {
        O::into_node(data)
    }
}

/// What became of one ID.
type Outcome<N> = Result<Option<N>, Error>;
