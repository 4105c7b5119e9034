//! Reading ahead of the caller, and what becomes of it.

use super::*;

/// Waits until so many requests have come, and then a little for more.
async fn requests(server: &Server) -> usize {
    let mut before = usize::MAX;
    loop {
        let now = server.requests().len();
        if now == before {
            return now;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

#[tokio::test]
async fn pages_are_read_ahead_while_the_caller_works() {
    for ahead in [0, 1, 2] {
        let server = builds(100, Known::Nothing);
        let paginator = server
            .client()
            .paginate(Forward::new("a/b"))
            .prefetch(ahead);
        let mut items = paginator.items();
        assert_eq!(requests(&server).await, 0, "before the first poll");
        items.try_next().await.unwrap();
        assert_eq!(requests(&server).await, 1 + ahead);
        for _ in 0..3 {
            items.try_next().await.unwrap();
        }
        assert_eq!(requests(&server).await, 2 + ahead);
        // Nobody reads on for a stream that is gone.
        drop(items);
        assert_eq!(requests(&server).await, 2 + ahead);
    }
}

#[tokio::test]
async fn nothing_is_read_ahead_of_a_limit() {
    let server = builds(100, Known::Nothing);
    let paginator = server.client().paginate(Forward::new("a/b")).prefetch(5);
    assert_eq!(
        numbers(paginator.limit(7).items()).await,
        (1..=7).collect::<Vec<_>>()
    );
    // The last page is asked for no more rows than are wanted.
    assert_eq!(sizes(&server), [3, 3, 1]);
}

#[tokio::test]
async fn rows_before_an_error_are_not_lost() {
    let server = Server::start(|before, request| match before {
        0 | 1 => Reply::json(&page(
            &(1..=100).collect::<Vec<_>>(),
            Known::Nothing,
            request,
        )),
        _ => Reply::Close,
    });
    let mut items = server
        .client()
        .paginate(Forward::new("a/b"))
        .prefetch(3)
        .items();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for number in 1..=6 {
        assert_eq!(items.try_next().await.unwrap().unwrap().number, number);
    }
    let error = items.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.operation(), Some("Builds"));
    assert_eq!(items.try_next().await.unwrap(), None);
}

#[test]
fn a_runtime_that_ends_is_told() {
    let server = builds(100, Known::Nothing);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut items = server.client().paginate(Forward::new("a/b")).items();
    runtime.block_on(items.try_next()).unwrap();
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let error = other.block_on(async {
        loop {
            if let Err(error) = items.try_next().await {
                return error;
            }
        }
    });
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(
        error
            .to_string()
            .contains("query Builds: the runtime was shut down"),
        "{error}"
    );
}
