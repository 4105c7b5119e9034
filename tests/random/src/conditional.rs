//! Which parts of an answer `@include` and `@skip` may leave out.

use std::collections::BTreeSet;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Selection, SelectionSet};

/// The response keys inside anything that has a condition, fragments followed.
pub(crate) fn keys(document: &ExecutableDocument) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for operation in document.operations.iter() {
        collect(document, &operation.selection_set, false, &mut keys);
    }
    keys
}

fn collect(
    document: &ExecutableDocument,
    set: &SelectionSet,
    around: bool,
    keys: &mut BTreeSet<String>,
) {
    for selection in &set.selections {
        let directives = selection.directives();
        let conditional = around || directives.has("include") || directives.has("skip");
        match selection {
            Selection::Field(field) => {
                if conditional {
                    keys.insert(field.response_key().to_string());
                }
                collect(document, &field.selection_set, conditional, keys);
            }
            Selection::InlineFragment(inline) => {
                collect(document, &inline.selection_set, conditional, keys);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                    collect(document, &fragment.selection_set, conditional, keys);
                }
            }
        }
    }
}
