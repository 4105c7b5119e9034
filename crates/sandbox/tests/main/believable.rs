//! Details that people who look closely would find out: times, owners, names and
//! where things came from fit each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Client, nodes};

/// Seeds to look at: no draw may decide whether the data fits.
const SEEDS: [u64; 4] = [42, 0, 1, 2];

#[tokio::test]
async fn the_default_branch_has_a_name_for_filters() {
    let client = Client::start().await;
    let data = client
        .data(
            "{ web: pipeline(slug: \"acme-inc/web\") { ...B }
               old: pipeline(slug: \"acme-inc/legacy-monolith\") { ...B }
               viewer { builds(branch: \"%default\") { count edges { node {
                   branch pipeline { defaultBranch } } } } } }
             fragment B on Pipeline { defaultBranch builds { edges { node { id branch } } }
                default: builds(branch: [\"%default\"]) { edges { node { id branch } } } }",
        )
        .await;
    for pipeline in [&data["web"], &data["old"]] {
        let all = nodes(&pipeline["builds"]);
        let expected: Vec<&Value> = all
            .iter()
            .copied()
            .filter(|build| build["branch"] == pipeline["defaultBranch"])
            .collect();
        assert!(!expected.is_empty() && expected.len() < all.len());
        assert_eq!(nodes(&pipeline["default"]), expected);
    }
    let mine = nodes(&data["viewer"]["builds"]);
    assert!(!mine.is_empty());
    for build in mine {
        assert_eq!(build["branch"], build["pipeline"]["defaultBranch"]);
    }
}

#[tokio::test]
async fn jobs_can_be_ordered_by_when_they_were_assigned() {
    let client = Client::start().await;
    let jobs = "jobs(type: [COMMAND], first: 500, order: RECENTLY_ASSIGNED) { count edges { cursor
        node { ... on JobTypeCommand { id startedAt } } } }";
    let query = format!(
        "{{ organization(slug: \"acme-inc\") {{ {jobs} }}
            pipeline(slug: \"acme-inc/api\") {{ {jobs} }}
            build(slug: \"acme-inc/web/264\") {{ {jobs} }} }}"
    );
    let data = client.data(&query).await;
    for owner in ["organization", "pipeline", "build"] {
        let jobs = nodes(&data[owner]["jobs"]);
        // None sorts before all times, so it comes last here, as it should.
        let times: Vec<Option<&str>> = jobs.iter().map(|job| job["startedAt"].as_str()).collect();
        assert!(times.iter().any(Option::is_some), "{owner}");
        assert!(times.is_sorted_by(|a, b| a >= b), "{owner}: {times:?}");
    }
    // Pages go on where the one before ended.
    let page = "query P($after: String) { organization(slug: \"acme-inc\") {
        jobs(type: [COMMAND], first: 400, after: $after, order: RECENTLY_ASSIGNED) {
            count pageInfo { hasNextPage endCursor }
            edges { node { ... on JobTypeCommand { id startedAt } } } } } }";
    let mut after = Value::Null;
    let mut seen = BTreeSet::new();
    let mut last = Some("9".to_owned());
    loop {
        let data = client.data_with(page, json!({ "after": after })).await;
        let jobs = &data["organization"]["jobs"];
        for job in nodes(jobs) {
            assert!(seen.insert(job["id"].as_str().unwrap().to_owned()));
            let started = job["startedAt"].as_str().map(str::to_owned);
            assert!(started <= last);
            last = started;
        }
        if jobs["pageInfo"]["hasNextPage"] == false {
            assert_eq!(jobs["count"], seen.len());
            break;
        }
        after = jobs["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(last, None, "what was never assigned comes last");
}

const EVENTS: &str = "id type occurredAt data
    actor { id uuid type name node { __typename ... on User { id name bot } ... on Agent {
        id name ipAddress clusterQueue { cluster { id } } } } }
    subject { id uuid type name node { __typename ... on Node { id }
        ... on Pipeline { name } ... on Team { name } ... on User { name }
        ... on APIApplication { name } ... on RegistryToken { description }
        ... on Secret { cluster { id } } } }
    context { __typename
        ... on AuditWebContext { requestIpAddress requestUserAgent sessionCreatedAt
            sessionUser { id } sessionUserUuid }
        ... on AuditAPIContext { requestIpAddress requestUserAgent requestApiAccessTokenUuid }
        ... on AuditAgentAPIContext { requestIpAddress agentUuid } }";

#[tokio::test]
async fn audit_events_can_be_found_by_the_subject_that_they_show() {
    for seed in SEEDS {
        let client = Client::seeded(seed).await;
        let query = format!(
            "{{ organization(slug: \"acme-inc\") {{ id uuid
                auditEvents(first: 500) {{ edges {{ node {{ {EVENTS} }} }} }} }} }}"
        );
        let data = client.data(&query).await;
        let organization = &data["organization"];
        let events = nodes(&organization["auditEvents"]);
        assert_eq!(events.len(), 420);
        let mut by_subject = BTreeMap::<(&str, &str, &str), Vec<&str>>::new();
        for event in &events {
            let subject = &event["subject"];
            let text = |field: &str| subject[field].as_str().unwrap();
            by_subject
                .entry((text("type"), text("id"), text("uuid")))
                .or_default()
                .push(event["id"].as_str().unwrap());
            let is_organization = subject["uuid"] == organization["uuid"];
            assert_eq!(is_organization, subject["type"] == "ORGANIZATION");
            assert_eq!(is_organization, subject["id"] == organization["id"]);
            let node = &subject["node"];
            if node["id"].is_string() {
                assert_eq!(node["id"], subject["id"]);
            }
        }
        let ids = |connection: &Value| -> Vec<String> {
            let nodes = nodes(connection);
            let ids = nodes.iter().map(|event| event["id"].as_str().unwrap());
            ids.map(str::to_owned).collect()
        };
        // A few at once keep the test short.
        let subjects: Vec<_> = by_subject.into_iter().collect();
        for some in subjects.chunks(12) {
            let mut query = String::from("{ organization(slug: \"acme-inc\") { ");
            for (place, ((kind, id, uuid), _)) in some.iter().enumerate() {
                query.push_str(&format!(
                    "id{place}: auditEvents(subject: [\"{id}\"]) {{ edges {{ node {{ id }} }} }}
                     uuid{place}: auditEvents(subjectUUID: [\"{uuid}\"], subjectType: [{kind}]) {{
                        edges {{ node {{ id }} }} }} "
                ));
            }
            query.push_str("} }");
            let data = client.data(&query).await;
            for (place, (subject, expected)) in some.iter().enumerate() {
                for by in ["id", "uuid"] {
                    let found = &data["organization"][format!("{by}{place}")];
                    assert_eq!(ids(found), *expected, "{subject:?} by {by}, seed {seed}");
                }
            }
        }
    }
}

