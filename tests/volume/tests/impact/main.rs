//! What changes of a schema do to queries, held against what compiling them shows: over
//! random schemas, random changes of them, and random operations.
//!
//! `VOLUME_SEED` and `VOLUME_PAIRS` choose which pairs of schemas and how many, and
//! `VOLUME_PAIR` a single one of them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

mod case;
mod code;
mod compiled;
mod mentioned;
mod starts;
mod tally;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use random::Chance;

use crate::case::Case;
use crate::starts::Starts;
use crate::tally::Tally;

/// The pairs of a run that nobody asked more of.
const PAIRS: usize = 60;

/// Of so many pairs there is everything, whatever the seed.
const MANY: usize = 400;

#[test]
fn effects_are_what_compiling_shows() {
    let seed = number("VOLUME_SEED").unwrap_or(1);
    let pairs = number("VOLUME_PAIRS").map_or(PAIRS, |pairs| usize::try_from(pairs).unwrap());
    let only = number("VOLUME_PAIR").map(|pair| usize::try_from(pair).unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let folder = match only {
        Some(_) => Path::new(env!("CARGO_TARGET_TMPDIR")).join("impact"),
        None => temporary.path().to_owned(),
    };
    let starts = Starts::read();
    let mut chance = Chance::new(seed);
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for pair in 0..pairs.max(only.map_or(0, |only| only + 1)) {
        let mut chance = chance.split();
        if only.is_some_and(|only| only != pair) {
            continue;
        }
        let Some(case) = Case::make(&starts, pair, &mut chance) else {
            tally.given_up += 1;
            continue;
        };
        let problems = catch_unwind(AssertUnwindSafe(|| case.problems(&folder, &mut tally)));
        for problem in problems.unwrap_or_else(|_| vec!["it panics".to_owned()]) {
            failures.push(format!("VOLUME_SEED={seed} VOLUME_PAIR={pair}: {problem}"));
        }
    }
    println!("{tally}");
    assert!(
        failures.is_empty(),
        "{} failures:\n{}\nwith VOLUME_PAIR the files of one stay in {}/impact",
        failures.len(),
        failures.join("\n"),
        env!("CARGO_TARGET_TMPDIR"),
    );
    // Of a few pairs of another seed nobody knows what they have.
    if only.is_none() && (pairs >= MANY || (seed, pairs) == (1, PAIRS)) {
        tally.assert_that_enough_came_up();
    }
}

/// A number from the environment, where it is set.
fn number(name: &str) -> Option<u64> {
    let text = env::var_os(name)?;
    let text = text.to_string_lossy();
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} has to be a number, but is {text:?}")),
    )
}
