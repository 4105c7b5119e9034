//! A service with queries of its own: the slowest jobs of a pipeline.
//!
//! ```text
//! cargo run -p own_queries
//! ```
//!
//! Runs on the sandbox unless `BUILDKITE_API_TOKEN` is set.

use std::error::Error;

use buildkite_client::Client;
use buildkite_sandbox::Sandbox;

/// Compiled by `build.rs` from the folder `queries/`.
mod queries {
    buildkite_client::include_queries!();
}

use queries::SlowestJobs;
use queries::slowest_jobs::Job;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let pipeline = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "acme-inc/web".to_owned());
    let (bk, _sandbox) = connect().await?;

    let mut jobs = bk.paginate(SlowestJobs::new(&pipeline)).limit(300).items();
    let mut timed = Vec::new();
    while let Some(job) = jobs.try_next().await? {
        if let Job::JobTypeCommand(job) = job
            && let (Some(from), Some(to)) = (job.started_at, job.finished_at)
        {
            timed.push((to.duration_since(from), job));
        }
    }
    timed.sort_by_key(|(took, _)| std::cmp::Reverse(*took));

    println!(
        "The slowest of the {} newest jobs of {pipeline}:",
        timed.len()
    );
    for (took, job) in timed.iter().take(10) {
        println!(
            "{:>6} s  {:<30} on {}",
            took.as_secs(),
            job.label.as_deref().unwrap_or("(no label)"),
            job.agent
                .as_ref()
                .map_or("an agent that is gone", |agent| agent.name.as_str()),
        );
    }
    Ok(())
}

async fn connect() -> Result<(Client, Option<Sandbox>), Box<dyn Error>> {
    if std::env::var_os("BUILDKITE_API_TOKEN").is_some() {
        return Ok((Client::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    let client = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
        .build()?;
    Ok((client, Some(sandbox)))
}
