//! What a field resolves to, before the executor completes it.

use std::rc::Rc;

use apollo_compiler::Name;
use apollo_compiler::response::JsonValue;

use crate::connection::{Connection, Rows};
use crate::world::builds::Build;
use crate::world::ids::Entity;
use crate::world::time::Time;

/// The value of a field.
#[derive(Clone)]
pub(crate) enum Value<'w> {
    /// Nothing.
    Null,
    /// A scalar or an enum value.
    Leaf(JsonValue),
    /// An object.
    Object(Node<'w>),
    /// A list.
    List(Vec<Value<'w>>),
    /// The rows of a connection, not yet cut into a page.
    Rows(Rows<'w>),
}

/// An object whose fields can be asked for.
#[derive(Clone)]
pub(crate) enum Node<'w> {
    /// The root of queries.
    Query,
    /// The root of mutations.
    Mutation,
    /// Something with an identity.
    Entity(Entity),
    /// A build, with its jobs once they have been worked out.
    Build(Rc<Build>),
    /// A job, by its place in its build.
    Job(Rc<Build>, usize),
    /// Fields that belong to an object but have no identity of their own.
    Record(Rc<Record<'w>>),
    /// A page of a connection.
    Connection(Rc<Connection<'w>>),
}

/// An object given by its fields.
pub(crate) struct Record<'w> {
    pub(crate) type_name: Name,
    /// Tells the record from others, for the fields that are not given.
    pub(crate) hash: u64,
    pub(crate) fields: Vec<(&'static str, Value<'w>)>,
}

impl<'w> Value<'w> {
    /// An object given by its fields.
    pub(crate) fn record(
        type_name: Name,
        hash: u64,
        fields: impl Into<Vec<(&'static str, Value<'w>)>>,
    ) -> Self {
        Self::Object(Node::Record(Rc::new(Record {
            type_name,
            hash,
            fields: fields.into(),
        })))
    }

    /// A list of anything.
    pub(crate) fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! leaf {
    ($($ty:ty),*) => {
        $(impl From<$ty> for Value<'_> {
            fn from(value: $ty) -> Self {
                Self::Leaf(value.into())
            }
        })*
    };
}

leaf!(&str, String, bool, u64, i64, f64, JsonValue);

impl From<Time> for Value<'_> {
    fn from(time: Time) -> Self {
        Self::Leaf(time.to_string().into())
    }
}

impl From<Entity> for Value<'_> {
    fn from(entity: Entity) -> Self {
        Self::Object(Node::Entity(entity))
    }
}

impl From<Rc<Build>> for Value<'_> {
    fn from(build: Rc<Build>) -> Self {
        Self::Object(Node::Build(build))
    }
}

impl<'w> From<Node<'w>> for Value<'w> {
    fn from(node: Node<'w>) -> Self {
        Self::Object(node)
    }
}

impl<'w> From<Rows<'w>> for Value<'w> {
    fn from(rows: Rows<'w>) -> Self {
        Self::Rows(rows)
    }
}

impl<'w, T: Into<Value<'w>>> From<Option<T>> for Value<'w> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
