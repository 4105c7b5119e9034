//! Lists the latest builds of a pipeline.
//!
//! ```text
//! cargo run --example recent_builds [PIPELINE] [HOW MANY]
//! ```
//!
//! `PIPELINE` is the slug of organization and pipeline, `acme-inc/web` unless
//! told otherwise. Runs on the sandbox unless `BUILDKITE_API_TOKEN` is set.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to whoever runs it"
)]

mod connect;

use std::error::Error;

use buildkite_client::queries::RecentBuilds;
use buildkite_client::queries::fragments::build_summary::{BuildCreator, BuildSummary};
use comfy_table::Table;
use comfy_table::presets::NOTHING;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let pipeline = arguments
        .next()
        .unwrap_or_else(|| "acme-inc/web".to_owned());
    let how_many = arguments.next().map_or(Ok(30), |number| number.parse())?;

    let (bk, _sandbox) = connect::connect(|client| client).await?;

    // Pages of ten, fetched one after the other as the rows are asked for.
    let mut builds = bk
        .paginate(RecentBuilds::new(&pipeline).first(10))
        .limit(how_many)
        .items();

    let mut table = Table::new();
    table.load_style(NOTHING).set_header([
        "build", "state", "branch", "commit", "created", "by", "message",
    ]);
    while let Some(build) = builds.try_next().await? {
        table.add_row(row(&build));
    }
    println!("{table}");
    println!(
        "{} of {} builds of {pipeline}",
        table.row_count(),
        builds.total_count().unwrap_or_default()
    );
    Ok(())
}

fn row(build: &BuildSummary) -> [String; 7] {
    let created = build.created_at.strftime("%Y-%m-%d %H:%M").to_string();
    let by = match &build.created_by {
        Some(BuildCreator::User(user)) => user.name.clone(),
        Some(BuildCreator::UnregisteredUser(user)) => {
            user.unregistered_name.clone().unwrap_or_default()
        }
        // A kind of creator that Buildkite may add one day.
        Some(other) => other.typename().to_owned(),
        None => String::new(),
    };
    [
        format!("#{}", build.number),
        build.state.to_string().to_lowercase(),
        build.branch.clone(),
        build.commit.chars().take(8).collect(),
        created,
        by,
        build.message.clone().unwrap_or_default(),
    ]
}
