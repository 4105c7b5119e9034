//! The answer to an introspection query: its checks, and its way into a [`Schema`].

mod answer;

use std::collections::HashMap;
use std::path::Path;

use apollo_compiler::ast::{self, DirectiveLocation, OperationType, Value};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema, name};

use self::answer::{Answer, Directive, EnumValue, InputValue, Type, TypeRef};
use super::error::{SchemaError, SchemaErrorKind as Kind};
use super::one_of;
use super::print::{BUILT_IN_SCALARS, SPECIFIED_DIRECTIVES};

/// What to do where an answer is cut or was asked for with too short a query.
const ASK_AGAIN: &str =
    "ask the server again with a full introspection query, such as graphql-js gives";
/// What to do where the server itself is at fault.
const TELL_THE_SERVER: &str =
    "fetch the answer again, and if it comes back like this, have the server's schema corrected";

/// The kinds of types that have a definition.
const TYPE_KINDS: [&str; 6] = [
    "ENUM",
    "INPUT_OBJECT",
    "INTERFACE",
    "OBJECT",
    "SCALAR",
    "UNION",
];

/// Reads an introspection answer and validates the schema in it.
pub(super) fn load(json: &str) -> Result<Valid<Schema>, SchemaError> {
    let answer = Answer::parse(json)?;
    let document = Types::index(&answer)?.document(&answer)?;
    // Reading the schema back from text gives diagnostics an excerpt to frame,
    // which they would not have over JSON.
    super::validate(
        &document.to_string(),
        Path::new("the introspection answer as SDL"),
    )
}

/// The kinds of types, by name: what references are checked against.
struct Types<'a> {
    kinds: HashMap<&'a str, &'a str>,
}

impl<'a> Types<'a> {
    fn index(answer: &'a Answer) -> Result<Self, SchemaError> {
        let types = answer
            .types
            .as_ref()
            .ok_or_else(|| missing("the schema", "types"))?;
        let mut kinds = HashMap::with_capacity(types.len() + BUILT_IN_SCALARS.len());
        for (index, ty) in types.iter().enumerate() {
            let place = || format!("type number {}", index + 1);
            let name = ty
                .name
                .as_deref()
                .ok_or_else(|| missing(&place(), "name"))?;
            let kind = ty
                .kind
                .as_deref()
                .ok_or_else(|| missing(&format!("`{name}`"), "kind"))?;
            // Checked first: references repeat the kind, and the mistake is here.
            if !TYPE_KINDS.contains(&kind) {
                return Err(unknown_kind(name, kind));
            }
            if kinds.insert(name, kind).is_some() {
                return Err(SchemaError::new(
                    Kind::DuplicateType,
                    format!("the type `{name}` is in the answer twice"),
                    TELL_THE_SERVER,
                ));
            }
        }
        // Every schema has these, whether it lists them or not.
        for scalar in BUILT_IN_SCALARS {
            kinds.entry(scalar).or_insert("SCALAR");
        }
        Ok(Self { kinds })
    }

    fn document(&self, answer: &Answer) -> Result<ast::Document, SchemaError> {
        let mut document = ast::Document::new();
        let definitions = &mut document.definitions;
        definitions.push(self.schema_definition(answer)?.into());

        let directives = answer.directives.as_deref().unwrap_or_default();
        for (index, directive) in directives.iter().enumerate() {
            let place = format!("directive number {}", index + 1);
            let name = required(directive.name.as_ref(), &place, "name")?;
            if !SPECIFIED_DIRECTIVES.contains(&name.as_str()) {
                definitions.push(self.directive(name, directive)?.into());
            }
        }

        let types = answer.types.as_deref().unwrap_or_default();
        if types.iter().any(|ty| ty.is_one_of == Some(true)) {
            definitions.push(one_of::definition().into());
        }
        for ty in types {
            // `index` has seen to it that both are there.
            let (Some(name), Some(kind)) = (&ty.name, &ty.kind) else {
                continue;
            };
            let built_in = kind == "SCALAR" && BUILT_IN_SCALARS.contains(&name.as_str());
            if !built_in && !name.starts_with("__") {
                definitions.push(self.type_definition(name, kind, ty)?);
            }
        }
        Ok(document)
    }

