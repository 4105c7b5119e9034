//! How long it takes to compare Buildkite's schema with one that is another in 50 places,
//! and to say what that does to the shipped queries, and to sets of 10, 100 and 1,000
//! operations.

#![allow(clippy::print_stdout, reason = "a bench talks to whoever runs it")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use buildkite_benches::{family, median, time};
use buildkite_codegen::Config;
use buildkite_codegen::schema::{self, diff};
use random::Chance;
use random::schemas::{Model, bent, mildly_bent};

const ROUNDS: usize = 5;

/// The places in which the new schema is another.
const BENDS: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sets = vec![("the shipped queries".to_owned(), root.clone())];
    for count in [10, 100, 1_000] {
        let folder = root.join(format!("target/bench-impact/{count}"));
        family::write(&folder, &family::operations(count))?;
        sets.push((format!("{count} operations"), folder));
    }
    let start = Model::read(&*schema::load(
        buildkite_schema::SDL,
        buildkite_schema::PATH,
    )?);
    let old = schema::load(&start.print(), "old.graphql")?;
    let mut chance = Chance::new(1);
    // Where nothing breaks more has to be compared.
    for (name, bend) in [
        ("anything changes", bent as Bend),
        ("mildly changed", mildly_bent),
    ] {
        let changed = (0..100).find_map(|_| bend(&start, BENDS, &mut chance));
        let changed = changed.ok_or("no bent schema is valid")?;
        let new = schema::load(&changed.print(), "new.graphql")?;
        let diff = diff::compare(&old, &new);
        println!("{name}, milliseconds, median of {ROUNDS} rounds");
        let took = rounds(|| diff::compare(&old, &new));
        let changes = diff.changes().len();
        println!("{:>20} {took:>6.1} ({changes} changes)", "the schemas");
        for (name, root) in &sets {
            let config = Config::new().root(root).queries("queries");
            // What fails would look fast.
            let impact = config.impact(&old, &new, &diff)?;
            let took = rounds(|| config.impact(&old, &new, &diff));
            println!(
                "{name:>20} {took:>6.1} ({} effects, {} of {} operations)",
                impact.effects().len(),
                impact.touched_operations().len(),
                impact.operations(),
            );
        }
    }
    Ok(())
}

/// A way to change a schema in so many places.
type Bend = fn(&Model, usize, &mut Chance) -> Option<Model>;

/// What something takes, in milliseconds.
fn rounds<T>(work: impl Fn() -> T) -> f64 {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| time(&work)).collect();
    median(&mut times).as_secs_f64() * 1_000.0
}
