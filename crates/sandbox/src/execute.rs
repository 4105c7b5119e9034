//! From the text of a request to its answer: parse, validate, run.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{ExecutionResponse, GraphQLError, JsonMap};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name};
use serde::Serialize;
use typed_arena::Arena;

use crate::connection::{Connection, fingerprint};
use crate::schema::ServedSchema;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::search::FoundJob;
use crate::world::store::Store;
use crate::{fallback, fields, mutations};

/// The deepest nesting that is run, fragments followed. It bounds the stack of the
/// executor, and many JSON parsers refuse answers that are nested deeper than 128.
const MAX_DEPTH: usize = 100;
/// The most fields that one request may resolve. It ends requests whose answers
/// would be exponentially larger than they are.
const MAX_FIELDS: u64 = 1_000_000;
/// What the executor puts before the messages of resolvers.
const PREFIX: &str = "resolver error: ";

/// What a request asks for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) query: String,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: JsonMap,
}

/// The answer to a request.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// The operation ran.
    Ran(ExecutionResponse),
    /// The request was refused as a whole.
    Refused { errors: Vec<GraphQLError> },
}

/// Answers a request from Buildkite's world.
pub(crate) fn execute(served: &ServedSchema, store: &Store, request: &Request) -> Answer {
    let worlds = Arena::new();
    let fields = Fields::default();
    let session = Session {
        served,
        store,
        worlds: &worlds,
        fields: &fields,
        runs: Arena::new(),
    };
    answer(served, request, &fields, |operation| Object {
        session: &session,
        run: session.see(store.world()),
        node: if operation.is_mutation() {
            Node::Mutation
        } else {
            Node::Query
        },
    })
}

/// A request while it is executed. It sees the world as it was at the beginning; what
/// a mutation answers with sees the world as it was after the mutation.
pub(crate) struct Session<'w> {
    served: &'w ServedSchema,
    pub(crate) store: &'w Store,
    worlds: &'w Arena<World>,
    fields: &'w Fields,
    runs: Arena<Run<'w>>,
}

impl<'w> Session<'w> {
    fn see(&self, world: World) -> &Run<'w> {
        self.runs
            .alloc(Run::new(self.served, self.worlds.alloc(world), self.fields))
    }
}

/// Answers a request from whatever objects the root leads to.
pub(crate) fn answer<O: ObjectValue>(
    served: &ServedSchema,
    request: &Request,
    fields: &Fields,
    root: impl FnOnce(&Operation) -> O,
) -> Answer {
    run(served, request, fields, root).unwrap_or_else(|errors| Answer::Refused { errors })
}

fn run<O: ObjectValue>(
    served: &ServedSchema,
    request: &Request,
    fields: &Fields,
    root: impl FnOnce(&Operation) -> O,
) -> Result<Answer, Vec<GraphQLError>> {
    let document =
        ExecutableDocument::parse_and_validate(&served.schema, &request.query, "query.graphql")
            .map_err(|invalid| -> Vec<GraphQLError> {
                let errors = invalid.errors.iter();
                errors
                    .map(|error| error.unstable_to_json_compat())
                    .collect()
            })?;
    let refuse = |error: &apollo_compiler::request::RequestError| {
        vec![error.to_graphql_error(&document.sources)]
    };
    let operation = operation(&document, request.operation_name.as_deref())?;
    check_depth(&document, operation)?;
    check_max_depth(&document, operation).map_err(|error| refuse(&error))?;
    let root = root(operation);
    let mut response = Execution::new(&served.schema, &document)
        .operation(operation)
        .implementers_map(&served.implementers)
        .raw_variable_values(&request.variables)
        .enable_schema_introspection(true)
        .execute_sync(&root)
        .map_err(|error| refuse(&error))?;
    if fields.are_too_many() {
        let message = too_many();
        return Err(vec![GraphQLError::new(message, None, &document.sources)]);
    }
    for error in &mut response.errors {
        if let Some(message) = error.message.strip_prefix(PREFIX) {
            error.message = message.to_owned();
        }
    }
    Ok(Answer::Ran(response))
}

