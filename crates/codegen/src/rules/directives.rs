//! Directives, and where they may stand.

use apollo_compiler::ast::{DirectiveDefinition, DirectiveList, DirectiveLocation};
use apollo_compiler::{Name, Schema};

use super::selections::Walk;
use super::uses::Owner;
use crate::advice::{did_you_mean, enumerate, list};
use crate::frame::and_there;

impl<'a> Walk<'a, '_> {
    pub(super) fn directives(&mut self, directives: &'a DirectiveList, place: DirectiveLocation) {
        let set = self.set;
        for (index, directive) in directives.iter().enumerate() {
            let name = &directive.name;
            let Some(definition) = set.schema.directive_definitions.get(name) else {
                self.arguments_of_unknown(&directive.arguments);
                let help = instead(set.schema, name, place);
                self.found.push(set.report(
                    "unknown_directive",
                    directive.location(),
                    &format!("there is no directive `@{name}`"),
                    "no such directive",
                    &help,
                ));
                continue;
            };
            if !definition.locations.contains(&place) {
                let help = elsewhere(set.schema, definition, place);
                let (one, _) = kind(place).unwrap_or(("this place", ""));
                self.found.push(set.report(
                    "misplaced_directive",
                    directive.location(),
                    &format!("`@{name}` cannot stand on {one}"),
                    "not here",
                    &help,
                ));
                // What it would take elsewhere does not matter.
                self.arguments_of_unknown(&directive.arguments);
                continue;
            }
            let first = directives[..index]
                .iter()
                .find(|before| before.name == *name);
            if let Some(first) = first.filter(|_| !definition.repeatable) {
                let report = set.report(
                    "duplicate_directive",
                    directive.location(),
                    &format!("`@{name}` stands here twice"),
                    "again",
                    "remove one of them",
                );
                self.found.push(and_there(
                    report,
                    set.sources,
                    first.location(),
                    "the first one",
                ));
            }
            self.arguments(
                Owner::Directive(&definition.name),
                &definition.arguments,
                &directive.arguments,
                directive.location(),
            );
        }
    }
}

/// What to write instead of a directive that is not known.
fn instead(schema: &Schema, name: &Name, place: DirectiveLocation) -> String {
    let beside = beside(schema, place);
    let here = named(schema, |known| known.contains(&place));
    did_you_mean(name, here.iter().copied(), "@")
        .or_else(|| did_you_mean(name, beside.iter().copied(), "@"))
        .unwrap_or_else(|| {
            let (known, for_what) = if is_in_query(place) {
                (beside, "queries")
            } else {
                (
                    here,
                    kind(place).map_or("this place", |(_, several)| several),
                )
            };
            if known.is_empty() {
                return format!("remove it: there are no directives for {for_what}");
            }
            let known: Vec<_> = known.iter().map(|known| format!("@{known}")).collect();
            if let [only] = &known[..] {
                return format!("remove it; the only directive for {for_what} is `{only}`");
            }
            format!(
                "remove it; the directives for {for_what} are {}",
                list(known)
            )
        })
}

/// What to do with a directive that cannot stand at a place.
fn elsewhere(
    schema: &Schema,
    definition: &DirectiveDefinition,
    place: DirectiveLocation,
) -> String {
    let in_query = is_in_query(place);
    if !in_query {
        let here = named(schema, |known| known.contains(&place));
        if let Some(help) = did_you_mean(&definition.name, here, "@") {
            return help;
        }
    }
    let places: Vec<_> = definition
        .locations
        .iter()
        .filter(|other| is_in_query(**other) == in_query)
        .filter_map(|&place| kind(place))
        .map(|(_, several)| several.to_owned())
        .collect();
    match (places.is_empty(), in_query) {
        (true, true) => "remove it: it is for schemas".to_owned(),
        (true, false) if definition.locations.iter().copied().any(is_in_query) => {
            "remove it: it is for queries".to_owned()
        }
        (true, false) => "remove it: it is not for client schemas".to_owned(),
        (false, _) => format!("remove it: it is for {}", enumerate(places, "and")),
    }
}

/// The directives that can stand in the same kind of document.
fn beside(schema: &Schema, place: DirectiveLocation) -> Vec<&Name> {
    named(schema, |known| {
        known
            .iter()
            .any(|other| is_in_query(*other) == is_in_query(place) && kind(*other).is_some())
    })
}

/// The names of the directives that can stand at such places.
fn named(schema: &Schema, at: impl Fn(&[DirectiveLocation]) -> bool) -> Vec<&Name> {
    schema
        .directive_definitions
        .values()
        .filter(|known| at(&known.locations))
        .map(|known| &known.name)
        .collect()
}

/// Whether a place is one in queries, and not in schemas.
fn is_in_query(place: DirectiveLocation) -> bool {
    matches!(
        place,
        DirectiveLocation::Query
            | DirectiveLocation::Mutation
            | DirectiveLocation::Subscription
            | DirectiveLocation::Field
            | DirectiveLocation::FragmentDefinition
            | DirectiveLocation::FragmentSpread
            | DirectiveLocation::InlineFragment
            | DirectiveLocation::VariableDefinition
    )
}

/// One place and several of its kind, where it is one in queries or may be one
/// in a client schema.
fn kind(place: DirectiveLocation) -> Option<(&'static str, &'static str)> {
    Some(match place {
        DirectiveLocation::Query => ("a query", "queries"),
        DirectiveLocation::Mutation => ("a mutation", "mutations"),
        DirectiveLocation::Field => ("a field", "fields"),
        DirectiveLocation::FragmentDefinition => ("a fragment", "fragments"),
        DirectiveLocation::FragmentSpread => ("a fragment spread", "fragment spreads"),
        DirectiveLocation::InlineFragment => ("an inline fragment", "inline fragments"),
        DirectiveLocation::VariableDefinition => {
            ("the declaration of a variable", "declarations of variables")
        }
        DirectiveLocation::Schema => ("a schema", "schemas"),
        DirectiveLocation::Scalar => ("a scalar", "scalars"),
        DirectiveLocation::Object => ("an object type", "object types"),
        DirectiveLocation::Interface => ("an interface", "interfaces"),
        DirectiveLocation::Union => ("a union", "unions"),
        DirectiveLocation::Enum => ("an enum", "enums"),
        DirectiveLocation::InputObject => ("an input", "inputs"),
        // A client schema cannot reach what is inside of types.
        DirectiveLocation::FieldDefinition
        | DirectiveLocation::ArgumentDefinition
        | DirectiveLocation::InputFieldDefinition
        | DirectiveLocation::EnumValue
        | DirectiveLocation::Subscription => return None,
    })
}
