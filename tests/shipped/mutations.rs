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
    let paused = session.accepted(PauseAgent::new(pause)).await;
    assert_eq!(paused["agent"]["pausedNote"], "Disk", "{paused}");
    assert_eq!(paused["agent"]["pausedTimeoutInMinutes"], 30, "{paused}");
    let resume = ResumeAgent::new(AgentResumeInput::new(id));
    let resumed = session.accepted(resume).await;
    assert_eq!(resumed["agent"]["paused"], false, "{resumed}");
    let stop = StopAgent::new(AgentStopInput::new(id).graceful(true));
    let stopped = session.accepted(stop).await;
    assert_eq!(stopped["agent"]["id"], **id, "{stopped}");
    assert!(stopped["agent"]["stoppedGracefullyAt"].is_string());
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
    let create = ClusterCreateInput::new("Trial", &acme)
        .emoji(":test_tube:")
        .color("#336699");
    let made = session.accepted(CreateCluster::new(create)).await;
    assert_eq!(made["cluster"]["name"], "Trial", "{made}");
    let cluster = made["cluster"]["id"].as_str().unwrap();
    let update = ClusterUpdateInput::new(cluster, &acme).description("Everything");
    let updated = session.accepted(UpdateCluster::new(update)).await;
    assert_eq!(updated["cluster"]["description"], "Everything", "{updated}");
    let clusters = session.ask(Clusters::new(ORGANIZATION)).await;
    let mut rows = clusters.rows().into_iter();
    clusters.check(rows.any(|row| row.id == cluster), "the new cluster");

    let hosted =
        HostedAgentsQueueSettingsCreateInput::new(HostedAgentInstanceShapeName::LinuxAmd642x4);
    let create = ClusterQueueCreateInput::new(cluster, "trial", &acme).hosted_agents(hosted);
    let made = session.accepted(CreateQueue::new(create)).await;
    assert_eq!(made["clusterQueue"]["key"], "trial", "{made}");
    assert_eq!(made["clusterQueue"]["hosted"], true, "{made}");
    let queue = made["clusterQueue"]["id"].as_str().unwrap();
    let update = ClusterQueueUpdateInput::new(queue, &acme).description("The usual");
    let updated = session.accepted(UpdateQueue::new(update)).await;
    assert_eq!(updated["clusterQueue"]["description"], "The usual");
    let pause = ClusterQueuePauseDispatchInput::new(queue).note("Upgrade");
    let paused = session.accepted(PauseQueue::new(pause)).await;
    assert_eq!(paused["queue"]["dispatchPausedNote"], "Upgrade", "{paused}");
    let resume = ResumeQueue::new(ClusterQueueResumeDispatchInput::new(queue));
    let resumed = session.accepted(resume).await;
    assert_eq!(resumed["queue"]["dispatchPaused"], false, "{resumed}");
    let delete = DeleteQueue::new(ClusterQueueDeleteInput::new(queue, &acme));
    let deleted = session.accepted(delete).await;
    assert_eq!(deleted["deletedClusterQueueId"], queue, "{deleted}");

    let create = ClusterAgentTokenCreateInput::new(cluster, "New hosts", &acme);
    let made = session.accepted(CreateClusterToken::new(create)).await;
    assert_eq!(made["clusterAgentToken"]["description"], "New hosts");
    assert!(!made["tokenValue"].as_str().unwrap().is_empty(), "{made}");
    let token = made["clusterAgentToken"]["id"].as_str().unwrap();
    let update = ClusterAgentTokenUpdateInput::new("Old hosts", token, &acme);
    let updated = session.accepted(UpdateClusterToken::new(update)).await;
    assert_eq!(updated["clusterAgentToken"]["description"], "Old hosts");
    let tokens = session.ask(ClusterTokens::new(ORGANIZATION, cluster)).await;
    let of = tokens.get(|data| {
        let cluster = data.organization.as_ref()?.cluster.as_ref()?;
        cluster.agent_tokens.as_ref()
    });
    tokens.same(&*tokens.page(of)[0].id, token, "the token");
    let revoke = ClusterAgentTokenRevokeInput::new(token, &acme);
    let revoked = session.accepted(RevokeClusterToken::new(revoke)).await;
    assert_eq!(revoked["deletedClusterAgentTokenId"], token, "{revoked}");
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
    let repository = PipelineRepositoryInput::new("git@github.com:acme-inc/new.git");
    let create = PipelineCreateInput::new("New", &acme, repository)
        .steps(PipelineStepsInput::new("steps:\n  - command: make\n"));
    let made = session.accepted(CreatePipeline::new(create)).await;
    assert_eq!(made["pipeline"]["slug"], "new", "{made}");
    let new = made["pipeline"]["id"].as_str().unwrap();
    let update = PipelineUpdateInput::new(new).description("The shop");
    let updated = session.accepted(UpdatePipeline::new(update)).await;
    assert_eq!(updated["pipeline"]["description"], "The shop", "{updated}");
    let read = session.ask(PipelineBySlug::new("acme-inc/new")).await;
    let pipeline = read.get(|data| data.pipeline.as_ref());
    read.same(&*pipeline.id, new, "the new pipeline");
    read.same(
        pipeline.next_build_number,
        1,
        "the number of its first build",
    );

    let create = PipelineScheduleCreateInput::new(new)
        .label("Hourly")
        .cronline("@hourly")
        .branch("main");
    let made = session.accepted(CreatePipelineSchedule::new(create)).await;
    let made = &made["pipelineScheduleEdge"]["node"];
    assert_eq!(made["cronline"], "@hourly", "{made}");
    assert!(made["nextBuildAt"].is_string(), "{made}");
    let schedule = made["id"].as_str().unwrap();
    let update = PipelineScheduleUpdateInput::new(schedule).enabled(false);
    let updated = session.accepted(UpdatePipelineSchedule::new(update)).await;
    assert_eq!(updated["pipelineSchedule"]["enabled"], false, "{updated}");
    let schedules = session.ask(PipelineSchedules::new("acme-inc/new")).await;
    let of = schedules.get(|data| data.pipeline.as_ref()?.schedules.as_ref());
    schedules.same(&*schedules.page(of)[0].id, schedule, "the schedule");
    let delete = PipelineScheduleDeleteInput::new(schedule);
    let deleted = session.accepted(DeletePipelineSchedule::new(delete)).await;
    assert_eq!(deleted["deletedPipelineScheduleID"], schedule, "{deleted}");

    let archive = ArchivePipeline::new(PipelineArchiveInput::new(new));
    let archived = session.accepted(archive).await;
    assert_eq!(archived["pipeline"]["archived"], true, "{archived}");
    let unarchive = UnarchivePipeline::new(PipelineUnarchiveInput::new(new));
    let unarchived = session.accepted(unarchive).await;
    assert_eq!(unarchived["pipeline"]["archived"], false, "{unarchived}");
    let delete = DeletePipeline::new(PipelineDeleteInput::new(new));
    let deleted = session.accepted(delete).await;
    assert_eq!(deleted["deletedPipelineID"], new, "{deleted}");
    let read = session.ask(PipelineBySlug::new("acme-inc/new")).await;
    read.check(read.pipeline.is_none(), "the pipeline is there still");

    let web = &pipeline_id(session).await;
    session
        .refused(FavoritePipeline::new(PipelineFavoriteInput::new(true, web)))
        .await;
    let steps = "steps:\n  - command: make lint\n";
    let create = PipelineTemplateCreateInput::new(steps, "Lint", &acme).available(true);
    session.refused(CreatePipelineTemplate::new(create)).await;
}

