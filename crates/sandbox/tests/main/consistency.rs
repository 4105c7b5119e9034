//! The data seen from one side agrees with the data seen from the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Client, nodes};

#[tokio::test]
async fn running_jobs_and_busy_agents_name_each_other() {
    for seed in 0..6 {
        let client = Client::seeded(seed).await;
        let data = client
            .data(
                "{ organization(slug: \"acme-inc\") {
                    agents(first: 200) { count edges { node {
                        id name paused connectionState isRunningJob
                        job { ... on JobTypeCommand { id state agent { id } build { state } } }
                        clusterQueue { id key }
                        jobs(first: 3) { count edges { node { ... on JobTypeCommand {
                            id startedAt agent { id } clusterQueue { id }
                        } } } }
                    } } }
                    running: jobs(state: [RUNNING, CANCELING]) { count edges { node {
                        ... on JobTypeCommand { id startedAt finishedAt agent { job { ... on JobTypeCommand { id } } } }
                    } } }
                    busy: agents(isRunningJob: true) { count }
                    paused: agents(paused: true) { count }
                    clusters { edges { node { queues { edges { node {
                        id metrics { connectedAgentsCount runningJobsCount }
                    } } } } } }
                } }",
            )
            .await;
        let organization = &data["organization"];
        let agents = nodes(&organization["agents"]);
        let running = nodes(&organization["running"]);
        assert!(running.len() >= 4, "seed {seed}");
        for job in &running {
            assert_eq!(job["agent"]["job"]["id"], job["id"], "seed {seed}");
            assert!(job["startedAt"].is_string() && job["finishedAt"].is_null());
        }
        let busy: Vec<&&Value> = agents
            .iter()
            .filter(|a| a["isRunningJob"] == true)
            .collect();
        assert_eq!(busy.len(), running.len());
        assert_eq!(organization["busy"]["count"], running.len());
        for agent in &agents {
            let job = &agent["job"];
            assert_eq!(agent["isRunningJob"], !job.is_null());
            let jobs = nodes(&agent["jobs"]);
            if !job.is_null() {
                assert_eq!(job["agent"]["id"], agent["id"]);
                assert_eq!(agent["paused"], false);
                assert_eq!(agent["connectionState"], "connected");
                assert!(
                    ["RUNNING", "FAILING", "CANCELING"]
                        .contains(&job["build"]["state"].as_str().unwrap())
                );
                assert_eq!(jobs[0]["id"], job["id"], "the current job is the newest");
            }
            for job in jobs {
                assert_eq!(job["agent"]["id"], agent["id"]);
                assert_eq!(job["clusterQueue"]["id"], agent["clusterQueue"]["id"]);
            }
        }
        let paused = agents
            .iter()
            .filter(|agent| agent["paused"] == true)
            .count();
        assert!(paused > 0);
        assert_eq!(organization["paused"]["count"], paused);
        for cluster in nodes(&organization["clusters"]) {
            for queue in nodes(&cluster["queues"]) {
                let here: Vec<_> = agents
                    .iter()
                    .filter(|agent| agent["clusterQueue"]["id"] == queue["id"])
                    .collect();
                let busy = here.iter().filter(|agent| agent["isRunningJob"] == true);
                assert_eq!(queue["metrics"]["connectedAgentsCount"], here.len());
                assert_eq!(queue["metrics"]["runningJobsCount"], busy.count());
            }
        }
    }
}

const BUILDS: &str = "query B($slug: ID!) { pipeline(slug: $slug) {
    id cluster { id }
    builds(first: 500) { count edges { node {
        id number state blockedState createdAt scheduledAt startedAt finishedAt failingAt canceledAt
        canceledBy { id }
        pipeline { id }
        source { __typename }
        rebuiltFrom { number commit branch }
        commit branch
        triggeredFrom { id triggered { id } build { id } }
        jobs(first: 100) { count edges { node {
            __typename
            ... on JobTypeCommand {
                id state passed exitStatus softFailed retried retriesCount retryType
                retrySource { ... on JobTypeCommand { id retried exitStatus build { id } } }
                runnableAt startedAt finishedAt canceledAt brokenReason
                agent { id } build { id } cluster { id } pipeline { id }
                step { uuid }
                artifacts { count edges { node { path job { id } } } }
                events { edges { node { type timestamp job { id } } } }
            }
            ... on JobTypeWait { id waitState: state build { id } }
            ... on JobTypeBlock { id blockState: state isUnblockable unblockedAt unblockedBy { id } build { id } }
            ... on JobTypeTrigger { id triggerState: state triggered { number triggeredFrom { id } } build { id } }
        } } }
    } } }
} }";

