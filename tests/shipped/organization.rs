//! Queries of the organization, its members, and ways to get in.

use std::collections::BTreeSet;

use buildkite_client::queries::fragments::OrganizationMemberSummary;
use buildkite_client::queries::fragments::sso_provider_summary::SsoProviderOn;
use buildkite_client::queries::node_by_id::NodeOn;
use buildkite_client::queries::types::{
    OrganizationInvitationStates, OrganizationMemberOrder, OrganizationMemberRole,
    OrganizationMemberSecurityInput, SsoProviderStates,
};
use buildkite_client::queries::{
    ApiAccessTokens, Clusters, ConnectedAgents, CurrentViewer, JobsByState, NodeById,
    OrganizationInvitations, OrganizationMemberBySlug, OrganizationMembers, OrganizationOverview,
    Pipelines, RecentBuilds, SsoProviders, Teams, types::JobStates,
};

use crate::session::Session;
use crate::{ORGANIZATION, PIPELINE};

pub(crate) async fn run(session: &Session) {
    overview(session).await;
    members(session).await;
    invitations(session).await;
    ways_in(session).await;
    nodes(session).await;
}

async fn overview(session: &Session) {
    let viewer = session.ask(CurrentViewer::new()).await;
    let connection = viewer.get(|data| data.viewer.as_ref()?.organizations.as_ref());
    let mine = viewer.page(connection);
    viewer.check(
        !viewer.get(|data| data.viewer.as_ref()).id.is_empty(),
        "its id",
    );

    let overview = session.ask(OrganizationOverview::new(ORGANIZATION)).await;
    let acme = overview.get(|data| data.organization.as_ref());
    overview.same(
        vec![&acme.organization_summary],
        mine,
        "the viewer's organization",
    );
    overview.same(acme.slug.as_str(), ORGANIZATION, "the slug");
    overview.check(acme.sso.is_some(), acme);
    let op = Pipelines::new(ORGANIZATION).first(1);
    let agents = ConnectedAgents::new(ORGANIZATION).first(1);
    for (what, is, should) in [
        (
            "members",
            acme.members.as_ref().map(|of| of.count),
            session
                .ask(OrganizationMembers::new(ORGANIZATION).first(1))
                .await
                .count(),
        ),
        (
            "teams",
            acme.teams.as_ref().map(|of| of.count),
            session.ask(Teams::new(ORGANIZATION).first(1)).await.count(),
        ),
        (
            "pipelines",
            acme.pipelines.as_ref().map(|of| of.count),
            session.ask(op.clone().archived(false)).await.count(),
        ),
        (
            "archived pipelines",
            acme.archived_pipelines.as_ref().map(|of| of.count),
            session.ask(op.archived(true)).await.count(),
        ),
        (
            "clusters",
            acme.clusters.as_ref().map(|of| of.count),
            session.ask(Clusters::new(ORGANIZATION)).await.count(),
        ),
        (
            "agents",
            acme.agents.as_ref().map(|of| of.count),
            session.ask(agents.clone()).await.count(),
        ),
        (
            "busy agents",
            acme.busy_agents.as_ref().map(|of| of.count),
            session.ask(agents.is_running_job(true)).await.count(),
        ),
    ] {
        overview.same(is, Some(should), what);
    }
    let going_on = [JobStates::Running, JobStates::Canceling];
    let jobs = session
        .ask(JobsByState::new(ORGANIZATION, going_on).first(1))
        .await;
    let busy = acme.busy_agents.as_ref().map(|of| of.count);
    overview.same(busy, Some(jobs.count()), "busy agents and running jobs");
    let nowhere = session.ask(OrganizationOverview::new("nobody")).await;
    nowhere.check(
        nowhere.organization.is_none(),
        "an organization that does not exist",
    );
}

