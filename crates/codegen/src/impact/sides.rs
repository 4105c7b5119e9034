//! The same queries, compiled against the old schema and against the new one.

use std::collections::BTreeSet;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

use super::sites::Sites;
use crate::check::Checked;
use crate::cost::Explained;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::impact::effect::Place;
use crate::lints::{Lint, Settings};
use crate::model::{Model, Operation};
use crate::source::{Files, Source, is_blank};

/// What queries become with one of the schemas.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) checked: Checked,
    pub(crate) model: Model,
    pub(crate) explained: Explained,
    /// What the lints found: warnings, and errors too.
    pub(crate) found: Diagnostics,
}

impl Side {
    /// The operation of this name.
    pub(super) fn operation(&self, name: &str) -> Option<&Operation> {
        let mut operations = self.model.operations.iter();
        operations.find(|operation| operation.graphql_name == name)
    }
}

/// Compiles the queries, or says why that is not possible.
pub(crate) type Compile<'a> = dyn Fn(&Valid<Schema>, &Queries) -> Result<Side, Diagnostics> + 'a;

/// What is compiled, and how it is judged.
#[derive(Debug)]
pub(crate) struct Queries {
    pub(crate) files: Files,
    pub(crate) settings: Settings,
    /// Client schemas.
    pub(crate) overlays: Vec<Source>,
}

/// The queries with the old schema, and what becomes of them with the new one.
pub(super) struct Sides {
    /// Everything, with the old schema.
    pub(super) whole: Side,
    pub(super) left: Left,
    /// What the new schema makes of the rest.
    pub(super) refused: Vec<Diagnostic>,
}

/// What compiles with both schemas.
pub(super) enum Left {
    Nothing,
    /// All of it; with the new schema.
    Everything(Box<Side>),
    /// All but what is refused, and what needs that; with the old schema and with the new.
    Part(Box<(Side, Side)>),
}

impl Sides {
    pub(super) fn compile(
        old: &Valid<Schema>,
        new: &Valid<Schema>,
        mut queries: Queries,
        compile: &Compile<'_>,
    ) -> Result<Self, Diagnostics> {
        let whole = compile(old, &queries)?;
        if whole.found.has_errors() {
            return Err(whole.found);
        }
        let mut refused: Vec<Diagnostic> = Vec::new();
        let mut sites = Sites::of(&whole.checked);
        let mut part = None;
        let left = loop {
            let errors = match (compile(new, &queries), part.take()) {
                (Ok(new), None) => break Left::Everything(Box::new(new)),
                (Ok(new), Some(old)) => break Left::Part(Box::new((old, new))),
                (Err(errors), _) => errors,
            };
            let errors = errors
                .iter()
                .filter(|error| error.severity() == Severity::Error);
            let errors: Vec<_> = errors
                .filter(|error| !refused.contains(error))
                .cloned()
                .collect();
            let broken = with_dependents(&sites, broken(&sites, &errors));
            refused.extend(errors);
            if !broken.is_empty() {
                leave_out(&mut queries.files, &sites, &broken);
            } else if queries.overlays.is_empty() {
                break Left::Nothing;
            } else {
                // The mistakes are in them; what is left is compared without.
                queries.overlays.clear();
            }
            if queries.files.sources.is_empty() {
                break Left::Nothing;
            }
            // Nobody uses any more what only the broken ones used.
            for lint in [
                Lint::UnusedFragment,
                Lint::UnusedVariable,
                Lint::UnusedAllow,
            ] {
                queries.settings.allow(lint);
            }
            let old = compile(old, &queries)?;
            sites = Sites::of(&old.checked);
            part = Some(old);
        };
        Ok(Self {
            whole,
            left,
            refused,
        })
    }
}

/// The definitions that have an error in them.
fn broken(sites: &Sites, errors: &[Diagnostic]) -> BTreeSet<usize> {
    let places = errors.iter().filter_map(place_of);
    places
        .filter_map(|place| sites.definition_at(&place))
        .collect()
}

/// These, and the operations and fragments that need one of them.
fn with_dependents(sites: &Sites, mut broken: BTreeSet<usize>) -> BTreeSet<usize> {
    loop {
        let names: BTreeSet<_> = broken
            .iter()
            .map(|index| &sites.definitions[*index])
            .filter(|definition| definition.is_fragment())
            .map(|definition| definition.name().to_owned())
            .collect();
        let before = broken.len();
        let spreading = sites.all.iter().filter(|site| site.spreads_any_of(&names));
        broken.extend(spreading.map(|site| site.definition));
        if broken.len() == before {
            return broken;
        }
    }
}

/// Puts blanks in the place of definitions, so that everything else stays where it is.
fn leave_out(files: &mut Files, sites: &Sites, broken: &BTreeSet<usize>) {
    for definition in broken {
        let Some((start, end)) = sites.extent_of(*definition) else {
            continue;
        };
        let source = files
            .sources
            .iter_mut()
            .find(|source| source.path == start.path);
        if let Some(source) = source {
            source.text = blanked(&source.text, (start.line, start.column), end);
        }
    }
    files.sources.retain(|source| !is_blank(&source.text));
}

fn blanked(text: &str, start: (usize, usize), end: (usize, usize)) -> String {
    let mut at = (1, 1);
    text.chars()
        .map(|character| {
            let is_inside = start <= at && at < end;
            if character == '\n' {
                at = (at.0 + 1, 1);
                return character;
            }
            at.1 += 1;
            if is_inside { ' ' } else { character }
        })
        .collect()
}

/// Where a report is about.
pub(super) fn place_of(report: &Diagnostic) -> Option<Place> {
    Some(Place {
        path: report.path()?.to_path_buf(),
        line: report.line()?,
        column: report.column()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_keep_lines_and_columns() {
        let text = "query Ü { a }\nquery B {\n  b\n}\nquery C { c }\n";
        assert_eq!(
            blanked(text, (2, 1), (4, 2)),
            "query Ü { a }\n         \n   \n \nquery C { c }\n"
        );
        assert_eq!(blanked(text, (1, 7), (1, 8)), text.replace('Ü', " "));
    }
}
