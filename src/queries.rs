//! Operations for everyday work, compiled from the project's own `queries/`.
//!
//! Each is a struct of its variables: `new` takes what is required, setters
//! take the rest. Run it with [`Client::execute`](crate::Client::execute), or
//! page through it with [`Client::paginate`](crate::Client::paginate).
//!
//! A service can compile queries of its own in the same way: see the crate
//! `buildkite-codegen`.

crate::include_queries!();
