//! Queries of agents, clusters, queues and their tokens.

use std::collections::BTreeSet;

use buildkite_client::Operation;
use buildkite_client::queries::fragments::{AgentSummary, ClusterSummary, JobSummary};
use buildkite_client::queries::types::{ClusterOrder, JobStates};
use buildkite_client::queries::{
    AgentBySlug, AgentJobs, AgentsByQueue, ClusterQueues, ClusterTokens, Clusters, ConnectedAgents,
    UnclusteredTokens, agents_by_queue,
};

use crate::ORGANIZATION;
use crate::jobs::{believable_command, build_of};
use crate::session::{Answer, Session, texts};

pub(crate) async fn run(session: &Session) {
    let agents = connected(session).await;
    let busy = agents.iter().find(|agent| agent.is_running_job);
    let paused = agents.iter().find(|agent| agent.paused);
    let stopping = agents
        .iter()
        .find(|agent| agent.connection_state == "stopping");
    for agent in [busy, paused, stopping] {
        one(session, agent.expect("ConnectedAgents: one of each kind")).await;
    }
    let clusters = clusters(session).await;
    queues(session, &agents, &clusters).await;
    tokens(session, &clusters).await;
}

#[track_caller]
fn believable_agent<O: Operation>(answer: &Answer<O>, agent: &AgentSummary) {
    answer.check(
        ["connected", "stopping"].contains(&&*agent.connection_state),
        agent,
    );
    answer.check(agent.hostname.is_some() && agent.version.is_some(), agent);
    answer.check(
        agent.operating_system.is_some() && agent.ip_address.is_some(),
        agent,
    );
    answer.check(agent.paused == agent.paused_at.is_some(), agent);
    answer.check(agent.paused == agent.paused_note.is_some(), agent);
    answer.check(
        agent.disconnected_at.is_none() && agent.lost_at.is_none(),
        agent,
    );
    answer.in_order([
        agent.created_at,
        agent.connected_at,
        agent.paused_at,
        agent.heartbeat_at,
    ]);
    let queue = agent.cluster_queue.as_ref();
    let tag = queue.map(|queue| format!("queue={}", queue.key));
    let tags = agent.meta_data.as_deref().unwrap_or_default();
    answer.check(tag.is_some_and(|tag| tags.contains(&tag)), agent);
}

async fn connected(session: &Session) -> Vec<AgentSummary> {
    let all = session.ask(ConnectedAgents::new(ORGANIZATION)).await;
    for agent in all.rows() {
        believable_agent(&all, agent);
    }
    let expect = |wanted: fn(&AgentSummary) -> bool| -> Vec<&AgentSummary> {
        let rows = all.rows().into_iter();
        rows.filter(|agent| wanted(agent)).collect()
    };
    let op = ConnectedAgents::new(ORGANIZATION);
    for (op, expected) in [
        (
            op.clone().is_running_job(true),
            expect(|agent| agent.is_running_job),
        ),
        (
            op.clone().is_running_job(false),
            expect(|agent| !agent.is_running_job),
        ),
        (op.clone().paused(true), expect(|agent| agent.paused)),
        (
            op.clone().search("deploy"),
            expect(|agent| agent.name.contains("deploy")),
        ),
        (
            op.clone().meta_data(texts(["queue=macos", "os=macos"])),
            expect(|agent| {
                agent
                    .cluster_queue
                    .as_ref()
                    .is_some_and(|queue| queue.key == "macos")
            }),
        ),
        (op.clone().clustered(true), all.rows()),
    ] {
        let some = session.ask(op.clone()).await;
        some.same(some.rows(), expected, &format!("{op:?}"));
    }
    all.rows().into_iter().cloned().collect()
}

async fn one(session: &Session, agent: &AgentSummary) {
    let slug = format!("{ORGANIZATION}/{}", agent.uuid);
    let found = session.ask(AgentBySlug::new(&slug)).await;
    let detail = found.get(|data| data.agent.as_ref());
    found.same(&detail.agent_summary, agent, "the agent");
    found.check(detail.user_agent.is_some() && detail.pid.is_some(), detail);
    found.same(detail.paused_by.is_some(), agent.paused, "who paused it");
    let stopping = agent.connection_state == "stopping";
    found.same(
        detail.stopped_gracefully_by.is_some(),
        stopping,
        "who stopped it",
    );
    found.same(
        detail.stopped_gracefully_at.is_some(),
        stopping,
        "since when",
    );
    found.same(detail.job.is_some(), agent.is_running_job, "its job");
    if let Some(job) = &detail.job {
        let JobSummary::JobTypeCommand(job) = job else {
            panic!("{}: {job:#?}", found.name);
        };
        believable_command(&found, job);
        found.check(
            matches!(job.state, JobStates::Running | JobStates::Canceling),
            job,
        );
        found.same(
            job.agent.as_ref(),
            Some(&agent.agent_ref),
            "the job's agent",
        );
    }

    let op = AgentJobs::new(&slug).first(30);
    let jobs = session.ask(op.clone()).await;
    jobs.same(
        &jobs.get(|data| data.agent.as_ref()).agent_ref,
        &agent.agent_ref,
        "the agent",
    );
    let mut started = Vec::new();
    for row in jobs.rows() {
        let JobSummary::JobTypeCommand(job) = &row.job_summary else {
            panic!("{}: {row:#?}", jobs.name);
        };
        believable_command(&jobs, job);
        jobs.same(
            job.agent.as_ref(),
            Some(&agent.agent_ref),
            "the job's agent",
        );
        jobs.check(build_of(&row.job_build).is_some(), row);
        started.push(job.started_at);
    }
    jobs.check(
        started.is_sorted_by(|a, b| a >= b),
        "most recently assigned first",
    );
    let jobs = session
        .ask(op.state([JobStates::Running, JobStates::Canceling]))
        .await;
    let running = jobs.count() > 0;
    jobs.same(running, agent.is_running_job, "whether a job is running");
}

