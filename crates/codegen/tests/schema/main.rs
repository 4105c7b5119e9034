//! Schemas in, canonical SDL out: nothing is lost, nothing depends on order,
//! and bad input is refused with a message that helps.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers outside of test functions are tests, too"
)]

mod canonical;
mod changes;
mod introspect;
mod refused;

use buildkite_codegen::schema::{self, PrintOptions};
use serde_json::Value;

/// A small schema with one of everything, as an introspection answer in which
/// every list is in an order that printing has to change.
const FIXTURE: &str = include_str!("fixture.json");

fn fixture() -> Value {
    serde_json::from_str(FIXTURE).expect("the fixture is JSON")
}

fn print(answer: &Value) -> String {
    schema::print_introspection(&answer.to_string(), PrintOptions::new())
        .expect("the answer is complete")
}

#[test]
fn the_fixture_prints_as_it_always_did() {
    insta::assert_snapshot!("fixture", print(&fixture()));
}

#[test]
fn nothing_is_lost() {
    let answer = fixture();
    let printed = print(&answer);
    introspect::assert_same(
        &introspect::introspect(&printed),
        &answer["data"]["__schema"],
    );
}

#[test]
fn printing_again_gives_the_same_bytes() {
    let printed = print(&fixture());
    let again = schema::print_sdl(&printed, PrintOptions::new()).expect("printed SDL is SDL");
    assert_eq!(again, printed);

    // A third way round: through an introspection of what was printed.
    let answer = introspect::introspect(&printed);
    assert_eq!(print(&serde_json::json!({ "__schema": answer })), printed);
}

#[test]
fn the_order_of_the_answer_does_not_matter() {
    fn reverse(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.reverse();
                items.iter_mut().for_each(reverse);
            }
            Value::Object(entries) => entries.values_mut().for_each(reverse),
            _ => {}
        }
    }
    let mut reversed = fixture();
    reverse(&mut reversed);
    assert_eq!(print(&reversed), print(&fixture()));
}

#[test]
fn descriptions_can_be_left_out() {
    let bare = schema::print_introspection(FIXTURE, PrintOptions::new().descriptions(false))
        .expect("the fixture is complete");
    assert!(!bare.contains("\"\"\""), "{bare}");
    assert!(
        bare.contains("enum Shade {\n  DUSK @deprecated\n  FULL\n"),
        "{bare}"
    );

    // Nothing else goes with them.
    let mut answer = introspect::introspect(&print(&fixture()));
    introspect::remove_everywhere(&mut answer, &["description"]);
    introspect::assert_same(&introspect::introspect(&bare), &answer);
}

/// Takes every element away in turn. Each time the text has to change, or the
/// answer is no schema any more: there is no element that printing ignores.
#[test]
fn every_element_shows() {
    let whole = fixture();
    let printed = print(&whole);
    let mut elements = Vec::new();
    collect_elements(&whole["data"]["__schema"], "/data/__schema", &mut elements);
    assert!(elements.len() > 200, "only {} elements", elements.len());

    for pointer in elements {
        let mut changed = whole.clone();
        remove(&mut changed, &pointer);
        if let Ok(text) = schema::print_introspection(&changed.to_string(), PrintOptions::new()) {
            assert_ne!(
                text, printed,
                "{pointer} can be taken away and nobody notices"
            );
        }
    }
}

/// JSON pointers to everything that carries meaning below `value`, leaving out
/// what belongs to the specification and what only repeats another place.
fn collect_elements(value: &Value, pointer: &str, elements: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            let name = entries.get("name").and_then(Value::as_str).unwrap_or("");
            let specified = ["deprecated", "include", "oneOf", "skip", "specifiedBy"];
            let built_in = ["Boolean", "Float", "ID", "Int", "String"];
            if name.starts_with("__")
                || (entries.contains_key("locations") && specified.contains(&name))
                || (entries.contains_key("specifiedByURL") && built_in.contains(&name))
            {
                return;
            }
            let is_reference = entries.contains_key("ofType") || !entries.contains_key("name");
            for (key, entry) in entries {
                let says_nothing = entry.is_null() || *entry == false;
                // The possible types of an interface follow from its
                // implementers, a deprecation from its reason, the kinds of
                // references from the types that they name.
                let repeats = match key.as_str() {
                    "possibleTypes" => entries["kind"] == "INTERFACE",
                    "isDeprecated" => !entries["deprecationReason"].is_null(),
                    "deprecationReason" => *entry == "No longer supported",
                    "kind" => is_reference || pointer.ends_with("Type"),
                    _ => false,
                };
                if says_nothing || repeats {
                    continue;
                }
                let pointer = format!("{pointer}/{key}");
                if matches!(entry, Value::Array(_) | Value::Object(_)) {
                    collect_elements(entry, &pointer, elements);
                } else {
                    elements.push(pointer);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                let name = item.get("name").and_then(Value::as_str).unwrap_or("");
                let before = elements.len();
                collect_elements(item, &pointer, elements);
                let has_elements = elements.len() > before && !name.starts_with("__");
                if has_elements || item.is_string() {
                    elements.push(pointer);
                }
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer below the root");
    match value.pointer_mut(parent).expect("a pointer into the value") {
        Value::Array(items) => {
            items.remove(key.parse().expect("an index"));
        }
        Value::Object(entries) => {
            entries.remove(key);
        }
        other => panic!("{parent} has no parts: {other}"),
    }
}

/// Servers of before 2021 know neither repeatable directives nor
/// `specifiedByURL`, `@oneOf` and deprecated arguments.
#[test]
fn older_servers_are_understood() {
    let mut answer = fixture();
    introspect::remove_everywhere(
        &mut answer,
        &["isRepeatable", "specifiedByURL", "isOneOf", "description"],
    );
    for ty in answer["data"]["__schema"]["types"]
        .as_array_mut()
        .expect("types")
    {
        if ty["kind"] == "INTERFACE" {
            ty["interfaces"] = Value::Null;
        }
    }
    let printed = print(&answer);
    assert!(printed.contains("interface Living {\n"), "{printed}");
    assert!(!printed.contains("repeatable"), "{printed}");
    assert!(!printed.contains("@oneOf"), "{printed}");
}
