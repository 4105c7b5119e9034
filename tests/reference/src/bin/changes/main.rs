//! Has `schema::diff` and graphql-js compare the same pairs of schemas.
//!
//! This part makes the pairs, compares each and writes down what it finds. Then it starts
//! `changes.mjs`, which does the same with graphql-js and holds the two against each
//! other. `.ci/reference` installs what that needs.
//!
//!     changes FOLDER [SEED [PAIRS]]
//!
//! `FOLDER` holds `changes.mjs` and its packages.

mod bent;
mod chosen;
mod defaults;
mod model;
mod part;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use buildkite_codegen::schema::{self, diff};
use random_operations::Chance;
use serde_json::{Value, json};

use crate::chosen::{CHOSEN, REST};
use crate::model::Model;

/// The pairs of a run that nobody asked more of.
const PAIRS: usize = 600;

/// One pair in this many is of Buildkite's whole schema.
const WHOLE: usize = 60;

/// A small schema with one of everything, so that each change hits something.
const DENSE: &str = include_str!("dense.graphql");

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("which folder holds changes.mjs?")?;
    let seed: u64 = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let count = arguments.next().map_or(Ok(PAIRS), |count| count.parse())?;

    let dense = Model::read(&*schema::load(DENSE, "dense.graphql")?);
    let buildkite = schema::load(buildkite_schema::SDL, buildkite_schema::PATH)?;
    let buildkite = Model::read(&buildkite);
    let mut chance = Chance::new(seed);
    let mut pairs = Vec::new();
    for (old, new) in CHOSEN {
        let whole = |text: &str| format!("{REST} {text}");
        pairs.push(compared("chosen schemas", &whole(old), &whole(new))?);
    }
    let (mut made, mut given_up) = (0, 0);
    while made < count {
        let mut chance = chance.split();
        let (name, start) = match made {
            number if number % WHOLE == 0 => ("Buildkite's schema", buildkite.clone()),
            number if number % 3 == 1 => (
                "a part of Buildkite's schema",
                part::part(&buildkite, &mut chance),
            ),
            _ => ("the dense schema", dense.clone()),
        };
        match pair(&start, &mut chance) {
            Some((old, new)) => {
                pairs.push(compared(name, &old, &new)?);
                made += 1;
            }
            None => given_up += 1,
        }
        // Then nearly nothing that is made would be valid, which must not go unnoticed.
        if given_up > count {
            return Err(format!("{given_up} pairs are not valid").into());
        }
    }

    let again = format!(".ci/reference {seed} {count}");
    let file = Path::new(&folder).join("changes.json");
    fs::write(&file, json!({ "again": again, "pairs": pairs }).to_string())?;
    let status = Command::new("node")
        .arg(Path::new(&folder).join("changes.mjs"))
        .arg(&file)
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A schema, and what becomes of it. Sometimes the way is gone backwards, so that as much
/// is added as is removed.
fn pair(start: &Model, chance: &mut Chance) -> Option<(String, String)> {
    // The first is bent as well, or all pairs would have the same one.
    let mut old = start.clone();
    for _ in 0..chance.below(10) {
        bent::bend(&mut old, chance);
    }
    let old = valid(old)?;
    let mut new = old.clone();
    for _ in 0..=chance.below(15) {
        bent::bend(&mut new, chance);
    }
    let new = valid(new)?;
    let (old, new) = (old.print(), new.print());
    Some(if chance.percent(30) {
        (new, old)
    } else {
        (old, new)
    })
}

fn valid(mut model: Model) -> Option<Model> {
    model.mend();
    schema::load(&model.print(), "bent.graphql").ok()?;
    Some(model)
}

/// A pair with what `schema::diff` says of it, in the kinds that graphql-js has.
fn compared(name: &str, old: &str, new: &str) -> Result<Value, Box<dyn Error>> {
    let diff = diff::compare(
        &schema::load(old, "old.graphql")?,
        &schema::load(new, "new.graphql")?,
    );
    let changes: Vec<_> = diff
        .changes()
        .iter()
        .filter(|change| change.kind().is_of_graphql_js())
        .map(|change| {
            json!({
                "kind": change.kind(),
                "severity": change.severity(),
                "coordinate": change.coordinate().to_string(),
                "before": change.before(),
                "after": change.after(),
            })
        })
        .collect();
    Ok(json!({ "name": name, "old": old, "new": new, "changes": changes }))
}
