//! Places at which queries allow what a lint finds: `@allow(lints: [...])`.
//!
//! A directive speaks for the text that it stands on, with all that is written
//! inside it; not for a fragment that is spread there, which has a text of its
//! own.

use std::collections::BTreeSet;

use apollo_compiler::ast::{DirectiveList, Value};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{ExecutableDocument, name};

use super::settings::Settings;
use super::{Finding, Lint};
use crate::client::Directives;
use crate::diagnostic::Diagnostic;
use crate::frame::frame;

/// All places of a set where lints are allowed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allowed {
    places: Vec<Place>,
    /// Lists of lints that name none.
    empty: Vec<SourceSpan>,
}

#[derive(Debug, Clone)]
struct Place {
    lint: Lint,
    /// What the directive stands on.
    around: SourceSpan,
    /// The name of the lint in the directive.
    named: Option<SourceSpan>,
    is_used: bool,
}

impl Allowed {
    pub(crate) fn of(document: &ExecutableDocument, client: &Directives) -> Self {
        let mut allowed = Self::default();
        if !client.has(&name!("allow")) {
            // A directive of that name is the server's.
            return allowed;
        }
        for operation in document.operations.iter() {
            allowed.add(operation.location(), &operation.directives);
            for variable in &operation.variables {
                allowed.add(variable.location(), &variable.directives);
            }
            allowed.add_selections(&operation.selection_set);
        }
        for fragment in document.fragments.values() {
            allowed.add(fragment.location(), &fragment.directives);
            allowed.add_selections(&fragment.selection_set);
        }
        allowed
    }

    fn add_selections(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.add(field.location(), &field.directives);
                    self.add_selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.add(inline.location(), &inline.directives);
                    self.add_selections(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.add(spread.location(), &spread.directives);
                }
            }
        }
    }

    fn add(&mut self, around: Option<SourceSpan>, directives: &DirectiveList) {
        let Some(around) = around else { return };
        for directive in directives.get_all("allow") {
            let Some(lints) = directive.specified_argument_by_name("lints") else {
                continue;
            };
            // One value stands for a list of one.
            let one = std::slice::from_ref(lints);
            let names = lints.as_list().unwrap_or(one);
            if names.is_empty() {
                self.empty.extend(lints.location());
            }
            for named in names {
                let Value::Enum(name) = named.as_ref() else {
                    continue;
                };
                if let Some(lint) = Lint::ALL.into_iter().find(|lint| name == lint.name()) {
                    self.places.push(Place {
                        lint,
                        around,
                        named: named.location(),
                        is_used: false,
                    });
                }
            }
        }
    }

    /// The report of a finding, unless it is allowed, here or everywhere.
    pub(crate) fn judge(&mut self, finding: &Finding, settings: &Settings) -> Option<Diagnostic> {
        let mut is_allowed = false;
        for place in &mut self.places {
            if place.lint == finding.lint
                && finding
                    .places
                    .iter()
                    .any(|found| contains(place.around, *found))
            {
                place.is_used = true;
                is_allowed = true;
            }
        }
        let severity = settings.level(finding.lint).severity()?;
        (!is_allowed).then(|| {
            finding
                .report
                .clone()
                .of_lint(finding.lint.name(), severity)
        })
    }

    /// Where nothing was found that is allowed there.
    pub(crate) fn unused(&self, document: &ExecutableDocument) -> Vec<Finding> {
        let lint = Lint::UnusedAllow;
        let empty = self.empty.iter().map(|place| Finding {
            lint,
            places: vec![*place],
            report: frame(
                &document.sources,
                Some(*place),
                "this `@allow` names no lint",
                "nothing is allowed",
                "name what it allows, such as `lints: [deprecated]`, or remove it",
            ),
        });
        let mut seen = BTreeSet::new();
        let unused = self
            .places
            .iter()
            .filter(|place| !place.is_used && place.lint != lint)
            .filter(|place| seen.insert(place.named.map(super::key)))
            .map(|place| {
                let name = place.lint.name();
                Finding {
                    lint,
                    places: place.named.into_iter().collect(),
                    report: frame(
                        &document.sources,
                        place.named,
                        &format!("nothing here has to be allowed as `{name}`"),
                        "finds nothing here",
                        &format!(
                            "remove `{name}` from the `@allow`: it speaks for what is written inside of what it stands on, not for fragments that are spread there"
                        ),
                    ),
                }
            });
        empty.chain(unused).collect()
    }
}

fn contains(around: SourceSpan, place: SourceSpan) -> bool {
    around.file_id() == place.file_id()
        && around.offset() <= place.offset()
        && place.end_offset() <= around.end_offset()
}