#[tokio::test]
async fn audit_events_tell_who_came_from_where() {
    for seed in SEEDS {
        let client = Client::seeded(seed).await;
        let query = format!(
            "{{ organization(slug: \"acme-inc\") {{
                apiAccessTokens {{ nodes {{ uuid owner {{ id }} lastAccessedAt }} }}
                auditEvents(first: 500) {{ edges {{ node {{ {EVENTS} }} }} }}
                agents: auditEvents(actorType: [AGENT]) {{ count }} }} }}"
        );
        let data = client.data(&query).await;
        let organization = &data["organization"];
        let tokens = organization["apiAccessTokens"]["nodes"].as_array().unwrap();
        let mut contexts = BTreeMap::<&str, usize>::new();
        for event in nodes(&organization["auditEvents"]) {
            let (actor, context) = (&event["actor"], &event["context"]);
            let way = context["__typename"].as_str().unwrap();
            *contexts.entry(way).or_default() += 1;
            assert_eq!(actor["name"], actor["node"]["name"], "{event:#}");
            assert_eq!(actor["id"], actor["node"]["id"], "{event:#}");
            let is_agent = actor["type"] == "AGENT";
            let node = if is_agent { "Agent" } else { "User" };
            assert_eq!(actor["node"]["__typename"], node);
            assert_eq!(way == "AuditAgentAPIContext", is_agent, "{event:#}");
            match way {
                "AuditAgentAPIContext" => {
                    assert_eq!(context["agentUuid"], actor["uuid"]);
                    assert_eq!(context["requestIpAddress"], actor["node"]["ipAddress"]);
                    assert_eq!(
                        event["subject"]["node"]["cluster"],
                        actor["node"]["clusterQueue"]["cluster"]
                    );
                }
                "AuditWebContext" => {
                    assert_eq!(context["sessionUserUuid"], actor["uuid"]);
                    assert_eq!(context["sessionUser"]["id"], actor["id"]);
                    assert_eq!(actor["node"]["bot"], false);
                    let browser = context["requestUserAgent"].as_str().unwrap();
                    assert!(browser.starts_with("Mozilla/"), "{browser}");
                    assert!(context["sessionCreatedAt"].as_str() < event["occurredAt"].as_str());
                }
                _ => {
                    let uuid = &context["requestApiAccessTokenUuid"];
                    let token = tokens.iter().find(|token| token["uuid"] == *uuid).unwrap();
                    assert_eq!(token["owner"]["id"], actor["id"]);
                    assert!(token["lastAccessedAt"].as_str() >= event["occurredAt"].as_str());
                    let program = context["requestUserAgent"].as_str().unwrap();
                    assert!(!program.starts_with("Mozilla/"), "{program}");
                }
            }
            let subject = &event["subject"];
            let name = subject["name"].as_str().unwrap();
            assert!(!name.is_empty(), "{event:#}");
            for field in ["name", "description"] {
                let shown = &subject["node"][field];
                assert!(shown.is_null() || shown == name, "{event:#}");
            }
            assert_eq!(event["data"]["name"], name);
            let kind = event["type"].as_str().unwrap();
            let updated = kind.ends_with("_UPDATED") || kind.ends_with("_VISIBILITY_CHANGED");
            assert_eq!(event["data"]["changed"].is_array(), updated, "{event:#}");
        }
        assert_eq!(contexts.len(), 3, "{contexts:?}, seed {seed}");
        let agents = &organization["agents"]["count"];
        assert_eq!(*agents, contexts["AuditAgentAPIContext"]);
        assert!(contexts["AuditWebContext"] > contexts["AuditAPIContext"]);
    }
}

