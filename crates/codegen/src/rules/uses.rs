//! What a definition uses of others: variables and fragments.

use std::collections::BTreeSet;
use std::fmt;

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::parser::SourceSpan;

/// What is used in one operation or fragment.
#[derive(Debug, Default)]
pub(super) struct Uses<'a> {
    pub(super) variables: Vec<Usage<'a>>,
    pub(super) spreads: Vec<Spread<'a>>,
}

/// A spread of a fragment.
#[derive(Debug)]
pub(super) struct Spread<'a> {
    pub(super) fragment: &'a Name,
    pub(super) location: Option<SourceSpan>,
}

/// A place where a variable gives a value.
#[derive(Debug)]
pub(super) struct Usage<'a> {
    pub(super) variable: &'a Name,
    pub(super) location: Option<SourceSpan>,
    /// `None` where any value does, or nothing is known because of another
    /// mistake.
    pub(super) expected: Option<Expected<'a>>,
}

/// What is expected at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) slot: Slot<'a>,
    pub(super) ty: &'a Type,
    /// Whether nothing may be given although the type is non-null.
    pub(super) has_default: bool,
    /// Whether it is a field of an input that takes exactly one.
    pub(super) is_only_one: bool,
}

/// Where a value is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'a> {
    pub(super) owner: Owner<'a>,
    pub(super) name: &'a Name,
}

/// What takes values.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'a> {
    Field {
        ty: &'a Name,
        field: &'a Name,
    },
    Directive(&'a Name),
    Input(&'a Name),
    /// A variable takes its default.
    Variable,
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { ty, field } => write!(f, "{ty}.{field}"),
            Self::Directive(name) => write!(f, "@{name}"),
            Self::Input(name) => write!(f, "{name}"),
            Self::Variable => Ok(()),
        }
    }
}

impl fmt::Display for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { owner, name } = self;
        match owner {
            Owner::Field { .. } | Owner::Directive(_) => {
                write!(f, "argument `{name}` of `{owner}`")
            }
            Owner::Input(_) => write!(f, "field `{name}` of `{owner}`"),
            Owner::Variable => write!(f, "the default of `${name}`"),
        }
    }
}

/// The fragments that are reached from these spreads, directly or through
/// others, and whether one of them is not there.
pub(super) fn reached<'a, 'u>(
    spreads: &'u [Spread<'a>],
    fragments: &'u std::collections::BTreeMap<&'a str, Uses<'a>>,
) -> (BTreeSet<&'a str>, bool) {
    let mut reached = BTreeSet::new();
    let mut is_missing = false;
    let mut open: Vec<_> = spreads.iter().collect();
    while let Some(spread) = open.pop() {
        let name = spread.fragment.as_str();
        match fragments.get(name) {
            Some(uses) => {
                if reached.insert(name) {
                    open.extend(&uses.spreads);
                }
            }
            None => is_missing = true,
        }
    }
    (reached, is_missing)
}
