//! Fields, their arguments, the fields of input objects, and what is deprecated.

use apollo_compiler::Name;
use apollo_compiler::ast::{DirectiveList, FieldDefinition, InputValueDefinition};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::coordinate::{SchemaCoordinate, TypeAttributeCoordinate};
use apollo_compiler::schema::Component;

use super::defaults::{self, effective, is_required};
use super::message::{code, deprecation, quoted, removed};
use super::named::of_type;
use super::pairs::{Pair, pairs};
use super::types::{is_readable_as, is_sendable_as};
use super::{ChangeKind, Comparison};

/// What changes of something that takes a value are called.
pub(super) struct InputKinds {
    pub(super) what: &'static str,
    pub(super) removed: ChangeKind,
    pub(super) required_added: ChangeKind,
    pub(super) optional_added: ChangeKind,
    pub(super) changed_kind: ChangeKind,
    pub(super) changed_kind_safe: ChangeKind,
    pub(super) default_changed: ChangeKind,
    pub(super) default_added: ChangeKind,
}

const ARGUMENTS: InputKinds = InputKinds {
    what: "the argument",
    removed: ChangeKind::ArgRemoved,
    required_added: ChangeKind::RequiredArgAdded,
    optional_added: ChangeKind::OptionalArgAdded,
    changed_kind: ChangeKind::ArgChangedKind,
    changed_kind_safe: ChangeKind::ArgChangedKindSafe,
    default_changed: ChangeKind::ArgDefaultValueChange,
    default_added: ChangeKind::ArgDefaultValueAdded,
};

const INPUT_FIELDS: InputKinds = InputKinds {
    what: "the input field",
    removed: ChangeKind::FieldRemoved,
    required_added: ChangeKind::RequiredInputFieldAdded,
    optional_added: ChangeKind::OptionalInputFieldAdded,
    changed_kind: ChangeKind::FieldChangedKind,
    changed_kind_safe: ChangeKind::FieldChangedKindSafe,
    default_changed: ChangeKind::InputFieldDefaultValueChange,
    default_added: ChangeKind::InputFieldDefaultValueAdded,
};

type Fields<T> = IndexMap<Name, Component<T>>;

impl<'s> Comparison<'s> {
    pub(super) fn fields(
        &mut self,
        ty: &Name,
        old: &'s Fields<FieldDefinition>,
        new: &'s Fields<FieldDefinition>,
    ) {
        let old = old.values().map(|field| &***field);
        let new = new.values().map(|field| &***field);
        for pair in pairs(old, new, |field| &field.name) {
            match pair {
                Pair::Removed(field) => {
                    let place = of_type(ty).with_attribute(field.name.clone());
                    let message = removed("the field", &place, &field.directives);
                    let before = Some(field.ty.to_string());
                    self.found(ChangeKind::FieldRemoved, place, before, None, message);
                }
                Pair::Added(field) => {
                    let place = of_type(ty).with_attribute(field.name.clone());
                    let message = format!("the field `{place}` was added: `{}`", field.ty);
                    let after = Some(field.ty.to_string());
                    self.found(ChangeKind::FieldAdded, place, None, after, message);
                }
                Pair::Both(old, new) => self.field(ty, old, new),
            }
        }
    }

    fn field(&mut self, ty: &Name, old: &'s FieldDefinition, new: &'s FieldDefinition) {
        let place = of_type(ty).with_attribute(old.name.clone());
        if old.ty != new.ty {
            let kind = if is_readable_as(&new.ty, &old.ty) {
                ChangeKind::FieldChangedKindSafe
            } else {
                ChangeKind::FieldChangedKind
            };
            let (before, after) = (old.ty.to_string(), new.ty.to_string());
            let message = format!("the field `{place}` was `{before}` and is `{after}` now");
            self.found(kind, place.clone(), Some(before), Some(after), message);
        }
        let descriptions = (&old.description, &new.description);
        self.description(
            place.clone(),
            descriptions.0.as_ref(),
            descriptions.1.as_ref(),
        );
        self.deprecation(place.clone(), &old.directives, &new.directives);

        let old = old.arguments.iter().map(|argument| &**argument);
        let new = new.arguments.iter().map(|argument| &**argument);
        self.inputs(&ARGUMENTS, old, new, |name| {
            place.with_argument(name.clone()).into()
        });
    }

    pub(super) fn input_fields(
        &mut self,
        ty: &Name,
        old: &'s Fields<InputValueDefinition>,
        new: &'s Fields<InputValueDefinition>,
    ) {
        let old = old.values().map(|field| &***field);
        let new = new.values().map(|field| &***field);
        self.inputs(&INPUT_FIELDS, old, new, |name| {
            let place: TypeAttributeCoordinate = of_type(ty).with_attribute(name.clone());
            place.into()
        });
    }

