//! What queries cost, and what is refused.

use std::time::Duration;

use buildkite_sandbox::{Limits, Quota, Sandbox};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, messages};

async fn limited(limits: Limits) -> Client {
    let builder = Sandbox::builder().speed(0.0).limits(limits);
    Client::over(builder.start().await.unwrap())
}

async fn send(client: &Client, query: &str, variables: Value) -> Response {
    let body = json!({ "query": query, "variables": variables });
    client.post().json(&body).send().await.unwrap()
}

fn number(headers: &HeaderMap, name: &str) -> u64 {
    let value = headers.get(name).unwrap_or_else(|| panic!("no {name}"));
    value.to_str().unwrap().parse().unwrap()
}

/// Requested and actual complexity of a query that runs.
async fn cost(client: &Client, query: &str, variables: Value) -> (u64, u64) {
    let response = send(client, query, variables).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    let answer: Value = response.json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{query}: {answer}");
    (
        number(&headers, "RateLimit-Complexity-Requested"),
        number(&headers, "RateLimit-Complexity-Actual"),
    )
}

async fn requested(client: &Client, query: &str, variables: Value) -> u64 {
    cost(client, query, variables).await.0
}

#[tokio::test]
async fn published_figures_are_met() {
    let client = limited(Limits::default().query(u64::MAX)).await;
    let one_list = "{ organization(slug: \"acme-inc\") {
        pipelines(first: 500) { edges { node { slug } } } } }";
    // Twelve pipelines, their connection, its edges, the organization.
    assert_eq!(cost(&client, one_list, json!({})).await, (503, 15));
    let lists_in_a_list = "{ viewer { organizations { edges { node {
        slug pipelines(first: 500) { edges { node { id slug } } } } } } } }";
    let points = requested(&client, lists_in_a_list, json!({})).await;
    assert_eq!(points, 251_503);
    let with_an_object = "{ viewer { organizations { edges { node { slug
        pipelines(first: 500) { edges { node { id slug url repository { url } } } } } } } } }";
    let points = cost(&client, with_an_object, json!({})).await;
    // Viewer, connection, edges, organization, connection, edges, twelve of two.
    assert_eq!(points, (501_503, 6 + 24));
}

#[tokio::test]
async fn every_selection_counts_as_it_is_published() {
    let client = limited(Limits::default().query(u64::MAX)).await;
    let builds = |below: &str| {
        format!("{{ pipeline(slug: \"acme-inc/web\") {{ builds(first: 10) {{ {below} }} }} }}")
    };
    for (below, expected) in [
        ("count", (2, 2)),
        ("count pageInfo { hasNextPage endCursor }", (3, 3)),
        ("edges { cursor }", (3, 3)),
        ("edges { cursor node { id } }", (13, 13)),
        ("edges { node { createdBy { __typename } } }", (23, 23)),
        ("__typename edges { node { state } }", (13, 13)),
        (
            "edges { node { id } } edges { node { id number } }",
            (13, 13),
        ),
        (
            "a: edges { node { id } } b: edges { node { id } }",
            (24, 24),
        ),
    ] {
        assert_eq!(
            cost(&client, &builds(below), json!({})).await,
            expected,
            "{below}"
        );
    }
    let sized = "query A($n: Int, $m: Int = 5) { pipeline(slug: \"acme-inc/web\") {
        builds(first: $n, last: $m) { edges { node { id } } } } }";
    for (variables, expected) in [
        (json!({ "n": 10 }), (13, 8)),
        (json!({}), (8, 8)),
        (json!({ "m": null }), (503, 271)),
        (json!({ "n": 2, "m": null }), (5, 5)),
        (json!({ "n": 0 }), (8, 3)),
    ] {
        let points = cost(&client, sized, variables.clone()).await;
        assert_eq!(points, expected, "{variables}");
    }
    let dearest = "query A($id: ID!, $dear: Boolean = false) { node(id: $id) {
        ... on Build { pipeline { id } createdBy { __typename } }
        ... on Pipeline { repository { url } }
        ... on Team @include(if: $dear) { organization { id } members(first: 50) { edges { node { id } } } }
        id } }";
    let pipeline = client
        .data("{ pipeline(slug: \"acme-inc/web\") { id } }")
        .await;
    let id = &pipeline["pipeline"]["id"];
    assert_eq!(cost(&client, dearest, json!({ "id": id })).await, (3, 2));
    let dear = json!({ "id": id, "dear": true });
    assert_eq!(requested(&client, dearest, dear).await, 54);
    // What is not there costs nothing, and neither does introspection.
    let nothing = "{ pipeline(slug: \"acme-inc/nothing\") { repository { url } } }";
    assert_eq!(cost(&client, nothing, json!({})).await, (2, 0));
    let introspection = "{ __schema { types { name fields { name } } } __typename }";
    assert_eq!(cost(&client, introspection, json!({})).await, (0, 0));
    let nodes = "{ organization(slug: \"acme-inc\") { apiAccessTokens(first: 10) {
        nodes { id owner { id } } } } }";
    assert_eq!(cost(&client, nodes, json!({})).await, (22, 12));
}

