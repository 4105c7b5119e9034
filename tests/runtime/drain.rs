//! Whole connections, read while everything goes wrong: faults of every kind, and the
//! process killed. Nothing is lost, nothing comes twice, everything in order.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use buildkite_client::queries::RecentBuilds;
use buildkite_client::queries::fragments::BuildSummary;
use buildkite_client::relay::{Checkpoint, Items, Paginator};
use buildkite_client::{BudgetPolicy, Client, RetryPolicy, Timeouts};
use buildkite_sandbox::{Builder, Fault, Limits, Sandbox};
use serde::{Deserialize, Serialize};

use crate::support::child;

/// Every fault that a connection can meet. How often is left to the seed of the sandbox.
const FAULTS: [&str; 24] = [
    "latency=1ms jitter=3ms chance=0.05",
    "status=429 chance=0.01",
    "status=500 chance=0.01",
    "status=500 after-running chance=0.01",
    "status=502 chance=0.01",
    "status=503 chance=0.01",
    "status=504 chance=0.01",
    "busy chance=0.01",
    "refuse=5ms chance=0.005",
    "reset chance=0.01",
    "reset after-running chance=0.01",
    "cut chance=0.01",
    "invalid-json chance=0.01",
    "html chance=0.01",
    "content-type chance=0.01",
    "drip=1ms chance=0.003",
    "hang chance=0.003",
    "partial-error chance=0.01",
    "null chance=0.01",
    "unknown-enum chance=0.01",
    "unknown-type chance=0.01",
    "repeated-cursor chance=0.01",
    "endless-pages chance=0.01",
    "wrong-count chance=0.01",
];

/// A sandbox with so many builds of one pipeline, where the clock stands still.
fn sandbox(builds: u64) -> Builder {
    let sandbox = Sandbox::builder().pipelines(1).builds(builds);
    sandbox.speed(0.0).limits(Limits::none())
}

async fn faulty(builds: u64, seed: u64, faults: &[&str]) -> Sandbox {
    let sandbox = sandbox(builds).start().await.unwrap();
    for fault in faults {
        sandbox.inject(fault.parse::<Fault>().unwrap().on("RecentBuilds"));
    }
    // The chances of a request follow from its number.
    let bk = client(sandbox.url(), sandbox.token());
    for _ in 0..seed {
        let _ = bk
            .execute(buildkite_client::queries::CurrentViewer::new())
            .await;
    }
    sandbox
}

fn client(url: &str, token: &str) -> Client {
    let timeouts = Timeouts::default()
        .attempt(Duration::from_millis(400))
        .operation(Duration::from_secs(2));
    let quick = RetryPolicy::default()
        .backoff(Duration::from_millis(1), Duration::from_millis(5))
        .without_reserve();
    let builder = Client::builder().endpoint(url).token(token);
    let builder = builder.timeouts(timeouts).retry(quick);
    builder.budget(BudgetPolicy::none()).build().unwrap()
}

fn builds(bk: &Client, rows: i64) -> Paginator<RecentBuilds> {
    bk.paginate(RecentBuilds::new("acme-inc/web").first(rows))
}

/// What a build is known by, and what it says. Enums and unions are left out: faults give
/// them values that no schema has, and a client has to take them.
fn shown(build: &BuildSummary) -> String {
    format!(
        "{} {} #{} {} {} {:?} {}",
        build.id,
        build.uuid,
        build.number,
        build.branch,
        build.commit,
        build.message,
        build.created_at,
    )
}

/// Reads to the end, going on from a checkpoint after each error. Tells how often.
async fn drain(bk: &Client, rows: i64, all: &mut Vec<String>) -> usize {
    let mut items: Items<_> = builds(bk, rows).items();
    let mut errors = 0;
    loop {
        match items.try_next().await {
            Ok(Some(build)) => all.push(shown(&build)),
            Ok(None) => return errors,
            Err(_) => {
                errors += 1;
                let checkpoint = serde_json::to_string(&items.checkpoint()).unwrap();
                let checkpoint: Checkpoint = serde_json::from_str(&checkpoint).unwrap();
                assert_eq!(checkpoint.rows(), all.len());
                items = builds(bk, rows).resume(checkpoint).unwrap().items();
            }
        }
    }
}

