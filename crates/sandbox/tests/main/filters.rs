//! Filters and orders show the rows that their names promise, and all of them.

use serde_json::Value;

use crate::support::{Client, nodes};

/// Checks that a filtered connection has exactly those of all rows that a test of
/// the rows themselves picks out, and that these are some but not all.
async fn check(
    client: &Client,
    (owner, field): (&str, &str),
    arguments: &str,
    fragment: &str,
    wanted: impl Fn(&Value) -> bool,
) {
    let query = format!(
        "{{ {owner} {{
            all: {field}(first: 500) {{ count edges {{ cursor node {{ {fragment} }} }} }}
            some: {field}(first: 500, {arguments}) {{ count edges {{ cursor node {{ {fragment} }} }} }}
        }} }}"
    );
    let data = client.data(&query).await;
    let owner = data.as_object().unwrap().values().next().unwrap();
    let expected: Vec<&Value> = owner["all"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|edge| wanted(&edge["node"]))
        .collect();
    let some: Vec<&Value> = owner["some"]["edges"].as_array().unwrap().iter().collect();
    let all = owner["all"]["edges"].as_array().unwrap().len();
    assert_eq!(some, expected, "{field}({arguments})");
    assert_eq!(owner["some"]["count"], some.len(), "{field}({arguments})");
    assert!(
        !some.is_empty() && some.len() < all,
        "{field}({arguments}): {} of {all}",
        some.len()
    );
}

const ACME: &str = "organization(slug: \"acme-inc\")";
const WEB: &str = "pipeline(slug: \"acme-inc/web\")";

#[tokio::test]
async fn builds() {
    let client = Client::start().await;
    let builds = (WEB, "builds");
    let fragment = "number state branch commit createdAt metaData { edges { node { key value } } }";
    let any = client
        .data(&format!(
            "{{ {WEB} {{ builds(last: 40) {{ edges {{ node {{ {fragment} }} }} }} }} }}"
        ))
        .await;
    let some_build = nodes(&any["pipeline"]["builds"])
        .into_iter()
        .find(|build| build["branch"] != "main")
        .unwrap()
        .clone();
    let (branch, commit) = (
        &some_build["branch"],
        some_build["commit"].as_str().unwrap(),
    );
    let at = some_build["createdAt"].as_str().unwrap();
    check(
        &client,
        builds,
        "state: [FAILED, RUNNING]",
        fragment,
        |build| build["state"] == "FAILED" || build["state"] == "RUNNING",
    )
    .await;
    check(
        &client,
        builds,
        &format!("branch: [{branch}]"),
        fragment,
        |build| build["branch"] == *branch,
    )
    .await;
    check(
        &client,
        builds,
        "branch: [\"release/*\"]",
        fragment,
        |build| build["branch"].as_str().unwrap().starts_with("release/"),
    )
    .await;
    check(
        &client,
        builds,
        &format!("commit: [\"{commit}\"]"),
        fragment,
        |build| build["commit"] == commit,
    )
    .await;
    check(
        &client,
        builds,
        &format!("commit: [\"{}\"]", &commit[..10]),
        fragment,
        |build| build["commit"] == commit,
    )
    .await;
    check(
        &client,
        builds,
        &format!("createdAtFrom: \"{at}\""),
        fragment,
        |build| build["createdAt"].as_str().unwrap() >= at,
    )
    .await;
    check(
        &client,
        builds,
        &format!("createdAtTo: \"{at}\", state: PASSED"),
        fragment,
        |build| build["createdAt"].as_str().unwrap() <= at && build["state"] == "PASSED",
    )
    .await;
    check(
        &client,
        builds,
        "metaData: [\"environment:staging\"]",
        fragment,
        |build| {
            nodes(&build["metaData"])
                .iter()
                .any(|pair| pair["key"] == "environment" && pair["value"] == "staging")
        },
    )
    .await;
}

