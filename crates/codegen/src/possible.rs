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

/// The object types that a value of this type can have, where only one type is
/// asked for.
pub(crate) fn possible_types(schema: &Schema, ty: &str) -> BTreeSet<Name> {
    Possible::of(schema).0.remove(ty).unwrap_or_default()
}

/// Whether a value of this type can be of several object types.
pub(crate) fn is_abstract(schema: &Schema, ty: &str) -> bool {
    schema
        .types
        .get(ty)
        .is_some_and(|ty| ty.is_interface() || ty.is_union())
}
