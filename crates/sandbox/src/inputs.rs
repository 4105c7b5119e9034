//! Values of arguments, where the executor does not take them as the specification does.
//!
//! Defaults it takes as they are written: one item stays one where a list is expected,
//! and what has defaults inside of a default does not get them. Objects have their keys
//! in whatever order they were sent. [`variables`] and [`arguments`] give the same value
//! the same form, however it was written.
//!
//! A field that a variable without a value stands for is not in its input object, so
//! that its default holds; to the executor it is null, or missing. A variable inside of
//! a scalar that takes any value is a mistake to it. [`settle`] puts values in the place
//! of such variables.

use apollo_compiler::ast::{
    FieldDefinition, FloatValue, InputValueDefinition, IntValue, Type, Value,
};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::request::{RequestError, coerce_variable_values};
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

/// The values of an operation's variables, or why they cannot be.
pub(crate) fn variables(
    schema: &Valid<Schema>,
    operation: &Operation,
    given: &JsonMap,
) -> Result<Valid<JsonMap>, RequestError> {
    let mut values = coerce_variable_values(schema, operation, given)?.into_inner();
    for variable in &operation.variables {
        if let Some(value) = values.get_mut(variable.name.as_str()) {
            *value = Coercion::of(schema).value(&variable.ty, value.take());
        }
    }
    // Coerced once more they are as valid as before.
    Ok(Valid::assume_valid(values))
}

/// Whether variables stand inside of lists or objects anywhere in a document.
pub(crate) fn has_inner_variables(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|it| &it.selection_set);
    let fragments = document.fragments.values().map(|it| &it.selection_set);
    operations.chain(fragments).any(is_unsettled)
}

fn is_unsettled(set: &SelectionSet) -> bool {
    set.selections.iter().any(|selection| match selection {
        Selection::Field(field) => {
            let inside = |value: &Value| matches!(value, Value::List(_) | Value::Object(_));
            let mut arguments = field.arguments.iter().map(|argument| &*argument.value);
            arguments.any(|value| inside(value) && has_variable(value))
                || is_unsettled(&field.selection_set)
        }
        Selection::InlineFragment(inline) => is_unsettled(&inline.selection_set),
        Selection::FragmentSpread(_) => false,
    })
}

fn has_variable(value: &Value) -> bool {
    match value {
        Value::Variable(_) => true,
        Value::List(items) => items.iter().any(|item| has_variable(item)),
        Value::Object(fields) => fields.iter().any(|(_, field)| has_variable(field)),
        _ => false,
    }
}

/// The document with the values of the variables that stand inside of other values.
pub(crate) fn settle(
    document: Valid<ExecutableDocument>,
    variables: &JsonMap,
) -> Valid<ExecutableDocument> {
    let mut document = document.into_inner();
    let operations = &mut document.operations;
    let named = operations.named.values_mut();
    for operation in operations.anonymous.iter_mut().chain(named) {
        settle_set(&mut operation.make_mut().selection_set, variables);
    }
    for fragment in document.fragments.values_mut() {
        settle_set(&mut fragment.make_mut().selection_set, variables);
    }
    // A value instead of its variable is as valid as the variable was.
    Valid::assume_valid(document)
}

