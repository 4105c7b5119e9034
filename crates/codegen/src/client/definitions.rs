//! Adding the client's directives to a schema.

use std::path::Path;
use std::sync::LazyLock;

use apollo_compiler::ast::{self, Definition, DirectiveDefinition, EnumTypeDefinition};
use apollo_compiler::schema::SchemaBuilder;
use apollo_compiler::{Name, Node};

use crate::buildkite;
use crate::diagnostic::Diagnostics;
use crate::frame::frame;

/// What is added to a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Nothing,
    /// The directives, and the types of their arguments.
    Directives,
    /// Also what is known of Buildkite's schema.
    Buildkite,
}

static OURS: LazyLock<ast::Document> = LazyLock::new(|| {
    ast::Document::parse(buildkite::CLIENT_SDL, Path::new(buildkite::CLIENT_PATH))
        .unwrap_or_else(|failure| failure.partial)
});

pub(super) fn directives() -> impl Iterator<Item = &'static Node<DirectiveDefinition>> {
    OURS.definitions
        .iter()
        .filter_map(Definition::as_directive_definition)
}

/// The types of their arguments.
pub(super) fn types() -> impl Iterator<Item = &'static Name> {
    OURS.definitions
        .iter()
        .filter_map(Definition::as_enum_type_definition)
        .map(|definition| &definition.name)
}

/// Adds the client's definitions to a schema with these own ones. What a
/// schema defines in the same way stays as it is.
///
/// # Errors
///
/// A name that the schema uses for something else.
pub(crate) fn define(
    builder: SchemaBuilder,
    schema: &ast::Document,
    extent: Extent,
) -> Result<SchemaBuilder, Diagnostics> {
    if extent == Extent::Nothing {
        return Ok(builder);
    }
    let mut added = ast::Document::new();
    added.sources.clone_from(&OURS.sources);
    let mut taken = Diagnostics::default();
    for ours in &OURS.definitions {
        if ours.is_extension_definition() {
            if extent == Extent::Buildkite {
                added.definitions.push(ours.clone());
            }
            continue;
        }
        match schema
            .definitions
            .iter()
            .find(|theirs| has_name_of(theirs, ours))
        {
            None => added.definitions.push(ours.clone()),
            Some(theirs) if is_same(ours, theirs) => {}
            Some(theirs) => {
                let sigil = if ours.as_directive_definition().is_some() {
                    "@"
                } else {
                    ""
                };
                let name = ours.name().map_or("", Name::as_str);
                taken.push(frame(
                    &schema.sources,
                    theirs.name().and_then(Name::location),
                    &format!("the schema's `{sigil}{name}` is not the one that query files use"),
                    "another definition of that name",
                    "rename it here, or do without directives such as `@required`: call `without_client_directives` on the `Config`",
                )
                .of_rule("invalid_schema"));
            }
        }
    }
    taken.into_result(builder.add_ast(&added))
}

/// Directives and types have name spaces of their own.
fn has_name_of(theirs: &Definition, ours: &Definition) -> bool {
    theirs.name() == ours.name()
        && !theirs.is_extension_definition()
        && theirs.as_directive_definition().is_some() == ours.as_directive_definition().is_some()
}

fn is_same(ours: &Definition, theirs: &Definition) -> bool {
    match (ours, theirs) {
        (Definition::DirectiveDefinition(ours), Definition::DirectiveDefinition(theirs)) => {
            is_same_directive(ours, theirs)
        }
        (Definition::EnumTypeDefinition(ours), Definition::EnumTypeDefinition(theirs)) => {
            values(ours) == values(theirs)
        }
        _ => false,
    }
}

/// Whether two directives can be used in the same way.
pub(super) fn is_same_directive(a: &DirectiveDefinition, b: &DirectiveDefinition) -> bool {
    let locations = |definition: &DirectiveDefinition| {
        let mut names: Vec<_> = definition
            .locations
            .iter()
            .map(|place| place.name())
            .collect();
        names.sort_unstable();
        names
    };
    a.repeatable == b.repeatable
        && locations(a) == locations(b)
        && a.arguments.len() == b.arguments.len()
        && a.arguments.iter().all(|ours| {
            b.argument_by_name(&ours.name).is_some_and(|theirs| {
                ours.ty == theirs.ty && ours.default_value == theirs.default_value
            })
        })
}

fn values(definition: &EnumTypeDefinition) -> Vec<&Name> {
    let mut names: Vec<_> = definition.values.iter().map(|value| &value.value).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_can_be_read() {
        assert!(ast::Document::parse(buildkite::CLIENT_SDL, buildkite::CLIENT_PATH).is_ok());
        let names: Vec<_> = directives()
            .map(|definition| definition.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "required",
                "semanticNonNull",
                "semanticNonNullField",
                "targetName",
                "targetType",
                "allow"
            ]
        );
        let types: Vec<_> = types().map(Name::as_str).collect();
        assert_eq!(types, ["RequiredFieldAction", "ClientLint"]);
    }
}
