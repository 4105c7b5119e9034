//! `useless_selection`: what can be left out without changing any answer.
//!
//! - a field whose response key is selected once more in the same selection
//!   set, with all that is selected below it,
//! - a field that a fragment beside it selects in any case, with all that is
//!   selected below it,
//! - a fragment that is spread twice in the same selection set,
//! - `__typename` on a union or interface whose types are told apart beside it:
//!   it is asked for anyway, and the generated enum has it,
//! - an inline fragment without directives on the type around it, or on one
//!   that this type is declared to implement.
//!
//! What stands under a condition covers nothing but what stands under the very
//! same one, and a field of a fragment covers none that has another name in
//! Rust: whoever reads it would have to be changed.

use std::collections::BTreeMap;
use std::rc::Rc;

use apollo_compiler::ast::Directive;
use apollo_compiler::executable::{Field, InlineFragment, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::{Finding, Lint};
use crate::frame::frame;
use crate::model::TARGET_NAME;
use crate::possible::{is_abstract, possible_types};

pub(crate) fn find(schema: &Schema, document: &ExecutableDocument, findings: &mut Vec<Finding>) {
    let mut search = Search {
        schema,
        document,
        covered: BTreeMap::new(),
        within: BTreeMap::new(),
        sorted: BTreeMap::new(),
        findings,
    };
    for operation in document.operations.iter() {
        search.set(&operation.selection_set);
    }
    for fragment in document.fragments.values() {
        search.set(&fragment.selection_set);
    }
}

/// How many fields of one response key in one selection set are compared with
/// the others: more than that nobody writes by hand, and each with each would
/// take long.
const COMPARED: usize = 64;

/// The selections of a set, by what they are.
struct Sorted<'a> {
    /// By response key, each with its place in the set.
    fields: BTreeMap<&'a Name, Vec<(usize, &'a Node<Field>)>>,
    fragments: Vec<&'a Selection>,
}

impl<'a> Sorted<'a> {
    fn of(set: &'a SelectionSet) -> Self {
        let mut fields: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut fragments = Vec::new();
        for (index, selection) in set.selections.iter().enumerate() {
            match selection {
                Selection::Field(field) => fields
                    .entry(field.response_key())
                    .or_default()
                    .push((index, field)),
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => {
                    fragments.push(selection);
                }
            }
        }
        Self { fields, fragments }
    }
}

/// From where a field is read that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ReadFrom {
    /// From where it was.
    Here,
    /// From the value of a fragment.
    Fragment,
}

struct Search<'a, 'f> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    /// Whether one field covers another, by their addresses.
    covered: BTreeMap<(usize, usize, ReadFrom), bool>,
    /// By the address of the set.
    sorted: BTreeMap<usize, Rc<Sorted<'a>>>,
    /// Whether a value of one type is always one of another.
    within: BTreeMap<(&'a Name, &'a Name), bool>,
    findings: &'f mut Vec<Finding>,
}

