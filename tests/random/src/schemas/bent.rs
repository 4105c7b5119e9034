//! Changes at random: something is removed, added, or made another.

use std::collections::{BTreeMap, BTreeSet};

use super::defaults;
use super::model::{Composite, Directive, Field, Input, Kind, Model, SCALARS, Taken};
use crate::chance::Chance;

/// Where directives can stand.
const LOCATIONS: [&str; 7] = [
    "FIELD",
    "QUERY",
    "MUTATION",
    "FRAGMENT_SPREAD",
    "OBJECT",
    "FIELD_DEFINITION",
    "ENUM_VALUE",
];

/// Changes something, if what chance finds can be changed. The result need not be valid.
pub(crate) fn bend(model: &mut Model, chance: &mut Chance) {
    let known = model.clone();
    match chance.below(20) {
        0 => add_type(model, chance),
        1 => {
            if let Some(name) = any_key(&model.types, chance) {
                model.types.remove(&name);
            }
        }
        2 => change_kind(model, chance),
        3 => bend_root(model, chance),
        4 | 5 => bend_directive(model, &known, chance),
        _ => {
            let Some(name) = any_key(&model.types, chance) else {
                return;
            };
            match model.types.get_mut(&name) {
                Some(Kind::Object(composite) | Kind::Interface(composite)) => {
                    bend_composite(composite, &known, chance);
                }
                Some(Kind::Union(members)) => {
                    let objects = known.types.iter();
                    let objects = objects.filter(|(_, kind)| matches!(kind, Kind::Object(_)));
                    let objects: Vec<_> = objects.map(|(name, _)| name.clone()).collect();
                    bend_names(members, &objects, chance);
                }
                Some(Kind::Enum(values)) => {
                    let new: Vec<_> = (0..5).map(|number| format!("NEW_{number}")).collect();
                    bend_names(values, &new, chance);
                }
                Some(Kind::Input(input)) => bend_input(input, &known, chance),
                Some(Kind::Scalar) | None => {}
            }
        }
    }
}

fn any_key<V>(map: &BTreeMap<String, V>, chance: &mut Chance) -> Option<String> {
    let keys: Vec<_> = map.keys().collect();
    chance.pick(&keys).map(|key| (*key).clone())
}

/// Adds one of these names, or removes one that is there.
fn bend_names(names: &mut BTreeSet<String>, new: &[String], chance: &mut Chance) {
    let present: Vec<_> = names.iter().cloned().collect();
    if chance.percent(50) {
        names.extend(chance.pick(new).cloned());
    } else if let Some(name) = chance.pick(&present) {
        names.remove(name);
    }
}

fn add_type(model: &mut Model, chance: &mut Chance) {
    let name = format!("New{}", chance.below(10));
    let kind = some_kind(model, chance);
    model.types.entry(name).or_insert(kind);
}

fn change_kind(model: &mut Model, chance: &mut Chance) {
    let kind = some_kind(model, chance);
    let Some(name) = any_key(&model.types, chance) else {
        return;
    };
    if let Some(place) = model.types.get_mut(&name) {
        *place = match (&*place, chance.percent(50)) {
            (Kind::Object(composite), true) => Kind::Interface(composite.clone()),
            (Kind::Interface(composite), true) => Kind::Object(composite.clone()),
            _ => kind,
        };
    }
}

fn some_kind(model: &Model, chance: &mut Chance) -> Kind {
    let kinds: Vec<_> = model.types.values().collect();
    match chance.below(6) {
        0 => Kind::Scalar,
        1 => Kind::Enum(BTreeSet::from(["A".to_owned(), "B".to_owned()])),
        2 => {
            let objects = model.types.iter();
            let objects = objects.filter(|(_, kind)| matches!(kind, Kind::Object(_)));
            let objects: Vec<_> = objects.map(|(name, _)| name.clone()).collect();
            Kind::Union(chance.pick(&objects).cloned().into_iter().collect())
        }
        3 => Kind::Input(Input {
            fields: BTreeMap::from([("a".to_owned(), some_taken(model, chance))]),
            is_one_of: false,
        }),
        // One that is there, under another name.
        _ => match chance.pick(&kinds) {
            Some(kind) => (*kind).clone(),
            None => Kind::Scalar,
        },
    }
}

fn bend_root(model: &mut Model, chance: &mut Chance) {
    let operation = ["mutation", "subscription"][chance.below(2)];
    if model.roots.remove(operation).is_none() {
        let objects = model.types.iter();
        let objects = objects.filter(|(_, kind)| matches!(kind, Kind::Object(_)));
        let objects: Vec<_> = objects.map(|(name, _)| name.clone()).collect();
        if let Some(name) = chance.pick(&objects) {
            // No type may be the root of two operations.
            if !model.roots.values().any(|root| root == name) {
                model.roots.insert(operation, name.clone());
            }
        }
    }
}

