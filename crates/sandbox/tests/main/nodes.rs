//! IDs: what leads back to its object, and what leads nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Client, nodes};

const NODE: &str = "query N($id: ID!) { node(id: $id) { __typename id } }";

#[tokio::test]
async fn ids_are_types_and_uuids() {
    let client = Client::start().await;
    let data = client
        .data(
            "{ build(slug: \"acme-inc/web/100\") {
                id uuid
                jobs { edges { node { __typename ... on Node { id } ... on JobTypeCommand { uuid } } } }
            } }",
        )
        .await;
    let build = &data["build"];
    let decode =
        |id: &Value| String::from_utf8(STANDARD.decode(id.as_str().unwrap()).unwrap()).unwrap();
    let uuid = build["uuid"].as_str().unwrap();
    assert_eq!(decode(&build["id"]), format!("Build---{uuid}"));
    let job = nodes(&build["jobs"])[0];
    let uuid = job["uuid"].as_str().unwrap();
    assert_eq!(decode(&job["id"]), format!("JobTypeCommand---{uuid}"));

    // The API's other half calls every job just that.
    let alias = STANDARD.encode(format!("Job---{uuid}\n"));
    let found = client.data_with(NODE, json!({ "id": alias })).await;
    assert_eq!(found["node"]["id"], job["id"]);

    let query = "query Q($u: ID!) { job(uuid: $u) { ... on JobTypeCommand { id } } }";
    let found = client.data_with(query, json!({ "u": uuid })).await;
    assert_eq!(found["job"]["id"], job["id"]);
    let query = "query Q($u: ID!) { build(uuid: $u) { number } }";
    let found = client.data_with(query, json!({ "u": build["uuid"] })).await;
    assert_eq!(found["build"]["number"], 100);
    // A job's UUID is no build's.
    let found = client.data_with(query, json!({ "u": uuid })).await;
    assert_eq!(found["build"], Value::Null);
}

#[tokio::test]
async fn ids_that_are_not_of_this_sandbox_lead_nowhere() {
    let (client, other) = (Client::seeded(1).await, Client::seeded(2).await);
    let query = "{ pipeline(slug: \"acme-inc/web\") { id uuid } }";
    let pipeline = client.data(query).await["pipeline"].clone();
    let uuid = pipeline["uuid"].as_str().unwrap();
    let foreign = other.data(query).await["pipeline"]["id"].clone();
    for id in [
        foreign,
        json!(uuid),
        json!(""),
        json!("%%%"),
        json!(STANDARD.encode("Pipeline")),
        json!(STANDARD.encode("Pipeline---")),
        json!(STANDARD.encode(format!("Build---{uuid}"))),
        json!(STANDARD.encode("Pipeline---00000000-0000-4000-8000-000000000000")),
        json!(7),
    ] {
        let found = client.data_with(NODE, json!({ "id": id })).await;
        assert_eq!(found["node"], Value::Null, "{id}");
    }
    let found = client
        .data_with(NODE, json!({ "id": pipeline["id"] }))
        .await;
    assert_eq!(found["node"]["__typename"], "Pipeline");
}

#[tokio::test]
async fn slugs_lead_to_the_same_objects_as_ids() {
    let client = Client::start().await;
    let data = client
        .data(
            "{ organization(slug: \"acme-inc\") {
                id uuid
                agents(first: 3) { edges { node { id uuid } } }
                members(first: 3) { edges { node { id user { uuid } } } }
                teams { edges { node { id slug } } }
                registries { edges { node { id slug uuid } } }
            } }",
        )
        .await;
    let organization = &data["organization"];
    let query = "query Q($u: ID!) { organization(uuid: $u) { id } }";
    let found = client
        .data_with(query, json!({ "u": organization["uuid"] }))
        .await;
    assert_eq!(found["organization"]["id"], organization["id"]);
    for (collection, root, key) in [
        ("agents", "agent", "/uuid"),
        ("members", "organizationMember", "/user/uuid"),
        ("teams", "team", "/slug"),
        ("registries", "registry", "/slug"),
    ] {
        for node in nodes(&organization[collection]) {
            let slug = format!("acme-inc/{}", node.pointer(key).unwrap().as_str().unwrap());
            let query = format!("query Q($s: ID!) {{ {root}(slug: $s) {{ id }} }}");
            let found = client.data_with(&query, json!({ "s": slug })).await;
            assert_eq!(found[root]["id"], node["id"], "{slug}");
        }
    }
}
