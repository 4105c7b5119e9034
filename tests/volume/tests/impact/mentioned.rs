//! What the queries have to do with: nothing else of a schema can matter to them.

use std::collections::BTreeSet;

use apollo_compiler::coordinate::SchemaCoordinate;
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Schema};
use buildkite_codegen::schema::diff::{Change, SchemaDiff};

/// The changes to what queries have to do with, and the others.
pub(crate) fn split<'d, 't>(
    texts: impl Iterator<Item = &'t String>,
    old: &Valid<Schema>,
    new: &Valid<Schema>,
    diff: &'d SchemaDiff,
) -> (Vec<&'d Change>, Vec<&'d Change>) {
    let text: Vec<_> = texts.map(String::as_str).collect();
    let document = ExecutableDocument::parse_and_validate(old, text.join("\n"), "all.graphql");
    let mut near = Near {
        names: BTreeSet::new(),
    };
    near.document(old, &document.unwrap());
    near.spread(old);
    near.spread(new);
    // Types that would have the same name in Rust have others.
    let letters = |name: &Name| name.replace('_', "").to_lowercase();
    let near: BTreeSet<_> = near.names.iter().map(letters).collect();
    let changes = diff.changes().iter();
    changes.partition(|change| {
        near.contains(&letters(match change.coordinate() {
            SchemaCoordinate::Type(at) => &at.ty,
            SchemaCoordinate::TypeAttribute(at) => &at.ty,
            SchemaCoordinate::FieldArgument(at) => &at.ty,
            SchemaCoordinate::Directive(at) => &at.directive,
            SchemaCoordinate::DirectiveArgument(at) => &at.directive,
        }))
    })
}

/// The types and directives that queries mention, and those that may stand behind them.
struct Near {
    names: BTreeSet<Name>,
}

impl Near {
    fn document(&mut self, schema: &Schema, document: &ExecutableDocument) {
        for operation in document.operations.iter() {
            for variable in &operation.variables {
                self.input(schema, variable.ty.inner_named_type());
            }
            self.set(schema, &operation.selection_set);
        }
        for fragment in document.fragments.values() {
            self.set(schema, &fragment.selection_set);
        }
    }

    fn set(&mut self, schema: &Schema, set: &SelectionSet) {
        self.names.insert(set.ty.clone());
        for selection in &set.selections {
            for directive in selection.directives() {
                self.names.insert(directive.name.clone());
            }
            match selection {
                Selection::Field(field) => {
                    self.names.insert(field.ty().inner_named_type().clone());
                    for argument in &field.definition.arguments {
                        self.input(schema, argument.ty.inner_named_type());
                    }
                    self.set(schema, &field.selection_set);
                }
                Selection::InlineFragment(inline) => self.set(schema, &inline.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// A type of values, and all that they can consist of.
    fn input(&mut self, schema: &Schema, name: &Name) {
        if self.names.insert(name.clone())
            && let Some(input) = schema.get_input_object(name)
        {
            for field in input.fields.values() {
                self.input(schema, field.ty.inner_named_type());
            }
        }
    }

    /// Adds the types behind interfaces and unions, and the interfaces of all.
    fn spread(&mut self, schema: &Schema) {
        for (name, ty) in &schema.types {
            match ty {
                ExtendedType::Union(union) if self.names.contains(name) => {
                    self.names
                        .extend(union.members.iter().map(|member| member.name.clone()));
                }
                _ => {}
            }
        }
        for (name, ty) in &schema.types {
            let interfaces = match ty {
                ExtendedType::Object(object) => &object.implements_interfaces,
                ExtendedType::Interface(interface) => &interface.implements_interfaces,
                _ => continue,
            };
            let mut names = interfaces.iter().map(|interface| &interface.name);
            if names
                .clone()
                .any(|interface| self.names.contains(interface))
            {
                self.names.insert(name.clone());
            } else if self.names.contains(name) {
                self.names.extend(names.by_ref().cloned());
            }
        }
    }
}
