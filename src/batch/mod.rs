//! Many operations, a few of them at a time: any operations of one type, and lookups of
//! many IDs that share requests.

mod collecting;
mod execute_all;
mod in_order;
mod lookup;

pub use collecting::Collecting;
pub use execute_all::{ExecuteAll, Responses};
pub use lookup::{Looking, Lookup, LookupDocument, NodeLookup, Nodes};

/// How many operations are on their way at the same time, unless set.
const CONCURRENCY: usize = 8;
