//! What the client needs to know about an operation to run it.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Whether an operation reads or changes things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "subscriptions do not exist at Buildkite and are refused when queries are compiled"
)]
pub enum OperationKind {
    /// Reads; may be sent again without harm.
    Query,
    /// Changes things; is sent again by itself only where the server did not act.
    Mutation,
}

/// One GraphQL operation with its variables, ready to be sent.
///
/// Every operation compiled from a `.graphql` file implements it. The struct
/// *is* the set of its variables:
///
/// ```
/// use buildkite_client::Operation;
/// use buildkite_client::queries::RecentBuilds;
///
/// let op = RecentBuilds::new("acme-inc/web").first(20);
/// assert_eq!(op.name(), "RecentBuilds");
/// assert_eq!(
///     serde_json::to_string(op.variables())?,
///     r#"{"pipeline":"acme-inc/web","first":20}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operation that a client can execute",
    note = "operations are compiled from `.graphql` files, and those in `buildkite_client::queries` come with this crate: `RecentBuilds::new(\"acme-inc/web\")`",
    note = "for operations of the crates `cynic` and `graphql_client` turn on this crate's features `cynic` and `graphql-client`; the latter's queries go into `interop::GraphqlClient`"
)]
pub trait Operation {
    /// What is sent as `variables`.
    type Variables: Serialize;
    /// What comes back as `data`.
    type Data: DeserializeOwned;

    /// Whether it reads or changes things.
    fn kind(&self) -> OperationKind;
    /// The operation's name in the document; empty where it has none, and then
    /// none is sent.
    fn name(&self) -> &str;
    /// The document: the operation and the fragments it reaches, nothing else.
    fn document(&self) -> &str;
    /// The variables.
    fn variables(&self) -> &Self::Variables;

    /// How many points Buildkite counts before it runs the operation: the most
    /// that it can cost with these variables. `None` where nobody has counted.
    ///
    /// Objects, interfaces and unions are a point each, and what is below the
    /// edges of a connection counts once for every row that the page may have.
    /// A connection without `first` and `last` counts as one of 500 rows.
    /// Buildkite refuses an operation of more than 50,000 points.
    ///
    /// ```
    /// use buildkite_client::Operation;
    /// use buildkite_client::queries::RecentBuilds;
    ///
    /// let page = RecentBuilds::new("acme-inc/web").first(50);
    /// let larger = RecentBuilds::new("acme-inc/web").first(500);
    /// // Four points for each page, two for each build.
    /// assert_eq!(page.requested_complexity(), 104);
    /// assert_eq!(Operation::requested_complexity(&larger), Some(1_004));
    /// ```
    fn requested_complexity(&self) -> Option<u64> {
        None
    }
}

impl<O: Operation + ?Sized> Operation for &O {
    type Variables = O::Variables;
    type Data = O::Data;

    fn kind(&self) -> OperationKind {
        (**self).kind()
    }

    fn name(&self) -> &str {
        (**self).name()
    }

    fn document(&self) -> &str {
        (**self).document()
    }

    fn variables(&self) -> &Self::Variables {
        (**self).variables()
    }

    fn requested_complexity(&self) -> Option<u64> {
        (**self).requested_complexity()
    }
}
