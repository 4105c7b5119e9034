//! The document that looks up many IDs at once, derived from the query that looks up one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use apollo_compiler::ast::{DirectiveList, Type, Value};
use apollo_compiler::executable::{Field, Fragment, Operation, OperationType, Selection};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Schema};

use super::{ask_for_typename, print_fragment, reached, remove_below};
use crate::client::Directives;

/// The arguments by which things are looked up.
const ARGUMENTS: [&str; 3] = ["id", "uuid", "slug"];

/// What the document for many IDs is made of. The parts are put together at run time, by
/// `LookupDocument` of the client, as [`Lookup::operation`] does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// The variable that carries the ID.
    pub(crate) variable: Name,
    /// How the variables begin that carry IDs where there are several.
    pub(crate) prefix: String,
    /// The declarations of all other variables.
    pub(crate) variables: String,
    /// The directives of the operation.
    pub(crate) directives: String,
    pub(crate) field: Name,
    pub(crate) argument: Name,
    pub(crate) key: Name,
    pub(crate) fragment: Name,
    /// That fragment, and those that it reaches.
    pub(crate) fragments: Vec<String>,
}

impl Lookup {
    /// The lookup that an operation is, if it is one. What is paged through is a lookup by
    /// `id` only.
    pub(crate) fn of(
        schema: &Valid<Schema>,
        document: &ExecutableDocument,
        client: &Directives,
        operation: &Operation,
        is_paged: bool,
    ) -> Option<Self> {
        let name = operation.name.as_ref()?;
        let [Selection::Field(field)] = &operation.selection_set.selections[..] else {
            return None;
        };
        let (argument, variable) = looked_up_by(operation, field)?;
        if is_paged && argument != "id" {
            return None;
        }
        let mut sent = Field::clone(field);
        client.remove_from(&mut sent.directives);
        if !sent.directives.is_empty() || sent.ty().is_list() || sent.selection_set.is_empty() {
            return None;
        }
        remove_below(client, &mut sent.selection_set);
        ask_for_typename(schema, &mut sent.selection_set);
        let fragment = Fragment {
            name: free_fragment(document, name)?,
            directives: DirectiveList::default(),
            selection_set: sent.selection_set,
        };
        let mut directives = operation.directives.clone();
        client.remove_from(&mut directives);
        let reached = reached(document, &field.selection_set);
        let mut fragments = vec![fragment.serialize().to_string().trim_end().to_owned()];
        fragments.extend(
            reached
                .iter()
                .map(|name| print_fragment(schema, document, client, name)),
        );
        let lookup = Self {
            prefix: free_prefix(operation, &variable),
            variables: others(client, operation, &variable),
            directives: directives.to_string().trim().to_owned(),
            field: sent.name.clone(),
            argument,
            key: field.response_key().clone(),
            fragment: fragment.name,
            fragments,
            variable,
        };
        let is_free = |text: &String| !mentions(text, &lookup.variable);
        let is_free = lookup.fragments.iter().all(is_free) && is_free(&lookup.directives);
        is_free.then_some(lookup)
    }

    /// The operation for this many IDs.
    fn operation(&self, name: &Name, ids: usize) -> String {
        let Self {
            prefix,
            variables,
            directives,
            field,
            argument,
            fragment,
            ..
        } = self;
        let mut text = format!("query {name}({variables}");
        for i in 0..ids {
            let _ = write!(text, ", ${prefix}{i}: ID!");
        }
        let _ = write!(text, ") {directives} {{");
        for i in 0..ids {
            let _ = write!(
                text,
                " n{i}: {field}({argument}: ${prefix}{i}) {{ ...{fragment} }}"
            );
        }
        text.push_str(" }\n");
        text
    }
}

/// Whether the front end accepts what is sent for these operations: it has the last word.
///
/// It looks at the whole schema each time, so that many are shown to it at once.
pub(crate) fn are_valid(schema: &Valid<Schema>, lookups: &[(&Name, &Lookup)]) -> bool {
    let mut text = String::new();
    let mut fragments = BTreeSet::new();
    for (name, lookup) in lookups {
        text.push_str(&lookup.operation(name, 2));
        fragments.extend(&lookup.fragments);
    }
    for fragment in fragments {
        text.push_str(fragment);
        text.push('\n');
    }
    lookups.is_empty()
        || ExecutableDocument::parse_and_validate(schema, text, "lookups.graphql").is_ok()
}

/// The argument that a field is looked up by, and the variable of its own that goes there.
fn looked_up_by(operation: &Operation, field: &Field) -> Option<(Name, Name)> {
    let [argument] = &field.arguments[..] else {
        return None;
    };
    let Value::Variable(variable) = argument.value.as_ref() else {
        return None;
    };
    let declared = operation
        .variables
        .iter()
        .find(|declared| declared.name == *variable)?;
    let is_id = matches!(declared.ty.as_ref(), Type::NonNullNamed(name) if name == "ID");
    let is_lookup = operation.operation_type == OperationType::Query
        && ARGUMENTS.contains(&argument.name.as_str())
        && is_id
        && declared.default_value.is_none();
    is_lookup.then(|| (argument.name.clone(), variable.clone()))
}

/// The declarations of all variables but one, as they are sent.
fn others(client: &Directives, operation: &Operation, variable: &Name) -> String {
    let others = operation
        .variables
        .iter()
        .filter(|declared| declared.name != *variable)
        .map(|declared| {
            let mut sent = declared.as_ref().clone();
            client.remove_from(&mut sent.directives);
            sent.serialize().no_indent().to_string()
        });
    others.collect::<Vec<_>>().join(", ")
}

/// Whether a text mentions a variable. One in a string is taken for a mention as well,
/// which costs a lookup and nothing else.
fn mentions(text: &str, variable: &Name) -> bool {
    text.split('$').skip(1).any(|rest| {
        rest.strip_prefix(variable.as_str())
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

/// The beginning of names that no other variable has, once numbers follow.
fn free_prefix(operation: &Operation, variable: &Name) -> String {
    let mut prefix = variable.to_string();
    while operation.variables.iter().any(|declared| {
        declared
            .name
            .strip_prefix(prefix.as_str())
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    }) {
        prefix.push('_');
    }
    prefix
}

/// A name that no fragment has.
fn free_fragment(document: &ExecutableDocument, operation: &Name) -> Option<Name> {
    let mut name = format!("{operation}Node");
    while document.fragments.contains_key(name.as_str()) {
        name.push('_');
    }
    Name::new(&name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_mentioned_by_their_whole_name() {
        let id = Name::new("id").unwrap();
        assert!(mentions("a(b: $id)", &id));
        assert!(mentions("a(b: [$c, $id])", &id));
        assert!(mentions("$id", &id));
        for text in ["", "id", "a(b: $ids)", "a(b: $id_)", "a(b: $id2)", "$x id"] {
            assert!(!mentions(text, &id), "{text}");
        }
    }
}
