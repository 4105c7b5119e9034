//! What the client schema says is never null is never null here.

use std::collections::BTreeSet;

use apollo_compiler::ast;
use serde_json::Value;

use crate::support::Client;

/// For each field that `schema/client.graphql` calls never null, a query that
/// selects it where this sandbox has it, and nothing else that may be null.
const QUERIES: &[(&str, &str)] = &[
    (
        "Build.createdAt",
        "{ organization(slug: \"acme-inc\") { pipelines(first: 50) { edges { node {
            builds(first: 50) { edges { node { createdAt } } } } } } } }",
    ),
    (
        "Pipeline.createdAt",
        "{ organization(slug: \"acme-inc\") { pipelines(first: 500) { edges { node {
            createdAt } } } } }",
    ),
    ("PipelineSchedule.createdAt", SCHEDULES),
    ("PipelineSchedule.enabled", SCHEDULES),
];

const SCHEDULES: &str = "{ organization(slug: \"acme-inc\") { pipelines(first: 50) { edges { node {
    schedules(first: 50) { edges { node { createdAt enabled } } } } } } } }";

/// The fields that a client schema calls never null, as `Type.field`.
fn promised(sdl: &str) -> BTreeSet<String> {
    let document = ast::Document::parse(sdl, "client.graphql").unwrap();
    document
        .definitions
        .iter()
        .filter(|definition| definition.is_extension_definition())
        .flat_map(|definition| {
            let directives = definition.directives();
            directives.get_all("semanticNonNullField").map(|directive| {
                let field = directive.specified_argument_by_name("name").unwrap();
                format!("{}.{}", definition.name().unwrap(), field.as_str().unwrap())
            })
        })
        .collect()
}

#[test]
fn every_promise_has_a_query() {
    let example = "extend type Team @semanticNonNullField(name: \"slug\")";
    assert_eq!(promised(example), BTreeSet::from(["Team.slug".to_owned()]));
    let asked: BTreeSet<_> = QUERIES
        .iter()
        .map(|(field, _)| (*field).to_owned())
        .collect();
    assert_eq!(promised(buildkite_schema::CLIENT_SDL), asked);
}

#[tokio::test]
async fn no_promise_is_broken() {
    for seed in [42, 0, 1] {
        let client = Client::seeded(seed).await;
        for (field, query) in QUERIES {
            let data = client.data(query).await;
            assert!(!has_null(&data), "{field} with seed {seed}: {data:#}");
            let (_, name) = field.split_once('.').unwrap();
            assert!(
                has_key(&data, name),
                "{field} is not there with seed {seed}"
            );
        }
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        _ => false,
    }
}

fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| has_key(item, key)),
        Value::Object(fields) => {
            fields.contains_key(key) || fields.values().any(|field| has_key(field, key))
        }
        _ => false,
    }
}
