//! How deep the fields of an operation are nested.

use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name};

/// The levels of an operation, fragments followed; a field of the root is on the first
/// one. Below a field that is not `followed`, nothing is counted.
pub(crate) fn depth(
    document: &ExecutableDocument,
    operation: &Operation,
    followed: fn(&Field) -> bool,
) -> usize {
    let mut levels = Levels {
        document,
        followed,
        fragments: HashMap::default(),
    };
    levels.of(&operation.selection_set)
}

/// Whether a field is not introspection.
pub(crate) fn is_data(field: &Field) -> bool {
    !field.name.starts_with("__")
}

struct Levels<'d> {
    document: &'d ExecutableDocument,
    followed: fn(&Field) -> bool,
    /// Those of every fragment, measured once. Validation has made sure that fragments
    /// do not contain themselves.
    fragments: HashMap<&'d Name, usize>,
}

impl<'d> Levels<'d> {
    fn of(&mut self, set: &'d SelectionSet) -> usize {
        let mut deepest = 0;
        for selection in &set.selections {
            let here = match selection {
                Selection::Field(field) if (self.followed)(field) => {
                    1 + self.of(&field.selection_set)
                }
                Selection::Field(_) => 1,
                Selection::InlineFragment(inline) => self.of(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.of_fragment(&spread.fragment_name),
            };
            deepest = deepest.max(here);
        }
        deepest
    }

    fn of_fragment(&mut self, name: &'d Name) -> usize {
        if let Some(known) = self.fragments.get(name) {
            return *known;
        }
        let fragment = self.document.fragments.get(name);
        let depth = fragment.map_or(0, |fragment| self.of(&fragment.selection_set));
        self.fragments.insert(name, depth);
        depth
    }
}
