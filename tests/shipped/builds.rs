//! Queries of builds.

use buildkite_client::Operation;
use buildkite_client::queries::fragments::{BuildSummary, JobSummary};
use buildkite_client::queries::types::{AnnotationOrder, AnnotationStyle, BuildStates, JobTypes};
use buildkite_client::queries::{
    BuildAnnotations, BuildArtifacts, BuildBySlug, BuildByUuid, BuildCounts, BuildFailedJobs,
    BuildMetadataEntries, BuildWithJobs, BuildsByBranch, BuildsByCommit, BuildsByState,
    CurrentViewer, RecentBuilds, UserBuilds, ViewerBuilds, build_artifacts, build_failed_jobs,
    user_builds,
};
use buildkite_client::relay::Connection;

use crate::PIPELINE;
use crate::jobs::believable_command;
use crate::session::{Answer, Session, texts};

pub(crate) async fn run(session: &Session) {
    let web = recent(session).await;
    let of = |state: BuildStates| {
        let build = web.iter().find(|build| build.state == state);
        build.unwrap_or_else(|| panic!("RecentBuilds: none of 100 is {state}"))
    };
    one(session, of(BuildStates::Failed)).await;
    one(session, of(BuildStates::Running)).await;
    endings(session).await;
    triggered(session).await;
    filters(session, &web).await;
    counts(session).await;
    with_jobs(session, of(BuildStates::Failed)).await;
    annotations(session, of(BuildStates::Failed)).await;
    artifacts(session, of(BuildStates::Passed)).await;
    meta_data(session, of(BuildStates::Passed)).await;
    people(session).await;
}

/// The slug by which a build is asked for, out of its page's address.
pub(crate) fn slug(url: &str) -> String {
    let path = url.strip_prefix("https://buildkite.com/").unwrap();
    path.replace("/builds/", "/")
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12]
}

/// What is true of every build, whatever asks for it.
#[track_caller]
pub(crate) fn believable_build<O: Operation>(answer: &Answer<O>, build: &BuildSummary) {
    use BuildStates::{Canceled, Failed, NotRun, Passed, Running, Scheduled, Skipped};
    let state = &build.state;
    let over = [Canceled, Failed, NotRun, Passed, Skipped].contains(state);
    answer.check(build.number > 0 && is_uuid(&build.uuid), build);
    let end = format!("/builds/{}", build.number);
    answer.check(build.url.ends_with(&end), build);
    answer.check(build.created_by.is_some(), build);
    answer.check(build.finished_at.is_some() == over, build);
    answer.check(
        build.started_at.is_some() || ![Failed, Passed, Running].contains(state),
        build,
    );
    answer.check(build.started_at.is_none() || *state != Scheduled, build);
    answer.check(!build.branch.is_empty() && build.message.is_some(), build);
    answer.check(build.commit.len() == 40, build);
    answer.in_order([Some(build.created_at), build.started_at, build.finished_at]);
}

async fn recent(session: &Session) -> Vec<BuildSummary> {
    let recent = session.ask(RecentBuilds::new(PIPELINE).first(100)).await;
    let rows = recent.rows();
    recent.same(rows.len(), 100, "rows");
    for build in &rows {
        believable_build(&recent, build);
        recent.check(
            slug(&build.url) == format!("{PIPELINE}/{}", build.number),
            build,
        );
    }
    let numbers: Vec<i64> = rows.iter().map(|build| build.number).collect();
    recent.same(numbers[0], recent.count(), "the newest number");
    recent.check(
        numbers.windows(2).all(|pair| pair[0] == pair[1] + 1),
        numbers,
    );
    recent.check(
        rows.is_sorted_by(|a, b| a.created_at >= b.created_at),
        "newest first",
    );
    rows.into_iter().cloned().collect()
}