async fn teams(session: &Session) {
    let acme = organization_id(session).await;
    let web = &pipeline_id(session).await;
    let members = session.ask(TeamMembers::new("acme-inc/mobile")).await;
    let user = &members.rows()[0].user.as_ref().unwrap().id;
    let suites = session.ask(Suites::new(ORGANIZATION)).await;
    let registries = session.ask(Registries::new(ORGANIZATION)).await;

    let (visible, member) = (TeamPrivacy::Visible, TeamMemberRole::Member);
    let create = TeamCreateInput::new(member.clone(), false, "Design", &acme, visible);
    let made = session.accepted(CreateTeam::new(create)).await;
    let made = &made["teamEdge"]["node"];
    assert_eq!(made["slug"], "design", "{made}");
    let team = made["id"].as_str().unwrap();
    let update = TeamUpdateInput::new(member.clone(), team, false, "Shapes");
    let updated = session.accepted(UpdateTeam::new(update)).await;
    assert_eq!(updated["team"]["slug"], "shapes", "{updated}");

    let add = TeamMemberCreateInput::new(team, user).role(TeamMemberRole::Maintainer);
    let added = session.accepted(AddTeamMember::new(add)).await;
    let added = &added["teamMemberEdge"]["node"];
    assert_eq!(added["user"]["id"], **user, "{added}");
    assert_eq!(added["role"], "MAINTAINER", "{added}");
    let id = added["id"].as_str().unwrap();
    let update = UpdateTeamMember::new(TeamMemberUpdateInput::new(id, member));
    let updated = session.accepted(update).await;
    assert_eq!(updated["teamMember"]["role"], "MEMBER", "{updated}");
    let members = session.ask(TeamMembers::new("acme-inc/shapes")).await;
    members.same(members.count(), 2, "who made the team and who was added");
    let remove = RemoveTeamMember::new(TeamMemberDeleteInput::new(id));
    let removed = session.accepted(remove).await;
    assert_eq!(removed["deletedTeamMemberID"], id, "{removed}");

    let level = PipelineAccessLevels::ReadOnly;
    let grant = TeamPipelineCreateInput::new(web, team).access_level(level);
    let granted = session.accepted(GrantTeamPipeline::new(grant)).await;
    let granted = &granted["teamPipeline"];
    assert_eq!(granted["pipeline"]["id"], **web, "{granted}");
    assert_eq!(granted["accessLevel"], "READ_ONLY", "{granted}");
    let id = granted["id"].as_str().unwrap();
    let update = TeamPipelineUpdateInput::new(PipelineAccessLevels::BuildAndRead, id);
    let updated = session.accepted(UpdateTeamPipeline::new(update)).await;
    assert_eq!(updated["teamPipeline"]["accessLevel"], "BUILD_AND_READ");
    let pipelines = session.ask(TeamPipelines::new("acme-inc/shapes")).await;
    pipelines.same(&*pipelines.rows()[0].id, id, "the access");
    let revoke = RevokeTeamPipeline::new(TeamPipelineDeleteInput::new(id));
    let revoked = session.accepted(revoke).await;
    assert_eq!(revoked["deletedTeamPipelineID"], id, "{revoked}");

    let grant = TeamSuiteCreateInput::new(&suites.rows()[0].id, team);
    session.refused(GrantTeamSuite::new(grant)).await;
    let grant = TeamRegistryCreateInput::new(&registries.rows()[0].id, team);
    session.refused(GrantTeamRegistry::new(grant)).await;
    let delete = DeleteTeam::new(TeamDeleteInput::new(team));
    let deleted = session.accepted(delete).await;
    assert_eq!(deleted["deletedTeamID"], team, "{deleted}");
}
