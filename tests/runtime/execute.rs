//! Operations that succeed, and what goes over the wire for them.

use buildkite_client::{Client, ErrorKind};
use serde_json::json;

use crate::support::operations::{CancelBuild, Forward};
use crate::support::server::{Reply, Server, TOKEN};

fn one_build() -> serde_json::Value {
    json!({"data": {"pipeline": {"builds": {
        "count": 1,
        "pageInfo": {"hasNextPage": false, "endCursor": "c1"},
        "edges": [{"node": {"number": 7, "branch": null}}],
    }}}})
}

#[tokio::test]
async fn an_operation_is_one_post() {
    let server = Server::always(Reply::json(&one_build()));
    let bk = server.builder().user_agent("test/1").build().unwrap();
    let answer = bk.execute(Forward::new("acme-inc/web")).await.unwrap();
    let builds = answer.pipeline.as_ref().unwrap().builds.as_ref().unwrap();
    assert_eq!(builds.nodes().next().unwrap().number, 7);
    assert!(answer.errors().is_empty());
    assert!(answer.rate_limit().is_none());

    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.line, "POST /v1 HTTP/1.1");
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert!(
        request
            .header("user-agent")
            .is_some_and(|name| name.starts_with("test/1 buildkite-client/"))
    );
    assert_eq!(
        request.json(),
        json!({
            "operationName": "Builds",
            "query": "query Builds { pipeline { builds { edges { node { number branch } } } } }",
            "variables": {"pipeline": "acme-inc/web", "first": 3},
        })
    );
}

#[tokio::test]
async fn an_operation_may_be_borrowed_and_sent_from_anywhere() {
    fn is_send<T: Send + 'static>(value: T) -> T {
        value
    }

    let server = Server::always(Reply::json(&one_build()));
    let bk = server.client();
    let op = Forward::new("acme-inc/web");
    let borrowed = bk.execute(&op).await.unwrap();
    // The future holds neither the client nor the operation.
    let future = is_send(bk.execute(&op).into_future());
    drop((bk, op));
    let spawned = tokio::spawn(future).await.unwrap().unwrap();
    assert_eq!(borrowed, spawned);
}

#[tokio::test]
async fn nothing_is_sent_before_it_is_awaited() {
    let server = Server::always(Reply::json(&one_build()));
    let bk = server.client();
    drop(bk.execute(Forward::new("a/b")));
    drop(bk.execute(Forward::new("a/b")).into_future());
    bk.execute(Forward::new("a/b")).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn packed_answers_are_unpacked() {
    let server = Server::always(Reply::gzip(&one_build()));
    let answer = server.client().execute(Forward::new("a/b")).await.unwrap();
    assert!(answer.pipeline.is_some());
}

#[tokio::test]
async fn an_answer_of_json_under_another_name_is_taken() {
    let server = Server::always(Reply::status(
        200,
        &[("content-type", "text/plain")],
        &one_build().to_string(),
    ));
    assert!(server.client().execute(Forward::new("a/b")).await.is_ok());
}

#[tokio::test]
async fn headers_tell_points_and_cost() {
    let server = Server::always(Reply::status(
        200,
        &[
            ("RateLimit-Remaining", "19000"),
            ("RateLimit-Limit", "20000"),
            ("RateLimit-Reset", "120"),
            ("RateLimit-User-Remaining", "-2"),
            ("RateLimit-User-Limit", "5000"),
            ("RateLimit-User-Reset", "60"),
            ("RateLimit-Complexity-Requested", "503"),
            ("RateLimit-Complexity-Actual", "13"),
            ("X-Request-Id", "r-1"),
        ],
        &one_build().to_string(),
    ));
    let answer = server.client().execute(Forward::new("a/b")).await.unwrap();
    let organization = answer.rate_limit().unwrap();
    assert_eq!(
        (organization.remaining, organization.limit),
        (19_000, 20_000)
    );
    assert_eq!(organization.reset.as_secs(), 120);
    assert_eq!(answer.user_rate_limit().unwrap().remaining, -2);
    assert_eq!(answer.complexity().unwrap().requested, 503);
    assert_eq!(answer.request_id(), Some("r-1"));
}

#[tokio::test]
async fn partial_data_is_an_error_unless_allowed() {
    let body = json!({
        "data": {"pipeline": null},
        "errors": [{"message": "not allowed", "path": ["pipeline"]}],
    });
    let server = Server::always(Reply::json(&body));
    let bk = server.client();

    let error = bk.execute(Forward::new("a/b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert_eq!(error.operation(), Some("Builds"));
    assert_eq!(
        error.to_string(),
        "query Builds: the server answers: not allowed (at pipeline)"
    );
    assert_eq!(
        error.partial_data::<serde_json::Value>().unwrap().unwrap(),
        body["data"]
    );

    let answer = bk
        .execute(Forward::new("a/b"))
        .allow_partial_data()
        .await
        .unwrap();
    assert_eq!(answer.data().pipeline, None);
    assert_eq!(answer.errors()[0].message(), "not allowed");
}

#[tokio::test]
async fn clones_share_their_connections() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}

    let server = Server::always(Reply::json(&json!({"data": {"ok": true}})));
    let bk = server.client();
    shared(&bk);
    let other = bk.clone();
    other
        .execute(CancelBuild {
            id: "QnVpbGQ=".to_owned(),
        })
        .await
        .unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_client_does_not_need_a_runtime_to_be_built() {
    let bk = Client::builder().token(TOKEN).build().unwrap();
    assert!(format!("{bk:?}").contains("https://graphql.buildkite.com/v1"));
}
