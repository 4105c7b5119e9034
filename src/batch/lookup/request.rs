//! The operation that asks for several IDs.

use std::marker::PhantomData;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::NodeLookup;
use super::found::Found;
use crate::{Error, ErrorKind, Operation, OperationKind};

/// What all requests of a lookup have in common.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) name: String,
    /// The points of one ID, if somebody has counted.
    pub(super) each: Option<u64>,
    /// The variables but for the ID, or why they cannot be sent.
    pub(super) variables: Result<Map<String, Value>, Error>,
}

impl Common {
    pub(super) fn of<O: NodeLookup>(operation: &O) -> Self {
        Self {
            name: operation.name().to_owned(),
            each: operation.requested_complexity(),
            variables: variables(operation).map_err(|source| {
                Error::new(
                    ErrorKind::Encode,
                    "the variables cannot be written as JSON, so nothing was sent",
                )
                .with_source(source)
                .with_operation(OperationKind::Query, operation.name())
            }),
        }
    }
}

fn variables<O: NodeLookup>(operation: &O) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(operation.variables())? {
        Value::Object(mut variables) => {
            variables.remove(O::LOOKUP.variable);
            Ok(variables)
        }
        _ => Err(serde_json::Error::custom("the variables are no object")),
    }
}

/// An operation for several IDs. It has the name of the lookup, by which the server's
/// logs and the budget know it.
pub(super) struct ManyNodes<'a, O> {
    name: &'a str,
    document: String,
    requested: Option<u64>,
    variables: Variables<'a>,
    lookup: PhantomData<fn() -> O>,
}

impl<'a, O: NodeLookup> ManyNodes<'a, O> {
    pub(super) fn new(
        common: &'a Common,
        others: &'a Map<String, Value>,
        ids: Vec<&'a str>,
    ) -> Self {
        let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        Self {
            name: &common.name,
            document: O::LOOKUP.document(&common.name, ids.len()),
            requested: common.each.map(|each| each.saturating_mul(count)),
            variables: Variables {
                others,
                prefix: O::LOOKUP.prefix,
                ids,
            },
            lookup: PhantomData,
        }
    }
}

impl<'a, O: NodeLookup> Operation for ManyNodes<'a, O> {
    type Variables = Variables<'a>;
    type Data = Found<O>;

    fn kind(&self) -> OperationKind {
        OperationKind::Query
    }

    fn name(&self) -> &str {
        self.name
    }

    fn document(&self) -> &str {
        &self.document
    }

    fn variables(&self) -> &Variables<'a> {
        &self.variables
    }

    fn requested_complexity(&self) -> Option<u64> {
        self.requested
    }
}

/// The variables of the lookup, and one for each ID.
pub(super) struct Variables<'a> {
    others: &'a Map<String, Value>,
    prefix: &'static str,
    ids: Vec<&'a str>,
}

impl Serialize for Variables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.others.len() + self.ids.len()))?;
        for (name, value) in self.others {
            map.serialize_entry(name, value)?;
        }
        for (i, id) in self.ids.iter().enumerate() {
            map.serialize_entry(&format_args!("{}{i}", self.prefix), id)?;
        }
        map.end()
    }
}
