//! What generated code builds on, under one short name. Not for use elsewhere.

#[cfg(feature = "graphql-client")]
pub use graphql_client::{GraphQLQuery, QueryBody};
pub use serde::de::{Deserialize, Deserializer, Error as DecodeError};
pub use serde::ser::{Serialize, SerializeMap, Serializer};

pub use crate::batch::{LookupDocument, NodeLookup};
pub use crate::complexity::{OptionalVariable, Points, condition, number, page_size};
pub use crate::decode::{
    FieldValue, OptionalPartial, Selection, VariantPartial, Variants, deserialize,
    deserialize_enum, finish_optional, finish_variant, required, serialize, take_optional,
    take_optional_shared, take_variant, write_merged,
};
pub use crate::maybe::InputValue;
pub use crate::relay::{
    Connection, Direction, Drain, NodeConnection, Paginate, Rests, rest_begins,
};
pub use crate::{Error, Maybe, Operation, OperationKind};
pub use crate::{impl_enum, impl_graphql_query, impl_selection, impl_variants};
