//! How fast one page of builds with their jobs is decoded.
//!
//! The same bytes, an answer of the sandbox, go through all candidates in turn.
//! Dropping what was decoded is not counted.

#![allow(clippy::print_stdout, reason = "a bench talks to whoever runs it")]

mod by_hand;
mod ours;
mod with_cynic;
mod with_graphql_client;

use std::error::Error;
use std::time::Duration;

use buildkite_benches::{Candidate, compare, time};
use buildkite_client::Operation;
use buildkite_sandbox::Sandbox;
use graphql_client::GraphQLQuery;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const BUILDS: i64 = 100;
const JOBS: i64 = 30;
const ROUNDS: usize = 200;

type Ours = <ours::BuildsPage as Operation>::Data;
type GraphqlClient = <with_graphql_client::BuildsPage as GraphQLQuery>::ResponseData;

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let page = page().await?;
    check_that_all_read_it(&page)?;

    if std::env::args().len() > 1 {
        for _ in 0..2000 {
            decode::<Ours>(&page);
        }
        return Ok(());
    }
    let mut candidates = [
        Candidate::new("buildkite-client", || decode::<Ours>(&page)),
        Candidate::new("buildkite-client, as Client reads", || {
            decode_text::<Ours>(&page)
        }),
        Candidate::new("graphql_client", || decode::<GraphqlClient>(&page)),
        Candidate::new("graphql_client, in that way", || {
            decode_text::<GraphqlClient>(&page)
        }),
        Candidate::new("cynic", || decode::<with_cynic::BuildsPage>(&page)),
        Candidate::new("serde, by hand", || decode::<by_hand::BuildsPage>(&page)),
        Candidate::new("serde_json::Value", || decode::<Value>(&page)),
    ];
    let medians = compare(&mut candidates, ROUNDS);
    let [from_bytes, as_client] = [medians[0].1, medians[1].1].map(|time| time.as_secs_f64());
    println!("{} KB, median of {ROUNDS} rounds", page.len() / 1000);
    println!("the ratios are to the first and to the second line");
    for (name, median) in medians {
        let seconds = median.as_secs_f64();
        println!(
            "{name:<33} {:>7.3} ms {:>7.2} {:>7.2}",
            seconds * 1e3,
            seconds / from_bytes,
            seconds / as_client,
        );
    }
    Ok(())
}

/// What the sandbox answers.
async fn page() -> Result<Vec<u8>, Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let operation = ours::BuildsPage::new("acme-inc/web")
        .builds(BUILDS)
        .jobs(JOBS);
    let answer = reqwest::Client::new()
        .post(sandbox.url())
        .bearer_auth(sandbox.token())
        .json(&json!({ "query": operation.document(), "variables": operation.variables() }))
        .send()
        .await?
        .bytes()
        .await?;
    Ok(answer.to_vec())
}

/// A candidate that reads only half of the page would look fast.
fn check_that_all_read_it(page: &[u8]) -> Result<(), Box<dyn Error>> {
    let ours: Answer<Ours> = serde_json::from_slice(page)?;
    let written = serde_json::to_value(&ours.data)?;
    let read: Answer<Value> = serde_json::from_slice(page)?;
    assert_eq!(written, read.data, "buildkite-client lost something");
    serde_json::from_slice::<Answer<GraphqlClient>>(page)?;
    serde_json::from_slice::<Answer<with_cynic::BuildsPage>>(page)?;
    serde_json::from_slice::<Answer<by_hand::BuildsPage>>(page)?;
    Ok(())
}

/// As the HTTP integrations of `graphql_client` and `cynic` do.
fn decode<T: DeserializeOwned>(page: &[u8]) -> Duration {
    time(|| {
        serde_json::from_slice::<Answer<T>>(page)
            .ok()
            .map(|answer| answer.data)
    })
}

/// As `Client` does, which holds an answer against UTF-8 as a whole.
fn decode_text<T: DeserializeOwned>(page: &[u8]) -> Duration {
    time(|| {
        let text = std::str::from_utf8(page).ok()?;
        let answer: Answer<T> = serde_json::from_str(text).ok()?;
        Some(answer.data)
    })
}
