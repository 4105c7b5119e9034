//! The page as `buildkite-client` decodes it.

#![allow(missing_docs, reason = "generated")]

buildkite_client::include_queries!();
