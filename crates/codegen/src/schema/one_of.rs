//! `@oneOf`, which belongs to the specification but not yet to the parser.

use apollo_compiler::ast::{DirectiveDefinition, DirectiveLocation};
use apollo_compiler::name;

/// The definition that the parser has to be told of.
pub(crate) fn definition() -> DirectiveDefinition {
    DirectiveDefinition {
        description: None,
        name: name!("oneOf"),
        arguments: Vec::new(),
        repeatable: false,
        locations: vec![DirectiveLocation::InputObject],
    }
}
