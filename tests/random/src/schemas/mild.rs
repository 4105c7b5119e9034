//! Changes that most operations survive: those that remove what is used only end what could
//! be said about the rest.

use super::defaults;
use super::model::{Composite, Field, Kind, Model};
use crate::chance::Chance;

/// The fields that make a type a connection.
const OF_CONNECTIONS: [&str; 3] = ["edges", "nodes", "pageInfo"];

/// Changes something, if what chance finds can be changed. The result need not be valid.
pub(crate) fn bend(model: &mut Model, chance: &mut Chance) {
    let known = model.clone();
    match chance.below(12) {
        0 => add_member(model, chance),
        1 => add_value(model, chance),
        2 | 3 => bend_default(model, &known, chance),
        choice => {
            let mut composites: Vec<_> = composites(model).collect();
            let Some(index) = chance
                .pick(&(0..composites.len()).collect::<Vec<_>>())
                .copied()
            else {
                return;
            };
            bend_composite(composites.swap_remove(index), choice, &known, chance);
        }
    }
}

fn composites(model: &mut Model) -> impl Iterator<Item = &mut Composite> {
    model.types.values_mut().filter_map(|kind| match kind {
        Kind::Object(composite) | Kind::Interface(composite) => Some(composite),
        _ => None,
    })
}

fn bend_composite(composite: &mut Composite, choice: usize, known: &Model, chance: &mut Chance) {
    let names: Vec<_> = composite.fields.keys().cloned().collect();
    let Some(name) = chance.pick(&names) else {
        return;
    };
    let Some(field) = composite.fields.get_mut(name) else {
        return;
    };
    match choice {
        4 => field.is_deprecated = !field.is_deprecated,
        5 | 6 => {
            field.ty = match field.ty.strip_suffix('!') {
                Some(nullable) => nullable.to_owned(),
                None => format!("{}!", field.ty),
            };
        }
        7 => {
            field.is_deprecated = true;
            let new = Field {
                is_deprecated: false,
                ..field.clone()
            };
            composite.fields.insert(format!("{name}Instead"), new);
        }
        8 => {
            let interfaces = known.types.iter();
            let interfaces = interfaces.filter(|(_, kind)| matches!(kind, Kind::Interface(_)));
            let interfaces: Vec<_> = interfaces.map(|(name, _)| name.clone()).collect();
            composite
                .interfaces
                .extend(chance.pick(&interfaces).cloned());
        }
        // A type becomes a connection, or is one no more.
        _ => {
            let connections = known.types.values().filter_map(|kind| match kind {
                Kind::Object(composite) => Some(&composite.fields),
                _ => None,
            });
            let of_connections: Vec<_> = connections
                .flatten()
                .filter(|(name, _)| OF_CONNECTIONS.contains(&name.as_str()))
                .collect();
            let present: Vec<_> = OF_CONNECTIONS
                .iter()
                .filter(|name| composite.fields.contains_key(**name))
                .collect();
            if chance.percent(50)
                && let Some(name) = chance.pick(&present)
            {
                composite.fields.remove(**name);
            } else if let Some((name, field)) = chance.pick(&of_connections) {
                composite.fields.insert((*name).clone(), (*field).clone());
            }
        }
    }
}

fn add_member(model: &mut Model, chance: &mut Chance) {
    let objects = model.types.iter();
    let objects = objects.filter(|(_, kind)| matches!(kind, Kind::Object(_)));
    let objects: Vec<_> = objects.map(|(name, _)| name.clone()).collect();
    let unions = model.types.values_mut().filter_map(|kind| match kind {
        Kind::Union(members) => Some(members),
        _ => None,
    });
    let mut unions: Vec<_> = unions.collect();
    let place = chance.below(unions.len());
    if let Some(members) = unions.get_mut(place) {
        members.extend(chance.pick(&objects).cloned());
    }
}

fn add_value(model: &mut Model, chance: &mut Chance) {
    let enums = model.types.values_mut().filter_map(|kind| match kind {
        Kind::Enum(values) => Some(values),
        _ => None,
    });
    let mut enums: Vec<_> = enums.collect();
    let place = chance.below(enums.len());
    if let Some(values) = enums.get_mut(place) {
        values.insert(format!("NEW_{}", chance.below(5)));
    }
}

/// Gives an argument or an input field another default.
fn bend_default(model: &mut Model, known: &Model, chance: &mut Chance) {
    let all = model.types.values_mut().flat_map(|kind| match kind {
        Kind::Object(composite) | Kind::Interface(composite) => {
            let fields = composite.fields.values_mut();
            fields
                .flat_map(|field| field.arguments.iter_mut())
                .collect()
        }
        Kind::Input(input) if !input.is_one_of => input.fields.iter_mut().collect(),
        _ => Vec::new(),
    });
    let mut all: Vec<_> = all.collect();
    // What pages cost depends on it.
    if chance.percent(50) && all.iter().any(|(name, _)| *name == "first") {
        all.retain(|(name, _)| *name == "first");
    }
    let place = chance.below(all.len());
    if let Some((_, taken)) = all.get_mut(place) {
        taken.default = defaults::value(known, &taken.ty, chance);
    }
}
