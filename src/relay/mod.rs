//! Relay's cursor connections: one page of rows, and what leads to the next.

mod checkpoint;
mod connection;
mod cut;
mod drain;
mod items;
mod next;
mod page_info;
mod page_size;
mod pages;
mod paginate;
mod paginator;
mod place;
mod progress;
mod recent;
mod rest;
mod source;
mod walk;

pub use checkpoint::Checkpoint;
pub use connection::{Connection, Edge};
pub use drain::{Complete, Drain, Drained, Drainer, Rests};
pub use items::Items;
pub use page_info::PageInfo;
pub use pages::Pages;
pub use paginate::{Direction, Paginate};
pub use paginator::{Duplicates, Paginator};
pub use progress::Progress;
pub use rest::NodeConnection;
#[doc(hidden)]
pub use rest::rest_begins;
