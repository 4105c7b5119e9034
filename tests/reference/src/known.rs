//! What there is in the sandbox's organization, by what leads to it from the root.

use std::collections::BTreeMap;
use std::error::Error;

use serde_json::Value;

use crate::worlds::World;

/// One of everything that can be asked for by itself.
const SURVEY: &str = include_str!("survey.graphql");
/// The slug of the sandbox's organization.
pub(crate) const ORGANIZATION: &str = "acme-inc";

/// Arguments of the fields of the root, and values for them.
#[derive(Debug)]
pub(crate) struct Known {
    values: BTreeMap<&'static str, (&'static str, Vec<String>)>,
    /// Types and IDs of objects.
    nodes: Vec<(String, String)>,
}

impl Known {
    /// Looks around.
    pub(crate) async fn of(world: &World) -> Result<Self, Box<dyn Error>> {
        let data = world.data(SURVEY).await?;
        let mut objects = Vec::new();
        collect(&data, &mut objects);
        let of_type = |wanted: &str, key: &str| -> Vec<String> {
            let is_wanted = |name: &str| match wanted {
                "Job" => name.starts_with("JobType"),
                wanted => name == wanted,
            };
            let fitting = objects
                .iter()
                .filter(|object| object["__typename"].as_str().is_some_and(is_wanted));
            fitting
                .filter_map(|object| object[key].as_str())
                .map(str::to_owned)
                .collect()
        };
        let inside = |rest: Vec<String>| -> Vec<String> {
            rest.iter()
                .map(|rest| format!("{ORGANIZATION}/{rest}"))
                .collect()
        };
        let nodes: Vec<(String, String)> = objects
            .iter()
            .filter_map(|object| Some((object["__typename"].as_str()?, object["id"].as_str()?)))
            .map(|(name, id)| (name.to_owned(), id.to_owned()))
            .collect();
        let ids = nodes.iter().map(|(_, id)| id.clone()).collect();
        let mut values = BTreeMap::from([
            ("organization", ("slug", vec![ORGANIZATION.to_owned()])),
            ("node", ("id", ids)),
            ("pipeline", ("slug", inside(of_type("Pipeline", "slug")))),
            ("team", ("slug", inside(of_type("Team", "slug")))),
            ("build", ("uuid", of_type("Build", "uuid"))),
            ("job", ("uuid", of_type("Job", "uuid"))),
            ("artifact", ("uuid", of_type("Artifact", "uuid"))),
            ("agent", ("slug", inside(of_type("Agent", "uuid")))),
            ("auditEvent", ("uuid", of_type("AuditEvent", "uuid"))),
            ("registry", ("uuid", of_type("Registry", "uuid"))),
            ("rule", ("uuid", of_type("Rule", "uuid"))),
            ("ssoProvider", ("uuid", of_type("SSOProvider", "uuid"))),
            (
                "organizationMember",
                ("slug", inside(of_type("OrganizationMember", "uuid"))),
            ),
            (
                "organizationInvitation",
                ("slug", inside(of_type("OrganizationInvitation", "uuid"))),
            ),
            (
                "agentToken",
                ("slug", inside(of_type("AgentToken", "uuid"))),
            ),
            (
                "pipelineTemplate",
                ("uuid", of_type("PipelineTemplate", "uuid")),
            ),
            ("apiAccessTokenCode", ("code", vec!["sandbox".to_owned()])),
        ]);
        // Not every seed has one of each.
        values.retain(|_, (_, values)| !values.is_empty());
        if values.contains_key("build") {
            Ok(Self { values, nodes })
        } else {
            Err(format!("the survey found no builds: {data}").into())
        }
    }

    /// Everything that there is for a field of the root.
    pub(crate) fn all(&self, field: &str) -> &[String] {
        self.values.get(field).map_or(&[], |(_, values)| values)
    }

    /// The ID of an object of one of these types.
    pub(crate) fn node_of(&self, types: &[&str], choice: usize) -> Option<&str> {
        let fitting = self.nodes.iter();
        let fitting: Vec<_> = fitting
            .filter(|(name, _)| types.contains(&name.as_str()))
            .collect();
        let (_, id) = fitting.get(choice % fitting.len().max(1))?;
        Some(id)
    }

    /// Each type that there is an object of, with the ID of one.
    pub(crate) fn one_of_each(&self) -> Vec<(&str, &str)> {
        let nodes = self.nodes.iter();
        let one_of_each: BTreeMap<_, _> = nodes.map(|(name, id)| (&**name, &**id)).collect();
        one_of_each.into_iter().collect()
    }

    /// An argument and a value with which this field of the root finds something.
    pub(crate) fn one(&self, field: &str, choice: usize) -> Option<(&'static str, &str)> {
        let (argument, values) = self.values.get(field)?;
        let value = values.get(choice % values.len().max(1))?;
        Some((argument, value))
    }
}

/// Every object of an answer that says what type it is of.
fn collect<'v>(value: &'v Value, objects: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("__typename") {
                objects.push(value);
            }
            for inner in fields.values() {
                collect(inner, objects);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, objects);
            }
        }
        _ => {}
    }
}
