//! Streams that are cut, and go on elsewhere.

use super::*;

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
