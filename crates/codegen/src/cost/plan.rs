//! What an operation selects, as a server sees it: fields with the same response
//! key are one, fragments are spread out, and each object type has its own
//! fields.
//!
//! Equal selections are planned once, so that fragments which spread others
//! twice, those others twice, and so on, take no more room than they take text.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use apollo_compiler::ast::{Type, VariableDefinition};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::condition::Condition;
use crate::possible::Possible;
use crate::relay::{self, PageSize};

/// How many selections are planned before they are no longer merged. Then each
/// counts for itself: too many points rather than a build without end.
const MERGED: usize = 5_000;

/// The selections of one operation. Each comes after those inside it.
#[derive(Debug)]
pub(crate) struct Plan {
    sets: Vec<Set>,
    root: SetId,
}

/// The place of a [`Set`] in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SetId(usize);

/// What is selected of a value: of an object one list of fields, of a union or
/// interface one for all types of which the same is selected.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) alternatives: Vec<Vec<PlannedField>>,
}

/// All fields of one response key.
#[derive(Debug)]
pub(crate) struct PlannedField {
    /// The object type.
    pub(crate) parent: Name,
    /// As they are written, in the order of the answer; at least one.
    pub(crate) written: Vec<Node<Field>>,
    /// When at least one of them is selected.
    pub(crate) condition: Condition,
    pub(crate) ty: Type,
    /// Whether it returns an object, interface or union.
    pub(crate) is_composite: bool,
    /// Where it is a connection.
    pub(crate) page_size: Option<PageSize>,
    /// What is selected of it: one set, unless there was too much to merge.
    pub(crate) below: Vec<SetId>,
}

impl PlannedField {
    /// The name in the schema.
    pub(crate) fn name(&self) -> &str {
        self.written.first().map_or("", |field| &field.name)
    }

    /// The name in the answer.
    pub(crate) fn response_key(&self) -> &str {
        self.written
            .first()
            .map_or("", |field| field.response_key())
    }
}

impl Plan {
    pub(crate) fn root(&self) -> SetId {
        self.root
    }

    pub(crate) fn get(&self, id: SetId) -> &Set {
        &self.sets[id.0]
    }

    /// All sets, those inside others before them.
    pub(crate) fn sets(&self) -> &[Set] {
        &self.sets
    }
}

/// A table with an entry for every set of a plan.
#[derive(Debug)]
pub(crate) struct OfSets<T>(Vec<T>);

impl<T> OfSets<T> {
    /// Computes the entries, each from those before it.
    pub(crate) fn compute(plan: &Plan, mut entry: impl FnMut(&Self, &Set) -> T) -> Self {
        let mut table = Self(Vec::with_capacity(plan.sets.len()));
        for set in plan.sets() {
            let value = entry(&table, set);
            table.0.push(value);
        }
        table
    }

    pub(crate) fn get(&self, id: SetId) -> &T {
        &self.0[id.0]
    }
}

/// Plans operations of one document.
pub(crate) struct Planner<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    possible: Possible,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(schema: &'a Schema, document: &'a ExecutableDocument) -> Self {
        Self {
            schema,
            document,
            possible: Possible::of(schema),
        }
    }

    pub(crate) fn plan(&mut self, operation: &'a Operation) -> Plan {
        let mut planning = Planning {
            planner: self,
            operation,
            sets: Vec::new(),
            known: BTreeMap::new(),
        };
        let root = planning.set(
            vec![(&operation.selection_set, Condition::always())],
            operation.object_type(),
        );
        Plan {
            sets: planning.sets,
            root,
        }
    }
}

/// A selection set, and when it is part of the operation.
type Part<'a> = (&'a SelectionSet, Condition);

/// Which parts are merged, by their addresses, and of which type.
type Key = (Vec<(usize, Condition)>, Name);

/// How often a fragment is followed in one object. Conditions can lead to it on
/// exponentially many ways; the next one counts as met.
const SPREAD: usize = 16;

/// A fragment that was followed before.
struct Spread {
    before: Condition,
    times: usize,
}

impl Spread {
    fn never() -> Self {
        Self {
            before: Condition::never(),
            times: 0,
        }
    }
}