    fn schema_definition(&self, answer: &Answer) -> Result<ast::SchemaDefinition, SchemaError> {
        if answer.query_type.is_none() {
            return Err(SchemaError::new(
                Kind::NoQueryRoot,
                "the answer names no type for queries: `queryType` is missing or null",
                ASK_AGAIN,
            ));
        }
        let mut root_operations = Vec::new();
        for (operation, key, root) in [
            (OperationType::Query, "queryType", &answer.query_type),
            (
                OperationType::Mutation,
                "mutationType",
                &answer.mutation_type,
            ),
            (
                OperationType::Subscription,
                "subscriptionType",
                &answer.subscription_type,
            ),
        ] {
            if let Some(root) = root {
                let name = required(root.name.as_ref(), &format!("`{key}`"), "name")?;
                let name = self.known(name, &format!("`{key}`"))?;
                root_operations.push((operation, name).into());
            }
        }
        Ok(ast::SchemaDefinition {
            description: description(answer.description.as_ref()),
            directives: ast::DirectiveList::default(),
            root_operations,
        })
    }

    fn directive(
        &self,
        name: &str,
        directive: &Directive,
    ) -> Result<ast::DirectiveDefinition, SchemaError> {
        let place = format!("@{name}");
        let quoted = format!("`{place}`");
        let locations = required(directive.locations.as_ref(), &quoted, "locations")?;
        Ok(ast::DirectiveDefinition {
            description: description(directive.description.as_ref()),
            name: valid_name(name, &quoted)?,
            arguments: self.arguments(directive.args.as_ref(), &place)?,
            repeatable: directive.is_repeatable.unwrap_or(false),
            locations: locations
                .iter()
                .map(|location| {
                    location_by_name(location).ok_or_else(|| {
                        SchemaError::new(
                            Kind::Malformed,
                            format!(
                                "{quoted} names a place that directives cannot have: `{location}`"
                            ),
                            TELL_THE_SERVER,
                        )
                    })
                })
                .collect::<Result<_, _>>()?,
        })
    }

    fn type_definition(
        &self,
        name: &str,
        kind: &str,
        ty: &Type,
    ) -> Result<ast::Definition, SchemaError> {
        let place = format!("`{name}`");
        let type_name = valid_name(name, &place)?;
        let description = description(ty.description.as_ref());
        let directives = ast::DirectiveList::default();
        Ok(match kind {
            "SCALAR" => {
                let url = ty.specified_by_url.as_ref();
                let url = url.or(ty.specified_by_url_draft.as_ref());
                let specified_by = url.map(|url| ast::Directive {
                    name: name!("specifiedBy"),
                    arguments: vec![text_argument(name!("url"), url)],
                });
                ast::ScalarTypeDefinition {
                    description,
                    name: type_name,
                    directives: specified_by.into_iter().collect(),
                }
                .into()
            }
            "OBJECT" => {
                // An object type without interfaces has an empty list; without
                // a list nobody can tell what it implements.
                let interfaces = required(ty.interfaces.as_ref(), &place, "interfaces")?;
                ast::ObjectTypeDefinition {
                    description,
                    name: type_name,
                    implements_interfaces: self.names(interfaces, "INTERFACE", &place)?,
                    directives,
                    fields: self.fields(name, ty)?,
                }
                .into()
            }
            "INTERFACE" => ast::InterfaceTypeDefinition {
                description,
                name: type_name,
                // Servers of before 2020 know no interfaces that implement
                // interfaces and answer with null.
                implements_interfaces: self.names(
                    ty.interfaces.as_deref().unwrap_or_default(),
                    "INTERFACE",
                    &place,
                )?,
                directives,
                fields: self.fields(name, ty)?,
            }
            .into(),
            "UNION" => {
                let members = required(ty.possible_types.as_ref(), &place, "possibleTypes")?;
                ast::UnionTypeDefinition {
                    description,
                    name: type_name,
                    directives,
                    members: self.names(members, "OBJECT", &place)?,
                }
                .into()
            }
            "ENUM" => {
                let values = required(ty.enum_values.as_ref(), &place, "enumValues")?;
                ast::EnumTypeDefinition {
                    description,
                    name: type_name,
                    directives,
                    values: enum_values(name, values)?,
                }
                .into()
            }
            "INPUT_OBJECT" => {
                let fields = required(ty.input_fields.as_ref(), &place, "inputFields")?;
                let one_of = (ty.is_one_of == Some(true)).then(|| ast::Directive {
                    name: name!("oneOf"),
                    arguments: Vec::new(),
                });
                ast::InputObjectTypeDefinition {
                    description,
                    name: type_name,
                    directives: one_of.into_iter().collect(),
                    fields: fields
                        .iter()
                        .map(|field| {
                            self.input_value(field, |field| format!("{name}.{field}"), &place)
                        })
                        .collect::<Result<_, _>>()?,
                }
                .into()
            }
            other => return Err(unknown_kind(name, other)),
        })
    }