#[tokio::test]
async fn fragments_that_double_take_no_time() {
    let client = limited(Limits::default().query(u64::MAX).depth(100)).await;
    let mut query = String::from(
        "query A($no: Boolean!) { pipeline(slug: \"acme-inc/web\") { ...F20 @skip(if: $no) } }
        fragment F0 on Pipeline { repository { url } }\n",
    );
    for level in 1..=20 {
        let inner = level - 1;
        query.push_str(&format!(
            "fragment F{level} on Pipeline {{
                a: builds(first: 1) {{ edges {{ node {{ pipeline {{ ...F{inner} }} }} }} }}
                b: builds(first: 1) {{ edges {{ node {{ pipeline {{ ...F{inner} ...F{inner} }} }} }} }}
            }}\n"
        ));
    }
    // Skipped, so that it is counted but not run.
    let points = requested(&client, &query, json!({ "no": true })).await;
    assert_eq!(points, 1);
    let refused = limited(Limits::default().depth(100)).await;
    let answer = send(&refused, &query, json!({ "no": false })).await;
    // A pipeline, and for each level twice a connection, its edges, a build, a pipeline.
    let expected = 1 + (0..20).fold(1_u64, |below, _| 2 * (2 + (2 + below)));
    let answer: Value = answer.json().await.unwrap();
    let message =
        format!("Query has complexity of {expected}, which exceeds max complexity of 50000");
    assert_eq!(messages(&answer), [message]);
}

#[tokio::test]
async fn a_query_that_asks_for_too_much_is_refused_whole() {
    let client = limited(Limits::default()).await;
    let query = "mutation M($id: ID!) {
        buildCreate(input: { pipelineID: $id }) { build { pipeline {
            builds { edges { node { jobs { edges { node { __typename } } } } } } } } } }";
    let pipeline = client
        .data("{ pipeline(slug: \"acme-inc/web\") { id nextBuildNumber } }")
        .await;
    let pipeline = &pipeline["pipeline"];
    let response = send(&client, query, json!({ "id": pipeline["id"] })).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    assert_eq!(number(&headers, "RateLimit-Complexity-Actual"), 0);
    let answer: Value = response.json().await.unwrap();
    let points = number(&headers, "RateLimit-Complexity-Requested");
    let message =
        format!("Query has complexity of {points}, which exceeds max complexity of 50000");
    assert_eq!(messages(&answer), [message]);
    assert!(answer.get("data").is_none(), "{answer}");
    // Nothing was done.
    let after = client
        .data("{ pipeline(slug: \"acme-inc/web\") { id nextBuildNumber } }")
        .await;
    assert_eq!(after["pipeline"], *pipeline);
}

