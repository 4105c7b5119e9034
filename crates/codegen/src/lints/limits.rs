//! `complexity_over_limit`, `complexity_over_window` and `nesting_too_deep`:
//! what a server refuses to run, or to run often.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name, Node};
use serde_json::Map;

use super::settings::Limits;
use super::{Finding, Lint};
use crate::cost::known::{Defaults, Known};
use crate::cost::plan::Plan;
use crate::cost::{depth, lines, points};
use crate::frame::frame;

pub(crate) fn find(
    document: &ExecutableDocument,
    operation: &Node<Operation>,
    plan: &Plan,
    defaults: &Defaults,
    limits: &Limits,
    findings: &mut Vec<Finding>,
) {
    findings.extend(complexity(document, operation, plan, defaults, limits));
    findings.extend(nesting(document, operation, plan, limits));
}

fn complexity(
    document: &ExecutableDocument,
    operation: &Node<Operation>,
    plan: &Plan,
    defaults: &Defaults,
    limits: &Limits,
) -> Option<Finding> {
    let variables = Map::new();
    let mut known = Known {
        variables: &variables,
        defaults,
    };
    let points = *points::points(plan, &mut known).get(plan.root());
    let name = operation.name.as_ref()?;
    let shown = grouped(points);
    let (lint, message) = if points > limits.complexity {
        let limit = grouped(limits.complexity);
        let message =
            format!("`{name}` requests {shown} points, and more than {limit} are refused");
        (Lint::ComplexityOverLimit, message)
    } else if points > limits.window {
        let window = grouped(limits.window);
        let message = format!(
            "`{name}` may cost {shown} points, and a user has {window} in one window of time"
        );
        (Lint::ComplexityOverWindow, message)
    } else {
        return None;
    };
    let lines = lines(plan, &document.sources, &mut known);
    let dearest = lines
        .iter()
        .enumerate()
        // Of equally dear fields the first.
        .max_by_key(|(index, line)| (line.points(), std::cmp::Reverse(*index)))
        .map(|(_, line)| line)?;
    let advice = if dearest.points() > 1 {
        format!(
            "lower page sizes: `{}` alone counts {} times ({}:{})",
            dearest.field(),
            grouped(dearest.points()),
            dearest.path().display(),
            dearest.line(),
        )
    } else {
        "no page is to blame, but how many objects are selected: split the operation".to_owned()
    };
    let help = format!("{advice}{}", lint.or_allow("on the operation"));
    Some(Finding {
        lint,
        places: places(name.location(), operation),
        report: frame(
            &document.sources,
            name.location(),
            &message,
            &format!("{shown} points with default variables"),
            &help,
        ),
    })
}

fn nesting(
    document: &ExecutableDocument,
    operation: &Node<Operation>,
    plan: &Plan,
    limits: &Limits,
) -> Option<Finding> {
    let levels = depth::levels(plan);
    let deepest = *levels.get(plan.root());
    let limit = usize::try_from(limits.nesting).unwrap_or(usize::MAX);
    if deepest <= limit {
        return None;
    }
    let name = operation.name.as_ref()?;
    let field = depth::field_below(plan, &levels, limit)?;
    let location = field.alias.as_ref().unwrap_or(&field.name).location();
    let lint = Lint::NestingTooDeep;
    Some(Finding {
        lint,
        places: places(location, operation),
        report: frame(
            &document.sources,
            location,
            &format!("`{name}` is {deepest} levels deep, and the limit is {limit}"),
            &format!("level {} of `{name}`", limit + 1),
            &format!(
                "select from here on in an operation of its own{}",
                lint.or_allow("on the field or the operation")
            ),
        ),
    })
}

/// The place that is shown, and the operation, which can allow it as well.
fn places(location: Option<SourceSpan>, operation: &Node<Operation>) -> Vec<SourceSpan> {
    let name = operation.name.as_ref().and_then(Name::location);
    location.into_iter().chain(name).collect()
}

/// A number as people read it: `501,503`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(503), "503");
        assert_eq!(grouped(5_000), "5,000");
        assert_eq!(grouped(1_501_503), "1,501,503");
    }
}
