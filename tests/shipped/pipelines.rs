//! Queries of pipelines, their schedules, templates, teams and figures.

use buildkite_client::queries::fragments::PipelineSummary;
use buildkite_client::queries::fragments::build_source_summary::BuildSourceOn;
use buildkite_client::queries::fragments::repository_provider_summary::RepositoryProviderOn;
use buildkite_client::queries::types::{BuildStates, PipelineOrders, PipelineTemplateOrder};
use buildkite_client::queries::{
    BuildBySlug, BuildCounts, PipelineBySlug, PipelineMetrics, PipelineSchedules, PipelineTeams,
    PipelineTemplateByUuid, PipelineTemplates, Pipelines, PipelinesByRepository,
    PipelinesWithBuilds, RecentBuilds, ScheduleBuilds, SearchPipelines,
};

use crate::builds::{believable_build, slug};
use crate::session::{Session, texts};
use crate::{ORGANIZATION, PIPELINE};

pub(crate) async fn run(session: &Session) {
    let all = pipelines(session).await;
    for pipeline in &all {
        one(session, pipeline).await;
    }
    found(session, &all).await;
    with_builds(session, &all).await;
    schedules(session, &all).await;
    teams(session).await;
    templates(session).await;
}

async fn pipelines(session: &Session) -> Vec<PipelineSummary> {
    let all = session.ask(Pipelines::new(ORGANIZATION)).await;
    all.each(all.rows(), "unbelievable", |pipeline| {
        pipeline
            .url
            .ends_with(&format!("/{ORGANIZATION}/{}", pipeline.slug))
            && pipeline.repository.is_some()
            && pipeline.cluster.is_some()
            && pipeline.default_branch.is_some()
    });
    let cluster = all.rows()[0].cluster.clone().unwrap();
    let expect = |wanted: &dyn Fn(&PipelineSummary) -> bool| -> Vec<&PipelineSummary> {
        let rows = all.rows().into_iter();
        rows.filter(|pipeline| wanted(pipeline)).collect()
    };
    let op = Pipelines::new(ORGANIZATION);
    for (op, expected) in [
        (
            op.clone().archived(true),
            expect(&|pipeline| pipeline.archived),
        ),
        (
            op.clone().archived(false),
            expect(&|pipeline| !pipeline.archived),
        ),
        (
            op.clone().cluster(&*cluster.id),
            expect(&|pipeline| pipeline.cluster.as_ref() == Some(&cluster)),
        ),
        (
            op.clone().tags(texts(["backend"])),
            expect(&|pipeline| pipeline.tags.iter().any(|tag| tag.label == "backend")),
        ),
    ] {
        let some = session.ask(op.clone()).await;
        some.same(some.rows(), expected, &format!("{op:?}"));
    }
    let by_name = session.ask(op.clone().order(PipelineOrders::Name)).await;
    let ordered = by_name
        .rows()
        .is_sorted_by_key(|pipeline| pipeline.name.to_lowercase());
    by_name.check(ordered, "by name");
    let newest = session
        .ask(op.clone().order(PipelineOrders::RecentlyCreated))
        .await;
    let ordered = newest
        .rows()
        .is_sorted_by(|a, b| a.created_at >= b.created_at);
    newest.check(ordered, "newest first");
    let of_team = session.ask(op.team("web")).await;
    of_team.check(
        of_team.rows().iter().any(|pipeline| pipeline.slug == "web"),
        "of a team",
    );
    all.rows().into_iter().cloned().collect()
}

