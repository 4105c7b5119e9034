//! Whatever can go wrong on the wire: each is a clear error of its kind.

use std::error::Error as _;
use std::io::Write as _;
use std::net::TcpListener;

use buildkite_client::{Client, Error, ErrorKind};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::support::operations::{CancelBuild, Forward};
use crate::support::server::{Reply, Server, TOKEN, answer};

async fn query(reply: Reply) -> Error {
    let server = Server::always(reply);
    server
        .client()
        .execute(Forward::new("acme-inc/web"))
        .await
        .expect_err("the query should fail")
}

async fn mutation(reply: Reply) -> Error {
    let server = Server::always(reply);
    let op = CancelBuild {
        id: "QnVpbGQ=".to_owned(),
    };
    server
        .client()
        .execute(op)
        .await
        .expect_err("the mutation should fail")
}

/// The error and all that caused it, one a line.
fn chain(error: &Error) -> Vec<String> {
    let mut causes = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    for (position, cause) in causes.iter().enumerate() {
        assert!(
            !causes[..position].iter().any(|other| other.contains(cause)),
            "said twice: {causes:#?}"
        );
        assert!(!cause.contains(TOKEN));
    }
    causes
}

fn a_page() -> serde_json::Value {
    json!({"data": {"pipeline": {"builds": {
        "edges": [{"node": {"number": 1}}, {"node": {"number": 2}}],
    }}}})
}

#[test]
fn no_token() {
    let error = Client::builder().build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!error.may_have_been_sent());
    let text = error.to_string();
    assert!(text.contains("no API token is set"), "{text}");
    assert!(text.contains("https://buildkite.com/user/api-access-tokens/new"));
    assert!(text.contains("GraphQL API access"));
}

#[test]
fn bad_settings() {
    let build = |endpoint: &str| Client::builder().token(TOKEN).endpoint(endpoint).build();
    let text = build("http://buildkite.example/v1")
        .unwrap_err()
        .to_string();
    assert!(text.contains("plain http"), "{text}");
    let error = Client::builder()
        .token(TOKEN)
        .user_agent("line\nbreak")
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let error = Client::builder().token("bkua_1\n").build().unwrap_err();
    assert!(error.to_string().contains("line break"), "{error}");
}

#[tokio::test]
async fn refused_connection() {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap();
    let bk = Client::builder()
        .token(TOKEN)
        .endpoint(format!("http://{address}/v1?key=hidden"))
        .build()
        .unwrap();
    for error in [
        bk.execute(Forward::new("a/b")).await.map(drop),
        bk.execute(CancelBuild { id: String::new() })
            .await
            .map(drop),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.is_retryable());
        assert!(!error.may_have_been_sent());
        assert!(
            error
                .to_string()
                .contains(&format!("no connection to http://{address}/v1;")),
            "{error}"
        );
        let causes = chain(&error);
        assert!(causes.len() > 1, "{causes:?}");
        assert!(!format!("{causes:?} {error:?}").contains("hidden"));
    }
}

#[tokio::test]
async fn closed_at_once() {
    let error = query(Reply::Close).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.is_retryable());
    assert!(error.may_have_been_sent());
    assert!(
        error.to_string().contains("broke before an answer came"),
        "{error}"
    );
    assert!(chain(&error).len() > 1);
}

#[tokio::test]
async fn a_mutation_whose_answer_is_lost_is_not_retryable() {
    for reply in [
        Reply::Close,
        Reply::cut(&a_page(), 10),
        Reply::status(502, &[], ""),
        Reply::status(200, &[], "<html>"),
    ] {
        let error = mutation(reply).await;
        assert!(error.may_have_been_sent());
        assert!(!error.is_retryable());
        let text = error.to_string();
        assert!(text.starts_with("mutation CancelBuild: "), "{text}");
        assert!(text.contains("may have been carried out"), "{text}");
    }
}

