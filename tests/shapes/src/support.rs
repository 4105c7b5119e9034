//! Decoding and comparing answers.

use std::fmt::Debug;

use buildkite_client::Operation;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where `__typename` stands among the keys of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Typename {
    First,
    Last,
}

/// JSON as a server writes it, with `__typename` in its place and the other
/// keys in order or, where it is last, in reverse order.
pub(crate) fn text(value: &Value, typename: Typename) -> String {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key != "__typename");
            if matches!(typename, Typename::Last) {
                entries.reverse();
            }
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(key, value)| {
                    format!("{}:{}", Value::from(key.as_str()), text(value, typename))
                })
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| text(item, typename)).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// The answer of an operation.
pub(crate) fn decode<O: Operation>(answer: &Value) -> O::Data {
    serde_json::from_str(&text(answer, Typename::First)).unwrap_or_else(|error| {
        panic!("{answer:#}\n{error}");
    })
}

/// Why an answer cannot be decoded.
pub(crate) fn refusal<O: Operation>(answer: &Value) -> String {
    serde_json::from_str::<O::Data>(&text(answer, Typename::First))
        .map(drop)
        .unwrap_err()
        .to_string()
}

/// Decodes an answer, with `__typename` in front and behind, and checks that
/// it is written as it was read and can be read again.
pub(crate) fn round_trip<O>(answer: &Value)
where
    O: Operation,
    O::Data: DeserializeOwned + Serialize + PartialEq + Debug,
{
    let decoded = decode::<O>(answer);
    let reversed: O::Data = serde_json::from_str(&text(answer, Typename::Last)).unwrap();
    assert_eq!(reversed, decoded);
    let written = serde_json::to_value(&decoded).unwrap();
    // A struct for all types of an interface does not keep the name.
    assert_eq!(without_typename(&written), without_typename(answer));
    assert_eq!(decode::<O>(&written), decoded);
}

fn without_typename(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| *key != "__typename")
            .map(|(key, value)| (key.clone(), without_typename(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_typename).collect(),
        other => other.clone(),
    }
}
