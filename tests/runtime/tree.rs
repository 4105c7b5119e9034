//! The rest of nested connections, one by one and as whole trees.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use buildkite_client::queries::OrganizationTree;
use buildkite_client::queries::organization_tree::Pipeline;
use buildkite_client::relay::{Drain, Drained, Rests};
use buildkite_client::{Client, ErrorKind, Operation as _};
use buildkite_sandbox::data::{Build, Data, Job, Pipeline as Pinned};
use buildkite_sandbox::{Limits, Sandbox};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};

use crate::support;
use crate::support::operations::Forward;
use crate::support::server::{Reply, Request, Server};

/// A page of `total` rows, forward; cursors are numbers of rows.
fn page(total: usize, first: &Value, after: &Value, row: impl Fn(usize) -> Value) -> Value {
    let size = usize::try_from(first.as_u64().unwrap()).unwrap();
    let start: usize = after.as_str().map_or(0, |after| after.parse().unwrap());
    let end = total.min(start + size);
    json!({
        "count": total,
        "pageInfo": {
            "hasNextPage": end < total,
            "endCursor": (end > start).then(|| end.to_string()),
        },
        "edges": (start..end).map(|number| json!({"node": row(number)})).collect::<Vec<_>>(),
    })
}

/// How many pipelines, builds of each, and jobs of each of those there are.
#[derive(Debug, Clone, Copy)]
struct Size {
    pipelines: usize,
    builds: usize,
    jobs: usize,
}

impl Size {
    fn jobs(self, build: &str, first: &Value, after: &Value) -> Value {
        page(self.jobs, first, after, |number| {
            let id = format!("{build}-{number}");
            json!({"__typename": "JobTypeWait", "id": id, "uuid": id, "label": null, "state": "FINISHED"})
        })
    }

    fn builds(self, pipeline: &str, jobs: &Value, first: &Value, after: &Value) -> Value {
        page(self.builds, first, after, |number| {
            let id = format!("{pipeline}-{number}");
            json!({
                "number": number, "state": "PASSED", "url": "", "branch": "main",
                "commit": "HEAD", "createdAt": "2026-01-01T00:00:00Z", "startedAt": null,
                "finishedAt": null, "jobs": self.jobs(&id, jobs, &Value::Null), "id": id,
            })
        })
    }

    /// The answer to a request of the tree or of a rest of it.
    fn answer(self, request: &Request) -> Value {
        let name = request.json()["operationName"].clone();
        let [id, first, after, builds, jobs] =
            ["id", "first", "after", "buildsPerPage", "jobsPerPage"]
                .map(|name| request.variable(name));
        let node =
            |connection| json!({"data": {"node": {"__typename": "X", "connection": connection}}});
        match name.as_str().unwrap() {
            "OrganizationTree" => {
                let pipelines = page(self.pipelines, &first, &after, |number| {
                    let id = number.to_string();
                    json!({
                        "id": id, "slug": id, "name": id, "url": "",
                        "builds": self.builds(&id, &jobs, &builds, &Value::Null),
                    })
                });
                json!({"data": {"organization": {"pipelines": pipelines}}})
            }
            "OrganizationTreeBuildsRest" => {
                node(self.builds(id.as_str().unwrap(), &jobs, &first, &after))
            }
            "OrganizationTreeJobsRest" => node(self.jobs(id.as_str().unwrap(), &first, &after)),
            other => panic!("nobody asks for {other}"),
        }
    }

    fn server(self) -> Server {
        Server::start(move |_, request| Reply::json(&self.answer(request)))
    }
}

const SMALL: Size = Size {
    pipelines: 5,
    builds: 5,
    jobs: 5,
};

/// The tree, two rows a page on every level.
fn tree() -> OrganizationTree {
    pages(2)
}

fn pages(rows: i64) -> OrganizationTree {
    let tree = OrganizationTree::new("acme-inc").first(rows);
    tree.builds_per_page(rows).jobs_per_page(rows)
}

/// The ids of all jobs, in order.
fn jobs(pipelines: &[Pipeline]) -> Vec<String> {
    let builds = pipelines
        .iter()
        .flat_map(|pipeline| pipeline.builds.as_ref().unwrap().nodes());
    builds
        .flat_map(|build| build.jobs.as_ref().unwrap().nodes())
        .map(|job| {
            let json = serde_json::to_value(job).unwrap();
            json["id"].as_str().unwrap().to_owned()
        })
        .collect()
}

fn slugs(pipelines: &[Pipeline]) -> Vec<&str> {
    pipelines
        .iter()
        .map(|pipeline| pipeline.slug.as_str())
        .collect()
}

