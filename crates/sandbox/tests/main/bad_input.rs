//! Documents and variables that cannot be executed.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, messages};

#[tokio::test]
async fn every_mistake_of_a_document_is_reported_with_its_place() {
    let client = Client::start().await;
    let query = "query Q {\n  viewer {\n    nope\n    user { nick }\n  }\n  unknown\n}";
    let answer = client.answer(query, json!({})).await;
    assert!(answer.get("data").is_none());
    insta::assert_json_snapshot!(answer);
}

#[tokio::test]
async fn syntax_errors_are_reported_in_the_same_shape() {
    let client = Client::start().await;
    for query in [
        "{",
        "query Q(",
        "{ viewer { } }",
        "type A { a: Int }",
        "\u{0}",
        "#",
    ] {
        let answer = client.answer(query, json!({})).await;
        let errors = answer["errors"].as_array().unwrap();
        assert!(!errors.is_empty(), "{query:?}");
        assert!(errors.iter().all(|error| error["message"].is_string()));
    }
}

#[tokio::test]
async fn the_operation_has_to_be_clear() {
    let client = Client::start().await;
    let query = "query A { viewer { id } } query B { viewer { id } }";
    let ask = async |name: Value| {
        let body = json!({ "query": query, "operationName": name });
        let (status, answer) = client.send(&body).await;
        assert_eq!(status, StatusCode::OK);
        answer
    };
    assert!(ask(json!("A")).await["data"]["viewer"]["id"].is_string());
    assert!(messages(&ask(json!("C")).await)[0].contains("\"C\""));
    assert!(messages(&ask(Value::Null).await)[0].contains("operationName"));
}

#[tokio::test]
async fn variables_are_checked() {
    let client = Client::start().await;
    let query = "query Q($slug: ID!, $first: Int, $states: [BuildStates!]) {
        pipeline(slug: $slug) { builds(first: $first, state: $states) { count } }
    }";
    for variables in [
        json!({}),
        json!({ "slug": null }),
        json!({ "slug": {} }),
        json!({ "slug": "acme-inc/web", "first": "ten" }),
        json!({ "slug": "acme-inc/web", "first": 1.5 }),
        json!({ "slug": "acme-inc/web", "first": 10_000_000_000_u64 }),
        json!({ "slug": "acme-inc/web", "states": ["NOPE"] }),
        json!({ "slug": "acme-inc/web", "states": [null] }),
    ] {
        let answer = client.answer(query, variables.clone()).await;
        assert!(!messages(&answer).is_empty(), "{variables}");
        assert!(answer.get("data").is_none(), "{variables}: {answer}");
    }
    let variables = json!({ "slug": "acme-inc/web", "states": "PASSED", "extra": 1 });
    let data = client.data_with(query, variables).await;
    assert!(data["pipeline"]["builds"]["count"].as_u64().unwrap() > 100);
}

