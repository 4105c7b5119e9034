//! GraphQL over HTTP: the body that is sent and the one that comes back.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::GraphqlError;
use crate::{Error, ErrorKind, Operation};

/// The body for an operation.
pub(super) fn request<O: Operation>(operation: &O) -> Result<Bytes, Error> {
    serde_json::to_vec(&RequestBody(operation))
        .map(Bytes::from)
        .map_err(|source| {
            Error::new(
                ErrorKind::Encode,
                "the variables cannot be written as JSON, so nothing was sent",
            )
            .with_source(source)
        })
}

struct RequestBody<'a, O>(&'a O);

impl<O: Operation> Serialize for RequestBody<'_, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.0.name();
        let mut body = serializer.serialize_struct("Request", 3)?;
        body.serialize_field("query", self.0.document())?;
        body.serialize_field("variables", self.0.variables())?;
        if name.is_empty() {
            body.skip_field("operationName")?;
        } else {
            body.serialize_field("operationName", name)?;
        }
        body.end()
    }
}

/// An answer decoded in one pass.
pub(super) struct Envelope<T> {
    pub(super) data: Option<T>,
    pub(super) errors: Vec<GraphqlError>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EnvelopeVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for EnvelopeVisitor<T> {
            type Value = Envelope<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a GraphQL answer, an object with `data` or `errors`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<T>, A::Error> {
                let mut envelope = Envelope {
                    data: None,
                    errors: Vec::new(),
                };
                while let Some(key) = map.next_key::<Key>()? {
                    match key {
                        Key::Data => envelope.data = map.next_value()?,
                        Key::Errors => {
                            envelope.errors = GraphqlError::list_from_value(map.next_value()?);
                        }
                        Key::Other => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(envelope)
            }
        }

        deserializer.deserialize_map(EnvelopeVisitor(PhantomData))
    }
}

enum Key {
    Data,
    Errors,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(match key {
                    "data" => Key::Data,
                    "errors" => Key::Errors,
                    _ => Key::Other,
                })
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

/// An answer taken apart without knowing the type of its data: the second,
/// slower look, once something is wrong.
pub(super) struct RawEnvelope<'a> {
    /// `None` where the key is missing; `null` is some.
    pub(super) data: Option<&'a RawValue>,
    pub(super) errors: Vec<GraphqlError>,
}

impl<'a> RawEnvelope<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut keys: BTreeMap<String, &'a RawValue> = serde_json::from_str(text)?;
        let errors = match keys.remove("errors") {
            Some(errors) => GraphqlError::list_from_value(serde_json::from_str(errors.get())?),
            // Refused requests are answered in the manner of the REST API.
            None => match keys.remove("message") {
                Some(message) if !keys.contains_key("data") => {
                    GraphqlError::list_from_value(serde_json::from_str(message.get())?)
                }
                _ => Vec::new(),
            },
        };
        Ok(Self {
            data: keys.remove("data"),
            errors,
        })
    }

    /// The data as JSON text, unless it is missing or null.
    pub(super) fn some_data(&self) -> Option<&'a RawValue> {
        self.data.filter(|data| data.get() != "null")
    }

    /// Whether any field of the operation has a value.
    pub(super) fn has_values(&self) -> bool {
        let Some(data) = self.data else {
            return false;
        };
        match serde_json::from_str(data.get()) {
            Ok(Value::Null) => false,
            Ok(Value::Object(fields)) => !fields.values().all(Value::is_null),
            _ => true,
        }
    }

    /// Whether it is certain that no field of the operation had an effect:
    /// either it was not executed at all, or every field of it failed by
    /// itself rather than through something further down.
    pub(super) fn had_no_effect(&self) -> bool {
        self.data.is_none()
            || !self.has_values() && self.errors.iter().all(|error| error.path().len() == 1)
    }
}