/// What comes before the error that has to come, and the error.
async fn broken(mut rows: Drained<OrganizationTree>) -> (Vec<Pipeline>, buildkite_client::Error) {
    let mut before = Vec::new();
    loop {
        match rows.try_next().await {
            Ok(row) => before.push(row.expect("an error at the end")),
            Err(error) => {
                assert!(rows.next().await.is_none());
                return (before, error);
            }
        }
    }
}

/// A sandbox with small trees of very different sizes.
async fn sandbox() -> (Sandbox, Client) {
    sandbox_with(Limits::default()).await
}

async fn sandbox_with(limits: Limits) -> (Sandbox, Client) {
    let mut data = Data::new().organization("Acme Inc").slug("acme-inc");
    for (pipeline, builds) in [("a", 0), ("b", 1), ("c", 7), ("d", 4), ("e", 2)] {
        let mut pinned = Pinned::new(pipeline);
        for jobs in 0..builds {
            let jobs = (0..jobs * 2).map(|job| Job::passed(format!("job {job}")));
            pinned = pinned.build(Build::with_jobs(jobs));
        }
        data = data.pipeline(pinned);
    }
    let builder = Sandbox::builder().data(data).limits(limits);
    let sandbox = builder.start().await.unwrap();
    let client = support::sandbox::client(&sandbox);
    (sandbox, client)
}

#[tokio::test]
async fn a_drained_tree_is_what_one_large_page_holds() {
    let (_sandbox, client) = sandbox().await;
    let large = client.execute(pages(20)).await.unwrap();
    let organization = large.into_data().organization.unwrap();
    let whole = organization.pipelines.unwrap().into_nodes();
    assert_eq!(whole.len(), 5);
    assert!(jobs(&whole).len() > 30);
    for rows in [1, 2, 3] {
        let drained: Vec<_> = client
            .drain(pages(rows))
            .items()
            .try_collect()
            .await
            .unwrap();
        // Their page information is that of the last page, as in the large one.
        assert_eq!(drained, whole, "{rows} rows a page");
    }
    let mut unordered: Vec<_> = client
        .drain(tree())
        .unordered()
        .items()
        .try_collect()
        .await
        .unwrap();
    let place = |pipeline: &Pipeline| whole.iter().position(|known| known.id == pipeline.id);
    unordered.sort_by_key(place);
    assert_eq!(unordered, whole);
}

#[tokio::test]
async fn the_rest_of_one_connection_is_a_stream() {
    let (_sandbox, client) = sandbox().await;
    let whole = client.execute(pages(20)).await.unwrap().into_data();
    let whole = whole.organization.unwrap().pipelines.unwrap().into_nodes();
    let op = tree().first(20);
    let some = client.execute(&op).await.unwrap().into_data();
    let some = some.organization.unwrap().pipelines.unwrap().into_nodes();
    for (some, whole) in some.into_iter().zip(whole) {
        let rest = op.builds_rest(&some).unwrap();
        let mut numbers: Vec<_> = some
            .builds
            .unwrap()
            .nodes()
            .map(|build| build.number)
            .collect();
        let expected: Vec<_> = whole
            .builds
            .unwrap()
            .nodes()
            .map(|build| build.number)
            .collect();
        assert_eq!(rest.is_some(), expected.len() > 2);
        if let Some(rest) = rest {
            assert_eq!(rest.name(), "OrganizationTreeBuildsRest");
            let rest: Vec<_> = client.paginate(rest).items().try_collect().await.unwrap();
            numbers.extend(rest.into_iter().map(|build| build.number));
        }
        assert_eq!(numbers, expected);
    }
}

#[tokio::test]
async fn every_row_is_complete_and_in_order() {
    let server = SMALL.server();
    let mut rows = server.client().drain(tree()).items();
    let mut drained = Vec::new();
    while let Some(row) = rows.try_next().await.unwrap() {
        drained.push(row);
        assert_eq!(rows.progress().rows, drained.len());
    }
    let mut expected = Vec::new();
    for pipeline in 0..5 {
        for build in 0..5 {
            expected.extend((0..5).map(|job| format!("{pipeline}-{build}-{job}")));
        }
    }
    assert_eq!(jobs(&drained), expected);
    // Three pages of pipelines, two more of builds for each, two more of jobs for each.
    assert_eq!(server.requests().len(), 3 + 5 * 2 + 25 * 2);
    assert_eq!(rows.progress().pages, 3 + 5 * 2 + 25 * 2);
    for pipeline in drained {
        let builds = pipeline.builds.unwrap();
        let info = builds.page_info().unwrap();
        assert_eq!(info.has_next_page, Some(false));
        assert_eq!(info.end_cursor.as_deref(), Some("5"));
        assert_eq!(builds.count(), Some(5));
    }
}

