//! Types: which there are, of which kind, and what unions, enums and scalars hold.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexSet;
use apollo_compiler::coordinate::TypeCoordinate;
use apollo_compiler::schema::{
    ComponentName, EnumType, ExtendedType, InputObjectType, ScalarType, UnionType,
};

use super::super::print::BUILT_IN_SCALARS;
use super::message::{quoted, removed};
use super::pairs::{Pair, pairs};
use super::{ChangeKind, Comparison};

impl<'s> Comparison<'s> {
    pub(super) fn types(&mut self) {
        // What introspection itself is made of is the same everywhere.
        let own = |ty: &&'s ExtendedType| !ty.name().starts_with("__");
        let old = self.old.types.values().filter(own);
        let new = self.new.types.values().filter(own);
        for pair in pairs(old, new, |ty| ty.name()) {
            match pair {
                Pair::Removed(old) => self.type_removed(old),
                Pair::Added(new) => self.type_added(new),
                Pair::Both(old, new) => self.type_kept(old, new),
            }
        }
    }

    fn type_removed(&mut self, old: &ExtendedType) {
        let name = old.name();
        let kind = kind(old);
        let message = if BUILT_IN_SCALARS.contains(&name.as_str()) {
            format!("the scalar `{name}` is not used any more")
        } else {
            format!("the {kind} `{name}` was removed")
        };
        let before = Some(kind.to_owned());
        self.found(
            ChangeKind::TypeRemoved,
            of_type(name),
            before,
            None,
            message,
        );
    }

    fn type_added(&mut self, new: &ExtendedType) {
        let name = new.name();
        let kind = kind(new);
        let message = if BUILT_IN_SCALARS.contains(&name.as_str()) {
            format!("the scalar `{name}` is used now")
        } else {
            format!("the {kind} `{name}` was added")
        };
        let after = Some(kind.to_owned());
        self.found(ChangeKind::TypeAdded, of_type(name), None, after, message);
    }

    fn type_kept(&mut self, old: &'s ExtendedType, new: &'s ExtendedType) {
        self.description(of_type(old.name()), old.description(), new.description());
        match (old, new) {
            (ExtendedType::Scalar(old), ExtendedType::Scalar(new)) => self.scalar(old, new),
            (ExtendedType::Object(old), ExtendedType::Object(new)) => {
                let interfaces = (&old.implements_interfaces, &new.implements_interfaces);
                self.interfaces(&old.name, interfaces.0, interfaces.1);
                self.fields(&old.name, &old.fields, &new.fields);
            }
            (ExtendedType::Interface(old), ExtendedType::Interface(new)) => {
                let interfaces = (&old.implements_interfaces, &new.implements_interfaces);
                self.interfaces(&old.name, interfaces.0, interfaces.1);
                self.fields(&old.name, &old.fields, &new.fields);
            }
            (ExtendedType::Union(old), ExtendedType::Union(new)) => self.union(old, new),
            (ExtendedType::Enum(old), ExtendedType::Enum(new)) => self.enumeration(old, new),
            (ExtendedType::InputObject(old), ExtendedType::InputObject(new)) => {
                self.one_of(old, new);
                self.input_fields(&old.name, &old.fields, &new.fields);
            }
            _ => {
                let name = old.name();
                let (old, new) = (kind(old), kind(new));
                let message = format!("`{name}` was {} and is {} now", one(old), one(new));
                let (before, after) = (Some(old.to_owned()), Some(new.to_owned()));
                let kind = ChangeKind::TypeChangedKind;
                self.found(kind, of_type(name), before, after, message);
            }
        }
    }

    fn interfaces(
        &mut self,
        ty: &Name,
        old: &IndexSet<ComponentName>,
        new: &IndexSet<ComponentName>,
    ) {
        for interface in old.difference(new) {
            let message = format!("`{ty}` no longer implements `{interface}`");
            let kind = ChangeKind::ImplementedInterfaceRemoved;
            self.found(
                kind,
                of_type(ty),
                Some(interface.to_string()),
                None,
                message,
            );
        }
        for interface in new.difference(old) {
            let message = format!("`{ty}` implements `{interface}` now");
            let kind = ChangeKind::ImplementedInterfaceAdded;
            self.found(
                kind,
                of_type(ty),
                None,
                Some(interface.to_string()),
                message,
            );
        }
    }