async fn one(session: &Session, pipeline: &PipelineSummary) {
    let slug = format!("{ORGANIZATION}/{}", pipeline.slug);
    let found = session.ask(PipelineBySlug::new(&slug)).await;
    let detail = found.get(|data| data.pipeline.as_ref());
    found.same(&detail.pipeline_summary, pipeline, "the pipeline");
    found.same(
        detail.archived_at.is_some(),
        pipeline.archived,
        "when it was archived",
    );
    found.same(
        detail.archived_by.is_some(),
        pipeline.archived,
        "who archived it",
    );
    found.in_order([Some(detail.created_at), detail.archived_at]);
    let steps = detail.steps.as_ref().and_then(|steps| steps.yaml.as_ref());
    found.check(steps.is_some_and(|yaml| yaml.starts_with("steps:")), steps);
    found.check(
        detail.default_timeout_in_minutes <= detail.maximum_timeout_in_minutes,
        detail,
    );
    found.check(detail.badge_url.starts_with("https://badge."), detail);
    let repository = found.some(detail.repository.as_ref());
    let provider = found.some(repository.provider.as_ref());
    found.check(!provider.name.is_empty(), provider);
    let has_settings = match &provider.on {
        RepositoryProviderOn::RepositoryProviderGithub(on) => on.settings.is_some(),
        RepositoryProviderOn::RepositoryProviderGithubEnterprise(on) => on.settings.is_some(),
        RepositoryProviderOn::RepositoryProviderBitbucket(on) => on.settings.is_some(),
        RepositoryProviderOn::RepositoryProviderGitlab(on) => on.settings.is_some(),
        RepositoryProviderOn::Other { .. } => true,
    };
    found.check(has_settings, provider);
    let builds = session.ask(RecentBuilds::new(&slug).first(1)).await;
    found.same(
        detail.next_build_number,
        builds.rows()[0].number + 1,
        "the next number",
    );

    let metrics = session.ask(PipelineMetrics::new(&slug)).await;
    let of = metrics.get(|data| data.pipeline.as_ref());
    metrics.same(&of.pipeline_ref, &pipeline.pipeline_ref, "the pipeline");
    let rows = metrics.page(metrics.some(of.metrics.as_ref()));
    let counts = session.ask(BuildCounts::new(&slug)).await;
    let of = counts.get(|data| data.pipeline.as_ref());
    let scheduled = of
        .scheduled
        .as_ref()
        .map(|connection| connection.count.to_string());
    let shown = rows.iter().find(|metric| metric.label == "Scheduled");
    metrics.same(
        shown.and_then(|metric| metric.value.clone()),
        scheduled,
        "scheduled builds",
    );
}

async fn found(session: &Session, all: &[PipelineSummary]) {
    for search in ["mobile", "web", "DOCS"] {
        let named = session
            .ask(SearchPipelines::new(ORGANIZATION, search))
            .await;
        let text = search.to_lowercase();
        let expected = all.iter().filter(|pipeline| {
            pipeline.name.to_lowercase().contains(&text) || pipeline.slug.contains(&text)
        });
        let mut ids: Vec<&str> = named.rows().iter().map(|pipeline| &*pipeline.id).collect();
        let mut expected: Vec<&str> = expected.map(|pipeline| &*pipeline.id).collect();
        ids.sort_unstable();
        expected.sort_unstable();
        named.same(ids, expected, search);
    }
    let none = session
        .ask(SearchPipelines::new(ORGANIZATION, "no such pipeline"))
        .await;
    none.same(none.count(), 0, "what nothing is called");

    let url = &all[0].repository.as_ref().unwrap().url;
    let same = session
        .ask(PipelinesByRepository::new(ORGANIZATION, url))
        .await;
    same.same(same.rows(), vec![&all[0]], "the repository");
}

async fn with_builds(session: &Session, all: &[PipelineSummary]) {
    let op = PipelinesWithBuilds::new(ORGANIZATION)
        .builds_per_pipeline(3)
        .state([BuildStates::Passed])
        .branch(texts(["main"]));
    let pipelines = session.ask(op).await;
    let slugs: Vec<&str> = pipelines
        .rows()
        .iter()
        .map(|pipeline| &*pipeline.slug)
        .collect();
    let active = all.iter().filter(|pipeline| !pipeline.archived);
    let expected: Vec<&str> = active.map(|pipeline| &*pipeline.slug).collect();
    pipelines.same(slugs, expected, "those that are not archived");
    for pipeline in pipelines.rows() {
        let rows = pipelines.page(pipelines.some(pipeline.builds.as_ref()));
        pipelines.check(rows.len() <= 3, pipeline);
        for build in &rows {
            believable_build(&pipelines, build);
            let at = format!("{ORGANIZATION}/{}/{}", pipeline.slug, build.number);
            pipelines.same(slug(&build.url), at, "its pipeline");
        }
        pipelines.each(rows, "both filters", |build| {
            build.state == BuildStates::Passed && build.branch == "main"
        });
    }
}

