//! Directives, and where they may stand.

use apollo_compiler::ast::{DirectiveList, DirectiveLocation};

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
                let known: Vec<_> = set
                    .schema
                    .directive_definitions
                    .values()
                    .filter(|known| known.locations.iter().any(|&place| kind(place).is_some()))
                    .map(|known| &known.name)
                    .collect();
                let help = did_you_mean(name, known.iter().copied(), "@").unwrap_or_else(|| {
                    let known = known.iter().map(|known| format!("@{known}"));
                    format!("remove it; the directives for queries are {}", list(known))
                });
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
                let places: Vec<_> = definition
                    .locations
                    .iter()
                    .filter_map(|&place| kind(place))
                    .map(|(_, several)| several.to_owned())
                    .collect();
                let help = if places.is_empty() {
                    "remove it: it is for schemas".to_owned()
                } else {
                    format!("remove it: it is for {}", enumerate(places, "and"))
                };
                let (one, _) = kind(place).unwrap_or(("this place", ""));
                self.found.push(set.report(
                    "misplaced_directive",
                    directive.location(),
                    &format!("`@{name}` cannot stand on {one}"),
                    "not here",
                    &help,
                ));
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

/// One place and several of its kind, where it is one in queries.
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
        _ => return None,
    })
}
