//! The budget against the sandbox, whose windows pass in real time.

use std::time::Duration;

use buildkite_client::queries::{PipelineBySlug, RecentBuilds};
use buildkite_client::{BudgetPolicy, Client, ClientBuilder, ErrorKind, RetryPolicy, Timeouts};
use buildkite_sandbox::{Fault, Limits, Sandbox};
use futures_util::StreamExt as _;

use crate::support;
use crate::support::log::Log;

/// What the operation costs.
const POINTS: usize = 8;

fn builds() -> RecentBuilds {
    RecentBuilds::new("acme-inc/web").first(2)
}

async fn start(user: u64, window: u64) -> Sandbox {
    let limits = Limits::default()
        .user(user)
        .window(Duration::from_secs(window));
    Sandbox::builder().limits(limits).start().await.unwrap()
}

fn client(sandbox: &Sandbox) -> ClientBuilder {
    support::sandbox::builder(sandbox).retry(RetryPolicy::none())
}

/// Sends one operation from each of many tasks, and tells how many were refused.
async fn many(bk: &Client, tasks: usize) -> usize {
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let bk = bk.clone();
            tokio::spawn(async move { bk.execute(builds()).await.map(drop) })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        if let Err(error) = task.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
            refused += 1;
        }
    }
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_tasks_are_never_refused() {
    // Half of the tasks use a window up; the others wait for the next.
    let sandbox = start(POINTS as u64 * 33, 2).await;
    let bk = client(&sandbox).build().unwrap();
    assert_eq!(many(&bk, 64).await, 0);
    let log = sandbox.log();
    assert_eq!(
        (log.asked("RecentBuilds"), log.ran("RecentBuilds")),
        (64, 64)
    );
    // Without a budget most of them run into the end of the window.
    let sandbox = start(POINTS as u64 * 33, 60).await;
    let bk = client(&sandbox)
        .budget(BudgetPolicy::none())
        .build()
        .unwrap();
    assert!(many(&bk, 64).await > 20);
}

#[tokio::test]
async fn who_cannot_wait_is_told_at_once_and_nothing_is_sent() {
    let sandbox = start(POINTS as u64 * 2, 300).await;
    let timeouts = Timeouts::default().operation(Duration::from_secs(200));
    let builder = client(&sandbox).timeouts(timeouts);
    let bk = builder.retry(RetryPolicy::default()).build().unwrap();
    for _ in 0..2 {
        bk.execute(builds()).await.unwrap();
    }
    let error = bk.execute(builds()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(!error.may_have_been_sent() && error.is_retryable());
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::from_secs(290), "{wait:?}");
    let text = error.to_string();
    assert!(
        text.contains("nothing was sent; the window ends in"),
        "{text}"
    );
    assert_eq!(text.matches("Timeouts::operation").count(), 1, "{text}");
    assert_eq!(sandbox.log().asked("RecentBuilds"), 2);
}

#[tokio::test]
async fn a_share_is_left_to_others() {
    let sandbox = start(POINTS as u64 * 100, 300).await;
    let timeouts = Timeouts::default().operation(Duration::from_millis(200));
    let modest = BudgetPolicy::default().ceiling(0.1);
    let bk = client(&sandbox)
        .budget(modest)
        .timeouts(timeouts)
        .build()
        .unwrap();
    let mut sent = 0;
    while bk.execute(builds()).await.is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 10);
    assert_eq!(sandbox.rate_limits().user.remaining, POINTS as u64 * 90);
}

#[tokio::test]
async fn operations_in_the_loop_over_others_do_not_stand_still() {
    // While the loop waits for one operation nobody polls the others, be they sent, or
    // waiting for the first answer, or for points.
    let sandbox = start(POINTS as u64 * 20, 1).await;
    let timeouts = Timeouts::default().operation(Duration::from_secs(20));
    let bk = client(&sandbox).timeouts(timeouts).build().unwrap();
    let operations = (0..24).map(|_| bk.execute(builds()).into_future());
    let mut answers = futures_util::stream::iter(operations).buffer_unordered(8);
    let mut done = 0;
    while let Some(answer) = answers.next().await {
        answer.unwrap();
        bk.execute(builds()).await.unwrap();
        done += 1;
    }
    assert_eq!(done, 24);
    assert_eq!(sandbox.log().ran("RecentBuilds"), 48);
}

#[tokio::test]
async fn an_error_that_points_keep_from_another_attempt_is_the_one_that_is_shown() {
    let sandbox = start(POINTS as u64, 300).await;
    let timeouts = Timeouts::default().operation(Duration::from_secs(100));
    let builder = client(&sandbox).timeouts(timeouts);
    let retry = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let bk = builder.retry(retry).build().unwrap();
    bk.execute(builds()).await.unwrap();
    let error = bk.execute(builds()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 0)
    );

    let sandbox = start(POINTS as u64 + 1, 300).await;
    let bk = client(&sandbox)
        .timeouts(timeouts)
        .retry(retry)
        .build()
        .unwrap();
    bk.execute(builds()).await.unwrap();
    sandbox.inject(Fault::status(503).after_running().times(1));
    let error = bk
        .execute(PipelineBySlug::new("acme-inc/web"))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Http, 1));
    let text = error.to_string();
    assert!(
        text.contains("not tried again, because too few complexity points are left"),
        "{text}"
    );
}

#[tokio::test]
async fn a_loop_over_more_operations_than_a_window_has_points_for_ends() {
    let sandbox = start(POINTS as u64 * 10, 2).await;
    let timeouts = Timeouts::default().operation(Duration::from_secs(60));
    let bk = client(&sandbox).timeouts(timeouts).build().unwrap();
    let operations = (0..32).map(|_| bk.execute(builds()).into_future());
    let mut answers = futures_util::stream::iter(operations).buffer_unordered(32);
    let mut done = 0;
    while let Some(answer) = answers.next().await {
        answer.unwrap();
        bk.execute(builds()).await.unwrap();
        done += 1;
    }
    assert_eq!(done, 32);
}

#[tokio::test]
async fn the_log_tells_what_was_waited_for() {
    let (log, _recording) = Log::start();
    let sandbox = start(POINTS as u64, 1).await;
    let bk = client(&sandbox).build().unwrap();
    for _ in 0..2 {
        bk.execute(builds()).await.unwrap();
    }
    let text = log.text();
    let waited = text.lines().find(|line| line.contains("waited for points"));
    let waited = waited.expect("a line about the wait");
    for expected in ["operation=\"RecentBuilds\"", "points=8", "waited_ms="] {
        assert!(waited.contains(expected), "{waited}");
    }
}
