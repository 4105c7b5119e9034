//! Drains a connection through `buildkite-client`, by hand, and through the types of
//! `graphql_client` and `cynic`, and prints wall time, CPU time and peak memory.
//!
//! The sandbox runs in this process. Each drain is a process of its own, so that what is
//! measured is a contender's alone. All have to see the same nodes.

#![allow(clippy::print_stdout, reason = "a bench talks to whoever runs it")]

mod by_hand;
mod contender;
mod measure;
mod ours;
mod with_cynic;
mod with_graphql_client;

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::Duration;

use buildkite_benches::median;
use buildkite_sandbox::{Fault, Limits, Sandbox};
use clap::{Args, Parser, Subcommand};

use self::contender::{Contender, Drain};
use self::measure::Report;

/// What one drain gives back to this program.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// The rows of a page.
const PAGE: i64 = 100;
/// A window of points that no drain uses up. The headers that tell of it are sent, as
/// Buildkite sends them, because clients read them.
const POINTS: u64 = 1_000_000_000;

#[derive(Parser)]
#[command(about = "Drains a connection through several clients, and measures each")]
struct Options {
    #[command(subcommand)]
    child: Option<Child>,

    /// The latency that the sandbox adds to each answer, in milliseconds
    #[arg(long, value_delimiter = ',', default_value = "0,5,50")]
    latency: Vec<u64>,

    /// How often everybody drains, for each latency
    #[arg(long, value_delimiter = ',', default_value = "5,3,1")]
    rounds: Vec<usize>,

    /// The latencies at which the caller also works on each page for as long; 0 for none
    #[arg(long, value_delimiter = ',', default_value = "5")]
    working: Vec<u64>,

    /// Who takes part; the usual five, or the first of them with --million
    #[arg(long, value_delimiter = ',')]
    only: Vec<Contender>,

    /// How many nodes there are
    #[arg(long, default_value_t = 100_000)]
    nodes: u64,

    /// Drain a million nodes once, and print the memory on the way
    #[arg(long)]
    million: bool,

    #[command(flatten)]
    runtime: Runtime,
}

/// Where a contender runs.
#[derive(Args, Clone, Copy)]
struct Runtime {
    /// Use tokio's runtime of one thread
    #[arg(long)]
    single: bool,
}

#[derive(Subcommand)]
enum Child {
    /// One drain; this program starts itself with it
    #[command(hide = true)]
    Child(Drain),
}

fn main() -> Outcome<()> {
    let options = Options::parse();
    match options.child {
        Some(Child::Child(drain)) => {
            println!("{}", serde_json::to_string(&drain.run()?)?);
            Ok(())
        }
        None => tokio::runtime::Runtime::new()?.block_on(compare(options)),
    }
}

async fn compare(options: Options) -> Outcome<()> {
    let nodes = if options.million {
        1_000_000
    } else {
        options.nodes
    };
    let sandbox = Sandbox::builder()
        .pipelines(1)
        .builds(nodes)
        .speed(0.0)
        .limits(Limits::default().organization(POINTS).user(POINTS))
        .start()
        .await?;
    let mut bench = Bench {
        sandbox,
        nodes,
        single: options.runtime.single,
        warm: None,
    };
    let contenders = match (options.only.is_empty(), options.million) {
        (false, _) => options.only,
        (true, false) => Contender::USUAL.to_vec(),
        (true, true) => vec![Contender::Items],
    };
    if options.million {
        return bench.million(&contenders);
    }
    if options.rounds.len() != options.latency.len() {
        return Err("as many --rounds as --latency, please".into());
    }
    for (latency, rounds) in options.latency.into_iter().zip(options.rounds) {
        bench.round(&contenders, latency, 0, rounds)?;
    }
    let workers: Vec<_> = contenders
        .into_iter()
        .filter(|contender| contender.can_show_work())
        .collect();
    for latency in options.working.into_iter().filter(|latency| *latency > 0) {
        bench.round(&workers, latency, latency, 1)?;
    }
    Ok(())
}

struct Bench {
    sandbox: Sandbox,
    nodes: u64,
    single: bool,
    /// Whose pages the sandbox holds: there is room for those of one document.
    warm: Option<&'static str>,
}

