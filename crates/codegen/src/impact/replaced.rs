//! Which new fields stand in for deprecated ones that the queries select.

use apollo_compiler::coordinate::SchemaCoordinate;
use apollo_compiler::schema::FieldDefinition;
use apollo_compiler::{Name, Schema};

use super::sites::{Sites, What};
use crate::model::deprecation;
use crate::schema::diff::{Change, ChangeKind, SchemaDiff};

/// A deprecated field, and the new one.
#[derive(Debug)]
pub(super) struct Replaceable {
    pub(super) site: usize,
    pub(super) message: String,
    pub(super) change: Change,
}

pub(super) fn find(sites: &Sites, diff: &SchemaDiff, new: &Schema) -> Vec<Replaceable> {
    let mut found = Vec::new();
    for (index, site) in sites.all.iter().enumerate() {
        let What::Field { parent, name, .. } = &site.what else {
            continue;
        };
        let Ok(definition) = new.type_field(parent, name) else {
            continue;
        };
        let Some(reason) = deprecation(&definition.directives) else {
            continue;
        };
        let added = |change: &&Change| {
            change.kind() == ChangeKind::FieldAdded
                && matches!(change.coordinate(), SchemaCoordinate::TypeAttribute(field) if field.ty == *parent)
        };
        let candidates: Vec<_> = diff.changes().iter().filter(added).collect();
        let named: Vec<_> = candidates
            .iter()
            .filter(|change| attribute(change).is_some_and(|name| names(&reason, name)))
            .collect();
        let alike: Vec<_> = candidates
            .iter()
            .filter(|change| {
                let field = attribute(change).map(|name| new.type_field(parent, name));
                matches!(field, Some(Ok(field)) if is_alike(definition, field))
            })
            .collect();
        let (replacements, certainty) = match (&named[..], &alike[..]) {
            ([_, ..], _) => (named, "takes its place, as the schema says"),
            // Of several nobody could tell which.
            ([], [_]) if is_new(diff, parent, name) => {
                (alike, "came at the same time and has the same type")
            }
            _ => continue,
        };
        for &&change in &replacements {
            let coordinate = change.coordinate();
            found.push(Replaceable {
                site: index,
                message: format!(
                    "`{parent}.{name}` is deprecated, and the new field `{coordinate}` {certainty}"
                ),
                change: change.clone(),
            });
        }
    }
    found
}

/// The name of the field that a change is about.
fn attribute(change: &Change) -> Option<&Name> {
    match change.coordinate() {
        SchemaCoordinate::TypeAttribute(field) => Some(&field.attribute),
        _ => None,
    }
}

/// Whether a field is deprecated only now.
fn is_new(diff: &SchemaDiff, parent: &str, name: &str) -> bool {
    diff.changes().iter().any(|change| {
        change.kind() == ChangeKind::DeprecationAdded
            && matches!(change.coordinate(), SchemaCoordinate::TypeAttribute(field) if field.ty == parent && field.attribute == name)
    })
}

fn is_alike(old: &FieldDefinition, new: &FieldDefinition) -> bool {
    old.ty.inner_named_type() == new.ty.inner_named_type() && old.ty.is_list() == new.ty.is_list()
}

/// Whether a text has this name as a word of its own.
fn names(reason: &str, name: &str) -> bool {
    let mut words = reason.split(|c: char| c != '_' && !c.is_alphanumeric());
    words.any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_words() {
        assert!(names("Use `Build.creator` instead.", "creator"));
        assert!(names("creator", "creator"));
        assert!(!names("Use `creators`", "creator"));
        assert!(!names("Use `created_by`", "created"));
    }
}
