//! Many operations at once: their order, how many are on their way, and what failures do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use buildkite_client::queries::types::BuildCreateInput;
use buildkite_client::queries::{BuildBySlug, CreateBuild, PipelineBySlug};
use buildkite_client::{Client, ErrorKind, RetryPolicy};
use buildkite_sandbox::{Fault, Limits, Sandbox};
use serde_json::{Value, json};

use crate::support;
use crate::support::operations::Forward;
use crate::support::server::{Reply, Server};

/// The number that is the name of the pipeline, as that of its only build.
fn numbered(pipeline: &Value) -> Reply {
    let number: i64 = pipeline.as_str().unwrap().parse().unwrap();
    Reply::json(&json!({"data": {"pipeline": {"builds": {
        "pageInfo": {"hasNextPage": false, "endCursor": null},
        "edges": [{"node": {"number": number, "branch": null}}],
    }}}}))
}

fn number(data: &crate::support::operations::BuildsData) -> i64 {
    let builds = data.pipeline.as_ref().unwrap().builds.as_ref().unwrap();
    builds.nodes().next().unwrap().number
}

fn operations(count: usize) -> impl Iterator<Item = Forward> {
    (0..count).map(|number| Forward::new(&number.to_string()))
}

/// What a server saw at the same time, at the most.
#[derive(Default)]
struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

fn gauged(gauge: &Arc<Gauge>) -> Server {
    let gauge = Arc::clone(gauge);
    Server::start(move |_, request| {
        let now = gauge.now.fetch_add(1, Ordering::SeqCst) + 1;
        gauge.most.fetch_max(now, Ordering::SeqCst);
        // Some answers overtake others.
        let pipeline = request.variable("pipeline");
        let number: u64 = pipeline.as_str().unwrap().parse().unwrap();
        sleep(Duration::from_millis(number * 7 % 5));
        gauge.now.fetch_sub(1, Ordering::SeqCst);
        numbered(&pipeline)
    })
}

#[tokio::test]
async fn a_thousand_operations_come_in_order_and_few_at_a_time() {
    for (concurrency, most) in [(None, 8), (Some(3), 3), (Some(0), 1)] {
        let gauge = Arc::new(Gauge::default());
        let server = gauged(&gauge);
        let count = if most == 8 { 1_000 } else { 60 };
        let all = server.client().execute_all(operations(count));
        let all = match concurrency {
            Some(concurrency) => all.concurrency(concurrency),
            None => all,
        };
        let numbers: Vec<i64> = all
            .await
            .iter()
            .map(|a| number(a.as_ref().unwrap()))
            .collect();
        let expected = (0..i64::try_from(count).unwrap()).collect::<Vec<_>>();
        assert_eq!(numbers, expected);
        let seen = gauge.most.load(Ordering::SeqCst);
        assert!(seen <= most, "{seen} at once, of {most}");
        assert!(most == 1 || seen > 1, "one at a time");
        assert_eq!(server.requests().len(), count);
    }
}

#[tokio::test]
async fn the_iterator_is_asked_only_for_what_there_is_room_for() {
    let gauge = Arc::new(Gauge::default());
    let server = gauged(&gauge);
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = operations(usize::MAX).inspect({
        let taken = Arc::clone(&taken);
        move |_| {
            taken.fetch_add(1, Ordering::SeqCst);
        }
    });
    let bk = server.client();
    let mut answers = bk.execute_all(counted).concurrency(4).stream();
    assert_eq!(taken.load(Ordering::SeqCst), 0);
    for expected in 0..20 {
        let answer = answers.next().await.unwrap().unwrap();
        assert_eq!(number(&answer), expected);
        let handed_out = usize::try_from(expected).unwrap() + 1;
        assert!(taken.load(Ordering::SeqCst) <= handed_out + 3);
    }
    // The rest is abandoned.
    drop(answers);
    assert!(server.requests().len() <= 24);
}

