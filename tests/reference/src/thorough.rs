//! Operations that ask for every field of whatever they come by.

use std::fmt::Write as _;

use apollo_compiler::ast::{FieldDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use serde_json::json;

use crate::generated::Schema;
use crate::known::Known;
use crate::operation::Operation;

/// The most fields of an operation that goes further than it must.
const FIELDS: usize = 500;
/// The most objects of one kind that are asked for.
const OBJECTS: usize = 3;

/// Everything behind each field of the root, found with these values: once as it is, and
/// once with pages that cannot be, so that errors come from wherever one can.
pub(crate) fn thorough(schema: &Schema, known: Option<&Known>) -> Vec<Operation> {
    let mut made = every_root(&Pages { schema, size: 2 }, known);
    made.extend(every_root(&Pages { schema, size: -1 }, known));
    made
}

/// A schema, and the size of every page.
struct Pages<'s> {
    schema: &'s Schema,
    size: i32,
}

fn every_root(pages: &Pages<'_>, known: Option<&Known>) -> Vec<Operation> {
    let schema = pages.schema;
    let definition = &schema.valid.schema_definition;
    let Some(query) = definition.query.as_ref() else {
        return Vec::new();
    };
    let mut made = Vec::new();
    for field in fields(schema, query.name.as_str()) {
        for arguments in arguments(field, known) {
            let inner = field.ty.inner_named_type();
            let inside = [2, 1].map(|depth| selection(pages, inner, depth));
            let Some(inside) = smaller(inside) else {
                continue;
            };
            made.push(operation(&field.name, &format!("{arguments}{inside}")));
        }
    }
    for (name, id) in known.map(Known::one_of_each).unwrap_or_default() {
        let inside = [2, 1].map(|depth| selection(pages, name, depth));
        if let Some(inside) = smaller(inside) {
            made.push(operation(
                "node",
                &format!("(id: \"{id}\") {{ ... on {name}{inside} }}"),
            ));
        }
    }
    made
}

fn operation(field: &str, rest: &str) -> Operation {
    Operation {
        name: format!("everything of `{field}`"),
        document: format!("{{ {field}{rest} }}"),
        wanted: None,
        variables: json!({}),
    }
}

/// The first that is not too large, or else the last.
fn smaller<const N: usize>(selections: [Option<(String, usize)>; N]) -> Option<String> {
    let mut last = None;
    for (text, size) in selections.into_iter().flatten() {
        if size <= FIELDS {
            return Some(text);
        }
        last = Some(text);
    }
    last
}

/// The arguments with which a field of the root is asked for, each time.
fn arguments(field: &FieldDefinition, known: Option<&Known>) -> Vec<String> {
    if let Some(known) = known {
        let values = (0..OBJECTS).filter_map(|choice| known.one(&field.name, choice));
        let mut given: Vec<_> = values
            .map(|(name, value)| format!("({name}: {value:?})"))
            .collect();
        given.dedup();
        if !given.is_empty() {
            return given;
        }
    }
    let required = field.arguments.iter().filter(|one| one.is_required());
    let values: Option<Vec<_>> = required
        .map(|argument| match argument.ty.inner_named_type().as_str() {
            "ID" | "String" => Some(format!("{}: \"x\"", argument.name)),
            _ => None,
        })
        .collect();
    match values.as_deref() {
        None => Vec::new(),
        Some([]) => vec![String::new()],
        Some(values) => vec![format!("({})", values.join(", "))],
    }
}

fn fields<'s>(schema: &'s Schema, name: &str) -> Vec<&'s FieldDefinition> {
    let fields = match schema.valid.types.get(name) {
        Some(ExtendedType::Object(object)) => &object.fields,
        Some(ExtendedType::Interface(interface)) => &interface.fields,
        _ => return Vec::new(),
    };
    fields.values().map(|field| &***field).collect()
}

/// Every field of a type that can be had without arguments, with its brackets, and how
/// many fields that are; nothing for a leaf.
fn selection(pages: &Pages<'_>, name: &str, depth: usize) -> Option<(String, usize)> {
    let schema = pages.schema;
    let possible: Vec<&str> = match schema.valid.types.get(name)? {
        ExtendedType::Object(_) => Vec::new(),
        ExtendedType::Interface(_) => {
            let implementers = schema.implementers.get(name);
            let objects = implementers.into_iter().flat_map(|found| &found.objects);
            objects.map(|object| &**object).collect()
        }
        ExtendedType::Union(union) => union.members.iter().map(|one| one.as_str()).collect(),
        _ => return None,
    };
    let mut text = " { __typename".to_owned();
    let mut size = 1 + write_fields(pages, name, "", depth, &mut text);
    for object in possible {
        // Writing to a string cannot fail.
        let _ = write!(text, " ... on {object} {{ __typename");
        size += write_fields(pages, object, &format!("{object}_"), 0, &mut text);
        text.push_str(" }");
    }
    text.push_str(" }");
    Some((text, size))
}

/// Writes the fields of a type, under keys that begin with something.
fn write_fields(
    pages: &Pages<'_>,
    name: &str,
    prefix: &str,
    depth: usize,
    text: &mut String,
) -> usize {
    let schema = pages.schema;
    let mut size = 0;
    for field in fields(schema, name) {
        if field.arguments.iter().any(|one| one.is_required()) {
            continue;
        }
        let depth_inside = match field.name.as_str() {
            // What only a page stands between is no further away.
            "edges" | "node" | "nodes" | "pageInfo"
                if name.ends_with("Connection") || name.ends_with("Edge") =>
            {
                Some(depth)
            }
            _ => depth.checked_sub(1),
        };
        let inside = if is_leaf(schema, &field.ty) {
            Some((String::new(), 0))
        } else {
            depth_inside.and_then(|depth| selection(pages, field.ty.inner_named_type(), depth))
        };
        let Some((inside, fields)) = inside else {
            continue;
        };
        let key = if prefix.is_empty() {
            String::new()
        } else {
            format!("{prefix}{}: ", field.name)
        };
        let page = if field.argument_by_name("first").is_some() {
            format!("(first: {})", pages.size)
        } else {
            String::new()
        };
        // Writing to a string cannot fail.
        let _ = write!(text, " {key}{}{page}{inside}", field.name);
        size += 1 + fields;
    }
    size
}

fn is_leaf(schema: &Schema, ty: &Type) -> bool {
    let inner = schema.valid.types.get(ty.inner_named_type());
    inner.is_some_and(ExtendedType::is_leaf)
}