async fn one(session: &Session, build: &BuildSummary) {
    let by_slug = session.ask(BuildBySlug::new(slug(&build.url))).await;
    let detail = by_slug.get(|data| data.build.as_ref());
    by_slug.same(&detail.build_summary, build, "the build");
    by_slug.same(detail.pipeline.slug.as_str(), "web", "its pipeline");
    by_slug.check(!detail.source.name.is_empty(), &detail.source);
    by_slug.in_order([
        Some(detail.created_at),
        detail.scheduled_at,
        detail.started_at,
    ]);
    by_slug.in_order([detail.started_at, detail.failing_at, detail.finished_at]);
    let failed = build.state == BuildStates::Failed;
    by_slug.same(detail.failing_at.is_some(), failed, "whether it is failing");
    by_slug.check(
        detail.canceled_at.is_none() && detail.canceled_by.is_none(),
        detail,
    );

    let by_uuid = session.ask(BuildByUuid::new(&build.uuid)).await;
    by_uuid.same(by_uuid.get(|data| data.build.as_ref()), detail, "the build");

    let none = session.ask(BuildBySlug::new(format!("{PIPELINE}/0"))).await;
    none.check(none.build.is_none(), "a build that does not exist");
}

/// Builds that were canceled, and one that is about to fail.
async fn endings(session: &Session) {
    let op = BuildsByState::new(PIPELINE, [BuildStates::Failing]).first(1);
    let failing = session.ask(op).await;
    let build = failing.rows()[0];
    failing.check(build.failing_at.is_some(), build);
    failing.in_order([build.started_at, build.failing_at]);
    let op = BuildsByState::new(PIPELINE, [BuildStates::Canceled]).first(5);
    let canceled = session.ask(op).await;
    for build in canceled.rows() {
        let one = session.ask(BuildBySlug::new(slug(&build.url))).await;
        let detail = one.get(|data| data.build.as_ref());
        one.check(detail.canceled_by.is_some(), detail);
        one.check(
            detail.canceled_at.is_some() && detail.cancel_reason.is_some(),
            detail,
        );
        one.in_order([
            Some(detail.created_at),
            detail.canceled_at,
            detail.finished_at,
        ]);
    }
}

/// A build that another one triggered: each names the other.
async fn triggered(session: &Session) {
    let builds = session
        .ask(RecentBuilds::new("acme-inc/deploy").first(1))
        .await;
    let build = builds.rows()[0];
    let one = session.ask(BuildBySlug::new(slug(&build.url))).await;
    let detail = one.get(|data| data.build.as_ref());
    let job = one.some(detail.triggered_from.as_ref());
    let parent = one.some(job.build.as_ref());
    one.same(parent.pipeline.slug.as_str(), "web", "what triggered it");
    let jobs = session.ask(BuildWithJobs::new(slug(&parent.url))).await;
    let triggers = jobs.rows().into_iter().find_map(|job| match job {
        JobSummary::JobTypeTrigger(job) => Some(job),
        _ => None,
    });
    let trigger = jobs.some(triggers);
    jobs.same(&trigger.uuid, &job.uuid, "the job that triggered it");
    let made = jobs.some(trigger.triggered.as_ref());
    jobs.same(&made.id, &build.id, "the build that it triggered");
    let of = jobs.get(|data| data.build.as_ref());
    jobs.same(&of.commit, &build.commit, "the same commit");
    jobs.in_order([Some(of.created_at), Some(build.created_at)]);
}

