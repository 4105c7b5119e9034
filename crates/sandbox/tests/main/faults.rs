//! Faults, as a client meets them, and the log of what was done.

use std::time::Duration;

use buildkite_sandbox::{Fault, Limits, Sandbox};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Client, messages, nodes};

const QUERY: &str = "query Builds($after: String) { pipeline(slug: \"acme-inc/web\") {
    id name description
    builds(first: 5, after: $after) {
        count pageInfo { hasNextPage endCursor }
        edges { node { id number state createdBy { __typename ... on User { name } } } }
    }
} }";

async fn faulty(fault: Fault) -> Client {
    let builder = Sandbox::builder().speed(0.0).limits(Limits::none());
    Client::over(builder.fault(fault).start().await.unwrap())
}

async fn ask(client: &Client) -> reqwest::Result<Response> {
    ask_after(client, Value::Null).await
}

async fn ask_after(client: &Client, after: Value) -> reqwest::Result<Response> {
    let body = json!({ "query": QUERY, "variables": { "after": after } });
    client.post().json(&body).send().await
}

async fn answer(client: &Client) -> Value {
    ask(client).await.unwrap().json().await.unwrap()
}

/// The data as it is without faults.
async fn sound() -> Value {
    answer(&Client::start().await).await
}

async fn create(client: &Client) -> reqwest::Result<Response> {
    let id = json!({ "query": "{ pipeline(slug: \"acme-inc/web\") { id } }" });
    let pipeline: Value = client.post().json(&id).send().await?.json().await?;
    let query = "mutation CreateBuild($id: ID!) {
        buildCreate(input: { pipelineID: $id }) { build { number } } }";
    let id = &pipeline["data"]["pipeline"]["id"];
    let body = json!({ "query": query, "variables": { "id": id } });
    client.post().json(&body).send().await
}

async fn count(client: &Client) -> u64 {
    let query = "{ pipeline(slug: \"acme-inc/web\") { builds(first: 1) { count } } }";
    let data = client.data(query).await;
    data["pipeline"]["builds"]["count"].as_u64().unwrap()
}

#[tokio::test]
async fn statuses_come_as_servers_and_gateways_send_them() {
    for (status, content_type) in [
        (429, "application/json"),
        (500, "application/json"),
        (502, "text/html"),
        (503, "text/html"),
        (504, "text/html"),
    ] {
        let client = faulty(Fault::status(status).times(1)).await;
        let response = ask(&client).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()["content-type"], content_type);
        let body = response.text().await.unwrap();
        assert_eq!(
            body.contains("<html>"),
            content_type == "text/html",
            "{body}"
        );
        assert_eq!(answer(&client).await, sound().await);
        let log = client.sandbox.log();
        let [first, second] = log.entries() else {
            panic!("{log:?}");
        };
        assert_eq!(
            (first.number, first.ran, first.status),
            (1, false, Some(status))
        );
        assert_eq!(first.faults, [format!("status={status} times=1")]);
        assert_eq!(
            (second.number, second.ran, second.status),
            (2, true, Some(200))
        );
        assert_eq!(first.operation.as_deref(), Some("Builds"));
        assert_eq!(first.fields, ["pipeline"]);
        assert_eq!(first.variables["after"], Value::Null);
    }
}

#[tokio::test]
async fn busy_is_an_error_in_a_200() {
    let client = faulty(Fault::busy()).await;
    let response = ask(&client).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let answer: Value = response.json().await.unwrap();
    assert!(messages(&answer)[0].contains("currently busy, please try again"));
    assert_eq!(client.sandbox.log().ran("Builds"), 0);
}

#[tokio::test]
async fn what_is_not_the_answer_says_so_too_late() {
    let client = faulty(Fault::html()).await;
    let response = ask(&client).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/html");
    assert!(response.json::<Value>().await.is_err());

    let client = faulty(Fault::invalid_json()).await;
    let response = ask(&client).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.json::<Value>().await.unwrap_err().is_decode());

    let client = faulty(Fault::content_type()).await;
    let response = ask(&client).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain");
    assert_eq!(response.json::<Value>().await.unwrap(), sound().await);
}

#[tokio::test]
async fn connections_end_without_an_answer() {
    let client = faulty(Fault::reset().times(1)).await;
    let error = ask(&client).await.unwrap_err();
    assert!(error.is_request() && !error.is_connect(), "{error:?}");
    assert!(
        format!("{error:?}").contains("ConnectionReset"),
        "{error:?}"
    );
    assert_eq!(answer(&client).await, sound().await);
    let log = client.sandbox.log();
    assert_eq!(log.entries()[0].status, None);
    assert_eq!((log.asked("Builds"), log.ran("Builds")), (2, 1));
}