/// Fields by response key.
type Found<'a> = IndexMap<&'a Name, Vec<(&'a Node<Field>, Condition)>>;

struct Planning<'p, 'a> {
    planner: &'p mut Planner<'a>,
    operation: &'a Operation,
    sets: Vec<Set>,
    known: BTreeMap<Key, SetId>,
}

impl<'a> Planning<'_, 'a> {
    fn set(&mut self, parts: Vec<Part<'a>>, parent: &Name) -> SetId {
        let mut merged: IndexMap<usize, Part<'a>> = IndexMap::default();
        for (set, condition) in parts {
            let part = merged
                .entry(std::ptr::from_ref(set).addr())
                .or_insert_with(|| (set, condition.clone()));
            part.1 = part.1.clone().or(&condition);
        }
        let key = (
            merged
                .iter()
                .map(|(address, (_, condition))| (*address, condition.clone()))
                .collect(),
            parent.clone(),
        );
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let parts: Vec<_> = merged.into_values().collect();
        let mut alternatives = Vec::new();
        for ty in self.representatives(&parts, parent) {
            let mut found = Found::default();
            let mut spread = BTreeMap::new();
            for (set, condition) in &parts {
                self.collect(set, condition, &ty, &mut spread, &mut found);
            }
            let fields: Vec<_> = found
                .into_values()
                .filter_map(|found| self.field(&found, &ty))
                .collect();
            alternatives.push(fields);
        }
        let id = SetId(self.sets.len());
        self.sets.push(Set { alternatives });
        self.known.insert(key, id);
        id
    }

    /// One type for all those of which the same is selected.
    fn representatives(&mut self, parts: &[Part<'a>], parent: &Name) -> Vec<Name> {
        let mut mentioned = BTreeSet::new();
        let mut visited = BTreeSet::new();
        for (set, _) in parts {
            self.conditions(set, &mut visited, &mut mentioned);
        }
        let mentioned: Vec<_> = mentioned
            .into_iter()
            .map(|ty| self.planner.possible.types(ty))
            .collect();
        let mut seen = BTreeSet::new();
        self.planner
            .possible
            .types(parent)
            .iter()
            .filter(|ty| {
                let meets: Vec<_> = mentioned.iter().map(|types| types.contains(*ty)).collect();
                seen.insert(meets)
            })
            .cloned()
            .collect()
    }

    /// The types that fragments ask for.
    fn conditions(
        &self,
        set: &'a SelectionSet,
        visited: &mut BTreeSet<&'a Name>,
        mentioned: &mut BTreeSet<&'a Name>,
    ) {
        for selection in &set.selections {
            match selection {
                Selection::Field(_) => {}
                Selection::InlineFragment(inline) => {
                    mentioned.extend(&inline.type_condition);
                    self.conditions(&inline.selection_set, visited, mentioned);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) =
                        self.planner.document.fragments.get(&spread.fragment_name)
                        && visited.insert(&spread.fragment_name)
                    {
                        mentioned.insert(&fragment.selection_set.ty);
                        self.conditions(&fragment.selection_set, visited, mentioned);
                    }
                }
            }
        }
    }

    /// Collects fields as the specification does it, and under which
    /// conditions. A fragment that was spread before under a wider condition
    /// adds nothing.
    fn collect(
        &mut self,
        set: &'a SelectionSet,
        around: &Condition,
        ty: &Name,
        spread_before: &mut BTreeMap<&'a Name, Spread>,
        found: &mut Found<'a>,
    ) {
        for selection in &set.selections {
            let condition = around.and(&Condition::of(selection.directives()));
            if condition.is_never() {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let parts = found.entry(field.response_key()).or_default();
                    // The same text, reached on another way.
                    let same = parts.iter_mut().find(|(known, _)| ptr::eq(*known, field));
                    match same {
                        Some((_, known)) => *known = known.clone().or(&condition),
                        None => parts.push((field, condition)),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let applies = inline
                        .type_condition
                        .as_ref()
                        .is_none_or(|wanted| self.planner.possible.types(wanted).contains(ty));
                    if applies {
                        self.collect(&inline.selection_set, &condition, ty, spread_before, found);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.planner.document.fragments.get(&spread.fragment_name)
                    else {
                        continue;
                    };
                    if !self
                        .planner
                        .possible
                        .types(&fragment.selection_set.ty)
                        .contains(ty)
                    {
                        continue;
                    }
                    let Spread { before, times } = spread_before
                        .entry(&spread.fragment_name)
                        .or_insert_with(Spread::never);
                    if before.covers(&condition) {
                        continue;
                    }
                    *times += 1;
                    let condition = if *times > SPREAD {
                        Condition::always()
                    } else {
                        condition
                    };
                    *before = before.clone().or(&condition);
                    self.collect(
                        &fragment.selection_set,
                        &condition,
                        ty,
                        spread_before,
                        found,
                    );
                }
            }
        }
    }

    fn field(
        &mut self,
        found: &[(&'a Node<Field>, Condition)],
        parent: &Name,
    ) -> Option<PlannedField> {
        let schema = self.planner.schema;
        let (first, first_condition) = found.first()?;
        let definition = schema
            .type_field(parent, &first.name)
            .map_or_else(|_| first.definition.clone(), |field| field.node.clone());
        let inner = definition.ty.inner_named_type();
        let is_composite = schema
            .types
            .get(inner)
            .is_some_and(|ty| ty.is_object() || ty.is_interface() || ty.is_union());
        let page_size = relay::is_connection(schema, &definition.ty)
            .then(|| PageSize::of(first, &definition, |name| declared(self.operation, name)));
        let condition = found
            .iter()
            .skip(1)
            .fold(first_condition.clone(), |all, (_, one)| all.or(one));
        // What all have in common is said once, of the field itself.
        let is_shared = found.iter().all(|(_, one)| one == first_condition);
        let parts = |(field, condition): &(&'a Node<Field>, Condition)| -> Part<'a> {
            let condition = if is_shared {
                Condition::always()
            } else {
                condition.clone()
            };
            (&field.selection_set, condition)
        };
        let below = if !is_composite {
            Vec::new()
        } else if self.sets.len() < MERGED {
            vec![self.set(found.iter().map(parts).collect(), inner)]
        } else {
            found
                .iter()
                .map(|(field, _)| {
                    self.set(vec![(&field.selection_set, Condition::always())], inner)
                })
                .collect()
        };
        Some(PlannedField {
            parent: parent.clone(),
            condition,
            is_composite,
            page_size,
            below,
            ty: definition.ty.clone(),
            written: found.iter().map(|(field, _)| (*field).clone()).collect(),
        })
    }
}

/// Where an operation declares a variable.
fn declared<'a>(operation: &'a Operation, name: &Name) -> Option<&'a VariableDefinition> {
    let mut variables = operation.variables.iter();
    variables
        .find(|variable| variable.name == *name)
        .map(|variable| &**variable)
}