impl<'a> Search<'a, '_> {
    fn set(&mut self, set: &'a SelectionSet) {
        if set.is_empty() {
            return;
        }
        let sorted = self.sorted(set);
        let is_told_apart = self.is_told_apart(set, &sorted);
        for (index, selection) in set.selections.iter().enumerate() {
            match selection {
                Selection::Field(field) => {
                    if is_told_apart && field.name == "__typename" && field.alias.is_none() {
                        self.asked_anyway(set, field);
                    } else {
                        self.field(set, &sorted, index, field);
                    }
                    self.set(&field.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    let again = set.selections[..index].iter().any(|before| {
                        matches!(before, Selection::FragmentSpread(before)
                            if before.fragment_name == spread.fragment_name
                                && covers_directives(&before.directives, &spread.directives))
                    });
                    if again {
                        self.report(
                            spread.location(),
                            &format!("`{}` is spread twice in one place", spread.fragment_name),
                            "spread again",
                            "remove it",
                            "on the spread",
                        );
                    }
                }
                Selection::InlineFragment(inline) => {
                    self.inline(set, inline);
                    self.set(&inline.selection_set);
                }
            }
        }
    }

    fn sorted(&mut self, set: &'a SelectionSet) -> Rc<Sorted<'a>> {
        let sorted = self
            .sorted
            .entry(std::ptr::from_ref(set).addr())
            .or_insert_with(|| Rc::new(Sorted::of(set)));
        Rc::clone(sorted)
    }

    /// A `__typename` that the compiler adds by itself and whose value an enum
    /// keeps.
    fn asked_anyway(&mut self, set: &SelectionSet, field: &Node<Field>) {
        self.report(
            field.location(),
            &format!("`__typename` of `{}` is asked for anyway", set.ty),
            "the generated enum has it",
            "remove it: the enum's method `typename()` returns it",
            "on the field",
        );
    }

    fn field(
        &mut self,
        set: &'a SelectionSet,
        sorted: &Sorted<'a>,
        index: usize,
        field: &'a Node<Field>,
    ) {
        let same_key = sorted.fields.get(field.response_key());
        let twice = same_key
            .into_iter()
            .flatten()
            .take(COMPARED)
            .any(|&(other_index, other)| {
                // Of two that are equal the first one stays.
                other_index != index
                    && self.covers(other, field, ReadFrom::Here)
                    && (other_index < index || !self.covers(field, other, ReadFrom::Here))
            });
        let mut by_fragment = None;
        if !twice {
            by_fragment = sorted.fragments.iter().find_map(|beside| {
                let Selection::FragmentSpread(spread) = beside else {
                    return None;
                };
                let fragment = self.document.fragments.get(&spread.fragment_name)?;
                let inner = &fragment.selection_set;
                let selects = spread
                    .directives
                    .iter()
                    .all(|directive| !is_condition(directive))
                    && self.is_within(&set.ty, &inner.ty)
                    && self.selects(inner, field, ReadFrom::Fragment, &mut Vec::new());
                selects.then_some(&spread.fragment_name)
            });
        }
        let coordinate = format!("{}.{}", set.ty, field.name);
        let location = field.alias.as_ref().unwrap_or(&field.name).location();
        if twice {
            self.report(
                location,
                &format!("`{coordinate}` is selected twice in one place"),
                "changes nothing",
                "remove it",
                "on the field",
            );
        } else if let Some(fragment) = by_fragment {
            self.report(
                location,
                &format!("`{coordinate}` is selected beside `...{fragment}`, which selects it"),
                "changes nothing",
                &format!("remove it, and read it from `{fragment}`"),
                "on the field",
            );
        }
    }

    fn inline(&mut self, set: &SelectionSet, inline: &Node<InlineFragment>) {
        let is_plain = inline
            .directives
            .iter()
            .all(|directive| directive.name == "allow");
        let ty = inline.type_condition.as_ref().unwrap_or(&set.ty);
        if is_plain && self.is_declared(&set.ty, ty) {
            let (place, message, label) = match &inline.type_condition {
                None => (
                    inline.location(),
                    "the inline fragment has no condition: it changes nothing".to_owned(),
                    "without a condition".to_owned(),
                ),
                Some(condition) if *condition == set.ty => (
                    condition.location(),
                    format!(
                        "everything here is on `{ty}` already: the inline fragment changes nothing"
                    ),
                    "the type around it".to_owned(),
                ),
                Some(condition) => (
                    condition.location(),
                    format!(
                        "every `{}` is a `{ty}`: the inline fragment changes nothing",
                        set.ty
                    ),
                    format!("true of every `{}`", set.ty),
                ),
            };
            self.report(
                place,
                &message,
                &label,
                "select its fields without the fragment",
                "on the fragment",
            );
        }
    }

    /// Whether values are told apart by their types, so that an enum keeps
    /// their `__typename`.
    fn is_told_apart(&mut self, set: &'a SelectionSet, sorted: &Sorted<'a>) -> bool {
        is_abstract(self.schema, &set.ty)
            && sorted.fragments.iter().any(|beside| {
                let condition = match beside {
                    Selection::Field(_) => None,
                    Selection::InlineFragment(inline) => inline.type_condition.as_ref(),
                    Selection::FragmentSpread(spread) => self
                        .document
                        .fragments
                        .get(&spread.fragment_name)
                        .map(|fragment| &fragment.selection_set.ty),
                };
                condition.is_some_and(|condition| !self.is_within(&set.ty, condition))
            })
    }

    /// Whether a selection set selects a field, and all below it, in any case.
    fn selects(
        &mut self,
        set: &'a SelectionSet,
        field: &'a Node<Field>,
        from: ReadFrom,
        visited: &mut Vec<&'a Name>,
    ) -> bool {
        let sorted = self.sorted(set);
        let same_key = sorted.fields.get(field.response_key());
        let same_key = same_key.map(Vec::as_slice).unwrap_or_default();
        let has_name = from == ReadFrom::Here
            || same_key.iter().find_map(|(_, other)| chosen_name(other)) == chosen_name(field);
        let itself = has_name
            && same_key
                .iter()
                .take(COMPARED)
                .any(|(_, other)| self.covers(other, field, from));
        itself
            || sorted.fragments.iter().any(|selection| match selection {
                Selection::Field(_) => false,
                Selection::InlineFragment(inline) => {
                    inline
                        .directives
                        .iter()
                        .all(|directive| !is_condition(directive))
                        && inline
                            .type_condition
                            .as_ref()
                            .is_none_or(|condition| self.is_within(&set.ty, condition))
                        && self.selects(&inline.selection_set, field, from, visited)
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.fragment_name) else {
                        return false;
                    };
                    if visited.contains(&&fragment.name) {
                        return false;
                    }
                    visited.push(&fragment.name);
                    let inner = &fragment.selection_set;
                    spread
                        .directives
                        .iter()
                        .all(|directive| !is_condition(directive))
                        && self.is_within(&set.ty, &inner.ty)
                        && self.selects(inner, field, ReadFrom::Fragment, visited)
                }
            })
    }

    /// Whether whatever the second field selects is selected by the first.
    fn covers(&mut self, field: &'a Node<Field>, other: &'a Node<Field>, from: ReadFrom) -> bool {
        if field.name != other.name || !covers_directives(&field.directives, &other.directives) {
            return false;
        }
        if other.selection_set.is_empty() {
            return true;
        }
        let address = |field: &Node<Field>| std::ptr::from_ref(field.as_ref()).addr();
        let key = (address(field), address(other), from);
        if let Some(known) = self.covered.get(&key) {
            return *known;
        }
        let set = &field.selection_set;
        let covers = other
            .selection_set
            .selections
            .iter()
            .all(|wanted| match wanted {
                Selection::Field(wanted) => self.selects(set, wanted, from, &mut Vec::new()),
                wanted => self.sorted(set).fragments.contains(&wanted),
            });
        self.covered.insert(key, covers);
        covers
    }

    /// Whether every value of `ty` is one of `other`.
    fn is_within(&mut self, ty: &'a Name, other: &'a Name) -> bool {
        if ty == other {
            return true;
        }
        let schema = self.schema;
        *self
            .within
            .entry((ty, other))
            .or_insert_with(|| possible_types(schema, ty).is_subset(&possible_types(schema, other)))
    }

    /// Whether `ty` is `other`, or has all of its fields.
    fn is_declared(&self, ty: &Name, other: &Name) -> bool {
        let implements = match self.schema.types.get(ty) {
            Some(ExtendedType::Object(object)) => &object.implements_interfaces,
            Some(ExtendedType::Interface(interface)) => &interface.implements_interfaces,
            _ => return ty == other,
        };
        ty == other
            || implements
                .iter()
                .any(|implemented| implemented.name == *other)
    }

    fn report(
        &mut self,
        location: Option<SourceSpan>,
        message: &str,
        label: &str,
        help: &str,
        on: &str,
    ) {
        let lint = Lint::UselessSelection;
        let help = format!("{help}{}", lint.or_allow(on));
        self.findings.push(Finding {
            lint,
            places: location.into_iter().collect(),
            report: frame(&self.document.sources, location, message, label, &help),
        });
    }
}

fn is_condition(directive: &Directive) -> bool {
    matches!(directive.name.as_str(), "include" | "skip")
}

/// The name in Rust that a query chooses for a field.
fn chosen_name(field: &Field) -> Option<&str> {
    let directive = field.directives.get(TARGET_NAME)?;
    directive.specified_argument_by_name("name")?.as_str()
}

/// Whether directives let through whatever others do, and say all that others
/// say.
fn covers_directives(directives: &[Node<Directive>], others: &[Node<Directive>]) -> bool {
    let has = |list: &[Node<Directive>], wanted: &Node<Directive>| list.contains(wanted);
    directives
        .iter()
        .filter(|directive| is_condition(directive))
        .all(|condition| has(others, condition))
        && others
            .iter()
            .filter(|directive| !is_condition(directive) && directive.name != "allow")
            .all(|directive| has(directives, directive))
}
