//! Every mutation: those that the sandbox simulates, and the others as far as its
//! refusal.

use buildkite_client::ErrorKind;
use buildkite_client::queries::fragments::build_summary::BuildCreator;
use buildkite_client::queries::types::{
    AgentPauseInput, AgentResumeInput, AgentStopInput, AnnotationDeleteInput, AnnotationStyle,
    ArtifactDeleteInput, BuildAnnotateInput, BuildAuthorInput, BuildCancelInput, BuildCreateInput,
    BuildMetaDataInput, BuildRebuildInput, BuildRetryFailedJobsInput, BuildStates,
    ClusterAgentTokenCreateInput, ClusterAgentTokenRevokeInput, ClusterAgentTokenUpdateInput,
    ClusterCreateInput, ClusterQueueCreateInput, ClusterQueueDeleteInput,
    ClusterQueuePauseDispatchInput, ClusterQueueResumeDispatchInput, ClusterQueueUpdateInput,
    ClusterUpdateInput, HostedAgentInstanceShapeName, HostedAgentsQueueSettingsCreateInput,
    JobAnnotateInput, JobStates, JobTypeBlockUnblockInput, JobTypeCommandCancelInput,
    JobTypeCommandRetryInput, OrganizationApiAccessTokenRevokeMutationInput,
    OrganizationInvitationCreateInput, OrganizationInvitationResendInput,
    OrganizationInvitationRevokeInput, OrganizationMemberDeleteInput, OrganizationMemberRole,
    OrganizationMemberUpdateInput, PipelineAccessLevels, PipelineArchiveInput, PipelineCreateInput,
    PipelineDeleteInput, PipelineFavoriteInput, PipelineRepositoryInput,
    PipelineScheduleCreateInput, PipelineScheduleDeleteInput, PipelineScheduleUpdateInput,
    PipelineStepsInput, PipelineTemplateCreateInput, PipelineUnarchiveInput, PipelineUpdateInput,
    RuleCreateInput, RuleDeleteInput, RuleUpdateInput, TeamCreateInput, TeamDeleteInput,
    TeamMemberCreateInput, TeamMemberDeleteInput, TeamMemberRole, TeamMemberUpdateInput,
    TeamPipelineCreateInput, TeamPipelineDeleteInput, TeamPipelineUpdateInput, TeamPrivacy,
    TeamRegistryCreateInput, TeamSuiteCreateInput, TeamUpdateInput,
};
use buildkite_client::queries::{
    AddTeamMember, AnnotateBuild, AnnotateJob, ApiAccessTokens, ArchivePipeline, BuildAnnotations,
    BuildArtifacts, BuildBySlug, BuildMetadataEntries, BuildWithJobs, BuildsByState, CancelBuild,
    CancelJob, ClusterTokens, Clusters, ConnectedAgents, CreateBuild, CreateCluster,
    CreateClusterToken, CreatePipeline, CreatePipelineSchedule, CreatePipelineTemplate,
    CreateQueue, CreateRule, CreateTeam, DeleteAnnotation, DeleteArtifact, DeletePipeline,
    DeletePipelineSchedule, DeleteQueue, DeleteRule, DeleteTeam, FavoritePipeline,
    GrantTeamPipeline, GrantTeamRegistry, GrantTeamSuite, InviteMembers, JobsByState,
    OrganizationInvitations, OrganizationMembers, OrganizationOverview, PauseAgent, PauseQueue,
    PipelineBySlug, PipelineSchedules, RebuildBuild, RecentBuilds, Registries,
    RemoveOrganizationMember, RemoveTeamMember, ResendInvitation, ResumeAgent, ResumeQueue,
    RetryFailedJobs, RetryJob, RevokeApiAccessToken, RevokeClusterToken, RevokeInvitation,
    RevokeTeamPipeline, Rules, StopAgent, Suites, TeamMembers, TeamPipelines, UnarchivePipeline,
    UnblockJob, UpdateCluster, UpdateClusterToken, UpdateOrganizationMember, UpdatePipeline,
    UpdatePipelineSchedule, UpdateQueue, UpdateRule, UpdateTeam, UpdateTeamMember,
    UpdateTeamPipeline, build_artifacts,
};
use serde_json::json;

