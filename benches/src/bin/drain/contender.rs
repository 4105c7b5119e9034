//! Who drains, and one drain from beginning to end.

use std::fmt;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::measure::{self, Report};
use super::{Outcome, Runtime, by_hand, ours, with_cynic, with_graphql_client};

/// The only pipeline of the sandbox.
pub(crate) const PIPELINE: &str = "acme-inc/web";
/// After so many rows memory is told of.
const TELL: u64 = 100_000;

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contender {
    /// A stream with its defaults, which reads the next page meanwhile
    Items,
    /// A stream that reads a page when it is asked for it
    NoPrefetch,
    /// The stream without a memory for rows that come twice
    Keep,
    /// `Client::execute` in a loop over the cursors
    Execute,
    /// reqwest and derives of serde in such a loop
    ByHand,
    /// Types of `graphql_client`, and reqwest in such a loop
    GraphqlClient,
    /// Types of `cynic`, and its extension of reqwest in such a loop
    Cynic,
}

impl Contender {
    /// Those who ask with the same document stand side by side, because the sandbox has
    /// room for the answers to one.
    pub(crate) const USUAL: [Self; 5] = [
        Self::Items,
        Self::NoPrefetch,
        Self::ByHand,
        Self::GraphqlClient,
        Self::Cynic,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Items => "buildkite-client",
            Self::NoPrefetch => "buildkite-client, prefetch 0",
            Self::Keep => "buildkite-client, keep",
            Self::Execute => "buildkite-client, execute",
            Self::ByHand => "reqwest, serde by hand",
            Self::GraphqlClient => "graphql_client",
            Self::Cynic => "cynic",
        }
    }

    /// Something that two contenders have in common only if they send the same document.
    pub(crate) const fn document(self) -> &'static str {
        match self {
            Self::GraphqlClient => "graphql_client",
            Self::Cynic => "cynic",
            _ => "buildkite-client",
        }
    }

    /// Of those who ask for one page after the other one is enough.
    pub(crate) const fn can_show_work(self) -> bool {
        !matches!(self, Self::GraphqlClient | Self::Cynic)
    }

    async fn drain(self, server: &Server, caller: &mut Caller) -> Outcome<()> {
        match self {
            Self::Items | Self::NoPrefetch | Self::Keep => ours::drain(self, server, caller).await,
            Self::Execute => ours::execute(server, caller).await,
            Self::ByHand => by_hand::drain(server, caller).await,
            Self::GraphqlClient => with_graphql_client::drain(server, caller).await,
            Self::Cynic => with_cynic::drain(server, caller).await,
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// One drain.
#[derive(Args)]
pub(crate) struct Drain {
    contender: Contender,
    #[command(flatten)]
    server: Server,
    /// For how long the caller works on a page, in milliseconds
    #[arg(long)]
    work: u64,
    /// Print the memory on the way
    #[arg(long)]
    tell: bool,
    #[command(flatten)]
    runtime: Runtime,
}

/// Where the rows are.
#[derive(Args)]
pub(crate) struct Server {
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) token: String,
}

impl Drain {
    pub(crate) fn run(self) -> Outcome<Report> {
        let mut runtime = if self.runtime.single {
            tokio::runtime::Builder::new_current_thread()
        } else {
            tokio::runtime::Builder::new_multi_thread()
        };
        runtime.enable_all().build()?.block_on(self.drain())
    }

    /// What it takes to set up the HTTP client is not counted: reading the certificates of
    /// the system is as much as a few hundred pages.
    async fn drain(self) -> Outcome<Report> {
        let mut caller = Caller {
            work: Duration::from_millis(self.work),
            tell: self.tell,
            ..Caller::default()
        };
        self.contender.drain(&self.server, &mut caller).await?;
        caller.report()
    }
}

/// Whoever asked for the rows: counts them, and works on each page.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    work: Duration,
    tell: bool,
    rows: u64,
    sum: u64,
    began: Option<Began>,
}

#[derive(Debug)]
struct Began {
    at: tokio::time::Instant,
    cpu: Duration,
}

impl Caller {
    /// From here on is measured.
    pub(crate) fn begin(&mut self) {
        self.began = Some(Began {
            at: tokio::time::Instant::now(),
            cpu: measure::cpu(),
        });
    }

    /// Takes note of a row. Whether it is the last one of a page.
    pub(crate) fn row(&mut self, number: i64) -> bool {
        self.rows += 1;
        self.sum += number.unsigned_abs();
        self.rows.is_multiple_of(super::PAGE.unsigned_abs())
    }

    /// Works on the page whose last row was seen.
    #[allow(clippy::print_stderr, reason = "what goes to stdout is the report")]
    pub(crate) async fn work(&self) {
        if !self.work.is_zero() {
            tokio::time::sleep(self.work).await;
        }
        if self.tell && self.rows.is_multiple_of(TELL) {
            let [now, peak] = [measure::memory(), measure::peak()].map(super::megabytes);
            let cpu = measure::cpu().as_secs_f64();
            eprintln!("{:>9}{now:>8} MB{peak:>8} MB{cpu:>8.2} s", self.rows);
        }
    }

    fn report(self) -> Outcome<Report> {
        let began = self.began.ok_or("nothing was measured")?;
        Ok(Report {
            rows: self.rows,
            sum: self.sum,
            wall: began.at.elapsed(),
            cpu: measure::cpu().saturating_sub(began.cpu),
            peak: measure::peak(),
        })
    }
}
