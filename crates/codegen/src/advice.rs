//! What to do about a mistake, in words: the names that were meant, what the
//! schema has, how a value is written.

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema};

use crate::near;

/// How many names are listed when none is near.
const LISTED: usize = 12;

/// "Did you mean", if a name is near.
pub(crate) fn did_you_mean<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a Name>,
    prefix: &str,
) -> Option<String> {
    let near = near::near(written, known.into_iter().map(Name::as_str));
    (!near.is_empty()).then(|| format!("did you mean {}?", any_of(&near, prefix)))
}

/// "Did you mean", where a known name is near to what was written.
pub(crate) fn near<'a, N: AsRef<str> + ?Sized + 'a>(
    written: &str,
    known: impl Iterator<Item = &'a N>,
) -> Option<String> {
    let near = near::near(written, known.map(AsRef::as_ref));
    (!near.is_empty()).then(|| format!("did you mean {}?", any_of(&near, "")))
}

/// Names as alternatives: "`a`, `b` or `c`".
fn any_of(names: &[&str], prefix: &str) -> String {
    enumerate(
        names
            .iter()
            .map(|name| format!("`{prefix}{name}`"))
            .collect(),
        "or",
    )
}

/// "a, b and c".
pub(crate) fn enumerate(mut parts: Vec<String>, last_word: &str) -> String {
    match (parts.pop(), parts.is_empty()) {
        (Some(last), false) => format!("{} {last_word} {last}", parts.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}

/// "`a`, `b`, `c`", and how many there are beyond a dozen.
pub(crate) fn list(parts: impl IntoIterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.into_iter().map(|part| format!("`{part}`")).collect();
    let more = parts.len().saturating_sub(LISTED);
    if more > 1 {
        parts.truncate(LISTED);
        parts.push(format!("and {more} more"));
    }
    parts.join(", ")
}

/// "its fields are `a`, `b`", or "its only field is `a`".
pub(crate) fn its(what: &str, parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    match parts.len() {
        1 => format!("its only {what} is {}", list(parts)),
        _ => format!("its {what}s are {}", list(parts)),
    }
}

/// The fields that a type has of its own.
pub(crate) fn fields_of<'a>(schema: &'a Schema, ty: &str) -> Vec<&'a Name> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(object)) => object.fields.keys().collect(),
        Some(ExtendedType::Interface(interface)) => interface.fields.keys().collect(),
        _ => Vec::new(),
    }
}

/// A selection of what is usually wanted of a type: `{ id name }`.
pub(crate) fn example_selection(schema: &Schema, ty: &str) -> String {
    let is_leaf = |field: &&Name| {
        schema.type_field(ty, field).is_ok_and(|definition| {
            is_leaf(schema, definition.ty.inner_named_type())
                && !definition
                    .arguments
                    .iter()
                    .any(|argument| argument.is_required())
        })
    };
    let fields = fields_of(schema, ty);
    if fields.iter().any(|field| *field == "edges") {
        return "{ edges { node { … } } }".to_owned();
    }
    let mut leaves: Vec<_> = fields.iter().copied().filter(is_leaf).collect();
    // What tells one from another comes first.
    leaves.sort_by_key(|name| {
        ["id", "slug", "number", "name"]
            .iter()
            .position(|known| **name == **known)
            .unwrap_or(9)
    });
    leaves.truncate(3);
    match (leaves.is_empty(), schema.get_union(ty)) {
        (false, _) => format!(
            "{{ {} }}",
            leaves
                .iter()
                .map(|name| name.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        ),
        (true, Some(union)) => union.members.first().map_or_else(
            || "{ __typename }".to_owned(),
            |member| {
                format!(
                    "{{ ... on {} {} }}",
                    member.name,
                    example_selection(schema, &member.name)
                )
            },
        ),
        (true, None) => "{ … }".to_owned(),
    }
}

/// Whether values of this type have no fields.
pub(crate) fn is_leaf(schema: &Schema, ty: &str) -> bool {
    schema.types.get(ty).is_some_and(ExtendedType::is_leaf)
}

/// A type with an article, as a reader without Rust or GraphQL takes it.
pub(crate) fn what_a_type_is(schema: &Schema, ty: &str) -> &'static str {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(_)) => "an object",
        Some(ExtendedType::Interface(_)) => "an interface",
        Some(ExtendedType::Union(_)) => "a union",
        Some(ExtendedType::Enum(_)) => "an enum",
        Some(ExtendedType::InputObject(_)) => "an input object",
        Some(ExtendedType::Scalar(_)) | None => "a scalar",
    }
}

