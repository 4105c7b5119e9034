//! Default values as clients meet them.
//!
//! What counts is the value that a server works with when nothing is sent, not how it is
//! written: `5` for a list is `[5]`, `1.0` is `1`, and an input object has the defaults of
//! the fields that are not written, too. A value that its type does not take is none.

use std::collections::BTreeMap;

use apollo_compiler::ast::{InputValueDefinition, Type, Value};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Node, Schema};

use super::super::literal::{write_string, write_value};

/// How many values are looked at for one default. Input objects whose defaults hold each
/// other can be as large as one likes, or without end.
const MOST_VALUES: usize = 10_000;

/// How deep in each other they are followed.
const DEEPEST: usize = 100;

/// What is there when nothing is sent.
#[derive(Debug, PartialEq)]
pub(super) enum Effective<'s> {
    /// The value, coerced.
    Value(Coerced<'s>),
    /// As it is written, since it would be too large.
    Written(String),
}

/// A value after coercion.
#[derive(Debug, PartialEq)]
pub(super) enum Coerced<'s> {
    Null,
    Boolean(bool),
    Number(f64),
    Enum(&'s str),
    Text(&'s str),
    List(Vec<Self>),
    Object(BTreeMap<&'s str, Self>),
}

/// Why there is no coerced value.
enum Refusal {
    /// The type does not take it.
    Invalid,
    /// It is too large to be looked at.
    TooLarge,
}

/// The default value of an argument or input field, if it has one that counts.
pub(super) fn effective<'s>(
    definition: &'s InputValueDefinition,
    schema: &'s Schema,
) -> Option<Effective<'s>> {
    let written = definition.default_value.as_deref()?;
    let mut coercion = Coercion {
        schema,
        values_left: MOST_VALUES,
        depth: 0,
    };
    match coercion.value(written, &definition.ty) {
        Ok(value) => Some(Effective::Value(value)),
        Err(Refusal::Invalid) => None,
        Err(Refusal::TooLarge) => Some(Effective::Written(print(written))),
    }
}

/// Whether an argument or input field has to be given.
pub(super) fn is_required(definition: &InputValueDefinition, schema: &Schema) -> bool {
    definition.ty.is_non_null() && effective(definition, schema).is_none()
}

/// A value as it is written.
pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

impl Effective<'_> {
    /// The value in full, as it would be written.
    pub(super) fn print(&self) -> String {
        match self {
            Self::Written(text) => text.clone(),
            Self::Value(value) => {
                let mut out = String::new();
                value.write(&mut out);
                out
            }
        }
    }
}

impl Coerced<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Enum(name) => out.push_str(name),
            Self::Text(text) => write_string(out, text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    out.push_str(name);
                    out.push_str(": ");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

struct Coercion<'s> {
    schema: &'s Schema,
    values_left: usize,
    depth: usize,
}

