//! The rest of connections: from which of them a client can read on, wherever they stand
//! in an answer, and the operation that does.
//!
//! A connection inside a list has a next page in each row of the list, so that no variable
//! of the operation leads to it. Where the object around it has an `id`, `node(id:)` comes
//! back to that object, and the same selection reads what is behind the rows that came
//! along.
//!
//! What is found belongs to a field of a type, not to a way through the answer: an
//! operation has at most as many follow-ups as it and its fragments have connections,
//! however often they spread each other.

mod derive;
mod find;
mod reason;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::executable;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema, name};

use self::derive::{Derived, Source};
use self::find::Place;
use self::reason::Reason;
use super::chosen::Refused;
use super::names::{self, Candidate, Scope};
use super::{Context, Direction, Fragment, Operation, Pagination, RustType, ShapeId, Step};
use crate::cost::formula::Formula;
use crate::cost::known::Defaults;
use crate::cost::plan::Planner;
use crate::document;
use crate::lints::Finding;

/// The operation that reads the rest of a connection.
#[derive(Debug)]
pub(crate) struct Rest {
    /// It has no types of its own: its data is the runtime's, around the rows that the
    /// operation has in any case.
    pub(crate) operation: Operation,
    /// The method that makes it from a value.
    pub(crate) method: String,
    /// The type that has the connection: an operation's own or a fragment's.
    pub(crate) module: Option<Name>,
    pub(crate) parent: ShapeId,
    pub(crate) parent_type: Name,
    /// What leads from such a value to its `id`.
    pub(crate) id: Vec<String>,
    /// The connection among the fields of the type.
    pub(crate) field: usize,
    pub(crate) direction: Direction,
    pub(crate) node: RustType,
    pub(crate) node_module: Option<Name>,
    /// What the variables are given, in their order.
    pub(crate) given: Vec<Given>,
}

/// What a variable of a follow-up is given.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    Id,
    Cursor,
    PageSize(Rows),
    /// What the variable of the same name has.
    Copied,
}

/// How many rows a page had.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// The query does not say.
    Unsaid,
    Null,
    Literal(i64),
    Variable(Name),
}

/// Finds for every operation the connections that can be read on, and says of those inside
/// lists why they cannot.
pub(super) fn find(
    context: &Context<'_>,
    schema: &Valid<Schema>,
    operations: &mut [Operation],
    fragments: &BTreeMap<Name, Fragment>,
    page_size: u64,
) -> Vec<Finding> {
    let Some(root) = derive::Root::of(context) else {
        // Without `node(id:)` there is nothing that a query could do better.
        return Vec::new();
    };
    let mut findings = Vec::new();
    let mut drafts = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let Some(definition) = context
            .document
            .operations
            .named
            .get(&operation.graphql_name)
        else {
            continue;
        };
        for place in find::places(fragments, operation) {
            let draft = Source {
                context,
                root: &root,
                fragments,
                operation,
                definition,
                place: &place,
            }
            .derive();
            match draft {
                Ok(derived) => drafts.push(Draft {
                    operation: index,
                    place,
                    derived,
                }),
                Err(reason) => findings.extend(report::report(context, &place, &reason)),
            }
        }
    }
    if drafts.is_empty() {
        return findings;
    }
    let invalid = validate(context, schema, &drafts);
    let mut valid = Vec::new();
    for (draft, invalid) in drafts.into_iter().zip(invalid) {
        match invalid {
            None => valid.push(draft),
            Some(message) => findings.extend(report::report(
                context,
                &draft.place,
                &Reason::Invalid(message),
            )),
        }
    }
    name_all(context, fragments, operations, &mut valid);
    let mut planner = Planner::new(context.schema, context.document);
    let mut rests = Vec::new();
    for draft in &valid {
        let sent = &draft.derived.sent;
        let formula = Formula::of(&planner.plan(sent), Defaults::of(sent, page_size));
        let rest = draft.rest(context, &operations[draft.operation], formula);
        rests.push((draft.operation, rest));
    }
    for (operation, rest) in rests {
        operations[operation].rests.push(rest);
    }
    findings
}

/// A follow-up on its way.
struct Draft<'a> {
    /// Whose it is.
    operation: usize,
    place: Place<'a>,
    derived: Derived,
}