fn operation<'d>(
    document: &'d Valid<ExecutableDocument>,
    name: Option<&str>,
) -> Result<&'d Operation, Vec<GraphQLError>> {
    document
        .operations
        .get(name)
        .map(|operation| &**operation)
        .map_err(|_| {
            let message = match name {
                Some(name) => format!("No operation named {name:?}"),
                None if document.operations.is_empty() => {
                    "The document has no operation".to_owned()
                }
                None => "The document has several operations: `operationName` has to say which"
                    .to_owned(),
            };
            vec![GraphQLError::new(message, None, &document.sources)]
        })
}

fn check_depth(
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
) -> Result<(), Vec<GraphQLError>> {
    let mut fragments = HashMap::default();
    let depth = depth(document, &operation.selection_set, &mut fragments);
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    let message = format!("Query has depth of {depth}, which exceeds max depth of {MAX_DEPTH}");
    Err(vec![GraphQLError::new(message, None, &document.sources)])
}

/// How deep the selections go; every fragment is measured once. Validation has
/// made sure that fragments do not contain themselves.
fn depth<'d>(
    document: &'d Valid<ExecutableDocument>,
    set: &'d SelectionSet,
    fragments: &mut HashMap<&'d Name, usize>,
) -> usize {
    let mut deepest = 0;
    for selection in &set.selections {
        let here = match selection {
            Selection::Field(field) => 1 + depth(document, &field.selection_set, fragments),
            Selection::InlineFragment(inline) => depth(document, &inline.selection_set, fragments),
            Selection::FragmentSpread(spread) => {
                let known = fragments.get(&spread.fragment_name);
                match (known, document.fragments.get(&spread.fragment_name)) {
                    (Some(depth), _) => *depth,
                    (None, None) => 0,
                    (None, Some(fragment)) => {
                        let depth = depth(document, &fragment.selection_set, fragments);
                        fragments.insert(&fragment.name, depth);
                        depth
                    }
                }
            }
        };
        deepest = deepest.max(here);
    }
    deepest
}

/// How many fields a request has resolved so far.
#[derive(Debug, Default)]
pub(crate) struct Fields(Cell<u64>);

impl Fields {
    /// Counts one more, and refuses it where there are too many.
    pub(crate) fn count(&self) -> Result<(), FieldError> {
        self.0.set(self.0.get() + 1);
        if self.are_too_many() {
            return Err(error(too_many()));
        }
        Ok(())
    }

    fn are_too_many(&self) -> bool {
        self.0.get() > MAX_FIELDS
    }
}

/// What the resolvers of one request share.
pub(crate) struct Run<'w> {
    pub(crate) served: &'w ServedSchema,
    pub(crate) world: &'w World,
    fields: &'w Fields,
    assigned: OnceCell<Vec<(u64, FoundJob)>>,
}

impl<'w> Run<'w> {
    fn new(served: &'w ServedSchema, world: &'w World, fields: &'w Fields) -> Self {
        Self {
            served,
            world,
            fields,
            assigned: OnceCell::new(),
        }
    }

    /// The same request, over another moment of the world.
    pub(crate) fn over<'o>(&self, world: &'o World) -> Run<'o>
    where
        'w: 'o,
    {
        Run::new(self.served, world, self.fields)
    }

    /// Every job that was given to an agent, looked up once for the request.
    pub(crate) fn assigned(&self) -> &[(u64, FoundJob)] {
        self.assigned.get_or_init(|| self.world.assigned_jobs())
    }

    /// An object without data of its own.
    pub(crate) fn generic(&self, type_name: &str, hash: u64) -> Value<'w> {
        fallback::object(self, type_name, hash)
    }
}

fn too_many() -> String {
    format!("The answer would have more than {MAX_FIELDS} fields")
}

/// An error of one field.
pub(crate) fn error(message: impl Into<String>) -> FieldError {
    FieldError {
        message: message.into(),
    }
}

/// An object as the executor sees it.
struct Object<'r, 'w> {
    session: &'r Session<'w>,
    run: &'r Run<'w>,
    node: Node<'w>,
}

impl ObjectValue for Object<'_, '_> {
    fn type_name(&self) -> &str {
        fields::type_name(self.run, &self.node)
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        self.run.fields.count()?;
        let value = match &self.node {
            Node::Mutation => {
                let (payload, world) = mutations::resolve(self.run, self.session.store, info)?;
                let after = Object {
                    session: self.session,
                    run: self.session.see(world),
                    node: Node::Mutation,
                };
                return after.complete(payload.show(after.run, info), info);
            }
            Node::Connection(connection) => connection.field(
                info.field_name(),
                info.field_definition().ty.inner_named_type(),
            ),
            node => fields::resolve(self.run, node, info)?,
        };
        let value = match value {
            Some(value) => value,
            None => fallback::field(self.run, fields::hash(&self.node), info),
        };
        self.complete(value, info)
    }
}

