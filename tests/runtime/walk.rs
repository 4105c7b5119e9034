//! Reading ahead, pages of other sizes, rows that come again, and checkpoints.

use std::time::Duration;

use buildkite_client::queries::RecentBuilds;
use buildkite_client::relay::{Checkpoint, Duplicates, Items, Paginate};
use buildkite_client::{Client, ErrorKind, RetryPolicy, Timeouts};
use buildkite_sandbox::Sandbox;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::support::operations::{Backward, Build, Forward};
use crate::support::server::{Reply, Request, Server};

/// What a row of the connection shows of itself beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Id,
    Cursor,
}

/// The builds of these numbers, as many a page as are asked for, in either direction;
/// cursors are the numbers themselves.
fn page(numbers: &[i64], known: Known, request: &Request) -> Value {
    let cursor = |name| {
        let cursor = request.variable(name);
        cursor.as_str().map(|cursor| cursor.parse::<i64>().unwrap())
    };
    let is_backward = request.variable("first").is_null();
    let size = request.variable(if is_backward { "last" } else { "first" });
    let size = usize::try_from(size.as_i64().unwrap()).unwrap();
    let rows: Vec<i64> = numbers
        .iter()
        .copied()
        .filter(|number| cursor("after").is_none_or(|after| *number > after))
        .filter(|number| cursor("before").is_none_or(|before| *number < before))
        .collect();
    let shown = if is_backward {
        &rows[rows.len().saturating_sub(size)..]
    } else {
        &rows[..size.min(rows.len())]
    };
    let is_more = shown.len() < rows.len();
    json!({"data": {"pipeline": {"builds": {
        "count": numbers.len(),
        "pageInfo": {
            "hasNextPage": is_more && !is_backward,
            "hasPreviousPage": is_more && is_backward,
            "startCursor": shown.first().map(i64::to_string),
            "endCursor": shown.last().map(i64::to_string),
        },
        "edges": shown.iter().map(|number| match known {
            Known::Nothing => json!({"node": {"number": number}}),
            Known::Id => json!({"node": {"number": number, "id": format!("Build-{number}")}}),
            Known::Cursor => json!({"cursor": number.to_string(), "node": {"number": number}}),
        }).collect::<Vec<_>>(),
    }}}})
}

fn builds(total: i64, known: Known) -> Server {
    let numbers: Vec<_> = (1..=total).collect();
    Server::start(move |_, request| Reply::json(&page(&numbers, known, request)))
}

async fn numbers(items: Items<impl Paginate<Node = Build>>) -> Vec<i64> {
    let numbers = items.map_ok(|build| build.number);
    numbers.try_collect().await.unwrap()
}

fn sizes(server: &Server) -> Vec<i64> {
    let requests = server.requests();
    let sizes = requests.iter().map(|request| request.variable("first"));
    sizes.map(|size| size.as_i64().unwrap()).collect()
}

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

fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder().endpoint(sandbox.url());
    builder.token(sandbox.token()).build().unwrap()
}

/// A connection into whose front builds come while it is read: cursors are places.
fn growing(request: &Request, before: usize) -> Value {
    let place = request.variable("after");
    let place = place.as_str().map_or(0, |place| place.parse().unwrap());
    // One more build for each request that came before.
    let newest = 20 + before;
    let rows: Vec<_> = (0..newest).rev().skip(place).take(5).collect();
    let end = place + rows.len();
    json!({"data": {"pipeline": {"builds": {
        "pageInfo": {"hasNextPage": end < newest, "endCursor": end.to_string()},
        "edges": rows.iter().map(|number| {
            json!({"node": {"number": number, "id": format!("Build-{number}")}})
        }).collect::<Vec<_>>(),
    }}}})
}

#[tokio::test]
async fn a_row_that_moves_to_the_next_page_comes_once() {
    let server = || Server::start(|before, request| Reply::json(&growing(request, before)));
    let first = server();
    let mut items = first.client().paginate(Forward::new("a/b").size(5)).items();
    let mut found = Vec::new();
    while let Some(build) = items.try_next().await.unwrap() {
        found.push(build.number);
    }
    assert_eq!(found, (0..20).rev().collect::<Vec<_>>());
    assert_eq!(items.duplicate_rows(), 4);
    assert_eq!(items.progress().rows, 20);

    let second = server();
    let all = second.client().paginate(Forward::new("a/b").size(5));
    let all = numbers(all.duplicates(Duplicates::Keep).items()).await;
    assert_eq!(all[..7], [19, 18, 17, 16, 15, 15, 14]);

    let third = server();
    let strict = third.client().paginate(Forward::new("a/b").size(5));
    let mut strict = strict.duplicates(Duplicates::Fail).items();
    for _ in 0..5 {
        strict.try_next().await.unwrap().unwrap();
    }
    let error = strict.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert!(
        error
            .to_string()
            .contains("\"Build-15\" came on an earlier page"),
        "{error}"
    );
}

