//! Who is let in, and what HTTP answers when it is misused.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, messages};

const QUERY: &str = "{ viewer { user { name } } }";

#[tokio::test]
async fn the_token_is_needed_and_must_be_right() {
    let client = Client::start().await;
    let body = json!({ "query": QUERY });
    let ask = || client.http.post(client.sandbox.url()).json(&body);
    for request in [
        ask(),
        ask().bearer_auth("wrong"),
        ask().bearer_auth(""),
        ask().header("authorization", client.sandbox.token()),
        ask().basic_auth("user", Some(client.sandbox.token())),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()["content-type"], "application/json");
        let body: Value = response.json().await.unwrap();
        assert!(body["message"].as_str().unwrap().contains("Token"));
    }
    let answer = client.data(QUERY).await;
    assert_eq!(answer["viewer"]["user"]["name"], "Ada Okafor");
}

#[tokio::test]
async fn wrong_methods_and_paths_are_refused() {
    let client = Client::start().await;
    let url = client.sandbox.url();
    for request in [
        client.http.get(url),
        client.http.put(url),
        client.http.delete(url),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()["allow"], "POST");
        assert!(response.json::<Value>().await.unwrap()["message"].is_string());
    }
    for path in ["/", "/v2", "/graphql"] {
        let url = client.sandbox.url().replace("/v1", path);
        let response = client.http.post(url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(response.json::<Value>().await.unwrap()["message"].is_string());
    }
}

#[tokio::test]
async fn a_body_that_is_no_request_is_a_bad_request() {
    let client = Client::start().await;
    for (body, says) in [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "object"),
        ("\"{ viewer { id } }\"", "object"),
        ("{}", "query"),
        (r#"{"query": null}"#, "query"),
        (r#"{"query": "  "}"#, "query"),
        (r#"{"query": 1}"#, "`query` must be a string"),
        (
            r#"{"query": "{ viewer { id } }", "variables": []}"#,
            "variables",
        ),
        (
            r#"{"query": "{ viewer { id } }", "variables": "{}"}"#,
            "variables",
        ),
        (
            r#"{"query": "{ viewer { id } }", "operationName": 1}"#,
            "operationName",
        ),
    ] {
        let response = client.post().body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        let answer: Value = response.json().await.unwrap();
        assert!(messages(&answer)[0].contains(says), "{body}: {answer}");
    }
    let nested = "[".repeat(100_000);
    let response = client.post().body(nested).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let response = client.post().body(vec![0xff, 0xfe]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let client = Client::start().await;
    let comment = "#".repeat(1024 * 1024);
    let body = json!({ "query": format!("{QUERY}{comment}") });
    let (status, answer) = client.send(&body).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(messages(&answer)[0].contains("larger than"));
}

#[tokio::test]
async fn nulls_and_an_empty_operation_name_are_as_good_as_absent() {
    let client = Client::start().await;
    let body = json!({ "query": QUERY, "variables": null, "operationName": null });
    assert!(client.send(&body).await.1["data"]["viewer"].is_object());
    let body = json!({ "query": QUERY, "operationName": "" });
    assert!(client.send(&body).await.1["data"]["viewer"].is_object());
}

#[tokio::test]
async fn a_body_that_is_said_to_be_something_else_than_json_is_refused() {
    let client = Client::start().await;
    let body = json!({ "query": QUERY }).to_string();
    let send = async |content_type: &str| {
        let request = client.post().header("content-type", content_type);
        request.body(body.clone()).send().await.unwrap()
    };
    for content_type in [
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "json",
        "",
    ] {
        let response = send(content_type).await;
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(response.headers()["content-type"], "application/json");
        let answer: Value = response.json().await.unwrap();
        assert!(messages(&answer)[0].contains("application/json"));
    }
    for content_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/graphql+json",
    ] {
        assert_eq!(send(content_type).await.status(), StatusCode::OK);
    }
    let response = client.post().body(body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}
