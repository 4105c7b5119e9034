//! Audit events: who did what to which, and from where.

use apollo_compiler::resolvers::FieldError;
use apollo_compiler::{Name, name};

use super::arguments::Arguments;
use super::{by_id, entity_of, load, type_name};
use crate::connection::Rows;
use crate::execute::Run;
use crate::value::{Node, Value};
use crate::world::catalog::{self, AUDIT_EVENTS};
use crate::world::chance::{count, index, mix};
use crate::world::ids::Entity;
use crate::world::{NAME, clusters, people, pipelines};

/// The object types of subjects; several where a subject type covers several.
const SUBJECTS: &[(&str, &[&str])] = &[
    ("AGENT_TOKEN", &["AgentToken"]),
    ("API_ACCESS_TOKEN", &["APIAccessToken"]),
    ("API_APPLICATION", &["APIApplication"]),
    (
        "AUTHORIZATION",
        &[
            "AuthorizationGitHub",
            "AuthorizationBitbucket",
            "AuthorizationGitHubEnterprise",
        ],
    ),
    ("CLUSTER", &["Cluster"]),
    ("CLUSTER_PERMISSION", &["ClusterPermission"]),
    ("CLUSTER_QUEUE", &["ClusterQueue"]),
    ("CLUSTER_QUEUE_TOKEN", &["ClusterQueueToken"]),
    ("CLUSTER_TOKEN", &["ClusterToken"]),
    (
        "COMPOSITE_REGISTRY_UPSTREAM",
        &["CompositeRegistryUpstream"],
    ),
    ("JOB", &["JobTypeCommand"]),
    ("NOTIFICATION_SERVICE", &["NotificationServiceSlack"]),
    ("ORGANIZATION", &["Organization"]),
    ("ORGANIZATION_BANNER", &["OrganizationBanner"]),
    (
        "ORGANIZATION_IMPERSONATION_REQUEST",
        &["OrganizationImpersonationRequest"],
    ),
    ("ORGANIZATION_INVITATION", &["OrganizationInvitation"]),
    ("ORGANIZATION_MEMBER", &["OrganizationMember"]),
    ("PIPELINE", &["Pipeline"]),
    ("PIPELINE_SCHEDULE", &["PipelineSchedule"]),
    ("PIPELINE_TEMPLATE", &["PipelineTemplate"]),
    ("REGISTRY", &["Registry"]),
    ("REGISTRY_TOKEN", &["RegistryToken"]),
    ("RULE", &["Rule"]),
    ("SCM_PIPELINE_SETTINGS", &["SCMPipelineSettings"]),
    ("SCM_REPOSITORY_HOST", &["SCMRepositoryHost"]),
    ("SCM_SERVICE", &["SCMService"]),
    ("SECRET", &["Secret"]),
    (
        "SSO_PROVIDER",
        &[
            "SSOProviderSAML",
            "SSOProviderGoogleGSuite",
            "SSOProviderGitHubApp",
        ],
    ),
    ("SUBSCRIPTION", &["Subscription"]),
    ("SUITE", &["Suite"]),
    ("TEAM", &["Team"]),
    ("TEAM_MEMBER", &["TeamMember"]),
    ("TEAM_PIPELINE", &["TeamPipeline"]),
    ("TEAM_REGISTRY", &["TeamRegistry"]),
    ("TEAM_SUITE", &["TeamSuite"]),
    ("USER", &["User"]),
    ("USER_EMAIL", &["Email"]),
    ("USER_TOTP", &["TOTP"]),
];

/// What an event is about.
struct Subject<'w> {
    kind: String,
    node: Value<'w>,
    entity: Option<Entity>,
}

/// The type of an event: all types come up, the order is drawn.
fn kind<'r>(run: &'r Run<'_>, event: u64) -> &'r str {
    let kinds = run.served.values("AuditEventType");
    // A step that shares no factor with the number of types visits them all.
    let total = count(kinds.len()).max(1);
    let mut step = 1 + run.world.seed % total;
    while gcd(step, total) != 1 {
        step += 1;
    }
    let place = (mix(run.world.seed) % total + event * step) % total;
    kinds.get(index(place)).map_or("", |kind| kind.as_str())
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn actor(run: &Run<'_>, event: u64) -> Entity {
    Entity::User(run.world.someone("actor", Entity::AuditEvent(event)))
}

fn subject<'w>(run: &Run<'w>, event: u64) -> Subject<'w> {
    let kind = kind(run, event);
    // The longest subject type that the event's type begins with.
    let subject = run
        .served
        .values("AuditSubjectType")
        .into_iter()
        .map(Name::as_str)
        .filter(|subject| {
            kind.strip_prefix(subject)
                .is_some_and(|rest| rest.starts_with('_'))
        })
        .max_by_key(|subject| subject.len())
        .unwrap_or("ORGANIZATION");
    let hash = mix(Entity::AuditEvent(event).hash());
    let types = SUBJECTS
        .iter()
        .find(|(name, _)| *name == subject)
        .map(|(_, types)| *types);
    let node = match types {
        Some(types) => run.generic(types[index(hash % count(types.len()))], hash),
        None => Value::Null,
    };
    let entity = match &node {
        Value::Object(node) => entity_of(node),
        _ => None,
    };
    Subject {
        kind: subject.to_owned(),
        node,
        entity,
    }
}

