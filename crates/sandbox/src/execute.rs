//! From the text of a request to its answer: parse, validate, run.

use std::cell::Cell;
use std::rc::Rc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::Operation;
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::request::RequestError;
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{ExecutionResponse, GraphQLError, JsonMap};
use apollo_compiler::validation::Valid;
use serde::Serialize;
use typed_arena::Arena;

use crate::connection::{Connection, fingerprint};
use crate::limits::Limits;
use crate::limits::complexity::requested;
use crate::limits::depth::{depth, is_data};
use crate::schema::ServedSchema;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::chance::count;
use crate::world::store::Store;
use crate::{fallback, fields, inputs, mutations};

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
    pub(crate) limits: Limits,
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
pub(crate) fn execute(served: &ServedSchema, store: &Store, request: &Request) -> Answered {
    let worlds = Arena::new();
    let tally = Tally::default();
    let session = Session {
        served,
        store,
        worlds: &worlds,
        tally: &tally,
        runs: Arena::new(),
    };
    answer(served, request, &tally, |operation| Object {
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
    tally: &'w Tally,
    runs: Arena<Run<'w>>,
}

impl<'w> Session<'w> {
    fn see(&self, world: World) -> &Run<'w> {
        self.runs
            .alloc(Run::new(self.served, self.worlds.alloc(world), self.tally))
    }
}

/// An answer, and the points of it.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) answer: Answer,
    /// Counted before the operation ran, if it was valid.
    pub(crate) requested: Option<u64>,
    /// Counted while it ran.
    pub(crate) actual: u64,
    /// Whether a query ran, which changed nothing.
    pub(crate) is_query: bool,
}

/// Why an operation did not run.
struct Refused {
    errors: Vec<GraphQLError>,
    requested: Option<u64>,
}

impl From<Vec<GraphQLError>> for Refused {
    fn from(errors: Vec<GraphQLError>) -> Self {
        Self {
            errors,
            requested: None,
        }
    }
}

/// Answers a request from whatever objects the root leads to.
pub(crate) fn answer<O: ObjectValue>(
    served: &ServedSchema,
    request: &Request,
    tally: &Tally,
    root: impl FnOnce(&Operation) -> O,
) -> Answered {
    let mut is_query = false;
    let root = |operation: &Operation| {
        is_query = operation.is_query();
        root(operation)
    };
    let (answer, requested) = match run(served, request, tally, root) {
        Ok((response, requested)) => (Answer::Ran(response), Some(requested)),
        Err(Refused { errors, requested }) => (Answer::Refused { errors }, requested),
    };
    Answered {
        answer,
        requested,
        actual: tally.points.get(),
        is_query,
    }
}

fn run<O: ObjectValue>(
    served: &ServedSchema,
    request: &Request,
    tally: &Tally,
    root: impl FnOnce(&Operation) -> O,
) -> Result<(ExecutionResponse, u64), Refused> {
    let document = served.read(&request.query)?;
    let read = &document.executable;
    let refuse = |error: &RequestError| vec![error.to_graphql_error(&read.sources)];
    let operation = operation(read, request.operation_name.as_deref())?;
    let requested = check(served, request, read, operation)?;
    let variables = inputs::variables(&served.schema, operation, &request.variables)
        .map_err(|error| refuse(&error))?;
    let settled = document
        .has_inner_variables
        .then(|| inputs::settle(read.clone(), &variables));
    let document = settled.as_ref().unwrap_or(read);
    let operation = self::operation(document, request.operation_name.as_deref())?;
    let root = root(operation);
    let mut response = Execution::new(&served.schema, document)
        .operation(operation)
        .implementers_map(&served.implementers)
        .coerced_variable_values(&variables)
        .enable_schema_introspection(true)
        .execute_sync(&root)
        .map_err(|error| refuse(&error))?;
    if tally.are_too_many() {
        let message = too_many();
        return Err(vec![GraphQLError::new(message, None, &document.sources)].into());
    }
    for error in &mut response.errors {
        if let Some(message) = error.message.strip_prefix(PREFIX) {
            error.message = message.to_owned();
        }
    }
    Ok((response, requested))
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

/// Refuses what is nested too deeply or asks for too much, and answers how many points
/// the operation asks for.
fn check(
    served: &ServedSchema,
    request: &Request,
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
) -> Result<u64, Refused> {
    let refuse = |message: String, requested| Refused {
        errors: vec![GraphQLError::new(message, None, &document.sources)],
        requested,
    };
    let limits = &request.limits;
    let too_deep = |depth, most| {
        let message = format!("Query has depth of {depth}, which exceeds max depth of {most}");
        refuse(message, None)
    };
    let all = depth(document, operation, |_| true);
    if all > MAX_DEPTH {
        return Err(too_deep(all, MAX_DEPTH));
    }
    let data = depth(document, operation, is_data);
    if data > limits.depth {
        return Err(too_deep(data, limits.depth));
    }
    check_max_depth(document, operation)
        .map_err(|error| Refused::from(vec![error.to_graphql_error(&document.sources)]))?;
    let requested = requested(served, document, operation, &request.variables);
    if requested > limits.query {
        let most = limits.query;
        let message =
            format!("Query has complexity of {requested}, which exceeds max complexity of {most}");
        return Err(refuse(message, Some(requested)));
    }
    Ok(requested)
}

/// What a request has used so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    fields: Cell<u64>,
    points: Cell<u64>,
}