async fn members(session: &Session) {
    let op = OrganizationMembers::new(ORGANIZATION);
    let all = session
        .ask(op.clone().order(OrganizationMemberOrder::Name))
        .await;
    let rows = all.rows();
    all.check(rows.is_sorted_by_key(|member| &member.user.name), "by name");
    for member in &rows {
        all.in_order([Some(member.created_at), member.last_seen_at]);
        all.check(member.user.email.contains('@'), member);
    }
    let newest = session
        .ask(op.clone().order(OrganizationMemberOrder::RecentlyCreated))
        .await;
    let ordered = newest
        .rows()
        .is_sorted_by(|a, b| a.created_at >= b.created_at);
    newest.check(ordered, "newest first");
    let someone = rows[3];
    let since = someone.last_seen_at.unwrap();
    let ids = |rows: Vec<&OrganizationMemberSummary>| -> BTreeSet<String> {
        rows.into_iter().map(|member| member.id.clone()).collect()
    };
    let expect = |wanted: &dyn Fn(&OrganizationMemberSummary) -> bool| {
        ids(rows
            .iter()
            .copied()
            .filter(|member| wanted(member))
            .collect())
    };
    let one_factor = OrganizationMemberSecurityInput::new().two_factor_enabled(false);
    for (op, expected) in [
        (
            op.clone().role([OrganizationMemberRole::Admin]),
            expect(&|member| member.role == OrganizationMemberRole::Admin),
        ),
        (
            op.clone().email(&*someone.user.email),
            expect(&|member| member.id == someone.id),
        ),
        (
            op.clone().search(&*someone.user.name),
            expect(&|member| member.id == someone.id),
        ),
        (
            op.clone().inactive_since(since),
            expect(&|member| member.last_seen_at.is_none_or(|at| at < since)),
        ),
        (
            op.clone().security(one_factor),
            expect(&|member| !member.security.two_factor_enabled),
        ),
    ] {
        let some = session.ask(op.clone()).await;
        some.same(ids(some.rows()), expected, &format!("{op:?}"));
    }
    let slug = format!("{ORGANIZATION}/{}", someone.user.uuid);
    let one = session.ask(OrganizationMemberBySlug::new(slug)).await;
    let found = one.get(|data| data.organization_member.as_ref());
    one.same(&found.organization_member_summary, someone, "the member");
    for membership in one.rows() {
        let team = one.some(membership.team.as_ref());
        let op = op.clone().team(&*team.slug);
        let of_team = session.ask(op).await;
        let is_there = of_team.rows().iter().any(|member| member.id == someone.id);
        of_team.check(is_there, &team.slug);
    }
}

async fn invitations(session: &Session) {
    use OrganizationInvitationStates::{Accepted, Expired, Pending, Revoked};
    let all = session
        .ask(OrganizationInvitations::new(ORGANIZATION))
        .await;
    let mut found = 0;
    for state in [Accepted, Expired, Pending, Revoked] {
        let op = OrganizationInvitations::new(ORGANIZATION).state([state.clone()]);
        let some = session.ask(op).await;
        some.each(some.rows(), "another state", |invitation| {
            invitation.state == state
                && invitation.accepted_at.is_some() == (state == Accepted)
                && invitation.expired_at.is_some() == (state == Expired)
                && invitation.revoked_at.is_some() == (state == Revoked)
                && invitation.slug.starts_with("acme-inc/")
        });
        for invitation in some.rows() {
            some.in_order([invitation.created_at, invitation.accepted_at]);
            some.in_order([invitation.created_at, invitation.expired_at]);
            some.in_order([invitation.created_at, invitation.revoked_at]);
            let teams = some.page(some.some(invitation.teams.as_ref()));
            some.each(teams, "no team", |assignment| {
                !assignment.team.slug.is_empty()
            });
        }
        found += some.count();
    }
    all.same(all.count(), found, "of all states");
}

