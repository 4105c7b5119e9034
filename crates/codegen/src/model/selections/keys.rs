//! Which response keys a fragment reads: whoever spreads it has to hand them on.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Schema};

use crate::possible::is_abstract;

/// The keys at the top of every fragment, whatever the type, by its name.
pub(crate) type Keys = BTreeMap<Name, BTreeSet<String>>;

pub(crate) fn of_fragments(schema: &Schema, document: &ExecutableDocument) -> Keys {
    let mut keys = Keys::new();
    for name in document.fragments.keys() {
        fragment_keys(schema, document, name, &mut keys);
    }
    keys
}

fn fragment_keys<'k>(
    schema: &Schema,
    document: &ExecutableDocument,
    name: &Name,
    known: &'k mut Keys,
) -> &'k BTreeSet<String> {
    if !known.contains_key(name) {
        let mut keys = BTreeSet::new();
        if let Some(fragment) = document.fragments.get(name) {
            if is_abstract(schema, &fragment.selection_set.ty) {
                // It dispatches on the type.
                keys.insert("__typename".to_owned());
            }
            set_keys(schema, document, &fragment.selection_set, known, &mut keys);
        }
        known.insert(name.clone(), keys);
    }
    &known[name]
}

fn set_keys(
    schema: &Schema,
    document: &ExecutableDocument,
    set: &SelectionSet,
    known: &mut Keys,
    keys: &mut BTreeSet<String>,
) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                keys.insert(field.response_key().to_string());
            }
            Selection::InlineFragment(inline) => {
                set_keys(schema, document, &inline.selection_set, known, keys);
            }
            Selection::FragmentSpread(spread) => {
                keys.extend(
                    fragment_keys(schema, document, &spread.fragment_name, known)
                        .iter()
                        .cloned(),
                );
            }
        }
    }
}
