//! The directives of a client schema, which stand on extensions of types.

use std::slice;

use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, DirectiveLocation, Document};
use apollo_compiler::schema::ExtendedType;

use super::selections::Walk;
use super::{Hidden, Set};
use crate::diagnostic::Diagnostic;

/// Everything that is wrong with the directives on a document's extensions.
pub(crate) fn directives_of_extensions(schema: &Schema, document: &Document) -> Vec<Diagnostic> {
    let hidden = Hidden::default();
    let set = Set::new(
        schema,
        &document.sources,
        slice::from_ref(document),
        &hidden,
    );
    let mut found = Vec::new();
    for definition in &document.definitions {
        if let Some(place) = place(schema, definition) {
            Walk::directives_alone(&set, definition.directives(), place, &mut found);
        }
    }
    found
}

/// What directives on an extension stand on: the kind of the type as the schema
/// has it, for another is a mistake of its own.
fn place(schema: &Schema, extension: &Definition) -> Option<DirectiveLocation> {
    let written = match extension {
        Definition::SchemaExtension(_) => DirectiveLocation::Schema,
        Definition::ScalarTypeExtension(_) => DirectiveLocation::Scalar,
        Definition::ObjectTypeExtension(_) => DirectiveLocation::Object,
        Definition::InterfaceTypeExtension(_) => DirectiveLocation::Interface,
        Definition::UnionTypeExtension(_) => DirectiveLocation::Union,
        Definition::EnumTypeExtension(_) => DirectiveLocation::Enum,
        Definition::InputObjectTypeExtension(_) => DirectiveLocation::InputObject,
        _ => return None,
    };
    let known = extension.name().and_then(|name| schema.types.get(name));
    Some(match known {
        Some(ExtendedType::Scalar(_)) => DirectiveLocation::Scalar,
        Some(ExtendedType::Object(_)) => DirectiveLocation::Object,
        Some(ExtendedType::Interface(_)) => DirectiveLocation::Interface,
        Some(ExtendedType::Union(_)) => DirectiveLocation::Union,
        Some(ExtendedType::Enum(_)) => DirectiveLocation::Enum,
        Some(ExtendedType::InputObject(_)) => DirectiveLocation::InputObject,
        None => written,
    })
}
