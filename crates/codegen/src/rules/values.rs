//! Values, and whether they fit the types that are expected.

use apollo_compiler::ast::{InputValueDefinition, Type, Value};
use apollo_compiler::schema::{EnumType, ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node};

use super::arguments::{Names, examples, named, types};
use super::selections::Walk;
use super::uses::{Expected, Owner, Slot, Usage};
use crate::advice::{did_you_mean, how_to_write, its, list, what_a_value_is};
use crate::frame::and_there;

impl<'a> Walk<'a, '_> {
    /// A value where one has to be given.
    pub(super) fn value(&mut self, slot: Slot<'a>, ty: &'a Type, value: &'a Node<Value>) {
        self.value_or_default(slot, ty, false, value);
    }

    pub(super) fn value_or_default(
        &mut self,
        slot: Slot<'a>,
        ty: &'a Type,
        has_default: bool,
        value: &'a Node<Value>,
    ) {
        let expected = Expected {
            slot,
            ty,
            has_default,
            is_only_one: false,
        };
        self.expect(expected, value);
    }

    /// A value of which nothing is known but that it uses variables.
    pub(super) fn value_of_unknown(&mut self, value: &'a Node<Value>) {
        match value.as_ref() {
            Value::Variable(variable) => self.uses.variables.push(Usage {
                variable,
                location: value.location(),
                expected: None,
            }),
            Value::List(items) => {
                for item in items {
                    self.value_of_unknown(item);
                }
            }
            Value::Object(fields) => {
                self.fields_given_twice(fields);
                for (_, value) in fields {
                    self.value_of_unknown(value);
                }
            }
            _ => {}
        }
    }

    fn expect(&mut self, expected: Expected<'a>, value: &'a Node<Value>) {
        let Expected { slot, ty, .. } = expected;
        if let Value::Variable(variable) = value.as_ref() {
            self.uses.variables.push(Usage {
                variable,
                location: value.location(),
                expected: Some(expected),
            });
            return;
        }
        if let Value::Null = value.as_ref() {
            if ty.is_non_null() {
                self.wrong(slot, ty, value);
            }
            return;
        }
        let named = ty.inner_named_type();
        let Some(definition) = self.set.schema.types.get(named) else {
            return self.value_of_unknown(value);
        };
        if let Value::List(items) = value.as_ref()
            && ty.is_list()
        {
            for item in items {
                let expected = Expected {
                    slot,
                    ty: ty.item_type(),
                    has_default: false,
                    is_only_one: false,
                };
                self.expect(expected, item);
            }
            return;
        }
        // One value stands for a list of one.
        let fits = match (definition, value.as_ref()) {
            (ExtendedType::Scalar(scalar), value) => match scalar.name.as_str() {
                "Int" => matches!(value, Value::Int(_)),
                "Float" => matches!(value, Value::Int(_) | Value::Float(_)),
                "String" => matches!(value, Value::String(_)),
                "ID" => matches!(value, Value::String(_) | Value::Int(_)),
                "Boolean" => matches!(value, Value::Boolean(_)),
                // What other scalars take is for the server to say.
                _ => true,
            },
            (ExtendedType::Enum(_), Value::Enum(_))
            | (ExtendedType::InputObject(_), Value::Object(_)) => true,
            _ => false,
        };
        if !fits {
            // Of an output type nothing can be given, which is said where the
            // variable is declared.
            if definition.is_input_type() {
                self.wrong(slot, ty, value);
            }
            return self.value_of_unknown(value);
        }
        match (definition, value.as_ref()) {
            (ExtendedType::Enum(definition), Value::Enum(name)) => {
                self.enum_value(definition, name, value);
            }
            (ExtendedType::InputObject(definition), Value::Object(fields)) => {
                self.object(definition, value, fields);
            }
            (ExtendedType::Scalar(_), _) => {
                self.number(slot, named, value);
                if !matches!(
                    named.as_str(),
                    "Int" | "Float" | "String" | "ID" | "Boolean"
                ) {
                    self.value_of_unknown(value);
                }
            }
            _ => {}
        }
    }

    fn enum_value(&mut self, definition: &EnumType, name: &Name, value: &Node<Value>) {
        if definition.values.contains_key(name) {
            return;
        }
        let ty = &definition.name;
        let help = did_you_mean(name, definition.values.keys(), "").unwrap_or_else(|| {
            let values = definition.values.keys().map(ToString::to_string);
            its("value", values)
        });
        self.found.push(self.set.report(
            "unknown_enum_value",
            value.location(),
            &format!("`{ty}` has no value `{name}`"),
            &format!("not a value of `{ty}`"),
            &help,
        ));
    }

    fn wrong(&mut self, slot: Slot<'_>, ty: &Type, value: &Node<Value>) {
        let what = what_a_value_is(value);
        self.found.push(self.set.report(
            "wrong_value",
            value.location(),
            &format!("{slot} must be `{ty}`, not {what}"),
            what,
            &how_to_write(self.set.schema, ty, value),
        ));
    }

    /// Numbers that are too large for their type.
    fn number(&mut self, slot: Slot<'_>, named: &Name, value: &Node<Value>) {
        let (is_out_of_range, help) = match (named.as_str(), value.as_ref()) {
            ("Int", Value::Int(number)) => (
                number.try_to_i32().is_err(),
                "give a whole number between -2147483648 and 2147483647, which is what 32 bits hold",
            ),
            ("Float", Value::Int(number)) => (
                number.try_to_f64().is_err(),
                "give a number that 64 bits hold",
            ),
            ("Float", Value::Float(number)) => (
                number.try_to_f64().is_err(),
                "give a number that 64 bits hold",
            ),
            _ => return,
        };
        if is_out_of_range {
            self.found.push(self.set.report(
                "wrong_value",
                value.location(),
                &format!("{slot} is `{named}`, which cannot hold this number"),
                "out of range",
                help,
            ));
        }
    }

    fn fields_given_twice(&mut self, fields: &[(Name, Node<Value>)]) {
        for (index, (name, _)) in fields.iter().enumerate() {
            if let Some((first, _)) = fields[..index].iter().find(|(before, _)| before == name) {
                let report = self.set.report(
                    "duplicate_input_field",
                    name.location(),
                    &format!("the input field `{name}` is given twice"),
                    "given again",
                    "remove one of them: nobody says which of them counts",
                );
                self.found.push(and_there(
                    report,
                    self.set.sources,
                    first.location(),
                    "given here",
                ));
            }
        }
    }

    fn object(
        &mut self,
        input: &'a InputObjectType,
        value: &'a Node<Value>,
        fields: &'a [(Name, Node<Value>)],
    ) {
        let ty = &input.name;
        self.fields_given_twice(fields);
        let is_one_of = input.directives.has("oneOf");
        let mut unknown = Vec::new();
        for (name, value) in fields {
            let Some(field) = input.fields.get(name) else {
                unknown.push(name);
                self.value_of_unknown(value);
                continue;
            };
            let expected = Expected {
                slot: Slot {
                    owner: Owner::Input(ty),
                    name: &field.name,
                },
                ty: &field.ty,
                has_default: field.default_value.is_some(),
                is_only_one: is_one_of && fields.len() == 1,
            };
            self.expect(expected, value);
        }
        let missing = input
            .fields
            .values()
            .filter(|field| field.is_required())
            .filter(|field| !fields.iter().any(|(name, _)| *name == field.name))
            .map(|field| &field.node)
            .collect();
        let known: Vec<_> = input.fields.keys().collect();
        let Names { unknown, missing } = Names::of(unknown, missing, &known);
        let is_known = unknown.is_empty();
        for (name, meant) in unknown {
            let help = meant
                .map(|meant| format!("did you mean `{meant}`, which has to be given?"))
                .or_else(|| did_you_mean(name, input.fields.keys(), ""))
                .unwrap_or_else(|| {
                    let fields = input.fields.values();
                    let fields = fields.map(|field| format!("{}: {}", field.name, field.ty));
                    its("field", fields)
                });
            self.found.push(self.set.report(
                "unknown_input_field",
                name.location(),
                &format!("input `{ty}` has no field `{name}`"),
                &format!("not a field of `{ty}`"),
                &help,
            ));
        }
        if !missing.is_empty() {
            self.missing(ty, value, &missing);
        }
        if is_one_of && is_known {
            self.one_of(input, value, fields);
        }
    }

    fn missing(&mut self, ty: &Name, value: &Node<Value>, missing: &[&InputValueDefinition]) {
        self.found.push(self.set.report(
            "missing_input_field",
            value.location(),
            &format!("input `{ty}` needs {}", named("field", missing)),
            &format!("without {}", types(missing)),
            &format!("add `{}`", examples(self.set.schema, missing)),
        ));
    }

    fn one_of(
        &mut self,
        input: &InputObjectType,
        value: &Node<Value>,
        fields: &[(Name, Node<Value>)],
    ) {
        const RULE: &str = "not_exactly_one";
        let ty = &input.name;
        match fields {
            // A variable is looked at where it is declared.
            [(name, only)] if only.is_null() => self.found.push(self.set.report(
                RULE,
                only.location(),
                &format!("`{ty}.{name}` must not be null, for it is the only field given"),
                "null",
                &format!("give a value for `{name}`, or another field of `{ty}`"),
            )),
            [_] => {}
            _ => {
                let known = list(input.fields.keys().map(ToString::to_string));
                self.found.push(self.set.report(
                    RULE,
                    value.location(),
                    &format!(
                        "`{ty}` takes exactly one field, and {} are given",
                        fields.len()
                    ),
                    "not exactly one field",
                    &format!("give exactly one of {known}"),
                ));
            }
        }
    }
}