async fn schedules(session: &Session, all: &[PipelineSummary]) {
    let mut any = 0;
    for pipeline in all {
        let at = format!("{ORGANIZATION}/{}", pipeline.slug);
        let schedules = session.ask(PipelineSchedules::new(&at)).await;
        let of = schedules.get(|data| data.pipeline.as_ref());
        schedules.same(&of.pipeline_ref, &pipeline.pipeline_ref, "the pipeline");
        let rows = schedules.some(of.schedules.as_ref());
        for schedule in rows.nodes() {
            schedules.check(schedule.cronline.split(' ').count() == 5, schedule);
            schedules.check(
                schedule.enabled == schedule.next_build_at.is_some(),
                schedule,
            );
            schedules.same(
                schedule.branch.clone(),
                pipeline.default_branch.clone(),
                "its branch",
            );
            schedules.in_order([
                Some(pipeline.created_at),
                Some(schedule.created_at),
                schedule.next_build_at,
            ]);

            let op = ScheduleBuilds::new(format!("{at}/{}", schedule.uuid));
            let builds = session.ask(op.first(3)).await;
            let found = builds.get(|data| data.pipeline_schedule.as_ref());
            builds.same(&found.pipeline_schedule_summary, schedule, "the schedule");
            builds.check(builds.count() > 0 || !schedule.enabled, schedule);
            for build in builds.connection().nodes() {
                believable_build(&builds, build);
                builds.same(build.branch.as_str(), "main", "its branch");
                builds.same(&build.message, &schedule.message, "its message");
                let detail = session.ask(BuildBySlug::new(slug(&build.url))).await;
                let detail = builds.some(detail.build.as_ref()).clone();
                let BuildSourceOn::BuildSourceSchedule(source) = &detail.source.on else {
                    panic!("{}: {:#?}", builds.name, detail.source);
                };
                let source = source.pipeline_schedule.as_ref().map(|source| &source.id);
                builds.same(source, Some(&schedule.id), "its source");
            }
            any += 1;
        }
    }
    assert!(any > 0, "PipelineSchedules: there are none");
}

async fn teams(session: &Session) {
    let all = session.ask(PipelineTeams::new(PIPELINE)).await;
    all.each(all.rows(), "another pipeline", |access| {
        access
            .pipeline
            .as_ref()
            .is_some_and(|pipeline| pipeline.slug == "web")
    });
    let name = all.rows()[0].team.as_ref().unwrap().name.clone();
    let named = session
        .ask(PipelineTeams::new(PIPELINE).search(&*name))
        .await;
    named.same(
        named.rows(),
        all.rows()[..1].to_vec(),
        "the one of that name",
    );
}

async fn templates(session: &Session) {
    let op = PipelineTemplates::new(ORGANIZATION).order(PipelineTemplateOrder::Name);
    let all = session.ask(op).await;
    all.check(
        all.rows()
            .is_sorted_by_key(|template| template.name.clone()),
        "by name",
    );
    for template in all.rows() {
        all.in_order([Some(template.created_at), Some(template.updated_at)]);
        let one = session
            .ask(PipelineTemplateByUuid::new(&template.uuid))
            .await;
        let found = one.get(|data| data.pipeline_template.as_ref());
        one.same(&found.pipeline_template_summary, template, "the template");
        one.check(found.configuration.starts_with("steps:"), found);
    }
}
