//! Fields that want the same name in an answer.
//!
//! The front end finds them, but tells only one of the two places; the other
//! one is found here.

use std::collections::BTreeSet;

use apollo_compiler::ast::{Field, Selection, Type};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name, Node};

use super::Set;
use crate::diagnostic::Diagnostic;
use crate::frame::and_there;

/// In what the two fields differ, what matters most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Conflict {
    Field,
    Arguments,
    Type,
}

/// How many fields are looked at, and how deep: fragments can be spread so that
/// there is no end to it.
const BUDGET: usize = 100_000;
const DEPTH: usize = 200;

const RULE: &str = "conflicting_fields";

pub(super) fn explain(set: &Set<'_>, location: Option<SourceSpan>, kind: Conflict) -> Diagnostic {
    let pair = location.and_then(|target| {
        let mut search = Search {
            set,
            target,
            kind,
            budget: BUDGET,
        };
        let roots = set
            .operations
            .iter()
            .map(|operation| (set.root(operation), &operation.selection_set[..]));
        let fragments = set
            .fragments
            .values()
            .map(|fragment| (Some(&fragment.type_condition), &fragment.selection_set[..]));
        roots
            .chain(fragments)
            .find_map(|root| search.merged(&[root], DEPTH))
    });
    let Some((first, second)) = pair else {
        return set.report(
            RULE,
            location,
            "two fields want the same name in an answer",
            "one of them",
            "give it another name in the answer: `other: field`",
        );
    };
    let key = second.field.response_name();
    let name = &second.field.name;
    let help = format!("give one of them another name in the answer, such as `{key}2: {name}`");
    let (message, here, there) = match kind {
        Conflict::Field => (
            format!("`{key}` would be both {first} and {second} in the answer"),
            second.to_string(),
            first.to_string(),
        ),
        Conflict::Arguments => (
            format!("`{key}` is asked for twice, with different arguments"),
            "with these arguments".to_owned(),
            "with other arguments here".to_owned(),
        ),
        Conflict::Type => {
            let of = |found: &Found<'_>| {
                set.ty(found)
                    .map_or_else(|| "of another type".to_owned(), |ty| format!("`{ty}`"))
            };
            (
                format!(
                    "`{key}` would be {} for {first} and {} for {second} in the answer",
                    of(&first),
                    of(&second)
                ),
                format!("{second} is {}", of(&second)),
                format!("{first} is {}", of(&first)),
            )
        }
    };
    let report = set.report(RULE, second.place(kind), &message, &here, &help);
    and_there(report, set.sources, first.place(kind), &there)
}

impl<'a> Set<'a> {
    fn ty(&self, found: &Found<'a>) -> Option<&'a Type> {
        let definition = self.schema.type_field(found.parent?, &found.field.name);
        Some(&definition.ok()?.ty)
    }
}

/// A field, and the type that it is selected of.
#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    parent: Option<&'a Name>,
    field: &'a Node<Field>,
}

impl Found<'_> {
    fn place(&self, kind: Conflict) -> Option<SourceSpan> {
        match kind {
            Conflict::Arguments => self.field.location(),
            Conflict::Field | Conflict::Type => self.field.response_name().location(),
        }
    }
}

impl std::fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.field.name;
        match self.parent {
            Some(parent) => write!(f, "`{parent}.{name}`"),
            None => write!(f, "`{name}`"),
        }
    }
}

type Selected<'a> = (Option<&'a Name>, &'a [Selection]);

struct Search<'s, 'a> {
    set: &'s Set<'a>,
    target: SourceSpan,
    kind: Conflict,
    budget: usize,
}

impl<'a> Search<'_, 'a> {
    /// The two fields among these selections, which are one object in the
    /// answer.
    fn merged(
        &mut self,
        selected: &[Selected<'a>],
        depth: usize,
    ) -> Option<(Found<'a>, Found<'a>)> {
        let depth = depth.checked_sub(1)?;
        let mut groups: Vec<(&Name, Vec<Found<'a>>)> = Vec::new();
        let mut spread = BTreeSet::new();
        for selected in selected {
            self.flatten(*selected, &mut groups, &mut spread);
        }
        for (_, group) in &groups {
            let second = group
                .iter()
                .find(|found| found.field.location() == Some(self.target));
            let first =
                second.and_then(|second| group.iter().find(|first| self.differ(first, second)));
            if let (Some(first), Some(second)) = (first, second) {
                return Some((*first, *second));
            }
        }
        groups.iter().find_map(|(_, group)| {
            let below: Vec<_> = group
                .iter()
                .filter(|found| !found.field.selection_set.is_empty())
                .map(|found| {
                    let ty = self.set.ty(found).map(Type::inner_named_type);
                    (ty, &found.field.selection_set[..])
                })
                .collect();
            if below.is_empty() {
                return None;
            }
            self.merged(&below, depth)
        })
    }

    fn flatten(
        &mut self,
        (parent, selections): Selected<'a>,
        groups: &mut Vec<(&'a Name, Vec<Found<'a>>)>,
        spread: &mut BTreeSet<&'a str>,
    ) {
        for selection in selections {
            let Some(budget) = self.budget.checked_sub(1) else {
                return;
            };
            self.budget = budget;
            match selection {
                Selection::Field(field) => {
                    let found = Found { parent, field };
                    let key = field.response_name();
                    match groups.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, group)) => group.push(found),
                        None => groups.push((key, vec![found])),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let parent = inline.type_condition.as_ref().or(parent);
                    self.flatten((parent, &inline.selection_set), groups, spread);
                }
                Selection::FragmentSpread(name) => {
                    let name = name.fragment_name.as_str();
                    if let Some(fragment) = self.set.fragments.get(name)
                        && spread.insert(name)
                    {
                        let inner = (Some(&fragment.type_condition), &fragment.selection_set[..]);
                        self.flatten(inner, groups, spread);
                    }
                }
            }
        }
    }

    fn differ(&self, first: &Found<'a>, second: &Found<'a>) -> bool {
        match self.kind {
            Conflict::Field => first.field.name != second.field.name,
            Conflict::Arguments => {
                let arguments = |found: &Found<'a>| {
                    let mut arguments = found.field.arguments.clone();
                    arguments.sort_by(|a, b| a.name.cmp(&b.name));
                    arguments
                };
                arguments(first) != arguments(second)
            }
            Conflict::Type => self.set.ty(first) != self.set.ty(second),
        }
    }
}
