//! Lookups of many IDs: what is found is what single lookups find, in few requests.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use buildkite_client::batch::NodeLookup;
use buildkite_client::queries::node_by_id::Node;
use buildkite_client::queries::types::JobStates;
use buildkite_client::queries::{
    BuildByUuid, JobByUuid, JobsByState, NodeById, PipelineBySlug, RecentBuilds, UserBuilds,
};
use buildkite_client::{Client, Error, ErrorKind, PathSegment, RetryPolicy, Timeouts};
use buildkite_sandbox::{Fault, Limits, Sandbox};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::support;
use crate::support::server::{Reply, Request, Server};

async fn start(limits: Limits) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .speed(0.0)
        .limits(limits)
        .start()
        .await
        .unwrap();
    let client = support::sandbox::client(&sandbox);
    (sandbox, client)
}

/// Windows without an end, and operations as large as Buildkite lets them be.
fn wide() -> Limits {
    Limits::default().user(u64::MAX).organization(u64::MAX)
}

/// The values under a key, of the rows of an answer.
fn texts<T: Serialize>(rows: impl Iterator<Item = T>, key: &str) -> Vec<String> {
    rows.map(|row| {
        let row = serde_json::to_value(row).unwrap();
        row[key].as_str().unwrap().to_owned()
    })
    .collect()
}

/// Builds and jobs, by UUID, with some that do not exist and some twice.
async fn uuids(bk: &Client) -> (Vec<String>, Vec<String>) {
    let mut builds = bk
        .paginate(RecentBuilds::new("acme-inc/web").first(500))
        .limit(250)
        .items();
    let mut rows = Vec::new();
    while let Some(build) = builds.try_next().await.unwrap() {
        rows.push(build);
    }
    let jobs = JobsByState::new("acme-inc", vec![JobStates::Finished]).first(445);
    let jobs = bk.execute(jobs).await.unwrap().into_data();
    let jobs = jobs.organization.unwrap().jobs.unwrap().into_nodes();
    (
        texts(rows.into_iter(), "uuid"),
        texts(jobs.into_iter(), "uuid"),
    )
}

#[tokio::test]
async fn seven_hundred_ids_are_found_as_single_lookups_find_them() {
    let (sandbox, bk) = start(wide()).await;
    let (builds, jobs) = uuids(&bk).await;
    assert_eq!((builds.len(), jobs.len()), (250, 445));
    // A job is no build, and some are nothing.
    let mut ids = builds.clone();
    ids.extend(jobs.iter().take(440).cloned());
    ids.extend((0..5).map(|number| format!("00000000-0000-4000-8000-00000000000{number}")));
    ids.extend(builds.iter().take(5).cloned());
    assert_eq!(ids.len(), 700);

    let found = bk.nodes(BuildByUuid::new(""), &ids).await;
    let single = bk
        .execute_all(ids.iter().map(BuildByUuid::new))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found.len(), 700);
    for (((id, found), asked), single) in found.into_iter().zip(&ids).zip(single) {
        assert_eq!(&id, asked);
        assert_eq!(found.unwrap(), single.into_data().build, "{id}");
    }
    let log = sandbox.log();
    let asked = log.entries().iter().filter(|entry| entry.is("BuildByUuid"));
    let chunks: Vec<usize> = asked
        .map(|entry| entry.variables.len())
        .filter(|n| *n > 1)
        .collect();
    // Of 695 that differ.
    assert_eq!(chunks.len(), 7);
    assert_eq!(chunks.iter().sum::<usize>(), 695);

    let found = bk
        .nodes(JobByUuid::new("").with_env(true), &jobs)
        .try_collect()
        .await
        .unwrap();
    let operations = jobs.iter().map(|job| JobByUuid::new(job).with_env(true));
    let single = bk.execute_all(operations).try_collect().await.unwrap();
    for ((_, found), single) in found.into_iter().zip(single) {
        assert!(found.is_some());
        assert_eq!(found, single.into_data().job);
    }
}

