//! One pair of schemas with a set of operations, and what has to hold for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apollo_compiler::Schema;
use apollo_compiler::ast::DirectiveLocation;
use apollo_compiler::validation::Valid;
use buildkite_codegen::impact::{Effect, EffectKind, Impact};
use buildkite_codegen::schema;
use buildkite_codegen::schema::diff::{self, Change, SchemaDiff};
use buildkite_codegen::{Config, Diagnostic, Diagnostics, Severity};
use random::{Chance, Set};

use crate::compiled::Compiled;
use crate::mentioned;
use crate::starts::Starts;
use crate::tally::Tally;

/// The operations of a set.
const OPERATIONS: usize = 12;

/// How often a pair is made again in which nothing changes that the operations mention.
const TRIES: usize = 4;

/// One set in this many is held against its old schema alone, too.
const UNCHANGED: usize = 8;

/// An operation or fragment: its name, and whether it is a fragment.
pub(crate) type Name = (String, bool);

pub(crate) struct Case {
    old_text: String,
    new_text: String,
    old: Valid<Schema>,
    new: Valid<Schema>,
    diff: SchemaDiff,
    /// The changes to what the operations have to do with.
    near: Vec<Change>,
    /// The others.
    far: Vec<Change>,
    /// The text of each operation and fragment.
    texts: BTreeMap<Name, String>,
}

/// A place in the queries, and what is said of it.
type Said = (Option<(PathBuf, usize, usize)>, String);

impl Case {
    /// A case in which something changes that the operations have to do with, if one is
    /// found soon.
    pub(crate) fn make(starts: &Starts, number: usize, chance: &mut Chance) -> Option<Self> {
        let mut any = None;
        for _ in 0..TRIES {
            let Some(case) = Self::any(starts, number, chance) else {
                continue;
            };
            if !case.near.is_empty() {
                return Some(case);
            }
            any = Some(case);
        }
        any
    }

    fn any(starts: &Starts, number: usize, chance: &mut Chance) -> Option<Self> {
        let (old_text, new_text) = starts.pair(number, chance)?;
        let seed = u64::try_from(chance.below(1 << 30)).unwrap();
        // A schema may be bent until there is nothing to ask of it.
        let set = Set::generate(&old_text, seed, OPERATIONS).ok()?;
        let operations = set.operations.into_iter();
        let operations = operations.map(|operation| ((operation.name, false), operation.text));
        let fragments = set.fragments.into_iter();
        let fragments = fragments.map(|(name, text)| ((name, true), text));
        let old = schema::load(&old_text, "old.graphql").unwrap();
        let new = schema::load(&new_text, "new.graphql").unwrap();
        let with_directives = with_directives(&old);
        let texts: BTreeMap<_, _> = operations.chain(fragments).chain(with_directives).collect();
        let diff = diff::compare(&old, &new);
        let (near, far) = mentioned::split(texts.values(), &old, &new, &diff);
        let (near, far) = (
            near.into_iter().cloned().collect(),
            far.into_iter().cloned().collect(),
        );
        Some(Self {
            old_text,
            new_text,
            old,
            new,
            diff,
            near,
            far,
            texts,
        })
    }

    /// Everything that is not as it has to be. All is written to the folder.
    pub(crate) fn problems(&self, folder: &Path, tally: &mut Tally) -> Vec<String> {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("old.graphql"), &self.old_text).unwrap();
        fs::write(folder.join("new.graphql"), &self.new_text).unwrap();
        self.write(folder, &BTreeSet::new());

        let with_old = config(folder, &self.old_text);
        let impact = match with_old.impact(&self.old, &self.new, &self.diff) {
            Ok(impact) => impact,
            Err(errors) => return vec![format!("there is no impact: {errors}")],
        };
        tally.note(&self.diff, &impact);
        let mut problems = causes(&self.diff, &impact);
        if tally.sets % UNCHANGED == 1 {
            problems.extend(self.effects_of_nothing(&with_old));
        }
        let of_far = self.far.iter().flat_map(|change| impact.of_change(change));
        problems.extend(of_far.map(|effect| format!("nobody mentions it: {}", line(effect))));

