//! Which operations look one thing up, and so can be asked for many.

use apollo_compiler::Name;

use super::{Context, Operation};
use crate::document::{self, Lookup};

/// Finds the lookups, once it is known what can be paged through.
///
/// What is paged by a slug is a list of an organization or of a pipeline: there is nobody
/// who wants the first page of hundreds, and most queries are such lists.
pub(super) fn find(context: &Context<'_>, operations: &mut [Operation]) {
    let Context {
        schema,
        document: all,
        client,
        ..
    } = *context;
    for operation in operations.iter_mut() {
        let is_paged = operation.pagination.is_some();
        operation.lookup = all
            .operations
            .named
            .get(&operation.graphql_name)
            .and_then(|definition| Lookup::of(schema, all, client, definition, is_paged));
    }
    let found: Vec<_> = operations.iter().filter_map(named).collect();
    if document::are_valid(schema, &found) {
        return;
    }
    for operation in operations {
        if named(operation).is_some_and(|lookup| !document::are_valid(schema, &[lookup])) {
            operation.lookup = None;
        }
    }
}

fn named(operation: &Operation) -> Option<(&Name, &Lookup)> {
    let lookup = operation.lookup.as_ref()?;
    Some((&operation.graphql_name, lookup))
}
