//! Whatever is changed, what has been stays as it was.

use serde_json::{Value, json};

use super::{
    acme, advance, build, cluster, id, mutate, new_build, new_pipeline, node, pipeline, queue,
};
use crate::support::{Client, nodes};

/// Builds of the past and their jobs, but for what they are called now and what links them
/// to others that may be gone.
const BUILDS: &str = "query Q($id: ID!, $last: String) { node(id: $id) { ... on Pipeline {
    builds(first: 16, after: $last) { edges { cursor node {
        id number state branch commit message env createdAt startedAt finishedAt failingAt
        canceledAt canceledBy { id } blockedState pullRequest { id } rebuiltFrom { id }
        createdBy { ... on User { id } ... on UnregisteredUser { name } }
        source { name ... on BuildSourceSchedule { pipelineSchedule { id } } }
        metaData(first: 5) { edges { node { key value } } }
        annotations(first: 5) { edges { node { id style createdAt body { text } } } }
        jobs(first: 50) { count edges { cursor node { __typename
            ... on JobTypeCommand { id state passed label command exitStatus softFailed
                runnableAt startedAt finishedAt canceledAt agentQueryRules parallelGroupIndex
                retried retryType retriedBy { id } agent { id name } cluster { id }
                clusterQueue { id } step { key } artifacts(first: 5) { edges { node { id } } }
                events(first: 10) { edges { node { id type timestamp } } } }
            ... on JobTypeWait { id state }
            ... on JobTypeBlock { id state unblockedAt unblockedBy { id } }
            ... on JobTypeTrigger { id state }
        } } }
    } } }
} } }";

/// What agents did last, in which order jobs were given out, and what audit events and
/// invitations say.
const ELSE: &str = "query Q($ids: [ID!]!, $until: DateTime) { organization(slug: \"acme-inc\") {
    auditEvents(first: 200) { edges { node { id type occurredAt
        actor { id type } subject { id type } } } }
    invitations(first: 20) { edges { node { id teams(first: 3) { edges { node { team { id } } } } } } }
    jobs(first: 150, order: RECENTLY_ASSIGNED, createdAtTo: $until, clusterQueue: $ids) {
        edges { node { ... on JobTypeCommand { id pipeline { id } } } } }
} }";

struct Past {
    pipelines: Vec<Value>,
    queues: Vec<Value>,
    agents: Vec<Value>,
}

impl Past {
    async fn of(client: &Client, slugs: &[&str]) -> Self {
        let (mut pipelines, mut queues) = (Vec::new(), Vec::new());
        for slug in slugs {
            pipelines.push(pipeline(client, slug).await);
        }
        for key in ["default", "linux-large", "deploy", "terraform", "macos"] {
            queues.push(queue(client, key).await);
        }
        let query = "{ organization(slug: \"acme-inc\") {
            agents(first: 100) { edges { node { id } } } } }";
        let data = client.data(query).await;
        let agents = nodes(&data["organization"]["agents"]).into_iter();
        Self {
            pipelines,
            queues,
            agents: agents.step_by(4).map(|agent| agent["id"].clone()).collect(),
        }
    }

    /// Everything behind the builds that `last` are the cursors of, which are new.
    async fn see(&self, client: &Client, last: &[Value]) -> Vec<Value> {
        let mut seen = Vec::new();
        for (id, last) in self.pipelines.iter().zip(last) {
            let variables = json!({ "id": id, "last": last });
            seen.push(client.data_with(BUILDS, variables).await);
        }
        let until = json!({ "ids": self.queues, "until": "2026-11-20T11:59:59Z" });
        let mut other = client.data_with(ELSE, until).await;
        self.keep(&mut other["organization"]["jobs"]["edges"], 30);
        seen.push(other);
        for agent in &self.agents {
            let selection = "id name metaData connectedAt version ipAddress
                jobs(first: 10, passed: true) { edges { node { ... on JobTypeCommand {
                    id startedAt pipeline { id } } } } }";
            let mut agent = node(client, agent, "Agent", selection).await;
            self.keep(&mut agent["jobs"]["edges"], 3);
            seen.push(agent);
        }
        seen
    }

    /// Keeps the first jobs of these pipelines' builds of the past: those of new builds come
    /// on top of them, and others may be gone.
    fn keep(&self, jobs: &mut Value, most: usize) {
        let jobs = jobs.as_array_mut().unwrap();
        jobs.retain(|job| {
            job["node"]["startedAt"].as_str() < Some("2026-11-20T12:00")
                && self.pipelines.contains(&job["node"]["pipeline"]["id"])
        });
        jobs.truncate(most);
    }

    /// The cursors of the oldest builds that were not there at the beginning.
    async fn new_builds(&self, client: &Client) -> Vec<Value> {
        let mut last = Vec::new();
        let selection = "builds(first: 20) { edges { cursor node { createdAt } } }";
        for id in &self.pipelines {
            let pipeline = node(client, id, "Pipeline", selection).await;
            let edges = pipeline["builds"]["edges"].as_array().unwrap();
            let oldest = edges
                .iter()
                .rfind(|it| it["node"]["createdAt"].as_str() >= Some("2026-11-20T12:00"));
            last.push(oldest.map_or(Value::Null, |it| it["cursor"].clone()));
        }
        last
    }
}

