//! What mutations do, as later reads see it.

mod agents;
mod annotations;
mod builds;
mod clusters;
mod history;
mod jobs;
mod pipelines;
mod pipelines_gone;
mod queues;
mod running;
mod schedules;
mod teams;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, nodes};

/// All that mutations change, but for builds.
const WORLD: &str = "{ organization(slug: \"acme-inc\") {
    pipelines(first: 100) { count edges { cursor node {
        id slug name description emoji color defaultBranch visibility archived archivedAt
        nextBuildNumber allowRebuilds defaultTimeoutInMinutes maximumTimeoutInMinutes
        branchConfiguration cluster { id } repository { url } steps { yaml } tags { label }
        schedules(first: 50) { count edges { node {
            id label cronline enabled branch commit message env nextBuildAt } } }
        teams(first: 50) { count edges { node { id accessLevel } } } } } }
    teams(first: 100) { count edges { cursor node {
        id slug name description privacy isDefaultTeam defaultMemberRole
        members(first: 50) { count edges { node { id role createdAt } } }
        pipelines(first: 50) { count edges { node { id accessLevel createdAt } } } } } }
    clusters(first: 100) { count edges { cursor node {
        id name description emoji color defaultQueue { id }
        agentTokens(first: 50) { edges { node { id description allowedIpAddresses expiresAt } } }
        queues(first: 50) { count edges { node {
            id key description hosted retryAgentAffinity dispatchPaused dispatchPausedAt
            hostedAgents { instanceShape { name } } } } } } } }
    agents(first: 100) { count edges { node {
        id connectionState paused pausedAt pausedNote stoppedAt isRunningJob } } }
} }";

/// The answer of a mutation that takes `input`, of which `selection` is asked for.
pub(crate) async fn mutate(client: &Client, name: &str, input: Value, selection: &str) -> Value {
    let query = document(name, selection);
    let mut data = client.data_with(&query, json!({ "input": input })).await;
    data[name].take()
}

async fn delete_pipeline(client: &Client, id: &Value) {
    let input = json!({ "id": id });
    mutate(client, "pipelineDelete", input, "deletedPipelineID").await;
}

/// An input with more fields.
fn with(mut input: Value, more: Value) -> Value {
    if let Value::Object(more) = more {
        input.as_object_mut().unwrap().extend(more);
    }
    input
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

/// Checks that a mutation refuses inputs for these reasons, and that nothing changes.
async fn refuses<const N: usize>(client: &Client, name: &str, cases: [(Value, &str); N]) {
    let before = client.data(WORLD).await;
    for (input, why) in cases {
        let message = refusal(client, name, input.clone()).await;
        assert!(message.contains(why), "{name} {input}: {message}");
    }
    // Too much to be shown.
    assert!(
        client.data(WORLD).await == before,
        "{name} changes something"
    );
}

/// The same for inputs that name, by ID, what is not there: nothing at all, something of
/// another type, and something that is gone.
async fn refuses_ids<const N: usize>(
    client: &Client,
    name: &str,
    input: Value,
    field: &str,
    why: &str,
    ids: [&Value; N],
) {
    let nothing = json!("nope");
    for id in [&nothing].into_iter().chain(ids) {
        let mut input = input.clone();
        input[field] = id.clone();
        refuses(client, name, [(input, why)]).await;
    }
}

/// The ID of what a field of the root finds.
async fn id(client: &Client, field: &str) -> Value {
    let mut data = client.data(&format!("{{ it: {field} {{ id }} }}")).await;
    assert!(data["it"]["id"].is_string(), "{field}: {data}");
    data["it"]["id"].take()
}

async fn acme(client: &Client) -> Value {
    id(client, "organization(slug: \"acme-inc\")").await
}

/// The ID of a pipeline.
async fn pipeline(client: &Client, slug: &str) -> Value {
    id(client, &format!("pipeline(slug: \"acme-inc/{slug}\")")).await
}

/// What an ID names, of which `selection` is asked for; null if it is not there.
async fn node(client: &Client, id: &Value, ty: &str, selection: &str) -> Value {
    let query =
        format!("query Q($id: ID!) {{ node(id: $id) {{ ... on {ty} {{ {selection} }} }} }}");
    let mut data = client.data_with(&query, json!({ "id": id })).await;
    data["node"].take()
}

/// Checks that an ID names nothing.
async fn is_gone(client: &Client, id: &Value) {
    assert_eq!(node(client, id, "Node", "id").await, Value::Null);
}

/// The ID of a cluster, by its name.
async fn cluster(client: &Client, name: &str) -> Value {
    let query = "{ organization(slug: \"acme-inc\") { clusters(first: 50) {
        edges { node { id name } } } } }";
    let data = client.data(query).await;
    let clusters = nodes(&data["organization"]["clusters"]);
    let found = clusters.iter().find(|cluster| cluster["name"] == name);
    found.unwrap()["id"].clone()
}