#[tokio::test]
async fn any_type_is_found_by_its_graphql_id() {
    let (_sandbox, bk) = start(wide()).await;
    let page = RecentBuilds::new("acme-inc/web").first(60);
    let page = bk
        .execute(page)
        .await
        .unwrap()
        .into_data()
        .pipeline
        .unwrap();
    let mut ids = texts(page.builds.unwrap().into_nodes().into_iter(), "id");
    let pipeline = bk
        .execute(PipelineBySlug::new("acme-inc/web"))
        .await
        .unwrap();
    ids.push(pipeline.into_data().pipeline.unwrap().id.clone());
    ids.extend(["", "QnVpbGQtLS1ub3BlCg==", "\"}) { x }"].map(str::to_owned));
    let found = bk.nodes(NodeById::new(""), &ids).ids_per_request(7).await;
    for ((id, found), asked) in found.into_iter().zip(&ids) {
        assert_eq!(&id, asked);
        let single = bk.execute(NodeById::new(&id)).await.unwrap().into_data();
        assert_eq!(found.unwrap(), single.node, "{id}");
    }
}

#[tokio::test]
async fn requests_stay_within_their_points() {
    let (sandbox, bk) = start(wide()).await;
    let op = UserBuilds::new("").first(50);
    let each = usize::try_from(op.requested_complexity()).unwrap();
    let ids: Vec<String> = (0..100).map(|number| format!("unknown {number}")).collect();
    for (points, per_request) in [(None, 2_500 / each), (Some(u64::MAX), 50_000 / each)] {
        let lookup = bk.nodes(&op, &ids).ids_per_request(1_000);
        let lookup = match points {
            Some(points) => lookup.points_per_request(points),
            None => lookup,
        };
        let before = sandbox.log().asked("UserBuilds");
        let found = lookup.await;
        assert!(found.iter().all(|(_, found)| matches!(found, Ok(None))));
        let requests = sandbox.log().asked("UserBuilds") - before;
        assert_eq!(
            requests,
            100_usize.div_ceil(per_request),
            "{per_request} each"
        );
    }
    // A single lookup of many counts as the sum of single ones.
    let log = sandbox.log();
    assert!(log.entries().iter().all(|entry| entry.errors.is_empty()));
    assert!(
        log.entries()
            .iter()
            .any(|entry| entry.variables["first"] == 50)
    );
}

#[tokio::test]
async fn points_are_counted_as_the_server_counts_them() {
    let op = BuildByUuid::new("");
    let points = op.requested_complexity() * 10;
    for (allowed, requests) in [(points, 1), (points - 1, 3)] {
        let (sandbox, bk) = start(wide().query(allowed)).await;
        let ids: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let lookup = bk.nodes(&op, &ids).points_per_request(points);
        assert!(lookup.await.iter().all(|(_, found)| found.is_ok()));
        assert_eq!(sandbox.log().asked("BuildByUuid"), requests);
    }
}

#[tokio::test]
async fn a_fault_about_one_id_is_its_own() {
    let fault = Fault::partial_error("n7").on("BuildByUuid").times(1);
    let sandbox = Sandbox::builder().speed(0.0).limits(wide()).fault(fault);
    let sandbox = sandbox.start().await.unwrap();
    let bk = support::sandbox::builder(&sandbox);
    let bk = bk.build().unwrap();
    let (builds, _) = uuids(&bk).await;
    let found = bk.nodes(BuildByUuid::new(""), builds).await;
    let failed: Vec<_> = found
        .iter()
        .filter(|(_, build)| !matches!(build, Ok(Some(_))))
        .collect();
    assert_eq!(failed.len(), 1);
    let error = failed[0].1.as_ref().unwrap_err();
    assert!(error.to_string().ends_with("(at build)"), "{error}");
    assert_eq!(sandbox.log().asked("BuildByUuid"), 3);
}

