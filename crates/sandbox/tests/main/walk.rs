//! A walk over the whole schema: from the root, every field of every type that
//! turns up, and every connection paged in both directions.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use apollo_compiler::Schema;
use apollo_compiler::ast::{FieldDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use serde_json::{Value, json};

use crate::support::Client;

/// How many objects of one type are looked at.
const PER_TYPE: usize = 30;

/// Connections narrowed down to what the first rows may not have.
const RARE: &[(&str, &str)] = &[
    (
        "pipelines",
        "pipelines(first: 12) { edges { node { __typename id schedules { edges { node { builds(first: 1) { edges { node { __typename id } } } } } } } } }",
    ),
    (
        "jobs",
        "jobs(first: 500, passed: false, state: [FINISHED]) { edges { node { ... on JobTypeCommand { events { edges { node { __typename id } } } } } } }",
    ),
    (
        "auditEvents",
        "auditEvents(first: 500) { edges { node { subject { node { __typename ... on Node { id } } } } } }",
    ),
    (
        "auditEvents",
        "auditEvents(first: 1, actorType: [AGENT]) { edges { node { __typename id } } }",
    ),
    (
        "jobs",
        "jobs(first: 3, passed: true, step: {key: [\"models\"]}) { edges { node { __typename ... on Node { id } } } }",
    ),
    (
        "jobs",
        "jobs(first: 3, type: [BLOCK]) { edges { node { __typename ... on Node { id } } } }",
    ),
    (
        "jobs",
        "jobs(first: 3, type: [TRIGGER]) { edges { node { __typename ... on Node { id } } } }",
    ),
    (
        "jobs",
        "jobs(first: 2, state: [CANCELED]) { edges { node { __typename ... on Node { id } } } }",
    ),
    (
        "jobs",
        "jobs(first: 2, state: [TIMED_OUT]) { edges { node { __typename ... on Node { id } } } }",
    ),
    (
        "jobs",
        "jobs(first: 1, passed: true, concurrency: {group: [\"deploy/staging\"]}) { edges { node { __typename ... on Node { id } } } }",
    ),
];

/// Where an object was found: the selections that lead to it.
#[derive(Clone)]
struct Place {
    path: Vec<Segment>,
    type_name: String,
}

#[derive(Clone)]
struct Segment {
    key: String,
    opener: String,
}

struct Walker {
    client: Client,
    schema: Valid<Schema>,
    roots: BTreeMap<&'static str, Value>,
    queue: VecDeque<Place>,
    seen: HashSet<String>,
    looked_at: BTreeMap<String, usize>,
    paged: BTreeSet<(String, String)>,
}

impl Walker {
    async fn new() -> Self {
        let client = Client::start().await;
        let schema = Schema::parse_and_validate(buildkite_schema::SDL, "schema").unwrap();
        let roots = roots(&client).await;
        Self {
            client,
            schema,
            roots,
            queue: VecDeque::new(),
            seen: HashSet::new(),
            looked_at: BTreeMap::new(),
            paged: BTreeSet::new(),
        }
    }

    /// Puts the objects with an ID that a selection on the organization finds first.
    async fn look_for(&mut self, key: &str, selection: &str) {
        let query = format!("{{ organization(slug: \"acme-inc\") {{ {selection} }} }}");
        let data = self.client.data(&query).await;
        let mut found = Vec::new();
        with_ids(&data["organization"][key], &mut found);
        for (type_name, id) in found {
            let known = self.looked_at.entry(type_name.clone()).or_default();
            if *known < PER_TYPE && self.implements_node(&type_name) {
                *self.looked_at.entry(type_name.clone()).or_default() += 1;
                let path = vec![Segment {
                    key: "node".to_owned(),
                    opener: format!("node(id: {id}) {{ ... on {type_name}"),
                }];
                self.queue.push_back(Place { path, type_name });
            }
        }
    }

    fn fields(&self, type_name: &str) -> Vec<FieldDefinition> {
        match &self.schema.types[type_name] {
            ExtendedType::Object(object) => object
                .fields
                .values()
                .map(|field| (***field).clone())
                .collect(),
            other => panic!("{type_name} is not an object type: {other:?}"),
        }
    }

    fn is_leaf(&self, ty: &Type) -> bool {
        self.schema.types[ty.inner_named_type()].is_leaf()
    }

    fn implements_node(&self, type_name: &str) -> bool {
        match &self.schema.types[type_name] {
            ExtendedType::Object(object) => object.implements_interfaces.contains("Node"),
            _ => false,
        }
    }

    /// The arguments that a field needs, and a page size where it takes one.
    fn arguments(&self, owner: &str, field: &FieldDefinition) -> String {
        let mut given = Vec::new();
        for argument in &field.arguments {
            let name = argument.name.as_str();
            let root = (owner == "Query")
                .then(|| self.roots.get(&*field.name))
                .flatten();
            if let Some(value) = root.and_then(|root| root.get(name)) {
                given.push(format!("{name}: {value}"));
            } else if name == "first" {
                given.push("first: 60".to_owned());
            } else if argument.is_required() {
                given.push(format!(
                    "{name}: {}",
                    self.literal(owner, field, &argument.ty)
                ));
            }
        }
        if given.is_empty() {
            return String::new();
        }
        format!("({})", given.join(", "))
    }

    fn literal(&self, owner: &str, field: &FieldDefinition, ty: &Type) -> String {
        if owner == "Organization" && field.name == "cluster" {
            return self.roots["cluster"]["id"].to_string();
        }
        match &self.schema.types[ty.inner_named_type()] {
            ExtendedType::Enum(values) => values.values.keys().next().unwrap().to_string(),
            _ => "\"x\"".to_owned(),
        }
    }

    fn query(place: &Place, selections: &str) -> String {
        let mut query = String::from("{ ");
        let mut depth = 1;
        for segment in &place.path {
            query.push_str(&segment.opener);
            query.push_str(" { ");
            depth += segment.opener.matches('{').count() + 1;
        }
        query.push_str(selections);
        query.push_str(&" }".repeat(depth));
        query
    }

    /// Looks at one object: all its fields, with the types of what they hold.
    async fn look(&mut self, place: &Place) {
        let mut selections = String::from("__typename ");
        let fields = self.fields(&place.type_name);
        for field in &fields {
            let arguments = self.arguments(&place.type_name, field);
            let inside = if self.is_leaf(&field.ty) {
                ""
            } else if field.ty.inner_named_type().ends_with("Connection") {
                " { __typename edges { __typename } }"
            } else {
                " { __typename }"
            };
            selections.push_str(&format!("{}{arguments}{inside} ", field.name));
        }
        let data = self.client.data(&Self::query(place, &selections)).await;
        let found: Vec<&Value> = objects(&data, &place.path)
            .into_iter()
            .filter(|object| object["__typename"] == place.type_name)
            .collect();
        assert!(!found.is_empty(), "no {} at {selections}", place.type_name);
        for object in found {
            let place = self.nearer(place, object);
            for field in &fields {
                if self.is_leaf(&field.ty) {
                    continue;
                }
                self.queue_types(&place, field, &object[field.name.as_str()]);
                if field.ty.inner_named_type().ends_with("Connection") {
                    self.page(&place, field).await;
                }
            }
        }
    }

    /// An object with an ID is reached by it, which keeps paths short and makes
    /// sure that every ID leads back to its object.
    fn nearer(&self, place: &Place, object: &Value) -> Place {
        if !self.implements_node(&place.type_name) {
            return place.clone();
        }
        let (id, type_name) = (&object["id"], &place.type_name);
        Place {
            path: vec![Segment {
                key: "node".to_owned(),
                opener: format!("node(id: {id}) {{ ... on {type_name}"),
            }],
            type_name: type_name.clone(),
        }
    }

    fn queue_types(&mut self, owner: &Place, field: &FieldDefinition, value: &Value) {
        let mut types = BTreeSet::new();
        type_names(value, &mut types);
        for type_name in types {
            let arguments = self.arguments(&owner.type_name, field);
            let mut opener = format!("{}{arguments}", field.name);
            if type_name != field.ty.inner_named_type().as_str() {
                opener = format!("{opener} {{ ... on {type_name}");
            }
            let mut path = owner.path.clone();
            path.push(Segment {
                key: field.name.to_string(),
                opener,
            });
            let place = Place { path, type_name };
            let known = self.looked_at.entry(place.type_name.clone()).or_default();
            if *known < PER_TYPE && self.seen.insert(Self::query(&place, "")) {
                *known += 1;
                self.queue.push_back(place);
            }
        }
    }

    /// Pages a connection of the object to its end and back.
    async fn page(&mut self, owner: &Place, field: &FieldDefinition) {
        let key = (owner.type_name.clone(), field.name.to_string());
        let takes = |name: &str| field.arguments.iter().any(|argument| argument.name == name);
        let in_list = owner.path.iter().any(|segment| segment.key == "edges");
        if !takes("first") || in_list || !self.paged.insert(key) {
            return;
        }
        let name = field.name.as_str();
        let counts = self.fields(field.ty.inner_named_type());
        let counts = counts.iter().any(|field| field.name == "count");
        let count_field = if counts { "count" } else { "" };
        let rows = format!(
            "{count_field} edges {{ cursor node {{ __typename ... on Node {{ id }} }} }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}"
        );
        let node_only = self.rows_without_id(field, &rows);
        let total = {
            let query = Self::query(owner, &format!("{name} {{ {node_only} }}"));
            let data = self.client.data(&query).await;
            let page = &objects(&data, &owner.path)[0][name];
            if counts {
                page["count"].as_u64().unwrap()
            } else {
                u64::try_from(page["edges"].as_array().unwrap().len()).unwrap()
            }
        };
        let size = (total / 4 + 1).min(500);
        if !takes("after") {
            self.cut(owner, name, &node_only, total, takes("last"))
                .await;
            return;
        }
        let forward = self.walk_pages(owner, name, &node_only, size, true).await;
        let mut backward = self.walk_pages(owner, name, &node_only, size, false).await;
        backward.reverse();
        let context = format!("{}.{name}", owner.type_name);
        assert_eq!(forward, backward, "{context}");
        assert_eq!(u64::try_from(forward.len()).unwrap(), total, "{context}");
        let cursors: HashSet<&Value> = forward.iter().map(|edge| &edge["cursor"]).collect();
        assert_eq!(cursors.len(), forward.len(), "{context} repeats a cursor");
        let ids: Vec<&Value> = forward
            .iter()
            .map(|edge| &edge["node"]["id"])
            .filter(|id| !id.is_null())
            .collect();
        let unique: HashSet<&&Value> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{context} repeats a node");
    }

    /// Cuts a connection without cursor arguments at its start and at its end.
    async fn cut(&self, owner: &Place, field: &str, rows: &str, total: u64, has_last: bool) {
        let context = format!("{}.{field}", owner.type_name);
        let page = async |arguments: &str| {
            let query = Self::query(owner, &format!("{field}{arguments} {{ {rows} }}"));
            let data = self.client.data(&query).await;
            objects(&data, &owner.path)[0][field].clone()
        };
        let all = page("").await;
        let edges = all["edges"].as_array().unwrap();
        assert_eq!(u64::try_from(edges.len()).unwrap(), total, "{context}");
        let size = edges.len().div_ceil(2);

        let start = page(&format!("(first: {size})")).await;
        assert_eq!(
            start["edges"].as_array().unwrap(),
            &edges[..size],
            "{context}"
        );
        let more = size < edges.len();
        assert_eq!(start["pageInfo"]["hasNextPage"], more, "{context}");
        if has_last {
            let end = page(&format!("(last: {size})")).await;
            let from = edges.len() - size;
            assert_eq!(
                end["edges"].as_array().unwrap(),
                &edges[from..],
                "{context}"
            );
            assert_eq!(end["pageInfo"]["hasPreviousPage"], more, "{context}");
        }
    }

    /// `... on Node` is not valid where no type in question implements it.
    fn rows_without_id(&self, field: &FieldDefinition, rows: &str) -> String {
        let edges = self
            .schema
            .type_field(field.ty.inner_named_type(), "edges")
            .unwrap();
        let node = self
            .schema
            .type_field(edges.ty.inner_named_type(), "node")
            .unwrap();
        let possible = match &self.schema.types[node.ty.inner_named_type()] {
            ExtendedType::Object(object) => object.implements_interfaces.contains("Node"),
            _ => true,
        };
        if possible {
            rows.to_owned()
        } else {
            rows.replace("... on Node { id }", "")
        }
    }

    async fn walk_pages(
        &self,
        owner: &Place,
        field: &str,
        rows: &str,
        size: u64,
        forward: bool,
    ) -> Vec<Value> {
        let (limit, bound) = if forward {
            ("first", "after")
        } else {
            ("last", "before")
        };
        let mut walked = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let arguments = format!("{limit}: {size}, {bound}: {cursor}");
            let selections = format!("{field}({arguments}) {{ {rows} }}");
            let data = self.client.data(&Self::query(owner, &selections)).await;
            let page = &objects(&data, &owner.path)[0][field];
            let mut edges = page["edges"].as_array().unwrap().clone();
            let info = &page["pageInfo"];
            let (start, end) = (edges.first(), edges.last());
            let at = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
            assert_eq!(info["startCursor"], at(start), "{selections}");
            assert_eq!(info["endCursor"], at(end), "{selections}");
            let (more, next, back) = if forward {
                (&info["hasNextPage"], at(end), &info["hasPreviousPage"])
            } else {
                edges.reverse();
                (
                    &info["hasPreviousPage"],
                    at(edges.last()),
                    &info["hasNextPage"],
                )
            };
            assert_eq!(*back, json!(!cursor.is_null()), "{selections}");
            walked.extend(edges);
            if *more == json!(false) {
                return walked;
            }
            cursor = next;
        }
    }
}