use crate::builds::slug;
use crate::session::{Session, causes, texts};
use crate::{ORGANIZATION, PIPELINE};

pub(crate) async fn run(session: &Session) {
    create_build(session).await;
    agents(session).await;
    builds(session).await;
    jobs(session).await;
    clusters(session).await;
    organization(session).await;
    pipelines(session).await;
    teams(session).await;
}

async fn create_build(session: &Session) {
    let before = session.ask(RecentBuilds::new(PIPELINE).first(1)).await;
    let pipeline = session.ask(PipelineBySlug::new(PIPELINE)).await;
    let pipeline = pipeline.get(|data| data.pipeline.as_ref());
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let input = BuildCreateInput::new(&pipeline.id)
        .client_mutation_id("one of a kind")
        .branch("topic")
        .commit(commit)
        .message("Try this")
        .env(texts(["CI_VERBOSE=true"]))
        .meta_data([BuildMetaDataInput::new("origin", "test")])
        .author(BuildAuthorInput::new("zoe@contractors.example", "Zoe"));
    let created = session.ask(CreateBuild::new(input)).await;
    let payload = created.get(|data| data.build_create.as_ref());
    let id = payload.client_mutation_id.as_deref();
    created.same(id, Some("one of a kind"), "the id of the mutation");
    let build = created.some(payload.build.as_ref());
    created.same(build.number, pipeline.next_build_number, "the number");
    created.same(&build.state, &BuildStates::Scheduled, "the state");
    created.same(
        (&*build.branch, &*build.commit),
        ("topic", commit),
        "what to build",
    );
    created.same(build.message.as_deref(), Some("Try this"), "the message");
    let Some(BuildCreator::UnregisteredUser(author)) = &build.created_by else {
        panic!("{}: {build:#?}", created.name);
    };
    created.same(
        author.unregistered_name.as_deref(),
        Some("Zoe"),
        "the author",
    );
    created.check(build.created_at >= before.rows()[0].created_at, build);

    let after = session.ask(RecentBuilds::new(PIPELINE).first(1)).await;
    after.same(after.rows()[0], build, "the newest build");
    after.same(after.count(), before.count() + 1, "how many");
    let read = session.ask(BuildBySlug::new(slug(&build.url))).await;
    let detail = read.get(|data| data.build.as_ref());
    read.same(&detail.build_summary, build, "the build");
    let pairs = session
        .ask(BuildMetadataEntries::new(slug(&build.url)))
        .await;
    let pairs_of = pairs.get(|data| data.build.as_ref()?.meta_data.as_ref());
    let pair = pairs.page(pairs_of)[0];
    pairs.same(
        (&*pair.key, &*pair.value),
        ("origin", "test"),
        "its metadata",
    );

    let input = BuildCreateInput::new("not an id");
    let error = session.client.execute(CreateBuild::new(input)).await;
    let error = error.expect_err("CreateBuild: of a pipeline that does not exist");
    assert_eq!(
        error.kind(),
        ErrorKind::Graphql,
        "CreateBuild: {}",
        causes(&error)
    );
}

/// The id of the organization, as mutations ask for it.
async fn organization_id(session: &Session) -> String {
    let overview = session.ask(OrganizationOverview::new(ORGANIZATION)).await;
    overview.get(|data| data.organization.as_ref()).id.clone()
}

/// The id of the pipeline, as mutations ask for it.
async fn pipeline_id(session: &Session) -> String {
    let pipeline = session.ask(PipelineBySlug::new(PIPELINE)).await;
    pipeline.get(|data| data.pipeline.as_ref()).id.clone()
}

async fn agents(session: &Session) {
    let agents = session
        .ask(ConnectedAgents::new(ORGANIZATION).first(1))
        .await;
    let id = &agents.rows()[0].id;
    let pause = AgentPauseInput::new(id).note("Disk").timeout_in_minutes(30);
    session.refused(PauseAgent::new(pause)).await;
    session
        .refused(ResumeAgent::new(AgentResumeInput::new(id)))
        .await;
    session
        .refused(StopAgent::new(AgentStopInput::new(id).graceful(true)))
        .await;
}

