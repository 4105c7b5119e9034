//! Which changes are about which places, and which of them can have caused what is seen there.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::coordinate::SchemaCoordinate;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

use super::effect::EffectKind;
use super::sites::Sites;
use crate::model::camel;
use crate::schema::diff::{Change, ChangeKind, ChangeSeverity, SchemaDiff};

/// The changes at each site.
#[derive(Debug)]
pub(super) struct Links<'a> {
    changes: &'a [Change],
    /// By site, the places of changes among all.
    at: Vec<BTreeSet<usize>>,
    /// The same of what sites only rely on.
    implied: Vec<BTreeSet<usize>>,
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
        let alike = Alike::of(old, new);
        let mut by_coordinate: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, change) in changes.iter().enumerate() {
            for coordinate in mentioned(change, old, new, &alike) {
                by_coordinate.entry(coordinate).or_default().push(index);
            }
        }
        let of = |coordinate: &String| by_coordinate.get(coordinate).into_iter().flatten().copied();
        let at = sites.all.iter().map(|site| {
            let found = site.coordinates.iter().flat_map(of);
            found
                .filter(|index| !site.gives(changes[*index].coordinate()))
                .collect()
        });
        let implied = sites.all.iter();
        let implied = implied.map(|site| site.implied.iter().flat_map(of).collect());
        Self {
            changes,
            at: at.collect(),
            implied: implied.collect(),
        }
    }

    /// The changes at a site, be they of any kind.
    pub(super) fn at_site(&self, site: usize) -> impl Iterator<Item = &'a Change> {
        self.at[site].iter().map(|index| &self.changes[*index])
    }

    /// The changes that can have caused something at a site: those at the site itself; or at
    /// the nearest one around it; or somewhere inside of it; or beside it, the nearer the
    /// better; or in a fragment; or wherever else in the same operations.
    pub(super) fn causes(&self, sites: &Sites, site: Option<usize>, cause: Cause) -> Vec<Change> {
        let Some(site) = site else {
            return Vec::new();
        };
        let definition = sites.all[site].definition;
        let outwards = || std::iter::once(site).chain(sites.around(site));
        let itself = outwards().map(|site| site..site + 1);
        let inside = outwards().map(|site| sites.inside(site));
        let reached = std::iter::once_with(|| sites.reached(definition));
        let beside = std::iter::once_with(|| sites.beside(definition));
        let elsewhere = reached.chain(beside).flatten();
        itself
            .chain(inside)
            .chain(elsewhere.map(|whole| whole..sites.inside(whole).end))
            .map(|sites| self.among(sites, cause))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// The changes that can have caused something at any of these sites.
    pub(super) fn among(&self, sites: impl Iterator<Item = usize>, cause: Cause) -> Vec<Change> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut implied: BTreeSet<usize> = BTreeSet::new();
        for site in sites {
            found.extend(&self.at[site]);
            implied.extend(&self.implied[site]);
        }
        let kind = |index: &usize| self.changes[*index].kind();
        found.retain(|index| cause.is(kind(index)));
        if found.is_empty() && cause.is_of_what_is_implied() {
            found = implied;
            found.retain(|index| !is_silent(kind(index)));
        }
        let found: Vec<_> = found.iter().map(|index| &self.changes[*index]).collect();
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
fn mentioned(change: &Change, old: &Schema, new: &Schema, alike: &Alike<'_>) -> BTreeSet<String> {
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
        // Which types there can be behind an interface. Of a union nothing more is said: to
        // its members it makes no difference.
        K::ImplementedInterfaceAdded | K::ImplementedInterfaceRemoved => {
            mentioned.extend(change.before().or(change.after()).map(str::to_owned));
        }
        // They come and go with what uses them.
        K::TypeAdded | K::TypeRemoved if is_built_in(coordinate, old, new) => mentioned.clear(),
        K::TypeAdded | K::TypeRemoved | K::TypeChangedKind => {
            mentioned.extend(interfaces(old, coordinate));
            mentioned.extend(interfaces(new, coordinate));
            mentioned.extend(alike.to(coordinate));
        }
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

/// The enums and input objects by the names that they would like to have in Rust. Those that
/// want the same get others, be they used or not.
struct Alike<'a>(BTreeMap<String, BTreeSet<&'a Name>>);

impl<'a> Alike<'a> {
    fn of(old: &'a Schema, new: &'a Schema) -> Self {
        let mut names: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (name, ty) in old.types.iter().chain(&new.types) {
            if ty.is_enum() || ty.is_input_object() {
                names.entry(camel(name)).or_default().insert(name);
            }
        }
        Self(names)
    }

    fn to(&self, coordinate: &SchemaCoordinate) -> impl Iterator<Item = String> {
        let wanted = match coordinate {
            SchemaCoordinate::Type(ty) => self.0.get(&camel(&ty.ty)),
            _ => None,
        };
        wanted.into_iter().flatten().map(ToString::to_string)
    }
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
    fn is_of_what_is_implied(self) -> bool {
        matches!(
            self,
            Self::Of(EffectKind::ChangesType | EffectKind::ChangesCost | EffectKind::Warns)
        )
    }

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

/// Whether a change makes no difference to what is compiled.
fn is_silent(kind: ChangeKind) -> bool {
    use ChangeKind as K;
    is_deprecation(kind) || matches!(kind, K::DescriptionChanged | K::SpecifiedByChanged)
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
    let is_silent = is_silent(kind);
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
