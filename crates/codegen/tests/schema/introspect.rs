//! The way back: SDL is parsed and asked for its introspection, to be compared
//! with the answer that it was printed from.

use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::{ExecutableDocument, Schema, introspection};
use serde_json::{Value, json};

const QUERY: &str = "
query {
  __schema {
    description
    queryType { name kind }
    mutationType { name kind }
    subscriptionType { name kind }
    types {
      kind name description specifiedByURL
      fields(includeDeprecated: true) {
        name description isDeprecated deprecationReason
        args(includeDeprecated: true) { ...Input }
        type { ...Ref }
      }
      inputFields(includeDeprecated: true) { ...Input }
      interfaces { ...Ref }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      possibleTypes { ...Ref }
    }
    directives {
      name description isRepeatable locations
      args(includeDeprecated: true) { ...Input }
    }
  }
}
fragment Input on __InputValue {
  name description defaultValue isDeprecated deprecationReason
  type { ...Ref }
}
fragment Ref on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
    kind name ofType { kind name ofType { kind name } }
  } } } } }
}
";

/// What an introspection of this SDL says, below `__schema`.
pub(crate) fn introspect(sdl: &str) -> Value {
    let schema = Schema::parse_and_validate(sdl, "printed.graphql").expect("printed SDL is valid");
    let document = ExecutableDocument::parse_and_validate(&schema, QUERY, "introspection.graphql")
        .expect("the introspection query is valid");
    let operation = document.operations.get(None).expect("one operation");
    let variables = coerce_variable_values(&schema, operation, &JsonMap::new())
        .expect("there are no variables");
    let response = introspection::partial_execute(
        &schema,
        &schema.implementers_map(),
        &document,
        operation,
        &variables,
    )
    .expect("introspection runs");
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let data = serde_json::to_value(response.data).expect("data is JSON");
    let mut answer = data["__schema"].clone();

    // The parser's own introspection has no `isOneOf` yet.
    for ty in answer["types"].as_array_mut().expect("types") {
        let name = ty["name"].as_str().expect("a name").to_owned();
        if let Some(input) = schema.get_input_object(&name) {
            ty["isOneOf"] = json!(input.directives.has("oneOf"));
        }
    }
    answer
}

/// Compares two answers, whatever the order of their lists.
pub(crate) fn assert_same(left: &Value, right: &Value) {
    let (left, right) = (comparable(left), comparable(right));
    // The whole answers are too long to be shown by an assertion.
    let difference = left
        .lines()
        .zip(right.lines())
        .find(|(left, right)| left != right);
    assert_eq!(difference, None, "the first lines that differ");
    assert!(left == right, "one of the answers says more");
}

/// Brings answers that say the same into the same shape: no order, no
/// difference between null and absent, nothing that every schema has, nothing
/// about the deprecation of directives, which SDL cannot express.
fn comparable(schema: &Value) -> String {
    let mut schema = schema.clone();
    let built_in = ["Boolean", "Float", "ID", "Int", "String"];
    let specified = ["deprecated", "include", "oneOf", "skip", "specifiedBy"];
    retain(&mut schema["types"], |name| {
        !name.starts_with("__") && !built_in.contains(&name)
    });
    retain(&mut schema["directives"], |name| !specified.contains(&name));
    for directive in schema["directives"].as_array_mut().expect("a list") {
        directive["isDeprecated"].take();
        directive["deprecationReason"].take();
    }
    normalize(&mut schema);
    format!("{schema:#}")
}

/// Drops these keys from all objects, at every depth.
pub(crate) fn remove_everywhere(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(entries) => {
            entries.retain(|key, _| !keys.contains(&key.as_str()));
            for entry in entries.values_mut() {
                remove_everywhere(entry, keys);
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| remove_everywhere(item, keys)),
        _ => {}
    }
}

fn retain(list: &mut Value, keep: impl Fn(&str) -> bool) {
    list.as_array_mut()
        .expect("a list")
        .retain(|item| keep(item["name"].as_str().expect("a name")));
}

fn normalize(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, entry| !entry.is_null());
            entries.values_mut().for_each(normalize);
        }
        Value::Array(items) => {
            items.iter_mut().for_each(normalize);
            items.sort_by_cached_key(Value::to_string);
        }
        _ => {}
    }
}
