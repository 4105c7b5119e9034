//! What a client may say about a schema that is not its own: directives on its
//! types, in files of `extend type …`.

use std::collections::BTreeSet;
use std::slice;

use apollo_compiler::ast::{self, Definition, Value};
use apollo_compiler::parser::SourceMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema};

use crate::advice;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::frame::frame;

/// Refuses what does not extend a type of the schema, and what would change it:
/// the server would not know of it.
pub(crate) fn check_extensions(
    schema: &ast::Document,
    document: &ast::Document,
) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    for definition in &document.definitions {
        let adds = match definition {
            Definition::SchemaExtension(extension) => !extension.root_operations.is_empty(),
            Definition::ScalarTypeExtension(_) => false,
            Definition::ObjectTypeExtension(extension) => {
                !extension.fields.is_empty() || !extension.implements_interfaces.is_empty()
            }
            Definition::InterfaceTypeExtension(extension) => {
                !extension.fields.is_empty() || !extension.implements_interfaces.is_empty()
            }
            Definition::UnionTypeExtension(extension) => !extension.members.is_empty(),
            Definition::EnumTypeExtension(extension) => !extension.values.is_empty(),
            Definition::InputObjectTypeExtension(extension) => !extension.fields.is_empty(),
            _ => true,
        };
        if adds {
            mistakes.push(frame(
                &document.sources,
                definition.name().and_then(Name::location).or(definition.location()),
                "a client schema adds directives to types, and nothing else",
                "more than directives",
                "write `extend type TheType @semanticNonNullField(name: \"field\")`, and put types and fields into the schema itself",
            )
            .of_rule("invalid_schema"));
        } else if let Some(one_of) = definition.directives().get("oneOf") {
            mistakes.push(
                frame(
                    &document.sources,
                    one_of.location(),
                    "`@oneOf` changes which values are valid, and the server would not know of it",
                    "changes the schema",
                    "remove it, or put it into the schema itself if the server has it",
                )
                .of_rule("invalid_schema"),
            );
        } else if let Some((keyword, name)) = keyword(definition).zip(definition.name()) {
            mistakes.extend(check_extended(schema, &document.sources, keyword, name));
        }
    }
    mistakes
}

/// Checks that there is a type of this name and kind.
fn check_extended(
    schema: &ast::Document,
    sources: &SourceMap,
    word: &str,
    name: &Name,
) -> Option<Diagnostic> {
    let types = || {
        schema
            .definitions
            .iter()
            .filter(|definition| !definition.is_extension_definition())
            .filter_map(|definition| keyword(definition).zip(definition.name()))
    };
    let (message, label, help) = match types().find(|(_, known)| *known == name) {
        Some((known, _)) if known == word => return None,
        Some((known, _)) => (
            format!("the schema declares `{name}` as `{known}`, not as `{word}`"),
            "of another kind",
            format!("write `extend {known} {name}`"),
        ),
        None => (
            format!("the schema has no type `{name}`"),
            "no such type",
            advice::near(name, types().map(|(_, known)| known))
                .unwrap_or_else(|| "name a type of the schema, or remove it".to_owned()),
        ),
    };
    Some(frame(sources, name.location(), &message, label, &help).of_rule("invalid_schema"))
}

/// The word that declares or extends a type.
fn keyword(definition: &Definition) -> Option<&'static str> {
    Some(match definition {
        Definition::ScalarTypeDefinition(_) | Definition::ScalarTypeExtension(_) => "scalar",
        Definition::ObjectTypeDefinition(_) | Definition::ObjectTypeExtension(_) => "type",
        Definition::InterfaceTypeDefinition(_) | Definition::InterfaceTypeExtension(_) => {
            "interface"
        }
        Definition::UnionTypeDefinition(_) | Definition::UnionTypeExtension(_) => "union",
        Definition::EnumTypeDefinition(_) | Definition::EnumTypeExtension(_) => "enum",
        Definition::InputObjectTypeDefinition(_) | Definition::InputObjectTypeExtension(_) => {
            "input"
        }
        _ => return None,
    })
}

/// Checks that `@semanticNonNull` and `@semanticNonNullField` speak of what is
/// there.
pub(crate) fn check_fields(schema: &Schema, diagnostics: &mut Diagnostics) {
    for (name, ty) in &schema.types {
        let (fields, directives) = match ty {
            ExtendedType::Object(ty) => (&ty.fields, &ty.directives),
            ExtendedType::Interface(ty) => (&ty.fields, &ty.directives),
            _ => continue,
        };
        for directive in directives.get_all("semanticNonNullField") {
            let Some(value) = directive.specified_argument_by_name("name") else {
                continue;
            };
            let Some(field) = value.as_str() else {
                continue;
            };
            match fields.get(field) {
                Some(definition) => {
                    check_levels(schema, directive, &definition.ty, diagnostics);
                }
                None => diagnostics.push(
                    frame(
                        &schema.sources,
                        value.location(),
                        &format!("type `{name}` has no field `{field}`"),
                        "no such field",
                        &advice::near(field, fields.keys())
                            .unwrap_or_else(|| "name one of its fields, or remove it".to_owned()),
                    )
                    .of_rule("invalid_schema"),
                ),
            }
        }
        for definition in fields.values() {
            for directive in definition.directives.get_all("semanticNonNull") {
                check_levels(schema, directive, &definition.ty, diagnostics);
            }
        }
    }
}

fn check_levels(
    schema: &Schema,
    directive: &ast::Directive,
    ty: &ast::Type,
    diagnostics: &mut Diagnostics,
) {
    let deepest = depth(ty);
    let Some(levels) = directive.specified_argument_by_name("levels") else {
        return;
    };
    let mut refuse = |place: &Node<Value>, message: &str, label: &str, help: &str| {
        diagnostics.push(
            frame(&schema.sources, place.location(), message, label, help)
                .of_rule("invalid_schema"),
        );
    };
    // A single value stands for a list of it.
    let given = levels.as_list().unwrap_or(slice::from_ref(levels));
    if given.is_empty() {
        refuse(
            levels,
            &format!("`@{}` without a level says nothing", directive.name),
            "no level",
            "leave `levels` away to speak of the field itself, or remove the directive",
        );
    }
    let mut seen = BTreeSet::new();
    for level in given {
        let Some(number) = level.to_i32() else {
            // Said where values are held against their types.
            continue;
        };
        let fits = usize::try_from(number).is_ok_and(|level| level <= deepest);
        if !fits {
            refuse(
                level,
                &format!("there is no such level in the type `{ty}`"),
                "this level",
                &match deepest {
                    0 => "the field is no list: leave `levels` away".to_owned(),
                    _ => format!("0 is the field itself, and {deepest} the innermost items"),
                },
            );
        } else if !seen.insert(number) {
            refuse(
                level,
                &format!("the level {level} is named twice"),
                "named again",
                "remove one of them",
            );
        }
    }
}

/// How many lists are around the items of a type.
fn depth(ty: &ast::Type) -> usize {
    match ty {
        ast::Type::Named(_) | ast::Type::NonNullNamed(_) => 0,
        ast::Type::List(item) | ast::Type::NonNullList(item) => 1 + depth(item),
    }
}
