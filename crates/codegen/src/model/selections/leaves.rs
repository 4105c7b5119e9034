//! Taking selection sets apart.

use apollo_compiler::ast::{self, DirectiveList};
use apollo_compiler::executable::{self, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Node};

/// A selection set, and whether something around it may leave it out.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) set: &'a SelectionSet,
    pub(super) optional: bool,
}

/// A field or spread of a selection set, with what stands around it.
#[derive(Clone)]
pub(super) struct Leaf<'a> {
    /// The type on which it is selected.
    pub(super) parent: &'a Name,
    pub(super) conditions: Vec<&'a Name>,
    pub(super) optional: bool,
    pub(super) kind: LeafKind<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum LeafKind<'a> {
    Field(&'a Node<executable::Field>),
    Spread(&'a Node<executable::FragmentSpread>),
}

impl<'a> Leaf<'a> {
    pub(super) fn directives(&self) -> impl Iterator<Item = &'a ast::Directive> + use<'a> {
        let directives = match self.kind {
            LeafKind::Field(field) => &field.directives,
            LeafKind::Spread(spread) => &spread.directives,
        };
        directives.iter().map(|directive| &**directive)
    }

    pub(super) fn is_plain_typename(&self) -> bool {
        matches!(self.kind, LeafKind::Field(field) if field.name == "__typename" && field.alias.is_none())
    }
}

/// Takes a selection set apart.
pub(super) fn leaves_of<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    optional: bool,
    conditions: &[&'a Name],
    leaves: &mut Vec<Leaf<'a>>,
) {
    for selection in &set.selections {
        let optional = optional || may_be_left_out(selection.directives());
        match selection {
            Selection::Field(field) => leaves.push(Leaf {
                parent: &set.ty,
                conditions: conditions.to_vec(),
                optional,
                kind: LeafKind::Field(field),
            }),
            Selection::FragmentSpread(spread) => {
                let mut conditions = conditions.to_vec();
                if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                    conditions.push(&fragment.selection_set.ty);
                }
                leaves.push(Leaf {
                    parent: &set.ty,
                    conditions,
                    optional,
                    kind: LeafKind::Spread(spread),
                });
            }
            Selection::InlineFragment(inline) => {
                let mut conditions = conditions.to_vec();
                conditions.extend(&inline.type_condition);
                leaves_of(
                    document,
                    &inline.selection_set,
                    optional,
                    &conditions,
                    leaves,
                );
            }
        }
    }
}

/// Whether `@include` or `@skip` can leave a selection out.
fn may_be_left_out(directives: &DirectiveList) -> bool {
    directives.iter().any(|directive| {
        let condition = directive.specified_argument_by_name("if");
        let always = match directive.name.as_str() {
            "include" => true,
            "skip" => false,
            _ => return false,
        };
        condition.and_then(|condition| condition.to_bool()) != Some(always)
    })
}

/// The fragment that a selection consists of, and nothing else.
pub(super) fn sole_spread<'a>(leaves: &[Leaf<'a>]) -> Option<&'a Name> {
    match leaves {
        [
            Leaf {
                optional: false,
                kind: LeafKind::Spread(spread),
                ..
            },
        ] => Some(&spread.fragment_name),
        _ => None,
    }
}
