//! Rows that come again, and pages without end.

use super::*;

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