#[tokio::test]
async fn an_answer_is_cut_in_the_middle() {
    let client = faulty(Fault::cut().times(1)).await;
    let response = ask(&client).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let length = response.content_length().unwrap();
    assert!(response.bytes().await.is_err());
    let whole = ask(&client).await.unwrap().bytes().await.unwrap();
    assert_eq!(u64::try_from(whole.len()).unwrap(), length);
    assert_eq!(client.sandbox.log().ran("Builds"), 2);
}

#[tokio::test]
async fn connections_are_refused_for_a_time() {
    let client = faulty(Fault::refuse(Duration::from_millis(300)).times(1)).await;
    let began = Instant::now();
    assert!(ask(&client).await.unwrap_err().is_request());
    let mut refused = 0;
    let answer = loop {
        match ask(&client).await {
            Ok(response) => break response.json::<Value>().await.unwrap(),
            Err(error) => {
                assert!(error.is_connect(), "{error:?}");
                refused += 1;
            }
        }
        tokio::task::yield_now().await;
    };
    assert!(refused > 0);
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!(answer, sound().await);
    assert_eq!(client.sandbox.log().asked("Builds"), 2);
}

#[tokio::test]
async fn answers_come_late_and_slowly() {
    let fault = Fault::latency(Duration::from_millis(40)).jitter(Duration::from_millis(5));
    let client = faulty(fault).await;
    let began = Instant::now();
    assert_eq!(answer(&client).await, sound().await);
    assert!(began.elapsed() >= Duration::from_millis(40));

    let client = faulty(Fault::drip(Duration::from_millis(3))).await;
    let mut response = ask(&client).await.unwrap();
    let (mut pieces, mut body) = (0, Vec::new());
    while let Some(piece) = response.chunk().await.unwrap() {
        pieces += 1;
        body.extend_from_slice(&piece);
    }
    assert!(pieces > 4, "{pieces}");
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, sound().await);
}

#[tokio::test]
async fn an_answer_that_never_comes_does_not_hold_stopping_up() {
    let client = faulty(Fault::hang()).await;
    let patience = Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, ask(&client)).await.is_err());
    let body = json!({ "query": QUERY });
    let waiting = tokio::spawn(client.post().json(&body).send());
    while client.sandbox.log().asked("Builds") < 2 {
        tokio::task::yield_now().await;
    }
    client.sandbox.stop().await;
    assert!(waiting.await.unwrap().is_err());
}

#[tokio::test]
async fn a_mutation_acts_and_loses_its_answer() {
    let lost = [
        Fault::status(504),
        Fault::reset(),
        Fault::busy(),
        Fault::html(),
    ];
    for fault in lost {
        let client = faulty(fault.clone().on("buildCreate").after_running().times(1)).await;
        let before = count(&client).await;
        let first = create(&client).await;
        let failed = first.is_err() || first.is_ok_and(|first| first.status() != 200);
        assert!(failed || !matches!(fault.to_string().as_str(), "status=504" | "reset"));
        assert_eq!(count(&client).await, before + 1, "{fault}");
        // Whoever sends it again has two builds, and the log shows it.
        create(&client).await.unwrap();
        assert_eq!(count(&client).await, before + 2);
        let log = client.sandbox.log();
        assert_eq!((log.asked("CreateBuild"), log.ran("buildCreate")), (2, 2));
    }
    let client = faulty(Fault::status(504).on("CreateBuild").times(1)).await;
    let before = count(&client).await;
    assert_eq!(create(&client).await.unwrap().status(), 504);
    assert_eq!(count(&client).await, before);
    assert_eq!(client.sandbox.log().ran("CreateBuild"), 0);
}

#[tokio::test]
async fn errors_stand_beside_the_data_that_is_left() {
    let client = faulty(Fault::partial_error("pipeline.builds.edges.2.node")).await;
    let mut expected = sound().await;
    let spoiled = answer(&client).await;
    expected["data"]["pipeline"]["builds"]["edges"][2]["node"] = Value::Null;
    assert_eq!(spoiled["data"], expected["data"]);
    let path = json!(["pipeline", "builds", "edges", 2, "node"]);
    assert_eq!(spoiled["errors"][0]["path"], path);
    assert_eq!(spoiled["errors"].as_array().unwrap().len(), 1);

    // Anywhere else than where null is allowed there is nothing to hit.
    let client = faulty(Fault::partial_error("pipeline.name")).await;
    assert_eq!(answer(&client).await, sound().await);
    let entry = client.sandbox.log().entries()[0].clone();
    assert!(entry.faults[1].contains("nothing was spoiled"), "{entry:?}");
}