    fn fields(
        &self,
        type_name: &str,
        ty: &Type,
    ) -> Result<Vec<Node<ast::FieldDefinition>>, SchemaError> {
        let parent = format!("`{type_name}`");
        required(ty.fields.as_ref(), &parent, "fields")?
            .iter()
            .map(|field| {
                let name = required(field.name.as_ref(), &format!("a field of {parent}"), "name")?;
                let place = format!("{type_name}.{name}");
                Ok(Node::new(ast::FieldDefinition {
                    description: description(field.description.as_ref()),
                    name: valid_name(name, &parent)?,
                    arguments: self.arguments(field.args.as_ref(), &place)?,
                    ty: self.type_ref(field.ty.as_ref(), &format!("`{place}`"))?,
                    directives: deprecated(field.is_deprecated, field.deprecation_reason.as_ref()),
                }))
            })
            .collect()
    }

    fn arguments(
        &self,
        arguments: Option<&Vec<InputValue>>,
        place: &str,
    ) -> Result<Vec<Node<ast::InputValueDefinition>>, SchemaError> {
        let parent = format!("`{place}`");
        required(arguments, &parent, "args")?
            .iter()
            .map(|argument| {
                self.input_value(
                    argument,
                    |argument| format!("{place}({argument}:)"),
                    &parent,
                )
            })
            .collect()
    }

    /// An argument or an input field; `coordinate` makes its schema coordinate.
    fn input_value(
        &self,
        value: &InputValue,
        coordinate: impl Fn(&str) -> String,
        parent: &str,
    ) -> Result<Node<ast::InputValueDefinition>, SchemaError> {
        let name = required(
            value.name.as_ref(),
            &format!("an input value of {parent}"),
            "name",
        )?;
        let place = format!("`{}`", coordinate(name));
        let default_value = match &value.default_value {
            Some(text) => Some(literal(text, &place)?),
            None => None,
        };
        Ok(Node::new(ast::InputValueDefinition {
            description: description(value.description.as_ref()),
            name: valid_name(name, parent)?,
            ty: self.type_ref(value.ty.as_ref(), &place)?.into(),
            default_value,
            directives: deprecated(value.is_deprecated, value.deprecation_reason.as_ref()),
        }))
    }

    fn type_ref(&self, reference: Option<&TypeRef>, place: &str) -> Result<ast::Type, SchemaError> {
        let reference = required(reference, place, "type")?;
        let broken = |problem: &str, hint: &'static str| {
            SchemaError::new(
                Kind::BrokenTypeReference,
                format!("the type of {place} is broken: {problem}"),
                hint,
            )
        };
        let inner = || {
            reference.of_type.as_deref().ok_or_else(|| {
                broken(
                    "it ends in a list or non-null wrapper without `ofType`",
                    "ask the server again with more levels of `ofType` in the introspection query",
                )
            })
        };
        match reference.kind.as_deref() {
            None => Err(broken("it has no `kind`", ASK_AGAIN)),
            Some("LIST") => Ok(self.type_ref(Some(inner()?), place)?.list()),
            Some("NON_NULL") => {
                let inner = self.type_ref(Some(inner()?), place)?;
                if inner.is_non_null() {
                    return Err(broken("it is non-null twice", TELL_THE_SERVER));
                }
                Ok(inner.non_null())
            }
            Some(kind) => {
                let name = reference
                    .name
                    .as_ref()
                    .ok_or_else(|| broken("it has no `name`", ASK_AGAIN))?;
                let known = self.known(name, place)?;
                self.expect_kind(name, kind, place)?;
                Ok(ast::Type::Named(known))
            }
        }
    }

    /// The names in a list of interfaces or of union members.
    fn names(
        &self,
        references: &[TypeRef],
        kind: &str,
        place: &str,
    ) -> Result<Vec<Name>, SchemaError> {
        references
            .iter()
            .map(|reference| {
                let name = required(
                    reference.name.as_ref(),
                    &format!("a type in {place}"),
                    "name",
                )?;
                let known = self.known(name, place)?;
                self.expect_kind(name, kind, place)?;
                Ok(known)
            })
            .collect()
    }

    fn known(&self, name: &str, place: &str) -> Result<Name, SchemaError> {
        if self.kinds.contains_key(name) {
            return valid_name(name, place);
        }
        Err(SchemaError::new(
            Kind::UnknownType,
            format!("{place} names the type `{name}`, which the answer does not define"),
            ASK_AGAIN,
        ))
    }

    fn expect_kind(&self, name: &str, kind: &str, place: &str) -> Result<(), SchemaError> {
        match self.kinds.get(name) {
            Some(defined) if *defined != kind => Err(SchemaError::new(
                Kind::BrokenTypeReference,
                format!("{place} takes `{name}` for {kind}, but it is defined as {defined}"),
                TELL_THE_SERVER,
            )),
            _ => Ok(()),
        }
    }
}

