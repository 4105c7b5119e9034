//! Servers of all ages and moods, asked over HTTP.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers outside of test functions are tests, too"
)]

mod answers;
mod refusals;
mod schemas;
mod server;

use std::error::Error as _;

use buildkite_introspection::{Introspection, IntrospectionError};

use server::{Reply, Server};

const TOKEN: &str = "bkua_0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// What asks this server, with a token.
fn asking(server: &Server) -> Introspection {
    let introspection = Introspection::new(&server.url()).expect("a loopback URL");
    introspection.token(TOKEN).expect("a token")
}

/// What is said of a server that always replies like this.
async fn said_of(reply: Reply) -> String {
    let server = Server::always(reply);
    let error = asking(&server).fetch().await.expect_err("it should fail");
    report(&error, &server)
}

/// Everything that an error says, the causes below it and the hint last.
fn report(error: &IntrospectionError, server: &Server) -> String {
    let debug = format!("{error:?}");
    assert!(
        !debug.contains(TOKEN) && !debug.contains("hidden"),
        "{debug}"
    );
    let mut text = format!("{:?}: {error}\n", error.kind());
    let mut source = error.source();
    while let Some(cause) = source {
        text.extend(["  ", &cause.to_string(), "\n"]);
        source = cause.source();
    }
    text += error.hint();
    assert!(!text.contains(TOKEN) && !text.contains("hidden"), "{text}");
    text.replace(&server.address(), "SERVER")
}