/// The ID of a queue, by its key.
async fn queue(client: &Client, key: &str) -> Value {
    let query = "{ organization(slug: \"acme-inc\") { clusters(first: 50) {
        edges { node { queues(first: 50) { edges { node { id key } } } } } } } }";
    let data = client.data(query).await;
    let clusters = nodes(&data["organization"]["clusters"]);
    let mut queues = clusters.iter().flat_map(|it| nodes(&it["queues"]));
    queues.find(|queue| queue["key"] == key).unwrap()["id"].clone()
}

/// The rows of a connection, read in pages of three: `rows` is a field of the root, with
/// `PAGE` behind the connection's name and the alias `rows` before it. There are as
/// many as the connection says, and each comes once.
async fn drain(client: &Client, rows: &str) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = read(client, rows, 3, &after).await;
        all.extend(nodes(&page).into_iter().map(|node| node["id"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            let mut once = all.clone();
            once.sort_by_key(Value::to_string);
            once.dedup();
            assert_eq!(once.len(), all.len(), "{rows}: a row comes twice");
            assert_eq!(page["count"], all.len(), "{rows}");
            return all;
        }
    }
}

async fn read(client: &Client, rows: &str, first: u64, after: &Value) -> Value {
    let page = "(first: $first, after: $after) {
        count edges { cursor node { id } } pageInfo { endCursor hasNextPage } }";
    let rows = rows.replace("PAGE", page);
    let query = format!("query Q($first: Int, $after: String) {{ it: {rows} }}");
    let variables = json!({ "first": first, "after": after });
    let mut data = client.data_with(&query, variables).await;
    data["it"]["rows"].take()
}

/// Checks that the edge in a payload is the one that the connection has, and that its
/// cursor leads on from there.
async fn is_edge_of(client: &Client, edge: &Value, rows: &str) {
    let all = drain(client, rows).await;
    let place = all.iter().position(|id| *id == edge["node"]["id"]);
    let rest = &all[place.unwrap_or_else(|| panic!("{edge} is not in {rows}")) + 1..];
    let page = read(client, rows, 500, &edge["cursor"]).await;
    let behind: Vec<Value> = nodes(&page)
        .into_iter()
        .map(|it| it["id"].clone())
        .collect();
    assert_eq!(behind, rest, "{rows}");
}

/// A new pipeline: its ID. What it runs is written as steps are.
async fn new_pipeline(client: &Client, name: &str, steps: &str, more: Value) -> Value {
    let input = with(
        json!({
            "name": name,
            "organizationId": acme(client).await,
            "repository": { "url": "git@github.com:acme-inc/new.git" },
            "steps": { "yaml": steps },
        }),
        more,
    );
    let mut made = mutate(client, "pipelineCreate", input, "pipeline { id }").await;
    made["pipeline"]["id"].take()
}

/// A new build of a pipeline: its ID.
async fn new_build(client: &Client, pipeline: &Value, more: Value) -> Value {
    let input = with(json!({ "pipelineID": pipeline }), more);
    let mut made = mutate(client, "buildCreate", input, "build { id }").await;
    made["build"]["id"].take()
}

/// A build and its jobs.
async fn build(client: &Client, id: &Value) -> Value {
    let selection = "id number state branch startedAt finishedAt
        jobs(first: 100) { count edges { node { __typename
            ... on JobTypeCommand { id state label command startedAt finishedAt exitStatus
                agentQueryRules agent { id } cluster { id } clusterQueue { id }
                parallelGroupIndex parallelGroupTotal }
            ... on JobTypeWait { id state }
            ... on JobTypeBlock { id state isUnblockable }
            ... on JobTypeTrigger { id state triggered { id number pipeline { id } } } } } }";
    node(client, id, "Build", selection).await
}

/// The states of a build's jobs.
fn states(build: &Value) -> Vec<&str> {
    let jobs = nodes(&build["jobs"]).into_iter();
    jobs.map(|job| job["state"].as_str().unwrap()).collect()
}

fn advance(client: &Client, seconds: u64) {
    client.sandbox.advance(Duration::from_secs(seconds));
}