#[tokio::test]
async fn windows_are_used_up_and_begin_anew() {
    for (quota, limits, message) in [
        (
            Quota::Organization,
            Limits::default().organization(40),
            "Your organization has exceeded the limit of 40 complexity points. Please try again in 290 seconds.",
        ),
        (
            Quota::User,
            Limits::default().user(40),
            "You have exceeded your per-user limit of 40 complexity points. Please try again in 290 seconds.",
        ),
    ] {
        let client = limited(limits).await;
        client.sandbox.advance(Duration::from_secs(10));
        let query =
            "{ pipeline(slug: \"acme-inc/web\") { builds(first: 10) { edges { node { id } } } } }";
        let response = send(&client, query, json!({})).await;
        let (limit, remaining, reset, other) = match quota {
            Quota::User => (
                "RateLimit-User-Limit",
                "RateLimit-User-Remaining",
                "RateLimit-User-Reset",
                "RateLimit-Remaining",
            ),
            _ => (
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                "RateLimit-User-Remaining",
            ),
        };
        let headers = response.headers();
        assert_eq!(number(headers, limit), 40);
        assert_eq!(number(headers, remaining), 27);
        assert_eq!(number(headers, reset), 290);
        assert!(number(headers, other) > 4_000);
        // A colleague takes the rest.
        client.sandbox.spend(quota, 27);
        let response = send(&client, query, json!({})).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(number(response.headers(), remaining), 0);
        assert_eq!(number(response.headers(), reset), 290);
        assert!(response.headers().get("Retry-After").is_none());
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer, json!({ "errors": [{ "message": message }] }));
        client.sandbox.advance(Duration::from_secs(290));
        let response = send(&client, query, json!({})).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(number(response.headers(), remaining), 27);
        assert_eq!(number(response.headers(), reset), 300);
    }
}

#[tokio::test]
async fn the_cost_is_in_the_body_when_it_is_asked_for() {
    let client = limited(Limits::default()).await;
    let body = json!({ "query": "{ viewer { user { name } } }" });
    let plain: Value = client
        .post()
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(plain.get("stats").is_none());
    let request = client
        .post()
        .header("Buildkite-Include-Query-Stats", "true");
    let answer: Value = request
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let stats = json!({ "requestedComplexity": 2, "actualComplexity": 2 });
    assert_eq!(answer["stats"], stats);
    assert_eq!(answer["data"], plain["data"]);
}

#[tokio::test]
async fn fifteen_levels_are_the_most() {
    let client = limited(Limits::default()).await;
    // One level, five for each of two turns, and what is inside.
    let deep = |inside: &str| {
        let turn = |inside: &str| {
            format!(
                "rebuiltFrom {{ pipeline {{ builds(first: 1) {{ edges {{ node {{ {inside} }} }} }} }} }}"
            )
        };
        format!(
            "{{ build(slug: \"acme-inc/web/200\") {{ {} }} }}",
            turn(&turn(inside))
        )
    };
    let allowed = deep("pipeline { cluster { defaultQueue { key } } }");
    let answer = client.answer(&allowed, json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    let message = "Query has depth of 16, which exceeds max depth of 15";
    let refused = deep("pipeline { cluster { defaultQueue { cluster { name } } } }");
    assert_eq!(client.errors(&refused, json!({})).await, [message]);
    let spread = deep("...F")
        + " fragment F on Build { pipeline { ...G } }
        fragment G on Pipeline { cluster { defaultQueue { cluster { name } } } }";
    assert_eq!(client.errors(&spread, json!({})).await, [message]);
    let wider = limited(Limits::default().depth(16)).await;
    assert!(
        wider
            .answer(&refused, json!({}))
            .await
            .get("errors")
            .is_none()
    );
    // Tools ask for types of types of types.
    let types = "ofType { ".repeat(14);
    let introspection = format!(
        "{{ __schema {{ types {{ fields {{ type {{ {types} name {} }} }} }} }}",
        "} ".repeat(14)
    ) + "}";
    let answer = client.answer(&introspection, json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
}

#[tokio::test]
async fn limits_can_be_off() {
    let client = limited(Limits::none()).await;
    let query = "{ organization(slug: \"acme-inc\") { pipelines { edges { node { builds {
        edges { node { id } } } } } } } }";
    let response = send(&client, query, json!({})).await;
    assert_eq!(response.status(), StatusCode::OK);
    let tells = |name: &str| name.to_ascii_lowercase().starts_with("ratelimit");
    assert!(!response.headers().keys().any(|name| tells(name.as_str())));
    let answer: Value = response.json().await.unwrap();
    assert!(answer.get("errors").is_none());
}