async fn filters(session: &Session, web: &[BuildSummary]) {
    for state in [
        BuildStates::Passed,
        BuildStates::Failed,
        BuildStates::Running,
    ] {
        let op = BuildsByState::new(PIPELINE, [state.clone()]).first(500);
        let by_state = session.ask(op).await;
        by_state.each(by_state.rows(), "another state", |build| {
            build.state == state
        });
        for build in by_state.rows() {
            believable_build(&by_state, build);
            by_state.check(build.blocked_state.is_none(), build);
        }
        let among: Vec<&BuildSummary> = web.iter().filter(|build| build.state == state).collect();
        let rows = by_state.rows();
        let found: Vec<&BuildSummary> = rows.iter().map(|build| &build.build_summary).collect();
        by_state.check(found.starts_with(&among), "those among the recent ones");
    }
    let blocked = BuildsByState::new("acme-inc/infrastructure", [BuildStates::Blocked]);
    let blocked = session.ask(blocked).await;
    blocked.each(blocked.rows(), "not blocked", |build| {
        build.blocked_state.is_some() && build.state == BuildStates::Blocked
    });

    let main = web.iter().filter(|build| build.branch == "main").count();
    let other = web.iter().find(|build| build.branch != "main").unwrap();
    for branch in ["main", &other.branch] {
        let op = BuildsByBranch::new(PIPELINE, texts([branch])).first(500);
        let by_branch = session.ask(op).await;
        by_branch.each(by_branch.rows(), "another branch", |build| {
            build.branch == branch
        });
        by_branch.check(
            by_branch.rows().len() >= main || branch != "main",
            "too few",
        );
    }
    let op = BuildsByBranch::new(PIPELINE, texts(["main"])).state([BuildStates::Failed]);
    let both = session.ask(op).await;
    both.each(both.rows(), "both filters", |build| {
        build.branch == "main" && build.state == BuildStates::Failed
    });

    let op = BuildsByCommit::new(PIPELINE, [other.commit.clone()]);
    let by_commit = session.ask(op).await;
    by_commit.each(by_commit.rows(), "another commit", |build| {
        build.commit == other.commit
    });
    let found = by_commit.rows().iter().any(|build| build.id == other.id);
    by_commit.check(found, "the build itself");
    by_commit.each(by_commit.rows(), "no source", |build| {
        !build.source.name.is_empty()
    });

    let (to, from) = (web[20].created_at, web[60].created_at);
    let op = RecentBuilds::new(PIPELINE)
        .created_at_from(from)
        .created_at_to(to);
    let window = session.ask(op).await;
    let expected: Vec<&BuildSummary> = web[20..=60].iter().collect();
    window.same(window.rows(), expected, "builds between two times");
}

async fn counts(session: &Session) {
    let counts = session.ask(BuildCounts::new(PIPELINE)).await;
    let of = counts.get(|data| data.pipeline.as_ref());
    counts.same(of.slug.as_str(), "web", "the pipeline");
    let all = of.all.as_ref().map(|connection| connection.count);
    let recent = session.ask(RecentBuilds::new(PIPELINE).first(1)).await;
    counts.same(all, Some(recent.count()), "all");
    for (count, states) in [
        (
            of.passed.as_ref().map(|one| one.count),
            vec![BuildStates::Passed],
        ),
        (
            of.failed.as_ref().map(|one| one.count),
            vec![BuildStates::Failed],
        ),
        (
            of.canceled.as_ref().map(|one| one.count),
            vec![BuildStates::Canceled],
        ),
        (
            of.blocked.as_ref().map(|one| one.count),
            vec![BuildStates::Blocked],
        ),
        (
            of.scheduled.as_ref().map(|one| one.count),
            vec![BuildStates::Scheduled],
        ),
        (
            of.running.as_ref().map(|one| one.count),
            vec![
                BuildStates::Running,
                BuildStates::Failing,
                BuildStates::Canceling,
            ],
        ),
    ] {
        let what = format!("{states:?}");
        let by_state = session
            .ask(BuildsByState::new(PIPELINE, states).first(1))
            .await;
        counts.same(count, by_state.connection().count(), &what);
    }
}