async fn clusters(session: &Session) -> Vec<ClusterSummary> {
    let by_name = session
        .ask(Clusters::new(ORGANIZATION).order(ClusterOrder::Name))
        .await;
    let rows = by_name.rows();
    by_name.check(rows.is_sorted_by(|a, b| a.name < b.name), "by name");
    by_name.each(rows.iter().copied(), "incomplete", |cluster| {
        cluster.default_queue.is_some() && cluster.created_by.is_some()
    });
    let newest = session
        .ask(Clusters::new(ORGANIZATION).order(ClusterOrder::RecentlyCreated))
        .await;
    let ids = |rows: Vec<&ClusterSummary>| -> BTreeSet<String> {
        rows.into_iter().map(|cluster| cluster.id.clone()).collect()
    };
    newest.same(ids(newest.rows()), ids(by_name.rows()), "the same clusters");
    rows.into_iter().cloned().collect()
}

async fn queues(session: &Session, agents: &[AgentSummary], clusters: &[ClusterSummary]) {
    let mut listening = 0;
    for cluster in clusters {
        let queues = session
            .ask(ClusterQueues::new(ORGANIZATION, &cluster.id))
            .await;
        let of = queues.get(|data| data.organization.as_ref()?.cluster.as_ref());
        queues.same(&of.cluster_summary, cluster, "the cluster");
        let default = cluster.default_queue.as_ref().map(|queue| &queue.id);
        let has_default = queues.rows().iter().any(|queue| Some(&queue.id) == default);
        queues.check(has_default, "the default queue");
        for queue in queues.rows() {
            let paused = queue.dispatch_paused;
            queues.check(paused == queue.dispatch_paused_at.is_some(), queue);
            queues.check(paused == queue.dispatch_paused_by.is_some(), queue);
            queues.check(queue.hosted == queue.hosted_agents.is_some(), queue);
            let metrics = queues.some(queue.metrics.as_ref());
            let wait = &metrics.wait_time_sec;
            let waits = [wait.min, wait.p50, wait.p95, wait.max];
            queues.check(waits.is_sorted() && waits[0] >= 0.0, waits);

            let op = AgentsByQueue::new(ORGANIZATION, [queue.id.clone()]);
            let here = session.ask(op).await;
            let rows: Vec<_> = here.connection().nodes().collect();
            here.same(metrics.connected_agents_count, here.count(), &queue.key);
            let expected: Vec<&AgentSummary> = agents
                .iter()
                .filter(|agent| {
                    agent
                        .cluster_queue
                        .as_ref()
                        .is_some_and(|it| it.id == queue.id)
                })
                .collect();
            let summaries: Vec<&AgentSummary> =
                rows.iter().map(|agent| &agent.agent_summary).collect();
            here.same(summaries, expected, &queue.key);
            here.each(rows.iter().copied(), "its job", |agent| match &agent.job {
                Some(agents_by_queue::Job::JobTypeCommand(job)) => {
                    agent.is_running_job && job.started_at.is_some() && job.url.contains(&job.uuid)
                }
                Some(_) => false,
                None => !agent.is_running_job,
            });
            listening += rows.len();
        }
        let op = ClusterQueues::new(ORGANIZATION, &cluster.id).with_metrics(false);
        let bare = session.ask(op).await;
        bare.each(bare.rows(), "metrics", |queue| queue.metrics.is_none());
    }
    assert_eq!(listening, agents.len(), "AgentsByQueue: all agents");
}

async fn tokens(session: &Session, clusters: &[ClusterSummary]) {
    for cluster in clusters {
        let tokens = session
            .ask(ClusterTokens::new(ORGANIZATION, &cluster.id))
            .await;
        let of = tokens.get(|data| data.organization.as_ref()?.cluster.as_ref());
        tokens.same(
            (&of.id, &of.name),
            (&cluster.id, &cluster.name),
            "the cluster",
        );
        let rows = tokens.page(tokens.some(of.agent_tokens.as_ref()));
        tokens.each(rows, "incomplete", |token| {
            token.description.is_some() && token.created_by.is_some()
        });
    }
    for revoked in [false, true] {
        let tokens = session
            .ask(UnclusteredTokens::new(ORGANIZATION).revoked(revoked))
            .await;
        let connection = tokens.get(|data| data.organization.as_ref()?.agent_tokens.as_ref());
        let rows = tokens.page(connection);
        for token in &rows {
            tokens.in_order([token.created_at, token.revoked_at]);
        }
        tokens.each(rows, "revoked or not", |token| {
            token.revoked_at.is_some() == revoked && token.revoked_reason.is_some() == revoked
        });
    }
}