impl Bench {
    /// Lets everybody drain in turn, so that a slower minute of the machine meets all of
    /// them, and prints what that took.
    fn round(
        &mut self,
        contenders: &[Contender],
        latency: u64,
        work: u64,
        rounds: usize,
    ) -> Outcome<()> {
        let mut reports: Vec<Vec<Report>> = vec![Vec::new(); contenders.len()];
        for _ in 0..rounds {
            for (contender, reports) in contenders.iter().zip(&mut reports) {
                self.warm_up(*contender)?;
                // The shortest wait of a timer is a millisecond.
                if latency > 0 {
                    let latency = Duration::from_millis(latency);
                    self.sandbox.inject(Fault::latency(latency));
                }
                let report = self.child(*contender, work, false)?;
                self.sandbox.heal();
                reports.push(report);
            }
        }
        let pages = self.nodes.div_ceil(PAGE.unsigned_abs());
        println!(
            "\n{} nodes in {pages} pages, {latency} ms of latency, {work} ms of work on a page, \
             median of {rounds}",
            self.nodes
        );
        println!(
            "{:<28}{:>9}{:>11}{:>11}{:>9}{:>11}{:>10}",
            "", "wall, s", "/ latency", "/ by hand", "CPU, s", "/ by hand", "peak, MB"
        );
        let medians: Vec<_> = reports.iter().map(|reports| middle(reports)).collect();
        let by_hand = contenders
            .iter()
            .zip(&medians)
            .find(|(contender, _)| **contender == Contender::ByHand)
            .map(|(_, report)| report);
        let waited = Duration::from_millis(pages * latency);
        for (contender, report) in contenders.iter().zip(&medians) {
            println!(
                "{:<28}{:>9.3}{:>11}{:>11}{:>9.3}{:>11}{:>10}",
                contender.title(),
                report.wall.as_secs_f64(),
                ratio(report.wall, Some(waited)),
                ratio(report.wall, by_hand.map(|by_hand| by_hand.wall)),
                report.cpu.as_secs_f64(),
                ratio(report.cpu, by_hand.map(|by_hand| by_hand.cpu)),
                megabytes(report.peak),
            );
        }
        Ok(())
    }

    /// Lets each drain once and print its memory on the way. The sandbox has no room for so
    /// many answers, and works them out each time.
    fn million(&self, contenders: &[Contender]) -> Outcome<()> {
        for contender in contenders {
            println!(
                "\n{}: nodes, memory now and at its peak, CPU",
                contender.title()
            );
            let report = self.child(*contender, 0, true)?;
            println!(
                "{:>9} in {:.1} s, at the peak {} MB",
                report.rows,
                report.wall.as_secs_f64(),
                megabytes(report.peak)
            );
        }
        Ok(())
    }

    /// Sees to it that the sandbox has all answers, so that its work is not measured.
    fn warm_up(&mut self, contender: Contender) -> Outcome<()> {
        if self.warm != Some(contender.document()) {
            self.child(contender, 0, false)?;
            self.warm = Some(contender.document());
        }
        Ok(())
    }

    /// One drain, in a process of its own.
    fn child(&self, contender: Contender, work: u64, tell: bool) -> Outcome<Report> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["child", &contender.to_string()])
            .args(["--url", self.sandbox.url()])
            .args(["--token", self.sandbox.token()])
            .args(["--work", &work.to_string()]);
        if tell {
            command.arg("--tell");
        }
        if self.single {
            command.arg("--single");
        }
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{contender} failed: {}", output.status).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let report: Report = serde_json::from_str(&text)?;
        // Builds are numbered from 1 on.
        let expected = (self.nodes, self.nodes * (self.nodes + 1) / 2);
        if (report.rows, report.sum) != expected {
            let seen = (report.rows, report.sum);
            return Err(format!("{contender} saw {seen:?} and not {expected:?}").into());
        }
        Ok(report)
    }
}

/// The median of each figure.
fn middle(reports: &[Report]) -> Report {
    let mut wall: Vec<_> = reports.iter().map(|report| report.wall).collect();
    let mut cpu: Vec<_> = reports.iter().map(|report| report.cpu).collect();
    let mut peak: Vec<_> = reports.iter().filter_map(|report| report.peak).collect();
    peak.sort_unstable();
    Report {
        wall: median(&mut wall),
        cpu: median(&mut cpu),
        peak: peak.get(peak.len() / 2).copied(),
        ..Report::default()
    }
}

/// One time over another, where there is one.
fn ratio(time: Duration, other: Option<Duration>) -> String {
    match other {
        Some(other) if !other.is_zero() => {
            format!("{:.3}", time.as_secs_f64() / other.as_secs_f64())
        }
        _ => String::new(),
    }
}

/// Of kilobytes, where they are known.
fn megabytes(kilobytes: Option<u64>) -> String {
    kilobytes.map_or_else(
        || "?".to_owned(),
        |kilobytes| format!("{}.{}", kilobytes / 1_000, kilobytes % 1_000 / 100),
    )
}
