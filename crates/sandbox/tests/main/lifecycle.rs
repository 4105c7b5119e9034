//! Starting, stopping, many at once, and the same data every time.

use std::net::TcpListener;

use buildkite_sandbox::{SANDBOX_TOKEN, Sandbox, StartError};
use reqwest::Url;
use serde_json::json;

use crate::support::Client;

const SAMPLE: &str = "{ organization(slug: \"acme-inc\") {
    id
    pipelines(first: 12) { edges { cursor node {
        id name createdAt
        builds(first: 8) { edges { cursor node {
            id number state message branch commit createdAt startedAt finishedAt
            createdBy { __typename ... on User { name } }
            jobs(first: 30) { count edges { node { __typename ... on JobTypeCommand {
                uuid state exitStatus startedAt agent { name }
            } } } }
        } } }
    } } }
    auditEvents(first: 20) { edges { node { type occurredAt subject { name } } } }
} }";

fn port(sandbox: &Sandbox) -> u16 {
    Url::parse(sandbox.url()).unwrap().port().unwrap()
}

async fn sample(client: &Client) -> String {
    let body = json!({ "query": SAMPLE });
    let response = client.post().json(&body).send().await.unwrap();
    response.text().await.unwrap()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (a, b) = (Client::seeded(7).await, Client::seeded(7).await);
    let other = Client::seeded(8).await;
    let first = sample(&a).await;
    assert_eq!(first, sample(&a).await);
    assert_eq!(first, sample(&b).await);
    assert_ne!(first, sample(&other).await);
}

#[tokio::test]
async fn the_default_is_what_the_documentation_says() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(sandbox.token(), SANDBOX_TOKEN);
    let url = Url::parse(sandbox.url()).unwrap();
    assert_eq!(url.host_str(), Some("127.0.0.1"));
    assert_eq!(url.path(), "/v1");
    let shown = format!("{sandbox:?}");
    assert!(!shown.contains(sandbox.token()), "{shown}");
    let (default, seeded) = (Client::over(sandbox), Client::seeded(42).await);
    assert_eq!(sample(&default).await, sample(&seeded).await);
}

#[tokio::test]
async fn the_token_can_be_chosen() {
    let builder = Sandbox::builder().token("bkua_mine");
    let client = Client::over(builder.start().await.unwrap());
    assert_eq!(client.sandbox.token(), "bkua_mine");
    client.data("{ viewer { id } }").await;
    let body = json!({ "query": "{ viewer { id } }" });
    let wrong = client
        .http
        .post(client.sandbox.url())
        .bearer_auth(SANDBOX_TOKEN);
    assert_eq!(wrong.json(&body).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn now_can_be_chosen() {
    let now = "2030-01-02T03:04:05Z";
    let builder = Sandbox::builder().now(now.parse().unwrap());
    let client = Client::over(builder.start().await.unwrap());
    let data = client
        .data("{ pipeline(slug: \"acme-inc/docs\") { builds(first: 1) { edges { node { createdAt } } } } }")
        .await;
    let newest = data["pipeline"]["builds"]["edges"][0]["node"]["createdAt"]
        .as_str()
        .unwrap();
    assert!(("2030-01-01"..now).contains(&newest), "{newest}");
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = port(&sandbox);
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert!(matches!(error, StartError::PortInUse { port: named } if named == port));
    assert!(error.to_string().contains(&port.to_string()));
    assert!(error.to_string().contains("another port"));
}

#[tokio::test]
async fn stopping_and_dropping_free_the_port() {
    for by_drop in [false, true] {
        let client = Client::start().await;
        client.data("{ viewer { id } }").await;
        let port = port(&client.sandbox);
        // The connection of `http` stays open while the sandbox stops.
        let Client { sandbox, http } = client;
        if by_drop {
            drop(sandbox);
        } else {
            sandbox.stop().await;
        }
        let listener = TcpListener::bind(("127.0.0.1", port));
        assert!(listener.is_ok(), "{listener:?}");
        drop(http);
    }
}

#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn a_paused_clock_does_not_hold_the_sandbox_up() {
    let client = Client::start().await;
    client.data("{ viewer { id } }").await;
    client.sandbox.stop().await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_does_not_hold_stopping_up() {
    let sandbox = Sandbox::start().await.unwrap();
    let silent = std::net::TcpStream::connect(("127.0.0.1", port(&sandbox))).unwrap();
    sandbox.stop().await;
    drop(silent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_run_at_once_and_do_not_share_builds() {
    let mut clients = Vec::new();
    for _ in 0..16 {
        clients.push(Client::start().await);
    }
    let pipeline = "{ pipeline(slug: \"acme-inc/docs\") { id builds { count } } }";
    let id = clients[0].data(pipeline).await["pipeline"]["id"].clone();
    let create =
        "mutation M($id: ID!) { buildCreate(input: { pipelineID: $id }) { build { id } } }";
    clients[0].data_with(create, json!({ "id": id })).await;
    for (place, client) in clients.iter().enumerate() {
        let count = &client.data(pipeline).await["pipeline"]["builds"]["count"];
        assert_eq!(*count, if place == 0 { 42 } else { 41 });
    }
}