#[tokio::test]
async fn what_is_complete_needs_no_request() {
    let server = SMALL.server();
    let rows = server.client().drain(pages(5)).items();
    assert_eq!(rows.try_collect::<Vec<_>>().await.unwrap().len(), 5);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn no_more_rows_than_wanted() {
    let server = SMALL.server();
    let rows = server.client().drain(tree()).limit(3).items();
    let rows: Vec<_> = rows.try_collect().await.unwrap();
    assert_eq!(slugs(&rows), ["0", "1", "2"]);
    assert_eq!(jobs(&rows).len(), 75);
}

/// The most requests that were answered at the same time, of a drain of this tree.
async fn at_once(size: Size, requests: usize) -> usize {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let most = Arc::clone(&most);
        move |_, request| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(10));
            now.fetch_sub(1, Ordering::SeqCst);
            Reply::json(&size.answer(request))
        }
    });
    let rows = server.client().drain(tree()).concurrency(requests).items();
    let rows: Vec<_> = rows.try_collect().await.unwrap();
    assert_eq!(jobs(&rows).len(), size.pipelines * size.builds * size.jobs);
    most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn so_many_requests_at_once_and_no_more() {
    assert_eq!(at_once(SMALL, 1).await, 1);
    let most = at_once(SMALL, 3).await;
    assert!((2..=3).contains(&most), "{most}");
    // One pipeline alone has enough to do: the jobs of its builds.
    let one = Size {
        pipelines: 1,
        builds: 10,
        jobs: 9,
    };
    let most = at_once(one, 4).await;
    assert!((2..=4).contains(&most), "{most}");
}

/// A server for which a request goes wrong.
fn failing(wrong: fn(&str, &Request) -> bool, reply: Value) -> Server {
    Server::start(move |_, request| {
        let name = request.json()["operationName"].clone();
        if wrong(name.as_str().unwrap(), request) {
            Reply::json(&reply)
        } else {
            Reply::json(&SMALL.answer(request))
        }
    })
}

fn refused() -> Value {
    json!({"data": null, "errors": [{"message": "no"}]})
}

#[tokio::test]
async fn an_error_inside_a_row_comes_in_its_place() {
    let is_wrong = |name: &str, request: &Request| {
        name == "OrganizationTreeJobsRest" && request.variable("id") == "2-3"
    };
    let server = failing(is_wrong, refused());
    let (before, error) = broken(server.client().drain(tree()).items()).await;
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert_eq!(slugs(&before), ["0", "1"]);
    assert_eq!(jobs(&before).len(), 50);
}

#[tokio::test]
async fn an_error_between_rows_comes_behind_those_before_it() {
    let is_wrong = |name: &str, request: &Request| {
        name == "OrganizationTree" && request.variable("after") == "4"
    };
    for unordered in [false, true] {
        let server = failing(is_wrong, refused());
        let mut drain = server.client().drain(tree());
        if unordered {
            drain = drain.unordered();
        }
        let (before, error) = broken(drain.items()).await;
        assert_eq!(error.kind(), ErrorKind::Graphql);
        assert_eq!(before.len(), 4);
        assert_eq!(jobs(&before).len(), 100);
    }
}

