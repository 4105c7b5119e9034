//! Has `schema::diff` and graphql-js compare the same pairs of schemas.
//!
//! This part makes the pairs, compares each and writes down what it finds. Then it starts
//! `changes.mjs`, which does the same with graphql-js and holds the two against each
//! other. `.ci/reference` installs what that needs.
//!
//!     changes FOLDER [SEED [PAIRS]]
//!
//! `FOLDER` holds `changes.mjs` and its packages.

mod chosen;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use buildkite_codegen::schema::{self, diff};
use random::Chance;
use random::schemas::{Model, dense, pair, part};
use serde_json::{Value, json};

use crate::chosen::{CHOSEN, REST};

/// The pairs of a run that nobody asked more of.
const PAIRS: usize = 600;

/// One pair in this many is of Buildkite's whole schema.
const WHOLE: usize = 60;

/// At most this many places of a schema are others in the next.
const BENDS: usize = 15;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("which folder holds changes.mjs?")?;
    let seed: u64 = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let count = arguments.next().map_or(Ok(PAIRS), |count| count.parse())?;

    let dense = dense()?;
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
                part(&buildkite, &mut chance),
            ),
            _ => ("the dense schema", dense.clone()),
        };
        match pair(&start, BENDS, &mut chance) {
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
