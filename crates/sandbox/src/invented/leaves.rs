//! Scalars: ordinary values, and among them those that are hard to read.

use apollo_compiler::response::{JsonMap, JsonValue};
use jiff::{SignedDuration, Timestamp};

use crate::world::chance::{hex, mix, pick};

/// One value in this many is an awkward one.
const AWKWARD: u64 = 4;

/// Texts that have to be escaped, or that are longer than they look.
const TEXTS: [&str; 6] = [
    "",
    "\"quoted\" and \\escaped\\",
    "two\nlines\tand\u{0}more",
    "Grüße 🌱 \u{202e}",
    "null",
    "{\"not\": [\"json\"]}",
];

const INTEGERS: [i32; 4] = [0, -1, i32::MIN, i32::MAX];

/// A value of a scalar for a field of this name.
pub(super) fn scalar(scalar: &str, field: &str, now: Timestamp, hash: u64) -> JsonValue {
    let is_awkward = hash.is_multiple_of(AWKWARD);
    let hash = mix(hash);
    let number = i32::try_from(hash % 1_000).unwrap_or_default();
    match scalar {
        "Boolean" => hash.is_multiple_of(2).into(),
        "Int" | "JSInt" if is_awkward => (*pick(&INTEGERS, hash)).into(),
        "Int" | "JSInt" => number.into(),
        "Float" if is_awkward => f64::from(number).into(),
        "Float" => (f64::from(number) + 0.5).into(),
        "ID" => format!("{field}-{}", hex(hash, 8)).into(),
        "DateTime" => moment(now, hash).into(),
        "String" | "XML" | "YAML" if is_awkward => (*pick(&TEXTS, hash)).into(),
        "String" | "XML" | "YAML" => format!("{field} {number}").into(),
        _ => anything(field, hash),
    }
}

/// A second of the four months before.
fn moment(now: Timestamp, hash: u64) -> String {
    let seconds = i64::try_from(hash % 10_000_000).unwrap_or_default();
    let before = now.checked_sub(SignedDuration::from_secs(seconds));
    before.unwrap_or(now).to_string()
}

/// Any JSON value but null.
fn anything(field: &str, hash: u64) -> JsonValue {
    match hash % 6 {
        0 => field.into(),
        1 => (hash % 1_000).into(),
        2 => 0.25.into(),
        3 => true.into(),
        4 => JsonValue::Array(vec![field.into(), JsonValue::Null, 7.into()]),
        _ => {
            let mut object = JsonMap::new();
            object.insert("value", (hash % 1_000).into());
            object.insert("nothing", JsonValue::Null);
            object.into()
        }
    }
}