#[tokio::test]
async fn nested_pages_are_checked_as_all_others() {
    let is_builds = |name: &str, _: &Request| name == "OrganizationTreeBuildsRest";
    let connection = |info: Value| {
        json!({"data": {"node": {"__typename": "Pipeline", "connection": {
            "count": 5, "pageInfo": info, "edges": [],
        }}}})
    };
    for (reply, kind, says) in [
        (
            connection(json!({"hasNextPage": true, "endCursor": "2"})),
            ErrorKind::Pagination,
            "cursor \"2\" comes back",
        ),
        (
            connection(json!({"hasNextPage": true, "endCursor": null})),
            ErrorKind::Pagination,
            "`endCursor` is null",
        ),
        (connection(Value::Null), ErrorKind::Decode, "`pageInfo`"),
        (
            json!({"data": {"node": null}}),
            ErrorKind::NotFound,
            "node.connection",
        ),
    ] {
        let server = failing(is_builds, reply);
        let (before, error) = broken(server.client().drain(tree()).items()).await;
        assert!(before.is_empty());
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation(), Some("OrganizationTreeBuildsRest"));
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn rows_that_came_along_do_not_come_again() {
    // The third build has become the second: a page begins with a row that is known.
    let server = Server::start(|_, request| {
        let mut answer = SMALL.answer(request);
        if request.variable("after") == "2"
            && request.json()["operationName"] == "OrganizationTreeBuildsRest"
        {
            let edges = &mut answer["data"]["node"]["connection"]["edges"];
            let again = SMALL.builds(
                request.variable("id").as_str().unwrap(),
                &request.variable("jobsPerPage"),
                &json!(2),
                &Value::Null,
            );
            edges
                .as_array_mut()
                .unwrap()
                .insert(0, again["edges"][1].clone());
        }
        Reply::json(&answer)
    });
    let rows: Vec<_> = server
        .client()
        .drain(tree())
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(jobs(&rows).len(), 125);
}

#[tokio::test]
async fn a_value_that_does_not_say_where_it_ends() {
    let op = tree();
    let value = |info: Value| -> Pipeline {
        let mut row = SMALL.builds("0", &json!(2), &json!(2), &Value::Null);
        row["pageInfo"] = info;
        serde_json::from_value(
            json!({"id": "0", "slug": "0", "name": "0", "url": "", "builds": row}),
        )
        .unwrap()
    };
    let error = op.builds_rest(&value(Value::Null)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "query OrganizationTree: the rest of `builds`: `pageInfo` is null or missing, so there is no \
         telling whether more pages follow"
    );
    let error = op
        .builds_rest(&value(json!({"hasNextPage": true, "endCursor": null})))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    let rest = op.builds_rest(&value(json!({"hasNextPage": false, "endCursor": null})));
    assert_eq!(rest.unwrap(), None);
    let rest = op
        .builds_rest(&value(json!({"hasNextPage": true, "endCursor": "2"})))
        .unwrap()
        .unwrap();
    assert_eq!(
        serde_json::to_value(&rest).unwrap(),
        json!({"id": "0", "first": 2, "after": "2", "jobsPerPage": 2})
    );
}

impl Drain for Forward {
    fn complete<'a>(&'a self, _: &'a mut Self::Node, _: &mut Rests<'a>) {
        panic!("a row that nobody can complete");
    }
}

#[tokio::test]
#[should_panic(expected = "a row that nobody can complete")]
async fn a_panic_goes_on_in_the_caller() {
    let page = json!({"data": {"pipeline": {"builds": {
        "pageInfo": {"hasNextPage": false, "endCursor": null},
        "edges": [{"node": {"number": 1}}],
    }}}});
    let server = Server::always(Reply::json(&page));
    let mut rows = server.client().drain(Forward::new("a/b")).items();
    let _ = rows.try_next().await;
}

/// A server that takes some time for each answer.
fn slow(size: Size) -> Server {
    Server::start(move |_, request| {
        std::thread::sleep(Duration::from_millis(5));
        Reply::json(&size.answer(request))
    })
}

#[tokio::test]
async fn work_goes_on_while_the_caller_works_but_not_without_end() {
    let server = slow(Size {
        pipelines: 40,
        builds: 10,
        jobs: 1,
    });
    let mut rows = server.client().drain(tree()).concurrency(2).items();
    rows.try_next().await.unwrap().unwrap();
    let at_first = server.requests().len();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let later = server.requests().len();
    assert!(later > at_first, "{at_first} requests, and no more");
    // One row was handed out, four are in work, and four requests complete each; six more
    // pages of pipelines are enough for that.
    assert!(later <= 5 * 4 + 6, "{later}");
}

#[tokio::test]
async fn all_work_ends_with_the_stream() {
    let server = slow(Size {
        pipelines: 4,
        builds: 2_000,
        jobs: 1,
    });
    let mut rows = server.client().drain(tree()).concurrency(2).items();
    let row = tokio::time::timeout(Duration::from_millis(100), rows.try_next()).await;
    assert!(row.is_err());
    drop(rows);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let dropped = server.requests().len();
    assert!(dropped > 2);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.requests().len(), dropped);
}

#[tokio::test]
async fn a_drain_keeps_within_the_budget() {
    let (sandbox, client) = sandbox().await;
    let whole: Vec<_> = client.drain(pages(2)).items().try_collect().await.unwrap();
    let spent = 5_000 - sandbox.rate_limits().user.remaining;
    // Several windows have to be waited for.
    let limits = Limits::default().user(spent / 3);
    let (sandbox, client) = sandbox_with(limits.window(Duration::from_secs(1))).await;
    let drained: Vec<_> = client.drain(pages(2)).items().try_collect().await.unwrap();
    assert_eq!(drained.len(), whole.len());
    let log = sandbox.log();
    let refused = log.entries().iter().filter(|entry| !entry.ran);
    assert_eq!(refused.count(), 0);
}