/// What to pass to the fields of the root so that they find something.
async fn roots(client: &Client) -> BTreeMap<&'static str, Value> {
    let data = client
        .data(
            "{ organization(slug: \"acme-inc\") {
                agents(first: 1) { edges { node { uuid } } }
                agentTokens(first: 1) { edges { node { uuid } } }
                auditEvents(first: 1) { edges { node { uuid } } }
                clusters(first: 1) { edges { node { id } } }
                invitations(first: 1) { edges { node { uuid } } }
                members(first: 1) { edges { node { user { uuid } } } }
                pipelineTemplates(first: 1) { edges { node { uuid } } }
                rules(first: 1) { edges { node { uuid } } }
                ssoProviders(first: 1) { edges { node { uuid } } }
                auditSecrets: auditEvents(subjectType: [SECRET], first: 1) {
                    edges { node { subject { node { ... on Secret { uuid } } } } }
                }
                auditServices: auditEvents(subjectType: [NOTIFICATION_SERVICE], first: 1) {
                    edges { node { subject { node { ... on NotificationServiceSlack { id } } } } }
                }
            }
            job: pipeline(slug: \"acme-inc/web\") {
                jobs(first: 30, passed: true) {
                    edges { node { ... on JobTypeCommand {
                        uuid
                        artifacts(first: 1) { edges { node { uuid } } }
                    } } }
                }
            }
            api: pipeline(slug: \"acme-inc/api\") { schedules { edges { node { uuid } } } } }",
        )
        .await;
    let organization = &data["organization"];
    let node = |field: &str| organization[field]["edges"][0]["node"].clone();
    let slug = |uuid: &Value| format!("acme-inc/{}", uuid.as_str().unwrap());
    let jobs = data["job"]["jobs"]["edges"].as_array().unwrap();
    let artifact = jobs
        .iter()
        .find_map(|job| job["node"]["artifacts"]["edges"].get(0))
        .unwrap();
    let secret = &node("auditSecrets")["subject"]["node"]["uuid"];
    let schedule = &data["api"]["schedules"]["edges"][0]["node"]["uuid"];
    BTreeMap::from([
        ("agent", json!({ "slug": slug(&node("agents")["uuid"]) })),
        (
            "agentToken",
            json!({ "slug": slug(&node("agentTokens")["uuid"]) }),
        ),
        ("apiAccessTokenCode", json!({ "code": "sandbox" })),
        ("artifact", json!({ "uuid": artifact["node"]["uuid"] })),
        ("auditEvent", json!({ "uuid": node("auditEvents")["uuid"] })),
        ("build", json!({ "slug": "acme-inc/web/200" })),
        ("cluster", json!({ "id": node("clusters")["id"] })),
        ("job", json!({ "uuid": jobs[0]["node"]["uuid"] })),
        ("node", json!({ "id": node("clusters")["id"] })),
        ("organization", json!({ "slug": "acme-inc" })),
        (
            "organizationInvitation",
            json!({ "slug": slug(&node("invitations")["uuid"]) }),
        ),
        (
            "organizationMember",
            json!({ "slug": slug(&node("members")["user"]["uuid"]) }),
        ),
        ("pipeline", json!({ "slug": "acme-inc/web" })),
        (
            "pipelineSchedule",
            json!({ "slug": format!("acme-inc/api/{}", schedule.as_str().unwrap()) }),
        ),
        (
            "pipelineTemplate",
            json!({ "uuid": node("pipelineTemplates")["uuid"] }),
        ),
        ("registry", json!({ "slug": "acme-inc/containers" })),
        ("rule", json!({ "uuid": node("rules")["uuid"] })),
        ("secret", json!({ "uuid": secret })),
        (
            "ssoProvider",
            json!({ "uuid": node("ssoProviders")["uuid"] }),
        ),
        ("team", json!({ "slug": "acme-inc/platform" })),
    ])
}