#[tokio::test]
async fn pages_that_never_end_end() {
    let endless = |rows: Value| {
        Server::start(move |before, _| {
            Reply::json(&json!({"data": {"pipeline": {"builds": {
                "pageInfo": {"hasNextPage": true, "endCursor": format!("c{before}")},
                "edges": rows,
            }}}}))
        })
    };
    // Without rows, and with the same again and again.
    for (rows, expected) in [
        (json!([]), 0),
        (json!([null, {"node": null}]), 0),
        (json!([{"node": {"number": 1, "id": "Build-1"}}]), 1),
    ] {
        let server = endless(rows);
        let mut items = server.client().paginate(Forward::new("a/b")).items();
        let mut found = 0;
        let error = loop {
            match items.try_next().await {
                Ok(row) => found += usize::from(row.is_some()),
                Err(error) => break error,
            }
        };
        assert_eq!(found, expected);
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert!(error.to_string().contains("brought nothing new"), "{error}");
        assert_eq!(server.requests().len(), 50 + expected);
    }
}

/// Reads so many rows, and leaves a checkpoint as text.
async fn read<O: Paginate<Node = Build>>(items: &mut Items<O>, rows: usize) -> (Vec<i64>, String) {
    let mut found = Vec::new();
    while found.len() < rows
        && let Some(build) = items.try_next().await.unwrap()
    {
        found.push(build.number);
    }
    (found, serde_json::to_string(&items.checkpoint()).unwrap())
}

