//! Data of one's own: there as it says, and nothing else.

use std::time::Duration;

use buildkite_sandbox::data::{
    Annotation, Build, Cluster, Data, Job, Person, Pipeline, Queue, Schedule, Team,
};
use buildkite_sandbox::{Limits, Sandbox, StartError};
use serde_json::{Value, json};

use crate::mutations::{mutate, refusal};
use crate::support::{Client, nodes};

async fn start(data: Data) -> Client {
    let builder = Sandbox::builder().speed(0.0).limits(Limits::none());
    Client::over(builder.data(data).start().await.unwrap())
}

/// Why a sandbox does not start with this data.
async fn refused(text: &str) -> String {
    let data: Data = match text.parse() {
        Ok(data) => data,
        Err(error) => return error.to_string(),
    };
    unstarted(data).await
}

async fn unstarted(data: Data) -> String {
    match Sandbox::builder().data(data.clone()).start().await {
        Err(StartError::Data(error)) => error.to_string(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("accepted:\n{data:#?}"),
    }
}

const BUILDS: &str = "query Builds($slug: ID!) { pipeline(slug: $slug) { builds(first: 100) {
    count edges { node { id number state branch commit message env url
        createdAt startedAt finishedAt canceledAt
        createdBy { __typename ... on User { name } ... on UnregisteredUser { strange: name email } }
        metaData(first: 10) { edges { node { key value } } }
        annotations(first: 10) { edges { node { context style priority body { text } } } }
        jobs(first: 100) { count edges { node { __typename
            ... on JobTypeCommand { id label state exitStatus passed softFailed retried
                createdAt runnableAt startedAt finishedAt canceledAt
                step { key } agent { name } clusterQueue { key }
                retrySource { ... on JobTypeCommand { label } }
                artifacts(first: 10) { edges { node { path } } }
                annotations(first: 10) { edges { node { context } } } }
            ... on JobTypeWait { waits: state }
            ... on JobTypeTrigger { label triggers: state triggered { number } }
            ... on JobTypeBlock { id blocks: state isUnblockable } } } } } } } } }";

/// A pipeline's builds, the oldest first.
async fn builds(client: &Client, slug: &str) -> Vec<Value> {
    let data = client.data_with(BUILDS, json!({ "slug": slug })).await;
    let builds = &data["pipeline"]["builds"];
    let mut rows: Vec<Value> = nodes(builds).into_iter().cloned().collect();
    assert_eq!(builds["count"], rows.len());
    rows.reverse();
    rows
}

#[tokio::test]
async fn a_pipeline_has_exactly_the_builds_that_it_is_given() {
    let web = Pipeline::new("Web").builds(3, Build::failed().branch("main"));
    let client = start(Data::new().pipeline(web)).await;
    let all = "{ organization(slug: \"acme-inc\") {
        pipelines(first: 10) { count edges { node { slug } } }
        members(first: 10) { count } teams(first: 10) { count }
        clusters(first: 10) { count } rules(first: 10) { count } suites(first: 10) { count }
        pipelineTemplates(first: 10) { count } auditEvents(first: 10) { count } } }";
    let all = client.data(all).await;
    let all = &all["organization"];
    assert_eq!(nodes(&all["pipelines"]), [&json!({ "slug": "web" })]);
    for (things, count) in [("members", 1), ("clusters", 1), ("teams", 0), ("rules", 0)] {
        assert_eq!(all[things]["count"], count, "{things}");
    }
    for things in ["suites", "pipelineTemplates", "auditEvents"] {
        assert_eq!(all[things]["count"], 0, "{things}");
    }
    let builds = builds(&client, "acme-inc/web").await;
    let numbers: Vec<&Value> = builds.iter().map(|build| &build["number"]).collect();
    assert_eq!(numbers, [1, 2, 3]);
    for build in &builds {
        assert_eq!(build["state"], "FAILED");
        assert_eq!(build["branch"], "main");
        let jobs = nodes(&build["jobs"]);
        let failed: Vec<_> = jobs.iter().filter(|job| job["passed"] == false).collect();
        assert_eq!(failed.len(), 1, "{build:#}");
        assert_eq!(failed[0]["label"], "Tests");
        assert!(failed[0]["agent"]["name"].is_string());
    }
    // What is made later follows on.
    let query = "{ pipeline(slug: \"acme-inc/web\") { id nextBuildNumber } }";
    let pipeline = client.data(query).await["pipeline"].clone();
    assert_eq!(pipeline["nextBuildNumber"], 4);
    let input = json!({ "pipelineID": pipeline["id"] });
    let made = mutate(&client, "buildCreate", input, "build { number state }").await;
    assert_eq!(made["build"], json!({ "number": 4, "state": "SCHEDULED" }));
    client.sandbox.advance(Duration::from_secs(600));
    let states: Vec<Value> = self::builds(&client, "acme-inc/web").await;
    let states: Vec<&Value> = states.iter().map(|build| &build["state"]).collect();
    assert_eq!(states, ["FAILED", "FAILED", "FAILED", "PASSED"]);
}