    /// Compares what takes a value, wherever it is.
    pub(super) fn inputs(
        &mut self,
        kinds: &InputKinds,
        old: impl Iterator<Item = &'s InputValueDefinition>,
        new: impl Iterator<Item = &'s InputValueDefinition>,
        place: impl Fn(&Name) -> SchemaCoordinate,
    ) {
        for pair in pairs(old, new, |input| &input.name) {
            match pair {
                Pair::Removed(input) => {
                    let place = place(&input.name);
                    let message = removed(kinds.what, &place, &input.directives);
                    let before = Some(input.ty.to_string());
                    self.found(kinds.removed, place, before, None, message);
                }
                Pair::Added(input) => self.input_added(kinds, input, place(&input.name)),
                Pair::Both(old, new) => self.input(kinds, old, new, &place(&old.name)),
            }
        }
    }

    fn input_added(
        &mut self,
        kinds: &InputKinds,
        input: &InputValueDefinition,
        place: SchemaCoordinate,
    ) {
        let (kind, consequence) = if is_required(input, self.new) {
            (kinds.required_added, "has to be given")
        } else {
            (kinds.optional_added, "may be left out")
        };
        let (what, ty) = (kinds.what, &input.ty);
        let message = format!("{what} `{place}` was added and {consequence}: `{ty}`");
        self.found(kind, place, None, Some(ty.to_string()), message);
    }

    fn input(
        &mut self,
        kinds: &InputKinds,
        old: &'s InputValueDefinition,
        new: &'s InputValueDefinition,
        place: &SchemaCoordinate,
    ) {
        let is_safe = is_sendable_as(&new.ty, &old.ty);
        if old.ty != new.ty {
            let kind = if is_safe {
                kinds.changed_kind_safe
            } else {
                kinds.changed_kind
            };
            let (before, after) = (old.ty.to_string(), new.ty.to_string());
            let what = kinds.what;
            let message = format!("{what} `{place}` was `{before}` and is `{after}` now");
            self.found(kind, place.clone(), Some(before), Some(after), message);
        }
        // What cannot be sent as before cannot be left out as before, either.
        if is_safe {
            self.default_value(kinds, old, new, place);
        }
        let descriptions = (&old.description, &new.description);
        self.description(
            place.clone(),
            descriptions.0.as_ref(),
            descriptions.1.as_ref(),
        );
        self.deprecation(place.clone(), &old.directives, &new.directives);
    }

    fn default_value(
        &mut self,
        kinds: &InputKinds,
        old: &'s InputValueDefinition,
        new: &'s InputValueDefinition,
        place: &SchemaCoordinate,
    ) {
        let (before, after) = (effective(old, self.old), effective(new, self.new));
        if before == after {
            return;
        }
        // As they are written, unless the difference is in what is not.
        let written = |input: &InputValueDefinition| {
            let value = input.default_value.as_deref();
            value.map(defaults::print)
        };
        let (old_text, new_text) = if written(old) == written(new) {
            (
                before.as_ref().map(defaults::Effective::print),
                after.as_ref().map(defaults::Effective::print),
            )
        } else {
            (
                before.as_ref().and_then(|_| written(old)),
                after.as_ref().and_then(|_| written(new)),
            )
        };
        let what = kinds.what;
        let (kind, message) = match (&old_text, &new_text) {
            (None, Some(new_text)) => (
                kinds.default_added,
                format!("{what} `{place}` has a default now: {}", code(new_text)),
            ),
            (Some(old_text), None) => {
                let consequence = if new.ty.is_non_null() {
                    " and has to be given now"
                } else {
                    ""
                };
                let old_text = code(old_text);
                let message =
                    format!("{what} `{place}` has lost its default {old_text}{consequence}");
                (kinds.default_changed, message)
            }
            (Some(old_text), Some(new_text)) => (
                kinds.default_changed,
                format!(
                    "the default of {what} `{place}` was {} and is {} now",
                    code(old_text),
                    code(new_text)
                ),
            ),
            (None, None) => return,
        };
        self.found(kind, place.clone(), old_text, new_text, message);
    }

    pub(super) fn deprecation(
        &mut self,
        place: impl Into<SchemaCoordinate>,
        old: &DirectiveList,
        new: &DirectiveList,
    ) {
        let (before, after) = (deprecation(old), deprecation(new));
        if before == after {
            return;
        }
        let place = place.into();
        let (kind, message) = match (before, after) {
            (None, Some(reason)) => (
                ChangeKind::DeprecationAdded,
                format!("`{place}` is deprecated now: {}", quoted(reason)),
            ),
            (Some(_), Some(reason)) => (
                ChangeKind::DeprecationReasonChanged,
                format!(
                    "`{place}` is deprecated for another reason now: {}",
                    quoted(reason)
                ),
            ),
            (Some(_), None) => (
                ChangeKind::DeprecationRemoved,
                format!("`{place}` is not deprecated any more"),
            ),
            (None, None) => return,
        };
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        self.found(kind, place, before, after, message);
    }
}