#[tokio::test]
async fn pages_that_cannot_be_are_field_errors() {
    let client = Client::start().await;
    let agent_cursor = client
        .data("{ organization(slug: \"acme-inc\") { agents(first: 1) { edges { cursor } } } }")
        .await["organization"]["agents"]["edges"][0]["cursor"]
        .to_string();
    for (arguments, says) in [
        ("first: -1".to_owned(), "negative"),
        ("last: -1".to_owned(), "negative"),
        ("after: \"nonsense\"".to_owned(), "Invalid cursor"),
        ("before: \"\"".to_owned(), "Invalid cursor"),
        (format!("after: {agent_cursor}"), "Invalid cursor"),
    ] {
        let query = format!(
            "{{ pipeline(slug: \"acme-inc/web\") {{ slug builds({arguments}) {{ count }} }} }}"
        );
        let answer = client.answer(&query, json!({})).await;
        assert!(messages(&answer)[0].contains(says), "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["pipeline", "builds"]));
        assert_eq!(
            answer["data"]["pipeline"],
            json!({ "slug": "web", "builds": null })
        );
    }
    let query =
        "{ pipeline(slug: \"acme-inc/web\") { builds(createdAtFrom: \"soon\") { count } } }";
    assert!(client.errors(query, json!({})).await[0].contains("DateTime"));
}

#[tokio::test]
async fn what_is_not_there_is_null() {
    let client = Client::start().await;
    for (field, slug) in [
        ("organization", "nope"),
        ("pipeline", "acme-inc/nope"),
        ("pipeline", "nope/web"),
        ("pipeline", ""),
        ("build", "acme-inc/web/0"),
        ("build", "acme-inc/web/99999999999999999999"),
        ("build", "acme-inc/web/269"),
        ("build", "acme-inc/web"),
        ("team", "acme-inc/nope"),
        ("registry", "containers"),
        ("agent", "acme-inc/nope"),
        ("organizationMember", "acme-inc/nope"),
        ("pipelineSchedule", "acme-inc/web/nope"),
    ] {
        let query = format!("{{ {field}(slug: \"{slug}\") {{ __typename }} }}");
        assert_eq!(client.data(&query).await[field], Value::Null, "{query}");
    }
    for query in ["pipeline { id }", "organization { id }", "build { id }"] {
        let data = client.data(&format!("{{ it: {query} }}")).await;
        assert_eq!(data["it"], Value::Null, "{query}");
    }
}

#[tokio::test]
async fn deep_and_explosive_documents_do_not_take_the_server_down() {
    let client = Client::start().await;
    let mut hostile = Vec::new();
    for depth in [110, 190, 450, 5_000, 50_000] {
        let open = "{ organization ".repeat(depth);
        let close = "}".repeat(depth);
        hostile.push(format!("{{ viewer {open} {{ id }} {close} }}"));
        let open = "pipeline { organization { cluster(id: 1) { organization { ".repeat(depth / 4);
        hostile.push(format!("{{ {open}"));
    }
    // Every fragment spreads the next one twice, so the answer doubles each time.
    let mut doubling = String::from("{ organization(slug: \"acme-inc\") { ...F0 } }");
    for level in 0..24 {
        let next = level + 1;
        doubling.push_str(&format!(
            " fragment F{level} on Organization {{
                pipelines(first: 2) {{ edges {{ node {{ organization {{ ...F{next} }} }} }} }} }}"
        ));
    }
    doubling.push_str(" fragment F24 on Organization { id }");
    hostile.push(doubling);
    // A long chain of fragments is deep although none of them is.
    let mut chain = String::from("{ organization(slug: \"acme-inc\") { ...F0 } }");
    for level in 0..3_000 {
        let next = level + 1;
        chain.push_str(&format!(
            " fragment F{level} on Organization {{
                pipelines(first: 1) {{ edges {{ node {{ organization {{ ...F{next} }} }} }} }} }}"
        ));
    }
    chain.push_str(" fragment F3000 on Organization { id }");
    hostile.push(chain);
    hostile.push("query Q(".to_owned() + &"$a: Int ".repeat(20_000) + ") { viewer { id } }");
    hostile.push("{ viewer(a: ".to_owned() + &"[".repeat(100_000) + ") }");
    let types = "types { fields { type { ".repeat(8) + "name" + &" } } }".repeat(8);
    hostile.push(format!("{{ __schema {{ {types} }} }}"));
    for query in hostile {
        let start = query.chars().take(60).collect::<String>();
        let (status, answer) = client.send(&json!({ "query": query })).await;
        assert_eq!(status, StatusCode::OK, "{start}");
        messages(&answer);
    }
    let wide = "{ ".to_owned() + &"viewer { id } ".repeat(20_000) + "}";
    assert!(client.data(&wide).await["viewer"]["id"].is_string());
}

#[tokio::test]
async fn a_query_of_the_deepest_allowed_nesting_runs() {
    let client = Client::start().await;
    let open = "cluster(id: $id) { organization { ".repeat(45);
    let close = "} }".repeat(45);
    let query = format!(
        "query Q($id: ID!) {{ organization(slug: \"acme-inc\") {{ {open} name {close} }} }}"
    );
    let ids = "{ organization(slug: \"acme-inc\") { clusters { edges { node { id } } } } }";
    let id = client.data(ids).await["organization"]["clusters"]["edges"][0]["node"]["id"].clone();
    let data = client.data_with(&query, json!({ "id": id })).await;
    assert!(data.to_string().contains("\"name\":\"Acme Inc\""));
}