#[tokio::test]
async fn builds_of_every_state_are_believable() {
    let steps = "- command: buildkite-agent pipeline upload
- { label: Lint, command: make lint }
- { label: Tests, command: make test, parallelism: 3 }
- wait
- block: Ship it?
- { label: Ship, command: make ship }";
    let mut shop = Pipeline::new("Shop").steps(steps);
    let states = [
        "PASSED",
        "FAILED",
        "CANCELED",
        "SKIPPED",
        "NOT_RUN",
        "BLOCKED",
        "CANCELING",
        "FAILING",
        "RUNNING",
        "SCHEDULED",
        "CREATING",
    ];
    for state in states {
        shop = shop.build(Build::new(state.to_lowercase()));
    }
    let cluster = Cluster::new("Linux").queue(Queue::new("default", 30));
    let client = start(Data::new().cluster(cluster).pipeline(shop)).await;
    let builds = builds(&client, "acme-inc/shop").await;
    let now = "2026-11-20T12:00:00Z";
    let mut before = String::new();
    for (build, state) in builds.iter().zip(states) {
        assert_eq!(build["state"], state);
        let time = |name: &str| build[name].as_str().map(str::to_owned);
        let created = time("createdAt").unwrap();
        assert!(before <= created && created.as_str() <= now, "{build:#}");
        before.clone_from(&created);
        let jobs = nodes(&build["jobs"]);
        let of = |state: &str| jobs.iter().filter(|job| job["state"] == state).count();
        let is_final = ["PASSED", "FAILED", "CANCELED", "SKIPPED", "NOT_RUN"].contains(&state);
        assert_eq!(build["finishedAt"].is_string(), is_final, "{build:#}");
        match state {
            "PASSED" => assert!(of("FINISHED") >= 6, "{build:#}"),
            "FAILED" => {
                let failed = |job: &&Value| job["passed"] == false && job["finishedAt"].is_string();
                assert!(jobs.iter().copied().any(|job| failed(&job)), "{build:#}");
            }
            "CANCELED" => assert!(of("CANCELED") > 0 && build["canceledAt"].is_string()),
            "SKIPPED" | "NOT_RUN" | "CREATING" => assert!(jobs.is_empty()),
            "BLOCKED" => assert!(jobs.iter().any(|job| job["isUnblockable"] == true)),
            "CANCELING" => assert!(of("CANCELING") > 0),
            "SCHEDULED" => assert!(of("SCHEDULED") == 1 && of("RUNNING") == 0),
            _ => assert!(of("RUNNING") + of("SCHEDULED") > 0, "{build:#}"),
        }
        for job in jobs.iter().filter(|job| job["startedAt"].is_string()) {
            assert!(job["agent"]["name"].is_string(), "{job:#}");
            let times = ["createdAt", "runnableAt", "startedAt", "finishedAt"];
            let times: Vec<&str> = times.iter().filter_map(|name| job[name].as_str()).collect();
            assert!(
                times.is_sorted() && *times.last().unwrap() <= now,
                "{job:#}"
            );
        }
    }
    // An agent does one thing at a time.
    let running = builds.iter().flat_map(|build| nodes(&build["jobs"]));
    let running = running.filter(|job| job["state"] == "RUNNING" || job["state"] == "CANCELING");
    let mut agents: Vec<String> = running
        .map(|job| job["agent"]["name"].to_string())
        .collect();
    let count = agents.len();
    agents.sort();
    agents.dedup();
    assert_eq!(agents.len(), count);
    let query =
        "{ organization(slug: \"acme-inc\") { agents(first: 50, isRunningJob: true) { count } } }";
    let busy = client.data(query).await;
    assert_eq!(busy["organization"]["agents"]["count"], count);
}

