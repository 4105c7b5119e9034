//! What may stand in query files, and under which names.

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, OperationType};

use super::Set;
use crate::diagnostic::Diagnostic;
use crate::frame::and_there;

const OPERATION: (&str, &str) = ("duplicate_operation", "operation");
const FRAGMENT: (&str, &str) = ("duplicate_fragment", "fragment");

pub(super) fn check(set: &Set<'_>, found: &mut Vec<Diagnostic>) {
    operations(set, found);
    for fragment in &set.again {
        let first = set.fragments.get(fragment.name.as_str());
        let first = first.map(|first| &first.name);
        found.push(again(set, FRAGMENT, first, &fragment.name));
    }
    for other in &set.others {
        found.push(type_definition(set, other));
    }
}

fn operations(set: &Set<'_>, found: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<&str, &Name> = BTreeMap::new();
    for operation in &set.operations {
        if operation.operation_type == OperationType::Subscription {
            found.push(set.report(
                "subscription",
                operation.location(),
                "subscriptions cannot be compiled",
                "a subscription",
                "the client sends queries and mutations over HTTP: poll with a `query` instead",
            ));
            continue;
        }
        if set.root(operation).is_none() {
            let kind = operation.operation_type.name();
            found.push(set.report(
                "unknown_operation",
                operation.location(),
                &format!("the schema has no operations of the kind `{kind}`"),
                "this operation",
                "check the schema's `schema { … }` block, or write a `query`",
            ));
        }
        match &operation.name {
            None => found.push(set.report(
                "anonymous_operation",
                operation.location(),
                "the operation has no name",
                "this operation",
                &format!(
                    "name it, unlike any other in the query files: `{} RecentBuilds …`; its Rust module is named after it",
                    operation.operation_type.name()
                ),
            )),
            Some(name) => match names.get(name.as_str()) {
                Some(first) => found.push(again(set, OPERATION, Some(first), name)),
                None => {
                    names.insert(name, name);
                }
            },
        }
    }
}

fn again(
    set: &Set<'_>,
    (rule, what): (&'static str, &str),
    first: Option<&Name>,
    name: &Name,
) -> Diagnostic {
    let report = set.report(
        rule,
        name.location(),
        &format!("there are two {what}s with the name `{name}`"),
        "the same name again",
        "rename one of them: names are shared by all query files",
    );
    and_there(
        report,
        set.sources,
        first.and_then(Name::location),
        "the first one",
    )
}

fn type_definition(set: &Set<'_>, definition: &Definition) -> Diagnostic {
    let what = match definition.name() {
        Some(name) => format!("`{name}`"),
        None => "a schema".to_owned(),
    };
    let verb = if definition.is_extension_definition() {
        "extends"
    } else {
        "defines"
    };
    set.report(
        "type_definition",
        definition.location(),
        &format!("a query file {verb} {what}"),
        "this belongs to a schema",
        "remove it: query files hold operations and fragments only",
    )
}
