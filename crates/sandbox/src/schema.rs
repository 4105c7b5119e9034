//! The schema that is served, and what is looked up in it. Buildkite's is parsed and
//! validated once for all sandboxes of a process.

use std::sync::{Arc, LazyLock};

use apollo_compiler::collections::HashMap;
use apollo_compiler::response::GraphQLError;
use apollo_compiler::schema::{ExtendedType, Implementers};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

use crate::documents::{Document, Documents};
use crate::world::chance::count;

/// The schema and what is looked up in it often.
#[derive(Debug)]
pub(crate) struct ServedSchema {
    pub(crate) schema: Valid<Schema>,
    pub(crate) implementers: HashMap<Name, Implementers>,
    /// Every object type, in the order of the schema; a type's place is its index.
    objects: Vec<Name>,
    documents: Documents,
}

static SERVED: LazyLock<Result<ServedSchema, String>> =
    LazyLock::new(|| ServedSchema::parse(buildkite_schema::SDL, buildkite_schema::PATH));

impl ServedSchema {
    /// A schema given as text, or why it cannot be served. `path` is what reports
    /// call the text.
    pub(crate) fn parse(text: &str, path: &str) -> Result<Self, String> {
        let schema =
            Schema::parse_and_validate(text, path).map_err(|invalid| invalid.errors.to_string())?;
        let mut objects: Vec<Name> = schema
            .types
            .iter()
            .filter(|(_, definition)| definition.is_object() && !definition.is_built_in())
            .map(|(name, _)| name.clone())
            .collect();
        objects.sort();
        Ok(Self {
            implementers: schema.implementers_map(),
            objects,
            schema,
            documents: Documents::default(),
        })
    }

    /// The document of a text, or everything that is wrong with it.
    pub(crate) fn read(&self, text: &str) -> Result<Arc<Document>, Vec<GraphQLError>> {
        self.documents.read(&self.schema, text)
    }

    /// Buildkite's schema, or why it cannot be served.
    pub(crate) fn get() -> Result<&'static Self, &'static str> {
        SERVED.as_ref().map_err(String::as_str)
    }

    /// The index of an object type.
    pub(crate) fn object_index(&self, name: &str) -> Option<u64> {
        let place = self
            .objects
            .binary_search_by(|object| object.as_str().cmp(name))
            .ok()?;
        Some(count(place))
    }

    /// The object type with this index.
    pub(crate) fn object(&self, index: u64) -> Option<&Name> {
        self.objects.get(usize::try_from(index).ok()?)
    }

    /// The object types that an object, interface or union may turn out to be, in
    /// alphabetical order.
    pub(crate) fn possible(&self, name: &str) -> Vec<&Name> {
        let mut possible: Vec<&Name> = match self.schema.types.get(name) {
            Some(ExtendedType::Object(object)) => vec![&object.name],
            Some(ExtendedType::Interface(_)) => self
                .implementers
                .get(name)
                .map(|implementers| implementers.objects.iter().collect())
                .unwrap_or_default(),
            Some(ExtendedType::Union(union)) => {
                union.members.iter().map(|member| &member.name).collect()
            }
            _ => Vec::new(),
        };
        possible.sort();
        possible
    }

    /// Whether a type is a page of something, in Relay's form.
    pub(crate) fn is_connection(&self, name: &str) -> bool {
        let fields = match self.schema.types.get(name) {
            Some(ExtendedType::Object(object)) => &object.fields,
            Some(ExtendedType::Interface(interface)) => &interface.fields,
            _ => return false,
        };
        let has_rows = fields.contains_key("edges") || fields.contains_key("nodes");
        has_rows && fields.contains_key("pageInfo")
    }

    /// The values of an enum, in the order of the schema.
    pub(crate) fn values(&self, name: &str) -> Vec<&Name> {
        match self.schema.types.get(name) {
            Some(ExtendedType::Enum(definition)) => definition.values.keys().collect(),
            _ => Vec::new(),
        }
    }
}
