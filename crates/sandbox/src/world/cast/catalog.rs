//! The smaller things of the invented organization: templates, rules, suites,
//! registries, tokens, invitations and the like.

/// The things of an organization that nothing changes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) templates: &'static [Template],
    /// What a rule lets one pipeline do with another: the action, from, to.
    pub(crate) rules: &'static [(&'static str, u64, u64)],
    /// A test suite: name, slug and the application under test.
    pub(crate) suites: &'static [(&'static str, &'static str, &'static str)],
    /// A package registry: name, slug and description.
    pub(crate) registries: &'static [(&'static str, &'static str, &'static str)],
    /// Secrets of clusters: key, description and cluster.
    pub(crate) secrets: &'static [(&'static str, &'static str, u64)],
    /// Invitations: the address, the state, and days since.
    pub(crate) invitations: &'static [(&'static str, &'static str, u64)],
    /// Notification services: the object type, name and description.
    pub(crate) notification_services: &'static [(&'static str, &'static str, &'static str)],
    /// Ways to sign in: the object type, the provider type and the state.
    pub(crate) sso_providers: &'static [(&'static str, &'static str, &'static str)],
    /// API access tokens: what each is for.
    pub(crate) api_access_tokens: &'static [&'static str],
    /// Unclustered agent tokens, and why the revoked ones were.
    pub(crate) agent_tokens: &'static [(&'static str, Option<&'static str>)],
    /// Whether there is a banner.
    pub(crate) has_banner: bool,
    /// How many audit events there are.
    pub(crate) audit_events: u64,
}

/// What the invented organization has.
pub(crate) const ACME: Catalog = Catalog {
    templates: TEMPLATES,
    rules: RULES,
    suites: SUITES,
    registries: REGISTRIES,
    secrets: SECRETS,
    invitations: INVITATIONS,
    notification_services: NOTIFICATION_SERVICES,
    sso_providers: SSO_PROVIDERS,
    api_access_tokens: API_ACCESS_TOKENS,
    agent_tokens: AGENT_TOKENS,
    has_banner: true,
    audit_events: 420,
};

/// A pipeline template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) configuration: &'static str,
    pub(crate) available: bool,
}

const TEMPLATES: &[Template] = &[
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

const RULES: &[(&str, u64, u64)] = &[
    ("TRIGGER_BUILD", 0, 8),
    ("ARTIFACTS_READ", 8, 0),
    ("TRIGGER_BUILD", 1, 10),
    ("ARTIFACTS_READ", 7, 1),
];

const SUITES: &[(&str, &str, &str)] = &[
    ("Web unit tests", "web-unit", "web"),
    ("Web end-to-end", "web-end-to-end", "web"),
    ("API", "api", "api"),
    ("Mobile iOS", "mobile-ios", "mobile-ios"),
];

const REGISTRIES: &[(&str, &str, &str)] = &[
    ("Containers", "containers", "Images of every service"),
    (
        "Node packages",
        "node-packages",
        "Shared front-end packages",
    ),
    ("Python packages", "python-packages", "Models and helpers"),
];

const SECRETS: &[(&str, &str, u64)] = &[
    ("NPM_TOKEN", "Publishes packages", 0),
    ("DEPLOY_KEY", "Reaches production", 1),
    ("APP_STORE_KEY", "Uploads the iOS app", 2),
];

const INVITATIONS: &[(&str, &str, u64)] = &[
    ("quinn@acme.example", "PENDING", 1),
    ("rosa@acme.example", "PENDING", 3),
    ("sven@contractors.example", "EXPIRED", 40),
    ("tara@acme.example", "ACCEPTED", 55),
    ("umar@contractors.example", "REVOKED", 70),
];

const NOTIFICATION_SERVICES: &[(&str, &str, &str)] = &[
    ("NotificationServiceSlack", "Slack", "#builds"),
    ("NotificationServiceWebhook", "Webhook", "Deploy board"),
    (
        "NotificationServiceOpenTelemetryTracing",
        "OpenTelemetry Tracing",
        "Traces of every build",
    ),
];

const SSO_PROVIDERS: &[(&str, &str, &str)] = &[
    ("SSOProviderSAML", "SAML", "ENABLED"),
    ("SSOProviderGoogleGSuite", "GOOGLE_GSUITE", "DISABLED"),
    ("SSOProviderGitHubApp", "GITHUB_APP", "CREATED"),
];

const API_ACCESS_TOKENS: &[&str] = &[
    "Deploy board",
    "Nightly reports",
    "Terraform",
    "Ada's laptop",
    "Old dashboard",
];

const AGENT_TOKENS: &[(&str, Option<&str>)] = &[
    ("Before clusters", None),
    ("Left in a public repository", Some("Leaked")),
];

/// Figures that a pipeline shows.
pub(crate) const METRICS: &[&str] = &["Running", "Scheduled", "Reliability", "Build time"];
