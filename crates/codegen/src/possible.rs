//! Which object types stand behind a type of the schema.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

/// The object types behind every type of a schema.
#[derive(Debug)]
pub(crate) struct Possible(BTreeMap<Name, BTreeSet<Name>>);

static NONE: BTreeSet<Name> = BTreeSet::new();

impl Possible {
    /// Looks at each object type once: asking again for every selection would
    /// take as long as the schema is wide.
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut behind: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for (name, ty) in &schema.types {
            match ty {
                ExtendedType::Object(object) => {
                    for of in object.implements_interfaces.iter().map(|name| &name.name) {
                        behind.entry(of.clone()).or_default().insert(name.clone());
                    }
                    behind.entry(name.clone()).or_default().insert(name.clone());
                }
                ExtendedType::Union(union) => {
                    let members = union.members.iter().map(|member| member.name.clone());
                    behind.entry(name.clone()).or_default().extend(members);
                }
                _ => {}
            }
        }
        Self(behind)
    }

    /// The object types that a value of this type can have.
    pub(crate) fn types(&self, ty: &str) -> &BTreeSet<Name> {
        self.0.get(ty).unwrap_or(&NONE)
    }
}

/// The object types that a value of this type can have, where only a few types
/// are asked for.
pub(crate) fn possible_types(schema: &Schema, ty: &str) -> BTreeSet<Name> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(object)) => BTreeSet::from([object.name.clone()]),
        Some(ExtendedType::Union(union)) => union
            .members
            .iter()
            .map(|member| member.name.clone())
            .collect(),
        Some(ExtendedType::Interface(_)) => schema
            .types
            .iter()
            .filter(|(_, object)| {
                matches!(object, ExtendedType::Object(object)
                    if object.implements_interfaces.iter().any(|name| name.name == ty))
            })
            .map(|(name, _)| name.clone())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_type_and_all_types_give_the_same() {
        let schema = Schema::parse_and_validate(crate::buildkite::SCHEMA_SDL, "schema.graphql");
        let schema = schema.unwrap();
        let possible = Possible::of(&schema);
        for ty in schema.types.keys() {
            assert_eq!(&possible_types(&schema, ty), possible.types(ty), "{ty}");
        }
        assert!(possible.types("Node").len() > 2);
        assert!(possible.types("Job").len() > 2);
    }
}
