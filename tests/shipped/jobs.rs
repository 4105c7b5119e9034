//! Queries of jobs, their events and their artifacts.

use buildkite_client::queries::fragments::job_build;
use buildkite_client::queries::fragments::job_event_summary::JobEventOn;
use buildkite_client::queries::fragments::{
    BuildRef, CommandJob, JobBuild, JobSummary, PipelineRef,
};
use buildkite_client::queries::types::{JobEventType, JobOrder, JobStates, JobTypes};
use buildkite_client::queries::{
    ArtifactByUuid, ClusterQueues, Clusters, JobArtifacts, JobByUuid, JobWithEvents,
    JobsByAgentRules, JobsByQueue, JobsByState, JobsWaitingOnConcurrency, PipelineJobsByStep,
    job_artifacts, job_by_uuid, job_with_events, jobs_waiting_on_concurrency,
};
use buildkite_client::{Maybe, Operation};

use crate::session::{Answer, Session, texts};
use crate::{ORGANIZATION, PIPELINE};

pub(crate) async fn run(session: &Session) {
    let failed = by_state(session).await;
    one(session, &failed).await;
    by_queue(session).await;
    by_rules(session).await;
    in_groups(session).await;
    let report = by_step(session).await;
    artifacts(session, &report).await;
}

/// The build and the pipeline of a job, whatever its type.
pub(crate) fn build_of(job: &JobBuild) -> Option<(&BuildRef, &PipelineRef)> {
    use job_build::{JobTypeBlock, JobTypeCommand, JobTypeTrigger, JobTypeWait};
    match job {
        JobBuild::JobTypeCommand(JobTypeCommand { build: Some(of) })
        | JobBuild::JobTypeBlock(JobTypeBlock { build: Some(of) })
        | JobBuild::JobTypeWait(JobTypeWait { build: Some(of) })
        | JobBuild::JobTypeTrigger(JobTypeTrigger { build: Some(of) }) => {
            Some((&of.build_ref, &of.pipeline))
        }
        _ => None,
    }
}

/// The state of a job of any type.
fn state(job: &JobSummary) -> Option<&JobStates> {
    match job {
        JobSummary::JobTypeCommand(job) => Some(&job.state),
        JobSummary::JobTypeBlock(job) => Some(&job.state),
        JobSummary::JobTypeWait(job) => Some(&job.state),
        JobSummary::JobTypeTrigger(job) => Some(&job.state),
        JobSummary::Other { .. } => None,
    }
}

fn command(job: &JobSummary) -> Option<&CommandJob> {
    match job {
        JobSummary::JobTypeCommand(job) => Some(job),
        _ => None,
    }
}

/// What is true of every command job, whatever asks for it.
#[track_caller]
pub(crate) fn believable_command<O: Operation>(answer: &Answer<O>, job: &CommandJob) {
    let status = job.exit_status.as_deref();
    answer.check(job.url.ends_with(&job.uuid), job);
    answer.check(job.label.is_some() && job.command.is_some(), job);
    let queue = job
        .cluster_queue
        .as_ref()
        .map(|queue| format!("queue={}", queue.key));
    let rules = job.agent_query_rules.as_deref();
    answer.check(
        queue.is_some_and(|queue| rules.is_some_and(|all| all.contains(&queue))),
        job,
    );
    answer.in_order([
        job.created_at,
        job.scheduled_at,
        job.started_at,
        job.finished_at,
    ]);
    answer.in_order([
        job.created_at,
        job.runnable_at,
        job.started_at,
        job.canceled_at,
    ]);
    answer.check(job.agent.is_some() == job.started_at.is_some(), job);
    answer.check(status.is_some() == job.finished_at.is_some(), job);
    answer.same(job.passed, status == Some("0"), "passed without failing");
    answer.check(!job.soft_failed || !job.passed, job);
    let (part, parts) = (job.parallel_group_index, job.parallel_group_total);
    answer.check(
        part.is_none() == parts.is_none() && (part.is_none() || part < parts),
        job,
    );
    answer.check(!job.retried || job.retry_type.is_some(), job);
    match job.state {
        JobStates::Finished => answer.check(status.is_some(), job),
        JobStates::TimedOut => answer.check(status.is_some() && !job.passed, job),
        JobStates::Running => answer.check(job.started_at.is_some() && status.is_none(), job),
        JobStates::Scheduled | JobStates::Limited => {
            answer.check(job.started_at.is_none(), job);
        }
        JobStates::Canceled => answer.check(job.canceled_at.is_some(), job),
        _ => {}
    }
}

