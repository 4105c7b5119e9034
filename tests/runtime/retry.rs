//! What is sent again, and what never: against the sandbox, whose log knows what was asked
//! and what was done.

use std::collections::BTreeMap;
use std::time::Duration;

use buildkite_client::queries::types::BuildCreateInput;
use buildkite_client::queries::{CreateBuild, PipelineBySlug, RecentBuilds};
use buildkite_client::{Client, ErrorKind, RetryPolicy, Timeouts};
use buildkite_sandbox::{Builder, Fault, Limits, Sandbox};

use crate::support;
use crate::support::log::Log;

const PIPELINE: &str = "acme-inc/web";

fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(4))
}

async fn start(builder: Builder) -> Sandbox {
    builder.speed(0.0).start().await.unwrap()
}

fn client(sandbox: &Sandbox, policy: RetryPolicy) -> Client {
    let builder = support::sandbox::builder(sandbox);
    let timeouts = Timeouts::default().attempt(Duration::from_millis(400));
    builder.retry(policy).timeouts(timeouts).build().unwrap()
}

async fn faulty(fault: Fault) -> Sandbox {
    start(Sandbox::builder().limits(Limits::none()).fault(fault)).await
}

fn builds() -> RecentBuilds {
    RecentBuilds::new(PIPELINE).first(2)
}

/// How often the sandbox was asked for builds, and how often it looked them up.
fn counts(sandbox: &Sandbox, name: &str) -> (usize, usize) {
    let log = sandbox.log();
    (log.asked(name), log.ran(name))
}

async fn create(sandbox: &Sandbox) -> CreateBuild {
    let bk = client(sandbox, RetryPolicy::none());
    let pipeline = bk.execute(PipelineBySlug::new(PIPELINE)).await.unwrap();
    let id = &pipeline.pipeline.as_ref().unwrap().id;
    CreateBuild::new(BuildCreateInput::new(id).message("once"))
}

