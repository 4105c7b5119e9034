//! Answers that are no JSON objects, and those that are.

use std::io::Write as _;
use std::time::Duration;

use buildkite_introspection::IntrospectionErrorKind;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::server::{Reply, Server};
use crate::{TOKEN, asking, report, said_of};

#[tokio::test]
async fn what_came_instead_is_said_and_not_shown() {
    insta::assert_snapshot!(said_of(Reply::json("<!DOCTYPE html>hidden")).await, @"
    Html: http://SERVER/v1 answered with an HTML page
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::json("")).await, @"
    NotJson: http://SERVER/v1 answered with nothing, an empty body
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::json("[{\"hidden\": 1}]")).await, @"
    NotJson: http://SERVER/v1 answered with JSON that is not an object
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::json("\"hidden\"")).await, @"
    NotJson: http://SERVER/v1 answered with JSON that is not an object
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::json("hidden")).await, @"
    NotJson: http://SERVER/v1 answered with something that is not JSON
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::json("{\"hidden\": [")).await, @"
    NotJson: http://SERVER/v1 answered with JSON that breaks off
      EOF while parsing a list at line 1 column 12
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::json("{\"hidden\": hidden}")).await, @"
    NotJson: http://SERVER/v1 answered with JSON that is not correct
      expected value at line 1 column 12
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(said_of(Reply::status(200, "", b"{\xff")).await, @"
    NotJson: http://SERVER/v1 answered with something that is not UTF-8 text
      invalid utf-8 sequence of 1 bytes from index 1
    check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
}

#[tokio::test]
async fn an_answer_that_ends_too_soon() {
    let Reply::Bytes(mut bytes) = Reply::json("{\"data\": {}}") else {
        unreachable!()
    };
    bytes.pop();
    insta::assert_snapshot!(said_of(Reply::Bytes(bytes)).await, @"
    Interrupted: the answer from http://SERVER/v1 ended before it was complete, tried 3 times
      error decoding response body
      error reading a body from connection
      end of file before message length reached
    try it again
    ");
}

#[tokio::test]
async fn a_connection_that_closes() {
    insta::assert_snapshot!(said_of(Reply::Bytes(Vec::new())).await, @"
    Interrupted: the connection to http://SERVER/v1 broke before an answer came, tried 3 times
      error sending request
      client error (SendRequest)
      connection closed before message completed
    try it again
    ");
}

/// The clock runs only when there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes() {
    let server = Server::always(Reply::Hang);
    let asking = asking(&server).timeout(Duration::from_secs(20));
    let error = asking.fetch().await.unwrap_err();
    insta::assert_snapshot!(report(&error, &server), @"
    Timeout: no complete answer from http://SERVER/v1 within 20s
    check the network and try it again, or allow it more time
    ");
}

#[tokio::test]
async fn an_answer_that_is_too_large() {
    const MEGABYTE: usize = 1024 * 1024;
    let announced = Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 67108865\r\n\r\n{".to_vec());
    insta::assert_snapshot!(said_of(announced).await, @"
    TooLarge: the answer from http://SERVER/v1 is larger than 64 MiB
    check the address: no schema is that large
    ");
    let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    let not_announced = Reply::Bytes([head, vec![b' '; 65 * MEGABYTE]].concat());
    let server = Server::always(not_announced);
    let error = asking(&server).fetch().await.unwrap_err();
    assert_eq!(error.kind(), IntrospectionErrorKind::TooLarge);
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).expect("memory takes all");
    packer.finish().expect("memory takes all")
}

#[tokio::test]
async fn packed_answers_are_unpacked() {
    let reply = Reply::status(200, "content-encoding: gzip\r\n", &packed(b"{\"data\": 1}"));
    let server = Server::always(reply);
    assert_eq!(asking(&server).fetch().await.unwrap(), "{\"data\": 1}");
}

/// What they say is said by whoever reads the answer, with whatever status they came; but
/// never the token.
#[tokio::test]
async fn errors_of_graphql_are_handed_out() {
    let errors = format!(r#"{{"errors": [{{"message": "{TOKEN} is no token"}}]}}"#);
    for status in [200, 400, 422] {
        let server = Server::always(Reply::status(status, "", errors.as_bytes()));
        let answer = asking(&server).fetch().await.unwrap();
        assert_eq!(
            answer,
            r#"{"errors": [{"message": "[token] is no token"}]}"#
        );
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_no_mistake() {
    let server = Server::always(Reply::json("\u{feff}{\"data\": 1}\n"));
    assert_eq!(asking(&server).fetch().await.unwrap(), "{\"data\": 1}");
}
