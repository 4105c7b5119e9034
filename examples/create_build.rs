//! Creates a build of a pipeline's default branch, and reads it back.
//!
//! ```text
//! cargo run --example create_build [PIPELINE]
//! ```
//!
//! `PIPELINE` is the slug of organization and pipeline, `acme-inc/web` unless
//! told otherwise. Runs on the sandbox unless `BUILDKITE_API_TOKEN` is set;
//! with a token it creates a real build.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to whoever runs it"
)]

mod connect;

use std::error::Error;

use buildkite_client::queries::types::{BuildCreateInput, BuildMetaDataInput};
use buildkite_client::queries::{BuildBySlug, CreateBuild, PipelineBySlug};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let slug = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "acme-inc/web".to_owned());
    let (bk, _sandbox) = connect::connect(|client| client).await?;

    // Mutations take IDs, people know slugs.
    let pipeline = bk
        .execute(PipelineBySlug::new(&slug))
        .await?
        .into_data()
        .pipeline
        .ok_or_else(|| format!("there is no pipeline `{slug}` that this token may see"))?;

    let input = BuildCreateInput::new(&pipeline.id)
        .branch("main")
        .commit("HEAD")
        .message("Started from the example `create_build`")
        .meta_data([BuildMetaDataInput::new("origin", "example")]);
    let created = bk
        .execute(CreateBuild::new(input))
        .await?
        .into_data()
        .build_create
        .and_then(|payload| payload.build)
        .ok_or("the server created no build")?;
    println!(
        "created #{} ({}): {}",
        created.number, created.state, created.url
    );

    let read_back = bk
        .execute(BuildBySlug::new(format!("{slug}/{}", created.number)))
        .await?
        .into_data()
        .build
        .ok_or("the new build cannot be found")?;
    println!("read back: {}", serde_json::to_string_pretty(&read_back)?);
    Ok(())
}
