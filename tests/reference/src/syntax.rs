//! Walks over documents, without regard to what they mean.

use apollo_compiler::ast::{Definition, Document, Field, Selection, Value};

/// Calls a function with every field of a document, and with whether the field is
/// outside of any other, in an operation or a fragment on the root of Buildkite's queries.
pub(crate) fn each_field(document: &mut Document, change: &mut dyn FnMut(&mut Field, bool)) {
    for definition in &mut document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                each(&mut operation.make_mut().selection_set, true, change);
            }
            Definition::FragmentDefinition(fragment) => {
                let is_root = fragment.type_condition == "Query";
                each(&mut fragment.make_mut().selection_set, is_root, change);
            }
            _ => {}
        }
    }
}

fn each(set: &mut [Selection], is_root: bool, change: &mut dyn FnMut(&mut Field, bool)) {
    for selection in set {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                change(field, is_root);
                each(&mut field.selection_set, false, change);
            }
            Selection::InlineFragment(inline) => {
                each(&mut inline.make_mut().selection_set, is_root, change);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Calls a function with every value of an argument, and every value inside of it.
pub(crate) fn each_value(document: &Document, look: &mut dyn FnMut(&Value)) {
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                values(&operation.selection_set, look);
            }
            Definition::FragmentDefinition(fragment) => values(&fragment.selection_set, look),
            _ => {}
        }
    }
}

fn values(set: &[Selection], look: &mut dyn FnMut(&Value)) {
    for selection in set {
        let directives = match selection {
            Selection::Field(field) => &field.directives,
            Selection::InlineFragment(inline) => &inline.directives,
            Selection::FragmentSpread(spread) => &spread.directives,
        };
        for argument in directives.iter().flat_map(|one| &one.arguments) {
            value(&argument.value, look);
        }
        match selection {
            Selection::Field(field) => {
                for argument in &field.arguments {
                    value(&argument.value, look);
                }
                values(&field.selection_set, look);
            }
            Selection::InlineFragment(inline) => values(&inline.selection_set, look),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn value(given: &Value, look: &mut dyn FnMut(&Value)) {
    look(given);
    match given {
        Value::List(items) => items.iter().for_each(|item| value(item, look)),
        Value::Object(fields) => fields.iter().for_each(|(_, field)| value(field, look)),
        _ => {}
    }
}
