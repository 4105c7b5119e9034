//! Walking a connection: order, demand, ends and faults.

use buildkite_client::ErrorKind;
use buildkite_client::relay::{Items, Pages};
use futures_core::FusedStream;
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

use crate::support::operations::{Backward, Build, Forward};
use crate::support::server::{Reply, Request, Server};

/// Builds 1 to `total`, three a page, in either direction; cursors are the
/// numbers themselves.
fn connection(total: i64, request: &Request) -> Value {
    let number = |name| {
        request
            .variable(name)
            .as_str()
            .map(|c| c.parse::<i64>().unwrap())
    };
    let (from, to) = if request.variable("last").is_null() {
        let from = number("after").unwrap_or(0) + 1;
        (from, (from + 2).min(total))
    } else {
        let to = number("before").unwrap_or(total + 1) - 1;
        ((to - 2).max(1), to)
    };
    json!({"data": {"pipeline": {"builds": {
        "count": total,
        "pageInfo": {
            "hasNextPage": to < total,
            "hasPreviousPage": from > 1,
            "startCursor": (from <= to).then(|| from.to_string()),
            "endCursor": (from <= to).then(|| to.to_string()),
        },
        "edges": (from..=to).map(|number| json!({"node": {"number": number}})).collect::<Vec<_>>(),
    }}}})
}

fn builds(total: i64) -> Server {
    Server::start(move |_, request| Reply::json(&connection(total, request)))
}

/// One page of which the first reply is made, and then another.
fn page(info: &Value, edges: &Value) -> Value {
    json!({"data": {"pipeline": {"builds": {"pageInfo": info, "edges": edges}}}})
}

async fn numbers(items: Items<impl buildkite_client::relay::Paginate<Node = Build>>) -> Vec<i64> {
    items
        .map_ok(|build| build.number)
        .try_collect()
        .await
        .unwrap()
}

#[test]
fn streams_can_be_sent_and_moved() {
    fn free<T: Send + Unpin + 'static>() {}
    free::<Pages<Forward>>();
    free::<Items<Forward>>();
}

#[tokio::test]
async fn forward_in_order() {
    for total in [0, 1, 3, 4, 10] {
        let server = builds(total);
        let items = server.client().paginate(Forward::new("a/b")).items();
        assert_eq!(numbers(items).await, (1..=total).collect::<Vec<_>>());
        let pages = usize::try_from(total).unwrap().div_ceil(3).max(1);
        assert_eq!(server.requests().len(), pages);
    }
}