#[tokio::test]
async fn what_is_too_complex_is_divided_and_the_size_is_remembered() {
    let op = JobByUuid::new("");
    let each = op.requested_complexity();
    // The server allows less than it should.
    let (sandbox, bk) = start(wide().query(each * 30)).await;
    let ids: Vec<String> = (0..300).map(|number| format!("unknown {number}")).collect();
    let found = bk.nodes(op, ids).concurrency(1).await;
    assert_eq!(found.len(), 300);
    assert!(found.iter().all(|(_, found)| matches!(found, Ok(None))));
    let log = sandbox.log();
    let sizes = log.entries().iter().map(|entry| entry.variables.len());
    assert_eq!(
        sizes.collect::<Vec<_>>(),
        // 100, its halves, their halves; then as many as were let through.
        [100, 50, 25, 25, 50, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25]
    );
    // One that is too complex by itself fails.
    let (_sandbox, bk) = start(wide().query(each - 1)).await;
    let found = bk.nodes(JobByUuid::new(""), ["a", "b", "a"]).await;
    assert_eq!(found.len(), 3);
    for (_, found) in found {
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Graphql);
        assert!(
            error.to_string().contains("exceeds max complexity"),
            "{error}"
        );
    }
}

/// The IDs of a request, in order.
fn asked(request: &Request) -> Vec<String> {
    let variables = request.json()["variables"].clone();
    let count = variables.as_object().unwrap().len();
    (0..count)
        .map(|place| variables[format!("id{place}")].as_str().unwrap().to_owned())
        .collect()
}

fn organization(id: &str) -> Value {
    json!({"__typename": "Organization", "id": id, "slug": id, "name": id})
}

fn organizations(ids: &[String]) -> Map<String, Value> {
    ids.iter()
        .enumerate()
        .map(|(place, id)| (format!("n{place}"), organization(id)))
        .collect()
}

/// A server that answers each ID with an organization of its name, once `change` has seen
/// the data by ID, and the errors.
fn answering(
    change: impl Fn(&[String], &mut Map<String, Value>, &mut Vec<Value>) + Send + Sync + 'static,
) -> Server {
    Server::start(move |_, request| {
        let ids = asked(request);
        let mut data = organizations(&ids);
        let mut errors = Vec::new();
        change(&ids, &mut data, &mut errors);
        Reply::json(&json!({"data": data, "errors": errors}))
    })
}

/// What was found, in few words.
fn outcomes(found: &[(String, Result<Option<Node>, Error>)]) -> Vec<String> {
    let outcome = |(id, found): &(String, Result<Option<Node>, Error>)| match found {
        Ok(Some(node)) => {
            assert_eq!(&serde_json::to_value(node).unwrap()["id"], id);
            id.clone()
        }
        Ok(None) => "null".to_owned(),
        Err(error) => error.to_string(),
    };
    found.iter().map(outcome).collect()
}

