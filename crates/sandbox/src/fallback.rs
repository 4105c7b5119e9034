//! Values for everything that the world has no data for.
//!
//! A value follows from the field's type and name and a hash of the object that it
//! belongs to, so it is the same every time and differs between objects. Types
//! that the world does have data for are filled with that data.

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::resolvers::ResolveInfo;
use apollo_compiler::schema::ExtendedType;

use crate::connection::Rows;
use crate::execute::Run;
use crate::fields;
use crate::value::{Node, Value};
use crate::world::World;
use crate::world::chance::{count, draw, hex, index, mix, pick};
use crate::world::ids::Entity;

/// What of the nullable times has, for most things, not happened.
const RARE: &[&str] = &[
    "accepted",
    "canceled",
    "destroyed",
    "disabled",
    "dismissed",
    "escalated",
    "expired",
    "failed",
    "revoked",
];

/// The value of a field of the object with this hash.
pub(crate) fn field<'w>(run: &Run<'w>, owner: u64, info: &ResolveInfo<'_>) -> Value<'w> {
    let name = info.field_name();
    let hash = draw(owner, name, &[]);
    value(run, &info.field_definition().ty, name, hash)
}

/// An object of a type (one of the possible types, if it is abstract).
pub(crate) fn object<'w>(run: &Run<'w>, type_name: &str, hash: u64) -> Value<'w> {
    let possible = run.served.possible(type_name);
    if possible.is_empty() {
        return Value::Null;
    }
    let type_name = pick(&possible, hash >> 8);
    if type_name.as_str() == "Permission" {
        return fields::allowed();
    }
    if let Some(entity) = known(run.world, type_name, hash) {
        return fields::load(run.world, Node::Entity(entity)).into();
    }
    run.served
        .object_index(type_name)
        .map(|index| Entity::generic(index, mix(hash)))
        .into()
}

fn value<'w>(run: &Run<'w>, ty: &Type, field: &str, hash: u64) -> Value<'w> {
    match ty {
        Type::List(item) | Type::NonNullList(item) => {
            let rows = 1 + hash % 2;
            Value::List(
                (0..rows)
                    .map(|row| value(run, item, field, mix(hash ^ row)))
                    .collect(),
            )
        }
        Type::Named(name) | Type::NonNullNamed(name) => match run.served.schema.types.get(name) {
            Some(ExtendedType::Scalar(_)) => scalar(run, name, field, ty.is_non_null(), hash),
            Some(ExtendedType::Enum(_)) => {
                let values = run.served.values(name);
                values.first().map(|_| pick(&values, hash).as_str()).into()
            }
            Some(ExtendedType::Object(_)) if name.ends_with("Connection") => {
                connection(run, name, hash)
            }
            _ => object(run, name, hash),
        },
    }
}

/// A connection of one to three objects.
fn connection<'w>(run: &Run<'w>, name: &Name, hash: u64) -> Value<'w> {
    let node = edge_node(run, name);
    let rows: Vec<Value<'w>> = (0..=hash % 3)
        .map(|row| match &node {
            Some(node) => object(run, node, mix(hash ^ mix(row))),
            None => Value::Null,
        })
        .collect();
    Rows::list(rows).into()
}

/// The type of a connection's nodes.
fn edge_node(run: &Run<'_>, connection: &Name) -> Option<Name> {
    let schema = &run.served.schema;
    let edges = schema.type_field(connection, "edges").ok()?;
    let node = schema
        .type_field(edges.ty.inner_named_type(), "node")
        .ok()?;
    Some(node.ty.inner_named_type().clone())
}

/// An entity of a type that the world has data for.
fn known(world: &World, type_name: &str, hash: u64) -> Option<Entity> {
    // An organization may have none of a kind.
    named(world, type_name, hash).filter(|entity| world.exists(*entity))
}

/// The entity that [`object`] would be of, had nobody taken it away.
pub(crate) fn gone(world: &World, type_name: &str, hash: u64) -> Option<Entity> {
    named(world, type_name, hash).filter(|entity| world.is_gone(*entity))
}

