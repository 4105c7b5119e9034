//! What exists: an ID may name something that never was, or is gone.

use super::World;
use super::cast::catalog::{
    AGENT_TOKENS, API_ACCESS_TOKENS, AUDIT_EVENTS, INVITATIONS, METRICS, NOTIFICATION_SERVICES,
    REGISTRIES, RULES, SECRETS, SSO_PROVIDERS, SUITES, TEMPLATES,
};
use super::chance::{count, index};
use super::ids::Entity;
use super::people::emails;

impl World {
    /// Whether the entity is one of this world's.
    pub(crate) fn exists(&self, entity: Entity) -> bool {
        let build = |pipeline, number| self.build(pipeline, number);
        let job = |pipeline, number, place| {
            let build = build(pipeline, number)?;
            build.jobs(self).get(index(place)).cloned()
        };
        let person = |user| self.person(user).is_some();
        let pipeline = |pipeline| self.pipeline(pipeline).is_some();
        match entity {
            // The type's index of the last is checked where the schema is known.
            Entity::Organization() | Entity::Viewer() | Entity::Banner() | Entity::Generic(..) => {
                true
            }
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
                .is_some_and(|team| team.pipelines.contains(&pipeline)),
            Entity::TeamSuite(team, suite) => self
                .team(team)
                .is_some_and(|team| team.suites.contains(&suite)),
            Entity::TeamRegistry(team, registry) => self
                .team(team)
                .is_some_and(|team| team.registries.contains(&registry)),
            Entity::Pipeline(place) => pipeline(place),
            Entity::PipelineMetric(place, metric) => {
                pipeline(place) && metric < count(METRICS.len())
            }
            Entity::Schedule(place, schedule) => self
                .pipeline(place)
                .is_some_and(|pipeline| schedule < count(pipeline.schedules.len())),
            Entity::Cluster(cluster) => self.cluster(cluster).is_some(),
            Entity::ClusterToken(cluster, token) => self
                .cluster(cluster)
                .is_some_and(|cluster| token < count(cluster.tokens.len())),
            Entity::Queue(queue) => self.queue(queue).is_some(),
            Entity::Agent(agent) => agent < self.agent_count(),
            Entity::AgentToken(token) => token < count(AGENT_TOKENS.len()),
            Entity::Template(template) => template < count(TEMPLATES.len()),
            Entity::Rule(rule) => rule < count(RULES.len()),
            Entity::Suite(suite) => suite < count(SUITES.len()),
            Entity::Registry(registry) => registry < count(REGISTRIES.len()),
            Entity::AuditEvent(event) => event < AUDIT_EVENTS,
            Entity::Invitation(invitation) => invitation < count(INVITATIONS.len()),
            Entity::SsoProvider(provider) => provider < count(SSO_PROVIDERS.len()),
            Entity::Secret(secret) => secret < count(SECRETS.len()),
            Entity::NotificationService(service) => service < count(NOTIFICATION_SERVICES.len()),
            Entity::ApiAccessToken(token) => token < count(API_ACCESS_TOKENS.len()),
        }
    }
}
