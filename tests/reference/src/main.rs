//! Has the sandbox and graphql-js execute the same operations over the same data.
//!
//! This part makes the operations, sends each to a sandbox and keeps the answer. Then it
//! starts `compare.mjs`, which executes them with graphql-js and takes the data from the
//! same sandboxes, one field at a time. `.ci/reference` installs what that needs.
//!
//!     reference FOLDER [SEED [OPERATIONS]]
//!
//! `FOLDER` holds `compare.mjs` and its packages.

mod bent;
mod chosen;
mod generated;
mod known;
mod operation;
mod syntax;
mod thorough;
mod worlds;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use serde_json::json;
use tokio::process::Command;

use crate::worlds::{World, worlds};

/// The operations of a run that nobody asked more of, of Buildkite's schema.
const OPERATIONS: usize = 300;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("which folder holds compare.mjs?")?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let operations = arguments
        .next()
        .map_or(Ok(OPERATIONS), |operations| operations.parse())?;

    let worlds = worlds(seed, operations).await?;
    let shown: Vec<_> = worlds.iter().map(World::to_json).collect();
    let again = format!(".ci/reference {seed} {operations}");
    let file = Path::new(&folder).join("operations.json");
    fs::write(
        &file,
        json!({ "again": again, "worlds": shown }).to_string(),
    )?;
    let status = Command::new("node")
        .arg(Path::new(&folder).join("compare.mjs"))
        .arg(&file)
        .status()
        .await?;
    for world in worlds {
        world.sandbox.stop().await;
    }
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