async fn builds(session: &Session) {
    let failed = BuildsByState::new(PIPELINE, [BuildStates::Failed]).first(1);
    let failed = session.ask(failed).await;
    let build = failed.rows()[0];
    let notes = session.ask(BuildAnnotations::new(slug(&build.url))).await;
    let note = &notes.rows()[0].id;
    let annotate = BuildAnnotateInput::new(&build.id)
        .body("Look at *this*")
        .context("look")
        .style(AnnotationStyle::Warning)
        .append(false);
    let made = session.accepted(AnnotateBuild::new(annotate)).await;
    assert_eq!(made["annotation"]["style"], "WARNING", "{made}");
    let delete = DeleteAnnotation::new(AnnotationDeleteInput::new(note));
    let deleted = session.accepted(delete).await;
    assert_eq!(deleted["deletedAnnotationId"], **note, "{deleted}");
    let rebuild = RebuildBuild::new(BuildRebuildInput::new(&build.id));
    let rebuilt = session.accepted(rebuild).await;
    let rebuild = rebuilt["rebuild"]["id"].as_str().unwrap();
    let cancel = CancelBuild::new(BuildCancelInput::new(rebuild));
    let canceled = session.accepted(cancel).await;
    assert_eq!(canceled["build"]["id"], rebuild, "{canceled}");
    let retry = BuildRetryFailedJobsInput::new(&build.id);
    let retried = session.accepted(RetryFailedJobs::new(retry)).await;
    assert!(retried["retriedJobsCount"].as_u64() > Some(0), "{retried}");

    let passed = BuildsByState::new(PIPELINE, [BuildStates::Passed]).first(1);
    let passed = session.ask(passed).await;
    let files = session
        .ask(BuildArtifacts::new(slug(&passed.rows()[0].url)))
        .await;
    let file = files.rows().into_iter().find_map(|job| match job {
        build_artifacts::Job::JobTypeCommand(job) => job.artifacts.as_ref()?.nodes().next(),
        build_artifacts::Job::Other { .. } => None,
    });
    let delete = ArtifactDeleteInput::new(&files.some(file).id);
    session.refused(DeleteArtifact::new(delete)).await;
}

async fn jobs(session: &Session) {
    let running = JobsByState::new(ORGANIZATION, [JobStates::Running]).first(1);
    let running = serde_json::to_value(session.ask(running).await.rows()[0]).unwrap();
    let id = running["id"].as_str().unwrap();
    let annotate = JobAnnotateInput::new(id).body("Slow").context("speed");
    let made = session.accepted(AnnotateJob::new(annotate)).await;
    assert_eq!(made["annotation"]["context"], "speed", "{made}");
    let cancel = CancelJob::new(JobTypeCommandCancelInput::new(id));
    let canceled = session.accepted(cancel).await;
    assert_eq!(canceled["jobTypeCommand"]["id"], id, "{canceled}");
    let done = JobsByState::new(ORGANIZATION, [JobStates::Finished]).first(1);
    let done = serde_json::to_value(session.ask(done).await.rows()[0]).unwrap();
    let retry = JobTypeCommandRetryInput::new(done["id"].as_str().unwrap());
    let retried = session.accepted(RetryJob::new(retry)).await;
    assert_ne!(retried["retriedInJobTypeCommand"]["id"], done["id"]);
    let blocked = BuildsByState::new("acme-inc/infrastructure", [BuildStates::Blocked]).first(1);
    let blocked = slug(&session.ask(blocked).await.rows()[0].url);
    let jobs = session.ask(BuildWithJobs::new(blocked)).await;
    let block = jobs.rows().into_iter().find_map(|job| match job {
        buildkite_client::queries::fragments::JobSummary::JobTypeBlock(job) => Some(job),
        _ => None,
    });
    let block = jobs.some(block);
    jobs.check(block.is_unblockable == Some(true), block);
    let unblock = JobTypeBlockUnblockInput::new(&block.id).fields(json!({"reason": "ready"}));
    let unblocked = session.accepted(UnblockJob::new(unblock)).await;
    assert_eq!(unblocked["jobTypeBlock"]["isUnblockable"], false);
}