fn named(world: &World, type_name: &str, hash: u64) -> Option<Entity> {
    // From what there was at the beginning, so that nothing else is named when things come
    // and go.
    let state = world.origin();
    let catalog = world.catalog();
    let one_of = |length: usize| hash % count(length).max(1);
    let person = || one_of(state.people.len());
    let team = || state.teams.at(hash % state.teams.len().max(1));
    let pipeline = || state.pipelines.at(hash % state.pipelines.len().max(1));
    let cluster = || state.clusters.at(hash % state.clusters.len().max(1));
    Some(match type_name {
        "Organization" => Entity::Organization(),
        "OrganizationBanner" => Entity::Banner(),
        "Viewer" => Entity::Viewer(),
        "User" => Entity::User(person()),
        "OrganizationMember" => Entity::Member(person()),
        "Team" => Entity::Team(team()?),
        "Pipeline" => Entity::Pipeline(pipeline()?),
        "Build" => Entity::Build(pipeline()?, 1 + hash / 64 % 30),
        "Cluster" => Entity::Cluster(cluster()?),
        "ClusterQueue" => Entity::Queue(state.queues.at(hash % state.queues.len().max(1))?),
        "Agent" => Entity::Agent(state.agents.at(hash % state.agents.len().max(1))?),
        "AgentToken" => Entity::AgentToken(one_of(catalog.agent_tokens.len())),
        "ClusterToken" => {
            let cluster = cluster()?;
            Entity::ClusterToken(cluster, state.clusters.get(cluster)?.tokens.at(0)?)
        }
        "OrganizationInvitation" => Entity::Invitation(one_of(catalog.invitations.len())),
        "Email" => Entity::Email(person(), 0),
        "TeamMember" => {
            let team = team()?;
            Entity::TeamMember(team, state.teams.get(team)?.members.first()?.user)
        }
        "TeamPipeline" => {
            let team = team()?;
            Entity::TeamPipeline(team, state.teams.get(team)?.pipelines.first()?.to)
        }
        "TeamSuite" => Entity::TeamSuite(0, state.teams.get(0)?.suites.first()?.to),
        "TeamRegistry" => Entity::TeamRegistry(0, state.teams.get(0)?.registries.first()?.to),
        // The second pipeline is the first with a schedule.
        "PipelineSchedule" => {
            state.pipelines.get(1)?.schedules.get(0)?;
            Entity::Schedule(1, 0)
        }
        "NotificationServiceSlack" => Entity::NotificationService(0),
        "SSOProviderSAML" => Entity::SsoProvider(0),
        "SSOProviderGoogleGSuite" => Entity::SsoProvider(1),
        "SSOProviderGitHubApp" => Entity::SsoProvider(2),
        "PipelineTemplate" => Entity::Template(one_of(catalog.templates.len())),
        "Rule" => {
            let rule = one_of(catalog.rules.len());
            catalog.rules.get(index(rule))?;
            Entity::Rule(rule)
        }
        "Suite" => Entity::Suite(one_of(catalog.suites.len())),
        "Registry" => Entity::Registry(one_of(catalog.registries.len())),
        "Secret" => Entity::Secret(one_of(catalog.secrets.len())),
        // Every pipeline's builds begin by uploading steps.
        "JobTypeCommand" => {
            let mut pipelines = state.pipelines.iter();
            let (place, _) = pipelines.find(|(_, it)| it.history.triggers.is_some())?;
            Entity::Job(place, world.deployed(place, hash)?, 0)
        }
        _ => return None,
    })
}

fn scalar<'w>(run: &Run<'w>, scalar: &str, field: &str, required: bool, hash: u64) -> Value<'w> {
    let lower = field.to_lowercase();
    match scalar {
        "Boolean" => (!lower.contains("filter") && !hash.is_multiple_of(3)).into(),
        "Int" | "JSInt" => (1 + hash % 60).into(),
        // A half is the same in every notation of floating point numbers.
        "Float" => (f64::from(u8::try_from(hash % 100).unwrap_or(0)) + 0.5).into(),
        "DateTime" if !required && RARE.iter().any(|rare| lower.starts_with(rare)) => Value::Null,
        "DateTime" => run.world.epoch.before(3_600 + hash % 8_000_000).into(),
        "JSON" => {
            let mut object = apollo_compiler::response::JsonMap::new();
            object.insert("value", (hash % 100).into());
            Value::Leaf(object.into())
        }
        "YAML" => "steps:\n  - command: make test\n".into(),
        "XML" => "<sandbox/>".into(),
        "ID" if lower.contains("uuid") => uuid(hash).into(),
        "ID" => hex(hash, 24).into(),
        _ => text(run, field, &lower, required, hash),
    }
}

/// A string, by what the field is called (also given in lower case).
fn text<'w>(run: &Run<'w>, field: &str, lower: &str, required: bool, hash: u64) -> Value<'w> {
    let has = |part: &str| lower.contains(part);
    let nothing = [
        "reason",
        "failed",
        "signal",
        "note",
        "error",
        "condition",
        "filter",
    ];
    if !required && nothing.iter().any(|part| has(part)) {
        return Value::Null;
    }
    if has("uuid") {
        return uuid(hash).into();
    }
    let number = hash % 1_000;
    if has("url") {
        return format!("https://acme.example/{field}/{number}").into();
    }
    if has("email") {
        return run
            .world
            .person(hash % count(run.world.state.people.len()).max(1))
            .map(|person| person.email.as_str())
            .into();
    }
    if has("ipaddress") {
        return format!("198.51.100.{}", 1 + hash % 250).into();
    }
    if has("useragent") {
        return "acme-cli/1.4".into();
    }
    if has("token") || has("code") || has("certificate") {
        return hex(hash, 32).into();
    }
    if has("domain") {
        return "acme.example".into();
    }
    if has("color") {
        return format!("#{}", hex(hash, 6)).into();
    }
    if has("emoji") {
        return ":package:".into();
    }
    if has("branch") {
        return "main".into();
    }
    if has("mode") {
        return "code".into();
    }
    if has("version") {
        return format!("{}.{}", 1 + number % 20, number / 20 % 10).into();
    }
    if has("name") {
        return format!("Acme {number}").into();
    }
    if has("query") {
        return "{ viewer { user { name } } }".into();
    }
    format!("{field} {number}").into()
}

/// Something of the form of a UUID that is nobody's.
fn uuid(hash: u64) -> String {
    let hex = hex(hash, 32);
    format!(
        "{}-{}-0{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[16..20],
        &hex[20..]
    )
}
