//! Which enums and input objects of the schema are others in Rust, at all places that have
//! something of them.

use std::collections::BTreeSet;

use super::effect::Name;
use super::places::Places;
use super::rust_types::{Changed, modules, written};
use super::sides::Side;
use super::sites::{Sites, What};
use crate::model::{EnumType, InputField, InputType, Model, Presence, ShapeKind, Shapes};

/// Everything of the schema's enums and inputs that is another in Rust, also where something
/// breaks: once that is mended, they are.
pub(super) fn changed(sites: &Sites, whole: &Side, old: &Side, new: &Side) -> Vec<Changed> {
    let sites = InRust::of(sites, &[whole, new]);
    let mut changed = kinds(&sites, &old.model, &new.model);
    changed.extend(enums(&sites, &old.model, &new.model));
    changed.extend(inputs(&sites, &old.model, &new.model));
    changed
}

/// Enums that are input objects now, and the other way round: variables of such a type stay
/// valid.
fn kinds(sites: &InRust<'_>, old: &Model, new: &Model) -> Vec<Changed> {
    let is_enum = |model: &Model, name: &str| model.enums.iter().any(|ty| ty.graphql_name == *name);
    let is_input =
        |model: &Model, name: &str| model.inputs.iter().any(|ty| ty.graphql_name == *name);
    let enums = old.enums.iter().map(|ty| &ty.graphql_name);
    let enums = enums.filter(|name| is_input(new, name));
    let inputs = old.inputs.iter().map(|ty| &ty.graphql_name);
    let inputs = inputs.filter(|name| is_enum(new, name));
    let enums = enums.map(|name| (name, "was an enum and is an input object now"));
    let inputs = inputs.map(|name| (name, "was an input object and is an enum now"));
    enums
        .chain(inputs)
        .flat_map(|(name, what)| sites.all_of(name, name, &format!("`{name}` {what}")))
        .collect()
}

/// Enums that are read or sent, and have other values.
fn enums(sites: &InRust<'_>, old: &Model, new: &Model) -> Vec<Changed> {
    let mut changed = Vec::new();
    for before in &old.enums {
        let name = &before.graphql_name;
        let Some(after) = new.enums.iter().find(|ty| ty.graphql_name == *name) else {
            continue;
        };
        for (these, those, what) in [
            (before, after, "has lost the value"),
            (after, before, "has the new value"),
        ] {
            for value in only_in(these, those) {
                let message = format!("`{name}` {what} `{value}`");
                changed.extend(sites.all_of(name, &format!("{name}.{value}"), &message));
            }
        }
    }
    changed
}

fn only_in<'a>(these: &'a EnumType, those: &EnumType) -> Vec<&'a str> {
    let values = these.variants.iter().map(|variant| variant.value.as_str());
    let is_known = |value: &str| those.variants.iter().any(|variant| variant.value == value);
    values.filter(|value| !is_known(value)).collect()
}

/// Input objects that have other fields.
fn inputs(sites: &InRust<'_>, old: &Model, new: &Model) -> Vec<Changed> {
    let none = Shapes::none();
    let mut changed = Vec::new();
    for before in &old.inputs {
        let name = &before.graphql_name;
        let Some(after) = new.inputs.iter().find(|ty| ty.graphql_name == *name) else {
            continue;
        };
        if before.one_of != after.one_of {
            let message = if after.one_of {
                format!("`{name}` is an enum now, of which one variant is given")
            } else {
                format!("`{name}` is a struct now, of which any fields are given")
            };
            changed.extend(sites.all_of(name, name, &message));
        }
        for (field, message) in input(before, after, &none) {
            changed.extend(sites.all_of(name, &format!("{name}.{field}"), &message));
        }
    }
    changed
}

/// The fields that differ, and how.
fn input<'a>(old: &'a InputType, new: &'a InputType, none: &Shapes) -> Vec<(&'a str, String)> {
    let name = &old.graphql_name;
    let mut differences = Vec::new();
    for before in &old.fields {
        let key = before.key.as_str();
        let after = new.fields.iter().find(|field| field.key == key);
        let difference = match after {
            None => Some(format!("`{name}` has no field `{key}` any more")),
            Some(after) => input_field(before, after, none)
                .map(|difference| format!("`{name}.{key}` {difference}")),
        };
        differences.extend(difference.map(|difference| (key, difference)));
    }
    for after in &new.fields {
        let key = after.key.as_str();
        if !old.fields.iter().any(|field| field.key == key) {
            let difference = match after.presence {
                Presence::Required => format!("`{name}` has to be given `{key}` now"),
                _ => format!("`{name}` has the new field `{key}`, which may be left out"),
            };
            differences.push((key, difference));
        }
    }
    differences
}

fn input_field(old: &InputField, new: &InputField, none: &Shapes) -> Option<String> {
    let (was, is) = (written(&old.ty, none), written(&new.ty, none));
    if was != is {
        Some(format!("was `{was}` and is `{is}` now"))
    } else if old.presence != new.presence {
        Some(now(new.presence).to_owned())
    } else if old.rust_name != new.rust_name {
        Some(format!(
            "was called `{}` and is `{}` now",
            old.rust_name, new.rust_name
        ))
    } else {
        None
    }
}

fn now(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "has to be given now",
        Presence::Defaulted => "may be left out now, and may not be null",
        Presence::Nullable => "may be left out or null now",
    }
}

/// The sites that stand for something in Rust.
struct InRust<'a> {
    sites: &'a Sites,
    /// The fields of each definition's types, with the sites that select them. Of what is
    /// written some is in no answer, since conditions inside of each other can rule each
    /// other out; and of a fragment some is in the types of an operation.
    fields: BTreeSet<(Name, usize)>,
}

impl<'a> InRust<'a> {
    fn of(sites: &'a Sites, sides: &[&Side]) -> Self {
        let fields = sides.iter().flat_map(|side| fields(sites, side));
        Self {
            sites,
            fields: fields.collect(),
        }
    }

    /// The same at every place that has something of a type in Rust. `coordinate` is what of
    /// it is another: the type itself, a value, or a field.
    fn all_of(&self, ty: &str, coordinate: &str, message: &str) -> Vec<Changed> {
        let selected = self.fields.iter().filter(|(_, site)| {
            matches!(&self.sites.all[*site].what, What::Field { ty: selected, .. } if selected == ty)
        });
        let selected = selected.map(|(definition, site)| {
            Changed::within(self.sites, definition, Some(*site), message.to_owned())
        });
        let variables = self.sites.all.iter().enumerate().filter(|(_, site)| {
            matches!(site.what, What::Variable(_)) && site.coordinates.contains(ty)
        });
        let variables = variables.map(|(site, _)| Changed::new(Some(site), message.to_owned()));
        selected
            .chain(variables)
            .map(|changed| Changed {
                coordinate: Some(coordinate.to_owned()),
                ..changed
            })
            .collect()
    }
}

/// The fields of all answers, by the definitions that have them in their types.
fn fields(sites: &Sites, side: &Side) -> Vec<(Name, usize)> {
    let places = Places::of(&side.checked.document.sources);
    let mut found = Vec::new();
    for (definition, shapes) in modules(&side.model) {
        for shape in &shapes.types {
            if let ShapeKind::Struct(structure) = &shape.kind {
                let selected = structure.fields.iter().flat_map(|field| &field.places);
                let selected = selected.filter_map(|at| sites.at(&places.start(*at)?));
                found.extend(selected.map(|site| (definition.clone(), site)));
            }
        }
    }
    found
}
