//! Reads a whole tree, pipelines with all of their builds: by `Client::drain`, in order and
//! as they are complete, and one request after the other. Prints wall times and their ratio.

#![allow(clippy::print_stdout, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "generated")]

use std::error::Error;
use std::time::{Duration, Instant};

use buildkite_benches::median;
use buildkite_client::Client;
use buildkite_client::relay::Connection;
use buildkite_sandbox::{Fault, Limits, Sandbox};
use clap::Parser;

buildkite_client::include_queries!();

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A window of points that no drain uses up.
const POINTS: u64 = 1_000_000_000;

#[derive(Parser)]
#[command(about = "Drains pipelines with all of their builds, and measures that")]
struct Options {
    /// How many pipelines there are
    #[arg(long, default_value_t = 200)]
    pipelines: u64,

    /// How many builds each has, on average
    #[arg(long, default_value_t = 1_000)]
    builds: u64,

    /// The latency that the sandbox adds to each answer, in milliseconds
    #[arg(long, default_value_t = 50)]
    latency: u64,

    /// How many requests are on their way at the same time
    #[arg(long, default_value_t = 8)]
    concurrency: usize,

    /// How often each way is gone
    #[arg(long, default_value_t = 1)]
    rounds: usize,
}

/// How the tree is read.
#[derive(Debug, Clone, Copy)]
enum Way {
    Ordered,
    Unordered,
    OneByOne,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let options = Options::parse();
    let sandbox = Sandbox::builder()
        .pipelines(options.pipelines)
        .builds(options.pipelines * options.builds)
        .speed(0.0)
        .limits(Limits::default().organization(POINTS).user(POINTS))
        .start()
        .await?;
    if options.latency > 0 {
        sandbox.inject(Fault::latency(Duration::from_millis(options.latency)));
    }
    let bk = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
        .build()?;
    let ways = [Way::OneByOne, Way::Ordered, Way::Unordered];
    let mut times = [const { Vec::new() }; 3];
    let mut expected = None;
    for _ in 0..options.rounds {
        for (way, times) in ways.into_iter().zip(&mut times) {
            let (took, found) = read(&bk, way, options.concurrency).await?;
            if *expected.get_or_insert(found) != found {
                return Err(format!("{way:?} found {found:?}, not {expected:?}").into());
            }
            times.push(took);
        }
    }
    let (pipelines, builds, _) = expected.unwrap_or_default();
    println!(
        "{pipelines} pipelines, {builds} builds, {} ms of latency, {} requests at a time",
        options.latency, options.concurrency
    );
    let one_by_one = median(&mut times[0].clone()).as_secs_f64();
    for (way, times) in ways.into_iter().zip(&mut times) {
        let took = median(times).as_secs_f64();
        println!("{way:<12?}{took:>9.2} s{:>8.2}", one_by_one / took);
    }
    Ok(())
}

/// Pipelines, builds, and a sum over all of them.
type Found = (usize, usize, i64);

#[allow(clippy::disallowed_methods, reason = "what is measured is real time")]
async fn read(bk: &Client, way: Way, concurrency: usize) -> Outcome<(Duration, Found)> {
    let began = Instant::now();
    let mut found = Found::default();
    let tree = BuildsTree::new("acme-inc");
    match way {
        Way::OneByOne => {
            let mut pipelines = bk.paginate(tree.clone()).prefetch(0).items();
            while let Some(pipeline) = pipelines.try_next().await? {
                found.0 += 1;
                for build in pipeline.builds.iter().flat_map(Connection::nodes) {
                    count(&mut found, build.number);
                }
                let Some(rest) = tree.builds_rest(&pipeline)? else {
                    continue;
                };
                let mut builds = bk.paginate(rest).prefetch(0).items();
                while let Some(build) = builds.try_next().await? {
                    count(&mut found, build.number);
                }
            }
        }
        Way::Ordered | Way::Unordered => {
            let mut drain = bk.drain(tree).concurrency(concurrency);
            if matches!(way, Way::Unordered) {
                drain = drain.unordered();
            }
            let mut pipelines = drain.items();
            while let Some(pipeline) = pipelines.try_next().await? {
                found.0 += 1;
                for build in pipeline.builds.iter().flat_map(Connection::nodes) {
                    count(&mut found, build.number);
                }
            }
        }
    }
    Ok((began.elapsed(), found))
}

fn count(found: &mut Found, number: i64) {
    found.1 += 1;
    found.2 = found.2.wrapping_add(number);
}
