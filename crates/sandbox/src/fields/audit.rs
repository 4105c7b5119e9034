//! Audit events: who did what to which, and from where.

use apollo_compiler::name;
use apollo_compiler::resolvers::FieldError;
use apollo_compiler::response::{JsonMap, JsonValue};

use super::arguments::Arguments;
use super::audit_subjects::{NAMED_OTHERWISE, ORGANIZATION, SUBJECTS, SubjectType};
use super::{agents, by_id, catalog as things, entity_of, load, type_name};
use crate::connection::Rows;
use crate::execute::Run;
use crate::fallback;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::chance::{count, draw, index, mix, pick};
use crate::world::ids::Entity;
use crate::world::time::Time;

/// The object type whose identities are given to subjects that are no object.
const SUBJECT: &str = "AuditSubject";
/// What only administrators do, by how the event's type begins.
const ADMINISTRATION: &[&str] = &[
    "CREDIT_CARD_",
    "ORGANIZATION_",
    "SSO_PROVIDER_",
    "SUBSCRIPTION_",
];
/// How the type of an event ends that is the subject's last.
const ENDS: &[&str] = &["_DELETED", "_DESTROYED", "_UPSTREAM_REMOVED"];
/// The subject types that are a team's access to something.
const ACCESS: &[&str] = &["TEAM_PIPELINE", "TEAM_REGISTRY", "TEAM_SUITE"];
/// The browsers of people.
const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
];

/// An event.
struct Event<'r, 'w> {
    kind: &'r str,
    at: Time,
    subject: Subject<'w>,
    actor: Entity,
    way: Way,
}

/// What an event is about.
struct Subject<'w> {
    kind: &'static str,
    name: String,
    /// Nothing if the subject is gone or of a type that the schema does not show.
    node: Value<'w>,
    /// Whose identity the subject has.
    entity: Entity,
}

/// How the actor got in.
#[derive(Clone, Copy)]
enum Way {
    /// Through the browser, as a person.
    Web(u64),
    /// With an API access token.
    Api(u64),
    /// As an agent.
    Agent(u64),
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

/// When an event happened; the first is the newest.
fn occurred_at(world: &World, event: u64) -> Time {
    let jitter = world.draw("audit event", Entity::AuditEvent(event)) % 3_000;
    world.epoch.before(600 + event * 3_600 + jitter)
}

fn load_event<'r, 'w>(run: &'r Run<'w>, event: u64) -> Event<'r, 'w> {
    let kind = kind(run, event);
    let at = occurred_at(run.world, event);
    let subject = subject(run, kind, event);
    let way = way(run.world, kind, event, subject.entity);
    let actor = match way {
        Way::Web(user) => Entity::User(user),
        Way::Api(token) => Entity::User(things::token_owner(run.world, token)),
        Way::Agent(agent) => Entity::Agent(agent),
    };
    Event {
        kind,
        at,
        subject,
        actor,
        way,
    }
}

/// The subject type of an event's type: the longest that the latter begins with.
fn subject_type(kind: &str) -> &'static SubjectType {
    let mut otherwise = NAMED_OTHERWISE.iter();
    let otherwise = otherwise.find(|(begin, _)| kind.starts_with(begin));
    SUBJECTS
        .iter()
        .filter(|subject| match otherwise {
            Some((_, name)) => subject.name == *name,
            None => kind
                .strip_prefix(subject.name)
                .is_some_and(|rest| rest.starts_with('_')),
        })
        .max_by_key(|subject| subject.name.len())
        .unwrap_or(&ORGANIZATION)
}

