//! The smaller things: templates, rules, suites, registries, tokens, invitations,
//! audit events, annotations and the like.

use super::World;
use super::builds::{Build, BuildState};
use super::chance::{count, index};
use super::clusters::{CLUSTERS, QUEUES, agent_count, cluster};
use super::ids::Entity;
use super::people::{PEOPLE, TEAMS, team};
use super::pipelines::{PIPELINES, pipeline};
use super::time::Time;

/// A pipeline template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) configuration: &'static str,
    pub(crate) available: bool,
}

/// The pipeline templates.
pub(crate) const TEMPLATES: &[Template] = &[
    Template {
        name: "Service",
        description: "Lint, test and ship a container",
        configuration: "steps:\n  - command: make lint\n  - command: make test\n  - wait\n  - command: make image push\n",
        available: true,
    },
    Template {
        name: "Library",
        description: "Lint, test and publish a package",
        configuration: "steps:\n  - command: make lint\n  - command: make test\n  - wait\n  - command: make publish\n",
        available: true,
    },
    Template {
        name: "Experiment",
        description: "Whatever the repository says",
        configuration: "steps:\n  - command: buildkite-agent pipeline upload\n",
        available: false,
    },
];

/// What a rule lets one pipeline do with another: the action, from, to.
pub(crate) const RULES: &[(&str, u64, u64)] = &[
    ("TRIGGER_BUILD", 0, 8),
    ("ARTIFACTS_READ", 8, 0),
    ("TRIGGER_BUILD", 1, 10),
    ("ARTIFACTS_READ", 7, 1),
];

/// A test suite: name, slug and the application under test.
pub(crate) const SUITES: &[(&str, &str, &str)] = &[
    ("Web unit tests", "web-unit", "web"),
    ("Web end-to-end", "web-end-to-end", "web"),
    ("API", "api", "api"),
    ("Mobile iOS", "mobile-ios", "mobile-ios"),
];

/// A package registry: name, slug and description.
pub(crate) const REGISTRIES: &[(&str, &str, &str)] = &[
    ("Containers", "containers", "Images of every service"),
    (
        "Node packages",
        "node-packages",
        "Shared front-end packages",
    ),
    ("Python packages", "python-packages", "Models and helpers"),
];

/// Secrets of clusters: key, description and cluster.
pub(crate) const SECRETS: &[(&str, &str, u64)] = &[
    ("NPM_TOKEN", "Publishes packages", 0),
    ("DEPLOY_KEY", "Reaches production", 1),
    ("APP_STORE_KEY", "Uploads the iOS app", 2),
];

/// Invitations: the address, the state, and days since.
pub(crate) const INVITATIONS: &[(&str, &str, u64)] = &[
    ("quinn@acme.example", "PENDING", 1),
    ("rosa@acme.example", "PENDING", 3),
    ("sven@contractors.example", "EXPIRED", 40),
    ("tara@acme.example", "ACCEPTED", 55),
    ("umar@contractors.example", "REVOKED", 70),
];

/// Notification services: the object type, name and description.
pub(crate) const NOTIFICATION_SERVICES: &[(&str, &str, &str)] = &[
    ("NotificationServiceSlack", "Slack", "#builds"),
    ("NotificationServiceWebhook", "Webhook", "Deploy board"),
    (
        "NotificationServiceOpenTelemetryTracing",
        "OpenTelemetry Tracing",
        "Traces of every build",
    ),
];

/// Ways to sign in: the object type, the provider type and the state.
pub(crate) const SSO_PROVIDERS: &[(&str, &str, &str)] = &[
    ("SSOProviderSAML", "SAML", "ENABLED"),
    ("SSOProviderGoogleGSuite", "GOOGLE_GSUITE", "DISABLED"),
    ("SSOProviderGitHubApp", "GITHUB_APP", "CREATED"),
];

/// API access tokens: what each is for.
pub(crate) const API_ACCESS_TOKENS: &[&str] = &[
    "Deploy board",
    "Nightly reports",
    "Terraform",
    "Ada's laptop",
    "Old dashboard",
];

/// Unclustered agent tokens, and why the revoked ones were.
pub(crate) const AGENT_TOKENS: &[(&str, Option<&str>)] = &[
    ("Before clusters", None),
    ("Left in a public repository", Some("Leaked")),
];

/// Figures that a pipeline shows.
pub(crate) const METRICS: &[&str] = &["Running", "Scheduled", "Reliability", "Build time"];

/// How many audit events there are.
pub(crate) const AUDIT_EVENTS: u64 = 420;

/// A note on a build or a job.
#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) context: &'static str,
    pub(crate) style: &'static str,
    pub(crate) text: &'static str,
    pub(crate) priority: u64,
    pub(crate) created_at: Time,
}

