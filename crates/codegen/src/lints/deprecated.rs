//! `deprecated`: what the schema is about to lose.

use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Type, Value};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::{Finding, Lint};
use crate::frame::frame;
use crate::model::deprecation;

/// Finds deprecated fields, arguments, input fields and enum values.
pub(crate) fn find(schema: &Schema, document: &ExecutableDocument, findings: &mut Vec<Finding>) {
    let mut search = Search {
        schema,
        document,
        findings,
    };
    for operation in document.operations.iter() {
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                search.value(&variable.ty, default, "on the variable");
            }
        }
        search.selections(&operation.selection_set);
    }
    for fragment in document.fragments.values() {
        search.selections(&fragment.selection_set);
    }
}

struct Search<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    findings: &'a mut Vec<Finding>,
}

impl Search<'_> {
    fn selections(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let coordinate = format!("{}.{}", set.ty, field.name);
                    self.place(
                        &coordinate,
                        &field.definition.directives,
                        field.name.location(),
                        "on the field",
                    );
                    self.arguments(&coordinate, &field.definition.arguments, &field.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn arguments(
        &mut self,
        field: &str,
        definitions: &[Node<InputValueDefinition>],
        arguments: &[Node<Argument>],
    ) {
        for argument in arguments {
            let definition = definitions
                .iter()
                .find(|definition| definition.name == argument.name);
            if let Some(definition) = definition {
                self.place(
                    &format!("{field}({}:)", argument.name),
                    &definition.directives,
                    argument.name.location(),
                    "on the field",
                );
                self.value(&definition.ty, &argument.value, "on the field");
            }
        }
    }

    fn value(&mut self, ty: &Type, value: &Node<Value>, on: &str) {
        let named = ty.inner_named_type();
        match value.as_ref() {
            Value::List(items) => {
                for item in items {
                    self.value(ty.item_type(), item, on);
                }
            }
            Value::Object(fields) => self.object(named, fields, on),
            Value::Enum(name) => {
                let definition = self
                    .schema
                    .get_enum(named)
                    .and_then(|ty| ty.values.get(name));
                if let Some(definition) = definition {
                    self.place(
                        &format!("{named}.{name}"),
                        &definition.directives,
                        value.location(),
                        on,
                    );
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, ty: &Name, fields: &[(Name, Node<Value>)], on: &str) {
        let schema = self.schema;
        let Some(input) = schema.get_input_object(ty) else {
            return;
        };
        for (name, value) in fields {
            if let Some(definition) = input.fields.get(name) {
                self.place(
                    &format!("{ty}.{name}"),
                    &definition.directives,
                    name.location(),
                    on,
                );
                self.value(&definition.ty, value, on);
            }
        }
    }

    fn place(
        &mut self,
        coordinate: &str,
        directives: &DirectiveList,
        location: Option<SourceSpan>,
        on: &str,
    ) {
        let Some(reason) = deprecation(directives) else {
            return;
        };
        let lint = Lint::Deprecated;
        let help = format!(
            "do without it, or change to what the schema names, before it is gone{}",
            lint.or_allow(on)
        );
        let reason: Vec<_> = reason.split_whitespace().collect();
        self.findings.push(Finding {
            lint,
            places: location.into_iter().collect(),
            report: frame(
                &self.document.sources,
                location,
                &format!("`{coordinate}` is deprecated"),
                &reason.join(" "),
                &help,
            ),
        });
    }
}