fn unknown_kind(name: &str, kind: &str) -> SchemaError {
    SchemaError::new(
        Kind::Malformed,
        format!("`{name}` has a kind that GraphQL types cannot have: `{kind}`"),
        TELL_THE_SERVER,
    )
}

fn enum_values(
    type_name: &str,
    values: &[EnumValue],
) -> Result<Vec<Node<ast::EnumValueDefinition>>, SchemaError> {
    let parent = format!("`{type_name}`");
    values
        .iter()
        .map(|value| {
            let name = required(value.name.as_ref(), &format!("a value of {parent}"), "name")?;
            Ok(Node::new(ast::EnumValueDefinition {
                description: description(value.description.as_ref()),
                value: valid_name(name, &parent)?,
                directives: deprecated(value.is_deprecated, value.deprecation_reason.as_ref()),
            }))
        })
        .collect()
}

/// Parses a default value. The grammar for a lone value is not open to callers
/// of the parser, so it is read as the default of an input field; anything
/// that would make more of it than that is refused.
fn literal(text: &str, place: &str) -> Result<Node<Value>, SchemaError> {
    let invalid = || {
        SchemaError::new(
            Kind::InvalidDefault,
            format!("the default value of {place} is not a GraphQL literal: {text}"),
            TELL_THE_SERVER,
        )
    };
    // The line break ends a comment, should the text have one.
    let wrapped = format!("input Wrapper {{ value: Type = {text}\n}}");
    let document = ast::Document::parse(wrapped, "default.graphql").map_err(|_| invalid())?;
    let [ast::Definition::InputObjectTypeDefinition(input)] = document.definitions.as_slice()
    else {
        return Err(invalid());
    };
    let [field] = input.fields.as_slice() else {
        return Err(invalid());
    };
    match &field.default_value {
        Some(value) if field.directives.is_empty() => Ok(value.clone()),
        _ => Err(invalid()),
    }
}

fn deprecated(is_deprecated: Option<bool>, reason: Option<&String>) -> ast::DirectiveList {
    let deprecated = is_deprecated == Some(true) || reason.is_some();
    let directive = deprecated.then(|| ast::Directive {
        name: name!("deprecated"),
        arguments: reason
            .map(|reason| text_argument(name!("reason"), reason))
            .into_iter()
            .collect(),
    });
    directive.into_iter().collect()
}

fn text_argument(name: Name, text: &str) -> Node<ast::Argument> {
    Node::new(ast::Argument {
        name,
        value: Node::new(Value::String(text.to_owned())),
    })
}

fn description(text: Option<&String>) -> Option<Node<str>> {
    text.map(|text| Node::new_str(text))
}

fn valid_name(name: &str, place: &str) -> Result<Name, SchemaError> {
    Name::new(name).map_err(|_| {
        SchemaError::new(
            Kind::InvalidName,
            format!("a name in {place} is not a GraphQL name: {name:?}"),
            TELL_THE_SERVER,
        )
    })
}

fn required<'a, T: ?Sized>(
    part: Option<&'a T>,
    place: &str,
    key: &str,
) -> Result<&'a T, SchemaError> {
    part.ok_or_else(|| missing(place, key))
}

fn missing(place: &str, key: &str) -> SchemaError {
    SchemaError::new(
        Kind::MissingPart,
        format!("{place} has no `{key}`"),
        ASK_AGAIN,
    )
}

fn location_by_name(name: &str) -> Option<DirectiveLocation> {
    use DirectiveLocation as L;
    const ALL: [DirectiveLocation; 19] = [
        L::Query,
        L::Mutation,
        L::Subscription,
        L::Field,
        L::FragmentDefinition,
        L::FragmentSpread,
        L::InlineFragment,
        L::VariableDefinition,
        L::Schema,
        L::Scalar,
        L::Object,
        L::FieldDefinition,
        L::ArgumentDefinition,
        L::Interface,
        L::Union,
        L::Enum,
        L::EnumValue,
        L::InputObject,
        L::InputFieldDefinition,
    ];
    ALL.into_iter().find(|location| location.name() == name)
}