#[tokio::test]
async fn agents_that_were_paused_or_stopped_started_nothing_after() {
    for seed in SEEDS {
        let client = Client::seeded(seed).await;
        let data = client
            .data(
                "{ organization(slug: \"acme-inc\") { agents { edges { node {
                    name pausedAt stoppedGracefullyAt userAgent operatingSystem { name }
                    jobs(first: 1) { edges { node { ... on JobTypeCommand { startedAt } } } }
                } } } } }",
            )
            .await;
        let mut ended = 0;
        for agent in nodes(&data["organization"]["agents"]) {
            let last = nodes(&agent["jobs"])
                .first()
                .map(|job| job["startedAt"].as_str().unwrap());
            for end in ["pausedAt", "stoppedGracefullyAt"] {
                if let Some(end) = agent[end].as_str() {
                    ended += 1;
                    assert!(last < Some(end), "seed {seed}: {agent:#}");
                }
            }
            let is_mac = agent["operatingSystem"]["name"] == "macOS";
            let program = agent["userAgent"].as_str().unwrap();
            assert_eq!(program.contains("darwin"), is_mac, "{agent}");
            assert_eq!(program.contains("linux"), !is_mac, "{agent}");
        }
        assert!(ended > 5);
    }
}

/// Levels of access, the strongest first.
const LEVELS: [&str; 7] = [
    "MANAGE_BUILD_AND_READ",
    "MANAGE_AND_READ",
    "READ_WRITE_AND_ADMIN",
    "BUILD_AND_READ",
    "READ_AND_WRITE",
    "READ_ONLY",
    "",
];

