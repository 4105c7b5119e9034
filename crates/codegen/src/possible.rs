//! Which object types stand behind a type of the schema.

use std::collections::BTreeSet;

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

/// The object types that a value of this type can have.
pub(crate) fn possible_types(schema: &Schema, ty: &str) -> BTreeSet<Name> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(object)) => BTreeSet::from([object.name.clone()]),
        Some(ExtendedType::Union(union)) => union
            .members
            .iter()
            .map(|member| member.name.clone())
            .collect(),
        Some(ExtendedType::Interface(interface)) => schema
            .types
            .values()
            .filter_map(ExtendedType::as_object)
            .filter(|object| {
                object
                    .implements_interfaces
                    .iter()
                    .any(|implemented| implemented.name == interface.name)
            })
            .map(|object| object.name.clone())
            .collect(),
        _ => BTreeSet::new(),
    }
}

/// Whether a value of this type can be of several object types.
pub(crate) fn is_abstract(schema: &Schema, ty: &str) -> bool {
    schema
        .types
        .get(ty)
        .is_some_and(|ty| ty.is_interface() || ty.is_union())
}