/// Drains once for each seed, and tells how many errors ended a stream in how many
/// requests.
async fn drains_under_faults(total: u64, rows: i64, seeds: std::ops::Range<u64>) -> (usize, usize) {
    let calm = sandbox(total).start().await.unwrap();
    let mut expected = Vec::new();
    let bk = client(calm.url(), calm.token());
    assert_eq!(drain(&bk, rows, &mut expected).await, 0);
    assert!(
        expected.len() as u64 >= total * 9 / 10,
        "{}",
        expected.len()
    );
    let (mut errors, mut requests) = (0, 0);
    for seed in seeds {
        let sandbox = faulty(total, seed, &FAULTS).await;
        let bk = client(sandbox.url(), sandbox.token());
        let mut found = Vec::new();
        errors += drain(&bk, rows, &mut found).await;
        requests += sandbox.log().asked("RecentBuilds");
        assert!(
            found == expected,
            "seed {seed}: {}",
            difference(&found, &expected)
        );
    }
    assert!(errors > 0);
    (errors, requests)
}

fn difference(found: &[String], expected: &[String]) -> String {
    let place = found
        .iter()
        .zip(expected)
        .position(|(one, other)| one != other);
    let place = place.unwrap_or(found.len().min(expected.len()));
    format!(
        "{} rows for {}, row {place}: {:?}, not {:?}",
        found.len(),
        expected.len(),
        found.get(place),
        expected.get(place)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_all_faults_every_row_comes_once_and_in_order() {
    drains_under_faults(2_000, 20, 0..8).await;
}

/// The same at full size: some minutes with `cargo test --release --test runtime -- --ignored`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and an optimised build"]
async fn two_hundred_drains_of_a_hundred_thousand_rows() {
    let (errors, requests) = drains_under_faults(100_000, 100, 0..200).await;
    eprintln!("{errors} errors that ended a stream in {requests} requests");
}

/// What the child writes beside its rows: how many bytes of them count, and where to go on.
#[derive(Serialize, Deserialize)]
struct Saved {
    bytes: u64,
    checkpoint: Checkpoint,
}

/// Reads rows into a file until all are there, wherever an earlier run was ended.
async fn read_into(folder: &Path, url: &str, token: &str) {
    let saved = fs::read_to_string(folder.join("saved")).ok();
    let saved: Option<Saved> = saved.map(|text| serde_json::from_str(&text).unwrap());
    let mut rows = OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join("rows"))
        .unwrap();
    // What was written after the last checkpoint is read again.
    let mut bytes = saved.as_ref().map_or(0, |saved| saved.bytes);
    rows.set_len(bytes).unwrap();
    let bk = client(url, token);
    let mut items = match saved {
        Some(saved) => builds(&bk, 20).resume(saved.checkpoint).unwrap().items(),
        None => builds(&bk, 20).items(),
    };
    let mut unsaved = 0;
    loop {
        let Ok(build) = items.try_next().await else {
            let checkpoint = items.checkpoint();
            items = builds(&bk, 20).resume(checkpoint).unwrap().items();
            continue;
        };
        if let Some(build) = &build {
            let row = shown(build) + "\n";
            rows.write_all(row.as_bytes()).unwrap();
            bytes += row.len() as u64;
            unsaved += 1;
        }
        if build.is_none() || unsaved == 7 {
            unsaved = 0;
            let checkpoint = items.checkpoint();
            let text = serde_json::to_string(&Saved { bytes, checkpoint }).unwrap();
            fs::write(folder.join("next"), text).unwrap();
            fs::rename(folder.join("next"), folder.join("saved")).unwrap();
        }
        if build.is_none() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_goes_on_where_it_was() {
    if let Some(task) = child::task() {
        let [folder, url, token] = task.split(' ').collect::<Vec<_>>()[..] else {
            unreachable!("the task is {task}")
        };
        return read_into(Path::new(folder), url, token).await;
    }
    let calm = sandbox(2_000).start().await.unwrap();
    let mut expected = Vec::new();
    drain(&client(calm.url(), calm.token()), 100, &mut expected).await;

    let mut faults = FAULTS.to_vec();
    faults.push("latency=15ms");
    let sandbox = faulty(2_000, 1, &faults).await;
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().to_str().unwrap();
    let task = format!("{shown} {} {}", sandbox.url(), sandbox.token());
    let name = "drain::a_process_that_is_killed_goes_on_where_it_was";
    let mut random = fastrand::Rng::with_seed(5);
    let mut kills = 0;
    loop {
        let mut child = child::command(name, &task).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(random.u64(60..400))).await;
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        assert!(kills < 1_000, "it never comes to an end");
    }
    let rows = fs::read_to_string(folder.path().join("rows")).unwrap();
    let rows: Vec<_> = rows.lines().map(str::to_owned).collect();
    assert!(rows == expected, "{}", difference(&rows, &expected));
    assert!(kills >= 5, "{kills}");
}
