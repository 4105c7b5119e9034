//! What exists: an ID may name something that never was, or is gone.

use super::World;
use super::cast::catalog::METRICS;
use super::chance::{count, index};
use super::ids::Entity;
use super::people::emails;

impl World {
    /// Whether the entity is of a kind that somebody can take away, and is not there.
    pub(crate) fn is_gone(&self, entity: Entity) -> bool {
        let can_go = matches!(
            entity,
            Entity::Agent(_)
                | Entity::Cluster(_)
                | Entity::ClusterToken(..)
                | Entity::Job(..)
                | Entity::Pipeline(_)
                | Entity::Queue(_)
                | Entity::Rule(_)
                | Entity::Schedule(..)
                | Entity::Team(_)
                | Entity::TeamMember(..)
                | Entity::TeamPipeline(..)
                | Entity::TeamRegistry(..)
                | Entity::TeamSuite(..)
        );
        can_go && !self.exists(entity)
    }

    /// Whether the entity is one of this world's.
    pub(crate) fn exists(&self, entity: Entity) -> bool {
        let build = |pipeline, number| self.build(pipeline, number);
        let job = |pipeline, number, place| {
            let build = build(pipeline, number)?;
            build.jobs(self).get(index(place)).cloned()
        };
        let person = |user| self.person(user).is_some();
        let pipeline = |pipeline| self.pipeline(pipeline).is_some();
        let catalog = self.catalog();
        let among = |number: u64, table: usize| number < count(table);
        match entity {
            // The type's index of the last is checked where the schema is known.
            Entity::Organization() | Entity::Viewer() | Entity::Generic(..) => true,
            Entity::Banner() => catalog.has_banner,
            Entity::Build(pipeline, number) => build(pipeline, number).is_some(),
            Entity::Job(pipeline, number, place) | Entity::Step(pipeline, number, place) => {
                job(pipeline, number, place).is_some()
            }
            Entity::JobEvent(pipeline, number, place, event) => {
                job(pipeline, number, place).is_some_and(|job| event < count(job.events().len()))
            }
            Entity::Artifact(pipeline, number, place, artifact) => job(pipeline, number, place)
                .is_some_and(|job| artifact < count(job.artifacts().len())),
            Entity::Annotation(pipeline, number, place, annotation) => build(pipeline, number)
                .is_some_and(|build| {
                    let notes = build.annotations(self, place);
                    let note = notes.get(index(annotation));
                    note.is_some_and(|note| !note.deleted)
                }),
            Entity::User(user) | Entity::Member(user) => person(user),
            Entity::Email(user, email) => person(user) && email < emails(user),
            Entity::Team(team) => self.team(team).is_some(),
            Entity::TeamMember(team, user) => self
                .team(team)
                .is_some_and(|team| team.member(user).is_some()),
            Entity::TeamPipeline(team, pipeline) => self
                .team(team)
                .is_some_and(|team| team.pipeline(pipeline).is_some()),
            Entity::TeamSuite(team, suite) => self
                .team(team)
                .is_some_and(|team| team.suite(suite).is_some()),
            Entity::TeamRegistry(team, registry) => self
                .team(team)
                .is_some_and(|team| team.registry(registry).is_some()),
            Entity::Pipeline(place) => pipeline(place),
            Entity::PipelineMetric(place, metric) => {
                pipeline(place) && metric < count(METRICS.len())
            }
            Entity::Schedule(place, schedule) => self
                .pipeline(place)
                .is_some_and(|pipeline| pipeline.schedules.get(schedule).is_some()),
            Entity::Cluster(cluster) => self.cluster(cluster).is_some(),
            Entity::ClusterToken(cluster, token) => self
                .cluster(cluster)
                .is_some_and(|cluster| cluster.tokens.get(token).is_some()),
            Entity::Queue(queue) => self.queue(queue).is_some(),
            Entity::Agent(agent) => self.agent(agent).is_some(),
            Entity::AgentToken(token) => among(token, catalog.agent_tokens.len()),
            Entity::Template(template) => among(template, catalog.templates.len()),
            // A rule goes with the pipelines that it is about.
            Entity::Rule(rule) => catalog
                .rules
                .get(index(rule))
                .is_some_and(|(_, from, to)| pipeline(*from) && pipeline(*to)),
            Entity::Suite(suite) => among(suite, catalog.suites.len()),
            Entity::Registry(registry) => among(registry, catalog.registries.len()),
            Entity::AuditEvent(event) => event < catalog.audit_events,
            Entity::Invitation(invitation) => among(invitation, catalog.invitations.len()),
            Entity::SsoProvider(provider) => among(provider, catalog.sso_providers.len()),
            Entity::Secret(secret) => among(secret, catalog.secrets.len()),
            Entity::NotificationService(service) => {
                among(service, catalog.notification_services.len())
            }
            Entity::ApiAccessToken(token) => among(token, catalog.api_access_tokens.len()),
        }
    }
}
