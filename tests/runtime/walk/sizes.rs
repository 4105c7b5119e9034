//! Pages of other sizes than were asked for.

use super::*;

fn too_complex() -> Reply {
    let message = "Query has complexity of 60000, which exceeds max complexity of 50000";
    Reply::json(&json!({"errors": [{"message": message}]}))
}

#[tokio::test]
async fn pages_shrink_where_they_are_refused_and_stay_small() {
    let all: Vec<_> = (1..=100).collect();
    let server = Server::start(move |_, request| {
        if request.variable("first").as_i64().unwrap() > 7 {
            return too_complex();
        }
        Reply::json(&page(&all, Known::Id, request))
    });
    let op = Forward::new("a/b").size(20);
    let found = numbers(server.client().paginate(op.clone()).items()).await;
    assert_eq!(found, (1..=100).collect::<Vec<_>>());
    let sizes = sizes(&server);
    assert_eq!(sizes[..4], [20, 10, 5, 5]);
    assert!(sizes[3..].iter().all(|size| *size == 5), "{sizes:?}");
    // Not where somebody wants exactly this many.
    let fixed = server.client().paginate(op).fixed_page_size();
    let error = fixed.items().try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Graphql);
    // And not below one row.
    let server = Server::start(|_, _| too_complex());
    let error = server
        .client()
        .paginate(Forward::new("a/b"))
        .items()
        .try_next()
        .await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Graphql);
    assert_eq!(self::sizes(&server), [3, 1]);
}

#[tokio::test]
async fn pages_shrink_after_time_outs_and_grow_back() {
    let all: Vec<_> = (1..=400).collect();
    let server = Server::start(move |before, request| match before {
        // Once is no reason; three times in a row are.
        1 | 4 | 5 => Reply::Hang,
        _ => Reply::json(&page(&all, Known::Id, request)),
    });
    let timeouts = Timeouts::default().attempt(Duration::from_millis(300));
    let quick = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let builder = server.builder().timeouts(timeouts).retry(quick);
    let bk = builder.build().unwrap();
    let items = bk.paginate(Forward::new("a/b").size(16)).items();
    assert_eq!(numbers(items).await, (1..=400).collect::<Vec<_>>());
    let sizes = sizes(&server);
    assert_eq!(sizes[..7], [16, 16, 16, 16, 16, 16, 4]);
    for (size, pages) in [(4, 8), (8, 8)] {
        let found = sizes.iter().filter(|found| **found == size).count();
        assert_eq!(found, pages, "{sizes:?}");
    }
    assert_eq!(sizes.last(), Some(&16));
}

#[tokio::test]
async fn whoever_wants_no_second_attempt_gets_none() {
    let server = Server::always(Reply::status(504, &[("retry-after", "30")], ""));
    let error = server
        .client()
        .paginate(Forward::new("a/b").size(100))
        .items()
        .try_next()
        .await
        .unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(504), 1));
    assert_eq!(server.requests().len(), 1);
    // And what the server asks for is waited for, or is too long.
    let timeouts = Timeouts::default().operation(Duration::from_secs(5));
    let bk = server
        .builder()
        .retry(RetryPolicy::default())
        .timeouts(timeouts);
    let bk = bk.build().unwrap();
    let mut items = bk.paginate(Forward::new("a/b").size(100)).items();
    let error = items.try_next().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("would pass `Timeouts::operation`"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn under_a_limit_pages_shrink_from_what_was_asked_for() {
    let server = Server::start(|_, _| too_complex());
    let paginator = server
        .client()
        .paginate(Forward::new("a/b").size(100))
        .limit(3);
    assert!(paginator.items().try_next().await.is_err());
    assert_eq!(sizes(&server), [3, 1]);
}

#[tokio::test]
async fn no_request_passes_the_limit_of_points() {
    let sandbox = Sandbox::start().await.unwrap();
    let bk = client(&sandbox);
    let op = RecentBuilds::new("acme-inc/web").first(40_000);
    assert!(op.requested_complexity() > 50_000);
    let builds: Vec<_> = bk.paginate(op).items().try_collect().await.unwrap();
    assert!(!builds.is_empty());
    let log = sandbox.log();
    let entries = log.entries();
    assert_eq!(entries.len(), 1);
    // Four points for the page, two for each build.
    assert_eq!(entries[0].variables["first"], 24_998);
    assert!(entries[0].ran);
}
