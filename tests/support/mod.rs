//! What the tests of the runtime share: a server whose every byte is under
//! control, operations written by hand, and a log to search.

pub(crate) mod child;
pub(crate) mod log;
pub(crate) mod operations;
pub(crate) mod sandbox;
pub(crate) mod server;