#[tokio::test]
async fn an_error_of_one_id_is_its_own() {
    let server = answering(|_, data, errors| {
        data["n1"] = Value::Null;
        errors.push(json!({"message": "not yours", "path": ["n1"], "locations": [{"line": 3, "column": 3}]}));
        data["n2"] = Value::Null;
        data["n3"]["name"] = Value::Null;
        errors.push(json!({"message": "timed out", "path": ["n3", "name"]}));
    });
    let found = server
        .client()
        .nodes(NodeById::new(""), ["a", "b", "c", "d", "e"])
        .await;
    assert_eq!(
        outcomes(&found),
        [
            "a",
            "query NodeById: the server answers: not yours (at node)",
            "null",
            "query NodeById: the server answers: timed out (at node.name); data came along, \
             see `Error::partial_data`",
            "e",
        ]
    );
    let error = found[3].1.as_ref().unwrap_err();
    assert_eq!(
        error.graphql_errors()[0].path()[0],
        PathSegment::Key("node".to_owned())
    );
    let partial = error.partial_data::<Value>().unwrap().unwrap();
    assert_eq!(partial["node"]["id"], "d");
    assert_eq!(error.status(), Some(200));
    assert_eq!(error.attempts(), 1);
    let error = found[1].1.as_ref().unwrap_err();
    assert!(error.graphql_errors()[0].locations().is_empty());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_error_without_a_path_is_that_of_all_in_its_request() {
    let server = answering(|ids, _, errors| {
        if ids.contains(&"c".to_owned()) {
            errors.push(json!({"message": "no"}));
        }
    });
    let found = server
        .client()
        .nodes(NodeById::new(""), ["a", "b", "c", "d", "e"]);
    let found = found.ids_per_request(2).await;
    let failed = "query NodeById: the server answers: no; data came along, see \
                  `Error::partial_data`";
    assert_eq!(outcomes(&found), ["a", "b", failed, failed, "e"]);
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_that_of_its_id() {
    let server = answering(|_, data, _| {
        data["n0"]["slug"] = json!(7);
        data.remove("n2");
        data.insert("other".to_owned(), json!(1));
        data.insert("n99".to_owned(), Value::Null);
    });
    let found = server
        .client()
        .nodes(NodeById::new(""), ["a", "b", "c"])
        .await;
    let outcomes = outcomes(&found);
    assert_eq!(outcomes[1], "b");
    let errors: Vec<&Error> = found
        .iter()
        .filter_map(|(_, node)| node.as_ref().err())
        .collect();
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0].kind(), ErrorKind::Decode);
    assert_eq!(errors[0].path(), Some("node.slug"), "{}", outcomes[0]);
    assert_eq!(errors[1].kind(), ErrorKind::Decode, "{}", outcomes[2]);

    // One that is missing, where all else is as it should be.
    let server = answering(|_, data, _| {
        data.remove("n1");
    });
    let found = server.client().nodes(NodeById::new(""), ["a", "b"]).await;
    assert!(found[0].1.is_ok());
    let error = found[1].1.as_ref().unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Decode, Some("node"))
    );
    assert_eq!(error.operation(), Some("NodeById"));
}