#[tokio::test]
async fn data_breaks_the_promises_of_the_schema() {
    let client = faulty(Fault::null("pipeline.name")).await;
    let mut expected = sound().await;
    expected["data"]["pipeline"]["name"] = Value::Null;
    assert_eq!(answer(&client).await, expected);

    let client = faulty(Fault::unknown_enum(None)).await;
    let spoiled = answer(&client).await;
    let states = nodes(&spoiled["data"]["pipeline"]["builds"]);
    let unknown = states
        .iter()
        .filter(|node| node["state"] == "SANDBOX_UNKNOWN");
    assert_eq!(unknown.count(), 1, "{spoiled}");

    let client = faulty(Fault::unknown_type(None)).await;
    let spoiled = answer(&client).await;
    let people = nodes(&spoiled["data"]["pipeline"]["builds"]);
    let unknown = people
        .iter()
        .filter(|node| node["createdBy"]["__typename"] == "SandboxUnknown");
    assert_eq!(unknown.count(), 1, "{spoiled}");
}

#[tokio::test]
async fn pages_go_wrong() {
    let sound = sound().await;
    let end = &sound["data"]["pipeline"]["builds"]["pageInfo"]["endCursor"];

    let client = faulty(Fault::repeated_cursor()).await;
    // The first page has no page before it.
    assert_eq!(answer(&client).await, sound);
    let second = ask_after(&client, end.clone()).await.unwrap();
    let second: Value = second.json().await.unwrap();
    let builds = &second["data"]["pipeline"]["builds"];
    assert_eq!(
        builds["pageInfo"],
        json!({ "hasNextPage": true, "endCursor": end })
    );
    assert_ne!(
        builds["edges"],
        sound["data"]["pipeline"]["builds"]["edges"]
    );

    let client = faulty(Fault::endless_pages()).await;
    let mut after = Value::Null;
    for _ in 0..60 {
        let page = ask_after(&client, after.clone()).await.unwrap();
        let page: Value = page.json().await.unwrap();
        let info = &page["data"]["pipeline"]["builds"]["pageInfo"];
        assert_eq!(info["hasNextPage"], true);
        if !info["endCursor"].is_null() {
            after = info["endCursor"].clone();
        }
    }

    let client = faulty(Fault::wrong_count()).await;
    let spoiled = answer(&client).await;
    let right = sound["data"]["pipeline"]["builds"]["count"]
        .as_u64()
        .unwrap();
    assert_eq!(spoiled["data"]["pipeline"]["builds"]["count"], right + 7);
}

#[tokio::test]
async fn chance_follows_from_the_seed() {
    let run = async |seed: u64| {
        let builder = Sandbox::builder().seed(seed).limits(Limits::none());
        let builder = builder.fault(Fault::status(500).chance(0.5).skip(2));
        let client = Client::over(builder.start().await.unwrap());
        for _ in 0..40 {
            ask(&client).await.unwrap();
        }
        let log = client.sandbox.log();
        let entries = log.entries().iter();
        entries.map(|entry| entry.status).collect::<Vec<_>>()
    };
    let first = run(1).await;
    assert_eq!(first, run(1).await);
    assert_ne!(first, run(2).await);
    assert_eq!(first[..2], [Some(200), Some(200)]);
    let failed = first.iter().filter(|status| **status == Some(500)).count();
    assert!((8..32).contains(&failed), "{first:?}");
}

#[tokio::test]
async fn a_request_asks_for_a_fault_of_its_own() {
    let client = Client::start().await;
    let send = |fault: &str| {
        let body = json!({ "query": QUERY });
        client
            .post()
            .header("Sandbox-Fault", fault)
            .json(&body)
            .send()
    };
    assert_eq!(send("status=503").await.unwrap().status(), 503);
    assert_eq!(answer(&client).await, sound().await);
    let wrong = send("boom").await.unwrap();
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    let wrong: Value = wrong.json().await.unwrap();
    assert!(messages(&wrong)[0].contains("`boom` is nothing that can happen"));
    for condition in ["times=2", "skip=1", "chance=0.5", "on=A"] {
        let wrong = send(&format!("status=503 {condition}")).await.unwrap();
        assert_eq!(wrong.status(), StatusCode::BAD_REQUEST, "{condition}");
    }
    assert_eq!(
        send("status=503 after-running").await.unwrap().status(),
        503
    );
}

#[tokio::test]
async fn faults_come_and_go_while_it_runs() {
    let client = Client::start().await;
    assert_eq!(ask(&client).await.unwrap().status(), 200);
    client.sandbox.inject(Fault::status(500));
    assert_eq!(ask(&client).await.unwrap().status(), 500);
    client.sandbox.heal();
    assert_eq!(ask(&client).await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_log_has_no_token_in_it() {
    let client = Client::start().await;
    answer(&client).await;
    let log = format!("{:?}", client.sandbox.log());
    assert!(!log.contains(client.sandbox.token()), "{log}");
}