async fn by_state(session: &Session) -> CommandJob {
    for states in [
        vec![JobStates::Running],
        vec![JobStates::Scheduled, JobStates::Limited],
        vec![JobStates::Canceled, JobStates::TimedOut],
        vec![JobStates::Broken],
        vec![JobStates::Waiting, JobStates::Blocked],
    ] {
        let op = JobsByState::new(ORGANIZATION, states.clone()).first(40);
        let jobs = session.ask(op).await;
        jobs.each(jobs.rows(), "another state", |job| {
            state(job).is_some_and(|state| states.contains(state))
        });
        for job in jobs.rows() {
            command(job).inspect(|job| believable_command(&jobs, job));
            let of = build_of(&job.job_build);
            jobs.check(
                of.is_some_and(|(build, of)| build.url.contains(&of.slug)),
                job,
            );
        }
    }
    let op = JobsByState::new(ORGANIZATION, [JobStates::Finished])
        .job_type([JobTypes::Command])
        .passed(false)
        .order(JobOrder::RecentlyCreated)
        .first(60);
    let failed = session.ask(op).await;
    failed.each(failed.rows(), "did not fail", |job| {
        command(job).is_some_and(|job| {
            let status = job.exit_status.as_deref();
            job.state == JobStates::Finished && status.is_some_and(|status| status != "0")
        })
    });
    let created = |job: &JobSummary| command(job).and_then(|job| job.created_at);
    let rows = failed.rows();
    failed.check(
        rows.is_sorted_by(|a, b| created(a) >= created(b)),
        "newest first",
    );
    let (newer, older) = (created(rows[10]).unwrap(), created(rows[50]).unwrap());
    let op = JobsByState::new(ORGANIZATION, [JobStates::Finished])
        .passed(false)
        .created_at_from(older)
        .created_at_to(newer);
    let window = session.ask(op).await;
    window.each(window.rows(), "made at another time", |job| {
        let at = created(job);
        at >= Some(older) && at <= Some(newer)
    });
    let mut commands = rows.iter().filter_map(|job| command(job));
    let retried = commands.find(|job| job.retried);
    retried.or_else(|| command(rows[0])).unwrap().clone()
}