#[tokio::test]
async fn backward_strictly_in_reverse() {
    for total in [0, 1, 3, 4, 10] {
        let server = builds(total);
        let items = server.client().paginate(Backward::new("a/b")).items();
        assert_eq!(numbers(items).await, (1..=total).rev().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn backward_pages_keep_their_order_within() {
    let server = builds(5);
    let pages: Vec<Vec<i64>> = server
        .client()
        .paginate(Backward::new("a/b"))
        .pages()
        .map_ok(|page| {
            let builds = page.into_data().pipeline.unwrap().builds.unwrap();
            builds.nodes().map(|build| build.number).collect()
        })
        .try_collect()
        .await
        .unwrap();
    assert_eq!(pages, [vec![3, 4, 5], vec![1, 2]]);
}

#[tokio::test]
async fn cursors_and_all_other_variables_are_sent() {
    let server = builds(7);
    numbers(server.client().paginate(Forward::new("a/b")).items()).await;
    let cursors: Vec<Value> = server
        .requests()
        .iter()
        .map(|r| r.variable("after"))
        .collect();
    assert_eq!(cursors, [Value::Null, json!("3"), json!("6")]);
    for request in server.requests() {
        assert_eq!(request.variable("pipeline"), "a/b");
        assert_eq!(request.variable("first"), 3);
    }
}

#[tokio::test]
async fn starts_where_the_operation_stands() {
    let server = builds(7);
    let op = Forward::new("a/b").behind("5");
    assert_eq!(numbers(server.client().paginate(op).items()).await, [6, 7]);
}

#[tokio::test]
async fn asks_for_no_more_than_is_wanted() {
    let server = builds(100);
    let paginator = server.client().paginate(Forward::new("a/b"));
    let mut items = paginator.prefetch(0).items();
    assert_eq!(server.requests().len(), 0, "before the first poll");
    assert_eq!(items.total_count(), None);
    for number in 1..=3 {
        assert_eq!(items.try_next().await.unwrap().unwrap().number, number);
        assert_eq!(server.requests().len(), 1, "within the first page");
    }
    assert_eq!(items.try_next().await.unwrap().unwrap().number, 4);
    assert_eq!(server.requests().len(), 2);
    assert_eq!(items.fetched_pages(), 2);
    assert_eq!(items.total_count(), Some(100));
    drop(items);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn limits() {
    for (limit, pages) in [(0, 0), (1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (1000, 4)] {
        let server = builds(10);
        let paginator = server.client().paginate(Forward::new("a/b")).limit(limit);
        let found = numbers(paginator.items()).await;
        assert_eq!(found.len(), limit.min(10), "limit {limit}");
        assert_eq!(server.requests().len(), pages, "limit {limit}");

        let server = builds(10);
        let paginator = server.client().paginate(Forward::new("a/b")).limit(limit);
        assert_eq!(paginator.pages().count().await, pages, "limit {limit}");
    }
}

#[tokio::test]
async fn the_end_stays_the_end() {
    let server = builds(2);
    let mut items = server.client().paginate(Forward::new("a/b")).items();
    while items.try_next().await.unwrap().is_some() {}
    assert!(items.is_terminated());
    assert!(items.next().await.is_none());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_error_is_the_last_thing() {
    let server = Server::start(|before, request| match before {
        1 => Reply::status(502, &[], ""),
        _ => Reply::json(&connection(9, request)),
    });
    let items = server.client().paginate(Forward::new("a/b")).items();
    let found: Vec<_> = items.collect().await;
    assert_eq!(found.len(), 4);
    assert!(found[..3].iter().all(Result::is_ok));
    let error = found[3].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Http);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_cursor_that_comes_back() {
    // The server ignores the cursor, and so would send the first page forever.
    let info = json!({"hasNextPage": true, "endCursor": "c1"});
    let body = page(&info, &json!([{"node": {"number": 1}}]));
    let server = Server::always(Reply::json(&body));
    let found: Vec<_> = server
        .client()
        .paginate(Forward::new("a/b"))
        .items()
        .collect()
        .await;
    assert_eq!(found.len(), 2, "the row comes once: {found:?}");
    let error = found[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(
        error.to_string(),
        "query Builds: page 2 of `pipeline.builds`: cursor \"c1\" comes back a second time; \
         following it would read the same rows forever"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_longer_circle_of_cursors() {
    let server = Server::start(|before, _| {
        let info = json!({"hasNextPage": true, "endCursor": format!("c{}", before % 3)});
        Reply::json(&page(&info, &json!([{"node": {"number": before}}])))
    });
    let found: Vec<_> = server
        .client()
        .paginate(Forward::new("a/b"))
        .items()
        .collect()
        .await;
    assert_eq!(found.len(), 4);
    assert_eq!(found[3].as_ref().unwrap_err().kind(), ErrorKind::Pagination);
}

#[tokio::test]
async fn the_cursor_one_starts_with_counts() {
    let info = json!({"hasNextPage": true, "endCursor": "c1"});
    let server = Server::always(Reply::json(&page(&info, &json!([]))));
    let op = Forward::new("a/b").behind("c1");
    let error = server.client().paginate(op).items().try_next().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Pagination);
}

#[tokio::test]
async fn more_pages_without_a_cursor() {
    let info = json!({"hasNextPage": true, "endCursor": null});
    let server = Server::always(Reply::json(&page(&info, &json!([]))));
    let mut pages = server.client().paginate(Forward::new("a/b")).pages();
    let error = pages.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert!(error.to_string().contains("`endCursor` is null"), "{error}");
    assert!(pages.is_terminated());
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn an_empty_page_in_between() {
    let server = Server::start(|before, _| {
        let info = json!({"hasNextPage": before < 2, "endCursor": format!("c{before}")});
        let edges = match before {
            1 => json!([]),
            _ => json!([{"node": {"number": before}}]),
        };
        Reply::json(&page(&info, &edges))
    });
    let items = server.client().paginate(Forward::new("a/b")).items();
    assert_eq!(numbers(items).await, [0, 2]);
}

#[tokio::test]
async fn a_parent_that_is_null() {
    for data in [
        json!({"pipeline": null}),
        json!({"pipeline": {"builds": null}}),
    ] {
        let server = Server::always(Reply::json(&json!({"data": data})));
        let mut items = server.client().paginate(Forward::new("a/b")).items();
        let error = items.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.operation(), Some("Builds"));
        let text = error.to_string();
        assert!(text.contains("`pipeline.builds`"), "{text}");
        assert!(text.contains("no such record"), "{text}");
        assert!(items.try_next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn pages_without_rows_or_page_information() {
    let info = json!({"hasNextPage": false, "endCursor": null});
    for (body, says) in [
        (page(&info, &Value::Null), "in place of the rows"),
        (page(&Value::Null, &json!([])), "`pageInfo` is null"),
        (
            page(&json!({}), &json!([])),
            "`pageInfo.hasNextPage` is missing",
        ),
    ] {
        let server = Server::always(Reply::json(&body));
        let mut items = server.client().paginate(Forward::new("a/b")).items();
        let error = items.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.path(), Some("pipeline.builds"));
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_null_row_with_an_error_fails_its_page() {
    let info = json!({"hasNextPage": false, "endCursor": null});
    let mut body = page(&info, &json!([{"node": {"number": 1}}, {"node": null}]));
    body["errors"] = json!([{"message": "boom", "path": ["pipeline", "builds", "edges", 1]}]);
    let server = Server::always(Reply::json(&body));
    let mut items = server.client().paginate(Forward::new("a/b")).items();
    let error = items.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert!(error.partial_json().is_some());
}