fn subject<'w>(run: &Run<'w>, kind: &str, event: u64) -> Subject<'w> {
    let hash = mix(Entity::AuditEvent(event).hash());
    let is_gone = ENDS.iter().any(|end| kind.ends_with(end));
    let SubjectType {
        name,
        objects,
        titles,
    } = *subject_type(kind);
    let mut gone = None;
    let node = if objects.is_empty() || (is_gone && name != ORGANIZATION.name) {
        Value::Null
    } else {
        let object = objects[index(hash % count(objects.len()))];
        gone = fallback::gone(run.world, object, hash);
        match gone {
            Some(_) => Value::Null,
            None => run.generic(object, hash),
        }
    };
    let entity = match &node {
        Value::Object(node) => entity_of(node),
        _ => gone,
    };
    let entity = entity.unwrap_or_else(|| {
        // What is gone is gone once; of the rest there are as many as have names.
        let which = if is_gone {
            hash
        } else {
            hash % count(titles.len()).max(1)
        };
        let ty = run.served.object_index(SUBJECT).unwrap_or_default();
        Entity::generic(ty, draw(which, name, &[u64::from(is_gone)]))
    });
    let title = name_of(run, entity).or_else(|| title(titles, entity));
    Subject {
        kind: name,
        name: title.unwrap_or_default(),
        node,
        entity,
    }
}

/// The name of something that the world has no data for.
fn title(titles: &[&str], entity: Entity) -> Option<String> {
    (!titles.is_empty()).then(|| (*pick(titles, entity.hash())).to_owned())
}

/// A field of an object that has no data of its own but is named by audit events.
pub(super) fn named<'w>(run: &Run<'_>, entity: Entity, field: &str) -> Option<Value<'w>> {
    let ty = super::entity_type(run, entity);
    let is_name = match field {
        "name" => ty == "APIApplication",
        "description" => matches!(ty, "ClusterQueueToken" | "RegistryToken"),
        _ => false,
    };
    let mut subjects = SUBJECTS.iter();
    let subject = subjects.find(|subject| is_name && subject.objects.contains(&ty))?;
    title(subject.titles, entity).map(Value::from)
}

/// Who did it and how: jobs read secrets, people see to their own accounts,
/// administrators to the organization, and programs to some of the rest.
fn way(world: &World, kind: &str, event: u64, subject: Entity) -> Way {
    let entity = Entity::AuditEvent(event);
    let at = occurred_at(world, event);
    let drawn = world.draw("actor", entity);
    if let Entity::Secret(secret) = subject
        && kind == "SECRET_READ"
        && let Some(agent) = agent_near(world, secret, at, drawn)
    {
        return Way::Agent(agent);
    }
    let own = match subject {
        Entity::User(user) | Entity::Email(user, _) => Some(user),
        _ => None,
    };
    if let Some(user) = own
        && kind != "USER_IMPERSONATED"
        && !world.person(user).is_some_and(|person| person.bot)
    {
        return Way::Web(user);
    }
    let administers = own.is_some() || ADMINISTRATION.iter().any(|begin| kind.starts_with(begin));
    if !administers && drawn.is_multiple_of(4) {
        // A token that was used then has been used since.
        let used: Vec<u64> = (0..count(world.catalog().api_access_tokens.len()))
            .filter(|token| things::token_last_used(world, *token) >= at)
            .collect();
        if !used.is_empty() {
            return Way::Api(*pick(&used, drawn >> 8));
        }
    }
    let people: Vec<u64> = world
        .people()
        .filter(|(_, person)| !person.bot && (person.admin || !administers))
        .map(|(user, _)| user)
        .collect();
    Way::Web(if people.is_empty() {
        super::VIEWER
    } else {
        *pick(&people, drawn >> 8)
    })
}

/// An agent that could read a secret: one of the secret's cluster.
fn agent_near(world: &World, secret: u64, at: Time, drawn: u64) -> Option<u64> {
    let (_, _, cluster) = *world.catalog().secrets.get(index(secret))?;
    let origin = world.origin();
    let near: Vec<u64> = origin
        .agents
        .iter()
        .filter(|(number, agent)| {
            let queue = origin.queues.get(agent.queue);
            queue.is_some_and(|queue| queue.cluster == cluster) && world.took_jobs(*number, at)
        })
        .map(|(number, _)| number)
        .collect();
    (!near.is_empty()).then(|| *pick(&near, drawn))
}

/// The type of an event's actor.
fn actor_type(actor: Entity) -> &'static str {
    match actor {
        Entity::Agent(_) => "AGENT",
        _ => "USER",
    }
}