#[tokio::test]
async fn one_that_fails_does_not_affect_the_others() {
    let server = Server::start(|_, request| {
        let pipeline = request.variable("pipeline");
        if pipeline == "3" {
            return Reply::status(403, &[], r#"{"message": "not yours"}"#);
        }
        numbered(&pipeline)
    });
    let bk = server.client();
    let answers = bk.execute_all(operations(7)).await;
    assert_eq!(answers.len(), 7);
    for (place, answer) in answers.iter().enumerate() {
        match answer {
            Ok(answer) => assert_eq!(usize::try_from(number(answer)), Ok(place)),
            Err(error) => assert_eq!((place, error.kind()), (3, ErrorKind::Forbidden)),
        }
    }
    let error = bk
        .execute_all(operations(7))
        .try_collect()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let three = bk.execute_all(operations(3)).try_collect().await.unwrap();
    assert_eq!(three.len(), 3);
    assert!(bk.execute_all(operations(0)).await.is_empty());
}

#[tokio::test]
async fn partial_data_counts_for_each() {
    let server = Server::always(Reply::json(&json!({
        "data": {"pipeline": null}, "errors": [{"message": "no", "path": ["pipeline"]}],
    })));
    let bk = server.client();
    let strict = bk.execute_all(operations(2)).await;
    assert!(strict.iter().all(Result::is_err));
    let partial = bk.execute_all(operations(2)).allow_partial_data();
    for answer in partial.await {
        assert_eq!(answer.unwrap().errors()[0].message(), "no");
    }
}

async fn sandbox(fault: Option<Fault>) -> (Sandbox, Client) {
    let builder = Sandbox::builder().speed(0.0).limits(Limits::none());
    let builder = match fault {
        Some(fault) => builder.fault(fault),
        None => builder,
    };
    let sandbox = builder.start().await.unwrap();
    let client = support::sandbox::client(&sandbox);
    (sandbox, client)
}

#[tokio::test]
async fn retries_are_those_of_single_operations() {
    let (sandbox, bk) = sandbox(Some(Fault::status(503).skip(5).times(3))).await;
    let slugs = (1..=40).map(|number| format!("acme-inc/web/{number}"));
    let answers = bk
        .execute_all(slugs.map(BuildBySlug::new))
        .try_collect()
        .await;
    for (number, answer) in (1..).zip(answers.unwrap()) {
        assert_eq!(
            answer.build.as_ref().map(|build| build.number),
            Some(number)
        );
    }
    assert_eq!(sandbox.log().ran("BuildBySlug"), 40);
    assert_eq!(sandbox.log().asked("BuildBySlug"), 43);
}

#[tokio::test]
async fn mutations_run_once_each() {
    // One of them loses its answer after it has acted.
    let fault = Fault::reset()
        .after_running()
        .on("CreateBuild")
        .skip(9)
        .times(1);
    let (sandbox, bk) = sandbox(Some(fault)).await;
    let pipeline = bk
        .execute(PipelineBySlug::new("acme-inc/web"))
        .await
        .unwrap();
    let id = pipeline.pipeline.as_ref().unwrap().id.clone();
    let create = |number: usize| {
        let input = BuildCreateInput::new(&id).commit("HEAD").branch("main");
        CreateBuild::new(input.message(number.to_string()))
    };
    let answers = bk.execute_all((0..30).map(create)).await;
    assert_eq!(answers.len(), 30);
    let mut lost = 0;
    for (number, answer) in answers.into_iter().enumerate() {
        match answer {
            Ok(answer) => {
                let created = answer.into_data().build_create.unwrap();
                assert_eq!(created.build.unwrap().message, Some(number.to_string()));
            }
            Err(error) => {
                assert!(
                    error.may_have_been_sent() && !error.is_retryable(),
                    "{error}"
                );
                lost += 1;
            }
        }
    }
    assert_eq!(lost, 1);
    assert_eq!(sandbox.log().ran("CreateBuild"), 30);
}

#[tokio::test]
async fn futures_and_streams_move_between_threads() {
    fn is_send<T: Send + 'static>(value: T) -> T {
        value
    }

    let server = Server::start(|_, request| numbered(&request.variable("pipeline")));
    let bk = server.builder().retry(RetryPolicy::none()).build().unwrap();
    let all = is_send(bk.execute_all(operations(3)));
    assert!(format!("{all:?}").contains("concurrency: 8"));
    let stream = is_send(bk.execute_all(operations(3)).stream());
    assert!(format!("{stream:?}").contains("on_their_way: 0"));
    drop(bk);
    let answers = tokio::spawn(all.into_future()).await.unwrap();
    assert_eq!(answers.len(), 3);
}
