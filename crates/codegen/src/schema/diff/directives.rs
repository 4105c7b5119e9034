//! Definitions of directives.

use apollo_compiler::Node;
use apollo_compiler::Schema;
use apollo_compiler::ast::{DirectiveDefinition, DirectiveLocation};
use apollo_compiler::coordinate::DirectiveCoordinate;

use super::super::one_of;
use super::fields::InputKinds;
use super::pairs::{Pair, pairs};
use super::{ChangeKind, Comparison};

const ARGUMENTS: InputKinds = InputKinds {
    what: "the argument",
    removed: ChangeKind::DirectiveArgRemoved,
    required_added: ChangeKind::RequiredDirectiveArgAdded,
    optional_added: ChangeKind::OptionalDirectiveArgAdded,
    changed_kind: ChangeKind::DirectiveArgChangedKind,
    changed_kind_safe: ChangeKind::DirectiveArgChangedKindSafe,
    default_changed: ChangeKind::DirectiveArgDefaultValueChange,
    default_added: ChangeKind::DirectiveArgDefaultValueAdded,
};

impl<'s> Comparison<'s> {
    pub(super) fn directives(&mut self) {
        let (old, new) = (definitions(self.old), definitions(self.new));
        let one_of = one_of::definition();
        for pair in pairs(old.into_iter(), new.into_iter(), |directive| {
            &directive.name
        }) {
            match pair {
                // It belongs to GraphQL, whether a text defines it or not. The parser has
                // the others of that sort in every schema.
                Pair::Removed(old) if old.name == one_of.name => {}
                Pair::Added(new) if new.name == one_of.name => {}
                Pair::Removed(old) => {
                    let place = of_directive(old);
                    let message = format!("the directive `{place}` was removed");
                    let before = Some(place.to_string());
                    self.found(ChangeKind::DirectiveRemoved, place, before, None, message);
                }
                Pair::Added(new) => {
                    let place = of_directive(new);
                    let message = format!("the directive `{place}` was added");
                    let after = Some(place.to_string());
                    self.found(ChangeKind::DirectiveAdded, place, None, after, message);
                }
                Pair::Both(old, new) => self.directive(old, new),
            }
        }
    }

    fn directive(&mut self, old: &'s DirectiveDefinition, new: &'s DirectiveDefinition) {
        let place = of_directive(old);
        self.repeatable(&place, old, new);
        self.locations(&place, &old.locations, &new.locations);
        let descriptions = (&old.description, &new.description);
        self.description(
            place.clone(),
            descriptions.0.as_ref(),
            descriptions.1.as_ref(),
        );

        let old = old.arguments.iter().map(|argument| &**argument);
        let new = new.arguments.iter().map(|argument| &**argument);
        self.inputs(&ARGUMENTS, old, new, |name| {
            place.with_argument(name.clone()).into()
        });
    }

    fn repeatable(
        &mut self,
        place: &DirectiveCoordinate,
        old: &DirectiveDefinition,
        new: &DirectiveDefinition,
    ) {
        let repeatable = || Some("repeatable".to_owned());
        match (old.repeatable, new.repeatable) {
            (true, false) => {
                let message = format!("the directive `{place}` can stand only once at a place now");
                let kind = ChangeKind::DirectiveRepeatableRemoved;
                self.found(kind, place.clone(), repeatable(), None, message);
            }
            (false, true) => {
                let message = format!("the directive `{place}` can be repeated at a place now");
                let kind = ChangeKind::DirectiveRepeatableAdded;
                self.found(kind, place.clone(), None, repeatable(), message);
            }
            _ => {}
        }
    }

    fn locations(
        &mut self,
        place: &DirectiveCoordinate,
        old: &[DirectiveLocation],
        new: &[DirectiveLocation],
    ) {
        for location in old.iter().filter(|location| !new.contains(location)) {
            let message = format!("the directive `{place}` can no longer stand on `{location}`");
            let before = Some(location.to_string());
            let kind = ChangeKind::DirectiveLocationRemoved;
            self.found(kind, place.clone(), before, None, message);
        }
        for location in new.iter().filter(|location| !old.contains(location)) {
            let message = format!("the directive `{place}` can stand on `{location}` now");
            let after = Some(location.to_string());
            let kind = ChangeKind::DirectiveLocationAdded;
            self.found(kind, place.clone(), None, after, message);
        }
    }
}

fn definitions(schema: &Schema) -> Vec<&DirectiveDefinition> {
    let definitions = schema.directive_definitions.values();
    definitions.map(Node::as_ref).collect()
}

fn of_directive(directive: &DirectiveDefinition) -> DirectiveCoordinate {
    directive.name.clone().into()
}