#[tokio::test]
async fn teams_got_access_to_what_there_was_and_one_of_them_owns_it() {
    let client = Client::start().await;
    let teams = "teams { edges { node { accessLevel createdAt team { slug createdAt } } } }
        newest: teams(order: RECENTLY_CREATED) { edges { node { createdAt } } }";
    let query = format!(
        "{{ organization(slug: \"acme-inc\") {{
            pipelines {{ edges {{ node {{ slug createdAt {teams} }} }} }}
            suites {{ edges {{ node {{ slug createdAt {teams} }} }} }}
            registries {{ edges {{ node {{ slug createdAt {teams} }} }} }}
            teams {{ edges {{ node {{
                pipelines(order: RECENTLY_CREATED) {{ edges {{ node {{ createdAt }} }} }}
                suites(order: RECENTLY_CREATED) {{ edges {{ node {{ createdAt }} }} }}
                registries(order: RECENTLY_CREATED) {{ edges {{ node {{ createdAt }} }} }}
            }} }} }}
        }} }}"
    );
    let data = client.data(&query).await;
    let organization = &data["organization"];
    let newest_first = |connection: &Value| {
        let rows = nodes(connection);
        assert!(rows.is_sorted_by(|a, b| a["createdAt"].as_str() >= b["createdAt"].as_str()));
    };
    let strength = |row: &Value| {
        let level = row["accessLevel"].as_str().unwrap();
        LEVELS.iter().position(|known| *known == level).unwrap() / 3
    };
    let mut owners = BTreeMap::new();
    for kind in ["pipelines", "suites", "registries"] {
        for thing in nodes(&organization[kind]) {
            let rows = nodes(&thing["teams"]);
            for row in &rows {
                let granted = row["createdAt"].as_str();
                assert!(granted > thing["createdAt"].as_str(), "{thing:#}");
                assert!(granted > row["team"]["createdAt"].as_str(), "{thing:#}");
            }
            newest_first(&thing["newest"]);
            let owning: Vec<&&Value> = rows.iter().filter(|row| strength(row) == 0).collect();
            assert_eq!(owning.len(), usize::from(!rows.is_empty()), "{thing:#}");
            if let Some(owner) = owning.first() {
                let key = format!("{kind}/{}", thing["slug"].as_str().unwrap());
                owners.insert(key, owner["team"]["slug"].as_str().unwrap().to_owned());
            }
        }
        for team in nodes(&organization["teams"]) {
            newest_first(&team[kind]);
        }
    }
    assert_eq!(owners["pipelines/web"], "web");
    assert_eq!(owners["pipelines/billing"], "payments");
    assert_eq!(owners["pipelines/docs"], "everyone");
    assert_eq!(owners["suites/api"], "platform");
}

#[tokio::test]
async fn single_sign_on_is_on_when_a_provider_is() {
    let client = Client::start().await;
    let data = client
        .data(
            "{ organization(slug: \"acme-inc\") {
                sso { isEnabled provider { name } }
                ssoProviders { edges { node { state type createdAt emailDomainVerifiedAt
                    ... on SSOProviderSAML { identityProvider {
                        name issuer ssoURL certificate metadata { url xml } } } } } } } }",
        )
        .await;
    let organization = &data["organization"];
    let providers = nodes(&organization["ssoProviders"]);
    let enabled = providers
        .iter()
        .find(|it| it["state"] == "ENABLED")
        .unwrap();
    assert_eq!(organization["sso"]["isEnabled"], true);
    assert_eq!(organization["sso"]["provider"]["name"], enabled["type"]);
    assert!(enabled["emailDomainVerifiedAt"].as_str() > enabled["createdAt"].as_str());
    let identity = &enabled["identityProvider"];
    assert_eq!(identity["name"], "Acme Login");
    for url in [
        &identity["issuer"],
        &identity["ssoURL"],
        &identity["metadata"]["url"],
    ] {
        let url = url.as_str().unwrap();
        assert!(url.starts_with("https://login.acme.example/"), "{url}");
    }
}

/// Whether a time is one of a cronline's, which here have only minutes and hours.
fn is_due(cronline: &str, at: &str) -> bool {
    let mut fields = cronline.split(' ');
    let (minute, hours) = (fields.next().unwrap(), fields.next().unwrap());
    assert_eq!(fields.collect::<Vec<_>>(), ["*", "*", "*"], "{cronline}");
    let number = |text: &str| text.parse::<u32>().unwrap();
    number(&at[14..16]) == number(minute)
        && hours
            .split(',')
            .any(|hour| number(hour) == number(&at[11..13]))
        && &at[17..19] == "00"
}

