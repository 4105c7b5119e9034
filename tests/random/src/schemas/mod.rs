//! Random schemas: what becomes of a schema when things are removed, added, or made others.

mod bent;
mod defaults;
mod mild;
mod model;
mod part;

use std::error::Error;

use buildkite_codegen::schema;

pub use self::model::Model;
pub use self::part::part;
use crate::chance::Chance;

/// A small schema with one of everything, so that each change hits something.
const DENSE: &str = include_str!("dense.graphql");

/// The dense schema.
///
/// # Errors
///
/// When it is not valid.
pub fn dense() -> Result<Model, Box<dyn Error>> {
    Ok(Model::read(&*schema::load(DENSE, "dense.graphql")?))
}

/// Bends a schema in this many places, and mends it until it is valid. There is none where
/// that does not succeed.
pub fn bent(start: &Model, bends: usize, chance: &mut Chance) -> Option<Model> {
    let mut model = start.clone();
    for _ in 0..bends {
        bent::bend(&mut model, chance);
    }
    mended(model)
}

/// The same with changes that most operations survive.
pub fn mildly_bent(start: &Model, bends: usize, chance: &mut Chance) -> Option<Model> {
    let mut model = start.clone();
    for _ in 0..bends {
        mild::bend(&mut model, chance);
    }
    mended(model)
}

fn mended(mut model: Model) -> Option<Model> {
    model.mend();
    schema::load(&model.print(), "bent.graphql").ok()?;
    Some(model)
}

/// A schema as text, and what becomes of it after at most this many bends. Sometimes the way
/// is gone backwards, so that as much is added as is removed.
pub fn pair(start: &Model, most: usize, chance: &mut Chance) -> Option<(String, String)> {
    // The first is bent as well, or all pairs would have the same one.
    let bends = chance.below(10);
    let old = bent(start, bends, chance)?;
    let bends = chance.below(most) + 1;
    let new = bent(&old, bends, chance)?;
    let (old, new) = (old.print(), new.print());
    Some(if chance.percent(30) {
        (new, old)
    } else {
        (old, new)
    })
}
