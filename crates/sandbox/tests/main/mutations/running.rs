//! What builds of new pipelines run.

use serde_json::{Value, json};

use super::{
    advance, build, cluster, mutate, new_build, new_pipeline, node, pipeline, queue, states,
};
use crate::support::{Client, nodes};

const STEPS: &str = "
steps:
  - command: buildkite-agent pipeline upload
  - label: Tests
    command: [make test, make report]
    parallelism: 3
  - group: Rest
    steps:
      - command: make image
        agents: { queue: linux-large }
  - wait
  - label: Main only
    command: make main
    branches: main release/*
  - label: Not main
    command: make other
    branches: \"!main\"
  - block: Ship it?
  - command: make ship
    agents: [queue=linux-large]
  - trigger: target
";

/// The commands of a build's jobs.
fn commands(build: &Value) -> Vec<&str> {
    let jobs = nodes(&build["jobs"]);
    assert_eq!(build["jobs"]["count"], jobs.len());
    let commands = jobs.into_iter().filter_map(|job| job["command"].as_str());
    commands.collect()
}

#[tokio::test]
async fn the_steps_that_were_written_are_run() {
    let client = Client::start().await;
    let target = new_pipeline(&client, "Target", "- command: make target", json!({})).await;
    let probe = new_pipeline(&client, "Probe", STEPS, json!({})).await;
    let made = new_build(&client, &probe, json!({})).await;
    let at_first = build(&client, &made).await;
    let test = "make test\nmake report";
    let expected = [
        "buildkite-agent pipeline upload",
        test,
        test,
        test,
        "make image",
        "make main",
        "make ship",
    ];
    assert_eq!(commands(&at_first), expected);
    assert_eq!(at_first["state"], "SCHEDULED");
    let waiting = [
        "SCHEDULED",
        "WAITING",
        "WAITING",
        "WAITING",
        "WAITING",
        "WAITING",
        "WAITING",
        "BLOCKED",
        "WAITING",
        "WAITING",
    ];
    assert_eq!(states(&at_first), waiting);

    advance(&client, 600);
    let blocked = build(&client, &made).await;
    assert_eq!(blocked["state"], "BLOCKED");
    let jobs = nodes(&blocked["jobs"]);
    let (large, default) = (
        queue(&client, "linux-large").await,
        queue(&client, "default").await,
    );
    for job in &jobs {
        let on_large = ["make image", "make ship"].contains(&job["command"].as_str().unwrap_or(""));
        if job["__typename"] == "JobTypeCommand" {
            let queue = if on_large { &large } else { &default };
            assert_eq!(job["clusterQueue"]["id"], *queue, "{job}");
            let key = if on_large {
                "queue=linux-large"
            } else {
                "queue=default"
            };
            assert_eq!(job["agentQueryRules"], json!([key]));
        }
        if job["state"] == "FINISHED" && job["__typename"] == "JobTypeCommand" {
            let runs = node(&client, &job["agent"]["id"], "Agent", "clusterQueue { id }").await;
            assert_eq!(runs["clusterQueue"]["id"], job["clusterQueue"]["id"]);
        }
    }
    // The upload comes before all, tests and image side by side, the wait between.
    let parts: Vec<_> = jobs[1..4]
        .iter()
        .map(|job| job["parallelGroupIndex"].clone())
        .collect();
    assert_eq!(parts, [json!(0), json!(1), json!(2)]);
    let (started, finished) = (
        |job: usize| jobs[job]["startedAt"].as_str().unwrap(),
        |job: usize| jobs[job]["finishedAt"].as_str().unwrap(),
    );
    for job in 1..5 {
        assert!(finished(0) <= started(job));
        assert!(finished(job) <= started(6));
    }
    assert!(started(4) < finished(1));
    let block = jobs
        .iter()
        .find(|job| job["isUnblockable"] == true)
        .unwrap();
    assert_eq!(states(&blocked)[8..], ["WAITING", "WAITING"]);
    let input = json!({ "id": block["id"] });
    mutate(&client, "jobTypeBlockUnblock", input, "jobTypeBlock { id }").await;
    advance(&client, 600);
    let done = build(&client, &made).await;
    assert_eq!(done["state"], "PASSED");
    let trigger = &nodes(&done["jobs"])[9]["triggered"];
    assert_eq!(trigger["number"], 1);
    assert_eq!(trigger["pipeline"]["id"], target);
    let triggered = build(&client, &trigger["id"]).await;
    assert_eq!(triggered["state"], "PASSED");
    assert_eq!(commands(&triggered), ["make target"]);
}

#[tokio::test]
async fn branches_decide_which_steps_there_are() {
    let client = Client::start().await;
    let steps = "steps:
  - { command: all }
  - { command: main, branches: main }
  - { command: not-main, branches: \"!main\" }
  - { command: release, branches: [\"release/*\"] }";
    let more = json!({ "defaultBranch": "trunk" });
    let probe = new_pipeline(&client, "Probe", steps, more).await;
    for (branch, expected) in [
        (json!({}), &["all", "not-main"][..]),
        (json!({ "branch": "main" }), &["all", "main"]),
        (
            json!({ "branch": "release/1" }),
            &["all", "not-main", "release"],
        ),
    ] {
        let made = new_build(&client, &probe, branch.clone()).await;
        let made = build(&client, &made).await;
        assert_eq!(commands(&made), expected, "{branch}");
        let branch = branch["branch"].as_str().unwrap_or("trunk");
        assert_eq!(made["branch"], branch);
    }
}

#[tokio::test]
async fn builds_run_what_was_written_when_they_were_made() {
    let client = Client::start().await;
    let probe = new_pipeline(
        &client,
        "Probe",
        "- command: old\n- wait\n- command: older",
        json!({}),
    )
    .await;
    let old = new_build(&client, &probe, json!({})).await;
    let steps = json!({ "id": probe, "steps": { "yaml": "- command: new" } });
    mutate(&client, "pipelineUpdate", steps, "pipeline { id }").await;
    let new = new_build(&client, &probe, json!({})).await;
    advance(&client, 300);
    for (id, expected) in [(&old, &["old", "older"][..]), (&new, &["new"])] {
        let done = build(&client, id).await;
        assert_eq!(commands(&done), expected);
        assert_eq!(done["state"], "PASSED");
    }
}

#[tokio::test]
async fn builds_are_numbered_from_the_number_that_was_set() {
    let client = Client::start().await;
    let more = json!({ "nextBuildNumber": 7 });
    let probe = new_pipeline(&client, "Probe", "- wait", more).await;
    let web = pipeline(&client, "web").await;
    for (pipeline, next, then) in [(&probe, 7, 100), (&web, 269, 5_000)] {
        let number = async |expected: u64| {
            let made = new_build(&client, pipeline, json!({})).await;
            assert_eq!(build(&client, &made).await["number"], expected);
        };
        number(next).await;
        number(next + 1).await;
        let input = json!({ "id": pipeline, "nextBuildNumber": then });
        let selection = "pipeline { nextBuildNumber }";
        let payload = mutate(&client, "pipelineUpdate", input, selection).await;
        assert_eq!(payload["pipeline"]["nextBuildNumber"], then);
        number(then).await;
        number(then + 1).await;
        let rows = format!("node(id: {pipeline}) {{ ... on Pipeline {{ rows: builds PAGE }} }}");
        let all = super::drain(&client, &rows).await;
        let newest = [then + 1, then, next + 1, next];
        for (id, number) in all.iter().zip(newest) {
            assert_eq!(build(&client, id).await["number"], number);
        }
        let slug = node(&client, pipeline, "Pipeline", "slug").await["slug"].clone();
        let slug = slug.as_str().unwrap().to_owned();
        let between = format!(
            "{{ build(slug: \"acme-inc/{slug}/{}\") {{ id }} }}",
            then - 1
        );
        assert_eq!(client.data(&between).await["build"], Value::Null);
    }
}

#[tokio::test]
async fn a_trigger_step_that_finds_no_pipeline_makes_no_build_later() {
    let client = Client::start().await;
    let target = new_pipeline(&client, "Target", "- command: make", json!({})).await;
    let id = json!({ "id": target });
    mutate(&client, "pipelineArchive", id.clone(), "pipeline { id }").await;
    let steps = "- trigger: target\n- trigger: nowhere\n- command: make";
    let probe = new_pipeline(&client, "Probe", steps, json!({})).await;
    let made = new_build(&client, &probe, json!({})).await;
    mutate(&client, "pipelineUnarchive", id, "pipeline { id }").await;
    new_pipeline(&client, "Nowhere", "- command: make", json!({})).await;
    advance(&client, 120);
    let done = build(&client, &made).await;
    assert_eq!(done["state"], "PASSED");
    for job in &nodes(&done["jobs"])[..2] {
        assert_eq!(job["state"], "FINISHED");
        assert_eq!(job["triggered"], Value::Null);
    }
    let builds = node(&client, &target, "Pipeline", "builds { count }").await;
    assert_eq!(builds["builds"]["count"], 0);
    // The next build finds both.
    let made = new_build(&client, &probe, json!({})).await;
    for job in &nodes(&build(&client, &made).await["jobs"])[..2] {
        assert_eq!(job["triggered"]["number"], 1);
    }
}

#[tokio::test]
async fn pipelines_that_trigger_each_other_come_to_an_end() {
    let client = Client::start().await;
    let mut ids = Vec::new();
    for (own, other) in [("Ping", "pong"), ("Pong", "ping")] {
        let steps = format!("- trigger: {other}");
        ids.push(new_pipeline(&client, own, &steps, json!({})).await);
    }
    new_build(&client, &ids[0], json!({})).await;
    let mut all = 0;
    for id in &ids {
        let builds = node(&client, id, "Pipeline", "builds(state: [PASSED]) { count }").await;
        all += builds["builds"]["count"].as_u64().unwrap();
    }
    assert_eq!(all, 11, "one, and ten that follow from it");
}

#[tokio::test]
async fn a_failure_breaks_what_comes_behind_it() {
    let client = Client::start().await;
    let steps = "- { command: a, key: a }\n- { command: b, key: b, soft_fail: true }\n- wait\n- { command: c }";
    let more = json!({ "clusterId": cluster(&client, "Apple").await });
    let probe = new_pipeline(&client, "Probe", steps, more).await;
    for (key, state, last) in [("a", "FAILED", "BROKEN"), ("b", "PASSED", "FINISHED")] {
        let more = json!({ "env": [format!("SANDBOX_FAILS_AT={key}")] });
        let made = new_build(&client, &probe, more).await;
        advance(&client, 300);
        let done = build(&client, &made).await;
        assert_eq!(done["state"], state);
        assert_eq!(states(&done).last(), Some(&last));
    }
}
