//! Which changes are about which places, and which of them can have caused what is seen there.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::coordinate::SchemaCoordinate;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

use super::effect::EffectKind;
use super::sites::Sites;
use crate::schema::diff::{Change, ChangeKind, ChangeSeverity, SchemaDiff};

/// The changes at each site.
#[derive(Debug)]
pub(super) struct Links<'a> {
    changes: &'a [Change],
    /// By site, the places of changes among all.
    at: Vec<BTreeSet<usize>>,
}

/// What is looked for among the changes at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// What can have such an effect.
    Of(EffectKind),
    /// That something is deprecated.
    Deprecation,
}

impl<'a> Links<'a> {
    pub(super) fn new(sites: &Sites, diff: &'a SchemaDiff, old: &Schema, new: &Schema) -> Self {
        let changes = diff.changes();
        let mut by_coordinate: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, change) in changes.iter().enumerate() {
            for coordinate in mentioned(change, old, new) {
                by_coordinate.entry(coordinate).or_default().push(index);
            }
        }
        let at = sites
            .sites
            .iter()
            .map(|site| {
                let coordinates = site.coordinates.iter();
                let found = coordinates.filter_map(|coordinate| by_coordinate.get(coordinate));
                let found = found.flatten().copied();
                found
                    .filter(|index| !site.gives(changes[*index].coordinate()))
                    .collect()
            })
            .collect();
        Self { changes, at }
    }

    /// The changes at a site, be they of any kind.
    pub(super) fn at_site(&self, site: usize) -> impl Iterator<Item = &'a Change> {
        self.at[site].iter().map(|index| &self.changes[*index])
    }

    /// The changes that can have caused something at a site: those at the site itself; or at
    /// the nearest one around it; or somewhere inside of it.
    pub(super) fn causes(&self, sites: &Sites, site: Option<usize>, cause: Cause) -> Vec<Change> {
        let mut next = site;
        while let Some(site) = next {
            let found = self.among(std::iter::once(site), cause);
            if !found.is_empty() {
                return found;
            }
            next = sites.sites[site].around;
        }
        let inside = site.map(|site| sites.inside(site)).unwrap_or_default();
        self.among(inside.into_iter(), cause)
    }

    /// The changes that can have caused something at any of these sites.
    pub(super) fn among(&self, sites: impl Iterator<Item = usize>, cause: Cause) -> Vec<Change> {
        let found: BTreeSet<_> = sites.flat_map(|site| &self.at[site]).collect();
        let found = found.into_iter().map(|index| &self.changes[*index]);
        let found: Vec<_> = found.filter(|change| cause.is(change.kind())).collect();
        // Where some of them break, the others are not to blame.
        let breaks = |change: &&Change| change.severity() == ChangeSeverity::Breaking;
        let only_breaking =
            cause == Cause::Of(EffectKind::StopsCompiling) && found.iter().any(breaks);
        found
            .into_iter()
            .filter(|change| !only_breaking || breaks(change))
            .cloned()
            .collect()
    }
}

/// The coordinates at which a change makes itself felt.
fn mentioned(change: &Change, old: &Schema, new: &Schema) -> BTreeSet<String> {
    use ChangeKind as K;
    let coordinate = change.coordinate();
    let mut mentioned = BTreeSet::from([coordinate.to_string()]);
    match change.kind() {
        K::DeprecationAdded if is_value(coordinate, new) => mentioned.extend(holder(coordinate)),
        // What is not given stands nowhere, and what is read of an enum can be any of its
        // values.
        K::RequiredInputFieldAdded
        | K::OptionalInputFieldAdded
        | K::FieldChangedKind
        | K::InputFieldDefaultValueChange
        | K::InputFieldDefaultValueAdded
            if is_input(coordinate, old) || is_input(coordinate, new) =>
        {
            mentioned.extend(holder(coordinate));
        }
        K::ValueAddedToEnum
        | K::ValueRemovedFromEnum
        | K::RequiredArgAdded
        | K::ArgChangedKind
        | K::ArgDefaultValueChange
        | K::ArgDefaultValueAdded
        | K::RequiredDirectiveArgAdded
        | K::DirectiveArgChangedKind
        | K::DirectiveArgDefaultValueChange
        | K::DirectiveArgDefaultValueAdded => mentioned.extend(holder(coordinate)),
        // Which types there can be behind an interface or union.
        K::ImplementedInterfaceAdded
        | K::ImplementedInterfaceRemoved
        | K::TypeAddedToUnion
        | K::TypeRemovedFromUnion => {
            mentioned.extend(change.before().or(change.after()).map(str::to_owned));
        }
        // They come and go with what uses them.
        K::TypeAdded | K::TypeRemoved if is_built_in(coordinate, old, new) => mentioned.clear(),
        K::TypeAdded => mentioned.extend(interfaces(new, coordinate)),
        K::TypeRemoved => mentioned.extend(interfaces(old, coordinate)),
        // A type with the fields of a connection is one.
        K::FieldAdded | K::FieldRemoved => {
            if let SchemaCoordinate::TypeAttribute(field) = coordinate
                && ["edges", "nodes", "pageInfo"].contains(&field.attribute.as_str())
            {
                mentioned.insert(field.ty.to_string());
            }
        }
        _ => {}
    }
    mentioned
}

