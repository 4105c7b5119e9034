//! What the queries mention of a schema, place by place.

mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use apollo_compiler::Name;
use apollo_compiler::coordinate::SchemaCoordinate;

use self::search::Found;
use super::effect::{Definition, Place};
use crate::check::Checked;

/// All places of a set that mention something of the schema.
#[derive(Debug)]
pub(super) struct Sites {
    pub(super) definitions: Vec<Definition>,
    /// What is inside of a site comes behind it.
    pub(super) all: Vec<Site>,
    /// Of each site the place behind all that are inside of it.
    ends: Vec<usize>,
    /// Definitions by their names, and whether they are fragments.
    names: BTreeMap<(String, bool), usize>,
    /// By definition the site that is all of it.
    wholes: BTreeMap<usize, usize>,
    /// By definition and name.
    variables: BTreeMap<(usize, String), usize>,
    /// By file the lines and columns where sites start, in order.
    starts: BTreeMap<PathBuf, Vec<(usize, usize, usize)>>,
}

/// A place that mentions something of the schema.
#[derive(Debug)]
pub(super) struct Site {
    /// The place of its definition in [`Sites::definitions`].
    pub(super) definition: usize,
    /// The site around it.
    pub(super) around: Option<usize>,
    /// Where it is shown.
    pub(super) place: Place,
    start: Place,
    /// Line and column behind its last character.
    end: (usize, usize),
    /// What it mentions, in the notation of schema coordinates.
    pub(super) coordinates: BTreeSet<String>,
    /// What it relies on without a word.
    pub(super) implied: Vec<String>,
    pub(super) what: What,
}

/// What stands at a place.
#[derive(Debug)]
pub(super) enum What {
    /// A whole operation or fragment.
    Definition,
    /// A variable where it is declared.
    Variable(Name),
    Field {
        parent: Name,
        name: Name,
        /// The type behind lists and non-nulls.
        ty: Name,
        given: Given,
    },
    /// An input object that is written out.
    Object {
        ty: Name,
        given: BTreeSet<Name>,
    },
    /// A directive of the server's.
    Directive {
        name: Name,
        given: Given,
    },
    Spread(Name),
    /// An argument, a value, a type condition.
    Part,
}

/// The arguments that are given, and the variable where it is one that may be left out.
pub(super) type Given = BTreeMap<Name, Option<Name>>;

impl Site {
    pub(super) fn spreads_any_of(&self, fragments: &BTreeSet<String>) -> bool {
        matches!(&self.what, What::Spread(name) if fragments.contains(name.as_str()))
    }

    /// Whether it gives what a coordinate is of: then that has a site of its own, which says
    /// more.
    pub(super) fn gives(&self, coordinate: &SchemaCoordinate) -> bool {
        match (&self.what, coordinate) {
            (What::Field { given, .. }, SchemaCoordinate::FieldArgument(argument)) => {
                matches!(given.get(&argument.argument), Some(None))
            }
            (What::Directive { given, .. }, SchemaCoordinate::DirectiveArgument(argument)) => {
                matches!(given.get(&argument.argument), Some(None))
            }
            (What::Object { given, .. }, SchemaCoordinate::TypeAttribute(field)) => {
                given.contains(&field.attribute)
            }
            _ => false,
        }
    }

    /// Whether there is something of it in Rust that can be deprecated.
    pub(super) fn is_in_rust(&self) -> bool {
        matches!(self.what, What::Variable(_) | What::Field { .. })
    }

    fn contains(&self, place: &Place) -> bool {
        let at = (place.line, place.column);
        self.start.path == place.path && (self.start.line, self.start.column) <= at && at < self.end
    }
}

