//! Agents: stopped, paused, resumed.

use serde_json::{Value, json};

use super::{
    advance, build, cluster, delete_pipeline, drain, id, mutate, new_build, new_pipeline, node,
    pipeline, queue, refusal, refuses, refuses_ids, states, with,
};
use crate::support::{Client, nodes};

const AGENT: &str = "id name uuid connectionState isRunningJob disconnectedAt
    stoppedAt stoppedBy { name } stoppedGracefullyAt stoppedGracefullyBy { name }
    stopForcedAt stopForcedBy { name } job { ... on JobTypeCommand { id state } }
    paused pausedAt pausedBy { name } pausedNote pausedTimeoutInMinutes clusterQueue { id key }";
const CONNECTED: &str = "organization(slug: \"acme-inc\") { rows: agents PAGE }";

async fn agent(client: &Client, id: &Value) -> Value {
    node(client, id, "Agent", AGENT).await
}

/// The IDs of the agents that listen on a queue, busy ones or idle ones that take jobs.
async fn listening(client: &Client, key: &str, busy: bool) -> Vec<Value> {
    let query = "query Q($queue: [ID!], $busy: Boolean) { organization(slug: \"acme-inc\") {
        agents(first: 100, clusterQueue: $queue, isRunningJob: $busy, paused: false) {
            edges { node { id connectionState } } } } }";
    let variables = json!({ "queue": [queue(client, key).await], "busy": busy });
    let data = client.data_with(query, variables).await;
    let agents = nodes(&data["organization"]["agents"]);
    let connected = agents
        .iter()
        .filter(|it| it["connectionState"] == "connected");
    connected.map(|agent| agent["id"].clone()).collect()
}

async fn stop(client: &Client, id: &Value, graceful: bool) -> Value {
    let input = json!({ "id": id, "graceful": graceful, "clientMutationId": "s" });
    let selection = format!("clientMutationId agent {{ {AGENT} }}");
    let mut payload = mutate(client, "agentStop", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "s");
    assert_eq!(payload["agent"]["id"], *id);
    payload["agent"].take()
}

async fn pause(client: &Client, id: &Value, more: Value) -> Value {
    let input = with(json!({ "id": id, "clientMutationId": "p" }), more);
    let selection = format!("clientMutationId agent {{ {AGENT} }}");
    let mut payload = mutate(client, "agentPause", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "p");
    payload["agent"].take()
}

/// A pipeline with one job on the queue of four agents: its ID.
async fn terraform(client: &Client, parallelism: u64) -> Value {
    let steps =
        format!("- command: make\n  agents: {{ queue: terraform }}\n  parallelism: {parallelism}");
    let cluster = cluster(client, "Deployments").await;
    new_pipeline(client, "Probe", &steps, json!({ "clusterId": cluster })).await
}

/// Checks that an agent is gone, but still known by itself and by what it ran.
async fn has_left(client: &Client, id: &Value, before: &[Value]) {
    let left = agent(client, id).await;
    assert_eq!(left["connectionState"], "stopped");
    assert_eq!(left["isRunningJob"], false);
    assert_eq!(left["job"], Value::Null);
    assert!(left["disconnectedAt"].as_str() >= left["stoppedAt"].as_str());
    let mut rest = before.to_vec();
    rest.retain(|other| other != id);
    assert_eq!(drain(client, CONNECTED).await, rest);
    let slug = format!(
        "agent(slug: \"acme-inc/{}\")",
        left["uuid"].as_str().unwrap()
    );
    assert_eq!(super::id(client, &slug).await, *id);
    for (name, word) in [("agentStop", "stopped"), ("agentPause", "stopped")] {
        refuses(client, name, [(json!({ "id": id }), word)]).await;
    }
}