/// The objects at the end of a path, through lists.
fn objects<'v>(data: &'v Value, path: &[Segment]) -> Vec<&'v Value> {
    let mut here = vec![data];
    for segment in path {
        here = here
            .into_iter()
            .flat_map(|value| match &value[segment.key.as_str()] {
                Value::Array(items) => items.iter().collect(),
                other => vec![other],
            })
            .filter(|value| value.is_object())
            .collect();
    }
    here
}

fn type_names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| type_names(item, found)),
        // There is little to see in an empty connection.
        Value::Object(object) if object.get("edges") == Some(&json!([])) => {}
        Value::Object(object) => {
            found.insert(object["__typename"].as_str().unwrap().to_owned());
        }
        _ => {}
    }
}

/// The types and IDs of all objects that say both.
fn with_ids(value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| with_ids(item, found)),
        Value::Object(object) => {
            if let (Some(type_name), Some(id)) = (object.get("__typename"), object.get("id")) {
                found.push((type_name.as_str().unwrap().to_owned(), id.clone()));
            }
            object.values().for_each(|value| with_ids(value, found));
        }
        _ => {}
    }
}

/// The object types that a query can lead to.
fn reachable(schema: &Schema) -> BTreeSet<String> {
    let implementers = schema.implementers_map();
    let mut found = BTreeSet::new();
    let mut queue = vec!["Query".to_owned()];
    while let Some(name) = queue.pop() {
        match &schema.types[name.as_str()] {
            ExtendedType::Object(object) if found.insert(name.clone()) => {
                let types = object.fields.values();
                queue.extend(types.map(|field| field.ty.inner_named_type().to_string()));
            }
            ExtendedType::Interface(_) => {
                let objects = implementers.get(name.as_str());
                let objects = objects.into_iter().flat_map(|it| it.objects.iter());
                queue.extend(objects.map(ToString::to_string));
            }
            ExtendedType::Union(union) => {
                queue.extend(union.members.iter().map(|member| member.name.to_string()));
            }
            _ => {}
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_of_every_type_resolves_and_every_connection_pages() {
    let mut walker = Walker::new().await;
    walker.queue.push_back(Place {
        path: Vec::new(),
        type_name: "Query".to_owned(),
    });
    // What is rare among the first rows of a connection is looked for on purpose.
    for (key, opener) in RARE {
        walker.look_for(key, opener).await;
    }
    let mut visited = BTreeSet::new();
    while let Some(place) = walker.queue.pop_front() {
        visited.insert(place.type_name.clone());
        walker.look(&place).await;
    }
    let unseen: Vec<String> = reachable(&walker.schema)
        .difference(&visited)
        .cloned()
        .collect();
    insta::assert_json_snapshot!("types_that_do_not_occur", unseen);
    let paged: Vec<String> = walker
        .paged
        .iter()
        .map(|(owner, field)| format!("{owner}.{field}"))
        .collect();
    insta::assert_json_snapshot!("connections_that_were_paged", paged);
}