impl Tally {
    /// Counts one more field, and refuses it where there are too many.
    pub(crate) fn count(&self) -> Result<(), FieldError> {
        self.fields.set(self.fields.get() + 1);
        if self.are_too_many() {
            return Err(error(too_many()));
        }
        Ok(())
    }

    /// Counts the points of what a field has returned.
    pub(crate) fn charge(&self, points: u64) {
        self.points.set(self.points.get().saturating_add(points));
    }

    fn are_too_many(&self) -> bool {
        self.fields.get() > MAX_FIELDS
    }
}

/// What the resolvers of one request share.
pub(crate) struct Run<'w> {
    pub(crate) served: &'w ServedSchema,
    pub(crate) world: &'w World,
    tally: &'w Tally,
}

impl<'w> Run<'w> {
    fn new(served: &'w ServedSchema, world: &'w World, tally: &'w Tally) -> Self {
        Self {
            served,
            world,
            tally,
        }
    }

    /// The same request, over another moment of the world.
    pub(crate) fn over<'o>(&self, world: &'o World) -> Run<'o>
    where
        'w: 'o,
    {
        Run::new(self.served, world, self.tally)
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
        self.run.tally.count()?;
        let value = match &self.node {
            Node::Mutation => {
                let (payload, world) = mutations::resolve(self.run, self.session.store, info)?;
                let after = Object {
                    session: self.session,
                    run: self.session.see(world),
                    node: Node::Mutation,
                };
                let payload = payload.show(after.run, info);
                self.run.tally.charge(1);
                return after.complete(payload, info);
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
        self.run
            .tally
            .charge(points(&self.node, info.field_name(), &value));
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

/// The points of what a field has returned, without what is below it.
fn points(owner: &Node<'_>, field: &str, value: &Value<'_>) -> u64 {
    match value {
        Value::Object(_) | Value::Rows(_) => 1,
        Value::List(rows) => {
            let objects = rows.iter().filter(|row| matches!(row, Value::Object(_)));
            match (owner, field) {
                // The rows themselves, rather than one list with a row in each edge.
                (Node::Connection(_), "nodes") => count(objects.count()),
                (Node::Connection(_), "edges") => 1,
                _ => count(objects.take(1).count()),
            }
        }
        Value::Null | Value::Leaf(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;
    use std::sync::Arc;

    use apollo_compiler::ast::FieldDefinition;

    use super::*;
    use crate::world::cast::{Size, acme};
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
                    let now = Time::parse("2026-11-20").unwrap();
                    Store::new(hash, now, clock, acme(now, Size::default()))
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
                    limits: Limits::none(),
                };
                let answer = execute(served, &store, &request).answer;
                let json = serde_json::to_value(&answer).unwrap();
                assert!(json.get("errors").is_none(), "{name}: {json:#}");
                assert_eq!(json["data"]["node"]["__typename"], name.as_str());
                assert_eq!(json["data"]["node"]["id"], id, "{name}");
            }
        }
    }
}