async fn with_jobs(session: &Session, failed: &BuildSummary) {
    let op = BuildWithJobs::new(slug(&failed.url)).with_annotations(true);
    let whole = session.ask(op).await;
    let build = whole.get(|data| data.build.as_ref());
    whole.same(&build.build_summary, failed, "the build");
    let rows = whole.rows();
    for job in &rows {
        if let JobSummary::JobTypeCommand(job) = job {
            believable_command(&whole, job);
            whole.check(job.url == format!("{}#{}", failed.url, job.uuid), job);
            whole.check(job.finished_at <= failed.finished_at, job);
        }
        whole.check(!matches!(job, JobSummary::Other { .. }), job);
    }
    let notes = whole.get(|data| data.build.as_ref()?.annotations.as_ref());
    let notes = whole.page(notes);
    let bare = session.ask(BuildWithJobs::new(slug(&failed.url))).await;
    bare.check(
        bare.get(|data| data.build.as_ref()).annotations.is_none(),
        "annotations",
    );
    let op = BuildWithJobs::new(slug(&failed.url)).job_type([JobTypes::Wait]);
    let waits = session.ask(op).await;
    waits.each(waits.rows(), "not a wait", |job| {
        matches!(job, JobSummary::JobTypeWait(_))
    });

    let annotations = session.ask(BuildAnnotations::new(slug(&failed.url))).await;
    annotations.same(annotations.rows(), notes, "the same annotations");

    let failures = session.ask(BuildFailedJobs::new(slug(&failed.url))).await;
    let build = failures.get(|data| data.build.as_ref());
    failures.same(
        (&build.id, &build.url),
        (&failed.id, &failed.url),
        "the build",
    );
    let mut unforgiven = 0;
    for row in failures.rows() {
        let build_failed_jobs::Job::JobTypeCommand(job) = row else {
            panic!("{}: {row:#?}", failures.name);
        };
        believable_command(&failures, job);
        failures.check(!job.passed && job.exit_status.as_deref() != Some("0"), job);
        let is_one = |other: &&JobSummary| matches!(other, JobSummary::JobTypeCommand(other) if *other == job.command_job);
        failures.check(rows.iter().any(is_one), job);
        if job.exit_status.is_some() && !job.soft_failed && !job.retried {
            unforgiven += 1;
        }
    }
    failures.check(unforgiven > 0, "no job is the reason");
    let passed = rows.iter().filter(|job| match job {
        JobSummary::JobTypeCommand(job) => job.passed,
        _ => false,
    });
    let commands = rows
        .iter()
        .filter(|job| matches!(job, JobSummary::JobTypeCommand(_)));
    let others = i64::try_from(commands.count() - passed.count()).unwrap();
    failures.same(failures.count(), others, "all that did not pass");
}

async fn annotations(session: &Session, failed: &BuildSummary) {
    let op = BuildAnnotations::new(slug(&failed.url)).style([AnnotationStyle::Error]);
    let errors = session.ask(op).await;
    errors.each(errors.rows(), "another style", |note| {
        note.style == Some(AnnotationStyle::Error) && !note.context.is_empty()
    });
    errors.each(errors.rows(), "no text", |note| {
        let body = note.body.as_ref();
        body.is_some_and(|body| !body.text.is_empty() && body.html.is_some())
    });
    errors.each(errors.rows(), "at another time", |note| {
        Some(note.created_at) >= failed.started_at && Some(note.created_at) <= failed.finished_at
    });
    let op =
        BuildAnnotations::new(slug(&failed.url)).order(AnnotationOrder::PriorityRecentlyCreated);
    let ordered = session.ask(op).await;
    let priorities: Vec<i64> = ordered.rows().iter().map(|note| note.priority).collect();
    ordered.check(priorities.is_sorted_by(|a, b| a >= b), priorities);
}

