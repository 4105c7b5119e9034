//! Input values: as literals of GraphQL, as JSON, and at random for any type.

use std::fmt::Write as _;

use apollo_compiler::Name;
use apollo_compiler::ast::{self, Type};
use apollo_compiler::schema::ExtendedType;
use serde_json::json;

use crate::chance::Chance;
use crate::types::Types;

/// An input value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i32),
    Float(f64),
    Bool(bool),
    Text(String),
    Enum(Name),
    List(Vec<Value>),
    Object(Vec<(Name, Value)>),
    /// Of a scalar that may be anything.
    Any(serde_json::Value),
    Variable(String),
}

/// What a value is good for, beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Any,
    /// A number of rows.
    PageSize,
    /// The cursor of a row. None is known, so there is none.
    Cursor,
}

impl Purpose {
    pub(crate) fn of(argument: &str) -> Self {
        match argument {
            "first" | "last" => Self::PageSize,
            "after" | "before" => Self::Cursor,
            _ => Self::Any,
        }
    }
}

/// Texts that have to be escaped in one language or another.
const TEXTS: [&str; 9] = [
    "",
    "plain",
    "two words",
    "\"quoted\" \\ and $escaped",
    "two\nlines\tand a tab",
    "Grüße 🌱",
    "{} {x} \"#",
    "\"\"\"",
    "\u{7f}\u{202e}",
];

impl Value {
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null | Self::Variable(_) => serde_json::Value::Null,
            Self::Int(number) => json!(number),
            Self::Float(number) => json!(number),
            Self::Bool(truth) => json!(truth),
            Self::Text(text) => json!(text),
            Self::Enum(name) => json!(name.as_str()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(fields) => serde_json::Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_json()))
                    .collect(),
            ),
            Self::Any(value) => value.clone(),
        }
    }

    /// The value as it is written in a document, in one of the ways there are.
    pub(crate) fn to_literal(&self, chance: &mut Chance) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) if number.fract() == 0.0 && chance.percent(30) => {
                format!("{number:.0}")
            }
            Self::Float(number) if chance.percent(30) => format!("{number:e}"),
            Self::Float(number) => format!("{number:?}"),
            Self::Bool(truth) => truth.to_string(),
            Self::Text(text) => text_literal(text, chance),
            Self::Enum(name) => name.to_string(),
            // One item stands for a list of one.
            Self::List(items) => match &items[..] {
                [only]
                    if !matches!(only, Self::Null | Self::List(_) | Self::Variable(_))
                        && chance.percent(40) =>
                {
                    only.to_literal(chance)
                }
                _ => {
                    let items: Vec<_> = items.iter().map(|item| item.to_literal(chance)).collect();
                    format!(
                        "[{}]",
                        items.join(if chance.percent(20) { " " } else { ", " })
                    )
                }
            },
            Self::Object(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| format!("{name}: {}", value.to_literal(chance)))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            Self::Any(value) => json_literal(value, chance),
            Self::Variable(name) => format!("${name}"),
        }
    }
}

