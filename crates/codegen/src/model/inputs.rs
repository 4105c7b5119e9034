//! Enums and input objects: each once for the whole set, and only when used.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Schema, ast};

use super::chosen::{Of, Refused, TARGET_NAME, chosen};
use super::names::{self, Scope};
use super::{RustType, Scalars};
use crate::client::Directives;

/// The enums and inputs that queries mention.
#[derive(Debug)]
pub(crate) struct Used {
    mentioned: BTreeSet<Name>,
    /// Of all enums and inputs in the schema, so that a name does not depend
    /// on what else is mentioned.
    rust_names: BTreeMap<Name, String>,
}

impl Used {
    pub(crate) fn new(schema: &Schema, client: &Directives, refused: &mut Refused) -> Self {
        let mut sorted: Vec<_> = schema
            .types
            .iter()
            .filter(|(name, ty)| (ty.is_enum() || ty.is_input_object()) && !client.has_type(name))
            .collect();
        sorted.sort_by_key(|(name, _)| *name);
        let definitions: Vec<_> = sorted
            .iter()
            .map(|(name, ty)| {
                let directives = ty.directives().iter().map(|directive| &***directive);
                names::Definition {
                    graphql_name: name,
                    chosen: chosen(client, TARGET_NAME, directives, Of::Type, refused),
                    suffix: if ty.is_enum() { "Enum" } else { "Input" },
                }
            })
            .collect();
        let mut scope = Scope::of_types([]);
        names::claim_chosen(&definitions, &mut scope, refused);
        let rust_names = definitions
            .into_iter()
            .zip(&sorted)
            .map(|(definition, (name, _))| {
                let rust_name = match definition.chosen {
                    Some(chosen) => chosen.name,
                    None => scope.claim_with(names::camel(name), definition.suffix),
                };
                ((*name).clone(), rust_name)
            })
            .collect();
        Self {
            mentioned: BTreeSet::new(),
            rust_names,
        }
    }

    /// Notes that a query mentions this enum or input; its Rust name.
    pub(crate) fn mention(&mut self, name: &Name) -> String {
        self.mentioned.insert(name.clone());
        self.rust_name(name)
    }

    fn rust_name(&self, name: &Name) -> String {
        self.rust_names
            .get(name)
            .map_or_else(|| names::camel(name), Clone::clone)
    }
}

/// An enum of the schema.
#[derive(Debug)]
pub(crate) struct EnumType {
    pub(crate) graphql_name: Name,
    pub(crate) rust_name: String,
    pub(crate) description: Option<String>,
    pub(crate) variants: Vec<EnumVariant>,
    /// The variant for values that the schema does not know.
    pub(crate) fallback: String,
}

#[derive(Debug)]
pub(crate) struct EnumVariant {
    pub(crate) value: Name,
    pub(crate) rust_name: String,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: Option<String>,
}

/// An input object of the schema.
#[derive(Debug)]
pub(crate) struct InputType {
    pub(crate) graphql_name: Name,
    pub(crate) rust_name: String,
    pub(crate) description: Option<String>,
    pub(crate) fields: Vec<InputField>,
    /// Whether exactly one of the fields is given.
    pub(crate) one_of: bool,
}

/// A field of an input object, or a variable of an operation.
#[derive(Debug, Clone)]
pub(crate) struct InputField {
    pub(crate) key: String,
    pub(crate) rust_name: String,
    pub(crate) ty: RustType,
    pub(crate) presence: Presence,
    /// `Boolean = false`, for the documentation.
    pub(crate) declared: String,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: Option<String>,
}

/// What may be sent for an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// A value.
    Required,
    /// A value or nothing: never null, but there is a default.
    Defaulted,
    /// A value, null, or nothing.
    Nullable,
}

impl Presence {
    pub(crate) fn of(ty: &ast::Type, has_default: bool) -> Self {
        match (ty.is_non_null(), has_default) {
            (true, false) => Self::Required,
            (true, true) => Self::Defaulted,
            (false, _) => Self::Nullable,
        }
    }
}

/// The Rust type of an input, without the outermost optionality.
pub(crate) fn input_type(
    schema: &Schema,
    scalars: &Scalars,
    ty: &ast::Type,
    used: &mut Used,
) -> RustType {
    match ty {
        ast::Type::Named(name) | ast::Type::NonNullNamed(name) => match schema.types.get(name) {
            Some(ExtendedType::Enum(_)) => RustType::Enum(used.mention(name)),
            Some(ExtendedType::InputObject(_)) => RustType::Input(used.mention(name)),
            _ => RustType::Path(scalars.path(name)),
        },
        ast::Type::List(item) | ast::Type::NonNullList(item) => {
            let inner = input_type(schema, scalars, item, used);
            RustType::List(Box::new(if item.is_non_null() {
                inner
            } else {
                inner.optional()
            }))
        }
    }
}

