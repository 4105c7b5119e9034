//! When a selection is part of an operation: what `@include` and `@skip` say.

use std::collections::BTreeSet;

use apollo_compiler::Name;
use apollo_compiler::ast::{DirectiveList, Value};

/// Any of several cases, in each of which all of some variables have certain
/// values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Condition(BTreeSet<Case>);

/// How many cases are told apart. With more a condition counts as met: better
/// too many points than a plan without end.
const MOST: usize = 16;

/// Variables, and what they have to be.
type Case = BTreeSet<(Name, bool)>;

impl Condition {
    pub(crate) fn always() -> Self {
        Self(BTreeSet::from([Case::new()]))
    }

    pub(crate) fn never() -> Self {
        Self(BTreeSet::new())
    }

    /// What the directives of one selection ask for.
    pub(crate) fn of(directives: &DirectiveList) -> Self {
        let mut case = Case::new();
        for directive in directives {
            let wanted = match directive.name.as_str() {
                "include" => true,
                "skip" => false,
                _ => continue,
            };
            match directive
                .specified_argument_by_name("if")
                .map(AsRef::as_ref)
            {
                Some(Value::Boolean(value)) if *value != wanted => return Self::never(),
                Some(Value::Variable(name)) => {
                    if case.contains(&(name.clone(), !wanted)) {
                        return Self::never();
                    }
                    case.insert((name.clone(), wanted));
                }
                _ => {}
            }
        }
        Self(BTreeSet::from([case]))
    }

    pub(crate) fn is_always(&self) -> bool {
        self.0.iter().any(BTreeSet::is_empty)
    }

    pub(crate) fn is_never(&self) -> bool {
        self.0.is_empty()
    }

    /// Both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = Self::never();
        for case in &self.0 {
            for another in &other.0 {
                let case: Case = case.union(another).cloned().collect();
                let contradicts = case
                    .iter()
                    .any(|(name, value)| case.contains(&(name.clone(), !value)));
                if !contradicts {
                    both.add(case);
                }
            }
        }
        both
    }

    /// At least one of them.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        for case in &other.0 {
            self.add(case.clone());
        }
        self
    }

    /// Whether it holds wherever the other does, as far as that can be seen
    /// case by case.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other
            .0
            .iter()
            .all(|case| self.0.iter().any(|known| known.is_subset(case)))
    }

    /// Whether it holds; `value` knows variables, as far as they have values.
    /// What depends on one without a value is taken to be there: better too
    /// many points than too few.
    pub(crate) fn holds(&self, value: impl Fn(&Name) -> Option<bool>) -> bool {
        self.0.iter().any(|case| {
            case.iter()
                .all(|(name, wanted)| value(name).is_none_or(|value| value == *wanted))
        })
    }

    /// The cases, for printing.
    pub(crate) fn cases(&self) -> impl Iterator<Item = impl Iterator<Item = &(Name, bool)>> {
        self.0.iter().map(|case| case.iter())
    }

    fn add(&mut self, case: Case) {
        if self.0.iter().any(|known| known.is_subset(&case)) {
            return;
        }
        // A variable decides nothing if both of its values will do.
        for (name, value) in &case {
            let mut rest = case.clone();
            rest.remove(&(name.clone(), *value));
            let mut opposite = rest.clone();
            opposite.insert((name.clone(), !value));
            if self.0.remove(&opposite) {
                self.add(rest);
                return;
            }
        }
        self.0.retain(|known| !case.is_subset(known));
        self.0.insert(case);
        if self.0.len() > MOST {
            *self = Self::always();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(name: &'static str, value: bool) -> Condition {
        let name = Name::new(name).unwrap();
        Condition(BTreeSet::from([Case::from([(name, value)])]))
    }

    #[test]
    fn what_another_case_covers_is_dropped() {
        let a = when("a", true);
        let both = a.and(&when("b", false));
        assert!(a.covers(&both));
        assert!(!both.covers(&a));
        assert_eq!(both.clone().or(&a), a);
        assert!(both.or(&Condition::always()).is_always());
        assert!(a.or(&when("a", false)).is_always());
    }

    #[test]
    fn cases_that_differ_in_one_variable_are_one() {
        let (a, b) = (when("a", true), when("b", true));
        let either = a.and(&b).or(&a.and(&when("b", false)));
        assert_eq!(either, a);
    }

    #[test]
    fn too_many_cases_count_as_met() {
        let mut condition = Condition::never();
        for index in 0..=MOST {
            assert!(!condition.is_always());
            let name = Name::new(&format!("v{index}")).unwrap();
            condition.add(Case::from([(name, true)]));
        }
        assert!(condition.is_always());
    }

    #[test]
    fn a_contradiction_never_holds() {
        assert!(when("a", true).and(&when("a", false)).is_never());
    }

    #[test]
    fn what_is_not_known_is_taken_to_hold() {
        let condition = when("a", true).and(&when("b", false));
        assert!(condition.holds(|_| None));
        assert!(!condition.holds(|name| (name == "b").then_some(true)));
    }
}