async fn clusters(session: &Session) {
    let acme = organization_id(session).await;
    let clusters = session.ask(Clusters::new(ORGANIZATION)).await;
    let cluster = clusters.rows()[0];
    let queue = &cluster.default_queue.as_ref().unwrap().id;
    let tokens = session
        .ask(ClusterTokens::new(ORGANIZATION, &cluster.id))
        .await;
    let of = tokens.get(|data| {
        data.organization
            .as_ref()?
            .cluster
            .as_ref()?
            .agent_tokens
            .as_ref()
    });
    let token = &tokens.page(of)[0].id;

    let create = ClusterCreateInput::new("Trial", &acme)
        .emoji(":test_tube:")
        .color("#336699");
    session.refused(CreateCluster::new(create)).await;
    let update = ClusterUpdateInput::new(&cluster.id, &acme).description("Everything");
    session.refused(UpdateCluster::new(update)).await;
    let hosted =
        HostedAgentsQueueSettingsCreateInput::new(HostedAgentInstanceShapeName::LinuxAmd642x4);
    let create = ClusterQueueCreateInput::new(&cluster.id, "trial", &acme).hosted_agents(hosted);
    session.refused(CreateQueue::new(create)).await;
    let update = ClusterQueueUpdateInput::new(queue, &acme).description("The usual");
    session.refused(UpdateQueue::new(update)).await;
    let delete = ClusterQueueDeleteInput::new(queue, &acme);
    session.refused(DeleteQueue::new(delete)).await;
    let pause = ClusterQueuePauseDispatchInput::new(queue).note("Upgrade");
    session.refused(PauseQueue::new(pause)).await;
    let resume = ClusterQueueResumeDispatchInput::new(queue);
    session.refused(ResumeQueue::new(resume)).await;
    let create = ClusterAgentTokenCreateInput::new(&cluster.id, "New hosts", &acme);
    session.refused(CreateClusterToken::new(create)).await;
    let update = ClusterAgentTokenUpdateInput::new("Old hosts", token, &acme);
    session.refused(UpdateClusterToken::new(update)).await;
    let revoke = ClusterAgentTokenRevokeInput::new(token, &acme);
    session.refused(RevokeClusterToken::new(revoke)).await;
}

async fn organization(session: &Session) {
    let acme = organization_id(session).await;
    let invitations = session
        .ask(OrganizationInvitations::new(ORGANIZATION))
        .await;
    let invitation = &invitations.rows()[0].id;
    let members = session.ask(OrganizationMembers::new(ORGANIZATION)).await;
    let member = &members.rows()[1].id;
    let tokens = session.ask(ApiAccessTokens::new(ORGANIZATION)).await;
    let token = &tokens.rows()[0].id;

    let invite = OrganizationInvitationCreateInput::new(texts(["vera@acme.example"]), &acme)
        .role(OrganizationMemberRole::Member);
    session.refused(InviteMembers::new(invite)).await;
    let resend = OrganizationInvitationResendInput::new(invitation);
    session.refused(ResendInvitation::new(resend)).await;
    let revoke = OrganizationInvitationRevokeInput::new(invitation);
    session.refused(RevokeInvitation::new(revoke)).await;
    let update = OrganizationMemberUpdateInput::new(member).role(OrganizationMemberRole::Admin);
    session.refused(UpdateOrganizationMember::new(update)).await;
    let delete = OrganizationMemberDeleteInput::new(member);
    session.refused(RemoveOrganizationMember::new(delete)).await;
    let revoke = OrganizationApiAccessTokenRevokeMutationInput::new(token, &acme);
    session.refused(RevokeApiAccessToken::new(revoke)).await;

    let rules = session.ask(Rules::new(ORGANIZATION)).await;
    let rule = rules.rows()[0];
    let value = json!({"source_pipeline": "web", "target_pipeline": "deploy"});
    let create = RuleCreateInput::new(&acme, "pipeline.trigger_build.pipeline", value.clone());
    session.refused(CreateRule::new(create)).await;
    let update = RuleUpdateInput::new(&rule.id, &acme, value);
    session.refused(UpdateRule::new(update)).await;
    session
        .refused(DeleteRule::new(RuleDeleteInput::new(&rule.id, &acme)))
        .await;
}

