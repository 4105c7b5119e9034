//! Compiles GraphQL operations into typed Rust modules.
//!
//! A crate keeps its operations in `.graphql` files, compiles them in its
//! build script, and includes what was compiled:
//!
//! ```no_run
//! // build.rs, all of its `main`
//! buildkite_codegen::compile("queries");
//! ```
//!
//! ```ignore
//! // src/main.rs
//! buildkite_client::include_queries!();
//! ```
//!
//! Mistakes in the files end the build with cargo errors that show the file,
//! the line and what is wrong. [`Config`] has the options; [`Config::generate`]
//! returns the text instead of writing it.
//!
//! The feature `cynic` adds the module `cynic`, which registers the schema for
//! the derives of that crate. The feature `live-schema` adds `Config::live_schema`,
//! which compiles against the schema that the API has now.
//!
//! The stages, each in a module of its own, and data flows one way through
//! them: source files are read, checked against the [schema] by
//! [`apollo_compiler`], turned into a Rust-shaped model, and printed.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod advice;
mod buildkite;
mod check;
mod client;
mod config;
mod cost;
#[cfg(feature = "cynic")]
pub mod cynic;
mod diagnostic;
mod document;
mod frame;
mod gaps;
pub mod impact;
mod lints;
#[cfg(feature = "live-schema")]
mod live_schema;
mod model;
mod near;
mod output;
mod possible;
mod print;
mod relay;
mod rules;
pub mod schema;
mod source;
mod style;
mod syntax;

pub use config::{Config, compile};
pub use cost::{
    CostLine, Explained, ExplainedOperation, ExplainedVariable, PageSizeOrigin, PageSizeUsed,
};
pub use diagnostic::{Diagnostic, Diagnostics, ReportStyle, Severity};
pub use output::Generated;
pub use style::{Layout, Visibility};