async fn cut_everywhere<O: Paginate<Node = Build>>(op: O, known: Known, expected: &[i64]) {
    for (cut, duplicates) in
        (0..=expected.len() + 1).flat_map(|cut| [(cut, Duplicates::Skip), (cut, Duplicates::Keep)])
    {
        let server = builds(11, known);
        let paginator = server.client().paginate(op.clone());
        let mut items = paginator.duplicates(duplicates).items();
        let (mut found, checkpoint) = read(&mut items, cut).await;
        let checkpoint: Checkpoint = serde_json::from_str(&checkpoint).unwrap();
        assert_eq!(checkpoint.rows(), found.len());
        // Another client, and pages of another size.
        let mut smaller = op.clone();
        smaller.set_page_size(2);
        let rest = server.client().paginate(smaller).resume(checkpoint);
        let mut rest = rest.unwrap().duplicates(duplicates).items();
        found.extend(read(&mut rest, usize::MAX).await.0);
        assert_eq!(found, expected, "{known:?} cut after {cut}");
        assert_eq!(rest.progress().rows, expected.len());
        assert_eq!(rest.duplicate_rows(), 0);
        assert!(rest.checkpoint().is_end());
        let over = server.client().paginate(op.clone());
        let mut over = over.resume(rest.checkpoint()).unwrap().items();
        assert_eq!(over.try_next().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_anywhere_goes_on_there() {
    let up: Vec<_> = (1..=11).collect();
    let down: Vec<_> = (1..=11).rev().collect();
    for known in [Known::Nothing, Known::Id, Known::Cursor] {
        cut_everywhere(Forward::new("a/b"), known, &up).await;
        cut_everywhere(Backward::new("a/b"), known, &down).await;
        cut_everywhere(Forward::new("a/b").behind("4"), known, &up[4..]).await;
    }
}

#[tokio::test]
async fn rows_that_come_and_go_do_not_shift_a_checkpoint() {
    for known in [Known::Id, Known::Cursor] {
        let server = builds(20, known);
        let mut items = server
            .client()
            .paginate(Forward::new("a/b").size(8))
            .items();
        let (found, checkpoint) = read(&mut items, 5).await;
        assert_eq!(found, [1, 2, 3, 4, 5]);
        // Meanwhile two of those that were read are deleted, and one of the others.
        let later: Vec<_> = (1..=20)
            .filter(|number| ![2, 3, 7].contains(number))
            .collect();
        let expected: Vec<_> = later.iter().copied().filter(|number| *number > 5).collect();
        let server = Server::start(move |_, request| Reply::json(&page(&later, known, request)));
        let checkpoint = serde_json::from_str(&checkpoint).unwrap();
        let rest = server.client().paginate(Forward::new("a/b").size(8));
        let rest = rest.resume(checkpoint).unwrap().items();
        assert_eq!(numbers(rest).await, expected, "{known:?}");
    }
}

#[tokio::test]
async fn pages_can_be_cut_between_them() {
    let server = builds(11, Known::Id);
    let mut pages = server.client().paginate(Forward::new("a/b")).pages();
    let beginning = pages.checkpoint();
    pages.try_next().await.unwrap();
    pages.try_next().await.unwrap();
    let behind = pages.checkpoint();
    assert_eq!((beginning.rows(), behind.rows()), (0, 6));
    let from = |checkpoint| {
        let paginator = server.client().paginate(Forward::new("a/b"));
        paginator.resume(checkpoint).unwrap()
    };
    assert_eq!(
        numbers(from(behind).items()).await,
        (7..=11).collect::<Vec<_>>()
    );
    assert_eq!(numbers(from(beginning).items()).await.len(), 11);
}

#[tokio::test]
async fn a_limit_counts_from_the_beginning() {
    let server = builds(20, Known::Id);
    let mut items = server
        .client()
        .paginate(Forward::new("a/b"))
        .limit(5)
        .items();
    let (found, checkpoint) = read(&mut items, usize::MAX).await;
    assert_eq!(found, [1, 2, 3, 4, 5]);
    let resumed = |limit| {
        let checkpoint = serde_json::from_str(&checkpoint).unwrap();
        let paginator = server.client().paginate(Forward::new("a/b")).limit(limit);
        paginator.resume(checkpoint).unwrap().items()
    };
    assert_eq!(numbers(resumed(5)).await, [0_i64; 0]);
    assert_eq!(numbers(resumed(9)).await, [6, 7, 8, 9]);
}

#[tokio::test]
async fn a_checkpoint_of_something_else_is_refused() {
    let server = builds(20, Known::Id);
    let mut items = server.client().paginate(Forward::new("a/b")).items();
    let (_, checkpoint) = read(&mut items, 4).await;
    assert!(
        !checkpoint.contains("a/b"),
        "variables are no business of it: {checkpoint}"
    );
    let refused = |text: &str, op: Forward| {
        let checkpoint = serde_json::from_str(text).unwrap();
        let error = server.client().paginate(op).resume(checkpoint).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    };
    let other = refused(&checkpoint, Forward::new("a/c"));
    assert!(other.contains("\"Builds\" with other variables"), "{other}");
    let named = checkpoint.replace("\"Builds\"", "\"Jobs\"");
    let named = refused(&named, Forward::new("a/b"));
    assert!(
        named.contains("operation \"Jobs\", not to \"Builds\""),
        "{named}"
    );
    let newer = checkpoint.replace("\"version\":1", "\"version\":2");
    let newer = refused(&newer, Forward::new("a/b"));
    assert!(newer.contains("version 2"), "{newer}");
    // The form is one that others read: it changes only with its version.
    insta::assert_snapshot!(checkpoint);
}

#[tokio::test]
async fn progress_is_told() {
    let server = builds(11, Known::Id);
    let mut items = server.client().paginate(Forward::new("a/b")).items();
    assert_eq!(items.progress().to_string(), "0 rows, 0 points");
    read(&mut items, 4).await;
    let progress = items.progress();
    assert_eq!(progress.to_string(), "4 of 11 rows, 0 points");
    assert_eq!((progress.pages, progress.page_size), (2, Some(3)));

    let sandbox = Sandbox::start().await.unwrap();
    let bk = client(&sandbox);
    let op = RecentBuilds::new("acme-inc/web").first(2);
    let mut builds = bk.paginate(op).items();
    for _ in 0..3 {
        builds.try_next().await.unwrap();
    }
    assert_eq!(builds.progress().points, 16);
    assert!(builds.progress().total.is_some());
}

/// Reads to the end, with a new stream from a checkpoint after each error, and another page
/// size for each.
async fn read_on(server: &Server, sizes: &[i64], checkpoint: Checkpoint) -> Vec<i64> {
    read_in_parts(server, sizes, checkpoint, usize::MAX).await
}

/// The same, with a new stream after so many rows of each.
async fn read_in_parts(
    server: &Server,
    sizes: &[i64],
    mut checkpoint: Checkpoint,
    rows: usize,
) -> Vec<i64> {
    let mut found = Vec::new();
    let mut sizes = sizes.iter().cycle();
    loop {
        let op = Forward::new("a/b").size(*sizes.next().unwrap());
        let paginator = server.client().paginate(op).resume(checkpoint).unwrap();
        let mut items = paginator.prefetch(0).items();
        let enough = found.len().saturating_add(rows);
        while found.len() < enough {
            match items.try_next().await {
                Ok(Some(build)) => found.push(build.number),
                Ok(None) => return found,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
                    break;
                }
            }
        }
        let text = serde_json::to_string(&items.checkpoint()).unwrap();
        checkpoint = serde_json::from_str(&text).unwrap();
    }
}

#[tokio::test]
async fn a_resumed_stream_that_fails_anywhere_goes_on_there() {
    for known in [Known::Nothing, Known::Id, Known::Cursor] {
        for cut in 1..8 {
            let calm = builds(20, known);
            let mut items = calm.client().paginate(Forward::new("a/b").size(8)).items();
            let (mut found, checkpoint) = read(&mut items, cut).await;
            // Every second request fails, so that streams are cut while rows come again.
            let all: Vec<_> = (1..=20).collect();
            let server = Server::start(move |before, request| match before % 2 {
                0 => Reply::json(&page(&all, known, request)),
                _ => Reply::Close,
            });
            let checkpoint = serde_json::from_str(&checkpoint).unwrap();
            found.extend(read_on(&server, &[2, 3, 1, 8], checkpoint).await);
            let expected: Vec<_> = (1..=20).collect();
            assert_eq!(found, expected, "{known:?} cut after {cut}");
        }
    }
}

#[tokio::test]
async fn many_small_pages_of_rows_that_come_again_are_no_circle() {
    for known in [Known::Nothing, Known::Id] {
        let server = builds(110, known);
        let mut items = server
            .client()
            .paginate(Forward::new("a/b").size(100))
            .items();
        let (mut found, checkpoint) = read(&mut items, 99).await;
        let checkpoint = serde_json::from_str(&checkpoint).unwrap();
        found.extend(read_on(&server, &[1], checkpoint).await);
        assert_eq!(found, (1..=110).collect::<Vec<_>>(), "{known:?}");
    }
}

#[tokio::test]
async fn a_row_that_moves_over_a_cut_comes_once() {
    for cut in 1..20 {
        let server = Server::start(|before, request| Reply::json(&growing(request, before)));
        let paginator = server.client().paginate(Forward::new("a/b").size(5));
        let mut items = paginator.prefetch(0).items();
        let (mut found, checkpoint) = read(&mut items, cut).await;
        let checkpoint = serde_json::from_str(&checkpoint).unwrap();
        // Cut again and again, while rows go on moving.
        found.extend(read_in_parts(&server, &[5, 4], checkpoint, 3).await);
        let all = found.len();
        // Builds that came meanwhile may be there; none may be twice.
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), all, "cut after {cut}");
        assert_eq!(found[..20], (0..20).collect::<Vec<_>>(), "cut after {cut}");
    }
}

#[tokio::test]
async fn a_damaged_checkpoint_does_not_panic() {
    let server = builds(20, Known::Id);
    let mut items = server.client().paginate(Forward::new("a/b")).items();
    let (_, checkpoint) = read(&mut items, 4).await;
    let most = usize::MAX.to_string();
    for (good, bad) in [
        ("\"rows\":4", "rows"),
        ("\"pages\":1", "pages"),
        ("\"skip\":1", "skip"),
    ] {
        let text = checkpoint.replace(good, &format!("\"{bad}\":{most}"));
        let checkpoint = serde_json::from_str(&text).unwrap();
        let paginator = server.client().paginate(Forward::new("a/b")).limit(50);
        let mut items = paginator.resume(checkpoint).unwrap().items();
        while items.try_next().await.unwrap().is_some() {}
    }
}