#[tokio::test]
async fn jobs() {
    let client = Client::start().await;
    let builds = "{ pipeline(slug: \"acme-inc/docs\") { id } organization(slug: \"acme-inc\") {
        clusters { edges { node { id queues { edges { node { id key } } } } } } } }";
    let data = client.data(builds).await;
    let queue = nodes(&data["organization"]["clusters"])
        .into_iter()
        .flat_map(|cluster| nodes(&cluster["queues"]))
        .find(|queue| queue["key"] == "terraform")
        .unwrap()["id"]
        .clone();
    let fragment = "__typename ... on JobTypeCommand { id state passed agentQueryRules
        concurrency { group } step { key } clusterQueue { id } }";
    let all = ("pipeline(slug: \"acme-inc/infrastructure\")", "jobs");
    check(&client, all, "type: [COMMAND]", fragment, |job| {
        job["__typename"] == "JobTypeCommand"
    })
    .await;
    check(
        &client,
        all,
        "state: [BROKEN, CANCELED], type: [COMMAND]",
        fragment,
        |job| job["state"] == "BROKEN" || job["state"] == "CANCELED",
    )
    .await;
    check(
        &client,
        all,
        "passed: false, state: FINISHED",
        fragment,
        |job| job["passed"] == false && job["state"] == "FINISHED",
    )
    .await;
    check(
        &client,
        all,
        "agentQueryRules: [\"queue=terraform\"]",
        fragment,
        |job| job["agentQueryRules"] == serde_json::json!(["queue=terraform"]),
    )
    .await;
    let group = "concurrency: { group: [\"infrastructure/apply\"] }";
    check(&client, all, group, fragment, |job| {
        job["concurrency"]["group"] == "infrastructure/apply"
    })
    .await;
    check(&client, all, "step: { key: [\"plan\"] }", fragment, |job| {
        job["step"]["key"] == "plan"
    })
    .await;
    let query = format!(
        "{{ {ACME} {{ a: jobs(clusterQueue: [{queue}]) {{ count }}
            b: jobs(agentQueryRules: [\"queue=terraform\"]) {{ count }}
            none: jobs(clustered: false) {{ count }}
            unknown: jobs(clusterQueue: [\"x\"]) {{ count }} }} }}"
    );
    let data = client.data(&query).await;
    let organization = &data["organization"];
    assert!(organization["a"]["count"].as_u64() > Some(10));
    assert_eq!(organization["a"], organization["b"]);
    assert_eq!(organization["none"]["count"], 0);
    assert_eq!(organization["unknown"]["count"], 0);
}

#[tokio::test]
async fn pipelines() {
    let client = Client::start().await;
    let pipelines = (ACME, "pipelines");
    let fragment = "name slug archived favorite createdAt tags { label } repository { url }
        cluster { name } teams { edges { node { team { slug } } } }";
    check(&client, pipelines, "search: \"MOBILE\"", fragment, |it| {
        it["slug"].as_str().unwrap().contains("mobile")
    })
    .await;
    check(&client, pipelines, "archived: false", fragment, |it| {
        it["archived"] == false
    })
    .await;
    check(&client, pipelines, "archived: true", fragment, |it| {
        it["archived"] == true
    })
    .await;
    check(&client, pipelines, "favorite: true", fragment, |it| {
        it["favorite"] == true
    })
    .await;
    check(&client, pipelines, "tags: [\"backend\"]", fragment, |it| {
        it["tags"].to_string().contains("\"backend\"")
    })
    .await;
    check(&client, pipelines, "team: \"data\"", fragment, |it| {
        nodes(&it["teams"])
            .iter()
            .any(|team| team["team"]["slug"] == "data")
    })
    .await;
    let at = "2026-01-15T00:00:00Z";
    check(
        &client,
        pipelines,
        &format!("createdAtFrom: \"{at}\""),
        fragment,
        |it| it["createdAt"].as_str().unwrap() >= at,
    )
    .await;
    let url = "git@github.com:acme-inc/web.git";
    check(
        &client,
        pipelines,
        &format!("repository: {{ url: \"{url}\" }}"),
        fragment,
        |it| it["repository"]["url"] == url,
    )
    .await;
    let clusters = client
        .data(&format!(
            "{{ {ACME} {{ clusters {{ edges {{ node {{ id name }} }} }} }} }}"
        ))
        .await;
    let apple = nodes(&clusters["organization"]["clusters"])[0].clone();
    check(
        &client,
        pipelines,
        &format!("cluster: {}", apple["id"]),
        fragment,
        |it| it["cluster"]["name"] == apple["name"],
    )
    .await;
}

#[tokio::test]
async fn orders() {
    let client = Client::start().await;
    for (field, order, key, rising) in [
        ("pipelines", "NAME", "name", true),
        ("pipelines", "RECENTLY_CREATED", "createdAt", false),
        ("teams", "NAME", "name", true),
        ("teams", "RECENTLY_CREATED", "createdAt", false),
        ("suites", "RECENTLY_CREATED", "createdAt", false),
        ("registries", "NAME", "name", true),
        ("clusters", "NAME", "name", true),
        ("members", "RECENTLY_CREATED", "createdAt", false),
        ("invitations", "EMAIL", "email", true),
        ("invitations", "RECENTLY_CREATED", "createdAt", false),
        ("auditEvents", "RECENTLY_OCCURRED", "occurredAt", false),
        ("pipelineTemplates", "NAME", "name", true),
        ("rules", "RECENTLY_CREATED", "id", false),
    ] {
        let query = format!(
            "{{ {ACME} {{ {field}(order: {order}) {{ edges {{ node {{ {key} }} }} }} }} }}"
        );
        let data = client.data(&query).await;
        let mut keys: Vec<String> = nodes(&data["organization"][field])
            .iter()
            .map(|node| node[key].as_str().unwrap().to_lowercase())
            .collect();
        assert!(keys.len() > 1, "{field}");
        if key == "id" {
            continue;
        }
        if !rising {
            keys.reverse();
        }
        assert!(keys.is_sorted(), "{field} by {order}: {keys:?}");
    }
}

#[tokio::test]
async fn agents() {
    let client = Client::start().await;
    let agents = (ACME, "agents");
    let fragment = "name paused isRunningJob metaData clusterQueue { id key cluster { id } }";
    let data = client
        .data(&format!(
            "{{ {ACME} {{ agents(last: 1) {{ edges {{ node {{ {fragment} }} }} }} }} }}"
        ))
        .await;
    let queue = nodes(&data["organization"]["agents"])[0]["clusterQueue"].clone();
    check(&client, agents, "paused: true", fragment, |it| {
        it["paused"] == true
    })
    .await;
    check(&client, agents, "isRunningJob: true", fragment, |it| {
        it["isRunningJob"] == true
    })
    .await;
    check(&client, agents, "search: \"deploy\"", fragment, |it| {
        it["name"].as_str().unwrap().contains("deploy")
    })
    .await;
    check(
        &client,
        agents,
        "metaData: [\"os=macos\"]",
        fragment,
        |it| it["metaData"].to_string().contains("os=macos"),
    )
    .await;
    check(
        &client,
        agents,
        &format!("clusterQueue: [{}]", queue["id"]),
        fragment,
        |it| it["clusterQueue"]["id"] == queue["id"],
    )
    .await;
    let cluster = &queue["cluster"]["id"];
    check(
        &client,
        agents,
        &format!("cluster: {cluster}"),
        fragment,
        |it| it["clusterQueue"]["cluster"]["id"] == *cluster,
    )
    .await;
}

#[tokio::test]
async fn people() {
    let client = Client::start().await;
    let members = (ACME, "members");
    let fragment = "role lastSeenAt user { name email } security { twoFactorEnabled }
        teams { edges { node { team { slug } } } }";
    check(&client, members, "role: [ADMIN]", fragment, |it| {
        it["role"] == "ADMIN"
    })
    .await;
    check(&client, members, "search: \"ELIF\"", fragment, |it| {
        it["user"]["name"] == "Elif Yilmaz"
    })
    .await;
    check(
        &client,
        members,
        "email: \"elif@acme.example\"",
        fragment,
        |it| it["user"]["email"] == "elif@acme.example",
    )
    .await;
    check(
        &client,
        members,
        "security: { twoFactorEnabled: false }",
        fragment,
        |it| it["security"]["twoFactorEnabled"] == false,
    )
    .await;
    check(&client, members, "team: \"mobile\"", fragment, |it| {
        nodes(&it["teams"])
            .iter()
            .any(|team| team["team"]["slug"] == "mobile")
    })
    .await;
    check(&client, members, "team: \"!mobile\"", fragment, |it| {
        !nodes(&it["teams"])
            .iter()
            .any(|team| team["team"]["slug"] == "mobile")
    })
    .await;
    let since = "2026-11-19T00:00:00Z";
    check(
        &client,
        members,
        &format!("inactiveSince: \"{since}\""),
        fragment,
        |it| it["lastSeenAt"].as_str().unwrap() < since,
    )
    .await;
    let teams = (ACME, "teams");
    let fragment = "name slug privacy pipelines { edges { node { pipeline { slug } } } }
        members { edges { node { user { email } } } }";
    check(&client, teams, "search: \"mob\"", fragment, |it| {
        it["slug"] == "mobile"
    })
    .await;
    check(&client, teams, "privacy: [SECRET]", fragment, |it| {
        it["privacy"] == "SECRET"
    })
    .await;
    check(
        &client,
        teams,
        "pipeline: \"acme-inc/api\"",
        fragment,
        |it| {
            nodes(&it["pipelines"])
                .iter()
                .any(|row| row["pipeline"]["slug"] == "api")
        },
    )
    .await;
    check(
        &client,
        teams,
        "user: \"chiara@acme.example\"",
        fragment,
        |it| it["members"].to_string().contains("chiara@acme.example"),
    )
    .await;
}

#[tokio::test]
async fn audit_events() {
    let client = Client::start().await;
    let events = (ACME, "auditEvents");
    let fragment = "type occurredAt actor { id } subject { id type }";
    let data = client
        .data(&format!(
            "{{ {ACME} {{ auditEvents(first: 9) {{ edges {{ node {{ {fragment} }} }} }} }} }}"
        ))
        .await;
    let event = nodes(&data["organization"]["auditEvents"])[7].clone();
    let kind = event["type"].as_str().unwrap();
    check(
        &client,
        events,
        &format!("type: [{kind}]"),
        fragment,
        |it| it["type"] == kind,
    )
    .await;
    check(
        &client,
        events,
        "subjectType: [PIPELINE, TEAM]",
        fragment,
        |it| it["subject"]["type"] == "PIPELINE" || it["subject"]["type"] == "TEAM",
    )
    .await;
    let actor = &event["actor"]["id"];
    check(
        &client,
        events,
        &format!("actor: [{actor}]"),
        fragment,
        |it| it["actor"]["id"] == *actor,
    )
    .await;
    let at = event["occurredAt"].as_str().unwrap();
    check(
        &client,
        events,
        &format!("occurredAtFrom: \"{at}\""),
        fragment,
        |it| it["occurredAt"].as_str().unwrap() >= at,
    )
    .await;
    check(
        &client,
        events,
        &format!("occurredAtTo: \"{at}\""),
        fragment,
        |it| it["occurredAt"].as_str().unwrap() <= at,
    )
    .await;
}
