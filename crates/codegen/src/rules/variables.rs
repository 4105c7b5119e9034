//! Variables: declared, used, and fit for where they are used.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{OperationDefinition, Type, VariableDefinition};
use apollo_compiler::parser::{FileId, SourceSpan};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node};

use super::uses::{Expected, Usage, Uses, reached};
use super::{Set, title};
use crate::advice::{did_you_mean, what_a_type_is};
use crate::diagnostic::Diagnostic;
use crate::frame::and_there;
use crate::lints::{Finding, Lint};
use crate::near::near;

/// Where a place is, to say things of it once.
type Place = Option<(FileId, usize)>;

fn place(location: Option<SourceSpan>) -> Place {
    location.map(|location| (location.file_id(), location.offset()))
}

/// A use of a variable that some operations do not declare.
struct Undeclared<'a, 'u> {
    usage: &'u Usage<'a>,
    /// The fragment that it is in, if it is in one.
    fragment: Option<&'a str>,
    operations: Vec<&'a OperationDefinition>,
}

pub(super) fn check<'a>(
    set: &Set<'a>,
    operations: &[(&'a Node<OperationDefinition>, Uses<'a>)],
    fragments: &BTreeMap<&'a str, Uses<'a>>,
    found: &mut Vec<Diagnostic>,
) {
    let mut undeclared: BTreeMap<Place, Undeclared<'_, '_>> = BTreeMap::new();
    // Operations share fragments, and with them their mistakes.
    let mut unfit = BTreeSet::new();
    for (operation, own) in operations {
        declarations(set, operation, own, found);
        for (fragment, usage) in usages(own, fragments) {
            let declared = declared(operation, usage.variable);
            if let Some(declared) = declared {
                if let Some(expected) = usage.expected
                    && unfit.insert((place(usage.location), place(declared.name.location())))
                    && let Some(report) = wrong_type(set, declared, usage, expected)
                {
                    // A shared fragment is reported once for all operations
                    // that declare the variable alike.
                    found.push(report);
                }
                continue;
            }
            undeclared
                .entry(place(usage.location))
                .or_insert_with(|| Undeclared {
                    usage,
                    fragment,
                    operations: Vec::new(),
                })
                .operations
                .push(operation);
        }
    }
    found.extend(undeclared.into_values().map(|one| report(set, &one)));
}

/// Variables that their operation does not use.
pub(super) fn unused<'a>(
    set: &Set<'a>,
    operations: &[(&'a Node<OperationDefinition>, Uses<'a>)],
    fragments: &BTreeMap<&'a str, Uses<'a>>,
    found: &mut Vec<Finding>,
) {
    for (operation, own) in operations {
        if reached(&own.spreads, fragments).1 {
            // A fragment that is missing may use them.
            continue;
        }
        let used: BTreeSet<_> = usages(own, fragments)
            .map(|(_, usage)| usage.variable)
            .collect();
        // What was meant by a name that is not declared is used.
        let meant: BTreeSet<_> = used
            .iter()
            .filter(|name| declared(operation, name).is_none())
            .flat_map(|name| near(name, names(operation)))
            .collect();
        for variable in &operation.variables {
            let name = &variable.name;
            if used.contains(name) || meant.contains(name.as_str()) {
                continue;
            }
            let lint = Lint::UnusedVariable;
            let or_allow = lint.or_allow("on the variable");
            found.push(Finding {
                lint,
                places: variable.location().into_iter().collect(),
                report: set.report(
                    lint.name(),
                    name_of(variable),
                    &format!(
                        "`${name}` is declared, but `{}` does not use it",
                        title(operation)
                    ),
                    "never used",
                    &format!("use `${name}` in the operation, or remove its declaration{or_allow}"),
                ),
            });
        }
    }
}

/// The variables that an operation uses, and in which fragments.
fn usages<'a, 'u>(
    own: &'u Uses<'a>,
    fragments: &'u BTreeMap<&'a str, Uses<'a>>,
) -> impl Iterator<Item = (Option<&'a str>, &'u Usage<'a>)> {
    let (reached, _) = reached(&own.spreads, fragments);
    let in_fragments = reached.into_iter().flat_map(|name| {
        let uses = fragments.get(name).into_iter();
        uses.flat_map(|uses| &uses.variables)
            .map(move |usage| (Some(name), usage))
    });
    let own = own.variables.iter().map(|usage| (None, usage));
    own.chain(in_fragments)
}

/// The name with its `$`.
fn name_of(variable: &Node<VariableDefinition>) -> Option<SourceSpan> {
    SourceSpan::recompose(variable.location(), variable.name.location())
}

fn declared<'a>(
    operation: &'a OperationDefinition,
    variable: &Name,
) -> Option<&'a Node<VariableDefinition>> {
    operation
        .variables
        .iter()
        .find(|declared| declared.name == *variable)
}

fn names(operation: &OperationDefinition) -> impl Iterator<Item = &str> {
    operation
        .variables
        .iter()
        .map(|declared| declared.name.as_str())
}