    fn union(&mut self, old: &UnionType, new: &UnionType) {
        let name = &old.name;
        for member in old.members.difference(&new.members) {
            let message = format!("the union `{name}` no longer has the type `{member}`");
            let kind = ChangeKind::TypeRemovedFromUnion;
            self.found(kind, of_type(name), Some(member.to_string()), None, message);
        }
        for member in new.members.difference(&old.members) {
            let message = format!("the union `{name}` has the type `{member}` now");
            let kind = ChangeKind::TypeAddedToUnion;
            self.found(kind, of_type(name), None, Some(member.to_string()), message);
        }
    }

    fn enumeration(&mut self, old: &'s EnumType, new: &'s EnumType) {
        let old_values = old.values.values().map(|value| &***value);
        let new_values = new.values.values().map(|value| &***value);
        for pair in pairs(old_values, new_values, |value| &value.value) {
            match pair {
                Pair::Removed(value) => {
                    let place = of_type(&old.name).with_attribute(value.value.clone());
                    let message = removed("the value", &place, &value.directives);
                    let before = Some(value.value.to_string());
                    self.found(
                        ChangeKind::ValueRemovedFromEnum,
                        place,
                        before,
                        None,
                        message,
                    );
                }
                Pair::Added(value) => {
                    let place = of_type(&old.name).with_attribute(value.value.clone());
                    let message = format!("the value `{place}` was added");
                    let after = Some(value.value.to_string());
                    self.found(ChangeKind::ValueAddedToEnum, place, None, after, message);
                }
                Pair::Both(before, after) => {
                    let place = of_type(&old.name).with_attribute(before.value.clone());
                    let descriptions = (&before.description, &after.description);
                    self.description(
                        place.clone(),
                        descriptions.0.as_ref(),
                        descriptions.1.as_ref(),
                    );
                    self.deprecation(place, &before.directives, &after.directives);
                }
            }
        }
    }

    fn scalar(&mut self, old: &ScalarType, new: &ScalarType) {
        let (before, after) = (specified_by(old), specified_by(new));
        if before == after {
            return;
        }
        let name = &old.name;
        let message = match after {
            Some(url) => format!("the scalar `{name}` is specified by {} now", quoted(url)),
            None => format!("the scalar `{name}` no longer says what specifies it"),
        };
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        self.found(
            ChangeKind::SpecifiedByChanged,
            of_type(name),
            before,
            after,
            message,
        );
    }

    fn one_of(&mut self, old: &InputObjectType, new: &InputObjectType) {
        let name = &old.name;
        let one_of = || Some("@oneOf".to_owned());
        match (old.directives.has("oneOf"), new.directives.has("oneOf")) {
            (false, true) => {
                let message = format!("exactly one field of `{name}` has to be given now");
                self.found(
                    ChangeKind::OneOfAdded,
                    of_type(name),
                    None,
                    one_of(),
                    message,
                );
            }
            (true, false) => {
                let message = format!("any number of the fields of `{name}` may be given now");
                self.found(
                    ChangeKind::OneOfRemoved,
                    of_type(name),
                    one_of(),
                    None,
                    message,
                );
            }
            _ => {}
        }
    }
}

pub(super) fn of_type(name: &Name) -> TypeCoordinate {
    TypeCoordinate { ty: name.clone() }
}

fn specified_by(scalar: &ScalarType) -> Option<&str> {
    let directive = scalar.directives.get("specifiedBy")?;
    directive.specified_argument_by_name("url")?.as_str()
}

fn kind(ty: &ExtendedType) -> &'static str {
    match ty {
        ExtendedType::Scalar(_) => "scalar",
        ExtendedType::Object(_) => "object type",
        ExtendedType::Interface(_) => "interface",
        ExtendedType::Union(_) => "union",
        ExtendedType::Enum(_) => "enum",
        ExtendedType::InputObject(_) => "input object",
    }
}

/// A kind with its article.
fn one(kind: &str) -> String {
    let article = if kind.starts_with(['o', 'i', 'e']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}