#[tokio::test]
async fn a_query_is_sent_again_until_it_is_answered() {
    for fault in [
        "status=502",
        "status=503",
        "status=504",
        "status=429",
        "busy",
        "reset",
        "cut",
        "invalid-json",
        "hang",
        "refuse=30ms",
        "reset after-running",
        "status=504 after-running",
    ] {
        let fault: Fault = fault.parse().unwrap();
        let sandbox = faulty(fault.clone().times(2)).await;
        let policy = quick()
            .attempts(8)
            .backoff(Duration::from_millis(40), Duration::from_millis(80));
        let answer = client(&sandbox, policy).execute(builds()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(
            answer
                .pipeline
                .as_ref()
                .unwrap()
                .builds
                .as_ref()
                .unwrap()
                .nodes()
                .count(),
            2
        );
        let (asked, _) = counts(&sandbox, "RecentBuilds");
        assert_eq!(asked, 3, "{fault}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_asked_once() {
    for (fault, kind) in [
        ("status=400", ErrorKind::Http),
        ("status=401", ErrorKind::Unauthorized),
        ("status=403", ErrorKind::Forbidden),
        ("status=500", ErrorKind::Http),
        ("status=501", ErrorKind::Http),
        ("html", ErrorKind::Decode),
        ("partial-error", ErrorKind::Graphql),
        ("null", ErrorKind::Decode),
    ] {
        let sandbox = faulty(fault.parse().unwrap()).await;
        let error = client(&sandbox, quick())
            .execute(builds())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{fault}: {error}");
        assert_eq!(error.attempts(), 1);
        assert!(!error.to_string().contains("given up"), "{error}");
        assert_eq!(counts(&sandbox, "RecentBuilds").0, 1, "{fault}");
    }
    // Too much stays too much.
    let sandbox = start(Sandbox::builder().limits(Limits::default().query(5))).await;
    let error = client(&sandbox, quick())
        .execute(builds())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("exceeds max complexity"),
        "{error}"
    );
    assert_eq!(counts(&sandbox, "RecentBuilds").0, 1);
}

#[tokio::test]
async fn attempts_come_to_an_end() {
    let sandbox = faulty(Fault::status(503)).await;
    let error = client(&sandbox, quick())
        .execute(builds())
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert!(error.is_retryable());
    let text = error.to_string();
    assert!(text.starts_with("query RecentBuilds: status 503"), "{text}");
    assert!(text.ends_with("; given up after 4 attempts"), "{text}");
    assert!(format!("{error:?}").contains("attempts: 4"));
    assert_eq!(counts(&sandbox, "RecentBuilds"), (4, 0));
    // Off means off.
    let bk = client(&sandbox, RetryPolicy::none());
    let error = bk.execute(builds()).await.unwrap_err();
    assert_eq!(
        (error.attempts(), counts(&sandbox, "RecentBuilds").0),
        (1, 5)
    );
    assert!(!error.to_string().contains("given up"), "{error}");
}

#[tokio::test]
async fn a_mutation_is_sent_again_only_where_nothing_was_done() {
    for fault in ["status=429", "busy", "refuse=30ms"] {
        let sandbox = faulty(fault.parse::<Fault>().unwrap().on("CreateBuild").times(2)).await;
        let create = create(&sandbox).await;
        let policy = quick()
            .attempts(8)
            .backoff(Duration::from_millis(40), Duration::from_millis(80));
        let made = client(&sandbox, policy).execute(create).await;
        // That connections were refused is not known of one that was open.
        if fault.starts_with("refuse") {
            let error = made.unwrap_err();
            assert!(error.may_have_been_sent(), "{error}");
            assert_eq!(counts(&sandbox, "CreateBuild"), (1, 0));
            continue;
        }
        made.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(counts(&sandbox, "CreateBuild"), (3, 1), "{fault}");
    }
    for fault in [
        "reset",
        "reset after-running",
        "status=502",
        "status=502 after-running",
        "status=504",
        "cut",
        "invalid-json",
        "hang",
        "hang after-running",
        "html after-running",
    ] {
        let sandbox = faulty(fault.parse::<Fault>().unwrap().on("CreateBuild")).await;
        let create = create(&sandbox).await;
        let error = client(&sandbox, quick()).execute(create).await.unwrap_err();
        assert!(error.may_have_been_sent(), "{fault}: {error}");
        assert!(!error.is_retryable(), "{fault}");
        assert!(
            error.to_string().contains("may have been carried out"),
            "{error}"
        );
        assert_eq!(counts(&sandbox, "CreateBuild").0, 1, "{fault}");
    }
}

#[tokio::test]
async fn a_mutation_waits_until_somebody_listens() {
    let fault = Fault::refuse(Duration::from_millis(80)).on("RecentBuilds");
    let sandbox = faulty(fault.times(1)).await;
    let create = create(&sandbox).await;
    // The request that closes the door is lost with it.
    let closing = client(&sandbox, RetryPolicy::none());
    closing.execute(builds()).await.unwrap_err();
    let wait = Duration::from_millis(30);
    let bk = client(
        &sandbox,
        quick().attempts(50).backoff(wait, wait).without_reserve(),
    );
    bk.execute(create).await.unwrap();
    assert_eq!(counts(&sandbox, "CreateBuild"), (1, 1));
}

/// A thousand mutations under lost answers, resets and gateways that fail: none is done
/// twice, and what is said of each is true.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_mutations_none_is_done_twice() {
    let mut builder = Sandbox::builder().limits(Limits::none()).seed(11);
    for fault in [
        "reset chance=0.04",
        "reset after-running chance=0.04",
        "status=502 chance=0.04",
        "status=503 after-running chance=0.04",
        "status=504 after-running chance=0.04",
        "status=429 chance=0.06",
        "busy chance=0.06",
        "cut chance=0.04",
        "invalid-json chance=0.02",
        "html after-running chance=0.02",
        "status=500 after-running chance=0.02",
    ] {
        builder = builder.fault(fault.parse::<Fault>().unwrap().on("CreateBuild"));
    }
    let sandbox = start(builder).await;
    let id = {
        let bk = client(&sandbox, RetryPolicy::none());
        let pipeline = bk.execute(PipelineBySlug::new(PIPELINE)).await.unwrap();
        pipeline.pipeline.as_ref().unwrap().id.clone()
    };
    let bk = client(&sandbox, quick().attempts(2).without_reserve());
    let mut tasks = Vec::new();
    for task in 0..8 {
        let (bk, id) = (bk.clone(), id.clone());
        tasks.push(tokio::spawn(async move {
            let mut said = Vec::new();
            for number in 0..125 {
                let name = format!("{task}-{number}");
                let input = BuildCreateInput::new(&id).client_mutation_id(name.as_str());
                let made = bk.execute(CreateBuild::new(input)).await;
                said.push((name, made.map(drop)));
            }
            said
        }));
    }
    let mut done: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut said = Vec::new();
    for task in tasks {
        said.extend(task.await.unwrap());
    }
    for entry in sandbox.log().entries() {
        if entry.operation.as_deref() == Some("CreateBuild") {
            let name = entry.variables["input"]["clientMutationId"]
                .as_str()
                .unwrap();
            let (asked, ran) = done.entry(name.to_owned()).or_default();
            *asked += 1;
            *ran += u32::from(entry.ran);
        }
    }
    assert_eq!(said.len(), 1_000);
    let (mut made, mut unsure, mut not_made, mut again) = (0, 0, 0, 0);
    for (name, result) in said {
        let (asked, ran) = done[&name];
        again += u32::from(asked > 1);
        assert!(ran <= 1, "{name} was done {ran} times");
        match result {
            Ok(()) => {
                made += 1;
                assert_eq!(ran, 1, "{name}");
            }
            Err(error) if error.may_have_been_sent() => unsure += 1,
            Err(error) => {
                not_made += 1;
                assert_eq!(ran, 0, "{name}: {error}");
            }
        }
    }
    // Every outcome has come up, so that something was tested.
    assert!(
        made > 400 && unsure > 100 && not_made > 0 && again > 50,
        "{made} {unsure} {not_made} {again}"
    );
}

#[tokio::test]
async fn the_reserve_is_shared_by_all_clones() {
    let sandbox = faulty(Fault::status(503)).await;
    let bk = client(&sandbox, quick().reserve(3, 0.0));
    let mut asked = 0;
    for _ in 0..5 {
        let error = bk.clone().execute(builds()).await.unwrap_err();
        asked += error.attempts();
    }
    assert_eq!(asked, 5 + 3);
    let error = bk.execute(builds()).await.unwrap_err();
    assert!(
        error.to_string().contains("RetryPolicy::reserve"),
        "{error}"
    );
    assert_eq!(counts(&sandbox, "RecentBuilds").0, 9);
}

#[tokio::test]
async fn a_wait_beyond_the_time_limit_is_not_begun() {
    let limits = Limits::default().user(3).window(Duration::from_secs(300));
    let sandbox = start(Sandbox::builder().limits(limits)).await;
    let bk = client(&sandbox, quick());
    bk.execute(builds()).await.unwrap();
    let builder = support::sandbox::builder(&sandbox);
    let timeouts = Timeouts::default().operation(Duration::from_secs(60));
    let bk = builder.retry(quick()).timeouts(timeouts).build().unwrap();
    let error = bk.execute(builds()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    let text = error.to_string();
    assert!(text.contains("would pass `Timeouts::operation`"), "{text}");
    assert_eq!(counts(&sandbox, "RecentBuilds").0, 2);
}

#[tokio::test]
async fn the_log_tells_of_every_attempt() {
    let (log, _recording) = Log::start();
    let sandbox = faulty(Fault::status(503).times(1)).await;
    client(&sandbox, quick()).execute(builds()).await.unwrap();
    let text = log.text();
    for expected in [
        "operation=\"RecentBuilds\"",
        "attempts=2",
        "sent again after a wait",
        "wait_ms=",
        "error=Http",
        "attempt=1",
        "attempt=2",
    ] {
        assert!(text.contains(expected), "no {expected} in\n{text}");
    }
    assert!(!text.contains(sandbox.token()));
}