#[tokio::test]
async fn an_agent_that_is_to_stop_finishes_its_job_first() {
    let client = Client::start().await;
    let all = drain(&client, CONNECTED).await;
    let busy = listening(&client, "default", true).await;
    let metrics = "metrics { connectedAgentsCount runningJobsCount }";
    let default = queue(&client, "default").await;
    let before = node(&client, &default, "ClusterQueue", metrics).await;
    let stopping = stop(&client, &busy[0], true).await;
    assert_eq!(stopping["connectionState"], "stopping");
    assert_eq!(stopping["isRunningJob"], true);
    assert_eq!(stopping["job"]["state"], "RUNNING");
    assert_eq!(stopping["stoppedGracefullyBy"]["name"], "Ada Okafor");
    assert_eq!(stopping["stoppedGracefullyAt"], stopping["stoppedAt"]);
    assert!(stopping["stoppedAt"].is_string());
    for none in ["stopForcedAt", "stopForcedBy", "disconnectedAt"] {
        assert_eq!(stopping[none], Value::Null, "{none}");
    }
    assert_eq!(agent(&client, &busy[0]).await, stopping);
    assert_eq!(drain(&client, CONNECTED).await, all);
    let input = json!({ "id": busy[0] });
    refuses(&client, "agentStop", [(input, "stopping already")]).await;

    advance(&client, 3_600);
    has_left(&client, &busy[0], &all).await;
    let job = "id state exitStatus finishedAt agent { id }";
    let done = node(&client, &stopping["job"]["id"], "JobTypeCommand", job).await;
    assert_eq!(done["state"], "FINISHED");
    assert_eq!(done["exitStatus"], "0");
    assert_eq!(done["agent"]["id"], busy[0]);
    assert_eq!(
        agent(&client, &busy[0]).await["disconnectedAt"],
        done["finishedAt"]
    );
    let jobs = "jobs(first: 1) { edges { node { ... on JobTypeCommand { id } } } }";
    let jobs = node(&client, &busy[0], "Agent", jobs).await;
    assert_eq!(nodes(&jobs["jobs"])[0]["id"], done["id"]);
    let after = node(&client, &default, "ClusterQueue", metrics).await;
    let connected = |it: &Value| it["metrics"]["connectedAgentsCount"].as_u64().unwrap();
    assert_eq!(connected(&after), connected(&before) - 1);
}

#[tokio::test]
async fn an_agent_with_nothing_to_do_stops_at_once() {
    let client = Client::start().await;
    let all = drain(&client, CONNECTED).await;
    let idle = listening(&client, "terraform", false).await;
    let stopped = stop(&client, &idle[1], true).await;
    assert_eq!(stopped["connectionState"], "stopped");
    assert_eq!(stopped["disconnectedAt"], stopped["stoppedGracefullyAt"]);
    has_left(&client, &idle[1], &all).await;
    let graceful = json!({ "id": idle[0] });
    let selection = "agent { stoppedGracefullyAt stopForcedAt }";
    let payload = mutate(&client, "agentStop", graceful, selection).await;
    assert!(
        payload["agent"]["stoppedGracefullyAt"].is_string(),
        "{payload}"
    );
    let rest: Vec<Value> = all.into_iter().filter(|it| *it != idle[1]).collect();
    has_left(&client, &idle[0], &rest).await;
    // Those that are left run everything.
    let made = new_build(&client, &terraform(&client, 8).await, json!({})).await;
    advance(&client, 600);
    let made = build(&client, &made).await;
    assert_eq!(made["state"], "PASSED");
    for job in nodes(&made["jobs"]) {
        assert!(!idle[..2].contains(&job["agent"]["id"]), "{job}");
    }
}