/// Applies mutations with inputs that may lack the organization's ID.
async fn apply(client: &Client, name: &str, field: &str, input: Value) -> Value {
    mutate(client, name, input, &format!("{field} {{ id }}")).await[field]["id"].clone()
}

#[tokio::test]
async fn builds_of_the_past_stay_as_they_were() {
    let client = Client::start().await;
    let acme = acme(&client).await;
    let slugs = [
        "web",
        "api",
        "mobile-ios",
        "infrastructure",
        "billing",
        "data-warehouse",
        "deploy",
        "legacy-monolith",
    ];
    let past = Past::of(&client, &slugs).await;
    let before = past.see(&client, &vec![Value::Null; slugs.len()]).await;
    let check = async |what: &str| {
        let last = past.new_builds(&client).await;
        let after = past.see(&client, &last).await;
        for (old, new) in before.iter().zip(&after) {
            assert_eq!(old, new, "{what}");
        }
    };

    // Pipelines: what they run and where, their branch, schedules, number and name.
    let (apple, deployments) = (
        cluster(&client, "Apple").await,
        cluster(&client, "Deployments").await,
    );
    for (place, id) in past.pipelines.iter().enumerate() {
        let input = json!({
            "id": id, "name": format!("Other {place}"), "defaultBranch": "elsewhere",
            "clusterId": if place % 2 == 0 { &apple } else { &deployments },
            "steps": { "yaml": "- command: other\n  agents: { queue: terraform }\n- wait" },
            "nextBuildNumber": 1_000 + place, "repository": { "url": "git@other:x.git" },
            "tags": [], "archived": place == 4,
        });
        apply(&client, "pipelineUpdate", "pipeline", input).await;
        let schedules = "schedules(first: 5) { edges { node { id } } }";
        let schedules = node(&client, id, "Pipeline", schedules).await;
        for schedule in nodes(&schedules["schedules"]) {
            let input = json!({ "id": schedule["id"], "cronline": "* * * * *", "message": "x",
                "branch": "y", "enabled": false });
            apply(&client, "pipelineScheduleUpdate", "pipelineSchedule", input).await;
        }
        let input = json!({ "pipelineID": id, "cronline": "*/7 * * * *", "message": "New" });
        apply(&client, "pipelineScheduleCreate", "pipeline", input).await;
    }
    check("pipelines change").await;

    // Other pipelines, some of them gone, and builds everywhere.
    for slug in ["docs", "search", "design-system", "mobile-android"] {
        let input = json!({ "id": pipeline(&client, slug).await });
        apply(&client, "pipelineDelete", "organization", input).await;
    }
    let steps = "- command: make\n  parallelism: 30\n- trigger: other-6";
    let probe = new_pipeline(&client, "Probe", steps, json!({})).await;
    let made = new_build(&client, &probe, json!({})).await;
    new_build(&client, &past.pipelines[0], json!({})).await;
    check("builds are created").await;
    advance(&client, 40);
    check("builds run").await;
    advance(&client, 4_000);
    assert_eq!(build(&client, &made).await["state"], "PASSED");
    check("builds are done").await;

    // Clusters, queues and tokens.
    let input = json!({ "organizationId": acme, "name": "Aardvark" });
    let first = apply(&client, "clusterCreate", "cluster", input).await;
    let default = cluster(&client, "Default cluster").await;
    for (cluster, key) in [(&first, "default"), (&default, "aaa"), (&apple, "aaa")] {
        let input = json!({ "organizationId": acme, "clusterId": cluster, "key": key });
        let made = apply(&client, "clusterQueueCreate", "clusterQueue", input).await;
        let input = json!({ "organizationId": acme, "id": cluster, "defaultQueueId": made });
        apply(&client, "clusterUpdate", "cluster", input).await;
    }
    let hosted = queue(&client, "hosted-arm").await;
    let input = json!({ "organizationId": acme, "id": hosted });
    mutate(
        &client,
        "clusterQueueDelete",
        input,
        "deletedClusterQueueId",
    )
    .await;
    let input = json!({ "id": past.queues[1] });
    apply(&client, "clusterQueuePauseDispatch", "queue", input).await;
    check("clusters and queues change").await;

    // Teams.
    let input = json!({ "organizationID": acme, "name": "New", "privacy": "VISIBLE",
        "isDefaultTeam": false, "defaultMemberRole": "MEMBER" });
    apply(&client, "teamCreate", "organization", input).await;
    let web = id(&client, "team(slug: \"acme-inc/web\")").await;
    let members = node(
        &client,
        &web,
        "Team",
        "members(first: 9) { edges { node { id } } }",
    )
    .await;
    for member in nodes(&members["members"]) {
        let input = json!({ "id": member["id"] });
        apply(&client, "teamMemberDelete", "team", input).await;
    }
    check("teams change").await;

    // Agents: idle ones stop, pause, and go on.
    let query = "{ organization(slug: \"acme-inc\") {
        idle: agents(first: 100, isRunningJob: false, paused: false) {
            edges { node { id connectionState } } }
        paused: agents(first: 100, paused: true) { edges { node { id } } } } }";
    let data = client.data(query).await;
    let mut idle = nodes(&data["organization"]["idle"]);
    idle.retain(|agent| agent["connectionState"] == "connected");
    for (place, agent) in idle.iter().enumerate() {
        let name = if place % 2 == 0 {
            "agentStop"
        } else {
            "agentPause"
        };
        let input = json!({ "id": agent["id"] });
        apply(&client, name, "agent", input).await;
    }
    for agent in nodes(&data["organization"]["paused"]) {
        let input = json!({ "id": agent["id"] });
        apply(&client, "agentResume", "agent", input).await;
    }
    check("agents stop and pause").await;

    // Those of a queue all stop, and the queue goes.
    let listening = "{ organization(slug: \"acme-inc\") {
        agents(first: 100, search: \"terraform\") { edges { node { id } } } } }";
    let data = client.data(listening).await;
    for agent in nodes(&data["organization"]["agents"]) {
        let input = json!({ "id": agent["id"], "graceful": false });
        apply(&client, "agentStop", "agent", input).await;
    }
    advance(&client, 10);
    let rules = |seen: &[Value]| seen[3].to_string().matches("queue=terraform").count();
    let input = json!({ "organizationId": acme, "id": past.queues[3] });
    mutate(
        &client,
        "clusterQueueDelete",
        input,
        "deletedClusterQueueId",
    )
    .await;
    let last = past.new_builds(&client).await;
    let after = past.see(&client, &last).await;
    assert!(rules(&before) > 0);
    assert_eq!(rules(&after), rules(&before));
    for place in [0, 1, 2, 4, 5, 6, 7] {
        assert_eq!(after[place], before[place]);
    }
}

