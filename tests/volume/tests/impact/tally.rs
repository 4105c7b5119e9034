//! What came up: a test that meets nothing finds nothing.

use std::collections::BTreeMap;
use std::fmt;

use buildkite_codegen::impact::{EffectKind, Impact};
use buildkite_codegen::schema::diff::SchemaDiff;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) given_up: usize,
    pub(crate) sets: usize,
    /// Sets that go on compiling with the new schema.
    pub(crate) compiling: usize,
    /// Sets of which something goes on compiling.
    pub(crate) compared: usize,
    definitions: usize,
    effects: BTreeMap<EffectKind, usize>,
    changes: BTreeMap<&'static str, usize>,
    with_effects: BTreeMap<&'static str, usize>,
}

impl Tally {
    pub(crate) fn note(&mut self, diff: &SchemaDiff, impact: &Impact) {
        self.sets += 1;
        self.definitions += impact.operations() + impact.fragments();
        for effect in impact.effects() {
            *self.effects.entry(effect.kind()).or_default() += 1;
        }
        for change in diff.changes() {
            let kind = change.kind().name();
            *self.changes.entry(kind).or_default() += 1;
            if impact.of_change(change).next().is_some() {
                *self.with_effects.entry(kind).or_default() += 1;
            }
        }
    }

    pub(crate) fn assert_that_enough_came_up(&self) {
        for kind in EffectKind::ALL {
            assert!(self.effects.contains_key(kind), "there is no {kind}");
        }
        assert!(3 * self.compiling >= self.sets, "too many sets break");
        assert!(
            self.with_effects.len() >= 15,
            "too few kinds of changes matter"
        );
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} sets of {} definitions ({} given up), {} go on compiling, {} compared",
            self.sets, self.definitions, self.given_up, self.compiling, self.compared
        )?;
        writeln!(f, "effects: {:?}", self.effects)?;
        writeln!(f, "changes: {:?}", self.changes)?;
        write!(
            f,
            "with effects: {} {:?}",
            self.with_effects.len(),
            self.with_effects
        )
    }
}
