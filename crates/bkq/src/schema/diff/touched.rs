//! What the changes do to queries, in the order in which it is told: change by change, and
//! what is alike once for all its places.

use std::path::{MAIN_SEPARATOR, Path};

use buildkite_codegen::impact::{Definition, Effect, EffectKind, Impact, Place};
use buildkite_codegen::schema::diff::{Change, SchemaDiff};

/// Changes that go together, with what they do.
pub(super) struct Cause<'a> {
    /// None where it could not be found out.
    pub(super) changes: &'a [Change],
    /// The worst first.
    pub(super) effects: Vec<Alike<'a>>,
}

/// The same effect at one place or several.
pub(super) struct Alike<'a> {
    pub(super) kind: EffectKind,
    pub(super) message: &'a str,
    pub(super) help: Option<&'a str>,
    pub(super) at: Vec<&'a Effect>,
}

/// What has to be done something about, and what else touches queries.
pub(super) struct Touched<'a> {
    pub(super) breaking: Vec<Cause<'a>>,
    pub(super) others: Vec<Cause<'a>>,
    /// The changes that touch nothing.
    pub(super) apart: Vec<&'a Change>,
}

impl<'a> Touched<'a> {
    pub(super) fn new(diff: &'a SchemaDiff, impact: &'a Impact) -> Self {
        let mut causes: Vec<Cause<'a>> = Vec::new();
        for effect in impact.effects() {
            let known = causes
                .iter_mut()
                .find(|cause| cause.changes == effect.changes());
            if let Some(cause) = known {
                cause.add(effect);
            } else {
                let mut cause = Cause {
                    changes: effect.changes(),
                    effects: Vec::new(),
                };
                cause.add(effect);
                causes.push(cause);
            }
        }
        let (breaking, others) = causes.into_iter().partition(Cause::breaks);
        let is_apart = |change: &&Change| impact.of_change(change).next().is_none();
        Self {
            breaking,
            others,
            apart: diff.changes().iter().filter(is_apart).collect(),
        }
    }
}

impl<'a> Cause<'a> {
    fn add(&mut self, effect: &'a Effect) {
        let alike = self
            .effects
            .iter_mut()
            .find(|alike| alike.kind == effect.kind() && alike.message == effect.message());
        match alike {
            Some(alike) => alike.at.push(effect),
            None => self.effects.push(Alike {
                kind: effect.kind(),
                message: effect.message(),
                help: effect.help(),
                at: vec![effect],
            }),
        }
    }

    fn breaks(&self) -> bool {
        let effects = self.effects.iter().flat_map(|alike| &alike.at);
        effects.into_iter().any(|effect| effect.is_break())
    }

    /// What is said of the changes.
    pub(super) fn message(&self) -> String {
        if self.changes.is_empty() {
            return "no single change is the cause".to_owned();
        }
        let messages: Vec<_> = self.changes.iter().map(Change::message).collect();
        messages.join("; ")
    }
}

/// What an effect does, before what it is.
pub(super) fn does(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::StopsCompiling => "stops compiling",
        EffectKind::ChangesType => "becomes another Rust type",
        EffectKind::ChangesCost => "costs other points",
        EffectKind::ChangesMeaning => "means something else",
        EffectKind::Warns => "warns",
        EffectKind::Replaceable => "can be replaced",
        _ => "changes",
    }
}

/// `in RecentBuilds`; of a fragment also what uses it. `name` sets names apart from words.
pub(super) fn whose(definition: &Definition, name: impl Fn(&str) -> String) -> String {
    if !definition.is_fragment() {
        return format!("in {}", name(definition.name()));
    }
    let of = format!("in the fragment {}", name(definition.name()));
    match definition.operations() {
        [] => of,
        [one] => format!("{of} of {}", name(one)),
        [one, other] => format!("{of} of {} and {}", name(one), name(other)),
        [one, rest @ ..] => format!("{of} of {} and {} others", name(one), rest.len()),
    }
}

/// A place as it is seen from the top of the repository.
pub(super) fn seen_from(place: &Place, prefix: &Path) -> String {
    let prefix = prefix.display().to_string().replace(MAIN_SEPARATOR, "/");
    match prefix.trim_end_matches('/') {
        "" => place.to_string(),
        prefix => format!("{prefix}/{place}"),
    }
}
