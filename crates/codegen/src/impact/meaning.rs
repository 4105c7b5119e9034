//! Where a query says the same and means something else: it relies on a default that is
//! another now, or can be answered with a type of which it does not speak.

use std::collections::BTreeSet;

use apollo_compiler::Name;
use apollo_compiler::coordinate::SchemaCoordinate;

use super::effect::EffectKind;
use super::links::{Links, can_cause};
use super::sites::{Given, Site, Sites, What};
use crate::schema::diff::{Change, ChangeKind};

/// A place that means something else, and why.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) site: usize,
    pub(super) message: String,
    pub(super) change: Change,
}

pub(super) fn changed(sites: &Sites, links: &Links<'_>) -> Vec<Changed> {
    let mut changed = Vec::new();
    for (index, site) in sites.all.iter().enumerate() {
        for change in links.at_site(index) {
            if can_cause(change.kind(), EffectKind::ChangesMeaning)
                && let Some(whereabouts) = relies(site, change.coordinate())
            {
                changed.push(Changed {
                    site: index,
                    message: format!("{whereabouts}, so that its default counts"),
                    change: change.clone(),
                });
            }
        }
    }
    changed
}

/// Types that can come where types are told apart, and could not before.
pub(super) fn new_types(
    sites: &Sites,
    links: &Links<'_>,
    told_apart: &BTreeSet<usize>,
) -> Vec<Changed> {
    let mut changed = Vec::new();
    for &site in told_apart {
        for change in links.at_site(site) {
            let (around, ty) = match change.kind() {
                ChangeKind::TypeAddedToUnion => (change.coordinate().to_string(), change.after()),
                ChangeKind::ImplementedInterfaceAdded => {
                    let interface = change.after().unwrap_or_default().to_owned();
                    (interface, None)
                }
                _ => continue,
            };
            // Of a member of the union, or of the type itself, nothing is new.
            if !sites.all[site].coordinates.contains(&around) {
                continue;
            }
            let ty = ty.map_or_else(|| change.coordinate().to_string(), str::to_owned);
            changed.push(Changed {
                site,
                message: format!("a `{around}` can be a `{ty}` now, which comes as `Other`"),
                change: change.clone(),
            });
        }
    }
    changed
}

/// How a place relies on the default of an argument or input field.
fn relies(site: &Site, coordinate: &SchemaCoordinate) -> Option<String> {
    match (&site.what, coordinate) {
        (
            What::Field {
                parent,
                name,
                given,
                ..
            },
            SchemaCoordinate::FieldArgument(argument),
        ) if argument.ty == *parent && argument.field == *name => {
            left_out(given, &argument.argument)
        }
        (What::Directive { name, given }, SchemaCoordinate::DirectiveArgument(argument))
            if argument.directive == *name =>
        {
            left_out(given, &argument.argument)
        }
        (What::Object { ty, given }, SchemaCoordinate::TypeAttribute(field))
            if field.ty == *ty && !given.contains(&field.attribute) =>
        {
            Some(format!("`{}` is left out here", field.attribute))
        }
        (What::Variable(name), SchemaCoordinate::TypeAttribute(field)) => Some(format!(
            "`{}` may be left out in `${name}`",
            field.attribute
        )),
        _ => None,
    }
}

fn left_out(given: &Given, argument: &Name) -> Option<String> {
    match given.get(argument) {
        None => Some(format!("`{argument}` is left out here")),
        Some(Some(variable)) => Some(format!("`${variable}` may be left out")),
        Some(None) => None,
    }
}
