//! Which operations look one thing up, and so can be asked for many.

use super::{Context, Operation};
use crate::document::Lookup;

/// Finds the lookups, once it is known what can be paged through.
///
/// What is paged by a slug is a list of an organization or of a pipeline: there is nobody
/// who wants the first page of hundreds, and most queries are such lists.
pub(super) fn find(context: &Context<'_>, operations: &mut [Operation]) {
    let Context {
        schema,
        document,
        client,
        ..
    } = *context;
    for operation in operations {
        let is_paged = operation.pagination.is_some();
        operation.lookup = document
            .operations
            .named
            .get(&operation.graphql_name)
            .and_then(|definition| Lookup::of(schema, document, client, definition, is_paged));
    }
}
