//! Changing documents without regard to what they mean.

use apollo_compiler::ast::{Definition, Document, Field, Selection};

/// Calls a function with every field of a document, and with whether the field is
/// outside of any other, in an operation or a fragment on the root of queries.
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
