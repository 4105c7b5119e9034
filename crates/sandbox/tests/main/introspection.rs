//! The standard introspection query, as tools send it.

use apollo_compiler::Schema;
use serde_json::Value;

use crate::support::Client;

const QUERY: &str = "query IntrospectionQuery {
  __schema {
    queryType { name }
    mutationType { name }
    subscriptionType { name }
    types { ...FullType }
    directives { name description locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description
  fields(includeDeprecated: true) {
    name description
    args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name } } } } } } }
}";

#[tokio::test]
async fn the_standard_query_shows_the_whole_schema() {
    let client = Client::start().await;
    let data = client.data(QUERY).await;
    let shown = &data["__schema"];
    assert_eq!(shown["queryType"]["name"], "Query");
    assert_eq!(shown["mutationType"]["name"], "Mutation");
    assert_eq!(shown["subscriptionType"], Value::Null);
    let schema = Schema::parse_and_validate(buildkite_schema::SDL, "schema").unwrap();
    let types = shown["types"].as_array().unwrap();
    assert_eq!(types.len(), schema.types.len());
    for (name, definition) in &schema.types {
        let found = types.iter().find(|shown| shown["name"] == name.as_str());
        let found = found.unwrap_or_else(|| panic!("{name} is not shown"));
        if let Some(object) = definition.as_object() {
            let fields = found["fields"].as_array().unwrap();
            assert_eq!(fields.len(), object.fields.len(), "{name}");
        }
        if let Some(values) = definition.as_enum() {
            let shown = found["enumValues"].as_array().unwrap();
            assert_eq!(shown.len(), values.values.len(), "{name}");
        }
    }
}

#[tokio::test]
async fn one_type_can_be_asked_for() {
    let client = Client::start().await;
    let data = client
        .data("{ __typename __type(name: \"Job\") { kind possibleTypes { name } } no: __type(name: \"No\") { name } }")
        .await;
    assert_eq!(data["__typename"], "Query");
    assert_eq!(data["__type"]["kind"], "UNION");
    assert_eq!(data["__type"]["possibleTypes"].as_array().unwrap().len(), 4);
    assert_eq!(data["no"], Value::Null);
}