const PIPELINES: &[&str] = &[
    "web",
    "api",
    "mobile-ios",
    "infrastructure",
    "docs",
    "billing",
    "data-warehouse",
    "deploy",
];

/// Builds of a pipeline and their jobs tell one story.
#[tokio::test]
async fn states_and_times_of_builds_and_jobs_make_sense() {
    for seed in [42, 1, 2] {
        one_story(&Client::seeded(seed).await).await;
    }
}

async fn one_story(client: &Client) {
    let mut states = BTreeMap::<String, usize>::new();
    let mut job_states = BTreeSet::new();
    let mut sources = BTreeSet::new();
    let (mut retried, mut rebuilt, mut triggered) = (0, 0, 0);
    for slug in PIPELINES {
        let slug = format!("acme-inc/{slug}");
        let data = client.data_with(BUILDS, json!({ "slug": slug })).await;
        let pipeline = &data["pipeline"];
        let builds = nodes(&pipeline["builds"]);
        assert_eq!(pipeline["builds"]["count"], builds.len());
        let mut number = u64::try_from(builds.len()).unwrap();
        let mut newer = String::from("9999");
        for build in builds {
            let context = format!("{slug} {build:#}");
            assert_eq!(build["number"], number);
            number -= 1;
            let created = build["createdAt"].as_str().unwrap();
            assert!(created < newer.as_str(), "{context}");
            assert!(created <= "2026-11-20T12:00:00Z", "{context}");
            created.clone_into(&mut newer);
            assert_eq!(build["pipeline"]["id"], pipeline["id"]);
            let state = build["state"].as_str().unwrap();
            *states.entry(state.to_owned()).or_default() += 1;
            sources.insert(build["source"]["__typename"].as_str().unwrap().to_owned());
            check_build(build, state, &context);
            let jobs = nodes(&build["jobs"]);
            assert_eq!(build["jobs"]["count"], jobs.len());
            for job in &jobs {
                assert_eq!(job["build"]["id"], build["id"]);
                if job["__typename"] == "JobTypeCommand" {
                    assert_eq!(job["cluster"]["id"], pipeline["cluster"]["id"]);
                    job_states.insert(job["state"].as_str().unwrap().to_owned());
                    check_command(job, build, &context);
                    retried += usize::from(job["retried"] == true);
                }
                if job["__typename"] == "JobTypeTrigger" {
                    assert_eq!(job["triggered"]["triggeredFrom"]["id"], job["id"]);
                    triggered += 1;
                }
            }
            if !build["rebuiltFrom"].is_null() {
                rebuilt += 1;
                assert_eq!(build["rebuiltFrom"]["commit"], build["commit"]);
                assert_eq!(build["rebuiltFrom"]["branch"], build["branch"]);
            }
            if build["source"]["__typename"] == "BuildSourceTriggerJob" {
                assert_eq!(build["triggeredFrom"]["triggered"]["id"], build["id"]);
            } else {
                assert!(build["triggeredFrom"].is_null());
            }
            check_state_against_jobs(state, &jobs, &context);
        }
    }
    assert!(
        retried > 10 && rebuilt > 5 && triggered == 44,
        "{retried} {rebuilt} {triggered}"
    );
    for state in [
        "BLOCKED",
        "CANCELED",
        "CANCELING",
        "FAILED",
        "FAILING",
        "NOT_RUN",
        "PASSED",
        "RUNNING",
        "SCHEDULED",
        "SKIPPED",
    ] {
        assert!(
            states.contains_key(state),
            "no build is {state}: {states:?}"
        );
    }
    assert!(states["PASSED"] > states["FAILED"] && states["FAILED"] > states["CANCELED"]);
    assert_eq!(sources.len(), 5, "{sources:?}");
    for state in [
        "BLOCKED",
        "BROKEN",
        "CANCELED",
        "FINISHED",
        "LIMITED",
        "RUNNING",
        "SCHEDULED",
        "WAITING",
    ] {
        assert!(
            job_states.contains(state),
            "no job is {state}: {job_states:?}"
        );
    }
}

