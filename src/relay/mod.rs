//! Relay's cursor connections: one page of rows, and what leads to the next.

mod connection;
mod items;
mod page_info;
mod pages;
mod paginate;

pub use connection::{Connection, Edge};
pub use items::Items;
pub use page_info::PageInfo;
pub use pages::{Pages, Paginator};
pub use paginate::{Direction, Paginate};