/// What a value is.
pub(crate) fn what_a_value_is(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Enum(_) => "a word without quotes",
        Value::Variable(_) => "a variable",
        Value::String(_) => "a text",
        Value::Float(_) => "a number with a fraction",
        Value::Int(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What to write where a value of this type is wanted.
pub(crate) fn how_to_write(schema: &Schema, ty: &Type, written: &Node<Value>) -> String {
    if let Value::Null = written.as_ref() {
        let example = example_value(schema, ty);
        return format!("give a value, such as `{example}`");
    }
    if let Value::List(items) = written.as_ref() {
        return match items.len() {
            1 => "write the value alone, without `[` and `]`".to_owned(),
            _ => "give one value: this takes no list".to_owned(),
        };
    }
    let named = ty.inner_named_type();
    match schema.types.get(named) {
        Some(ExtendedType::Enum(definition)) => {
            let text = match written.as_ref() {
                Value::String(text) => Some(text.as_str()),
                _ => None,
            };
            let near = text
                .map(|text| near::near(text, definition.values.keys().map(Name::as_str)))
                .unwrap_or_default();
            if let [meant, ..] = near[..] {
                return format!("write it without quotes: `{meant}`");
            }
            format!(
                "give one of its values, without quotes: {}",
                list(definition.values.keys().map(ToString::to_string))
            )
        }
        Some(ExtendedType::InputObject(definition)) => format!(
            "give an object, `{}`; it can have {}",
            example_value(schema, ty),
            list(
                definition
                    .fields
                    .values()
                    .map(|field| format!("{}: {}", field.name, field.ty))
            )
        ),
        _ => scalar(schema, ty, written),
    }
}

fn scalar(schema: &Schema, ty: &Type, written: &Node<Value>) -> String {
    let named = ty.inner_named_type();
    let unquoted = match written.as_ref() {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    };
    match (named.as_str(), unquoted) {
        ("Int", Some(text)) if text.parse::<i32>().is_ok() => {
            format!("write it without quotes: `{text}`")
        }
        ("Float", Some(text)) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            format!("write it without quotes: `{text}`")
        }
        ("Boolean", Some("true" | "false")) => {
            format!(
                "write it without quotes: `{}`",
                unquoted.unwrap_or_default()
            )
        }
        _ if written.as_object().is_some() => {
            format!("write it like `{}`", example_value(schema, ty))
        }
        ("Int", _) => "give a whole number, such as `10`".to_owned(),
        ("Float", _) => "give a number, such as `0.5`".to_owned(),
        ("Boolean", _) => "give `true` or `false`, without quotes".to_owned(),
        ("String" | "ID", _) => match written.as_ref() {
            Value::Enum(_) | Value::Int(_) | Value::Float(_) | Value::Boolean(_) => {
                format!("write it in quotes: `\"{written}\"`")
            }
            _ => "give a text in quotes".to_owned(),
        },
        _ => format!("give a value of type `{ty}`"),
    }
}

/// A value as it may be written.
pub(crate) fn example_value(schema: &Schema, ty: &Type) -> String {
    if ty.is_list() {
        return format!("[{}]", example_value(schema, ty.item_type()));
    }
    let named = ty.inner_named_type();
    match schema.types.get(named) {
        Some(ExtendedType::Enum(definition)) => definition
            .values
            .keys()
            .next()
            .map_or_else(|| "…".to_owned(), ToString::to_string),
        Some(ExtendedType::InputObject(definition)) => {
            let required: Vec<_> = definition
                .fields
                .values()
                .filter(|field| field.is_required())
                .map(|field| format!("{}: …", field.name))
                .collect();
            if required.is_empty() {
                "{…}".to_owned()
            } else {
                format!("{{{}}}", required.join(", "))
            }
        }
        _ => match named.as_str() {
            "Int" => "10".to_owned(),
            "Float" => "0.5".to_owned(),
            "Boolean" => "true".to_owned(),
            _ => "\"…\"".to_owned(),
        },
    }
}