async fn artifacts(session: &Session, passed: &BuildSummary) {
    let all = session.ask(BuildArtifacts::new(slug(&passed.url))).await;
    let build = all.get(|data| data.build.as_ref());
    all.same(&build.id, &passed.id, "the build");
    let mut paths = Vec::new();
    for row in all.rows() {
        let build_artifacts::Job::JobTypeCommand(job) = row else {
            panic!("{}: {row:#?}", all.name);
        };
        for file in job.artifacts.iter().flat_map(Connection::nodes) {
            all.check(
                file.size > 0 && file.download_url.ends_with(&file.path),
                file,
            );
            all.check(
                file.sha1sum.len() == 40 && file.mime_type.contains('/'),
                file,
            );
            paths.push(file.path.clone());
        }
    }
    all.check(!paths.is_empty(), "no artifacts");
    let op = BuildArtifacts::new(slug(&passed.url)).path("*/junit.xml");
    let reports = session.ask(op).await;
    let found = reports.rows().into_iter().flat_map(|row| match row {
        build_artifacts::Job::JobTypeCommand(job) => {
            let files = job.artifacts.iter().flat_map(Connection::nodes);
            files.map(|file| file.path.clone()).collect()
        }
        build_artifacts::Job::Other { .. } => Vec::new(),
    });
    let found: Vec<String> = found.collect();
    paths.retain(|path| path.ends_with("/junit.xml"));
    reports.check(!found.is_empty(), "no reports");
    reports.same(found, paths, "those of that name");
}

async fn meta_data(session: &Session, build: &BuildSummary) {
    let entries = session
        .ask(BuildMetadataEntries::new(slug(&build.url)))
        .await;
    let of = entries.get(|data| data.build.as_ref());
    entries.same(&of.id, &build.id, "the build");
    let pairs = entries.page(entries.get(|data| data.build.as_ref()?.meta_data.as_ref()));
    entries.check(
        pairs.is_sorted_by(|a, b| a.key < b.key),
        "keys come once, in order",
    );
    let pair = format!("{}:{}", pairs[0].key, pairs[0].value);
    let op = RecentBuilds::new(PIPELINE).meta_data([pair]).first(500);
    let same_pair = session.ask(op).await;
    let found = same_pair.rows().contains(&build);
    same_pair.check(found, "the build has the pair");
    same_pair.check(same_pair.count() < 268, "some have another pair");
}

async fn people(session: &Session) {
    let viewer = session.ask(CurrentViewer::new()).await;
    let user = viewer.get(|data| data.viewer.as_ref()?.user.as_ref());
    let mine = session.ask(ViewerBuilds::new().first(30)).await;
    let connection = mine.get(|data| data.viewer.as_ref()?.builds.as_ref());
    let rows = mine.page(connection);
    for build in &rows {
        believable_build(&mine, build);
        let at = format!("acme-inc/{}/{}", build.pipeline.slug, build.number);
        mine.same(slug(&build.url), at, "its pipeline");
        let creator = serde_json::to_value(&build.created_by).unwrap();
        mine.same(
            creator["name"].as_str(),
            Some(user.name.as_str()),
            "its creator",
        );
    }
    mine.check(
        rows.is_sorted_by(|a, b| a.created_at >= b.created_at),
        "newest first",
    );

    let op = UserBuilds::new(&user.id).first(30);
    let theirs = session.ask(op).await;
    let Some(user_builds::Node::User(node)) = &theirs.node else {
        panic!("{}: {:#?}", theirs.name, theirs.node);
    };
    theirs.same(&node.user_summary, user, "the user");
    let same = theirs.page(theirs.some(node.builds.as_ref()));
    let numbers: Vec<(&str, i64)> = same
        .iter()
        .map(|build| (&*build.id, build.number))
        .collect();
    let expected: Vec<(&str, i64)> = rows
        .iter()
        .map(|build| (&*build.id, build.number))
        .collect();
    theirs.same(numbers, expected, "the viewer's builds");
    let op = UserBuilds::new(&user.id)
        .state([BuildStates::Failed])
        .first(5);
    let failed = session.ask(op).await;
    if let Some(user_builds::Node::User(node)) = &failed.node {
        let rows = failed.page(failed.some(node.builds.as_ref()));
        failed.each(rows, "another state", |build| {
            build.state == BuildStates::Failed
        });
    }
}
