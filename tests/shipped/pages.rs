//! Every list, drained in small pages.

use buildkite_client::Maybe;
use buildkite_client::queries::types::{BuildStates, JobStates};
use buildkite_client::queries::{
    AgentJobs, AgentsByQueue, ApiAccessTokens, AuditEventsInWindow, AuditEventsOfSubject,
    BuildAnnotations, BuildArtifacts, BuildFailedJobs, BuildWithJobs, BuildsByBranch,
    BuildsByCommit, BuildsByState, ClusterQueues, Clusters, ConnectedAgents, JobWithEvents,
    JobsByAgentRules, JobsByQueue, JobsByState, JobsWaitingOnConcurrency, OrganizationInvitations,
    OrganizationMemberBySlug, OrganizationMembers, OrganizationTree, PipelineJobsByStep,
    PipelineSchedules, PipelineTeams, PipelineTemplates, Pipelines, PipelinesByRepository,
    PipelinesWithBuilds, RecentAuditEvents, RecentBuilds, Registries, RegistryBySlug, Rules,
    ScheduleBuilds, SearchPipelines, SsoProviders, SuiteTeams, Suites, TeamMembers, TeamPipelines,
    Teams,
};

use crate::builds::slug;
use crate::session::{Session, texts};
use crate::{ORGANIZATION, PIPELINE};

/// Drains a list in pages of some rows, to its end or to a limit.
macro_rules! drain {
    ($session:expr, $rows:literal, $op:expr) => {
        $session.drain($op.first($rows), $op.first(500), None).await
    };
    ($session:expr, $rows:literal, $op:expr, $limit:literal) => {
        $session
            .drain($op.first($rows), $op.first($limit), Some($limit))
            .await
    };
}

pub(crate) async fn run(session: &Session) {
    builds(session).await;
    jobs(session).await;
    agents(session).await;
    pipelines(session).await;
    organization(session).await;
    access(session).await;
}

async fn builds(session: &Session) {
    let failed = BuildsByState::new(PIPELINE, [BuildStates::Failed]);
    let failed = session.ask(failed.first(20)).await;
    let (failed_url, commit) = (slug(&failed.rows()[0].url), failed.rows()[0].commit.clone());
    let passed = BuildsByState::new(PIPELINE, [BuildStates::Passed]);
    let passed = slug(&session.ask(passed.first(1)).await.rows()[0].url);

    drain!(session, 40, RecentBuilds::new(PIPELINE));
    drain!(
        session,
        7,
        BuildsByBranch::new(PIPELINE, texts(["release/*"]))
    );
    drain!(
        session,
        2,
        BuildsByState::new(PIPELINE, [BuildStates::Canceled])
    );
    drain!(session, 3, BuildWithJobs::new(&*passed));
    drain!(session, 2, BuildArtifacts::new(&*passed));
    drain!(session, 1, BuildAnnotations::new(&*failed_url));
    for build in failed.rows() {
        let jobs = session.ask(BuildFailedJobs::new(slug(&build.url))).await;
        if jobs.count() > 1 {
            drain!(session, 1, BuildFailedJobs::new(slug(&build.url)));
            break;
        }
    }
    // A commit by how it begins, so that there is more than one.
    drain!(
        session,
        7,
        BuildsByCommit::new(PIPELINE, texts([&commit[..1], "0"]))
    );
}

async fn jobs(session: &Session) {
    let states = [JobStates::Running, JobStates::Canceling];
    drain!(session, 4, JobsByState::new(ORGANIZATION, states.clone()));
    drain!(
        session,
        15,
        JobsByState::new(ORGANIZATION, [JobStates::Finished]),
        40
    );
    let op = JobsByAgentRules::new(ORGANIZATION, texts(["queue=terraform"])).clustered(Maybe::Null);
    drain!(session, 15, op.clone(), 40);
    let op = JobsWaitingOnConcurrency::new(ORGANIZATION, texts(["web/image"]));
    drain!(session, 15, op.clone().state([JobStates::Finished]), 40);
    let op = PipelineJobsByStep::new("acme-inc/docs", texts(["lint"]));
    drain!(session, 20, op.clone());
    let running = session
        .ask(JobsByState::new(ORGANIZATION, [JobStates::Running]))
        .await;
    let row = serde_json::to_value(running.rows()[0]).unwrap();
    let queue = row["clusterQueue"]["id"].as_str().unwrap().to_owned();
    drain!(
        session,
        1,
        JobWithEvents::new(row["uuid"].as_str().unwrap())
    );
    let agent = row["agent"]["uuid"].as_str().unwrap();
    drain!(
        session,
        9,
        AgentJobs::new(format!("{ORGANIZATION}/{agent}")),
        25
    );
    drain!(session, 1, JobsByQueue::new(ORGANIZATION, [queue.clone()]));
    drain!(
        session,
        5,
        AgentsByQueue::new(ORGANIZATION, [queue.clone()])
    );
}