impl Build {
    /// The notes on the build, or on its job at this place; newest first.
    pub(crate) fn annotations(&self, world: &World, job: u64) -> Vec<Annotation> {
        let mut notes = Vec::new();
        let mut note = |context, style, text, priority, created_at| {
            notes.push(Annotation {
                context,
                style,
                text,
                priority,
                created_at,
            });
        };
        if job != Entity::WHOLE_BUILD {
            let place = index(job);
            if let Some(job) = self.jobs(world).get(place)
                && let Some(at) = job.finished_at
                && job.counts_as_failure()
            {
                note("exit", "ERROR", "The command failed.", 5, at);
            }
            return notes;
        }
        let Some(started) = self.started_at(world) else {
            return notes;
        };
        if let Some(at) = self.failing_at(world) {
            note("failures", "ERROR", "One job **failed**.", 8, at);
        }
        let drawn = world.draw("annotations", self.entity());
        let at = self.finished_at(world).unwrap_or(started.after(40));
        if self.state == BuildState::Passed && drawn.is_multiple_of(2) {
            note("coverage", "SUCCESS", "Coverage went **up**.", 3, at);
        }
        if drawn.is_multiple_of(5) {
            let text = "Two dependencies are out of date.";
            note("dependencies", "WARNING", text, 2, started.after(30));
        }
        note("links", "INFO", "See the preview.", 3, started.after(20));
        notes
    }
}

impl World {
    /// When an audit event happened; the first is the newest.
    pub(crate) fn audit_event_at(&self, event: u64) -> Time {
        let jitter = self.draw("audit event", Entity::AuditEvent(event)) % 3_000;
        self.epoch.before(600 + event * 3_600 + jitter)
    }
}

/// How many addresses a person has.
pub(crate) fn emails(user: u64) -> u64 {
    if user.is_multiple_of(3) { 2 } else { 1 }
}

/// Whether something other than a build, or part of one, exists.
pub(super) fn exists(entity: Entity) -> bool {
    let person = |user: u64| user < count(PEOPLE.len());
    let known_team = |team: u64| team < count(TEAMS.len());
    let known_pipeline = |pipeline: u64| pipeline < count(PIPELINES.len());
    match entity {
        // The type's index of the last is checked where the schema is known.
        Entity::Organization() | Entity::Viewer() | Entity::Banner() | Entity::Generic(..) => true,
        Entity::User(user) | Entity::Member(user) => person(user),
        Entity::Email(user, email) => person(user) && email < emails(user),
        Entity::Team(team) => known_team(team),
        Entity::TeamMember(number, user) => {
            known_team(number) && team(number).members.contains(&user)
        }
        Entity::TeamPipeline(number, other) => {
            known_team(number)
                && known_pipeline(other)
                && team(number).pipelines.contains(&pipeline(other).slug)
        }
        Entity::TeamSuite(number, suite) => {
            known_team(number) && team(number).suites.contains(&suite)
        }
        Entity::TeamRegistry(number, registry) => {
            known_team(number) && team(number).registries.contains(&registry)
        }
        Entity::Pipeline(pipeline) => known_pipeline(pipeline),
        Entity::PipelineMetric(pipeline, metric) => {
            known_pipeline(pipeline) && metric < count(METRICS.len())
        }
        Entity::Schedule(number, schedule) => {
            known_pipeline(number) && schedule < count(pipeline(number).schedules.len())
        }
        Entity::Cluster(cluster) => cluster < count(CLUSTERS.len()),
        Entity::ClusterToken(number, token) => {
            number < count(CLUSTERS.len()) && token < count(cluster(number).tokens.len())
        }
        Entity::Queue(queue) => queue < count(QUEUES.len()),
        Entity::Agent(agent) => agent < agent_count(),
        Entity::AgentToken(token) => token < count(AGENT_TOKENS.len()),
        Entity::Template(template) => template < count(TEMPLATES.len()),
        Entity::Rule(rule) => rule < count(RULES.len()),
        Entity::Suite(suite) => suite < count(SUITES.len()),
        Entity::Registry(registry) => registry < count(REGISTRIES.len()),
        Entity::AuditEvent(event) => event < AUDIT_EVENTS,
        Entity::Invitation(invitation) => invitation < count(INVITATIONS.len()),
        Entity::SsoProvider(provider) => provider < count(SSO_PROVIDERS.len()),
        Entity::Secret(secret) => secret < count(SECRETS.len()),
        Entity::NotificationService(service) => service < count(NOTIFICATION_SERVICES.len()),
        Entity::ApiAccessToken(token) => token < count(API_ACCESS_TOKENS.len()),
        Entity::Build(..)
        | Entity::Job(..)
        | Entity::JobEvent(..)
        | Entity::Artifact(..)
        | Entity::Annotation(..)
        | Entity::Step(..) => false,
    }
}
