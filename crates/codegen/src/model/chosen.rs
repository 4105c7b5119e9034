//! Names that queries choose with `@targetName` and `@targetType`.

use std::collections::BTreeMap;

use apollo_compiler::ast::Directive;
use apollo_compiler::parser::{FileId, SourceMap, SourceSpan};

use super::names;
use crate::client::Directives;
use crate::diagnostic::Diagnostics;
use crate::frame::frame;

/// What chooses the name of a field, variable, definition, enum or input.
pub(crate) const TARGET_NAME: &str = "targetName";

/// What chooses the name of the type of a selection.
pub(crate) const TARGET_TYPE: &str = "targetType";

/// A name as a query chooses it, which no clash may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) location: Option<SourceSpan>,
}

/// What a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Type,
    /// A struct field.
    Field,
    /// A struct field with a setter beside the constructor `new`.
    Variable,
}

/// Chosen names that cannot be given, each place once.
#[derive(Debug, Default)]
pub(crate) struct Refused(BTreeMap<Option<(FileId, usize)>, Refusal>);

#[derive(Debug)]
struct Refusal {
    location: Option<SourceSpan>,
    message: String,
    help: String,
}

impl Refused {
    /// Notes that a chosen name cannot be given, and what to do.
    pub(crate) fn push(&mut self, location: Option<SourceSpan>, message: String, help: String) {
        self.0
            .entry(location.map(|span| (span.file_id(), span.offset())))
            .or_insert(Refusal {
                location,
                message,
                help,
            });
    }

    /// Notes that a chosen name belongs to something else.
    pub(crate) fn taken(&mut self, chosen: &Chosen, owner: &str) {
        self.push(
            chosen.location,
            format!("`{}` is already the name of {owner}", chosen.name),
            "choose another name for one of them".to_owned(),
        );
    }

    pub(crate) fn into_diagnostics(self, sources: &SourceMap) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        for refusal in self.0.values() {
            diagnostics.push(
                frame(
                    sources,
                    refusal.location,
                    &refusal.message,
                    "this name",
                    &refusal.help,
                )
                .of_rule("chosen_name"),
            );
        }
        diagnostics
    }
}

/// The name that directives choose; of several the first, where all agree.
pub(crate) fn chosen<'d>(
    client: &Directives,
    directive: &'static str,
    directives: impl IntoIterator<Item = &'d Directive>,
    of: Of,
    refused: &mut Refused,
) -> Option<Chosen> {
    let mut first: Option<Chosen> = None;
    if !client.has(directive) {
        return None;
    }
    for directive in directives
        .into_iter()
        .filter(|present| present.name == directive)
    {
        let value = directive.specified_argument_by_name("name")?;
        let name = value.as_str()?;
        if let Some(help) = unfit(name, of) {
            let message = match name {
                "" => "a name cannot be empty".to_owned(),
                name => format!("`{name}` cannot be a name in Rust here"),
            };
            refused.push(value.location(), message, help);
            continue;
        }
        match &first {
            None => {
                first = Some(Chosen {
                    name: name.to_owned(),
                    location: value.location(),
                });
            }
            Some(before) if before.name != name => refused.push(
                value.location(),
                format!("`{name}` would be a second name beside `{}`", before.name),
                "what is selected twice is in the answer once: choose one name for it".to_owned(),
            ),
            Some(_) => {}
        }
    }
    first
}

/// What to do about a name that Rust, or the code around it, does not allow.
fn unfit(name: &str, of: Of) -> Option<String> {
    if !is_word(name) {
        let derived = match of {
            Of::Type => names::camel(name),
            Of::Field | Of::Variable => names::snake(name),
        };
        let help = "use letters from A to Z, digits and `_`, and begin with a letter";
        return Some(if has_letter(name) && is_word(&derived) {
            format!("{help}: `{derived}`")
        } else {
            help.to_owned()
        });
    }
    match of {
        Of::Type if !names::is_free_type(name) => Some(format!(
            "`{name}` is another type in the code around it: choose another name"
        )),
        Of::Type if !name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains('_') => {
            Some(format!(
                "write types in camel case: `{}`",
                names::camel(name)
            ))
        }
        Of::Field | Of::Variable if name.contains(|c: char| c.is_ascii_uppercase()) => {
            Some(format!("write it in snake case: `{}`", names::snake(name)))
        }
        Of::Field | Of::Variable if names::is_keyword(name) => {
            Some(format!("`{name}` is a keyword: choose another name"))
        }
        Of::Variable if name == "new" => {
            Some("`new` is the constructor: choose another name".to_owned())
        }
        _ => None,
    }
}

/// Whether this is a word to Rust, be it a keyword.
fn is_word(name: &str) -> bool {
    has_letter(name)
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}

fn has_letter(name: &str) -> bool {
    name.contains(char::is_alphabetic)
}
