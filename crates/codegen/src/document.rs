//! The text that is sent: an operation and the fragments that it reaches,
//! without what only the client understands.

mod lookup;

use std::collections::BTreeSet;

use apollo_compiler::ast::{DirectiveList, Value};
use apollo_compiler::executable::{Field, Fragment, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Node, Schema, name};

use crate::client::Directives;
use crate::possible::is_abstract;

pub(crate) use lookup::{Lookup, are_valid};

/// Prints the document of one operation.
///
/// Every selection on a union or interface asks for `__typename` first, so that
/// the answer can be decoded without looking ahead.
pub(crate) fn print(
    schema: &Schema,
    document: &ExecutableDocument,
    client: &Directives,
    operation: &Operation,
) -> String {
    let mut sent = operation.clone();
    client.remove_from(&mut sent.directives);
    for variable in &mut sent.variables {
        if !variable.directives.is_empty() {
            client.remove_from(&mut variable.make_mut().directives);
        }
    }
    remove_below(client, &mut sent.selection_set);
    ask_for_typename(schema, &mut sent.selection_set);
    let mut text = sent.serialize().to_string();
    for name in reached(document, &operation.selection_set) {
        text.push_str("\n\n");
        text.push_str(&print_fragment(schema, document, client, name));
    }
    text
}

/// Prints a fragment as it is sent.
fn print_fragment(
    schema: &Schema,
    document: &ExecutableDocument,
    client: &Directives,
    name: &Name,
) -> String {
    let mut sent = Fragment::clone(&document.fragments[name]);
    client.remove_from(&mut sent.directives);
    remove_below(client, &mut sent.selection_set);
    ask_for_typename(schema, &mut sent.selection_set);
    sent.serialize().to_string().trim_end().to_owned()
}

/// The fragments that a selection set spreads, directly or through others,
/// sorted by name.
pub(crate) fn reached<'doc>(
    document: &'doc ExecutableDocument,
    selection_set: &SelectionSet,
) -> BTreeSet<&'doc Name> {
    let mut reached = BTreeSet::new();
    collect(document, selection_set, &mut reached);
    reached
}

fn collect<'doc>(
    document: &'doc ExecutableDocument,
    selection_set: &SelectionSet,
    reached: &mut BTreeSet<&'doc Name>,
) {
    for selection in &selection_set.selections {
        match selection {
            Selection::Field(field) => collect(document, &field.selection_set, reached),
            Selection::InlineFragment(inline) => collect(document, &inline.selection_set, reached),
            Selection::FragmentSpread(spread) => {
                if let Some((name, fragment)) =
                    document.fragments.get_key_value(&spread.fragment_name)
                    && reached.insert(name)
                {
                    collect(document, &fragment.selection_set, reached);
                }
            }
        }
    }
}

/// The variables that a field and everything below it use.
pub(crate) fn variables(document: &ExecutableDocument, field: &Field) -> BTreeSet<Name> {
    let mut used = BTreeSet::new();
    used_by_field(field, &mut used);
    for name in reached(document, &field.selection_set) {
        let fragment = &document.fragments[name];
        used_by_directives(&fragment.directives, &mut used);
        used_by_set(&fragment.selection_set, &mut used);
    }
    used
}

fn used_by_field(field: &Field, used: &mut BTreeSet<Name>) {
    for argument in &field.arguments {
        used_by_value(&argument.value, used);
    }
    used_by_directives(&field.directives, used);
    used_by_set(&field.selection_set, used);
}

fn used_by_set(selection_set: &SelectionSet, used: &mut BTreeSet<Name>) {
    for selection in &selection_set.selections {
        match selection {
            Selection::Field(field) => used_by_field(field, used),
            Selection::InlineFragment(inline) => {
                used_by_directives(&inline.directives, used);
                used_by_set(&inline.selection_set, used);
            }
            Selection::FragmentSpread(spread) => used_by_directives(&spread.directives, used),
        }
    }
}

fn used_by_directives(directives: &DirectiveList, used: &mut BTreeSet<Name>) {
    let arguments = directives.iter().flat_map(|directive| &directive.arguments);
    for argument in arguments {
        used_by_value(&argument.value, used);
    }
}

fn used_by_value(value: &Value, used: &mut BTreeSet<Name>) {
    match value {
        Value::Variable(name) => {
            used.insert(name.clone());
        }
        Value::List(items) => items.iter().for_each(|item| used_by_value(item, used)),
        Value::Object(fields) => {
            for (_, value) in fields {
                used_by_value(value, used);
            }
        }
        _ => {}
    }
}

fn remove_below(client: &Directives, selection_set: &mut SelectionSet) {
    for selection in &mut selection_set.selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                client.remove_from(&mut field.directives);
                remove_below(client, &mut field.selection_set);
            }
            Selection::InlineFragment(inline) => {
                let inline = inline.make_mut();
                client.remove_from(&mut inline.directives);
                remove_below(client, &mut inline.selection_set);
            }
            Selection::FragmentSpread(spread) => {
                client.remove_from(&mut spread.make_mut().directives);
            }
        }
    }
}

fn ask_for_typename(schema: &Schema, selection_set: &mut SelectionSet) {
    ask_below(schema, selection_set);
    if !is_abstract(schema, &selection_set.ty) {
        return;
    }
    // One that stands elsewhere in the selection set moves to the front.
    selection_set
        .selections
        .retain(|selection| !is_plain_typename(selection));
    if let Ok(typename) = schema.type_field(&selection_set.ty, "__typename") {
        let field = Field::new(name!("__typename"), typename.node.clone());
        selection_set
            .selections
            .insert(0, Selection::Field(Node::new(field)));
    }
}

/// Inline fragments add to the object around them, which asks for itself.
fn ask_below(schema: &Schema, selection_set: &mut SelectionSet) {
    for selection in &mut selection_set.selections {
        match selection {
            Selection::Field(field) => {
                if !field.selection_set.is_empty() {
                    ask_for_typename(schema, &mut field.make_mut().selection_set);
                }
            }
            Selection::InlineFragment(inline) => {
                ask_below(schema, &mut inline.make_mut().selection_set);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn is_plain_typename(selection: &Selection) -> bool {
    selection.as_field().is_some_and(|field| {
        field.name == "__typename" && field.alias.is_none() && field.directives.is_empty()
    })
}
