//! Directives that only the client knows: their definitions, and where a query
//! may use them.

mod definitions;
mod known;
mod nullability;
mod overlay;
mod uses;

use std::collections::BTreeSet;

use apollo_compiler::ast::DirectiveList;
use apollo_compiler::{Name, Schema};

pub(crate) use definitions::{Extent, define};
pub(crate) use nullability::Nullability;
pub(crate) use overlay::{check_extensions, check_fields};
pub(crate) use uses::check;

/// The directives that are taken out of a document before it is sent.
#[derive(Debug)]
pub(crate) struct Directives {
    names: BTreeSet<Name>,
    types: BTreeSet<Name>,
    /// What Relay's `@required` can do on a null, and the client's cannot.
    other_actions: BTreeSet<Name>,
}

impl Directives {
    /// Those that a schema defines as the client does. A directive of the same
    /// name and another shape is the server's.
    pub(crate) fn of(schema: &Schema) -> Self {
        Self {
            names: definitions::directives()
                .filter(|ours| {
                    schema
                        .directive_definitions
                        .get(&ours.name)
                        .is_some_and(|theirs| definitions::is_same_directive(ours, theirs))
                })
                .map(|ours| ours.name.clone())
                .collect(),
            types: definitions::types()
                .filter(|name| schema.types.contains_key(*name))
                .cloned()
                .collect(),
            other_actions: schema
                .get_enum(definitions::REQUIRED_ACTION)
                .into_iter()
                .flat_map(|actions| actions.values.keys())
                .filter(|action| **action != definitions::THROW)
                .cloned()
                .collect(),
        }
    }

    pub(crate) fn has(&self, directive: &str) -> bool {
        self.names.contains(directive)
    }

    /// Whether a type is there for the arguments of these directives only, so
    /// that a server may not know it.
    pub(crate) fn has_type(&self, ty: &Name) -> bool {
        self.types.contains(ty)
    }

    /// Takes the client's directives out of a list.
    pub(crate) fn remove_from(&self, list: &mut DirectiveList) {
        list.0.retain(|directive| !self.has(&directive.name));
    }
}
