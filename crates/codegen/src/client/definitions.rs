//! Adding the client's directives to a schema.

use std::path::Path;
use std::sync::LazyLock;

use apollo_compiler::ast::{
    self, Definition, DirectiveDefinition, DirectiveLocation, EnumTypeDefinition,
};
use apollo_compiler::schema::SchemaBuilder;
use apollo_compiler::{Name, Node, Schema};

use super::known;
use crate::buildkite;
use crate::diagnostic::Diagnostics;
use crate::frame::frame;

/// The type of the argument of `@required`.
pub(super) const REQUIRED_ACTION: &str = "RequiredFieldAction";

/// Its only value here.
pub(super) const THROW: &str = "THROW";

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

/// Begins a schema with the client's definitions added to its own. What it
/// defines in the same way stays as it is, and Relay's `@required` becomes the
/// client's.
///
/// # Errors
///
/// A name that the schema uses for something else.
pub(crate) fn define(schema: &ast::Document, extent: Extent) -> Result<SchemaBuilder, Diagnostics> {
    if extent == Extent::Nothing {
        return Ok(Schema::builder().add_ast(schema));
    }
    let without_relays = without_relays(schema);
    let schema = without_relays.as_ref().unwrap_or(schema);
    let builder = Schema::builder().add_ast(schema);
    let mut added = ast::Document::new();
    added.sources.clone_from(&OURS.sources);
    let mut taken = Diagnostics::default();
    for ours in &OURS.definitions {
        if ours.is_extension_definition() {
            if extent == Extent::Buildkite {
                added.definitions.extend(known::still_true(ours, schema));
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

/// The schema without the `@required` that Relay documents, if it has that one:
/// of it ours is a part, and no server is ever sent either of them.
fn without_relays(schema: &ast::Document) -> Option<ast::Document> {
    let is_relays = |definition: &Definition| {
        definition
            .as_directive_definition()
            .is_some_and(|directive| is_relays_required(directive))
    };
    schema.definitions.iter().any(is_relays).then(|| {
        let mut schema = schema.clone();
        schema
            .definitions
            .retain(|definition| !is_relays(definition));
        schema
    })
}

fn is_relays_required(directive: &DirectiveDefinition) -> bool {
    let [action] = &directive.arguments[..] else {
        return false;
    };
    // Another default would be what a plain `@required` means.
    let is_default = action
        .default_value
        .as_ref()
        .is_none_or(|value| value.as_enum().is_some_and(|value| value == THROW));
    directive.name == "required"
        && !directive.repeatable
        && directive.locations == [DirectiveLocation::Field]
        && action.name == "action"
        && !action.ty.is_list()
        && action.ty.inner_named_type() == REQUIRED_ACTION
        && is_default
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
            // What else Relay can do on a null is refused in queries.
            let theirs = values(theirs);
            values(ours) == theirs
                || ours.name == REQUIRED_ACTION && theirs.iter().any(|value| *value == THROW)
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
        assert_eq!(types, [REQUIRED_ACTION, "ClientLint"]);
    }
}
