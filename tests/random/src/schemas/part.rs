//! A part of a large schema: some types, and of their fields what they have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Composite, Field, Kind, Model, SCALARS, named};
use crate::chance::Chance;

/// How many types a part has at first.
const TYPES: usize = 40;

/// A part around some types of a schema, with a root that reaches them.
pub fn part(whole: &Model, chance: &mut Chance) -> Model {
    let names: Vec<_> = whole.types.keys().collect();
    let mut chosen = BTreeSet::new();
    let mut next = Vec::new();
    while chosen.len() < TYPES {
        // What a type refers to is worth more than any other: something has to stay of it.
        let Some(name) = next
            .pop()
            .or_else(|| chance.pick(&names).map(|name| (*name).clone()))
        else {
            break;
        };
        if let Some(kind) = whole.types.get(&name)
            && chosen.insert(name)
        {
            let mut near = references(kind);
            near.retain(|_| chance.percent(30));
            next.extend(near);
            next.truncate(TYPES);
        }
    }
    let mut part = whole.clone();
    part.types.retain(|name, _| chosen.contains(name));
    let fields = part
        .types
        .iter()
        .filter(|(_, kind)| !matches!(kind, Kind::Input(_)));
    let fields: BTreeMap<_, _> = fields
        .map(|(name, _)| {
            let field = Field {
                ty: name.clone(),
                arguments: BTreeMap::new(),
                is_deprecated: false,
            };
            (format!("any{name}"), field)
        })
        .collect();
    let root = Composite {
        interfaces: BTreeSet::new(),
        fields,
    };
    part.types.insert("Query".to_owned(), Kind::Object(root));
    part.roots = BTreeMap::from([("query", "Query".to_owned())]);
    part
}

/// The types that a type refers to.
fn references(kind: &Kind) -> Vec<String> {
    let mut names = BTreeSet::new();
    match kind {
        Kind::Scalar | Kind::Enum(_) => {}
        Kind::Object(composite) | Kind::Interface(composite) => {
            names.extend(composite.interfaces.iter().map(String::as_str));
            for field in composite.fields.values() {
                names.insert(named(&field.ty));
                names.extend(field.arguments.values().map(|taken| named(&taken.ty)));
            }
        }
        Kind::Union(members) => names.extend(members.iter().map(String::as_str)),
        Kind::Input(input) => names.extend(input.fields.values().map(|taken| named(&taken.ty))),
    }
    names
        .into_iter()
        .filter(|name| !SCALARS.contains(name))
        .map(str::to_owned)
        .collect()
}
