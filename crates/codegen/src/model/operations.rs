//! Operations: their variables, their document, and the types of their data.

use apollo_compiler::Name;
use apollo_compiler::executable::OperationType;

use super::docs::Docs;
use super::inputs::{InputField, Presence, Used, declared, input_type};
use super::names::{self, Scope};
use super::pagination::Pagination;
use super::selections::keys::Keys;
use super::{RustType, Scalars, Shapes, selections};
use crate::check::Checked;
use crate::cost::formula::Formula;
use crate::cost::known::Defaults;
use crate::cost::plan::Planner;
use crate::document;

/// A named query or mutation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) graphql_name: Name,
    pub(crate) rust_name: String,
    pub(crate) module: String,
    pub(crate) is_mutation: bool,
    pub(crate) docs: Vec<String>,
    pub(crate) variables: Vec<Variable>,
    /// What is sent.
    pub(crate) document: String,
    pub(crate) shapes: Shapes,
    pub(crate) pagination: Option<Pagination>,
    /// The points that it requests, by its variables.
    pub(crate) complexity: Formula,
}

/// A variable of an operation.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: Name,
    pub(crate) input: InputField,
}

impl Variable {
    /// Whether a cursor can be put into it.
    pub(crate) fn is_cursor(&self) -> bool {
        matches!(&self.input.ty, RustType::Path(path) if path == "String")
    }
}

pub(crate) fn build(
    checked: &Checked,
    scalars: &Scalars,
    page_size: u64,
    docs: &Docs<'_>,
    keys: &Keys,
    used: &mut Used,
) -> Vec<Operation> {
    let mut sorted: Vec<_> = checked.document.operations.named.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    // Beside an operation stands the type of its answer.
    let mut types = Scope::of_types(["Data"]);
    // Operations are re-exported beside the modules that hold the rest.
    let mut modules = Scope::with_reserved(["fragments", "operations", "types"]);
    let mut planner = Planner::new(&checked.schema, &checked.document);
    let graphql_names: Vec<_> = sorted.iter().map(|(name, _)| name.as_str()).collect();
    let rust_names = names::definitions(&graphql_names, &mut types);
    sorted
        .into_iter()
        .zip(rust_names)
        .map(|((name, operation), rust_name)| {
            let module = modules.claim(names::snake(&rust_name));
            let mut scope = Scope::default();
            let variables = operation
                .variables
                .iter()
                .map(|variable| Variable {
                    name: variable.name.clone(),
                    input: InputField {
                        key: variable.name.to_string(),
                        rust_name: scope.claim(names::snake(&variable.name)),
                        ty: input_type(&checked.schema, scalars, &variable.ty, used),
                        presence: Presence::of(&variable.ty, variable.default_value.is_some()),
                        declared: declared(&variable.ty, variable.default_value.as_deref()),
                        description: None,
                        deprecated: None,
                    },
                })
                .collect();
            Operation {
                graphql_name: name.clone(),
                module,
                is_mutation: operation.operation_type == OperationType::Mutation,
                docs: docs.above(operation.location()),
                variables,
                document: document::print(
                    &checked.schema,
                    &checked.document,
                    &checked.client,
                    operation,
                ),
                shapes: selections::data(
                    &checked.schema,
                    &checked.document,
                    scalars,
                    operation,
                    &rust_name,
                    keys,
                    used,
                ),
                pagination: None,
                complexity: Formula::of(
                    &planner.plan(operation),
                    Defaults::of(operation, page_size),
                ),
                rust_name,
            }
        })
        .collect()
}