fn declarations<'a>(
    set: &Set<'a>,
    operation: &'a OperationDefinition,
    own: &Uses<'a>,
    found: &mut Vec<Diagnostic>,
) {
    for (index, variable) in operation.variables.iter().enumerate() {
        let name = &variable.name;
        let before = operation.variables[..index]
            .iter()
            .find(|before| before.name == *name);
        if let Some(first) = before {
            let report = set.report(
                "duplicate_variable",
                name_of(variable),
                &format!("`${name}` is declared twice"),
                "declared again",
                "remove one of them",
            );
            let first = name_of(first);
            found.push(and_there(report, set.sources, first, "declared here"));
        }
        let ty = variable.ty.inner_named_type();
        // Where it is used says what was meant.
        let as_used = own
            .variables
            .iter()
            .filter(|usage| usage.variable == name)
            .find_map(|usage| usage.expected)
            .map(|expected| format!("declare it as it is used: `${name}: {}`", expected.ty));
        let Some(definition) = set.schema.types.get(ty) else {
            let known = set
                .schema
                .types
                .values()
                .filter(|known| known.is_input_type())
                .map(ExtendedType::name);
            let help = did_you_mean(ty, known, "")
                .or(as_used)
                .unwrap_or_else(|| "use a scalar, an enum or an input of the schema".to_owned());
            found.push(set.report(
                "unknown_type",
                ty.location(),
                &format!("the schema has no type `{ty}`"),
                "no such type",
                &help,
            ));
            continue;
        };
        if !definition.is_input_type() {
            let what = what_a_type_is(set.schema, ty);
            let help = as_used.unwrap_or_else(|| {
                "use a scalar, an enum or an input: objects come back, they are not sent".to_owned()
            });
            found.push(set.report(
                "output_type_variable",
                ty.location(),
                &format!("`${name}` cannot be of type `{ty}`, which is {what}"),
                what,
                &help,
            ));
        }
    }
}

fn report(set: &Set<'_>, undeclared: &Undeclared<'_, '_>) -> Diagnostic {
    let Undeclared {
        usage,
        fragment,
        operations,
    } = undeclared;
    let name = usage.variable;
    let (first, others) = match &operations[..] {
        [first, others @ ..] => (Some(*first), others),
        [] => (None, &[][..]),
    };
    let known = operations.iter().flat_map(|operation| names(operation));
    let near = near(name, known.collect::<BTreeSet<_>>());
    let ty = usage
        .expected
        .map_or_else(|| "TheType".to_owned(), |expected| expected.ty.to_string());
    let by = first.map(title).unwrap_or_default();
    let help = if let [meant, ..] = near[..] {
        format!("did you mean `${meant}`?")
    } else if others.is_empty() {
        format!(
            "declare it: `{by}({}${name}: {ty})`",
            if first.is_some_and(|first| first.variables.is_empty()) {
                ""
            } else {
                "…, "
            }
        )
    } else {
        format!("declare it in each of them: `${name}: {ty}`")
    };
    let by = match others.len() {
        0 => format!("`{by}`"),
        1 => format!("`{by}` and `{}`", title(others[0])),
        more => format!("`{by}` and {more} other operations"),
    };
    let report = set.report(
        "unknown_variable",
        usage.location,
        &format!("`${name}` is not declared by {by}"),
        "not declared",
        &help,
    );
    match fragment {
        Some(fragment) => {
            let what = if others.is_empty() {
                "the operation that spreads it"
            } else {
                "the operations that spread it"
            };
            report.note(format!(
                "`fragment {fragment}` takes its variables from {what}"
            ))
        }
        None => report,
    }
}

fn wrong_type<'a>(
    set: &Set<'a>,
    declared: &Node<VariableDefinition>,
    usage: &Usage<'a>,
    expected: Expected<'a>,
) -> Option<Diagnostic> {
    let name = &declared.name;
    let Expected { slot, ty, .. } = expected;
    let is_input = |ty: &Type| {
        set.schema
            .types
            .get(ty.inner_named_type())
            .is_some_and(ExtendedType::is_input_type)
    };
    if !is_input(&declared.ty) {
        // Said where it is declared.
        return None;
    }
    let report = if !fits(declared, expected) {
        let otherwise = if ty.is_list() && declared.ty.is_assignable_to(ty.item_type()) {
            format!(", or give a list: `[${name}]`")
        } else if declared.ty.is_list() && declared.ty.item_type().is_assignable_to(ty) {
            format!(", or write `${name}` without `[` and `]` where a list is taken")
        } else {
            String::new()
        };
        set.report(
            "wrong_variable_type",
            usage.location,
            &format!("`${name}` is `{}`, but {slot} must be `{ty}`", declared.ty),
            &format!("`{ty}` is expected"),
            &format!("declare it as it is used: `${name}: {ty}`{otherwise}"),
        )
    } else if expected.is_only_one && !declared.ty.is_non_null() {
        set.report(
            "not_exactly_one",
            usage.location,
            &format!(
                "`{}.{}` must not be null as the only field given, but `${name}` may be",
                slot.owner, slot.name
            ),
            "a variable that may be null",
            &format!("declare it with `!`: `${name}: {}!`", declared.ty),
        )
    } else {
        return None;
    };
    let there = name_of(declared);
    Some(and_there(report, set.sources, there, "declared here"))
}

/// Whether a variable can be used at a place.
fn fits(declared: &VariableDefinition, expected: Expected<'_>) -> bool {
    let ty = expected.ty;
    if !ty.is_non_null() || declared.ty.is_non_null() {
        return declared.ty.is_assignable_to(ty);
    }
    let has_value = declared
        .default_value
        .as_ref()
        .is_some_and(|default| !default.is_null());
    (has_value || expected.has_default) && declared.ty.is_assignable_to(&ty.clone().nullable())
}
