//! What cargo says of a build that cannot have the schema.

use buildkite_sandbox::{Fault, Sandbox};

use crate::TOKEN;
use crate::package::{INPUTS, Package, environment};
use crate::server::{absent, answering};

/// What cargo is told beside the inputs. Nothing is written then, and no part of the URL's
/// query, nor of what came, is told.
fn said(environment: &[(&str, &str)], limit: Option<u64>) -> String {
    let package = Package::with("query Q { viewer { id } }");
    let told = package.build(environment, limit);
    assert!(package.all_written().is_empty());
    assert!(!told.contains("hidden"), "{told}");
    told.strip_prefix(INPUTS).expect("the inputs").to_owned()
}

/// What is said of a server.
fn said_of(url: &str) -> String {
    let address = url.split('/').nth(2).expect("a host");
    said(&environment(url), None).replace(address, "SERVER")
}

/// What is said of a sandbox in which this goes wrong.
async fn said_under(fault: Fault, limit: Option<u64>) -> String {
    let sandbox = Sandbox::builder().token(TOKEN).fault(fault);
    let sandbox = sandbox.start().await.expect("a sandbox");
    let address = sandbox.url().split('/').nth(2).expect("a host");
    said(&environment(sandbox.url()), limit).replace(address, "SERVER")
}

#[test]
fn without_a_token() {
    insta::assert_snapshot!(said(&[], None), @r#"
    cargo::error=Error: Buildkite's schema cannot be pulled: BUILDKITE_API_TOKEN is not set
    cargo::error=    ├─ Help: create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL
    cargo::error=    │        API access" ticked, and set BUILDKITE_API_TOKEN to it; without the feature
    cargo::error=    │        `live-schema` the snapshot is compiled against, and no token needed
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    "#);
    let empty = said(&[("BUILDKITE_API_TOKEN", "")], None);
    assert!(empty.contains("BUILDKITE_API_TOKEN is empty"), "{empty}");
}

#[test]
fn with_what_cannot_be_a_token() {
    insta::assert_snapshot!(said(&[("BUILDKITE_API_TOKEN", "hidden hidden")], None), @"
    cargo::error=Error: Buildkite's schema cannot be pulled: the API token contains white space
    cargo::error=    ├─ Help: give the token as it was shown when it was created, and nothing around it
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
}

#[test]
fn with_an_endpoint_to_which_no_token_is_sent() {
    insta::assert_snapshot!(said(&environment("http://buildkite.example/hidden"), None), @"
    cargo::error=Error: Buildkite's schema cannot be pulled: the endpoint is plain http, which would send the
    cargo::error=  token over the network in the clear
    cargo::error=    ├─ Help: use https; http is accepted for this machine only: localhost, 127.0.0.1, [::1]
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
}

#[tokio::test]
async fn with_a_token_that_is_not_accepted() {
    let sandbox = Sandbox::builder().token("bkua_another").start().await;
    insta::assert_snapshot!(said_of(sandbox.unwrap().url()), @r#"
    cargo::error=Error: Buildkite's schema cannot be pulled: http://SERVER/v1 does not accept the API
    cargo::error=  token, status 401 Unauthorized
    cargo::error=    ├─ Help: check that the token is right, not revoked or expired, and has GraphQL access, or
    cargo::error=    │        create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL
    cargo::error=    │        API access" ticked
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    "#);
}

#[tokio::test]
async fn when_no_answer_comes_in_time() {
    insta::assert_snapshot!(said_under(Fault::hang(), Some(300)).await, @"
    cargo::error=Error: Buildkite's schema cannot be pulled: no complete answer from http://SERVER/v1
    cargo::error=  within 300ms
    cargo::error=    ├─ Help: check the network and try it again, or allow it more time
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
}

#[test]
fn when_nobody_is_there() {
    // What the system calls it depends on the system.
    let said = said_of(&absent()).replace("\ncargo::error= ", "");
    let (message, rest) = said.split_once(", tried 3 times").unwrap();
    assert_eq!(
        message,
        "cargo::error=Error: Buildkite's schema cannot be pulled: no connection to http://SERVER/v1"
    );
    assert!(
        rest.contains("Help: check the address and the network"),
        "{rest}"
    );
}

#[tokio::test]
async fn when_a_page_comes() {
    insta::assert_snapshot!(said_under(Fault::html(), None).await, @"
    cargo::error=Error: Buildkite's schema cannot be pulled: http://SERVER/v1 answered with an HTML page
    cargo::error=    ├─ Help: check that the address is that of a GraphQL API, and that no proxy or sign-in page
    cargo::error=    │        answers in its place
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
}

#[tokio::test]
async fn when_nonsense_comes() {
    insta::assert_snapshot!(said_of(&answering("hidden")), @"
    cargo::error=Error: Buildkite's schema cannot be pulled: http://SERVER/v1 answered with something
    cargo::error=  that is not JSON
    cargo::error=    ├─ Help: check that the address is that of a GraphQL API, and that no proxy or sign-in page
    cargo::error=    │        answers in its place
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
    let said = said_under(Fault::invalid_json(), None).await;
    assert!(said.contains("answered with JSON that"), "{said}");
}

#[test]
fn when_there_is_no_schema_in_the_answer() {
    insta::assert_snapshot!(said_of(&answering(r#"{"data": {"__typename": "Query"}}"#)), @"
    cargo::error=Error: there is no `__schema` in the answer
    cargo::error=    ╭─ the schema of http://SERVER/v1
    cargo::error=    ├─ Help: check that BUILDKITE_GRAPHQL_URL is the address of Buildkite's GraphQL API, and
    cargo::error=    │        that nothing answers in its place
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
}

#[test]
fn when_the_server_does_not_tell() {
    let errors = r#"{"errors": [{"message": "introspection is off for bkua_0f1e2d3c4b5a69788796a5b4c3d2e1f0\ncargo::error=made up"}]}"#;
    insta::assert_snapshot!(said_of(&answering(errors)), @r#"
    cargo::error=Error: the server answered with errors: "introspection is off for [token]\ncargo::error=made up"
    cargo::error=    ╭─ the schema of http://SERVER/v1
    cargo::error=    ├─ Help: check what the server complains about: most often the token or its scopes, or it
    cargo::error=    │        has introspection switched off
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    "#);
}

#[test]
fn when_the_schema_is_not_valid() {
    let schema = r#"{"data": {"__schema": {
        "queryType": {"name": "Query"},
        "types": [
            {"kind": "OBJECT", "name": "Query", "interfaces": [], "fields": [{
                "name": "__id", "args": [], "type": {"kind": "SCALAR", "name": "ID"}
            }]},
            {"kind": "SCALAR", "name": "ID"}
        ],
        "directives": []
    }}}"#;
    insta::assert_snapshot!(said_of(&answering(schema)), @"
    cargo::error=Error: the schema is not valid GraphQL: 1 mistake: a field cannot be named `__id` as names
    cargo::error=  starting with two underscores are reserved
    cargo::error=    ╭─ the schema of http://SERVER/v1
    cargo::error=    ├─ Help: the mistake is the server's: build again later, or without the feature
    cargo::error=    │        `live-schema`
    cargo::error=    ╰─ Note: the queries are not checked before the schema is in order, and may have mistakes,
    cargo::error=             too
    ");
}
