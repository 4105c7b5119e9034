//! What is asked of a schema all the time.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{FieldDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};

/// A schema with its composite types compared.
#[derive(Debug)]
pub(crate) struct Types {
    pub(crate) schema: Valid<Schema>,
    /// The object types behind every object, interface and union.
    possible: BTreeMap<Name, BTreeSet<Name>>,
    /// The composite types that have an object type in common with one, itself
    /// included.
    overlapping: BTreeMap<Name, Vec<Name>>,
}

impl Types {
    pub(crate) fn new(schema: Valid<Schema>) -> Self {
        let implementers = schema.implementers_map();
        let mut possible = BTreeMap::new();
        for (name, ty) in &schema.types {
            let objects: BTreeSet<Name> = match ty {
                ExtendedType::Object(_) => BTreeSet::from([name.clone()]),
                ExtendedType::Interface(_) => implementers
                    .get(name)
                    .map(|found| found.objects.iter().cloned().collect())
                    .unwrap_or_default(),
                ExtendedType::Union(union) => union
                    .members
                    .iter()
                    .map(|member| member.name.clone())
                    .collect(),
                _ => continue,
            };
            possible.insert(name.clone(), objects);
        }
        let overlapping = possible
            .iter()
            .map(|(name, objects)| {
                let others = possible
                    .iter()
                    .filter(|(other, _)| !other.starts_with("__"))
                    .filter(|(_, others)| !objects.is_disjoint(others))
                    .map(|(other, _)| other.clone())
                    .collect();
                (name.clone(), others)
            })
            .collect();
        Self {
            schema,
            possible,
            overlapping,
        }
    }

    /// The composite types that a fragment inside this one may be on.
    pub(crate) fn overlapping(&self, name: &str) -> &[Name] {
        self.overlapping.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every object, interface and union that some object is of.
    pub(crate) fn composites(&self) -> Vec<&Name> {
        self.possible
            .iter()
            .filter(|(name, objects)| !objects.is_empty() && !name.starts_with("__"))
            .map(|(name, _)| name)
            .collect()
    }

    pub(crate) fn is_composite(&self, name: &str) -> bool {
        self.possible.contains_key(name)
    }

    /// Whether some object can be of this type; nothing else can be answered.
    pub(crate) fn is_inhabited(&self, name: &str) -> bool {
        self.possible
            .get(name)
            .is_none_or(|objects| !objects.is_empty())
    }

    /// The fields of an object or interface.
    pub(crate) fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        let fields = match self.schema.types.get(name) {
            Some(ExtendedType::Object(object)) => &object.fields,
            Some(ExtendedType::Interface(interface)) => &interface.fields,
            _ => return Vec::new(),
        };
        fields
            .values()
            .map(|field| -> &Node<FieldDefinition> { field })
            .map(|field| &**field)
            .collect()
    }

    pub(crate) fn field(&self, name: &str, field: &str) -> Option<&FieldDefinition> {
        self.fields(name)
            .into_iter()
            .find(|present| present.name == field)
    }

    /// Whether a type is a connection in Relay's form.
    pub(crate) fn is_connection(&self, name: &str) -> bool {
        self.field(name, "pageInfo").is_some()
            && (self.field(name, "edges").is_some() || self.field(name, "nodes").is_some())
    }

    /// What two fields under one key must have in common, whatever their types
    /// select further.
    pub(crate) fn shape(&self, ty: &Type) -> String {
        let named = ty.inner_named_type();
        if self.is_composite(named) {
            ty.to_string().replace(named.as_str(), "{}")
        } else {
            ty.to_string()
        }
    }
}