fn check_build(build: &Value, state: &str, context: &str) {
    let is_final = ["PASSED", "FAILED", "CANCELED", "SKIPPED", "NOT_RUN"].contains(&state);
    assert_eq!(build["finishedAt"].is_string(), is_final, "{context}");
    assert_eq!(
        build["canceledAt"].is_string(),
        state.starts_with("CANCEL"),
        "{context}"
    );
    assert_eq!(
        build["canceledBy"].is_object(),
        state.starts_with("CANCEL"),
        "{context}"
    );
    assert_eq!(
        build["failingAt"].is_string(),
        state.starts_with("FAIL"),
        "{context}"
    );
    assert_eq!(
        build["blockedState"].is_string(),
        state == "BLOCKED",
        "{context}"
    );
    ordered(
        build,
        &[
            "createdAt",
            "scheduledAt",
            "startedAt",
            "failingAt",
            "finishedAt",
        ],
        context,
    );
}

/// Those times that are there rise, and none lies after now.
fn ordered(object: &Value, fields: &[&str], context: &str) {
    let times: Vec<&str> = fields
        .iter()
        .filter_map(|field| object[field].as_str())
        .collect();
    assert!(times.is_sorted(), "{fields:?} of {object} in {context}");
    assert!(
        times.last() <= Some(&"2026-11-20T12:00:00Z"),
        "{object} in {context}"
    );
}