/// The organization's audit events, newest first.
pub(super) fn rows<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Result<Rows<'w>, FieldError> {
    let types = arguments.texts("type");
    let actor_types = arguments.texts("actorType");
    let subject_types = arguments.texts("subjectType");
    let entities = |name: &str| {
        let ids = arguments.texts(name)?;
        Some(
            ids.iter()
                .filter_map(|id| by_id(run, id))
                .collect::<Vec<_>>(),
        )
    };
    let actors = entities("actor");
    let subjects = entities("subject");
    let subject_uuids = entities("subjectUUID");
    let (from, to) = (
        arguments.time("occurredAtFrom")?,
        arguments.time("occurredAtTo")?,
    );
    let about_subject = subject_types.is_some() || subjects.is_some() || subject_uuids.is_some();
    let all = (0..AUDIT_EVENTS).map(Entity::AuditEvent);
    Ok(Rows::entities(all, |entity| {
        let Entity::AuditEvent(event) = entity else {
            return false;
        };
        let at = run.world.audit_event_at(event);
        let among = |wanted: &Option<Vec<String>>, is: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|one| one == is))
        };
        from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
            && among(&types, kind(run, event))
            && among(&actor_types, "USER")
            && actors
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&actor(run, event)))
            && (!about_subject || {
                let subject = subject(run, event);
                let named = |wanted: &Option<Vec<Entity>>| {
                    wanted
                        .as_ref()
                        .is_none_or(|wanted| subject.entity.is_some_and(|it| wanted.contains(&it)))
                };
                among(&subject_types, &subject.kind) && named(&subjects) && named(&subject_uuids)
            })
    }))
}

pub(super) fn event<'w>(run: &Run<'w>, event: u64, field: &str) -> Option<Value<'w>> {
    let world = run.world;
    let entity = Entity::AuditEvent(event);
    Some(match field {
        "type" => kind(run, event).into(),
        "occurredAt" => world.audit_event_at(event).into(),
        "actor" => {
            let user = actor(run, event);
            let name = match user {
                Entity::User(user) => people::person(user).name,
                _ => "",
            };
            let identity = identity(run, user);
            Value::record(
                name!("AuditActor"),
                entity.hash(),
                [
                    ("type", "USER".into()),
                    ("name", name.into()),
                    ("node", user.into()),
                    ("id", identity.0.into()),
                    ("uuid", identity.1.into()),
                ],
            )
        }
        "subject" => {
            let subject = subject(run, event);
            let identity = match subject.entity {
                Some(entity) => identity(run, entity),
                None => identity(run, Entity::Organization()),
            };
            Value::record(
                name!("AuditSubject"),
                mix(entity.hash()),
                [
                    ("type", subject.kind.into()),
                    ("name", subject.entity.and_then(name_of).into()),
                    ("node", subject.node),
                    ("id", identity.0.into()),
                    ("uuid", identity.1.into()),
                ],
            )
        }
        "context" => match event % 4 {
            0 => Value::record(
                name!("AuditAPIContext"),
                entity.hash(),
                [("requestIpAddress", "198.51.100.7".into())],
            ),
            1 => Value::record(name!("AuditAgentAPIContext"), entity.hash(), []),
            _ => Value::record(
                name!("AuditWebContext"),
                entity.hash(),
                [("sessionUser", actor(run, event).into())],
            ),
        },
        _ => return None,
    })
}

/// What people call an entity, if it has a name.
fn name_of(entity: Entity) -> Option<&'static str> {
    Some(match entity {
        Entity::Organization() => NAME,
        Entity::Pipeline(pipeline) => pipelines::pipeline(pipeline).name,
        Entity::Team(team) => people::team(team).name,
        Entity::User(user) | Entity::Member(user) => people::person(user).name,
        Entity::Cluster(cluster) => clusters::cluster(cluster).name,
        Entity::Queue(queue) => clusters::queue(queue).key,
        Entity::Template(template) => catalog::TEMPLATES.get(index(template))?.name,
        Entity::Suite(suite) => catalog::SUITES.get(index(suite))?.0,
        Entity::Registry(registry) => catalog::REGISTRIES.get(index(registry))?.0,
        Entity::Secret(secret) => catalog::SECRETS.get(index(secret))?.0,
        _ => return None,
    })
}

/// ID and UUID of an entity.
fn identity(run: &Run<'_>, entity: Entity) -> (String, String) {
    let uuid = run.world.uuid(entity);
    let node = load(run.world, Node::Entity(entity)).unwrap_or(Node::Entity(entity));
    let id = crate::world::ids::node_id(type_name(run, &node), &uuid);
    (id, uuid)
}