#[tokio::test]
async fn builds_of_schedules_were_made_when_they_were_due() {
    for seed in SEEDS {
        let client = Client::seeded(seed).await;
        let data = client
            .data(
                "{ organization(slug: \"acme-inc\") { pipelines { edges { node {
                    defaultBranch
                    builds(first: 500) { edges { node { source { __typename } } } }
                    schedules(first: 10) { edges { node {
                        label enabled cronline nextBuildAt message
                        builds(first: 500) { count edges { node {
                            createdAt branch message source { __typename } } } }
                    } } }
                } } } } }",
            )
            .await;
        let (mut next, mut made, mut enabled) = (BTreeSet::new(), 0, 0);
        for pipeline in nodes(&data["organization"]["pipelines"]) {
            let mut of_pipeline = 0;
            for schedule in nodes(&pipeline["schedules"]) {
                let cronline = schedule["cronline"].as_str().unwrap();
                let builds = nodes(&schedule["builds"]);
                of_pipeline += builds.len();
                let is_enabled = schedule["enabled"] == true;
                assert_eq!(schedule["nextBuildAt"].is_string(), is_enabled);
                assert_eq!(!builds.is_empty(), is_enabled, "{schedule:#}");
                if is_enabled {
                    enabled += 1;
                    let at = schedule["nextBuildAt"].as_str().unwrap();
                    assert!(is_due(cronline, at) && at > "2026-11-20T12:00:00Z", "{at}");
                    assert!(at <= "2026-11-21T12:00:00Z", "{at}");
                    next.insert(at.to_owned());
                    // Days without a build would show as gaps.
                    let newest = builds[0]["createdAt"].as_str().unwrap();
                    assert!(newest >= "2026-11-20T00:00:00Z", "{newest}");
                }
                let mut times = BTreeSet::new();
                for build in builds {
                    let at = build["createdAt"].as_str().unwrap();
                    assert!(is_due(cronline, at), "{cronline} {at}");
                    assert!(times.insert(at));
                    assert_eq!(build["branch"], pipeline["defaultBranch"]);
                    assert_eq!(build["message"], schedule["message"]);
                }
            }
            let by_source = nodes(&pipeline["builds"])
                .into_iter()
                .filter(|build| build["source"]["__typename"] == "BuildSourceSchedule");
            assert_eq!(by_source.count(), of_pipeline);
            made += of_pipeline;
        }
        assert_eq!(
            next.len(),
            enabled,
            "each schedule has its own hours: {next:?}"
        );
        assert!(made > 40, "{made}");
    }
}

#[tokio::test]
async fn repositories_are_where_their_url_says_and_start_builds() {
    let client = Client::start().await;
    let settings = "settings { triggerMode buildBranches buildPullRequests buildTags
        filterEnabled filterCondition }";
    let query = format!(
        "{{ organization(slug: \"acme-inc\") {{ pipelines {{ edges {{ node {{
            slug webhookURL repository {{ url provider {{ __typename name url webhookUrl
                ... on RepositoryProviderGithub {{ {settings} }}
                ... on RepositoryProviderGithubEnterprise {{ {settings} }}
                ... on RepositoryProviderBitbucket {{ settings {{
                    buildBranches buildPullRequests buildTags }} }}
            }} }} }} }} }} }} }}"
    );
    let data = client.data(&query).await;
    let mut hosts = BTreeSet::new();
    for pipeline in nodes(&data["organization"]["pipelines"]) {
        let repository = &pipeline["repository"];
        let provider = &repository["provider"];
        assert_eq!(provider["webhookUrl"], pipeline["webhookURL"]);
        if let Some(url) = provider["url"].as_str() {
            // `git@host:owner/name.git` and `https://host/owner/name`.
            let page = url.strip_prefix("https://").unwrap().replacen('/', ":", 1);
            assert_eq!(repository["url"], format!("git@{page}.git"));
            hosts.insert(page.split(':').next().unwrap().to_owned());
        } else {
            assert_eq!(provider["__typename"], "RepositoryProviderUnknown");
        }
        let settings = &provider["settings"];
        if settings.is_object() {
            assert_eq!(settings["buildBranches"], true);
            assert_eq!(settings["buildPullRequests"], true);
            assert_eq!(settings["buildTags"], false, "no build is of a tag");
        }
    }
    assert_eq!(hosts.len(), 4, "{hosts:?}");
}

#[tokio::test]
async fn an_automatic_retry_names_its_rule() {
    let client = Client::start().await;
    let data = client
        .data(
            "{ organization(slug: \"acme-inc\") { jobs(type: [COMMAND], state: [FINISHED], passed: false) {
                edges { node { ... on JobTypeCommand {
                    exitStatus retryType retryRules { automatic { exitStatus limit } }
                    events { edges { node { type ... on JobEventRetried {
                        automaticRule { exitStatus limit } } } } }
                } } } } } }",
        )
        .await;
    let (mut automatic, mut manual) = (0, 0);
    for job in nodes(&data["organization"]["jobs"]) {
        let events = nodes(&job["events"]);
        for event in events.iter().filter(|event| event["type"] == "RETRIED") {
            let rule = &event["automaticRule"];
            if job["retryType"] == "AUTOMATIC" {
                automatic += 1;
                assert_eq!(*rule, job["retryRules"]["automatic"][0]);
                assert_eq!(rule["exitStatus"], job["exitStatus"]);
            } else {
                manual += 1;
                assert!(rule.is_null());
            }
        }
    }
    assert!(automatic > 5 && manual > 0, "{automatic} {manual}");
}