#[tokio::test]
async fn a_mutation_that_was_refused_has_not_been_done() {
    for reply in [
        Reply::status(401, &[], r#"{"message":"no"}"#),
        Reply::status(429, &[], ""),
        Reply::json(&json!({"errors": [{"message": "no such field"}]})),
    ] {
        let error = mutation(reply).await;
        assert!(!error.may_have_been_sent(), "{error}");
    }
}

#[tokio::test]
async fn html_instead_of_json() {
    let error = query(Reply::status(
        200,
        &[("content-type", "text/html")],
        "<!DOCTYPE html>\n<title>Sign in to the proxy</title>",
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status(), Some(200));
    assert!(!error.is_retryable());
    let text = error.to_string();
    for says in [
        "200",
        "text/html",
        "Sign in to the proxy",
        "proxy or sign-in page",
    ] {
        assert!(text.contains(says), "{text}");
    }
    chain(&error);
}

#[tokio::test]
async fn status_401() {
    let error = query(Reply::status(
        401,
        &[],
        r#"{"message":"Authentication required. Please supply a valid API Access Token"}"#,
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.status(), Some(401));
    assert_eq!(error.graphql_errors().len(), 1);
    let text = error.to_string();
    assert!(text.contains("Authentication required"), "{text}");
    assert!(text.contains("GraphQL access"), "{text}");
    assert!(text.starts_with("query Builds: "), "{text}");
}

#[tokio::test]
async fn status_403() {
    let error = query(Reply::status(403, &[], "")).await;
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn status_429() {
    let error = query(Reply::status(
        429,
        &[
            ("RateLimit-User-Remaining", "0"),
            ("RateLimit-User-Limit", "5000"),
            ("RateLimit-User-Reset", "45"),
            ("RateLimit-Remaining", "1500"),
            ("RateLimit-Limit", "20000"),
            ("RateLimit-Reset", "200"),
        ],
        r#"{"errors":[{"message":"You have exceeded your per-user limit of 5000 complexity points. Please try again in 45 seconds."}]}"#,
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(error.is_retryable());
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(45));
    assert_eq!(error.graphql_errors().len(), 1);
    assert!(error.to_string().ends_with("try again in 45 s"), "{error}");
}

#[tokio::test]
async fn status_500() {
    let error = query(Reply::status(500, &[], r#"{"message":"Internal error"}"#)).await;
    assert_eq!(error.kind(), ErrorKind::Http);
    assert_eq!(error.status(), Some(500));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("Internal error"), "{error}");
}

#[tokio::test]
async fn statuses_that_pass() {
    for status in [502, 503, 504] {
        let error = query(Reply::status(
            status,
            &[("content-type", "text/html")],
            "<h1>Gateway Time-out</h1>",
        ))
        .await;
        assert_eq!(error.kind(), ErrorKind::Http);
        assert_eq!(error.status(), Some(status));
        assert!(error.is_retryable());
        assert!(error.to_string().contains("Gateway Time-out"), "{error}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::always(Reply::json(&a_page()));
    for status in [301, 302, 303, 307, 308] {
        let error = query(Reply::status(status, &[("location", &other.url())], "")).await;
        assert_eq!(error.kind(), ErrorKind::Http);
        assert_eq!(error.status(), Some(status));
        assert!(!error.is_retryable());
        assert!(
            error.to_string().contains("redirects to http://127.0.0.1"),
            "{error}"
        );
    }
    assert!(other.requests().is_empty(), "the token went elsewhere");
}

#[tokio::test]
async fn a_body_that_is_cut() {
    for missing in [1, 10, 40] {
        let error = query(Reply::cut(&a_page(), missing)).await;
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(error.status(), Some(200));
        assert!(error.is_retryable());
        assert!(
            error.to_string().contains("before it was complete"),
            "{error}"
        );
        chain(&error);
    }
}

#[tokio::test]
async fn a_chunked_body_that_is_cut() {
    let bytes = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                  transfer-encoding: chunked\r\n\r\n8\r\n{\"data\":\r\n";
    let error = query(Reply::Bytes(bytes.to_vec())).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_body_without_a_length_that_is_cut() {
    // Nothing but the JSON itself tells that this is not all.
    let bytes = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"data\":{\"pipeline\":";
    let error = query(Reply::Bytes(bytes.to_vec())).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.is_retryable());
    assert!(
        error.to_string().contains("breaks off after 20 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_packed_body_that_is_cut_or_broken() {
    let Reply::Bytes(whole) = Reply::gzip(&a_page()) else {
        unreachable!("gzip is bytes");
    };
    let error = query(Reply::Bytes(whole[..whole.len() - 20].to_vec())).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);

    let broken = answer(200, &[("content-encoding", "gzip")], b"{\"data\":{}}");
    let error = query(Reply::Bytes(broken)).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    chain(&error);
}

#[tokio::test]
async fn an_answer_that_is_too_large() {
    let page = a_page().to_string();
    let build = |reply: Reply, most: usize| {
        let server = Server::always(reply);
        let bk = server.builder().max_answer(most).build().unwrap();
        async move { bk.execute(Forward::new("a/b")).await.map(|_| drop(server)) }
    };
    // As many bytes as are allowed are not too many, packed or not.
    for reply in [Reply::json(&a_page()), Reply::gzip(&a_page())] {
        build(reply.clone(), page.len()).await.unwrap();
        let error = build(reply, page.len() - 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert!(error.may_have_been_sent() && !error.is_retryable());
        assert_eq!(error.status(), Some(200));
        let text = error.to_string();
        assert!(
            text.contains(&format!("larger than {} bytes", page.len() - 1)),
            "{text}"
        );
        assert!(text.contains("ClientBuilder::max_answer"), "{text}");
    }
    // A hundred kilobytes that would become a hundred megabytes.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b' '; 100 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 200_000);
    let bomb = Reply::Bytes(answer(200, &[("content-encoding", "gzip")], &bomb));
    let server = Server::always(bomb);
    let error = server
        .client()
        .execute(Forward::new("a/b"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn no_http_at_all() {
    let error = query(Reply::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    chain(&error);
}

#[tokio::test]
async fn an_empty_body() {
    for status in [200, 204] {
        let error = query(Reply::status(status, &[], "")).await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("empty body"), "{error}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf8() {
    let error = query(Reply::Bytes(answer(
        200,
        &[],
        b"{\"data\":{\"pipeline\":\"\xff\"}}",
    )))
    .await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("not UTF-8"), "{error}");
}

#[tokio::test]
async fn null_where_the_schema_forbids_it() {
    let error = query(Reply::json(&json!({"data": {"pipeline": {"builds": {
        "edges": [
            {"node": {"number": 1}},
            {"node": {"number": 2}},
            {"node": {"number": null}},
        ],
    }}}})))
    .await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.path(), Some("pipeline.builds.edges[2].node.number"));
    let text = error.to_string();
    assert!(
        text.contains("`pipeline.builds.edges[2].node.number` is null"),
        "{text}"
    );
    assert!(chain(&error)[1].contains("expected i64"));
}

#[tokio::test]
async fn a_field_that_is_missing() {
    let error = query(Reply::json(
        &json!({"data": {"pipeline": {"builds": {"edges": [{"node": {"branch": "main"}}]}}}}),
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.path(), Some("pipeline.builds.edges[0].node"));
    assert!(chain(&error)[1].contains("missing field `number`"));
}

#[tokio::test]
async fn graphql_errors_with_and_without_data() {
    let error = query(Reply::json(&json!({"errors": [{
        "message": "Field 'bulids' doesn't exist on type 'Pipeline'",
        "locations": [{"line": 1, "column": 18}],
        "path": ["query Builds", "pipeline", "bulids"],
        "extensions": {"code": "undefinedField"},
    }]})))
    .await;
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert_eq!(error.graphql_errors()[0].locations()[0].column, 18);
    assert_eq!(
        error.graphql_errors()[0].extensions()["code"],
        "undefinedField"
    );
    assert!(error.partial_json().is_none());

    let error = query(Reply::json(&json!({
        "errors": [{"message": "boom", "path": ["pipeline", "builds", "edges", 0, "node"]}],
        "data": {"pipeline": {"builds": {"edges": [{"node": null}]}}},
    })))
    .await;
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert!(
        error
            .to_string()
            .contains("boom (at pipeline.builds.edges[0].node)")
    );
    assert_eq!(
        error.partial_json(),
        Some(r#"{"pipeline":{"builds":{"edges":[{"node":null}]}}}"#)
    );
}