#[tokio::test]
async fn a_pipeline_that_goes_leaves_those_that_it_triggered() {
    for gone in ["web", "deploy"] {
        let client = Client::start().await;
        let slugs: Vec<&str> = ["web", "deploy", "infrastructure"]
            .into_iter()
            .filter(|slug| *slug != gone)
            .collect();
        let past = Past::of(&client, &slugs).await;
        let none = vec![Value::Null; slugs.len()];
        let before = past.see(&client, &none).await;
        let input = json!({ "id": pipeline(&client, gone).await });
        apply(&client, "pipelineDelete", "organization", input).await;
        let after = past.see(&client, &none).await;
        for place in 0..slugs.len() {
            assert_eq!(after[place], before[place], "without {gone}");
        }
        let links = "builds(first: 60) { edges { node {
            triggeredFrom { id } jobs(first: 20) { edges { node {
                ... on JobTypeTrigger { state triggered { id } } } } } } } }";
        let links = node(&client, &past.pipelines[0], "Pipeline", links)
            .await
            .to_string();
        assert!(!links.contains("\"triggered\":{"), "{gone}");
        assert!(!links.contains("\"triggeredFrom\":{"), "{gone}");
    }
}

#[tokio::test]
async fn jobs_of_the_past_are_in_order_whatever_pipelines_run_now() {
    let client = Client::start().await;
    let query =
        "{ organization(slug: \"acme-inc\") { pipelines(first: 50) { edges { node { id } } }
        jobs(first: 500, order: RECENTLY_ASSIGNED) { edges { node { ... on JobTypeCommand {
            id startedAt } } } } } }";
    let before = client.data(query).await;
    for id in nodes(&before["organization"]["pipelines"]) {
        let input = json!({ "id": id["id"], "steps": { "yaml": "- wait" } });
        apply(&client, "pipelineUpdate", "pipeline", input).await;
    }
    let after = client.data(query).await;
    let jobs = nodes(&after["organization"]["jobs"]);
    assert!(jobs.is_sorted_by(|a, b| a["startedAt"].as_str() >= b["startedAt"].as_str()));
    assert!(after == before);
}
