//! Clients of a sandbox.

use buildkite_client::{Client, ClientBuilder};
use buildkite_sandbox::Sandbox;

/// A client of this sandbox, to be changed before it is built.
pub(crate) fn builder(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
}

pub(crate) fn client(sandbox: &Sandbox) -> Client {
    builder(sandbox).build().expect("a client")
}
