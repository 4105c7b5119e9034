//! The arguments of fields and directives.

use apollo_compiler::ast::{Argument, InputValueDefinition};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name, Node, Schema};

use super::selections::Walk;
use super::uses::{Owner, Slot};
use crate::advice::{did_you_mean, enumerate, example_value, list};
use crate::frame::and_there;
use crate::near::near;

impl<'a> Walk<'a, '_> {
    /// Checks what is given to a field or directive, whose name is at `place`.
    pub(super) fn arguments(
        &mut self,
        owner: Owner<'a>,
        definitions: &'a [Node<InputValueDefinition>],
        given: &'a [Node<Argument>],
        place: Option<SourceSpan>,
    ) {
        let set = self.set;
        let mut unknown = Vec::new();
        for (index, argument) in given.iter().enumerate() {
            let name = &argument.name;
            if let Some(first) = given[..index].iter().find(|before| before.name == *name) {
                let report = set.report(
                    "duplicate_argument",
                    name.location(),
                    &format!("the argument `{name}` of `{owner}` is given twice"),
                    "given again",
                    "remove one of them",
                );
                self.found.push(and_there(
                    report,
                    set.sources,
                    first.name.location(),
                    "given here",
                ));
            }
            if let Some(known) = definitions.iter().find(|known| known.name == *name) {
                let slot = Slot {
                    owner,
                    name: &known.name,
                };
                let default = known.default_value.is_some();
                self.value_or_default(slot, &known.ty, default, &argument.value);
            } else {
                unknown.push(name);
                self.value_of_unknown(&argument.value);
            }
        }
        let known: Vec<_> = definitions.iter().map(|known| &known.name).collect();
        let missing = definitions
            .iter()
            .filter(|known| known.is_required())
            .filter(|known| !given.iter().any(|argument| argument.name == known.name))
            .collect();
        let Names { unknown, missing } = Names::of(unknown, missing, &known);
        for (name, meant) in unknown {
            let help = into_input(set.schema, definitions, name)
                .or_else(|| {
                    meant.map(|meant| format!("did you mean `{meant}`, which has to be given?"))
                })
                .or_else(|| did_you_mean(name, known.iter().copied(), ""))
                .unwrap_or_else(|| what_it_takes(definitions));
            self.found.push(set.report(
                "unknown_argument",
                name.location(),
                &format!("`{owner}` takes no argument `{name}`"),
                "not one of its arguments",
                &help,
            ));
        }
        if !missing.is_empty() {
            let callee = match owner {
                Owner::Field { field, .. } => field.to_string(),
                _ => owner.to_string(),
            };
            self.found.push(set.report(
                "missing_argument",
                place,
                &format!("`{owner}` needs {}", named("argument", &missing)),
                &format!("without {}", types(&missing)),
                &format!("add it: `{callee}({})`", examples(set.schema, &missing)),
            ));
        }
    }

    /// Arguments of something that is not known.
    pub(super) fn arguments_of_unknown(&mut self, given: &'a [Node<Argument>]) {
        for argument in given {
            self.value_of_unknown(&argument.value);
        }
    }
}

/// Names that are not known, each with the one that was surely meant, and what
/// is missing besides.
pub(super) struct Names<'a> {
    pub(super) unknown: Vec<(&'a Name, Option<&'a Name>)>,
    pub(super) missing: Vec<&'a InputValueDefinition>,
}

impl<'a> Names<'a> {
    /// A wrong name beside a missing one is one mistake, not two.
    pub(super) fn of(
        unknown: Vec<&'a Name>,
        mut missing: Vec<&'a Node<InputValueDefinition>>,
        known: &[&Name],
    ) -> Self {
        let is_one_for_one = unknown.len() == 1 && missing.len() == 1;
        let unknown = unknown
            .into_iter()
            .map(|name| {
                let near = near(name, known.iter().map(|known| known.as_str()));
                let meant = missing.iter().position(|one| match near.first() {
                    Some(near) => *near == one.name.as_str(),
                    None => is_one_for_one,
                });
                (name, meant.map(|index| &missing.remove(index).name))
            })
            .collect();
        Self {
            unknown,
            missing: missing.into_iter().map(AsRef::as_ref).collect(),
        }
    }
}

/// "the arguments `a` and `b`".
pub(super) fn named(what: &str, missing: &[&InputValueDefinition]) -> String {
    let names: Vec<_> = missing
        .iter()
        .map(|missing| format!("`{}`", missing.name))
        .collect();
    let plural = if names.len() > 1 { "s" } else { "" };
    format!("the {what}{plural} {}", enumerate(names, "and"))
}

/// "`a: ID!` and `b: Int!`".
pub(super) fn types(missing: &[&InputValueDefinition]) -> String {
    let types = missing
        .iter()
        .map(|missing| format!("`{}: {}`", missing.name, missing.ty))
        .collect();
    enumerate(types, "and")
}

/// `a: "…", b: 10`.
pub(super) fn examples(schema: &Schema, missing: &[&InputValueDefinition]) -> String {
    missing
        .iter()
        .map(|missing| format!("{}: {}", missing.name, example_value(schema, &missing.ty)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What is a field of an input, and not an argument itself.
fn into_input(
    schema: &Schema,
    definitions: &[Node<InputValueDefinition>],
    name: &Name,
) -> Option<String> {
    let input = definitions.iter().find(|known| {
        schema
            .get_input_object(known.ty.inner_named_type())
            .is_some_and(|input| input.fields.contains_key(name))
    })?;
    let input = &input.name;
    Some(format!(
        "it is a field of `{input}`: write `{input}: {{{name}: …}}`"
    ))
}

fn what_it_takes(definitions: &[Node<InputValueDefinition>]) -> String {
    if definitions.is_empty() {
        return "it takes no arguments: remove this one".to_owned();
    }
    format!(
        "it takes {}",
        list(
            definitions
                .iter()
                .map(|known| format!("{}: {}", known.name, known.ty))
        )
    )
}