#[tokio::test]
async fn a_forced_stop_cancels_the_job() {
    let client = Client::start().await;
    let all = drain(&client, CONNECTED).await;
    let busy = listening(&client, "default", true).await;
    // Of the history, and told to stop before.
    stop(&client, &busy[0], true).await;
    let forced = stop(&client, &busy[0], false).await;
    assert_eq!(forced["connectionState"], "stopping");
    assert_eq!(forced["job"]["state"], "CANCELING");
    assert_eq!(forced["stopForcedBy"]["name"], "Ada Okafor");
    assert!(forced["stopForcedAt"].is_string());
    assert_eq!(forced["stoppedGracefullyAt"], Value::Null);
    for graceful in [true, false] {
        let input = json!({ "id": busy[0], "graceful": graceful });
        refuses(&client, "agentStop", [(input, "stopping already")]).await;
    }
    // Of a build that is new.
    let probe = terraform(&client, 1).await;
    let made = new_build(&client, &probe, json!({})).await;
    advance(&client, 5);
    let running = build(&client, &made).await;
    assert_eq!(states(&running), ["RUNNING"]);
    let runs = nodes(&running["jobs"])[0]["agent"]["id"].clone();
    stop(&client, &runs, false).await;
    assert_eq!(states(&build(&client, &made).await), ["CANCELING"]);
    advance(&client, 60);
    let done = build(&client, &made).await;
    assert_eq!(states(&done), ["CANCELED"]);
    assert_eq!(done["state"], "FAILED");
    assert_eq!(nodes(&done["jobs"])[0]["agent"]["id"], runs);
    let rest: Vec<Value> = all.into_iter().filter(|it| *it != busy[0]).collect();
    has_left(&client, &runs, &rest).await;
    assert_eq!(agent(&client, &busy[0]).await["connectionState"], "stopped");
    let job = node(&client, &forced["job"]["id"], "JobTypeCommand", "state").await;
    assert_eq!(job["state"], "CANCELED");
}

#[tokio::test]
async fn a_job_that_ends_with_its_pipeline_lets_its_agent_go() {
    let client = Client::start().await;
    let all = drain(&client, CONNECTED).await;
    let probe = terraform(&client, 1).await;
    let made = new_build(&client, &probe, json!({})).await;
    advance(&client, 5);
    let running = build(&client, &made).await;
    let runs = nodes(&running["jobs"])[0]["agent"]["id"].clone();
    stop(&client, &runs, true).await;
    delete_pipeline(&client, &probe).await;
    has_left(&client, &runs, &all).await;

    // An agent that ran a job of the history then is free for others.
    let busy = listening(&client, "macos", true).await;
    assert!(!busy.is_empty());
    let ios = pipeline(&client, "mobile-ios").await;
    delete_pipeline(&client, &ios).await;
    let freed = agent(&client, &busy[0]).await;
    assert_eq!(freed["isRunningJob"], false);
    for other in listening(&client, "macos", false).await {
        if other != busy[0] {
            stop(&client, &other, true).await;
        }
    }
    let apple = cluster(&client, "Apple").await;
    let probe = new_pipeline(
        &client,
        "Mac",
        "- command: make",
        json!({ "clusterId": apple }),
    );
    let made = new_build(&client, &probe.await, json!({})).await;
    advance(&client, 60);
    let done = build(&client, &made).await;
    assert_eq!(done["state"], "PASSED", "{done}");
    assert_eq!(nodes(&done["jobs"])[0]["agent"]["id"], busy[0]);
}

