//! Time limits, on a clock that runs only when there is nothing else to do.

use std::time::Duration;

use buildkite_client::{Error, ErrorKind, Timeouts};
use serde_json::json;

use crate::support::operations::Forward;
use crate::support::server::{Reply, Server, answer};

const HOUR: Duration = Duration::from_secs(3600);

async fn run(reply: Reply, timeouts: Timeouts) -> Error {
    let server = Server::always(reply);
    let bk = server.builder().timeouts(timeouts).build().unwrap();
    bk.execute(Forward::new("a/b"))
        .await
        .expect_err("the time should run out")
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_never_answered() {
    let timeouts = Timeouts::default()
        .connect(None)
        .attempt(HOUR)
        .operation(None);
    let error = run(Reply::Hang, timeouts).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_retryable());
    assert!(error.may_have_been_sent());
    let text = error.to_string();
    assert!(
        text.starts_with("query Builds: no complete answer from http://127.0.0.1"),
        "{text}"
    );
    assert!(text.contains("within 3600s"), "{text}");
    assert!(text.contains("Timeouts::attempt"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_ends() {
    let mut bytes = answer(200, &[], json!({"data": {}}).to_string().as_bytes());
    bytes.pop();
    let timeouts = Timeouts::default()
        .connect(None)
        .attempt(HOUR)
        .operation(None);
    let error = run(Reply::HangAfter(bytes), timeouts).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn an_operation_as_a_whole() {
    let timeouts = Timeouts::default()
        .connect(None)
        .attempt(None)
        .operation(HOUR);
    let error = run(Reply::Hang, timeouts).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("Timeouts::operation"), "{error}");
}