impl Draft<'_> {
    fn rest(&self, context: &Context<'_>, operation: &Operation, complexity: Formula) -> Rest {
        let Derived {
            sent,
            rust_name,
            method,
            parent_type,
            id,
            direction,
            node,
            node_module,
            variables,
            given,
            cursor,
            size,
        } = &self.derived;
        let coordinate = format!("{parent_type}.{}", self.place.name());
        let docs = vec![
            format!(
                "The rest of `{}` of a `{parent_type}`: the rows that did not come with the first",
                self.place.field.key
            ),
            format!("page of them, in an answer to [`{}`].", operation.rust_name),
            String::new(),
            format!(
                "[`{}::{method}`] makes it. It reads of `{coordinate}` what that operation does.",
                operation.rust_name,
            ),
        ];
        Rest {
            method: method.clone(),
            module: self.place.module.cloned(),
            parent: self.place.shape,
            parent_type: parent_type.clone(),
            id: id.clone(),
            field: self.place.index,
            direction: *direction,
            node: node.clone(),
            node_module: node_module.clone(),
            given: given.clone(),
            operation: Operation {
                graphql_name: sent.name.clone().unwrap_or_else(|| name!("Rest")),
                rust_name: rust_name.clone(),
                module: operation.module.clone(),
                is_mutation: false,
                docs,
                variables: variables.clone(),
                document: document::print(context.schema, context.document, context.client, sent),
                shapes: super::Shapes::none(),
                pagination: Some(Pagination {
                    direction: *direction,
                    cursor: cursor.clone(),
                    size: size.clone(),
                    path: vec![Step::Field {
                        rust_name: "connection".to_owned(),
                        key: Some("node.connection".to_owned()),
                        optional: true,
                    }],
                    node: node.clone(),
                    node_module: node_module.clone(),
                    node_id: self.place.node_id.clone(),
                }),
                lookup: None,
                complexity,
                rests: Vec::new(),
            },
        }
    }
}

/// What the front end has against each of the follow-ups. They are held against the schema
/// as what people write: together, and one by one where that fails.
fn validate(
    context: &Context<'_>,
    schema: &Valid<Schema>,
    drafts: &[Draft<'_>],
) -> Vec<Option<String>> {
    let refusal = |drafts: &[Draft<'_>]| {
        let mut document = ExecutableDocument::new();
        document.sources.clone_from(&context.document.sources);
        let mut reached = BTreeSet::new();
        for (number, draft) in drafts.iter().enumerate() {
            let mut sent = draft.derived.sent.clone();
            // Names come later, and have to be different here.
            sent.name = Name::new(&format!("rest{number}")).ok();
            reached.extend(document::reached(context.document, &sent.selection_set));
            document.operations.insert(sent);
        }
        for name in reached {
            if let Some(fragment) = context.document.fragments.get(name) {
                document.fragments.insert(name.clone(), fragment.clone());
            }
        }
        let invalid = document.validate(schema).err()?;
        let first = invalid.errors.iter().next();
        Some(first.map_or_else(String::new, |error| error.error.to_string()))
    };
    if refusal(drafts).is_none() {
        return drafts.iter().map(|_| None).collect();
    }
    drafts
        .iter()
        .map(|draft| refusal(std::slice::from_ref(draft)))
        .collect()
}

/// Names the follow-ups of each operation, as types beside its own.
fn name_all(
    context: &Context<'_>,
    fragments: &BTreeMap<Name, Fragment>,
    operations: &[Operation],
    drafts: &mut [Draft<'_>],
) {
    let mut sent = Scope::default();
    for name in context.document.operations.named.keys() {
        sent.take(name);
    }
    for (index, operation) in operations.iter().enumerate() {
        let mut own: Vec<_> = drafts
            .iter_mut()
            .filter(|draft| draft.operation == index)
            .collect();
        let candidates: Vec<_> = own
            .iter()
            .map(|draft| draft.place.candidate(fragments))
            .collect();
        let mut reserved = vec!["Data", operation.rust_name.as_str()];
        let types = operation.shapes.types.iter();
        reserved.extend(types.map(|shape| shape.rust_name.as_str()));
        let names = names::types(&candidates, &reserved, &mut Refused::default());
        // A setter may have the name already.
        let setters = operation
            .variables
            .iter()
            .map(|variable| variable.input.rust_name.as_str());
        let mut methods = Scope::with_reserved(setters, "_of");
        for (draft, name) in own.iter_mut().zip(names) {
            draft.derived.method = methods.claim(names::snake(&name));
            let graphql_name =
                sent.claim(format!("{}{name}", names::camel(&operation.graphql_name)));
            draft.derived.sent.name = Name::new(&graphql_name).ok();
            draft.derived.rust_name = name;
        }
    }
}

impl Place<'_> {
    /// What its follow-up wants to be called.
    fn candidate(&self, fragments: &BTreeMap<Name, Fragment>) -> Candidate {
        let fragment = self.module.and_then(|name| fragments.get(name));
        let around = self.path.iter().map(String::as_str);
        Candidate {
            short: format!("{}Rest", names::camel(&self.field.key)),
            path: fragment
                .map(|fragment| fragment.rust_name.as_str())
                .into_iter()
                .chain(around)
                .filter(|key| !matches!(*key, "edges" | "node" | "nodes"))
                .map(str::to_owned)
                .collect(),
            chosen: None,
        }
    }

    /// The field's name in the schema.
    fn name(&self) -> &str {
        let written: Option<&Node<executable::Field>> = self.field.written.first();
        written.map_or(&self.field.key, |field| field.name.as_str())
    }
}