/// The organization's audit events, newest first.
pub(super) fn rows<'w>(run: &Run<'w>, arguments: Arguments<'_>) -> Result<Rows<'w>, FieldError> {
    let types = arguments.texts("type");
    let actor_types = arguments.texts("actorType");
    let subject_types = arguments.texts("subjectType");
    let entities = |name: &str| {
        let ids = arguments.texts(name)?;
        let named = ids.iter().filter_map(|id| by_id(run, id));
        Some(named.collect::<Vec<Entity>>())
    };
    let actors = entities("actor");
    let subjects = entities("subject");
    let subject_uuids = entities("subjectUUID");
    let (from, to) = (
        arguments.time("occurredAtFrom")?,
        arguments.time("occurredAtTo")?,
    );
    let among = |wanted: &Option<Vec<String>>, is: &str| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.iter().any(|one| one == is))
    };
    let named = |wanted: &Option<Vec<Entity>>, is: Entity| {
        wanted.as_ref().is_none_or(|wanted| wanted.contains(&is))
    };
    let wanted = (0..run.world.catalog().audit_events).filter(|event| {
        let event = load_event(run, *event);
        from.is_none_or(|from| event.at >= from)
            && to.is_none_or(|to| event.at <= to)
            && among(&types, event.kind)
            && among(&actor_types, actor_type(event.actor))
            && among(&subject_types, event.subject.kind)
            && named(&actors, event.actor)
            && named(&subjects, event.subject.entity)
            && named(&subject_uuids, event.subject.entity)
    });
    Ok(Rows::entities(
        wanted.map(|event| (event.into(), Entity::AuditEvent(event))),
    ))
}

pub(super) fn event<'w>(run: &Run<'w>, event: u64, field: &str) -> Option<Value<'w>> {
    let entity = Entity::AuditEvent(event);
    let event = load_event(run, event);
    Some(match field {
        "type" => event.kind.into(),
        "occurredAt" => event.at.into(),
        "actor" => {
            let identity = identity(run, event.actor);
            Value::record(
                name!("AuditActor"),
                entity.hash(),
                [
                    ("type", actor_type(event.actor).into()),
                    ("name", name_of(run, event.actor).into()),
                    ("node", event.actor.into()),
                    ("id", identity.0.into()),
                    ("uuid", identity.1.into()),
                ],
            )
        }
        "subject" => {
            let identity = identity(run, event.subject.entity);
            Value::record(
                name!("AuditSubject"),
                mix(entity.hash()),
                [
                    ("type", event.subject.kind.into()),
                    ("name", event.subject.name.into()),
                    ("node", event.subject.node),
                    ("id", identity.0.into()),
                    ("uuid", identity.1.into()),
                ],
            )
        }
        "context" => context(run, entity, &event),
        "data" => data(&event),
        _ => return None,
    })
}

/// Where an event's actor came from.
fn context<'w>(run: &Run<'w>, entity: Entity, event: &Event<'_, 'w>) -> Value<'w> {
    let world = run.world;
    let hash = entity.hash();
    let actor = world.uuid(event.actor);
    match event.way {
        Way::Web(user) => {
            let session = event
                .at
                .before(600 + world.draw("session", entity) % 20_000);
            Value::record(
                name!("AuditWebContext"),
                hash,
                [
                    (
                        "requestIpAddress",
                        format!("198.51.100.{}", 10 + user).into(),
                    ),
                    ("requestUserAgent", (*pick(BROWSERS, user)).into()),
                    ("sessionCreatedAt", session.into()),
                    ("sessionEscalatedAt", Value::Null),
                    ("sessionUser", event.actor.into()),
                    ("sessionUserUuid", actor.into()),
                ],
            )
        }
        Way::Api(token) => Value::record(
            name!("AuditAPIContext"),
            hash,
            [
                (
                    "requestIpAddress",
                    format!("203.0.113.{}", 10 + token).into(),
                ),
                ("requestUserAgent", "acme-cli/1.4".into()),
                (
                    "requestApiAccessTokenUuid",
                    world.uuid(Entity::ApiAccessToken(token)).into(),
                ),
            ],
        ),
        Way::Agent(number) => {
            let agent = world.agent(number);
            let address = agent.map(|it| agents::ip_address(number, it));
            Value::record(
                name!("AuditAgentAPIContext"),
                hash,
                [
                    ("agentUuid", actor.into()),
                    ("authenticationType", "session".into()),
                    ("connectionState", "connected".into()),
                    (
                        "organizationUuid",
                        world.uuid(Entity::Organization()).into(),
                    ),
                    ("requestIpAddress", address.clone().into()),
                    ("sessionIpAddress", address.into()),
                ],
            )
        }
    }
}

