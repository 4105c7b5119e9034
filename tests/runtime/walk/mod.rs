//! Reading ahead, pages of other sizes, rows that come again, and checkpoints.

use std::time::Duration;

use buildkite_client::queries::RecentBuilds;
use buildkite_client::relay::{Checkpoint, Duplicates, Items, Paginate};
use buildkite_client::{ErrorKind, RetryPolicy, Timeouts};
use buildkite_sandbox::Sandbox;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::support::operations::{Backward, Build, Forward};
use crate::support::sandbox::client;
use crate::support::server::{Reply, Request, Server};

mod ahead;
mod checkpoints;
mod repeats;
mod sizes;

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