fn check_command(job: &Value, build: &Value, context: &str) {
    ordered(job, &["runnableAt", "startedAt", "finishedAt"], context);
    let started = job["startedAt"].is_string();
    assert_eq!(job["agent"].is_object(), started, "{job} in {context}");
    let state = job["state"].as_str().unwrap();
    assert_eq!(
        job["finishedAt"].is_string(),
        matches!(state, "FINISHED" | "TIMED_OUT") || (state == "CANCELED" && started),
        "{job} in {context}"
    );
    assert_eq!(
        job["exitStatus"].is_string(),
        job["finishedAt"].is_string(),
        "{job}"
    );
    let passed = state == "FINISHED" && job["exitStatus"] == "0";
    assert_eq!(job["passed"], passed, "{job}");
    assert_eq!(job["brokenReason"].is_string(), state == "BROKEN");
    if state == "RUNNING" {
        assert!(["RUNNING", "FAILING"].contains(&build["state"].as_str().unwrap()));
    }
    let source = &job["retrySource"];
    assert_eq!(source.is_object(), job["retriesCount"] == 1);
    if source.is_object() {
        assert_eq!(source["retried"], true);
        assert_ne!(source["exitStatus"], "0");
        assert_eq!(source["build"]["id"], build["id"]);
        assert!(job["retryType"].is_string());
    }
    let artifacts = nodes(&job["artifacts"]);
    assert_eq!(job["artifacts"]["count"], artifacts.len());
    assert!(
        artifacts
            .iter()
            .all(|artifact| artifact["job"]["id"] == job["id"])
    );
    let events = nodes(&job["events"]);
    assert!(events.iter().all(|event| event["job"]["id"] == job["id"]));
    let times: Vec<&str> = events
        .iter()
        .map(|event| event["timestamp"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{job}");
    let has = |kind: &str| events.iter().any(|event| event["type"] == kind);
    assert_eq!(has("STARTED"), started);
    assert_eq!(has("FINISHED"), state == "FINISHED");
    assert_eq!(has("CANCELED"), state == "CANCELED");
    assert_eq!(has("RETRIED"), job["retried"] == true);
}

fn check_state_against_jobs(state: &str, jobs: &[&Value], context: &str) {
    let commands = || {
        jobs.iter()
            .filter(|job| job["__typename"] == "JobTypeCommand")
    };
    let any =
        |wanted: &[&str]| commands().any(|job| wanted.contains(&job["state"].as_str().unwrap()));
    let failed = commands().any(|job| {
        job["exitStatus"]
            .as_str()
            .is_some_and(|status| status != "0")
            && job["retried"] == false
            && job["softFailed"] == false
    });
    match state {
        "PASSED" => {
            assert!(
                !failed && !any(&["RUNNING", "SCHEDULED", "WAITING", "BROKEN"]),
                "{context}"
            );
        }
        "FAILED" => assert!(
            failed && !any(&["RUNNING", "SCHEDULED", "WAITING"]),
            "{context}"
        ),
        "FAILING" => assert!(failed && any(&["RUNNING", "SCHEDULED"]), "{context}"),
        "RUNNING" => assert!(!failed && any(&["RUNNING", "SCHEDULED"]), "{context}"),
        "CANCELED" => assert!(any(&["CANCELED"]), "{context}"),
        "CANCELING" => assert!(any(&["CANCELING"]), "{context}"),
        "SCHEDULED" => assert!(!any(&["RUNNING", "FINISHED"]), "{context}"),
        "SKIPPED" | "NOT_RUN" | "CREATING" => assert!(jobs.is_empty(), "{context}"),
        "BLOCKED" => {
            let unblockable = jobs.iter().filter(|job| job["isUnblockable"] == true);
            assert_eq!(unblockable.count(), 1, "{context}");
            assert!(!any(&["RUNNING", "SCHEDULED"]), "{context}");
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn teams_pipelines_and_members_name_each_other() {
    let client = Client::start().await;
    let data = client
        .data(
            "{ organization(slug: \"acme-inc\") {
                teams { edges { node {
                    id slug
                    members { count edges { node { id team { id } user { id } organizationMember { id } } } }
                    pipelines { count edges { node { id team { id } pipeline { id } } } }
                } } }
                pipelines { edges { node { id teams { count edges { node { id } } } } } }
                members { edges { node { id teams { count edges { node { id } } } } } }
            } }",
        )
        .await;
    let organization = &data["organization"];
    let mut by_team = BTreeSet::new();
    for team in nodes(&organization["teams"]) {
        for kind in ["members", "pipelines"] {
            let rows = nodes(&team[kind]);
            assert_eq!(team[kind]["count"], rows.len());
            for row in rows {
                assert_eq!(row["team"]["id"], team["id"]);
                by_team.insert(row["id"].as_str().unwrap());
            }
        }
    }
    let mut by_other = BTreeSet::new();
    for kind in ["members", "pipelines"] {
        for other in nodes(&organization[kind]) {
            let rows = nodes(&other["teams"]);
            assert!(!rows.is_empty() || kind == "pipelines", "{other}");
            by_other.extend(rows.into_iter().map(|row| row["id"].as_str().unwrap()));
        }
    }
    assert_eq!(by_team, by_other);
}

#[tokio::test]
async fn counts_of_parts_add_up() {
    let client = Client::start().await;
    let states = [
        "BLOCKED",
        "CANCELED",
        "CANCELING",
        "CREATING",
        "FAILED",
        "FAILING",
        "NOT_RUN",
        "PASSED",
        "RUNNING",
        "SCHEDULED",
        "SKIPPED",
    ];
    let mut query = String::from("{ pipeline(slug: \"acme-inc/web\") { all: builds { count } ");
    for state in states {
        query.push_str(&format!("{state}: builds(state: [{state}]) {{ count }} "));
    }
    query.push_str("} organization(slug: \"acme-inc\") { all: jobs { count } ");
    for kind in ["COMMAND", "WAIT", "BLOCK", "TRIGGER"] {
        query.push_str(&format!("{kind}: jobs(type: [{kind}]) {{ count }} "));
    }
    query.push_str("pipelines { edges { node { jobs { count } } } } } }");
    let data = client.data(&query).await;
    let count = |connection: &Value| connection["count"].as_u64().unwrap();
    let pipeline = &data["pipeline"];
    assert_eq!(count(&pipeline["all"]), 268);
    assert_eq!(
        states
            .iter()
            .map(|state| count(&pipeline[state]))
            .sum::<u64>(),
        268
    );
    let organization = &data["organization"];
    let kinds = ["COMMAND", "WAIT", "BLOCK", "TRIGGER"];
    let all = count(&organization["all"]);
    assert_eq!(
        kinds
            .iter()
            .map(|kind| count(&organization[kind]))
            .sum::<u64>(),
        all
    );
    let pipelines = nodes(&organization["pipelines"]);
    assert_eq!(
        pipelines.iter().map(|it| count(&it["jobs"])).sum::<u64>(),
        all
    );
}