async fn one(session: &Session, failed: &CommandJob) {
    let job = session
        .ask(JobByUuid::new(&failed.uuid).with_env(true))
        .await;
    let found = job.get(|data| data.job.as_ref());
    job.same(command(found), Some(failed), "the job");
    job.check(build_of(&found.job_build).is_some(), found);
    let job_by_uuid::JobOn::JobTypeCommand(more) = &found.on else {
        panic!("{}: {found:#?}", job.name);
    };
    let env = more.env.as_ref();
    job.check(
        env.is_some_and(|env| env.iter().all(|pair| pair.contains('='))),
        env,
    );
    job.check(more.retry_rules.is_some(), more);
    job.check(
        more.retry_source
            .as_ref()
            .is_none_or(|source| source.retried),
        more,
    );
    let bare = session.ask(JobByUuid::new(&failed.uuid)).await;
    let Some(job_by_uuid::JobOn::JobTypeCommand(more)) = bare.job.as_ref().map(|job| &job.on)
    else {
        panic!("{}: {:#?}", bare.name, bare.job);
    };
    bare.check(more.env.is_none(), "the environment was not asked for");

    let job = session.ask(JobWithEvents::new(&failed.uuid)).await;
    let found = job.get(|data| data.job.as_ref());
    job.same(command(found), Some(failed), "the job");
    job.check(
        matches!(found.on, job_with_events::JobOn::JobTypeCommand(_)),
        found,
    );
    let events = job.rows();
    job.check(
        events.is_sorted_by(|a, b| a.timestamp <= b.timestamp),
        &events,
    );
    let last = events.iter().find_map(|event| match &event.on {
        JobEventOn::JobEventFinished(end) => Some((event, end.exit_status)),
        _ => None,
    });
    let (event, status) = job.some(last.as_ref());
    job.same(
        Some(status.to_string()),
        failed.exit_status.clone(),
        "the exit status",
    );
    job.same(Some(event.timestamp), failed.finished_at, "the end");
    job.same(&event.r#type, &JobEventType::Finished, "the type");
    let agent = events.iter().find_map(|event| match &event.on {
        JobEventOn::JobEventAssigned(event) => event.assigned_agent.as_ref(),
        _ => None,
    });
    job.same(agent, failed.agent.as_ref(), "the agent");
    let retried = events.iter().any(|event| match &event.on {
        JobEventOn::JobEventRetried(event) => event.retried_in_job.is_some(),
        _ => false,
    });
    job.same(retried, failed.retried, "whether it was retried");
    job.each(events, "an agent without a name", |event| {
        event.actor.node.is_none() || event.actor.uuid.is_some()
    });
}

async fn by_queue(session: &Session) {
    let clusters = session.ask(Clusters::new(ORGANIZATION)).await;
    let mut jobs_found = 0;
    for cluster in clusters.rows() {
        let queues = session
            .ask(ClusterQueues::new(ORGANIZATION, &cluster.id))
            .await;
        for queue in queues.rows() {
            let op = JobsByQueue::new(ORGANIZATION, [queue.id.clone()]);
            let jobs = session.ask(op).await;
            jobs_found += jobs.count();
            let all: Vec<_> = jobs.connection().nodes().collect();
            jobs.each(all.iter().copied(), "elsewhere, or not going on", |job| {
                command(job).is_some_and(|job| {
                    let key = job.cluster_queue.as_ref().map(|queue| &queue.key);
                    let going_on = [JobStates::Scheduled, JobStates::Running].contains(&job.state);
                    key == Some(&queue.key) && going_on
                })
            });
            let metrics = queues.some(queue.metrics.as_ref());
            let busy = [JobStates::Running, JobStates::Canceling];
            for (states, expected) in [
                (busy.to_vec(), metrics.running_jobs_count),
                (vec![JobStates::Scheduled], metrics.waiting_jobs_count),
            ] {
                let op = JobsByQueue::new(ORGANIZATION, [queue.id.clone()]).state(states);
                let jobs = session.ask(op.first(1)).await;
                jobs.same(jobs.count(), expected, &queue.key);
            }
        }
        let ids: Vec<String> = queues.rows().iter().map(|queue| queue.id.clone()).collect();
        let op = JobsByQueue::new(ORGANIZATION, ids)
            .cluster(&*cluster.id)
            .state([JobStates::Finished])
            .order(JobOrder::RecentlyAssigned)
            .first(20);
        let done = session.ask(op).await;
        done.each(done.rows(), "not done", |job| {
            state(job) == Some(&JobStates::Finished)
        });
    }
    assert!(jobs_found > 0, "JobsByQueue: nothing is going on");
}

async fn by_rules(session: &Session) {
    let rules = texts(["queue=linux-large"]);
    let op = JobsByAgentRules::new(ORGANIZATION, rules.clone())
        .clustered(Maybe::Null)
        .state([JobStates::Finished])
        .first(30);
    let jobs = session.ask(op).await;
    jobs.each(jobs.rows(), "other rules", |job| {
        command(job).is_some_and(|job| job.agent_query_rules.as_ref() == Some(&rules))
    });
    for job in jobs.rows() {
        command(job).inspect(|job| believable_command(&jobs, job));
    }
    // Unless told otherwise it asks for jobs outside clusters: there are none.
    let outside = session
        .ask(JobsByAgentRules::new(ORGANIZATION, rules))
        .await;
    outside.same(outside.count(), 0, "jobs outside clusters");
}

async fn in_groups(session: &Session) {
    let groups = texts(["web/image", "deploy/staging"]);
    let op = JobsWaitingOnConcurrency::new(ORGANIZATION, groups.clone())
        .state([JobStates::Finished])
        .first(30);
    let jobs = session.ask(op).await;
    for row in jobs.rows() {
        let jobs_waiting_on_concurrency::JobOn::JobTypeCommand(job) = &row.on else {
            panic!("{}: {row:#?}", jobs.name);
        };
        let group = jobs.some(job.concurrency.as_ref());
        jobs.check(groups.contains(&group.group) && group.limit > 0, job);
        jobs.check(
            job.state == JobStates::Finished && job.runnable_at.is_some(),
            job,
        );
        let (build, pipeline) = build_of(&row.job_build).unwrap();
        jobs.check(group.group.starts_with(&pipeline.slug), job);
        jobs.check(job.url.starts_with(&build.url), job);
    }
    // Unless told otherwise it asks for jobs that wait for their turn.
    let groups = texts(["warehouse/models"]);
    let waiting = session
        .ask(JobsWaitingOnConcurrency::new(ORGANIZATION, groups))
        .await;
    waiting.each(waiting.rows(), "not waiting", |job| match &job.on {
        jobs_waiting_on_concurrency::JobOn::JobTypeCommand(job) => {
            [JobStates::Limited, JobStates::Limiting].contains(&job.state)
        }
        jobs_waiting_on_concurrency::JobOn::Other { .. } => false,
    });
}

async fn by_step(session: &Session) -> CommandJob {
    let op = PipelineJobsByStep::new(PIPELINE, texts(["unit"]))
        .state([JobStates::Finished])
        .passed(true)
        .first(30);
    let jobs = session.ask(op).await;
    for row in jobs.rows() {
        let job = jobs.some(command(row));
        believable_command(&jobs, job);
        let key = job.step.as_ref().and_then(|step| step.key.as_deref());
        jobs.check(key == Some("unit") && job.passed, job);
        let (_, pipeline) = build_of(&row.job_build).unwrap();
        jobs.same(pipeline.slug.as_str(), "web", "its pipeline");
    }
    command(jobs.rows()[0]).unwrap().clone()
}

async fn artifacts(session: &Session, job: &CommandJob) {
    let files = session.ask(JobArtifacts::new(&job.uuid)).await;
    let Some(job_artifacts::Job::JobTypeCommand(found)) = &files.job else {
        panic!("{}: {:#?}", files.name, files.job);
    };
    files.same((&found.id, &found.label), (&job.id, &job.label), "the job");
    let rows = files.page(files.some(found.artifacts.as_ref()));
    let op = JobArtifacts::new(&job.uuid).path(&*rows[0].path);
    let exact = session.ask(op).await;
    let Some(job_artifacts::Job::JobTypeCommand(found)) = &exact.job else {
        panic!("{}: {:#?}", exact.name, exact.job);
    };
    let named = exact.page(exact.some(found.artifacts.as_ref()));
    exact.same(named, rows[..1].to_vec(), "one path");

    let file = session.ask(ArtifactByUuid::new(&rows[0].uuid)).await;
    let found = file.get(|data| data.artifact.as_ref());
    file.same(&found.artifact_summary, rows[0], "the artifact");
    let of = file.some(found.job.as_ref());
    file.same((&of.uuid, &of.url), (&job.uuid, &job.url), "its job");
    file.check(
        of.build
            .as_ref()
            .is_some_and(|build| job.url.starts_with(&build.url)),
        of,
    );
}