pub(crate) fn build(
    schema: &Schema,
    scalars: &Scalars,
    mut used: Used,
) -> (Vec<EnumType>, Vec<InputType>) {
    let mut enums = BTreeMap::new();
    let mut inputs = BTreeMap::new();
    while let Some(name) = used.mentioned.pop_first() {
        match schema.types.get(&name) {
            Some(ExtendedType::Enum(definition)) if !enums.contains_key(&name) => {
                let rust_name = used.rust_name(&name);
                enums.insert(name, enum_type(definition, rust_name));
            }
            Some(ExtendedType::InputObject(definition)) if !inputs.contains_key(&name) => {
                let input = input_object(schema, scalars, definition, &mut used);
                inputs.insert(name, input);
            }
            _ => {}
        }
    }
    (
        enums.into_values().collect(),
        inputs.into_values().collect(),
    )
}

fn enum_type(definition: &apollo_compiler::schema::EnumType, rust_name: String) -> EnumType {
    // The fallback keeps its name: code matches on it for every enum.
    let fallback = "Other".to_owned();
    let mut scope = Scope::with_reserved(["Self", &fallback], "Value");
    let variants = definition
        .values
        .values()
        .map(|value| EnumVariant {
            value: value.value.clone(),
            rust_name: scope.claim(names::camel(&value.value)),
            description: value.description.as_ref().map(ToString::to_string),
            deprecated: deprecation(&value.directives),
        })
        .collect();
    EnumType {
        graphql_name: definition.name.clone(),
        rust_name,
        description: definition.description.as_ref().map(ToString::to_string),
        variants,
        fallback,
    }
}

fn input_object(
    schema: &Schema,
    scalars: &Scalars,
    definition: &InputObjectType,
    used: &mut Used,
) -> InputType {
    let mut scope = Scope::default();
    let fields = definition
        .fields
        .values()
        .map(|field| {
            let mut ty = input_type(schema, scalars, &field.ty, used);
            // Only a list breaks a circle without a box.
            if !field.ty.is_list()
                && contains(schema, field.ty.inner_named_type(), &definition.name)
            {
                ty = RustType::Boxed(Box::new(ty));
            }
            InputField {
                key: field.name.to_string(),
                rust_name: scope.claim(names::snake(&field.name)),
                ty,
                presence: Presence::of(&field.ty, field.default_value.is_some()),
                declared: declared(&field.ty, field.default_value.as_deref()),
                description: field.description.as_ref().map(ToString::to_string),
                deprecated: deprecation(&field.directives),
            }
        })
        .collect();
    InputType {
        graphql_name: definition.name.clone(),
        rust_name: used.rust_name(&definition.name),
        description: definition.description.as_ref().map(ToString::to_string),
        fields,
        one_of: definition.directives.has("oneOf"),
    }
}

/// Whether an input of type `outer` holds one of type `inner` directly, that
/// is, not in a list.
fn contains(schema: &Schema, outer: &Name, inner: &Name) -> bool {
    let mut seen = BTreeSet::new();
    let mut to_see = vec![outer];
    while let Some(name) = to_see.pop() {
        if name == inner {
            return true;
        }
        if !seen.insert(name) {
            continue;
        }
        if let Some(input) = schema.get_input_object(name) {
            to_see.extend(
                input
                    .fields
                    .values()
                    .filter(|field| !field.ty.is_list())
                    .map(|field| field.ty.inner_named_type()),
            );
        }
    }
    false
}

/// How an input is declared, for the documentation.
pub(crate) fn declared(ty: &ast::Type, default: Option<&ast::Value>) -> String {
    match default {
        Some(default) => format!("{ty} = {}", default.serialize().no_indent()),
        None => ty.to_string(),
    }
}

/// The reason of a `@deprecated`, if there is one.
pub(crate) fn deprecation(directives: &ast::DirectiveList) -> Option<String> {
    let deprecated = directives.get("deprecated")?;
    let reason = deprecated
        .specified_argument_by_name("reason")
        .and_then(|reason| reason.as_str())
        .unwrap_or("No longer supported");
    Some(reason.to_owned())
}

/// The variants of an input of which exactly one field is given, in the order
/// of its fields.
pub(crate) fn one_of_variants(input: &InputType) -> Vec<String> {
    let mut scope = Scope::with_reserved(["Self"], "Value");
    input
        .fields
        .iter()
        .map(|field| scope.claim(names::camel(&field.key)))
        .collect()
}