fn is_built_in(coordinate: &SchemaCoordinate, old: &Schema, new: &Schema) -> bool {
    let SchemaCoordinate::Type(ty) = coordinate else {
        return false;
    };
    let mut definitions = [old, new]
        .into_iter()
        .filter_map(|schema| schema.types.get(&ty.ty));
    definitions.any(ExtendedType::is_built_in)
}

fn is_value(coordinate: &SchemaCoordinate, schema: &Schema) -> bool {
    matches!(coordinate, SchemaCoordinate::TypeAttribute(value) if schema.get_enum(&value.ty).is_some())
}

fn is_input(coordinate: &SchemaCoordinate, schema: &Schema) -> bool {
    matches!(coordinate, SchemaCoordinate::TypeAttribute(field) if schema.get_input_object(&field.ty).is_some())
}

fn holder(coordinate: &SchemaCoordinate) -> Option<String> {
    Some(match coordinate {
        SchemaCoordinate::Type(_) | SchemaCoordinate::Directive(_) => return None,
        SchemaCoordinate::TypeAttribute(attribute) => attribute.ty.to_string(),
        SchemaCoordinate::FieldArgument(argument) => {
            format!("{}.{}", argument.ty, argument.field)
        }
        SchemaCoordinate::DirectiveArgument(argument) => format!("@{}", argument.directive),
    })
}

fn interfaces(schema: &Schema, coordinate: &SchemaCoordinate) -> Vec<String> {
    let SchemaCoordinate::Type(ty) = coordinate else {
        return Vec::new();
    };
    let object = schema.get_object(&ty.ty);
    let interfaces = object.map(|object| &object.implements_interfaces);
    let interfaces = interfaces.into_iter().flatten();
    interfaces
        .map(|interface| &interface.name)
        .map(Name::to_string)
        .collect()
}

impl Cause {
    pub(super) fn is(self, kind: ChangeKind) -> bool {
        match self {
            Self::Deprecation => is_deprecation(kind),
            Self::Of(effect) => can_cause(kind, effect),
        }
    }
}

fn is_deprecation(kind: ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::DeprecationAdded
            | ChangeKind::DeprecationRemoved
            | ChangeKind::DeprecationReasonChanged
    )
}

/// Whether a change can have an effect at a place that it is about.
pub(super) fn can_cause(kind: ChangeKind, effect: EffectKind) -> bool {
    use ChangeKind as K;
    let is_of_arguments = matches!(
        kind,
        K::RequiredArgAdded
            | K::ArgRemoved
            | K::ArgChangedKind
            | K::OptionalArgAdded
            | K::ArgChangedKindSafe
            | K::DirectiveRemoved
            | K::DirectiveArgRemoved
            | K::RequiredDirectiveArgAdded
            | K::DirectiveRepeatableRemoved
            | K::DirectiveLocationRemoved
            | K::DirectiveArgChangedKind
            | K::DirectiveAdded
            | K::OptionalDirectiveArgAdded
            | K::DirectiveArgChangedKindSafe
            | K::DirectiveArgDefaultValueChange
            | K::DirectiveArgDefaultValueAdded
            | K::DirectiveRepeatableAdded
            | K::DirectiveLocationAdded
    );
    let is_of_defaults = matches!(kind, K::ArgDefaultValueChange | K::ArgDefaultValueAdded);
    let is_silent =
        is_deprecation(kind) || matches!(kind, K::DescriptionChanged | K::SpecifiedByChanged);
    match effect {
        EffectKind::StopsCompiling | EffectKind::Warns => !is_silent,
        EffectKind::ChangesType => !is_silent && !is_of_arguments && !is_of_defaults,
        EffectKind::ChangesCost => !is_silent && !is_of_arguments,
        EffectKind::ChangesMeaning => {
            is_of_defaults
                || matches!(
                    kind,
                    K::InputFieldDefaultValueChange | K::DirectiveArgDefaultValueChange
                )
        }
        EffectKind::Replaceable => kind == K::FieldAdded,
    }
}
