//! What is logged, and what never is.

use std::time::Duration;

use buildkite_client::Timeouts;
use serde_json::json;

use crate::support::log::Log;
use crate::support::operations::{CancelBuild, Forward};
use crate::support::server::{Reply, Server, TOKEN};

const VARIABLE: &str = "acme-inc/a-variable";

#[tokio::test]
async fn spans_tell_operation_status_and_cost() {
    let (log, _guard) = Log::start();
    let server = Server::always(Reply::status(
        200,
        &[
            ("RateLimit-Complexity-Requested", "503"),
            ("RateLimit-Complexity-Actual", "13"),
        ],
        &json!({"data": {"pipeline": null}}).to_string(),
    ));
    server
        .client()
        .execute(Forward::new(VARIABLE))
        .await
        .unwrap();
    let text = log.text();
    for says in [
        r#"buildkite.operation{operation="Builds" kind=Query}"#,
        "buildkite.attempt{attempt=1",
        "status=200",
        "elapsed_ms=",
        "requested_complexity=503",
        "actual_complexity=13",
    ] {
        assert!(text.contains(says), "{says} is not in:\n{text}");
    }
    assert!(!text.contains(VARIABLE));
}

#[tokio::test]
async fn neither_token_nor_variables_nor_queries_of_urls_appear_anywhere() {
    let (log, _guard) = Log::start();
    let mut shown = Vec::new();
    for reply in [
        Reply::json(&json!({"data": {"pipeline": null}})),
        Reply::status(200, &[], "<html>"),
        // Some servers send the request back.
        Reply::status(500, &[], &format!("authorization: Bearer {TOKEN}")),
        Reply::status(
            401,
            &[],
            &json!({"message": format!("bad token {TOKEN}")}).to_string(),
        ),
        Reply::json(&json!({"errors": [{"message": TOKEN}]})),
        Reply::status(
            307,
            &[("location", "https://other.example/?key=hidden")],
            "",
        ),
        Reply::cut(&json!({"data": {"pipeline": null}}), 3),
        Reply::Close,
        Reply::Hang,
    ] {
        let server = Server::always(reply);
        let builder = server
            .builder()
            .endpoint(format!("{}?key=hidden", server.url()))
            .timeouts(Timeouts::default().attempt(Duration::from_millis(200)));
        shown.push(format!("{builder:?}"));
        let bk = builder.build().unwrap();
        let query = bk.execute(Forward::new(VARIABLE));
        shown.push(format!("{bk:?} {query:?}"));
        let future = query.into_future();
        shown.push(format!("{future:?}"));
        match future.await {
            Ok(answer) => shown.push(format!("{answer:?}")),
            Err(error) => shown.push(format!("{error} {error:?}")),
        }
        let secret = CancelBuild {
            id: VARIABLE.to_owned(),
        };
        if let Err(error) = bk.execute(secret).await {
            shown.push(format!("{error} {error:?}"));
        }
        let items = bk.paginate(Forward::new(VARIABLE));
        shown.push(format!("{items:?}"));
        let mut items = items.items();
        if let Err(error) = items.try_next().await {
            shown.push(format!("{error} {error:?} {items:?}"));
        }
    }
    let shown = shown.concat();
    let logged = log.text();
    assert!(logged.contains("buildkite.attempt"), "nothing was logged");
    for text in [&shown, &logged] {
        for secret in [TOKEN, &TOKEN[5..], VARIABLE, "hidden"] {
            assert!(!text.contains(secret), "{secret} is in:\n{text}");
        }
    }
}

#[tokio::test]
async fn null_rows_are_reported() {
    let (log, _guard) = Log::start();
    let server = Server::always(Reply::json(&json!({"data": {"pipeline": {"builds": {
        "pageInfo": {"hasNextPage": false, "endCursor": null},
        "edges": [{"node": null}, null, {"node": {"number": 1}}],
    }}}})));
    let mut items = server.client().paginate(Forward::new(VARIABLE)).items();
    assert_eq!(items.try_next().await.unwrap().unwrap().number, 1);
    assert_eq!(items.try_next().await.unwrap(), None);
    assert_eq!(items.null_rows(), 2);
    let text = log.text();
    assert!(text.contains("WARN"), "{text}");
    assert!(text.contains("null_rows=2"), "{text}");
}
