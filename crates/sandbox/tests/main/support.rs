//! A client for the tests.

use buildkite_sandbox::{Limits, Sandbox};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// A sandbox and a way to ask it.
pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
}

impl Client {
    /// Over a sandbox in which time stands still, and that refuses nothing: most tests
    /// ask for more than a user may.
    pub(crate) async fn start() -> Self {
        let builder = Sandbox::builder().speed(0.0).limits(Limits::none());
        Self::over(builder.start().await.unwrap())
    }

    pub(crate) async fn seeded(seed: u64) -> Self {
        let builder = Sandbox::builder().seed(seed).limits(Limits::none());
        Self::over(builder.start().await.unwrap())
    }

    pub(crate) fn over(sandbox: Sandbox) -> Self {
        Self {
            sandbox,
            http: reqwest::Client::new(),
        }
    }

    pub(crate) fn post(&self) -> RequestBuilder {
        self.http
            .post(self.sandbox.url())
            .bearer_auth(self.sandbox.token())
    }

    /// The answer to any body, with its status.
    pub(crate) async fn send(&self, body: &Value) -> (StatusCode, Value) {
        let response = self.post().json(body).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        (response.status(), response.json().await.unwrap())
    }

    /// The whole answer to a query.
    pub(crate) async fn answer(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let (status, answer) = self.send(&body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    /// The data of a query that must have no errors.
    pub(crate) async fn data(&self, query: &str) -> Value {
        self.data_with(query, json!({})).await
    }

    /// The same, with variables.
    pub(crate) async fn data_with(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.answer(query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].take()
    }

    /// The messages of the errors of a query that must have some.
    pub(crate) async fn errors(&self, query: &str, variables: Value) -> Vec<String> {
        let answer = self.answer(query, variables).await;
        messages(&answer)
    }
}

/// The messages of an answer's errors, of which there must be some.
pub(crate) fn messages(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array();
    let errors = errors.unwrap_or_else(|| panic!("no errors: {answer}"));
    assert!(!errors.is_empty());
    errors
        .iter()
        .map(|error| error["message"].as_str().unwrap().to_owned())
        .collect()
}

/// The nodes of a connection.
pub(crate) fn nodes(connection: &Value) -> Vec<&Value> {
    let edges = connection["edges"].as_array();
    let edges = edges.unwrap_or_else(|| panic!("no edges: {connection}"));
    edges.iter().map(|edge| &edge["node"]).collect()
}
