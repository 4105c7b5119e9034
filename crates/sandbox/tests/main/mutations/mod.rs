//! What mutations do, as later reads see it.

mod annotations;
mod builds;
mod jobs;

use serde_json::{Value, json};

use crate::support::Client;

/// The answer of a mutation that takes `input`, of which `selection` is asked for.
pub(crate) async fn mutate(client: &Client, name: &str, input: Value, selection: &str) -> Value {
    let query = document(name, selection);
    let mut data = client.data_with(&query, json!({ "input": input })).await;
    data[name].take()
}

/// The message with which a mutation refuses an input. It changes nothing.
pub(crate) async fn refusal(client: &Client, name: &str, input: Value) -> String {
    let query = document(name, "clientMutationId");
    let answer = client.answer(&query, json!({ "input": input })).await;
    assert_eq!(answer["data"], json!({ name: null }), "{answer}");
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer}");
    assert_eq!(errors[0]["path"], json!([name]));
    errors[0]["message"].as_str().unwrap().to_owned()
}

fn document(name: &str, selection: &str) -> String {
    // `agentStop` takes an `AgentStopInput`, and so on.
    let (first, rest) = name.split_at(1);
    let input = format!("{}{rest}Input", first.to_uppercase());
    format!("mutation M($input: {input}!) {{ {name}(input: $input) {{ {selection} }} }}")
}