fn bend_directive(model: &mut Model, known: &Model, chance: &mut Chance) {
    match chance.below(6) {
        0 => {
            let location = chance.pick(&LOCATIONS).map(|name| (*name).to_owned());
            let directive = Directive {
                locations: location.into_iter().collect(),
                ..Directive::default()
            };
            let name = format!("new{}", chance.below(5));
            model.directives.entry(name).or_insert(directive);
        }
        1 => {
            if let Some(name) = any_key(&model.directives, chance) {
                model.directives.remove(&name);
            }
        }
        choice => {
            let Some(name) = any_key(&model.directives, chance) else {
                return;
            };
            let Some(directive) = model.directives.get_mut(&name) else {
                return;
            };
            match choice {
                2 => directive.is_repeatable = !directive.is_repeatable,
                3 => {
                    let locations: Vec<_> = LOCATIONS.map(str::to_owned).to_vec();
                    bend_names(&mut directive.locations, &locations, chance);
                }
                _ => bend_values(&mut directive.arguments, known, chance),
            }
        }
    }
}

fn bend_composite(composite: &mut Composite, known: &Model, chance: &mut Chance) {
    match chance.below(10) {
        0 => {
            let interfaces = known.types.iter();
            let interfaces = interfaces.filter(|(_, kind)| matches!(kind, Kind::Interface(_)));
            let interfaces: Vec<_> = interfaces.map(|(name, _)| name.clone()).collect();
            bend_names(&mut composite.interfaces, &interfaces, chance);
        }
        1 => {
            if let Some(ty) = some_type(known, Model::is_output, chance) {
                let mut field = Field {
                    ty,
                    arguments: BTreeMap::new(),
                    is_deprecated: false,
                };
                if chance.percent(40) {
                    bend_values(&mut field.arguments, known, chance);
                }
                let name = format!("new{}", chance.below(5));
                composite.fields.entry(name).or_insert(field);
            }
        }
        choice => {
            let Some(name) = any_key(&composite.fields, chance) else {
                return;
            };
            let Some(field) = composite.fields.get_mut(&name) else {
                return;
            };
            match choice {
                2 => drop(composite.fields.remove(&name)),
                3 => field.is_deprecated = !field.is_deprecated,
                4 | 5 => {
                    field.ty = other_type(&field.ty, known, Model::is_output, chance);
                }
                _ => bend_values(&mut field.arguments, known, chance),
            }
        }
    }
}

fn bend_input(input: &mut Input, known: &Model, chance: &mut Chance) {
    if chance.percent(10) {
        input.is_one_of = !input.is_one_of;
    } else {
        bend_values(&mut input.fields, known, chance);
    }
    if input.is_one_of {
        for taken in input.fields.values_mut() {
            taken.default = None;
            taken.ty = taken.ty.trim_end_matches('!').to_owned();
        }
    }
}

/// Changes arguments, or the fields of an input object.
fn bend_values(values: &mut BTreeMap<String, Taken>, known: &Model, chance: &mut Chance) {
    let choice = if values.is_empty() {
        0
    } else {
        chance.below(8)
    };
    if choice == 0 {
        let taken = some_taken(known, chance);
        values
            .entry(format!("new{}", chance.below(5)))
            .or_insert(taken);
        return;
    }
    let Some(name) = any_key(values, chance) else {
        return;
    };
    let Some(taken) = values.get_mut(&name) else {
        return;
    };
    match choice {
        1 => drop(values.remove(&name)),
        2..=4 => {
            let ty = other_type(&taken.ty, known, Model::is_input, chance);
            // Most defaults fit the other type as well, those that do not are tried, too.
            if ty.ends_with('!') && taken.default.as_deref() == Some("null") {
                taken.default = None;
            }
            taken.ty = ty;
        }
        5 => taken.default = None,
        _ => taken.default = defaults::value(known, &taken.ty, chance),
    }
}

fn some_taken(known: &Model, chance: &mut Chance) -> Taken {
    let ty = some_type(known, Model::is_input, chance).unwrap_or_else(|| "Int".to_owned());
    let default = if chance.percent(40) {
        defaults::value(known, &ty, chance)
    } else {
        None
    };
    Taken { ty, default }
}

fn some_type(
    known: &Model,
    fits: impl Fn(&Model, &str) -> bool,
    chance: &mut Chance,
) -> Option<String> {
    let names: Vec<_> = known
        .types
        .keys()
        .map(String::as_str)
        .chain(SCALARS)
        .filter(|name| fits(known, name))
        .collect();
    let mut ty = (*chance.pick(&names)?).to_owned();
    for _ in 0..chance.below(3) {
        ty = wrapped(&ty, chance);
    }
    Some(ty)
}

/// The same type with other brackets, or, rarely, another one.
fn other_type(
    ty: &str,
    known: &Model,
    fits: impl Fn(&Model, &str) -> bool,
    chance: &mut Chance,
) -> String {
    match chance.below(8) {
        0 => some_type(known, fits, chance).unwrap_or_else(|| ty.to_owned()),
        1 | 2 => wrapped(ty, chance),
        // Without or with the `!` of what is inside.
        3 if ty.contains("!]") => ty.replacen("!]", "]", 1),
        4 if ty.contains(']') => ty.replacen(']', "!]", 1).replace("!!", "!"),
        5 => {
            let inner = ty.trim_end_matches('!');
            let inner = inner.strip_prefix('[').and_then(|ty| ty.strip_suffix(']'));
            inner.unwrap_or(ty).to_owned()
        }
        _ => match ty.strip_suffix('!') {
            Some(nullable) => nullable.to_owned(),
            None => format!("{ty}!"),
        },
    }
}

fn wrapped(ty: &str, chance: &mut Chance) -> String {
    if chance.percent(50) && !ty.ends_with('!') {
        format!("{ty}!")
    } else {
        format!("[{ty}]")
    }
}
