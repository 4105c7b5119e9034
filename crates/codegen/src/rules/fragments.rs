//! Fragments that nobody uses, and those that use themselves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use apollo_compiler::Node;
use apollo_compiler::ast::OperationDefinition;

use super::Set;
use super::uses::{Spread, Uses, reached};
use crate::diagnostic::Diagnostic;
use crate::frame::and_there;
use crate::lints::{Finding, Lint};

pub(super) fn check<'a>(
    set: &Set<'a>,
    fragments: &BTreeMap<&'a str, Uses<'a>>,
    found: &mut Vec<Diagnostic>,
) {
    let mut in_circles = BTreeSet::new();
    for name in fragments.keys() {
        if in_circles.contains(name) {
            continue;
        }
        if let Some(circle) = circle(name, fragments) {
            in_circles.extend(circle.iter().map(|spread| spread.fragment.as_str()));
            found.push(report(set, name, &circle));
        }
    }
}

/// Fragments that no operation spreads.
pub(super) fn unused<'a>(
    set: &Set<'a>,
    operations: &[(&'a Node<OperationDefinition>, Uses<'a>)],
    fragments: &BTreeMap<&'a str, Uses<'a>>,
    found: &mut Vec<Finding>,
) {
    let mut used = BTreeSet::new();
    for (_, uses) in operations {
        used.extend(reached(&uses.spreads, fragments).0);
    }
    for (name, fragment) in &set.fragments {
        if used.contains(name) {
            continue;
        }
        // Its name may be written wrong where it is spread, which is one
        // mistake.
        let spreads = operations
            .iter()
            .map(|(_, uses)| uses)
            .chain(fragments.values())
            .flat_map(|uses| &uses.spreads);
        let is_meant = spreads
            .filter(|spread| !fragments.contains_key(spread.fragment.as_str()))
            .any(|spread| {
                let known = fragments.keys().copied();
                crate::near::near(spread.fragment, known).contains(name)
            });
        if !is_meant {
            let lint = Lint::UnusedFragment;
            let or_allow = lint.or_allow("on the fragment");
            found.push(Finding {
                lint,
                places: fragment.location().into_iter().collect(),
                report: set.report(
                    lint.name(),
                    fragment.name.location(),
                    &format!("no operation uses the fragment `{name}`"),
                    "never used",
                    &format!("spread it in an operation, `...{name}`, or remove it{or_allow}"),
                ),
            });
        }
    }
}

/// The shortest way from a fragment back to itself.
fn circle<'a, 'u>(
    start: &str,
    fragments: &'u BTreeMap<&'a str, Uses<'a>>,
) -> Option<Vec<&'u Spread<'a>>> {
    let mut came_by: BTreeMap<&str, (&str, &Spread<'a>)> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(name) = open.pop_front() {
        for spread in fragments
            .get(name)
            .into_iter()
            .flat_map(|uses| &uses.spreads)
        {
            let next = spread.fragment.as_str();
            if next == start {
                let mut way = vec![spread];
                let mut at = name;
                while at != start {
                    let (before, spread) = came_by.get(at)?;
                    way.push(spread);
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            if !came_by.contains_key(next) {
                came_by.insert(next, (name, spread));
                open.push_back(next);
            }
        }
    }
    None
}

fn report(set: &Set<'_>, name: &str, circle: &[&Spread<'_>]) -> Diagnostic {
    let through = match circle {
        [_] | [] => String::new(),
        [between @ .., _] => {
            let between: Vec<_> = between
                .iter()
                .map(|spread| format!("`{}`", spread.fragment))
                .collect();
            format!(" through {}", between.join(", "))
        }
    };
    let first = circle.first().and_then(|spread| spread.location);
    let mut report = set.report(
        "fragment_cycle",
        first,
        &format!("the fragment `{name}` spreads itself{through}"),
        &match circle {
            [_] => "itself".to_owned(),
            _ => format!("`{name}` spreads this"),
        },
        "break the circle: select the inner fields without the fragment, as deep as they are needed",
    );
    let mut from = circle.first().map(|spread| spread.fragment);
    for spread in circle.iter().skip(1) {
        let label = from.map_or_else(String::new, |from| format!("`{from}` spreads this"));
        report = and_there(report, set.sources, spread.location, &label);
        from = Some(spread.fragment);
    }
    report
}