impl Sites {
    pub(super) fn of(checked: &Checked) -> Self {
        let Found { definitions, sites } = search::find(checked);
        let names = definitions.iter().enumerate();
        let names = names
            .map(|(index, it)| ((it.name.clone(), it.is_fragment()), index))
            .collect();
        let mut starts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut wholes = BTreeMap::new();
        let mut variables = BTreeMap::new();
        for (index, site) in sites.iter().enumerate() {
            let start = (site.start.line, site.start.column, index);
            let path = site.start.path.clone();
            starts.entry(path).or_default().push(start);
            match &site.what {
                What::Definition => drop(wholes.insert(site.definition, index)),
                What::Variable(name) => {
                    variables.insert((site.definition, name.to_string()), index);
                }
                _ => {}
            }
        }
        for starts in starts.values_mut() {
            starts.sort_unstable();
        }
        Self {
            ends: ends(&sites),
            names,
            wholes,
            variables,
            starts,
            definitions,
            all: sites,
        }
    }

    /// The innermost site around a place.
    pub(super) fn at(&self, place: &Place) -> Option<usize> {
        let starts = self.starts.get(&place.path)?;
        let at = (place.line, place.column, usize::MAX);
        let before = starts.partition_point(|start| *start <= at);
        // What is around the place is around the last that starts before it, or is that.
        let (_, _, last) = starts.get(before.checked_sub(1)?)?;
        let mut around = std::iter::once(*last).chain(self.around(*last));
        around.find(|site| self.all[*site].contains(place))
    }

    /// The sites inside of one.
    pub(super) fn inside(&self, site: usize) -> Range<usize> {
        site + 1..self.ends[site]
    }

    /// The sites around one, the nearest first.
    pub(super) fn around(&self, site: usize) -> impl Iterator<Item = usize> {
        let around = |site: &usize| self.all[*site].around;
        std::iter::successors(around(&site), around)
    }

    /// Whether two sites are in one definition.
    pub(super) fn is_same_definition(&self, a: Option<usize>, b: Option<usize>) -> bool {
        let definition = |site: Option<usize>| site.map(|site| self.all[site].definition);
        definition(a) == definition(b)
    }

    /// The definition that a place is in.
    pub(super) fn definition_at(&self, place: &Place) -> Option<usize> {
        self.at(place).map(|site| self.all[site].definition)
    }

    /// The site that is a whole definition.
    pub(super) fn whole(&self, name: &str, is_fragment: bool) -> Option<usize> {
        let definition = self.names.get(&(name.to_owned(), is_fragment))?;
        self.wholes.get(definition).copied()
    }

    /// Where an operation declares a variable.
    pub(super) fn variable(&self, operation: &str, variable: &str) -> Option<usize> {
        let definition = self.names.get(&(operation.to_owned(), false))?;
        let key = (*definition, variable.to_owned());
        self.variables.get(&key).copied()
    }

    /// The fragments that a definition reaches, as whole sites.
    pub(super) fn reached(&self, definition: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut to_see: Vec<_> = self.wholes.get(&definition).copied().into_iter().collect();
        while let Some(whole) = to_see.pop() {
            for site in &self.all[self.inside(whole)] {
                if let What::Spread(name) = &site.what
                    && let Some(fragment) = self.whole(name, true)
                    && reached.insert(fragment)
                {
                    to_see.push(fragment);
                }
            }
        }
        reached
    }

    /// The definitions that are part of the same operations as one, as whole sites.
    pub(super) fn beside(&self, definition: usize) -> BTreeSet<usize> {
        let operations = self.definitions[definition].operations().iter();
        let wholes = operations.filter_map(|name| self.whole(name, false));
        let mut beside: BTreeSet<_> = wholes.collect();
        for whole in beside.clone() {
            beside.extend(self.reached(self.all[whole].definition));
        }
        beside
    }

    /// The lines and columns of a definition, from its first character to behind its last.
    pub(super) fn extent_of(&self, definition: usize) -> Option<(&Place, (usize, usize))> {
        let whole = &self.all[*self.wholes.get(&definition)?];
        Some((&whole.start, whole.end))
    }
}

/// Of each site the place behind all that are inside of it.
fn ends(sites: &[Site]) -> Vec<usize> {
    let mut ends = vec![sites.len(); sites.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        while let Some(last) = open.last().copied()
            && Some(last) != site.around
        {
            ends[last] = index;
            open.pop();
        }
        open.push(index);
    }
    ends
}
