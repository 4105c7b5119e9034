//! Which nulls an answer can hold: fewer than the schema allows.

use std::collections::BTreeMap;

use apollo_compiler::ast::{Directive, Type};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, ExtendedType, FieldDefinition};
use apollo_compiler::{Name, Schema};

use super::Directives;

/// The types of fields that are null only together with an error.
#[derive(Debug)]
pub(crate) struct Nullability(BTreeMap<Name, BTreeMap<Name, Type>>);

type Fields = IndexMap<Name, Component<FieldDefinition>>;

impl Nullability {
    pub(crate) fn of(schema: &Schema, client: &Directives) -> Self {
        let mut types: BTreeMap<Name, BTreeMap<Name, Type>> = BTreeMap::new();
        for (name, ty) in &schema.types {
            let (fields, interfaces) = match ty {
                ExtendedType::Object(ty) => (&ty.fields, &ty.implements_interfaces),
                ExtendedType::Interface(ty) => (&ty.fields, &ty.implements_interfaces),
                _ => continue,
            };
            // What an interface promises all its types keep.
            let around = interfaces
                .iter()
                .filter_map(|interface| schema.types.get(&interface.name));
            for (field, levels) in around.chain([ty]).flat_map(|ty| promises(ty, client)) {
                let Some(definition) = fields.get(field) else {
                    continue;
                };
                let known = types.entry(name.clone()).or_default();
                let ty = known
                    .entry(definition.name.clone())
                    .or_insert_with(|| definition.ty.clone());
                *ty = promised(ty, &levels);
            }
        }
        Self(types)
    }

    /// The type of a field, as answers have it.
    pub(crate) fn ty<'a>(&'a self, owner: &Name, field: &'a FieldDefinition) -> &'a Type {
        self.0
            .get(owner)
            .and_then(|fields| fields.get(&field.name))
            .unwrap_or(&field.ty)
    }
}

/// The fields of a type that are promised not to be null, and on which levels.
fn promises<'a>(ty: &'a ExtendedType, client: &Directives) -> Vec<(&'a str, Vec<i32>)> {
    let mut promises = Vec::new();
    if client.has("semanticNonNullField") {
        for directive in ty.directives().get_all("semanticNonNullField") {
            let field = directive.specified_argument_by_name("name");
            if let Some(field) = field.and_then(|field| field.as_str()) {
                promises.push((field, levels(directive)));
            }
        }
    }
    if client.has("semanticNonNull") {
        for definition in fields_of(ty).into_iter().flat_map(|fields| fields.values()) {
            for directive in definition.directives.get_all("semanticNonNull") {
                promises.push((definition.name.as_str(), levels(directive)));
            }
        }
    }
    promises
}

fn fields_of(ty: &ExtendedType) -> Option<&Fields> {
    match ty {
        ExtendedType::Object(ty) => Some(&ty.fields),
        ExtendedType::Interface(ty) => Some(&ty.fields),
        _ => None,
    }
}

fn levels(directive: &Directive) -> Vec<i32> {
    match directive.specified_argument_by_name("levels") {
        None => vec![0],
        Some(levels) => match levels.as_list() {
            Some(levels) => levels.iter().filter_map(|level| level.to_i32()).collect(),
            // A single value stands for a list of it.
            None => levels.to_i32().into_iter().collect(),
        },
    }
}

/// A type without nulls on these levels, 0 being the outermost.
fn promised(ty: &Type, levels: &[i32]) -> Type {
    let below: Vec<i32> = levels.iter().map(|level| level - 1).collect();
    let ty = match ty {
        Type::List(item) => Type::List(Box::new(promised(item, &below))),
        Type::NonNullList(item) => Type::NonNullList(Box::new(promised(item, &below))),
        named => named.clone(),
    };
    if levels.contains(&0) {
        ty.non_null()
    } else {
        ty
    }
}