async fn ways_in(session: &Session) {
    let tokens = session.ask(ApiAccessTokens::new(ORGANIZATION)).await;
    for token in tokens.rows() {
        tokens.check(token.owner.is_some() && !token.scopes.is_empty(), token);
        tokens.in_order([Some(token.created_at), token.last_accessed_at]);
    }
    let providers = session.ask(SsoProviders::new(ORGANIZATION)).await;
    for provider in providers.rows() {
        let (enabled, disabled) = (provider.enabled_at, provider.disabled_at);
        providers.in_order([Some(provider.created_at), enabled, disabled]);
        providers.same(
            enabled.is_some(),
            provider.state == SsoProviderStates::Enabled,
            "on",
        );
        providers.same(
            disabled.is_some(),
            provider.state == SsoProviderStates::Disabled,
            "off",
        );
        let of_its_own = match &provider.on {
            SsoProviderOn::SsoProviderGitHubApp(app) => !app.github_organization_name.is_empty(),
            SsoProviderOn::SsoProviderGoogleGSuite(suite) => !suite.google_hosted_domain.is_empty(),
            SsoProviderOn::SsoProviderSaml(saml) => saml.identity_provider.is_some(),
            SsoProviderOn::Other { .. } => false,
        };
        providers.check(of_its_own, provider);
    }
}

async fn nodes(session: &Session) {
    let overview = session.ask(OrganizationOverview::new(ORGANIZATION)).await;
    let pipelines = session.ask(Pipelines::new(ORGANIZATION)).await;
    let builds = session.ask(RecentBuilds::new(PIPELINE)).await;
    let agents = session.ask(ConnectedAgents::new(ORGANIZATION)).await;
    let clusters = session.ask(Clusters::new(ORGANIZATION)).await;
    let teams = session.ask(Teams::new(ORGANIZATION)).await;
    let members = session.ask(OrganizationMembers::new(ORGANIZATION)).await;
    let jobs = session
        .ask(JobsByState::new(ORGANIZATION, [JobStates::Running]))
        .await;
    let invitations = session
        .ask(OrganizationInvitations::new(ORGANIZATION))
        .await;
    let (pipeline, build, agent) = (pipelines.rows()[0], builds.rows()[0], agents.rows()[0]);
    let (cluster, team, member) = (clusters.rows()[0], teams.rows()[0], members.rows()[0]);
    let queue = cluster.default_queue.as_ref().unwrap();
    let job = serde_json::to_value(jobs.rows()[0]).unwrap();
    let ids = [
        &*overview.get(|data| data.organization.as_ref()).id,
        &pipeline.id,
        &build.id,
        job["id"].as_str().unwrap(),
        &agent.id,
        &cluster.id,
        &queue.id,
        &team.id,
        &member.user.id,
        &invitations.rows()[0].id,
    ];
    let mut types = BTreeSet::new();
    for id in ids {
        let node = session.ask(NodeById::new(id)).await;
        let found = node.get(|data| data.node.as_ref());
        node.same(found.id.as_str(), id, "the id");
        let right = match &found.on {
            NodeOn::Organization(one) => one.slug == ORGANIZATION,
            NodeOn::Pipeline(one) => one == pipeline,
            NodeOn::Build(one) => one == build,
            NodeOn::JobTypeCommand(one) => one.job_state == JobStates::Running,
            NodeOn::Agent(one) => one.agent_ref == agent.agent_ref,
            NodeOn::Cluster(one) => one.name == cluster.name,
            NodeOn::ClusterQueue(one) => one.key == queue.key,
            NodeOn::Team(one) => one.slug == team.slug,
            NodeOn::User(one) => *one == member.user,
            NodeOn::Other { typename } => typename == "OrganizationInvitation",
        };
        node.check(right, found);
        types.insert(found.on.typename().to_owned());
    }
    assert_eq!(types.len(), ids.len(), "NodeById: {types:?}");
    let none = session.ask(NodeById::new("nothing")).await;
    none.check(none.node.is_none(), "an id that is none");
}
