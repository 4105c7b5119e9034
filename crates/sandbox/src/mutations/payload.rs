//! What a mutation answers with, looked up in the world after it.

use apollo_compiler::resolvers::ResolveInfo;
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::connection::{cursor, fingerprint};
use crate::execute::Run;
use crate::fields;
use crate::value::{Node, Value};
use crate::world::ids::Entity;

/// The fields of a payload.
#[derive(Debug, Default)]
pub(crate) struct Payload {
    fields: Vec<(&'static str, Given)>,
}

/// A field of a payload.
#[derive(Debug)]
enum Given {
    Entity(Entity),
    /// A row of a connection of an owner.
    Edge {
        owner: Entity,
        connection: &'static str,
        node: Entity,
    },
    Leaf(JsonValue),
}

impl Payload {
    /// With something that exists after the change, or nothing.
    pub(super) fn with(mut self, field: &'static str, entity: impl Into<Option<Entity>>) -> Self {
        let given = entity
            .into()
            .map_or(Given::Leaf(JsonValue::Null), Given::Entity);
        self.fields.push((field, given));
        self
    }

    /// With the row that an entity has in a connection of an owner.
    pub(super) fn with_edge(
        mut self,
        field: &'static str,
        (owner, connection): (Entity, &'static str),
        node: Entity,
    ) -> Self {
        let edge = Given::Edge {
            owner,
            connection,
            node,
        };
        self.fields.push((field, edge));
        self
    }

    /// With a text or a number.
    pub(super) fn with_leaf(mut self, field: &'static str, leaf: impl Into<JsonValue>) -> Self {
        self.fields.push((field, Given::Leaf(leaf.into())));
        self
    }

    /// With the identifier that the caller gave to the mutation.
    pub(super) fn mutation_id(self, id: Option<String>) -> Self {
        self.with_leaf("clientMutationId", id.map_or(JsonValue::Null, Into::into))
    }

    /// The payload as an object of the mutation's type, in the world after the change.
    pub(crate) fn show<'w>(self, run: &Run<'w>, info: &ResolveInfo<'_>) -> Value<'w> {
        let shown: Vec<(&'static str, Value<'w>)> = self
            .fields
            .into_iter()
            .map(|(field, given)| (field, given.show(run)))
            .collect();
        let payload = info.field_definition().ty.inner_named_type();
        Value::record(payload.clone(), 0, shown)
    }
}

impl Given {
    fn show<'w>(self, run: &Run<'w>) -> Value<'w> {
        match self {
            Self::Entity(entity) => entity.into(),
            Self::Leaf(leaf) => Value::Leaf(leaf),
            Self::Edge {
                owner,
                connection,
                node,
            } => edge(run, owner, connection, node).unwrap_or(Value::Null),
        }
    }
}

/// The edge of a node in the connection as it is when it is asked for without
/// arguments, so that its cursor is one of that connection.
fn edge<'w>(run: &Run<'w>, owner: Entity, field: &str, node: Entity) -> Option<Value<'w>> {
    let schema = &run.served.schema;
    let owner = fields::load(run.world, Node::Entity(owner))?;
    let definition = schema
        .type_field(fields::type_name(run, &owner), field)
        .ok()?;
    let mut arguments = JsonMap::new();
    for argument in &definition.arguments {
        let default = argument.default_value.as_ref();
        if let Some(value) = default.and_then(|value| value.as_enum()) {
            arguments.insert(argument.name.as_str(), value.as_str().into());
        }
    }
    let rows = fields::rows(run, &owner, field, &arguments)?;
    let key = rows.key_of(|row| match row {
        Value::Object(row) => fields::entity_of(row) == Some(node),
        _ => false,
    })?;
    let edges = schema
        .type_field(definition.ty.inner_named_type(), "edges")
        .ok()?;
    let place = fingerprint(run.world.seed, fields::hash(&owner), field, &arguments);
    let fields = [
        ("cursor", cursor(place, &key).into()),
        ("node", node.into()),
    ];
    Some(Value::record(
        edges.ty.inner_named_type().clone(),
        0,
        fields,
    ))
}