#[tokio::test]
async fn a_paused_agent_takes_no_jobs_until_its_time_is_over() {
    let client = Client::start().await;
    let idle = listening(&client, "terraform", false).await;
    assert_eq!(idle.len(), 4);
    let more = json!({ "note": "Disk", "timeoutInMinutes": 10 });
    let paused = pause(&client, &idle[3], more).await;
    assert_eq!(paused["paused"], true);
    assert_eq!(paused["pausedBy"]["name"], "Ada Okafor");
    assert_eq!(paused["pausedNote"], "Disk");
    assert_eq!(paused["pausedTimeoutInMinutes"], 10);
    assert_eq!(paused["connectionState"], "connected");
    assert!(paused["pausedAt"].is_string());
    assert_eq!(agent(&client, &idle[3]).await, paused);
    for (agent, minutes) in idle[..3].iter().zip([20, 30, 1_440]) {
        pause(&client, agent, json!({ "timeoutInMinutes": minutes })).await;
    }
    let query = "query Q($queue: [ID!]) { organization(slug: \"acme-inc\") {
        agents(clusterQueue: $queue, paused: true) { count } } }";
    let variables = json!({ "queue": [queue(&client, "terraform").await] });
    let data = client.data_with(query, variables.clone()).await;
    assert_eq!(data["organization"]["agents"]["count"], 4);
    let made = new_build(&client, &terraform(&client, 1).await, json!({})).await;
    advance(&client, 599);
    assert_eq!(states(&build(&client, &made).await), ["SCHEDULED"]);
    advance(&client, 1);
    let running = build(&client, &made).await;
    assert_eq!(states(&running), ["RUNNING"]);
    assert_eq!(nodes(&running["jobs"])[0]["agent"]["id"], idle[3]);
    let over = agent(&client, &idle[3]).await;
    assert_eq!(over["paused"], false);
    for none in ["pausedAt", "pausedBy", "pausedNote"] {
        assert_eq!(over[none], Value::Null, "{none}");
    }
    let data = client.data_with(query, variables).await;
    assert_eq!(data["organization"]["agents"]["count"], 3);
    let input = json!({ "id": idle[3] });
    refuses(&client, "agentResume", [(input, "not paused")]).await;
    // Five minutes unless it is said how long. What it runs it finishes.
    let again = pause(&client, &idle[3], json!({})).await;
    assert_eq!(again["pausedTimeoutInMinutes"], 5);
    assert_eq!(again["isRunningJob"], true);
    advance(&client, 60);
    assert_eq!(build(&client, &made).await["state"], "PASSED");
    advance(&client, 239);
    assert_eq!(agent(&client, &idle[3]).await["paused"], true);
    advance(&client, 1);
    assert_eq!(agent(&client, &idle[3]).await["paused"], false);
}

#[tokio::test]
async fn a_resumed_agent_takes_jobs_at_once() {
    let client = Client::start().await;
    let idle = listening(&client, "terraform", false).await;
    for agent in &idle {
        pause(&client, agent, json!({})).await;
    }
    let made = new_build(&client, &terraform(&client, 1).await, json!({})).await;
    advance(&client, 60);
    assert_eq!(states(&build(&client, &made).await), ["SCHEDULED"]);
    let input = json!({ "id": idle[2], "clientMutationId": "r" });
    let selection = format!("clientMutationId agent {{ {AGENT} }}");
    let payload = mutate(&client, "agentResume", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "r");
    assert_eq!(payload["agent"]["paused"], false);
    assert_eq!(agent(&client, &idle[2]).await, payload["agent"]);
    advance(&client, 2);
    let running = build(&client, &made).await;
    assert_eq!(states(&running), ["RUNNING"]);
    assert_eq!(nodes(&running["jobs"])[0]["agent"]["id"], idle[2]);
    let message = refusal(&client, "agentResume", json!({ "id": idle[2] })).await;
    assert_eq!(message, "The agent is not paused");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let idle = listening(&client, "terraform", false).await;
    let minutes = |minutes: i64| json!({ "id": idle[0], "timeoutInMinutes": minutes });
    let cases = [0, -1, 1_441].map(|it| (minutes(it), "`timeoutInMinutes` must be from 1 to 1440"));
    refuses(&client, "agentPause", cases).await;
    pause(&client, &idle[0], json!({})).await;
    refuses(
        &client,
        "agentPause",
        [(json!({ "id": idle[0] }), "paused already")],
    )
    .await;
    let others = [
        pipeline(&client, "web").await,
        queue(&client, "terraform").await,
    ];
    let viewer = id(&client, "organization(slug: \"acme-inc\")").await;
    for name in ["agentStop", "agentPause", "agentResume"] {
        let ids = [&others[0], &others[1], &viewer];
        refuses_ids(&client, name, json!({}), "id", "No agent found", ids).await;
    }
}
