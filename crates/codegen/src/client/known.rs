//! What is known of Buildkite's schema, as far as it is true of one of another day.

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Directive, Document};

/// An extension of a type without what speaks of fields that are not there. Nothing where
/// there is no such type, or nothing is left.
///
/// Buildkite changes its schema without asking the clients that were built before.
pub(super) fn still_true(extension: &Definition, schema: &Document) -> Option<Definition> {
    let Definition::ObjectTypeExtension(object) = extension else {
        return Some(extension.clone());
    };
    let fields = fields(schema, &object.name)?;
    let mut object = object.as_ref().clone();
    object.directives.0.retain(|directive| {
        named_field(directive).is_none_or(|named| fields.iter().any(|field| *field == named))
    });
    (!object.directives.is_empty()).then(|| object.into())
}

/// The fields of an object type, if it is one.
fn fields<'a>(schema: &'a Document, name: &Name) -> Option<Vec<&'a Name>> {
    let definitions = schema.definitions.iter();
    let mut objects = definitions
        .filter_map(Definition::as_object_type_definition)
        .filter(|object| object.name == *name);
    let object = objects.next()?;
    Some(object.fields.iter().map(|field| &field.name).collect())
}

fn named_field(directive: &Directive) -> Option<&str> {
    if directive.name != "semanticNonNullField" {
        return None;
    }
    directive.specified_argument_by_name("name")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buildkite;

    fn read(text: &str) -> Document {
        Document::parse(text, "schema.graphql").expect("GraphQL")
    }

    #[test]
    fn all_of_it_is_true_of_the_snapshot() {
        let schema = read(buildkite::SCHEMA_SDL);
        for extension in &read(buildkite::CLIENT_SDL).definitions {
            if extension.is_extension_definition() {
                let kept = still_true(extension, &schema).map(|kept| kept.to_string());
                assert_eq!(kept, Some(extension.to_string()));
            }
        }
    }

    #[test]
    fn what_is_gone_is_left_out() {
        let extension = read(
            r#"extend type Build @semanticNonNullField(name: "a") @semanticNonNullField(name: "b")"#,
        );
        let kept = |schema| {
            let kept = still_true(&extension.definitions[0], &read(schema));
            kept.map(|kept| kept.to_string().trim().to_owned())
        };
        assert_eq!(
            kept("type Build { b: Int }").as_deref(),
            Some(r#"extend type Build @semanticNonNullField(name: "b")"#)
        );
        for gone in [
            "type Build { c: Int }",
            "type Other { a: Int }",
            "scalar Build",
        ] {
            assert_eq!(kept(gone), None, "{gone}");
        }
    }
}