async fn pipelines(session: &Session) {
    let acme = organization_id(session).await;
    let web = &pipeline_id(session).await;
    let schedules = session.ask(PipelineSchedules::new("acme-inc/api")).await;
    let of = schedules.get(|data| data.pipeline.as_ref()?.schedules.as_ref());
    let schedule = &schedules.page(of)[0].id;

    let repository = PipelineRepositoryInput::new("git@github.com:acme-inc/new.git");
    let create = PipelineCreateInput::new("New", &acme, repository)
        .steps(PipelineStepsInput::new("steps:\n  - command: make\n"));
    session.refused(CreatePipeline::new(create)).await;
    let update = PipelineUpdateInput::new(web).description("The shop");
    session.refused(UpdatePipeline::new(update)).await;
    session
        .refused(ArchivePipeline::new(PipelineArchiveInput::new(web)))
        .await;
    session
        .refused(UnarchivePipeline::new(PipelineUnarchiveInput::new(web)))
        .await;
    session
        .refused(DeletePipeline::new(PipelineDeleteInput::new(web)))
        .await;
    session
        .refused(FavoritePipeline::new(PipelineFavoriteInput::new(true, web)))
        .await;
    let create = PipelineScheduleCreateInput::new(web)
        .label("Hourly")
        .cronline("@hourly")
        .branch("main");
    session.refused(CreatePipelineSchedule::new(create)).await;
    let update = PipelineScheduleUpdateInput::new(schedule).enabled(false);
    session.refused(UpdatePipelineSchedule::new(update)).await;
    let delete = PipelineScheduleDeleteInput::new(schedule);
    session.refused(DeletePipelineSchedule::new(delete)).await;
    let steps = "steps:\n  - command: make lint\n";
    let create = PipelineTemplateCreateInput::new(steps, "Lint", &acme).available(true);
    session.refused(CreatePipelineTemplate::new(create)).await;
}

async fn teams(session: &Session) {
    let acme = organization_id(session).await;
    let web = &pipeline_id(session).await;
    let members = session.ask(TeamMembers::new("acme-inc/mobile")).await;
    let team = &members.get(|data| data.team.as_ref()).id;
    let member = members.rows()[0];
    let user = &member.user.as_ref().unwrap().id;
    let pipelines = session.ask(TeamPipelines::new("acme-inc/mobile")).await;
    let access = &pipelines.rows()[0].id;
    let suites = session.ask(Suites::new(ORGANIZATION)).await;
    let registries = session.ask(Registries::new(ORGANIZATION)).await;

    let visible = TeamPrivacy::Visible;
    let create = TeamCreateInput::new(TeamMemberRole::Member, false, "Design", &acme, visible);
    session.refused(CreateTeam::new(create)).await;
    let update = TeamUpdateInput::new(TeamMemberRole::Member, team, false, "Apps");
    session.refused(UpdateTeam::new(update)).await;
    session
        .refused(DeleteTeam::new(TeamDeleteInput::new(team)))
        .await;
    let add = TeamMemberCreateInput::new(team, user).role(TeamMemberRole::Maintainer);
    session.refused(AddTeamMember::new(add)).await;
    let update = TeamMemberUpdateInput::new(&member.id, TeamMemberRole::Member);
    session.refused(UpdateTeamMember::new(update)).await;
    let remove = TeamMemberDeleteInput::new(&member.id);
    session.refused(RemoveTeamMember::new(remove)).await;
    let level = PipelineAccessLevels::ReadOnly;
    let grant = TeamPipelineCreateInput::new(web, team).access_level(level.clone());
    session.refused(GrantTeamPipeline::new(grant)).await;
    let update = TeamPipelineUpdateInput::new(level, access);
    session.refused(UpdateTeamPipeline::new(update)).await;
    session
        .refused(RevokeTeamPipeline::new(TeamPipelineDeleteInput::new(
            access,
        )))
        .await;
    let grant = TeamSuiteCreateInput::new(&suites.rows()[0].id, team);
    session.refused(GrantTeamSuite::new(grant)).await;
    let grant = TeamRegistryCreateInput::new(&registries.rows()[0].id, team);
    session.refused(GrantTeamRegistry::new(grant)).await;
}