impl<'r, 'w> Object<'r, 'w> {
    fn complete<'a>(
        &self,
        value: Value<'w>,
        info: &ResolveInfo<'_>,
    ) -> Result<ResolvedValue<'a>, FieldError>
    where
        'r: 'a,
        'w: 'a,
    {
        Ok(match value {
            Value::Null => ResolvedValue::null(),
            Value::Leaf(json) => ResolvedValue::Leaf(json),
            Value::Object(node) => {
                let node = fields::load(self.run.world, node);
                let object = node.map(|node| Object {
                    session: self.session,
                    run: self.run,
                    node,
                });
                ResolvedValue::nullable_object(object)
            }
            Value::List(items) => {
                let mut completed = Vec::with_capacity(items.len());
                for item in items {
                    completed.push(self.complete(item, info)?);
                }
                ResolvedValue::list(completed)
            }
            Value::Rows(rows) => {
                let type_name = info.field_definition().ty.inner_named_type().clone();
                let owner = fields::hash(&self.node);
                let seed = self.run.world.seed;
                let fingerprint = fingerprint(seed, owner, info.field_name(), info.arguments());
                let page = Connection::page(type_name, rows, fingerprint, info.arguments())
                    .map_err(error)?;
                ResolvedValue::object(Object {
                    session: self.session,
                    run: self.run,
                    node: Node::Connection(Rc::new(page)),
                })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;
    use std::sync::Arc;

    use apollo_compiler::ast::FieldDefinition;

    use super::*;
    use crate::world::chance::mix;
    use crate::world::clock::Clock;
    use crate::world::ids::{Entity, node_id};
    use crate::world::time::Time;

    /// Every field of an object type, with what it needs, and nothing inside.
    fn selections(schema: &Schema, type_name: &str) -> String {
        let object = schema.get_object(type_name).unwrap();
        let one = |field: &FieldDefinition| {
            let required: Vec<String> = field
                .arguments
                .iter()
                .filter(|argument| argument.is_required())
                .map(|argument| format!("{}: \"x\"", argument.name))
                .collect();
            let arguments = match required.as_slice() {
                [] => String::new(),
                required => format!("({})", required.join(", ")),
            };
            let is_leaf = schema.types[field.ty.inner_named_type()].is_leaf();
            let inside = if is_leaf { "" } else { " { __typename }" };
            format!("{}{arguments}{inside} ", field.name)
        };
        object.fields.values().map(|field| one(field)).collect()
    }

    /// Types that the world has no data for are reached, if at all, through few
    /// places, so here each is asked for by an ID of its own.
    #[test]
    fn every_type_with_an_id_resolves_without_data() {
        let served = ServedSchema::get().unwrap();
        // These have arguments of other types and are reached in other tests.
        let reached = ["Organization", "Viewer"];
        let possible = served.possible("Node");
        assert!(possible.len() > 60);
        for name in possible
            .into_iter()
            .filter(|name| !reached.contains(&name.as_str()))
        {
            let index = served.object_index(name).unwrap();
            for hash in 0..8 {
                let store = {
                    let clock = Arc::new(Clock::new(0.0));
                    Store::new(hash, Time::parse("2026-11-20").unwrap(), clock)
                };
                let entity = Entity::generic(index, mix(hash));
                let id = node_id(name, &store.world().uuid(entity));
                let fields = selections(&served.schema, name);
                let request = Request {
                    query: format!(
                        "{{ node(id: \"{id}\") {{ __typename ... on {name} {{ {fields} }} }} }}"
                    ),
                    operation_name: None,
                    variables: JsonMap::new(),
                };
                let answer = execute(served, &store, &request);
                let json = serde_json::to_value(&answer).unwrap();
                assert!(json.get("errors").is_none(), "{name}: {json:#}");
                assert_eq!(json["data"]["node"]["__typename"], name.as_str());
                assert_eq!(json["data"]["node"]["id"], id, "{name}");
            }
        }
    }
}
