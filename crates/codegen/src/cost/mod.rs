//! The requested complexity of operations: what a server counts before it runs
//! them.
//!
//! An operation is [planned](plan): its fields are merged as the specification
//! merges them. From the plan comes a [number](known) where the variables are
//! known, [lines] that say where it comes from, and a [formula] to be printed as
//! Rust. The arithmetic, in [points], is the same for all of them.

pub(crate) mod condition;
pub(crate) mod depth;
mod explain;
pub(crate) mod formula;
pub(crate) mod known;
mod lines;
pub(crate) mod plan;
pub(crate) mod points;

pub use explain::{Explained, ExplainedOperation, ExplainedVariable};
pub(crate) use lines::lines;
pub use lines::{CostLine, PageSizeOrigin, PageSizeUsed};
