//! How long `cargo check` takes after an edit to one of 100 operations, how long
//! it takes at first, and how much Rust it comes to.
//!
//! Writes a small crate for each library below `target/edit-loop`, all with the
//! same operations, and edits them in turn. Takes some minutes: each crate is
//! built from nothing once, with all that it depends on.

#![allow(clippy::print_stdout, reason = "a bench talks to whoever runs it")]

mod crates;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use buildkite_benches::{family, median, time};
use crates::{Project, Rkyv};

const OPERATIONS: usize = 100;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("no workspace")?;
    let folder = root.join("target/edit-loop");
    let operations = family::operations(OPERATIONS);
    let projects = [
        crates::with_buildkite_client(root, &folder, &operations)?,
        crates::with_graphql_client(root, &folder, &operations)?,
        crates::with_cynic(root, &folder, &operations, Rkyv::Off)?,
        crates::with_cynic(root, &folder, &operations, Rkyv::On)?,
    ];

    let mut clean = Vec::new();
    for project in &projects {
        let target = project.folder.join("target");
        if target.exists() {
            fs::remove_dir_all(target)?;
        }
        clean.push(check(project)?);
    }
    let mut edits = vec![Vec::new(); projects.len()];
    // One more, which is not counted: the first check after a clean one has
    // no incremental state to read.
    for round in 0..=ROUNDS {
        for (project, times) in projects.iter().zip(&mut edits) {
            project.edit(round)?;
            let time = check(project)?;
            if round > 0 {
                times.push(time);
            }
        }
    }

    println!(
        "`cargo check` of {OPERATIONS} operations, seconds; after an edit: median of {ROUNDS}"
    );
    println!(
        "{:<17} {:>16} {:>16} {:>16}",
        "", "after an edit", "from nothing", "lines, expanded"
    );
    let mut first = None;
    for ((project, clean), times) in projects.iter().zip(clean).zip(&mut edits) {
        let edit = median(times);
        let (base_edit, base_clean) = *first.get_or_insert((edit, clean));
        println!(
            "{:<17} {:>16} {:>16} {:>16}",
            project.name,
            cell(edit, base_edit),
            cell(clean, base_clean),
            expanded_lines(project)?,
        );
    }
    Ok(())
}

fn cell(time: Duration, base: Duration) -> String {
    let seconds = time.as_secs_f64();
    format!("{seconds:.2} ({:.2})", seconds / base.as_secs_f64())
}

/// The time of a check that has to succeed.
fn check(project: &Project) -> Result<Duration, Box<dyn Error>> {
    let mut result = Ok(());
    let elapsed = time(|| {
        result = run(project, &["check", "--offline", "--quiet"], None).map(drop);
    });
    result.map(|()| elapsed)
}

/// What rustc sees of the crate once every macro is expanded.
fn expanded_lines(project: &Project) -> Result<usize, Box<dyn Error>> {
    let arguments = [
        "rustc",
        "--offline",
        "--quiet",
        "--lib",
        "--profile",
        "check",
        "--",
        "-Zunpretty=expanded",
    ];
    // The option is not stable.
    let output = run(project, &arguments, Some(("RUSTC_BOOTSTRAP", "1")))?;
    Ok(String::from_utf8(output.stdout)?.lines().count())
}

fn run(
    project: &Project,
    arguments: &[&str],
    variable: Option<(&str, &str)>,
) -> Result<Output, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(&project.folder)
        .env("CARGO_TARGET_DIR", project.folder.join("target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("CARGO_INCREMENTAL")
        .envs(variable)
        .output()?;
    if output.status.success() {
        Ok(output)
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!("{}: {errors}", project.name).into())
    }
}