#[tokio::test]
async fn jobs_are_exactly_as_they_are_given() {
    let note = Annotation::new("lint", "Two *warnings*")
        .style("warning")
        .priority(7);
    let jobs = [
        Job::failed("Flaky").key("flaky").artifact("log.txt"),
        Job::passed("Flaky").retry_of(0).queue("big"),
        Job::passed("Lint")
            .exit_status(3)
            .soft_failed()
            .annotation(note.clone()),
        Job::wait(),
        Job::block("Ship it?"),
        Job::passed("Ship").state("blocked"),
        Job::trigger("Deploy"),
    ];
    let build = Build::with_jobs(jobs)
        .number(41)
        .commit("abc123")
        .message("Ship")
        .created_by("Zoe <zoe@contractors.example>")
        .created_at("2026-11-19T08:00:00Z".parse().unwrap())
        .env("CI", "true")
        .meta_data("release", "1.4")
        .annotation(note);
    let next = Build::running()
        .created_by("Bea")
        .job(Job::running("Tests"));
    let cluster = Cluster::new("Linux")
        .queue(Queue::new("default", 1))
        .queue(Queue::new("big", 1));
    let data = Data::new()
        .organization("Bravo GmbH")
        .person(Person::new("Bea").admin())
        .cluster(cluster)
        .pipeline(
            Pipeline::new("Web")
                .default_branch("trunk")
                .build(build)
                .build(next),
        );
    let client = start(data).await;
    let found = builds(&client, "bravo-gmbh/web").await;
    let ship = &found[0];
    let mut shown = ship.clone();
    for job in shown["jobs"]["edges"].as_array_mut().unwrap() {
        job["node"].as_object_mut().unwrap().remove("id");
    }
    shown.as_object_mut().unwrap().remove("id");
    insta::assert_json_snapshot!("given_build", shown);
    assert_eq!(found[1]["number"], 42);
    assert_eq!(found[1]["createdBy"]["name"], "Bea");
    assert_eq!(nodes(&found[1]["jobs"])[0]["agent"]["name"], "default-1");
}