fn text_literal(text: &str, chance: &mut Chance) -> String {
    // A block string loses what surrounds it, and knows no escapes.
    let is_plain = |c: char| c == '\n' || (c >= ' ' && c != '\u{7f}');
    if chance.percent(20)
        && text.trim() == text
        && text.chars().all(is_plain)
        && !text.ends_with(['"', '\\'])
    {
        return format!("\"\"\"{}\"\"\"", text.replace("\"\"\"", "\\\"\"\""));
    }
    let mut literal = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            // Writing to a string cannot fail.
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(literal, "\\u{:04x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

fn json_literal(value: &serde_json::Value, chance: &mut Chance) -> String {
    match value {
        serde_json::Value::String(text) => text_literal(text, chance),
        serde_json::Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| json_literal(item, chance))
                .collect();
            format!("[{}]", items.join(", "))
        }
        serde_json::Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", json_literal(value, chance)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// Where the parts of a value may come from.
pub(crate) trait Variables {
    /// A variable for this place instead of a value, if there is to be one.
    fn instead(&mut self, chance: &mut Chance, place: &Place<'_>) -> Option<String>;
}

/// A place for an input value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) ty: &'a Type,
    pub(crate) has_default: bool,
    pub(crate) purpose: Purpose,
    /// Whether the value is the only field of an input that takes exactly one.
    pub(crate) is_only_one: bool,
}

/// No variables, for the values of variables themselves.
pub(crate) struct Constant;

impl Variables for Constant {
    fn instead(&mut self, _: &mut Chance, _: &Place<'_>) -> Option<String> {
        None
    }
}

/// A random value for a place, at most this deep.
pub(crate) fn value(
    types: &Types,
    chance: &mut Chance,
    place: &Place<'_>,
    depth: usize,
    variables: &mut dyn Variables,
) -> Value {
    if let Some(name) = variables.instead(chance, place) {
        return Value::Variable(name);
    }
    let is_nullable = !place.ty.is_non_null() && !place.is_only_one;
    if is_nullable && (place.purpose == Purpose::Cursor || chance.percent(12)) {
        return Value::Null;
    }
    match place.ty {
        Type::List(item) | Type::NonNullList(item) => {
            let length = if depth == 0 { 0 } else { chance.below(3) };
            let place = Place {
                ty: item,
                has_default: false,
                purpose: place.purpose,
                is_only_one: false,
            };
            let items = (0..length).map(|_| value(types, chance, &place, depth - 1, variables));
            Value::List(items.collect())
        }
        Type::Named(name) | Type::NonNullNamed(name) => match types.schema.types.get(name) {
            Some(ExtendedType::Enum(definition)) => {
                let names: Vec<&Name> = definition.values.keys().collect();
                chance
                    .pick(&names)
                    .map_or(Value::Null, |name| Value::Enum((*name).clone()))
            }
            Some(ExtendedType::InputObject(definition)) => {
                let fields: Vec<&ast::InputValueDefinition> =
                    definition.fields.values().map(|field| &***field).collect();
                if definition.directives.has("oneOf") {
                    one_of(types, chance, &fields, depth, variables)
                } else {
                    object(types, chance, &fields, depth, variables)
                }
            }
            _ => scalar(name, chance, place.purpose),
        },
    }
}

fn object(
    types: &Types,
    chance: &mut Chance,
    fields: &[&ast::InputValueDefinition],
    depth: usize,
    variables: &mut dyn Variables,
) -> Value {
    let mut given = Vec::new();
    for field in fields {
        let is_wanted = depth > 0 && chance.percent(30);
        if is_wanted || field.is_required() {
            let place = Place {
                ty: &field.ty,
                has_default: field.default_value.is_some(),
                purpose: Purpose::Any,
                is_only_one: false,
            };
            let value = value(types, chance, &place, depth.saturating_sub(1), variables);
            given.push((field.name.clone(), value));
        }
    }
    Value::Object(given)
}

fn one_of(
    types: &Types,
    chance: &mut Chance,
    fields: &[&ast::InputValueDefinition],
    depth: usize,
    variables: &mut dyn Variables,
) -> Value {
    // Where no way has an end there is no value, which validation will say.
    let ends = fields.iter().filter_map(|field| {
        let steps = steps_to_end(types, field.ty.inner_named_type(), &mut Vec::new())?;
        Some((steps, *field))
    });
    let ends: Vec<_> = ends.collect();
    let flattest = ends.iter().map(|(steps, _)| *steps).min();
    let from: Vec<_> = ends
        .iter()
        .filter(|(steps, _)| depth > 0 || Some(*steps) == flattest)
        .collect();
    let field = chance.pick(&from).map(|(_, field)| *field);
    let Some(field) = field else {
        return Value::Null;
    };
    let place = Place {
        ty: &field.ty,
        has_default: false,
        purpose: Purpose::Any,
        is_only_one: true,
    };
    let value = value(types, chance, &place, depth.saturating_sub(1), variables);
    Value::Object(vec![(field.name.clone(), value)])
}

/// How deep the flattest value of a type is, if there is one.
fn steps_to_end(types: &Types, ty: &Name, around: &mut Vec<Name>) -> Option<usize> {
    let Some(input) = types.schema.get_input_object(ty) else {
        return Some(0);
    };
    if around.contains(ty) {
        return None;
    }
    around.push(ty.clone());
    let fields = input.fields.values();
    let mut steps = |field: &ast::InputValueDefinition| {
        steps_to_end(types, field.ty.inner_named_type(), around)
    };
    let steps = if input.directives.has("oneOf") {
        fields.filter_map(|field| steps(field)).min()
    } else {
        let required = fields.filter(|field| field.is_required());
        let required: Option<Vec<_>> = required.map(|field| steps(field)).collect();
        required.map(|steps| steps.into_iter().max().unwrap_or_default())
    };
    around.pop();
    steps.map(|steps| steps + 1)
}

fn scalar(name: &str, chance: &mut Chance, purpose: Purpose) -> Value {
    let number = i32::try_from(chance.below(100)).unwrap_or(0);
    match name {
        "Int" | "JSInt" => Value::Int(match (purpose, chance.below(6)) {
            (Purpose::PageSize, _) => number % 5,
            (_, 0) => i32::MIN,
            (_, 1) => -number,
            _ => number,
        }),
        "Float" => Value::Float((f64::from(number) - 50.0) / 4.0),
        "Boolean" => Value::Bool(number % 2 == 0),
        "ID" => Value::Text(format!("id-{number}")),
        "DateTime" => Value::Text(format!("2026-01-{:02}T10:20:30Z", 1 + number % 28)),
        "String" | "PipelineSelector" | "TeamSelector" | "UserSelector" | "XML" | "YAML" => {
            Value::Text(chance.pick(&TEXTS).copied().unwrap_or_default().to_owned())
        }
        _ => Value::Any(match chance.below(5) {
            0 => json!(number),
            1 => json!("any \"text\""),
            2 => json!(true),
            3 => json!([1, null, "a"]),
            _ => json!({"key": [number], "none": null}),
        }),
    }
}
