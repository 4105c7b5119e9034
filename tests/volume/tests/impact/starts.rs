//! The schemas that are bent.

use buildkite_codegen::schema;
use random::Chance;
use random::schemas::{Model, bent, dense, mildly_bent, pair, part};

/// One pair in this many is of Buildkite's whole schema, which takes as long as many others.
const WHOLE: usize = 60;

/// At most this many places of a schema are others in the next. Of more, hardly a set would
/// go on compiling.
const BENDS: usize = 3;

pub(crate) struct Starts {
    buildkite: Model,
    dense: Model,
    garden: Model,
    nested: Model,
    rows: Model,
}

impl Starts {
    pub(crate) fn read() -> Self {
        let read = |text: &str| Model::read(&schema::load(text, "start.graphql").unwrap());
        Self {
            buildkite: read(buildkite_schema::SDL),
            dense: dense().unwrap(),
            garden: read(include_str!(
                "../../../../crates/codegen/tests/compile/shapes/schema.graphql"
            )),
            nested: read(include_str!("../../schemas/nested.graphql")),
            rows: read(include_str!("../../schemas/rows.graphql")),
        }
    }

    /// A schema and what becomes of it, as text.
    pub(crate) fn pair(&self, number: usize, chance: &mut Chance) -> Option<(String, String)> {
        let pair = self.any(number, chance)?;
        // A default that its own type refuses counts for some and not for others.
        let is_refused = |text: &String| text.contains("! = null") || text.contains(": null}");
        (!is_refused(&pair.0) && !is_refused(&pair.1)).then_some(pair)
    }

    fn any(&self, number: usize, chance: &mut Chance) -> Option<(String, String)> {
        let part_of_it;
        let start = match number {
            number if number % WHOLE == 0 => &self.buildkite,
            number if number % 5 == 1 => {
                part_of_it = part(&self.buildkite, chance);
                &part_of_it
            }
            number if number % 5 == 2 => &self.garden,
            number if number % 5 == 3 => &self.nested,
            number if number % 5 == 4 => &self.rows,
            _ => &self.dense,
        };
        if chance.percent(40) {
            return pair(start, BENDS, chance);
        }
        let bends = chance.below(10);
        let one = bent(start, bends, chance)?;
        let bends = chance.below(BENDS) + 1;
        let other = mildly_bent(&one, bends, chance)?;
        let (one, other) = (one.print(), other.print());
        Some(if chance.percent(40) {
            (other, one)
        } else {
            (one, other)
        })
    }
}