async fn agents(session: &Session) {
    drain!(session, 20, ConnectedAgents::new(ORGANIZATION));
    drain!(session, 2, Clusters::new(ORGANIZATION));
    let clusters = session.ask(Clusters::new(ORGANIZATION)).await;
    let cluster = &clusters.rows()[0].id;
    drain!(session, 1, ClusterQueues::new(ORGANIZATION, cluster));
}

async fn pipelines(session: &Session) {
    drain!(session, 5, Pipelines::new(ORGANIZATION));
    drain!(session, 1, SearchPipelines::new(ORGANIZATION, "mobile"));
    drain!(
        session,
        5,
        PipelinesWithBuilds::new(ORGANIZATION).builds_per_pipeline(1)
    );
    drain!(
        session,
        5,
        OrganizationTree::new(ORGANIZATION)
            .builds_per_page(1)
            .jobs_per_page(1)
    );
    drain!(session, 1, PipelineTeams::new(PIPELINE));
    drain!(session, 2, PipelineTemplates::new(ORGANIZATION));
    let schedules = session.ask(PipelineSchedules::new("acme-inc/api")).await;
    let connection = schedules.get(|data| data.pipeline.as_ref()?.schedules.as_ref());
    let schedule = format!("acme-inc/api/{}", schedules.page(connection)[0].uuid);
    drain!(session, 7, ScheduleBuilds::new(&*schedule));
    // No two pipelines of the sandbox share a repository: this list is one row.
    let all = session.ask(Pipelines::new(ORGANIZATION)).await;
    let url = all.rows()[0].repository.as_ref().unwrap().url.clone();
    drain!(session, 1, PipelinesByRepository::new(ORGANIZATION, &*url));
}

async fn organization(session: &Session) {
    drain!(session, 7, OrganizationMembers::new(ORGANIZATION));
    drain!(session, 2, OrganizationInvitations::new(ORGANIZATION));
    drain!(session, 2, SsoProviders::new(ORGANIZATION));
    drain!(session, 2, ApiAccessTokens::new(ORGANIZATION));
    let members = session.ask(OrganizationMembers::new(ORGANIZATION)).await;
    let member = format!("{ORGANIZATION}/{}", members.rows()[0].user.uuid);
    drain!(session, 1, OrganizationMemberBySlug::new(&*member));

    drain!(session, 90, RecentAuditEvents::new(ORGANIZATION));
    let events = session
        .ask(RecentAuditEvents::new(ORGANIZATION).first(60))
        .await;
    let rows = events.rows();
    let (from, to) = (rows[49].occurred_at, rows[0].occurred_at);
    drain!(
        session,
        17,
        AuditEventsInWindow::new(ORGANIZATION, from, to)
    );
    let uuids = rows.iter().filter_map(|event| event.subject.as_ref());
    let uuids: Vec<String> = uuids.take(6).map(|subject| subject.uuid.clone()).collect();
    drain!(
        session,
        2,
        AuditEventsOfSubject::new(ORGANIZATION, uuids.clone())
    );
}

async fn access(session: &Session) {
    drain!(session, 4, Teams::new(ORGANIZATION));
    drain!(session, 7, TeamMembers::new("acme-inc/everyone"));
    drain!(session, 1, TeamPipelines::new("acme-inc/platform"));
    drain!(session, 3, Rules::new(ORGANIZATION));
    drain!(session, 3, Suites::new(ORGANIZATION));
    drain!(session, 2, Registries::new(ORGANIZATION));
    drain!(session, 1, RegistryBySlug::new("acme-inc/containers"));
    let suites = session.ask(Suites::new(ORGANIZATION).search("unit")).await;
    drain!(session, 1, SuiteTeams::new(&suites.rows()[0].id));
}