#[tokio::test]
async fn every_job_state_can_be_given() {
    let schema = apollo_compiler::Schema::parse_and_validate(buildkite_schema::SDL, "s").unwrap();
    let states = schema.get_enum("JobStates").unwrap().values.keys();
    let jobs: Vec<Job> = states
        .map(|state| Job::passed("Job").state(state.as_str()))
        .collect();
    let pipeline = Pipeline::new("Web").build(Build::with_jobs(jobs.clone()));
    let client = start(Data::new().pipeline(pipeline)).await;
    let build = &builds(&client, "acme-inc/web").await[0];
    let found: Vec<&str> = nodes(&build["jobs"])
        .iter()
        .map(|job| job["state"].as_str().unwrap())
        .collect();
    let wanted = schema.get_enum("JobStates").unwrap().values.keys();
    assert_eq!(
        found,
        wanted
            .map(apollo_compiler::Name::as_str)
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn what_is_given_stays_until_somebody_acts_on_it() {
    let web = Pipeline::new("Web")
        .build(Build::running())
        .build(Build::scheduled());
    let client = start(Data::new().pipeline(web)).await;
    let before = builds(&client, "acme-inc/web").await;
    client.sandbox.advance(Duration::from_secs(86_400));
    assert_eq!(builds(&client, "acme-inc/web").await, before);
    // A build that is made beside them moves on.
    let query = "{ pipeline(slug: \"acme-inc/web\") { id } }";
    let id = client.data(query).await["pipeline"]["id"].clone();
    mutate(
        &client,
        "buildCreate",
        json!({ "pipelineID": id }),
        "build { id }",
    )
    .await;
    client.sandbox.advance(Duration::from_secs(600));
    let after = builds(&client, "acme-inc/web").await;
    assert_eq!(after[..2], before);
    assert_eq!(after[2]["state"], "PASSED");
    // Once touched, so do they.
    let input = json!({ "id": after[0]["id"] });
    mutate(&client, "buildCancel", input, "build { state }").await;
    client.sandbox.advance(Duration::from_secs(600));
    let after = builds(&client, "acme-inc/web").await;
    assert_eq!(after[0]["state"], "CANCELED");
    assert_eq!(after[1], before[1]);
}

#[tokio::test]
async fn data_is_there_beside_the_invented_organization_if_that_is_wanted() {
    let team = Team::new("Pins")
        .member("Ada Okafor")
        .pipeline("pinned")
        .pipeline("web");
    let pipeline = Pipeline::new("Pinned")
        .cluster("Apple")
        .build(Build::passed());
    let client = start(Data::with_acme().pipeline(pipeline).team(team)).await;
    let query = "{
        organization(slug: \"acme-inc\") { pipelines(first: 50) { count } }
        pipeline(slug: \"acme-inc/pinned\") { cluster { name } builds(first: 5) { count } }
        team(slug: \"acme-inc/pins\") { members(first: 5) { count }
            pipelines(first: 5) { edges { node { accessLevel pipeline { slug } } } } } }";
    let data = client.data(query).await;
    assert_eq!(data["organization"]["pipelines"]["count"], 13);
    assert_eq!(data["pipeline"]["cluster"]["name"], "Apple");
    assert_eq!(data["pipeline"]["builds"]["count"], 1);
    let pipelines = nodes(&data["team"]["pipelines"]);
    assert_eq!(pipelines.len(), 2);
    assert!(
        pipelines
            .iter()
            .all(|it| it["accessLevel"] == "MANAGE_BUILD_AND_READ")
    );
}

/// What every agent runs, by its name; each runs one job, which says the same.
async fn busy_agents(client: &Client) -> Vec<String> {
    let query = "{ organization(slug: \"acme-inc\") { agents(first: 200) { edges { node {
        name isRunningJob connectionState paused
        job { ... on JobTypeCommand { id agent { name } } } } } } } }";
    let data = client.data(query).await;
    let agents = nodes(&data["organization"]["agents"]);
    let busy = agents.iter().filter(|agent| agent["isRunningJob"] == true);
    busy.map(|agent| {
        assert_eq!(agent["job"]["agent"]["name"], agent["name"], "{agent:#}");
        assert_eq!(agent["connectionState"], "connected", "{agent:#}");
        agent["name"].as_str().unwrap().to_owned()
    })
    .collect()
}

#[tokio::test]
async fn jobs_that_run_are_given_to_agents_that_are_free() {
    let before = busy_agents(&start(Data::with_acme()).await).await;
    let jobs = |count: usize| (0..count).map(|job| Job::running(format!("{job}")).queue("macos"));
    let pinned = |count| {
        let pipeline = Pipeline::new("Pinned").cluster("Apple");
        Data::with_acme().pipeline(pipeline.build(Build::with_jobs(jobs(count))))
    };
    let client = start(pinned(2)).await;
    let after = busy_agents(&client).await;
    assert_eq!(after.len(), before.len() + 2);
    let builds = builds(&client, "acme-inc/pinned").await;
    for job in nodes(&builds[0]["jobs"]) {
        let agent = job["agent"]["name"].as_str().unwrap().to_owned();
        assert!(
            after.contains(&agent) && !before.contains(&agent),
            "{agent}"
        );
    }
    // All that a queue has are not enough, since some are busy.
    let all =
        "{ organization(slug: \"acme-inc\") { agents(first: 100, search: \"macos\") { count } } }";
    let all = client.data(all).await["organization"]["agents"]["count"].clone();
    let all = usize::try_from(all.as_u64().unwrap()).unwrap();
    let error = unstarted(pinned(all)).await;
    let wanted = "more jobs run on the queue \"macos\" than it has agents that are free";
    assert!(error.contains(wanted), "{error}");
}