fn settle_set(set: &mut SelectionSet, variables: &JsonMap) {
    for selection in &mut set.selections {
        match selection {
            Selection::Field(field) => settle_field(field.make_mut(), variables),
            Selection::InlineFragment(inline) => {
                settle_set(&mut inline.make_mut().selection_set, variables);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn settle_field(field: &mut Field, variables: &JsonMap) {
    for argument in &mut field.arguments {
        if matches!(*argument.value, Value::List(_) | Value::Object(_)) {
            settle_value(&mut argument.make_mut().value, variables);
        }
    }
    settle_set(&mut field.selection_set, variables);
}

fn settle_value(value: &mut Node<Value>, variables: &JsonMap) {
    match value.make_mut() {
        Value::List(items) => {
            for item in items {
                settle_value(item, variables);
            }
        }
        Value::Object(fields) => {
            fields.retain(|(_, field)| match &**field {
                Value::Variable(name) => variables.contains_key(name.as_str()),
                _ => true,
            });
            for (_, field) in fields {
                settle_value(field, variables);
            }
        }
        Value::Variable(name) => {
            let given = variables.get(name.as_str());
            *value = Node::new(given.map_or(Value::Null, literal));
        }
        _ => {}
    }
}

/// A value of a variable as it would be written instead of it.
fn literal(value: &JsonValue) -> Value {
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::Bool(truth) => Value::Boolean(*truth),
        JsonValue::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => Value::Float(FloatValue::from(float)),
            _ => Value::Int(IntValue::new_parsed(&number.to_string())),
        },
        // The executor takes the values of enums for texts, too.
        JsonValue::String(text) => Value::String(text.as_str().to_owned()),
        JsonValue::Array(items) => Value::List(items.iter().map(literal).map(Node::new).collect()),
        JsonValue::Object(fields) => {
            // A key may be any text, but nobody parses it again.
            let fields = fields.iter().map(|(key, value)| {
                let name = Name::new_unchecked(key.as_str());
                (name, Node::new(literal(value)))
            });
            Value::Object(fields.collect())
        }
    }
}

/// The arguments of a field as the specification coerces them: one item where a list is
/// expected is a list, an input object has the defaults of its fields and its keys in
/// the order of the schema, an ID is a text, a `Float` has a fraction. Other objects,
/// whose keys have no order, have them in that of the alphabet.
pub(crate) fn arguments(schema: &Schema, definition: &FieldDefinition, given: &JsonMap) -> JsonMap {
    let coerced = given.iter().map(|(name, value)| {
        let argument = definition.argument_by_name(name.as_str());
        let value = match argument {
            Some(argument) => Coercion::of(schema).value(&argument.ty, value.clone()),
            None => value.clone(),
        };
        (name.clone(), value)
    });
    coerced.collect()
}

/// The coercion of one value.
struct Coercion<'s> {
    schema: &'s Schema,
    /// The fields whose defaults are being filled in. A schema may have one inside of
    /// itself, which would go on for ever.
    defaults: Vec<&'s InputValueDefinition>,
}

impl<'s> Coercion<'s> {
    fn of(schema: &'s Schema) -> Self {
        Self {
            schema,
            defaults: Vec::new(),
        }
    }

    fn value(&mut self, ty: &Type, value: JsonValue) -> JsonValue {
        if value.is_null() {
            return value;
        }
        let name = match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let items = match value {
                    JsonValue::Array(items) => items,
                    one => vec![one],
                };
                return items.into_iter().map(|one| self.value(item, one)).collect();
            }
            Type::Named(name) | Type::NonNullNamed(name) => name,
        };
        match (self.schema.types.get(name), value) {
            (Some(ExtendedType::InputObject(definition)), JsonValue::Object(mut given)) => {
                let fields = definition.fields.values().filter_map(|field| {
                    let value = match given.remove(field.name.as_str()) {
                        Some(given) => self.value(&field.ty, given),
                        None => self.default(field)?,
                    };
                    Some((field.name.as_str().into(), value))
                });
                JsonValue::Object(fields.collect())
            }
            (_, JsonValue::Number(number)) => match name.as_str() {
                "ID" => number.to_string().into(),
                "Float" => number.as_f64().map_or(number.into(), JsonValue::from),
                _ => number.into(),
            },
            (_, value) => ordered(value),
        }
    }

    /// The default of an input field, if it has one.
    fn default(&mut self, field: &'s InputValueDefinition) -> Option<JsonValue> {
        let written = json(field.default_value.as_deref()?)?;
        if self
            .defaults
            .iter()
            .any(|outer| std::ptr::eq(*outer, field))
        {
            return Some(written);
        }
        self.defaults.push(field);
        let value = self.value(&field.ty, written);
        self.defaults.pop();
        Some(value)
    }
}

/// A value of a scalar that takes anything, with the keys of objects in one order.
fn ordered(value: JsonValue) -> JsonValue {
    match value {
        JsonValue::Array(items) => items.into_iter().map(ordered).collect(),
        JsonValue::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().collect();
            fields.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
            let fields = fields.into_iter();
            JsonValue::Object(fields.map(|(key, inner)| (key, ordered(inner))).collect())
        }
        leaf => leaf,
    }
}

/// A literal of the schema as JSON. A valid schema has no variables in it.
fn json(literal: &Value) -> Option<JsonValue> {
    Some(match literal {
        Value::Null => JsonValue::Null,
        Value::Variable(_) => return None,
        Value::Enum(name) => name.as_str().into(),
        Value::String(text) => text.as_str().into(),
        Value::Boolean(truth) => (*truth).into(),
        Value::Int(number) => JsonValue::Number(number.as_str().parse().ok()?),
        Value::Float(number) => JsonValue::Number(number.as_str().parse().ok()?),
        Value::List(items) => items.iter().map(|item| json(item)).collect::<Option<_>>()?,
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, value)| Some((name.as_str().into(), json(value)?)));
            JsonValue::Object(fields.collect::<Option<_>>()?)
        }
    })
}
