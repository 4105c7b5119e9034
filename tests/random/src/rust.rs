//! Calls as Rust expressions: constructors and setters of the generated code.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::types::Types;
use crate::values::Value;
use crate::{Call, Named, Operation};

/// How the generated code calls operations and types.
type Names<'n> = &'n dyn Fn(Named<'_>) -> String;

/// A variable or input field: its name, its type, and whether it has a default.
struct Input<'a> {
    name: &'a str,
    ty: &'a Type,
    has_default: bool,
}

/// The expression that makes an operation.
pub(crate) fn operation(
    types: &Types,
    operation: &Operation,
    call: &Call,
    names: Names<'_>,
) -> String {
    let inputs: Vec<Input<'_>> = operation
        .variables
        .iter()
        .map(|variable| Input {
            name: &variable.name,
            ty: &variable.ty,
            has_default: variable.default.is_some(),
        })
        .collect();
    let value = |place: usize| {
        let given = call.values.iter().find(|(index, _)| *index == place);
        given.map(|(_, value)| value)
    };
    let path = names(Named::Operation(&operation.name));
    built(types, &path, &inputs, &value, names)
}

/// `new` with what is required, and setters for the rest.
fn built<'v>(
    types: &Types,
    path: &str,
    inputs: &[Input<'_>],
    value: &dyn Fn(usize) -> Option<&'v Value>,
    names: Names<'_>,
) -> String {
    let mut required = Vec::new();
    let mut setters = String::new();
    let rust_names = members(inputs.iter().map(|input| input.name));
    for (place, input) in inputs.iter().enumerate() {
        let Some(value) = value(place) else {
            continue;
        };
        let written = match value {
            Value::Null => "Maybe::Null".to_owned(),
            value => expression(types, input.ty, value, names),
        };
        if input.ty.is_non_null() && !input.has_default {
            required.push(written);
        } else {
            let setter = match rust_names[place].as_str() {
                "new" => "new_",
                "clone" => "clone_",
                name => name,
            };
            // Writing to a string cannot fail.
            let _ = write!(setters, ".{}({written})", identifier(setter));
        }
    }
    format!("{path}::new({}){setters}", required.join(", "))
}

/// A value that is not null.
fn expression(types: &Types, ty: &Type, value: &Value, names: Names<'_>) -> String {
    match ty {
        Type::List(item) | Type::NonNullList(item) => {
            let Value::List(values) = value else {
                return unexpected(value);
            };
            let items: Vec<String> = values
                .iter()
                .map(|value| match value {
                    Value::Null => "None".to_owned(),
                    value if item.is_non_null() => expression(types, item, value, names),
                    value => format!("Some({})", expression(types, item, value, names)),
                })
                .collect();
            if items.is_empty() && is_text(item) {
                // Lists of texts are made from several types.
                return "Vec::<String>::new()".to_owned();
            }
            format!("vec![{}]", items.join(", "))
        }
        Type::Named(name) | Type::NonNullNamed(name) => {
            match (types.schema.types.get(name), value) {
                (Some(ExtendedType::Enum(_)), Value::Enum(value)) => {
                    format!("{}::from({:?})", names(Named::Type(name)), value.as_str())
                }
                (Some(ExtendedType::InputObject(input)), Value::Object(fields)) => {
                    object(types, input, fields, names)
                }
                (_, value) => scalar(name, value),
            }
        }
    }
}

fn object(
    types: &Types,
    input: &InputObjectType,
    fields: &[(Name, Value)],
    names: Names<'_>,
) -> String {
    let path = names(Named::Type(&input.name));
    if input.directives.has("oneOf") {
        let [(name, value)] = fields else {
            return "a value for exactly one field".to_owned();
        };
        let place = input.fields.get_index_of(name).unwrap_or_default();
        let variant = &variants(input.fields.keys().map(Name::as_str))[place];
        let ty = &input.fields[place].ty;
        let value = expression(types, ty, value, names);
        // Some are boxed.
        return format!("{path}::{}(({value}).into())", identifier(variant));
    }
    let inputs: Vec<Input<'_>> = input
        .fields
        .values()
        .map(|field| Input {
            name: &field.name,
            ty: &field.ty,
            has_default: field.default_value.is_some(),
        })
        .collect();
    let value = |place: usize| {
        let given = fields.iter().find(|(name, _)| name == inputs[place].name);
        given.map(|(_, value)| value)
    };
    built(types, &path, &inputs, &value, names)
}

fn scalar(name: &str, value: &Value) -> String {
    match value {
        Value::Int(number) => format!("{number}_i64"),
        Value::Float(number) => format!("{number:?}_f64"),
        Value::Bool(truth) => truth.to_string(),
        Value::Text(text) if name == "DateTime" => format!("moment({text:?})"),
        Value::Text(text) => format!("String::from({text:?})"),
        Value::Any(value) => format!("json({:?})", value.to_string()),
        value => unexpected(value),
    }
}

/// Whether a type is text that is never null.
fn is_text(ty: &Type) -> bool {
    let texts = [
        "ID",
        "String",
        "PipelineSelector",
        "TeamSelector",
        "UserSelector",
        "XML",
        "YAML",
    ];
    matches!(ty, Type::NonNullNamed(name) if texts.contains(&name.as_str()))
}

/// What does not compile: it must not pass unseen.
fn unexpected(value: &Value) -> String {
    format!("compile_error!({:?})", format!("{value:?}"))
}

fn members<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    claimed(BTreeSet::new(), names.map(snake))
}

fn variants<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let taken = BTreeSet::from(["Self".to_owned()]);
    claimed(taken, names.map(str::to_upper_camel_case))
}

/// Names that are wanted twice are numbered.
fn claimed(mut taken: BTreeSet<String>, names: impl Iterator<Item = String>) -> Vec<String> {
    let mut claim = |name: String| {
        let mut free = name.clone();
        let mut number = 2;
        while !taken.insert(free.clone()) {
            free = format!("{name}{number}");
            number += 1;
        }
        free
    };
    names.map(&mut claim).collect()
}

fn snake(name: &str) -> String {
    let rest = name.trim_start_matches('_');
    let snake = rest.to_snake_case();
    match (&name[..name.len() - rest.len()], snake.as_str()) {
        (_, "") => "underscore".to_owned(),
        ("__", _) => snake,
        (underscores, _) => format!("{underscores}{snake}"),
    }
}

fn identifier(name: &str) -> String {
    match name {
        "self" | "super" | "crate" | "Self" => format!("{name}_"),
        "gen" => format!("r#{name}"),
        _ if syn::parse_str::<syn::Ident>(name).is_ok() => name.to_owned(),
        _ => format!("r#{name}"),
    }
}
