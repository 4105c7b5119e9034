//! Statuses that say no, addresses where nobody is, and what is tried again.

use buildkite_introspection::{Introspection, IntrospectionErrorKind};

use crate::server::{Reply, Server};
use crate::{asking, report, said_of};

fn status(status: u16) -> Reply {
    Reply::status(status, "", b"hidden")
}

#[tokio::test]
async fn a_status_says_what_to_do() {
    insta::assert_snapshot!(said_of(status(401)).await, @"
    Unauthorized: http://SERVER/v1 does not accept the API token, status 401 Unauthorized
    check that the token is right, not revoked or expired, and has GraphQL access
    ");
    insta::assert_snapshot!(said_of(status(403)).await, @"
    Unauthorized: http://SERVER/v1 does not accept the API token, status 403 Forbidden
    check the token's GraphQL access, its organizations and the addresses from which it may be used
    ");
    insta::assert_snapshot!(said_of(status(404)).await, @"
    Status: http://SERVER/v1 answered with status 404 Not Found
    check the path of the address; Buildkite's is https://graphql.buildkite.com/v1
    ");
    insta::assert_snapshot!(said_of(status(407)).await, @"
    Status: http://SERVER/v1 answered with status 407 Proxy Authentication Required
    give the proxy's user name and password in HTTPS_PROXY
    ");
    insta::assert_snapshot!(said_of(status(418)).await, @"
    Status: http://SERVER/v1 answered with status 418 I'm a teapot
    check the address
    ");
    insta::assert_snapshot!(said_of(status(500)).await, @"
    Status: http://SERVER/v1 answered with status 500 Internal Server Error
    try again later; it is the server that failed
    ");
    // Errors of GraphQL do not make a failure of the server anything else.
    let body = br#"{"errors": [{"message": "hidden"}]}"#;
    insta::assert_snapshot!(said_of(Reply::status(500, "", body)).await, @"
    Status: http://SERVER/v1 answered with status 500 Internal Server Error
    try again later; it is the server that failed
    ");
}

#[tokio::test]
async fn without_a_token_one_is_asked_for() {
    let server = Server::always(status(401));
    let asking = Introspection::new(&server.url()).unwrap();
    let error = asking.fetch().await.unwrap_err();
    insta::assert_snapshot!(report(&error, &server), @"
    Unauthorized: http://SERVER/v1 refuses to answer without a token, status 401 Unauthorized
    set a token for this server
    ");
}

#[tokio::test]
async fn redirects_are_told_and_not_followed() {
    let elsewhere = Server::always(Reply::json("{}"));
    let to = |location: &str| Reply::status(307, &format!("location: {location}\r\n"), b"");
    let url = elsewhere.url().replace("//", "//hidden:hidden@");
    let said = said_of(to(&url))
        .await
        .replace(&elsewhere.address(), "ELSEWHERE");
    insta::assert_snapshot!(said, @"
    Redirect: http://SERVER/v1 redirects to http://ELSEWHERE/v1, status 307 Temporary Redirect, which is not followed
    give the address that it should be, if you trust it with the token
    ");
    insta::assert_snapshot!(said_of(to("/graphql?hidden")).await, @"
    Redirect: http://SERVER/v1 redirects to http://SERVER/graphql, status 307 Temporary Redirect, which is not followed
    give the address that it should be, if you trust it with the token
    ");
    insta::assert_snapshot!(said_of(status(302)).await, @"
    Redirect: http://SERVER/v1 redirects, status 302 Found, which is not followed
    give the address that it should be, if you trust it with the token
    ");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for status in [429, 502, 503, 504] {
        let server = Server::start(move |number, _| match number {
            0 | 1 | 3 => Reply::status(status, "retry-after: 0\r\n", b"hidden"),
            _ => Reply::json("{\"data\": 1}"),
        });
        assert_eq!(asking(&server).fetch().await.unwrap(), "{\"data\": 1}");
        assert_eq!(server.requests().len(), 5);
    }
    let reply = Reply::status(503, "retry-after: 0\r\n", b"");
    insta::assert_snapshot!(said_of(reply).await, @"
    Status: http://SERVER/v1 answered with status 503 Service Unavailable, tried 3 times
    try again later
    ");
    let reply = Reply::status(429, "retry-after: 300\r\n", b"");
    insta::assert_snapshot!(said_of(reply).await, @"
    Status: http://SERVER/v1 answered with status 429 Too Many Requests
    try again in 300 seconds
    ");
}

#[tokio::test]
async fn what_does_not_pass_is_asked_once() {
    for status in [400, 401, 404, 500, 501] {
        let server = Server::always(Reply::status(status, "retry-after: 0\r\n", b""));
        asking(&server).fetch().await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn nobody_listens() {
    // A port that was free a moment ago.
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    drop(server);
    let asking = Introspection::new(&format!("http://{address}/v1?key=hidden")).unwrap();
    let error = asking.fetch().await.unwrap_err();
    assert_eq!(error.kind(), IntrospectionErrorKind::Connect);
    assert_eq!(
        error.endpoint(),
        Some(format!("http://{address}/v1").as_str())
    );
    let message = error.to_string();
    assert!(message.ends_with("/v1, tried 3 times"), "{message}");
    assert!(!format!("{message}{error:?}").contains("hidden"));
}