#[tokio::test]
async fn a_request_that_fails_is_the_error_of_its_ids() {
    let server = Server::start(|before, request| {
        if before == 0 {
            return Reply::status(401, &[], r#"{"message": "no token"}"#);
        }
        Reply::json(&json!({"data": organizations(&asked(request))}))
    });
    let bk = server.client();
    let lookup = bk
        .nodes(NodeById::new(""), ["a", "b", "a", "c"])
        .ids_per_request(2);
    let found = lookup.concurrency(1).await;
    let kinds: Vec<_> = found
        .iter()
        .map(|(_, node)| node.as_ref().err().map(Error::kind))
        .collect();
    let unauthorized = Some(ErrorKind::Unauthorized);
    assert_eq!(kinds, [unauthorized, unauthorized, unauthorized, None]);
    assert_eq!(server.requests().len(), 2);
    let error = bk.nodes(NodeById::new(""), ["a"]).try_collect().await;
    assert!(error.is_ok());
}

#[tokio::test]
async fn an_error_that_takes_the_others_with_it_is_separated() {
    let server = Server::start(|_, request| {
        let ids = asked(request);
        let data = organizations(&ids);
        let bad = ids.iter().position(|id| id == "bad");
        Reply::json(&match bad {
            None => json!({"data": data}),
            Some(place) => json!({
                "data": null,
                "errors": [{"message": "no", "path": [format!("n{place}"), "name"]}],
            }),
        })
    });
    let found = server
        .client()
        .nodes(NodeById::new(""), ["a", "b", "c", "bad"]);
    assert_eq!(
        outcomes(&found.await),
        [
            "a",
            "b",
            "c",
            "query NodeById: the server answers: no (at node.name)"
        ]
    );
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn what_takes_too_long_is_divided() {
    let server = Server::start(|_, request| {
        let ids = asked(request);
        if ids.len() > 2 || ids.contains(&"slow".to_owned()) {
            return Reply::Hang;
        }
        let data = organizations(&ids);
        Reply::json(&json!({"data": data}))
    });
    let timeouts = Timeouts::default().attempt(Duration::from_millis(200));
    let quick = RetryPolicy::default()
        .attempts(4)
        .backoff(Duration::ZERO, Duration::ZERO);
    let builder = server.builder().timeouts(timeouts).retry(quick);
    let bk = builder.build().unwrap();
    let found = bk
        .nodes(NodeById::new(""), ["a", "b", "c", "slow", "e"])
        .await;
    let kinds = found
        .iter()
        .map(|(_, node)| node.as_ref().err().map(Error::kind));
    let timeout = Some(ErrorKind::Timeout);
    assert_eq!(kinds.collect::<Vec<_>>(), [None, None, None, timeout, None]);
    let sizes: Vec<_> = server
        .requests()
        .iter()
        .map(|request| asked(request).len())
        .collect();
    // What was divided counts among the attempts of its parts.
    assert_eq!(sizes, [5, 3, 2, 1, 2, 1, 1, 1]);
}

#[tokio::test]
async fn division_keeps_to_the_retry_policy() {
    let server = Server::always(Reply::status(504, &[("retry-after", "30")], ""));
    let ids = || (0..50).map(|number| number.to_string());
    let bk = server.builder().retry(RetryPolicy::none()).build().unwrap();
    let found = bk.nodes(NodeById::new(""), ids()).await;
    assert!(found.iter().all(|(_, node)| node.is_err()));
    assert_eq!(server.requests().len(), 1);
    let timeouts = Timeouts::default().operation(Duration::from_secs(5));
    let builder = server.builder().retry(RetryPolicy::default());
    let bk = builder.timeouts(timeouts).build().unwrap();
    let found = bk.nodes(NodeById::new(""), ids()).await;
    let error = found[0].1.as_ref().unwrap_err().to_string();
    assert!(
        error.contains("would pass `Timeouts::operation`"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_stream_takes_few_ids_and_asks_again_only_in_another_request() {
    let server = answering(|_, _, _| {});
    let bk = server.builder().retry(RetryPolicy::none()).build().unwrap();
    let taken = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let ids = (0_u64..).map({
        let taken = Arc::clone(&taken);
        move |number| {
            taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            format!("id {}", number % 3)
        }
    });
    let lookup = bk
        .nodes(NodeById::new(""), ids)
        .ids_per_request(10)
        .concurrency(2);
    assert!(format!("{lookup:?}").contains("ids_per_request: 10"));
    let mut nodes = lookup.stream();
    for number in 0..25 {
        let (id, node) = nodes.next().await.unwrap();
        assert_eq!(id, format!("id {}", number % 3));
        assert!(node.unwrap().is_some());
    }
    assert!(taken.load(std::sync::atomic::Ordering::SeqCst) <= 50);
    assert!(format!("{nodes:?}").contains("NodeById"));
    assert!(
        server
            .requests()
            .iter()
            .all(|request| asked(request).len() == 3)
    );
}

#[tokio::test]
async fn what_is_sent_is_one_valid_document_with_the_name_of_the_lookup() {
    let server = answering(|_, _, _| {});
    let bk = server.client();
    let found = bk.nodes(NodeById::new("ignored"), ["a", "b"]).await;
    let by_id: HashMap<_, _> = found.into_iter().collect();
    assert!(by_id["b"].is_ok());
    let sent = server.requests()[0].json();
    assert_eq!(sent["operationName"], "NodeById");
    assert_eq!(sent["variables"], json!({"id0": "a", "id1": "b"}));
    assert_eq!(sent["query"], NodeById::LOOKUP.document("NodeById", 2));
    assert!(
        bk.nodes(NodeById::new(""), Vec::<String>::new())
            .await
            .is_empty()
    );
    assert_eq!(server.requests().len(), 1);
}