/// What an event's type leaves open: the name of the subject then, and what of it
/// was changed.
fn data<'w>(event: &Event<'_, '_>) -> Value<'w> {
    let ends = |end: &str| event.kind.ends_with(end);
    let changed = if ends("_VISIBILITY_CHANGED") {
        Some("visibility")
    } else if ends("_MEMBER_UPDATED") {
        Some("role")
    } else if ACCESS.contains(&event.subject.kind) && ends("_UPDATED") {
        Some("access_level")
    } else if ends("_SETTING_UPDATED") || ends("_SETTINGS_UPDATED") {
        Some("settings")
    } else if ends("_UPDATED") {
        Some("description")
    } else {
        None
    };
    let mut object = JsonMap::new();
    object.insert("name", event.subject.name.as_str().into());
    if let Some(changed) = changed {
        object.insert("changed", JsonValue::Array(vec![changed.into()]));
    }
    Value::Leaf(object.into())
}

/// What people call an entity, if it has a name.
fn name_of(run: &Run<'_>, entity: Entity) -> Option<String> {
    let world = run.world;
    let catalog = world.catalog();
    let text = match entity {
        Entity::Organization() => &world.state.name,
        Entity::Pipeline(pipeline) | Entity::TeamPipeline(_, pipeline) => {
            &world.pipeline(pipeline)?.name
        }
        Entity::Schedule(pipeline, schedule) => {
            let schedules = &world.pipeline(pipeline)?.schedules;
            &schedules.get(schedule)?.label
        }
        Entity::Job(pipeline, number, place) => {
            let (_, job) = super::jobs::find(world, (pipeline, number, place))?;
            return job.label();
        }
        Entity::Team(team) => &world.team(team)?.name,
        Entity::User(user) | Entity::Member(user) | Entity::TeamMember(_, user) => {
            &world.person(user)?.name
        }
        Entity::Email(user, email) => return super::people::address(world, user, email),
        Entity::Agent(agent) => return Some(world.agent(agent)?.name.clone()),
        Entity::Cluster(cluster) => &world.cluster(cluster)?.name,
        Entity::ClusterToken(cluster, token) => {
            &world.cluster(cluster)?.tokens.get(token)?.description
        }
        Entity::Queue(queue) => &world.queue(queue)?.key,
        Entity::AgentToken(token) => catalog.agent_tokens.get(index(token))?.0,
        Entity::Template(template) => catalog.templates.get(index(template))?.name,
        Entity::Rule(rule) => return things::rule_name(world, rule),
        Entity::Suite(suite) | Entity::TeamSuite(_, suite) => catalog.suites.get(index(suite))?.0,
        Entity::Registry(registry) | Entity::TeamRegistry(_, registry) => {
            catalog.registries.get(index(registry))?.0
        }
        Entity::Secret(secret) => catalog.secrets.get(index(secret))?.0,
        Entity::Invitation(invitation) => catalog.invitations.get(index(invitation))?.0,
        Entity::SsoProvider(provider) => catalog.sso_providers.get(index(provider))?.1,
        Entity::NotificationService(service) => {
            catalog.notification_services.get(index(service))?.1
        }
        Entity::Banner() => things::BANNER,
        _ => return None,
    };
    Some(text.to_owned())
}

/// ID and UUID of an entity.
fn identity(run: &Run<'_>, entity: Entity) -> (String, String) {
    let uuid = run.world.uuid(entity);
    let node = load(run.world, Node::Entity(entity)).unwrap_or(Node::Entity(entity));
    let id = crate::world::ids::node_id(type_name(run, &node), &uuid);
    (id, uuid)
}
