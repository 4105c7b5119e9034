//! Answers of every kind, from bytes to data or to the error that says what is
//! wrong.

use bytes::Bytes;
use insta::assert_snapshot;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::*;
use crate::relay::Connection;

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

fn token() -> Token {
    Token::new("bkua_hidden".to_owned().into()).unwrap()
}

fn parse<T: DeserializeOwned>(body: &str) -> Result<Response<T>, Error> {
    read(&answer(200, &[], body), false, &token())
}

fn failure(body: &str) -> Error {
    parse::<Connection<i64>>(body).expect_err("should fail")
}

#[test]
fn data_alone_is_data() {
    let page = parse::<Connection<i64>>(r#"{"data":{"nodes":[1,2]},"extensions":{"a":1}}"#);
    assert_eq!(page.unwrap().into_data().into_nodes(), [1, 2]);
    let page = parse::<Connection<i64>>(r#"{"errors":[],"data":{"nodes":[1]}}"#);
    assert!(page.unwrap().errors().is_empty());
}

#[test]
fn a_null_that_the_schema_rules_out_is_named() {
    let error = failure(r#"{"data":{"edges":[{"node":1},{"node":"x"}]}}"#);
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.path(), Some("edges[1].node"));
    assert_snapshot!(error, @"`edges[1].node` is a string, which does not fit; the API may have changed since the schema that this program was compiled with");

    let error = failure(r#"{"data":{"count":null}}"#);
    assert_eq!(error.path(), Some("count"));
    assert_snapshot!(error, @"`count` is null, which the schema or a `@required` in the query does not allow; the API may have changed since the schema that this program was compiled with");
    assert_snapshot!(std::error::Error::source(&error).unwrap(), @"invalid type: null, expected i64 at line 1 column 13");
    assert!(error.may_have_been_sent());
    assert!(!error.is_retryable());

    let error = failure(r#"{"data":[]}"#);
    assert_eq!(error.path(), Some("data"));
}

#[test]
fn errors_win_over_data_and_keep_it() {
    let error = failure(r#"{"data":{"nodes":[1]},"errors":[{"message":"no","path":["nodes"]}]}"#);
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert_eq!(error.graphql_errors()[0].message(), "no");
    assert_snapshot!(error, @"the server answers: no (at nodes); data came along, see `Error::partial_data`");
    let page: Connection<i64> = error.partial_data().unwrap().unwrap();
    assert_eq!(page.into_nodes(), [1]);
}

#[test]
fn errors_win_over_data_that_does_not_fit() {
    for body in [
        r#"{"data":{"count":null},"errors":[{"message":"no"}]}"#,
        r#"{"errors":[{"message":"no"}],"data":{"count":null}}"#,
    ] {
        let error = failure(body);
        assert_eq!(error.kind(), ErrorKind::Graphql);
        let data: Value = error.partial_data().unwrap().unwrap();
        assert_eq!(data, json!({"count": null}));
    }
}

#[test]
fn errors_without_data_have_no_partial_data() {
    for (body, executed) in [
        // Without `data` nothing was executed at all.
        (r#"{"errors":[{"message":"no"}]}"#, false),
        // With it, an error that names no field may come from anywhere.
        (r#"{"errors":[{"message":"no"}],"data":null}"#, true),
    ] {
        let error = failure(body);
        assert_eq!(error.kind(), ErrorKind::Graphql);
        assert!(error.partial_json().is_none());
        assert_eq!(error.may_have_been_sent(), executed, "{body}");
    }
}

#[test]
fn partial_data_is_accepted_where_it_is_allowed() {
    let body = r#"{"data":{"nodes":[1]},"errors":[{"message":"no"}]}"#;
    let page = read::<Connection<i64>>(&answer(200, &[], body), true, &token()).unwrap();
    assert_eq!(page.errors().len(), 1);
    assert_eq!(page.nodes().collect::<Vec<_>>(), [&1]);

    for body in [
        r#"{"data":null,"errors":[{"message":"no"}]}"#,
        r#"{"data":{"count":null},"errors":[{"message":"no"}]}"#,
    ] {
        let error = read::<Connection<i64>>(&answer(200, &[], body), true, &token());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Graphql);
    }
}

#[test]
fn many_errors_are_counted() {
    let error = failure(
        r#"{"errors":[{"message":"a"},{"message":"b\n\nb"},{"message":"c"},{"message":"d"},{"message":"e"}]}"#,
    );
    assert_snapshot!(error, @"the server answers: a; b b; c; and 2 more");
    assert_eq!(error.graphql_errors().len(), 5);
}

#[test]
fn busy_passes_and_complexity_does_not() {
    let busy = failure(
        r#"{"data":{"a":null},"errors":[{"message":"The pipeline is currently busy, please try again","path":["a"]}]}"#,
    );
    assert!(busy.is_retryable());
    assert!(!busy.may_have_been_sent());

    let complex = failure(
        r#"{"errors":[{"message":"Query has complexity of 251503, which exceeds max complexity of 50000"}]}"#,
    );
    assert_eq!(complex.kind(), ErrorKind::Graphql);
    assert!(!complex.is_retryable());
    assert_snapshot!(complex, @"the server answers: Query has complexity of 251503, which exceeds max complexity of 50000; ask for smaller pages, or for fewer connections within connections");

    let mixed = failure(r#"{"errors":[{"message":"currently busy"},{"message":"no"}]}"#);
    assert!(!mixed.is_retryable());
}

#[test]
fn fields_that_succeeded_beside_the_failed_ones_count_as_done() {
    for body in [
        // One field went through.
        r#"{"data":{"a":{"id":"1"},"b":null},"errors":[{"message":"currently busy","path":["b"]}]}"#,
        // The field went through, and reading its result failed.
        r#"{"data":{"a":null},"errors":[{"message":"currently busy","path":["a","build","id"]}]}"#,
        r#"{"data":null,"errors":[{"message":"currently busy","path":["a","build","id"]}]}"#,
    ] {
        let error = failure(body).with_operation(crate::OperationKind::Mutation, "M");
        assert!(error.may_have_been_sent(), "{body}");
        assert!(!error.is_retryable(), "{body}");
    }
}

#[test]
fn bodies_that_are_no_answer() {
    let html = read::<Value>(
        &answer(
            200,
            &[("content-type", "text/html; charset=utf-8")],
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>",
        ),
        false,
        &token(),
    )
    .unwrap_err();
    assert_eq!(html.kind(), ErrorKind::Decode);
    assert_eq!(html.status(), Some(200));
    assert_snapshot!(html, @r#"status 200 OK came with a body that is not JSON (text/html; charset=utf-8): "<!DOCTYPE html> <html><head><title>Sign in</title></head></html>"; check that the endpoint is Buildkite's GraphQL API and that no proxy or sign-in page answers in its place"#);

    assert_snapshot!(failure(""), @"status 200 OK came with an empty body");
    assert_snapshot!(failure("{}"), @"the answer holds neither data nor errors; is the endpoint a GraphQL API?");
    assert_snapshot!(failure(r#"{"data":null}"#), @"the answer holds neither data nor errors; is the endpoint a GraphQL API?");
    assert_snapshot!(failure("[1, 2]"), @r#"status 200 OK came with a body that is JSON, but no GraphQL answer (no content type): "[1, 2]"; check that the endpoint is Buildkite's GraphQL API and that no proxy or sign-in page answers in its place"#);
    assert_snapshot!(failure(r#""ok""#), @r#"status 200 OK came with a body that is JSON, but no GraphQL answer (no content type): "\"ok\""; check that the endpoint is Buildkite's GraphQL API and that no proxy or sign-in page answers in its place"#);
    assert_snapshot!(failure(r#"{"data":{"nodes":[]}} trailing"#), @r#"status 200 OK came with a body that is not JSON (no content type): "{\"data\":{\"nodes\":[]}} trailing"; check that the endpoint is Buildkite's GraphQL API and that no proxy or sign-in page answers in its place"#);
    for body in ["", "{}", "[1]", "x"] {
        assert_eq!(failure(body).kind(), ErrorKind::Decode);
    }
}

#[test]
fn text_that_is_not_utf8() {
    let mut answer = answer(200, &[], "");
    answer.body = Bytes::from_static(b"{\"data\":{\"nodes\":[\"\xff\"]}}");
    let error = read::<Connection<String>>(&answer, false, &token()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_snapshot!(error, @r#"status 200 OK came with a body that is not UTF-8 text (no content type): "{\"data\":{\"nodes\":[\"�\"]}}"; check that the endpoint is Buildkite's GraphQL API and that no proxy or sign-in page answers in its place"#);
}

#[test]
fn json_that_breaks_off() {
    let error = failure(r#"{"data":{"nodes":[1,"#);
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.is_retryable());
    assert_snapshot!(error, @"the answer breaks off after 20 bytes, in the middle of its JSON");
}

#[test]
fn statuses_that_say_no() {
    let refused = |status, headers: &[_], body: &str| {
        read::<Value>(&answer(status, headers, body), false, &token()).unwrap_err()
    };

    let error = refused(
        401,
        &[("x-request-id", "r-1")],
        r#"{"message":"Authentication required"}"#,
    );
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.request_id(), Some("r-1"));
    assert!(!error.may_have_been_sent());
    assert_snapshot!(error, @"the server does not accept the API token, status 401 Unauthorized: Authentication required; check that the token is right, not revoked or expired, and has GraphQL access");

    let error = refused(403, &[], r#"{"errors":[{"message":"no GraphQL access"}]}"#);
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_snapshot!(error, @"the API token may not do this, status 403 Forbidden: no GraphQL access; check its GraphQL access, its organizations and the addresses from which it may be used");

    let error = refused(500, &[("content-type", "text/html")], "<h1>Oops</h1>");
    assert_eq!(error.kind(), ErrorKind::Http);
    assert!(error.may_have_been_sent());
    assert!(!error.is_retryable());
    assert_snapshot!(error, @r#"status 500 Internal Server Error (text/html): "<h1>Oops</h1>"; the server failed: try again later"#);

    for status in [502, 503, 504] {
        let error = refused(status, &[("retry-after", "7")], "");
        assert!(error.is_retryable());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
    assert_snapshot!(refused(504, &[], ""), @"status 504 Gateway Timeout; usually this passes: try again, or ask for less at once");
    assert_snapshot!(refused(404, &[], "not here"), @r#"status 404 Not Found: "not here"; check the path of the endpoint"#);
    assert_snapshot!(refused(422, &[], r#"{"errors":[{"message":"No query"}]}"#), @"status 422 Unprocessable Entity: No query");
    assert!(!refused(422, &[], "").may_have_been_sent());
    assert!(refused(408, &[], "").may_have_been_sent());
}

#[test]
fn redirects_show_the_host_only() {
    let redirect =
        |to| read::<Value>(&answer(307, &[("location", to)], ""), false, &token()).unwrap_err();
    let error = redirect("https://user:hidden@other.example/hidden?hidden");
    assert_eq!(error.kind(), ErrorKind::Http);
    assert_snapshot!(error, @"the server redirects to https://other.example, status 307 Temporary Redirect, which is not followed because the request carries the API token; set the endpoint to the right address");
    assert!(!redirect("/hidden").to_string().contains("hidden"));
}

#[test]
fn waits_come_from_the_best_source() {
    const WINDOW: [(&str, &str); 3] = [
        ("ratelimit-user-remaining", "-3"),
        ("ratelimit-user-limit", "5000"),
        ("ratelimit-user-reset", "42"),
    ];
    const BODY: &str = r#"{"errors":[{"message":"You have exceeded your per-user limit of 5000 complexity points. Please try again in 17 seconds."}]}"#;
    let limited = |headers: &[_], body: &str| {
        let error = read::<Value>(&answer(429, headers, body), false, &token()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert!(error.is_retryable());
        error
    };
    let seconds = |error: Error| error.retry_after().map(|wait| wait.as_secs());

    let mut both = WINDOW.to_vec();
    both.push(("retry-after", "3"));
    assert_eq!(seconds(limited(&both, BODY)), Some(3));
    assert_eq!(seconds(limited(&WINDOW, BODY)), Some(42));
    assert_eq!(seconds(limited(&[], BODY)), Some(17));
    assert_eq!(seconds(limited(&[], "")), None);
    assert_snapshot!(limited(&WINDOW, BODY), @"the complexity points are used up, status 429 Too Many Requests: You have exceeded your per-user limit of 5000 complexity points. Please try again in 17 seconds; try again in 42 s");
    assert_snapshot!(limited(&[], ""), @"the complexity points are used up, status 429 Too Many Requests; try again after the window of five minutes");
}

#[test]
fn a_token_that_is_sent_back_stays_out_of_messages() {
    for (status, body) in [
        (401, r#"{"message":"bkua_hidden is revoked"}"#),
        (200, r#"{"errors":[{"message":"who is bkua_hidden?"}]}"#),
        (200, "<p>Authorization: Bearer bkua_hidden</p>"),
        (500, "Authorization: Bearer bkua_hidden"),
        (200, r#"{"data":{"count":"bkua_hidden"}}"#),
    ] {
        let error =
            read::<Connection<i64>>(&answer(status, &[], body), false, &token()).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("hidden"), "{text}");
        assert!(text.contains("[token]"), "{text}");
    }
}

#[test]
fn the_headers_reach_the_response() {
    let headers = [
        ("ratelimit-remaining", "19990"),
        ("ratelimit-limit", "20000"),
        ("ratelimit-reset", "120"),
        ("ratelimit-complexity-requested", "503"),
        ("ratelimit-complexity-actual", "13"),
        ("x-request-id", "r-1"),
    ];
    let response: Response<Value> =
        read(&answer(200, &headers, r#"{"data":{}}"#), false, &token()).unwrap();
    assert_eq!(response.rate_limit().map(|w| w.remaining), Some(19_990));
    assert_eq!(response.user_rate_limit(), None);
    assert_eq!(response.complexity().map(|c| c.actual), Some(13));
    assert_eq!(response.request_id(), Some("r-1"));
    let number = response.map(|_| 7);
    assert_eq!(
        (*number, number.complexity().map(|c| c.requested)),
        (7, Some(503))
    );
}
