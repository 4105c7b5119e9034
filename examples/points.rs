//! Counts the latest builds of every pipeline, with a line that shows how many
//! points are left.
//!
//! ```text
//! cargo run --example points [ORGANIZATION]
//! ```
//!
//! `ORGANIZATION` is a slug, `acme-inc` unless told otherwise. Runs on the sandbox unless
//! `BUILDKITE_API_TOKEN` is set.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to whoever runs it"
)]

mod connect;

use std::error::Error;
use std::io::{IsTerminal, Write, stderr};

use buildkite_client::queries::{Pipelines, RecentBuilds};
use buildkite_client::{BudgetPolicy, Event};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let organization = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "acme-inc".to_owned());
    // Half of the points are left to colleagues.
    let (bk, _sandbox) = connect::connect(|client| {
        client
            .budget(BudgetPolicy::default().ceiling(0.5))
            .observer(show_points)
    })
    .await?;

    let mut builds = 0;
    let mut pipelines = bk.paginate(Pipelines::new(&organization)).items();
    while let Some(pipeline) = pipelines.try_next().await? {
        let pipeline = format!("{organization}/{}", pipeline.slug);
        let mut recent = bk.paginate(RecentBuilds::new(pipeline)).limit(200).items();
        while recent.try_next().await?.is_some() {
            builds += 1;
        }
    }
    eprintln!();
    println!("{builds} builds in {} pipelines", pipelines.progress().rows);
    Ok(())
}

/// One line that is written over and over; where nobody looks, nothing.
fn show_points(event: &Event<'_>) {
    if !stderr().is_terminal() {
        return;
    }
    match event {
        Event::Attempt {
            operation,
            user: Some(points),
            ..
        } => eprint!(
            "\r{:>6} of {} points left for {} s, {operation:<20}",
            points.remaining,
            points.limit,
            points.reset.as_secs(),
        ),
        Event::Reserved { waited, .. } if !waited.is_zero() => {
            eprint!("\rwaited {waited:.0?} for points{:<30}", "");
        }
        _ => {}
    }
    // It is only to look at.
    let _ = stderr().flush();
}