impl<'s> Coercion<'s> {
    fn value(&mut self, value: &'s Value, ty: &Type) -> Result<Coerced<'s>, Refusal> {
        if self.values_left == 0 || self.depth > DEEPEST {
            return Err(Refusal::TooLarge);
        }
        self.values_left -= 1;
        self.depth += 1;
        let coerced = self.nullable_or_not(value, ty);
        self.depth -= 1;
        coerced
    }

    fn nullable_or_not(&mut self, value: &'s Value, ty: &Type) -> Result<Coerced<'s>, Refusal> {
        match value {
            Value::Null if ty.is_non_null() => Err(Refusal::Invalid),
            Value::Null => Ok(Coerced::Null),
            Value::List(items) if ty.is_list() => items
                .iter()
                .map(|item| self.value(item, ty.item_type()))
                .collect::<Result<_, _>>()
                .map(Coerced::List),
            one if ty.is_list() => Ok(Coerced::List(vec![self.value(one, ty.item_type())?])),
            _ => self.named(value, ty.inner_named_type().as_str()),
        }
    }

    fn named(&mut self, value: &'s Value, ty: &str) -> Result<Coerced<'s>, Refusal> {
        match self.schema.types.get(ty) {
            Some(ExtendedType::Enum(definition)) => match value {
                Value::Enum(name) if definition.values.contains_key(name) => {
                    Ok(Coerced::Enum(name))
                }
                _ => Err(Refusal::Invalid),
            },
            Some(ExtendedType::InputObject(definition)) => match value {
                Value::Object(fields) => self.input_object(fields, definition),
                _ => Err(Refusal::Invalid),
            },
            _ => match (ty, value) {
                ("Boolean", Value::Boolean(_))
                | ("String" | "ID", Value::String(_))
                | ("Float", Value::Float(_) | Value::Int(_)) => self.anything(value),
                ("ID", Value::Int(number)) => Ok(Coerced::Text(number.as_str())),
                ("Int", Value::Int(number)) if number.try_to_i32().is_ok() => self.anything(value),
                ("Boolean" | "Float" | "ID" | "Int" | "String", _) => Err(Refusal::Invalid),
                _ => self.anything(value),
            },
        }
    }

    /// A field that nobody defined is passed over: that is a mistake, but not one that
    /// changes what the others mean.
    fn input_object(
        &mut self,
        given: &'s [(apollo_compiler::Name, Node<Value>)],
        definition: &'s InputObjectType,
    ) -> Result<Coerced<'s>, Refusal> {
        let mut fields = BTreeMap::new();
        for (name, field) in &definition.fields {
            let value = given.iter().find(|(key, _)| key == name);
            let value = match (value, &field.default_value) {
                (Some((_, value)), _) => self.value(value, &field.ty)?,
                (None, Some(default)) => match self.value(default, &field.ty) {
                    Ok(value) => value,
                    // A default that its field does not take is none, here as well.
                    Err(Refusal::Invalid) if !field.ty.is_non_null() => continue,
                    Err(refusal) => return Err(refusal),
                },
                (None, None) if field.ty.is_non_null() => return Err(Refusal::Invalid),
                (None, None) => continue,
            };
            fields.insert(name.as_str(), value);
        }
        let is_one_of = definition.directives.has("oneOf");
        let is_one = fields.len() == 1 && !fields.values().any(|value| *value == Coerced::Null);
        if is_one_of && !is_one {
            return Err(Refusal::Invalid);
        }
        Ok(Coerced::Object(fields))
    }

    /// A value whose type says nothing about it.
    fn anything(&mut self, value: &'s Value) -> Result<Coerced<'s>, Refusal> {
        if self.values_left == 0 {
            return Err(Refusal::TooLarge);
        }
        self.values_left -= 1;
        Ok(match value {
            Value::Null | Value::Variable(_) => Coerced::Null,
            Value::Boolean(value) => Coerced::Boolean(*value),
            Value::Int(number) => Coerced::Number(parse(number.as_str())?),
            Value::Float(number) => Coerced::Number(parse(number.as_str())?),
            // Servers keep names and strings apart in enums only.
            Value::Enum(name) => Coerced::Text(name),
            Value::String(text) => Coerced::Text(text),
            Value::List(items) => Coerced::List(
                items
                    .iter()
                    .map(|item| self.anything(item))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(fields) => Coerced::Object(
                fields
                    .iter()
                    .map(|(name, value)| Ok((name.as_str(), self.anything(value)?)))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }
}

fn parse(number: &str) -> Result<f64, Refusal> {
    number.parse().map_err(|_| Refusal::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use apollo_compiler::validation::Valid;

    fn schema(sdl: &str) -> Valid<Schema> {
        crate::schema::load(sdl, "schema.graphql").expect("a valid schema")
    }

    /// The default of an argument of a type, in a schema that has some more.
    fn default(ty: &str, value: &str) -> Option<String> {
        let schema = schema(&format!(
            "type Query {{ a(b: {ty} = {value}): Int }}
             scalar Any
             enum State {{ ON OFF }}
             input Range {{ from: Int = 1, to: [Float!], state: State = ON }}
             input Nested {{ range: Range = {{}}, name: String! }}
             input Endless {{ next: Endless }}"
        ));
        let field = &schema.get_object("Query").expect("the root").fields["a"];
        effective(&field.arguments[0], &schema).map(|default| default.print())
    }

    #[test]
    fn values_are_coerced() {
        for (ty, value, coerced) in [
            ("Int", "5", "5"),
            ("[Int]", "5", "[5]"),
            ("[[Int!]]!", "5", "[[5]]"),
            ("Float", "1.0", "1"),
            ("Float", "1", "1"),
            ("ID", "5", "\"5\""),
            ("Boolean", "false", "false"),
            ("String", "null", "null"),
            ("State", "OFF", "OFF"),
            ("Any", "OFF", "\"OFF\""),
            (
                "Any",
                "{b: [1.5, $x], a: null}",
                "{a: null, b: [1.5, null]}",
            ),
            ("Range", "{}", "{from: 1, state: ON}"),
            (
                "Range",
                "{to: 2, from: null}",
                "{from: null, state: ON, to: [2]}",
            ),
            (
                "Nested",
                "{name: \"\"}",
                "{name: \"\", range: {from: 1, state: ON}}",
            ),
        ] {
            // A variable in a default is refused before it comes here.
            let value = value.replace("$x", "null");
            assert_eq!(
                default(ty, &value).as_deref(),
                Some(coerced),
                "{ty} = {value}"
            );
        }
    }

    #[test]
    fn values_that_their_type_does_not_take_are_none() {
        for (ty, value) in [
            ("Int", "\"5\""),
            ("Int", "5000000000"),
            ("Int", "1.0"),
            ("String", "5"),
            ("State", "\"ON\""),
            ("State", "AWAY"),
            ("[Int!]", "[null]"),
            ("Int!", "null"),
            ("Nested", "{}"),
            ("Nested", "\"text\""),
        ] {
            assert_eq!(default(ty, value), None, "{ty} = {value}");
        }
    }

    #[test]
    fn what_has_no_end_is_taken_as_it_is_written() {
        let types: Vec<_> = (0..40)
            .map(|level| {
                let next = level + 1;
                format!("input I{level} {{ a: I{next} = {{}}, b: I{next} = {{}} }}")
            })
            .collect();
        let types = types.join("\n");
        let schema = schema(&format!(
            "type Query {{ a(b: I0 = {{}}): Int }} input I40 {{ a: Int = 1 }} {types}"
        ));
        let field = &schema.get_object("Query").expect("the root").fields["a"];
        let default = effective(&field.arguments[0], &schema);
        assert_eq!(default, Some(Effective::Written("{}".to_owned())));
    }
}