#[tokio::test]
async fn a_file_says_the_same_as_calls() {
    let calls = Data::new()
        .person(Person::new("Ada Okafor").admin())
        .cluster(
            Cluster::new("Linux")
                .emoji(":linux:")
                .color("#FFFFFF")
                .queue(Queue::new("default", 2).paused("Upgrade")),
        )
        .pipeline(
            Pipeline::new("Web")
                .emoji(":globe:")
                .color("#14CC80")
                .steps("- wait")
                .schedule(Schedule::new("Nightly", "0 4 * * *").message("Good night"))
                .builds(2, Build::new("SKIPPED").meta_data("release", "1.4")),
        );
    let yaml = "
people: [{ name: Ada Okafor, admin: true }]
clusters:
  - name: Linux
    emoji: ':linux:'
    color: '#FFFFFF'
    queues: [{ key: default, agents: 2, paused: Upgrade }]
pipelines:
  - name: Web
    emoji: ':globe:'
    color: '#14CC80'
    steps: '- wait'
    schedules: [{ label: Nightly, cronline: 0 4 * * *, message: Good night }]
    builds:
      - { state: SKIPPED, times: 2, meta_data: { release: '1.4' } }
";
    assert_eq!(yaml.parse::<Data>().unwrap(), calls);
    let json = serde_json::to_string_pretty(&calls).unwrap();
    assert_eq!(json.parse::<Data>().unwrap(), calls);
    let folder = std::env::temp_dir().join(format!("sandbox-data-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("data.yaml");
    std::fs::write(&file, yaml).unwrap();
    assert_eq!(Data::read(&file).unwrap(), calls);
    std::fs::write(&file, "pipeline: []").unwrap();
    let error = Data::read(&file).unwrap_err().to_string();
    assert!(
        error.contains("data.yaml") && error.contains("unknown field `pipeline`"),
        "{error}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let error = Data::read(&file).unwrap_err();
    assert!(
        error.to_string().contains("cannot read") && std::error::Error::source(&error).is_some()
    );
    assert_eq!("".parse::<Data>().unwrap(), Data::new());
}

#[tokio::test]
async fn thousands_of_builds_can_be_given() {
    let web = Pipeline::new("Web").builds(5_000, Build::passed());
    let client = start(Data::new().pipeline(web)).await;
    let query = "{ pipeline(slug: \"acme-inc/web\") { nextBuildNumber builds(last: 1) { count edges { node { number } } } } }";
    let pipeline = client.data(query).await["pipeline"].clone();
    assert_eq!(pipeline["nextBuildNumber"], 5_001);
    assert_eq!(pipeline["builds"]["count"], 5_000);
    assert_eq!(nodes(&pipeline["builds"])[0]["number"], 1);
}

#[tokio::test]
async fn what_is_being_canceled_does_not_go_on() {
    let web = Pipeline::new("Web").build(
        Build::new("CANCELING")
            .job(Job::failed("A"))
            .job(Job::running("B").state("CANCELING")),
    );
    let client = start(Data::new().pipeline(web)).await;
    let build = builds(&client, "acme-inc/web").await[0].clone();
    let failed = nodes(&build["jobs"])[0]["id"].clone();
    for (name, id) in [
        ("buildRetryFailedJobs", &build["id"]),
        ("jobTypeCommandRetry", &failed),
    ] {
        let message = refusal(&client, name, json!({ "id": id })).await;
        assert!(message.contains("CANCELING"), "{message}");
    }
}

#[tokio::test]
async fn a_size_is_refused_where_nothing_is_invented() {
    let sized = |data| Sandbox::builder().builds(10).data(data).start();
    let error = sized(Data::new()).await.err().unwrap();
    let error = std::error::Error::source(&error).unwrap().to_string();
    assert!(error.contains("say `with_acme: true`"), "{error}");
    assert!(sized(Data::with_acme()).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_place() {
    for (yaml, wrong) in [
        ("pipelines: [{ nam: Web }]", "unknown field `nam`"),
        ("pipelines: [{ name: '!' }]", "\"!\" is no name"),
        (
            "pipelines: [{ name: Web }, { slug: web, name: A }]",
            "two pipelines \"web\"",
        ),
        (
            "pipelines: [{ name: Web, cluster: X }]",
            "no cluster \"X\" for the pipeline \"Web\"",
        ),
        (
            "pipelines: [{ name: Web, steps: [1] }]",
            "steps of the pipeline \"Web\"",
        ),
        (
            "pipelines: [{ name: Web, schedules: [{ label: A, cronline: x }] }]",
            "five fields",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ state: DONE }] }]",
            "it is one of BLOCKED, ",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ state: blocked }] }]",
            "build #1 of \"web\": it is BLOCKED",
        ),
        (
            "pipelines: [{ name: Web, steps: [wait], builds: [{}] }]",
            "its pipeline has no command",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ number: 3 }, { number: 3 }] }]",
            "#3 of \"web\" has to have a higher",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ created_at: 2030-01-01T00:00:00Z }] }]",
            "has to be made before",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ created_at: 2026-11-20T11:59:59Z }] }]",
            "its jobs are not done",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ jobs: [{ state: X }] }] }]",
            "job 0: \"X\" is no state of a job",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ jobs: [{ type: x }] }] }]",
            "no type of a job",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ jobs: [{ retry_of: 0 }] }] }]",
            "no job 0 to repeat",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ jobs: [{ queue: big }] }] }]",
            "the queue \"big\"",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ jobs: [{ finished_at: 2026-01-01T00:00:00Z }] }] }]",
            "do not follow each other",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ annotations: [{ priority: 11 }] }] }]",
            "1 to 10",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ annotations: [{ style: x }] }] }]",
            "no style of a note",
        ),
        (
            "clusters: [{ name: A, queues: [{ key: a }, { key: a }] }]",
            "two queues \"a\"",
        ),
        (
            "clusters: [{ name: A, queues: [{ key: a }] }]\npipelines: [{ name: Web, builds: [{ state: running }] }]",
            "give it more",
        ),
        (
            "teams: [{ name: A, members: [Bo] }]",
            "no person \"Bo\" for the team \"A\"",
        ),
        (
            "teams: [{ name: A, pipelines: [web] }]",
            "no pipeline \"web\" for the team \"A\"",
        ),
        ("teams: [{ name: A }, { name: a }]", "two teams \"a\""),
        ("teams: [{ name: A, access_level: ALL }]", "no access level"),
        (
            "pipelines: [{ name: Web, slug: a/b }]",
            "\"a/b\" is no slug",
        ),
        ("slug: Acme", "\"Acme\" is no slug"),
        (
            "pipelines: [{ name: Web, builds: [{ number: 2147483647 }] }]",
            "too high a number",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ times: 18446744073709551615 }] }]",
            "more than 100000",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ state: failing }] }]",
            "nothing can be going on",
        ),
        (
            "pipelines: [{ name: Web, builds: [{ jobs: [{}, { retry_of: 0 }, { retry_of: 0 }] }] }]",
            "job 2: job 0 is no command",
        ),
        (
            "clusters: [{ name: A, queues: [{ key: a, agents: 18446744073709551615 }] }]",
            "10000 are the most",
        ),
        ("clusters: [{ name: A }, { name: A }]", "two clusters \"A\""),
        ("people: [{ name: A }, { name: A }]", "two people"),
        (
            "people: [{ name: A, email: x }, { name: B, email: x }]",
            "two people",
        ),
        (
            "people: [{ name: A }]\nteams: [{ name: T, members: [A], maintainers: [A] }]",
            "\"A\" twice",
        ),
        (
            "pipelines: [{ name: A }]\nteams: [{ name: T, pipelines: [a, a] }]",
            "pipeline \"a\" twice",
        ),
        ("pipelines: {", "line 1"),
        ("[]", "line 1"),
    ] {
        let error = refused(yaml).await;
        assert!(error.contains(wrong), "{yaml}\n{error}");
    }
}
