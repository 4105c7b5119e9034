//! What audit events are about, by the schema's names of subject types.

/// A type of subject.
#[derive(Debug)]
pub(super) struct SubjectType {
    pub(super) name: &'static str,
    /// The object types that it covers; none where the schema has none for it.
    pub(super) objects: &'static [&'static str],
    /// Names of subjects that the world has no data for, or no longer.
    pub(super) titles: &'static [&'static str],
}

const fn subject(
    name: &'static str,
    objects: &'static [&'static str],
    titles: &'static [&'static str],
) -> SubjectType {
    SubjectType {
        name,
        objects,
        titles,
    }
}

/// Event types that are named after something other than their subject type: how
/// they begin, and the subject type.
pub(super) const NAMED_OTHERWISE: &[(&str, &str)] = &[
    ("OAUTH_APPLICATION_", "API_APPLICATION"),
    (
        "ORGANIZATION_SECURITY_SETTINGS_",
        "ORGANIZATION_SECURITY_SETTING",
    ),
    ("TEST_ENGINE_SAVED_VIEW_", "SUITE_SAVED_VIEW"),
    ("USER_API_ACCESS_TOKEN_", "API_ACCESS_TOKEN"),
];

/// The subject of what is about nothing smaller.
pub(super) const ORGANIZATION: SubjectType = subject("ORGANIZATION", &["Organization"], &[]);

/// The subject types.
pub(super) const SUBJECTS: &[SubjectType] = &[
    subject(
        "AGENT_TOKEN",
        &["AgentToken"],
        &["Old laptops", "Trial machines"],
    ),
    subject(
        "API_ACCESS_TOKEN",
        &["APIAccessToken"],
        &["Release script", "Metrics export"],
    ),
    subject(
        "API_APPLICATION",
        &["APIApplication"],
        &["Deploy dashboard", "Chat bot"],
    ),
    subject(
        "AUTHORIZATION",
        &[
            "AuthorizationGitHub",
            "AuthorizationBitbucket",
            "AuthorizationGitHubEnterprise",
        ],
        &["Repository access"],
    ),
    subject("CACHE_REGISTRY", &[], &["Build caches", "Test caches"]),
    subject("CLUSTER", &["Cluster"], &["Old cluster"]),
    subject(
        "CLUSTER_PERMISSION",
        &["ClusterPermission"],
        &["Cluster maintainer"],
    ),
    subject("CLUSTER_QUEUE", &["ClusterQueue"], &["spot", "benchmarks"]),
    subject(
        "CLUSTER_QUEUE_TOKEN",
        &["ClusterQueueToken"],
        &["Spot machines", "Benchmark hosts"],
    ),
    subject("CLUSTER_TOKEN", &["ClusterToken"], &["Old hosts"]),
    subject(
        "COMPOSITE_REGISTRY_UPSTREAM",
        &["CompositeRegistryUpstream"],
        &["Public packages"],
    ),
    subject("CREDIT_CARD", &[], &["Card ending in 4242"]),
    subject("JOB", &["JobTypeCommand"], &["Shell"]),
    subject("MODEL_PROVIDER", &[], &["Code review"]),
    subject(
        "NOTIFICATION_SERVICE",
        &["NotificationServiceSlack"],
        &["Old chat room"],
    ),
    ORGANIZATION,
    subject(
        "ORGANIZATION_BANNER",
        &["OrganizationBanner"],
        &["Maintenance on Sunday"],
    ),
    subject("ORGANIZATION_BILLING_SETTING", &[], &["Billing"]),
    subject(
        "ORGANIZATION_IMPERSONATION_REQUEST",
        &["OrganizationImpersonationRequest"],
        &["Support session"],
    ),
    subject(
        "ORGANIZATION_INVITATION",
        &["OrganizationInvitation"],
        &["vera@contractors.example"],
    ),
    subject(
        "ORGANIZATION_MEMBER",
        &["OrganizationMember"],
        &["Walter Gruber", "Xenia Moreau"],
    ),
    subject("ORGANIZATION_SECURITY_SETTING", &[], &["Security"]),
    subject("PIPELINE", &["Pipeline"], &["Spike", "Old newsletter"]),
    subject(
        "PIPELINE_SCHEDULE",
        &["PipelineSchedule"],
        &["Weekly report"],
    ),
    subject("PIPELINE_TEMPLATE", &["PipelineTemplate"], &["Old service"]),
    subject("PIPELINE_TRIGGER", &[], &["On release", "On merge"]),
    subject("PORTAL", &[], &["Deploy status", "Build counts"]),
    subject("PORTAL_SECRET", &[], &["Secret of the deploy board"]),
    subject("PORTAL_TOKEN", &[], &["Token of the deploy board"]),
    subject("PORTAL_TOKEN_CODE", &[], &["Code for the deploy board"]),
    subject("REGISTRY", &["Registry"], &["Old images"]),
    subject(
        "REGISTRY_TOKEN",
        &["RegistryToken"],
        &["Image pulls", "Package mirror"],
    ),
    subject("RULE", &["Rule"], &["Web and Old newsletter"]),
    subject(
        "SCM_PIPELINE_SETTINGS",
        &["SCMPipelineSettings"],
        &["Pushes and pull requests"],
    ),
    subject(
        "SCM_REPOSITORY_HOST",
        &["SCMRepositoryHost"],
        &["github.acme.example"],
    ),
    subject("SCM_SERVICE", &["SCMService"], &["GitHub"]),
    subject("SECRET", &["Secret"], &["OLD_DEPLOY_KEY"]),
    subject(
        "SSO_PROVIDER",
        &[
            "SSOProviderSAML",
            "SSOProviderGoogleGSuite",
            "SSOProviderGitHubApp",
        ],
        &["Old sign-in"],
    ),
    subject("SUBSCRIPTION", &["Subscription"], &["Pro"]),
    subject("SUITE", &["Suite"], &["Old browser tests"]),
    subject("SUITE_MONITOR", &[], &["Flaky tests", "Slow tests"]),
    subject(
        "SUITE_SAVED_VIEW",
        &[],
        &["Slowest this week", "Failing on main"],
    ),
    subject("SUITE_WORKFLOW", &[], &["Quarantine flaky tests"]),
    subject("TEAM", &["Team"], &["Interns", "Newsletter"]),
    subject("TEAM_MEMBER", &["TeamMember"], &["Walter Gruber"]),
    subject("TEAM_PIPELINE", &["TeamPipeline"], &["Old newsletter"]),
    subject("TEAM_REGISTRY", &["TeamRegistry"], &["Old images"]),
    subject("TEAM_SECRET", &[], &["OLD_DEPLOY_KEY"]),
    subject("TEAM_SUITE", &["TeamSuite"], &["Old browser tests"]),
    subject("USER", &["User"], &["Walter Gruber"]),
    subject("USER_EMAIL", &["Email"], &["old@acme.example"]),
    subject("USER_TOTP", &["TOTP"], &["Phone", "Security key"]),
];