        let left_out = match config(folder, &self.new_text).generate() {
            Ok(_) => {
                tally.compiling += 1;
                let stops = impact.of(EffectKind::StopsCompiling);
                problems.extend(stops.map(|effect| format!("it compiles, but {}", line(effect))));
                BTreeSet::new()
            }
            Err(errors) => {
                problems.extend(stops(&errors, &impact));
                let broken = impact.of(EffectKind::StopsCompiling).filter_map(name_of);
                self.with_dependents(broken.collect())
            }
        };
        if left_out.len() == self.texts.len() || !problems.is_empty() {
            return problems;
        }
        // What is left has to be looked at as if the rest had never been there.
        self.write(folder, &left_out);
        let (before, after) = (
            Compiled::of(&config(folder, &self.old_text)),
            Compiled::of(&config(folder, &self.new_text)),
        );
        match (before, after) {
            (Ok(before), Ok(after)) => {
                tally.compared += 1;
                let names = self.texts.keys().filter(|name| !left_out.contains(name));
                problems.extend(before.problems(&after, names, &impact));
            }
            (_, Err(errors)) => problems.push(format!("what is left does not compile: {errors}")),
            (Err(errors), _) => problems.push(format!("what is left did not compile: {errors}")),
        }
        problems
    }

    fn effects_of_nothing(&self, with_old: &Config) -> Vec<String> {
        let nothing = diff::compare(&self.old, &self.old);
        let impact = with_old.impact(&self.old, &self.old, &nothing);
        let impact = impact.unwrap_or_else(|errors| panic!("there is no impact: {errors}"));
        impact.effects().iter().map(line).collect()
    }

    /// Writes all definitions but some, each to a file of its own.
    fn write(&self, folder: &Path, left_out: &BTreeSet<Name>) {
        let queries = folder.join("queries");
        let _ = fs::remove_dir_all(&queries);
        fs::create_dir_all(queries.join("fragments")).unwrap();
        for (name, text) in &self.texts {
            if !left_out.contains(name) {
                let within = if name.1 { "fragments/" } else { "" };
                let path = queries.join(format!("{within}{}.graphql", name.0));
                fs::write(path, text).unwrap();
            }
        }
        if !left_out.is_empty() {
            let levels = "[lints]\nunused_fragment = \"allow\"\nunused_variable = \"allow\"\n";
            fs::write(queries.join("lints.toml"), levels).unwrap();
        }
    }

    /// These, and those that spread one of them, directly or through others.
    fn with_dependents(&self, mut names: BTreeSet<Name>) -> BTreeSet<Name> {
        loop {
            let before = names.len();
            for (name, text) in &self.texts {
                let spread = |(fragment, is_fragment): &Name| {
                    let mut words =
                        text.split(|c: char| c != '_' && c != '.' && !c.is_alphanumeric());
                    *is_fragment && words.any(|word| word.strip_prefix("...") == Some(fragment))
                };
                if names.iter().any(spread) {
                    names.insert(name.clone());
                }
            }
            if names.len() == before {
                return names;
            }
        }
    }
}

/// What is wrong with what is said to break, where something does.
fn stops(errors: &Diagnostics, impact: &Impact) -> Vec<String> {
    let mut problems = Vec::new();
    let first: BTreeSet<Said> = errors
        .iter()
        .filter(|error| error.severity() == Severity::Error)
        .map(said)
        .collect();
    let stops: Vec<_> = impact.of(EffectKind::StopsCompiling).collect();
    let all: BTreeSet<Said> = stops.iter().map(|effect| said_by(effect)).collect();
    for error in first.difference(&all) {
        problems.push(format!("it does not compile, and nothing says {error:?}"));
    }
    let hit: BTreeSet<_> = stops
        .iter()
        .filter(|effect| first.contains(&said_by(effect)))
        .filter_map(|effect| name_of(effect))
        .collect();
    for effect in stops {
        // What is only seen once the rest is gone is in definitions that seemed right.
        let is_later = !first.contains(&said_by(effect));
        if is_later && name_of(effect).is_none_or(|name| hit.contains(&name)) {
            problems.push(format!("the compiler does not say: {}", line(effect)));
        }
    }
    problems
}

/// An operation for each directive of the server's that can stand on a field, which random
/// operations leave out.
fn with_directives(schema: &Schema) -> impl Iterator<Item = (Name, String)> {
    let all = schema.directive_definitions.values();
    let own = all.filter(|directive| !directive.is_built_in());
    let usable = own.filter(|directive| {
        let mut arguments = directive.arguments.iter();
        directive.locations.contains(&DirectiveLocation::Field)
            && !arguments.any(|argument| argument.is_required())
    });
    usable.map(|directive| {
        let name = &directive.name;
        let again = if directive.repeatable {
            format!(" @{name}")
        } else {
            String::new()
        };
        let text = format!("query With_{name} {{\n  __typename @{name}{again}\n}}");
        ((format!("With_{name}"), false), text)
    })
}

fn config(folder: &Path, schema: &str) -> Config {
    Config::new()
        .root(folder)
        .queries("queries")
        .schema_text(schema, "schema.graphql")
}

/// What is wrong with the changes that effects are traced back to.
fn causes(diff: &SchemaDiff, impact: &Impact) -> Vec<String> {
    let mut problems = Vec::new();
    for effect in impact.effects() {
        if effect.changes().is_empty() {
            problems.push(format!("nothing causes {}", line(effect)));
        }
        let mut changes = effect.changes().iter();
        if !changes.all(|change| diff.changes().contains(change)) {
            problems.push(format!("no such change causes {}", line(effect)));
        }
    }
    problems
}

/// An effect in a line.
pub(crate) fn line(effect: &Effect) -> String {
    let changes: Vec<_> = effect
        .changes()
        .iter()
        .map(|change| format!("{} {}", change.kind(), change.coordinate()))
        .collect();
    format!("{} {effect} <- {}", effect.kind(), changes.join(", "))
}

/// The definition that an effect is about.
pub(crate) fn name_of(effect: &Effect) -> Option<Name> {
    let definition = effect.definition()?;
    Some((definition.name().to_owned(), definition.is_fragment()))
}

pub(crate) fn said(report: &Diagnostic) -> Said {
    let place = || Some((report.path()?.to_owned(), report.line()?, report.column()?));
    (place(), report.message().to_owned())
}

pub(crate) fn said_by(effect: &Effect) -> Said {
    let place = effect.place();
    let place = place.map(|at| (at.path().to_owned(), at.line(), at.column()));
    (place, effect.message().to_owned())
}
