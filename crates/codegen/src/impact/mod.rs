//! What the changes of a schema do to a set of queries.
//!
//! The queries are compiled against both schemas, and what comes out is compared: reports,
//! Rust types, costs. So it is the compiler that decides what breaks, and no second opinion
//! of it. What each place of the queries mentions of the schema tells which change did it.
//!
//! ```
//! # let folder = std::env::temp_dir().join(format!("impact-{}", std::process::id()));
//! # std::fs::create_dir_all(folder.join("queries"))?;
//! # std::fs::write(folder.join("queries/state.graphql"), "query State {\n  state\n  number\n}\n")?;
//! # let folder = &folder;
//! use buildkite_codegen::Config;
//! use buildkite_codegen::impact::EffectKind;
//! use buildkite_codegen::schema::{self, diff};
//!
//! // queries/state.graphql:
//! // query State {
//! //   state
//! //   number
//! // }
//! let old = schema::load("type Query { state: String! number: Int }", "old.graphql")?;
//! let new = schema::load("type Query { state: String other: Int }", "new.graphql")?;
//! let diff = diff::compare(&old, &new);
//! let impact = Config::new().root(folder).queries("queries").impact(&old, &new, &diff)?;
//!
//! let removed = &impact.effects()[0];
//! assert_eq!(removed.kind(), EffectKind::StopsCompiling);
//! assert_eq!(removed.place().map(ToString::to_string).as_deref(), Some("queries/state.graphql:3:3"));
//! assert_eq!(removed.changes()[0].coordinate().to_string(), "Query.number");
//! assert!(impact.breaks());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cost;
mod effect;
mod links;
mod meaning;
mod places;
mod printed;
mod replaced;
mod rust_types;
mod schema_types;
mod sides;
mod sites;

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use self::links::{Cause, Links};
use self::sides::{Left, Sides, place_of};
use self::sites::Sites;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::lints::Lint;
use crate::schema::diff::{Change, ChangeKind, ChangeSeverity, SchemaDiff};
use crate::style::Style;

pub use effect::{Definition, Effect, EffectKind, Place};
pub(crate) use sides::{Compile, Queries, Side};

/// What the changes of a schema do to a set of queries.
///
/// [`Config::impact`](crate::Config::impact) finds it; the [module](self) shows how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    effects: Vec<Effect>,
    operations: usize,
    fragments: usize,
}

impl Impact {
    /// Every effect at every place: what breaks first, then the worst, then by file and place.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The effects of one sort.
    pub fn of(&self, kind: EffectKind) -> impl Iterator<Item = &Effect> {
        self.effects
            .iter()
            .filter(move |effect| effect.kind == kind)
    }

    /// The effects that a change has a part in.
    pub fn of_change<'a>(&'a self, change: &'a Change) -> impl Iterator<Item = &'a Effect> {
        self.effects
            .iter()
            .filter(move |effect| effect.changes.contains(change))
    }

    /// Whether any of the effects [is a break](Effect::is_break).
    pub fn breaks(&self) -> bool {
        self.effects.iter().any(Effect::is_break)
    }

    /// Whether nothing of the queries is touched.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    /// How many operations were looked at.
    pub const fn operations(&self) -> usize {
        self.operations
    }

    /// How many fragments were looked at.
    pub const fn fragments(&self) -> usize {
        self.fragments
    }

    /// The names of the operations that some effect touches, also by way of a fragment.
    pub fn touched_operations(&self) -> BTreeSet<&str> {
        let definitions = self.effects.iter().filter_map(Effect::definition);
        definitions
            .flat_map(Definition::operations)
            .map(String::as_str)
            .collect()
    }

    /// All effects as JSON, for programs.
    ///
    /// It is an object with the keys `breaks`, `operations` and `fragments` (how many were
    /// looked at) and `effects`, an array. Every element has all of these keys, and later
    /// versions keep them:
    ///
    /// | key | value |
    /// |---|---|
    /// | `kind` | the [name](EffectKind::name) of its kind |
    /// | `breaks` | [`Effect::is_break`] |
    /// | `message` | what happens |
    /// | `help` | what to do about it, or null |
    /// | `definition`, `definition_kind` | the name, and `"operation"` or `"fragment"`; or null |
    /// | `operations` | the operations that stand or fall with it |
    /// | `file`, `line`, `column` | the place, with `/`, counted from 1; or null |
    /// | `changes` | the `kind` and `coordinate` of each change that causes it |
    pub fn to_json(&self) -> String {
        // There is no map in it, and nothing else that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Impact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut impact = serializer.serialize_struct("Impact", 4)?;
        impact.serialize_field("breaks", &self.breaks())?;
        impact.serialize_field("operations", &self.operations)?;
        impact.serialize_field("fragments", &self.fragments)?;
        impact.serialize_field("effects", &self.effects)?;
        impact.end()
    }
}

/// Finds what the changes do to the queries.
///
/// # Errors
///
/// Everything because of which the queries do not compile with the old schema.
pub(crate) fn find(
    old: &Valid<Schema>,
    new: &Valid<Schema>,
    diff: &SchemaDiff,
    queries: Queries,
    style: &Style,
    compile: &Compile<'_>,
) -> Result<Impact, Diagnostics> {
    let Sides {
        whole,
        left,
        refused,
    } = Sides::compile(old, new, queries, compile)?;
    let sites = Sites::of(&whole.checked);
    let mut search = Search {
        links: Links::new(&sites, diff, old, new),
        sites: &sites,
        worst: diff.severity(),
        effects: Vec::new(),
    };
    let document = &whole.checked.document;
    let (operations, fragments) = (document.operations.named.len(), document.fragments.len());
    search.reports(EffectKind::StopsCompiling, &refused);
    match left {
        Left::Nothing => {}
        Left::Everything(new) => {
            search.compare(&whole, &whole, &new);
            search.code(whole, *new, style);
        }
        Left::Part(both) => {
            let (old, new) = *both;
            search.compare(&whole, &old, &new);
            search.code(old, new, style);
        }
    }
    search.meanings();
    search.deprecations();
    search.replacements(diff, new);
    Ok(Impact {
        effects: search.finish(),
        operations,
        fragments,
    })
}

/// The errors and the warnings that were not there before.
fn new_reports(old: &Diagnostics, new: &Diagnostics) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let key = |report: &Diagnostic| (report.code(), report.severity(), place_of(report));
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for report in old {
        *known.entry(key(report)).or_default() += 1;
    }
    let added = new
        .iter()
        .filter(|report| match known.get_mut(&key(report)) {
            Some(times) if *times > 0 => {
                *times -= 1;
                false
            }
            _ => true,
        });
    added
        .cloned()
        .partition(|report| report.severity() == Severity::Error)
}

/// Collects effects.
struct Search<'a> {
    links: Links<'a>,
    sites: &'a Sites,
    /// How bad the changes are, for what cannot be laid at the door of one.
    worst: Option<ChangeSeverity>,
    effects: Vec<Effect>,
}

impl Search<'_> {
    fn reports(&mut self, kind: EffectKind, reports: &[Diagnostic]) {
        for report in reports {
            let cause = if report.lint() == Some(Lint::Deprecated.name()) {
                Cause::Deprecation
            } else {
                Cause::Of(kind)
            };
            let place = place_of(report);
            let site = place.as_ref().and_then(|place| self.sites.at(place));
            let changes = self.links.causes(self.sites, site, cause);
            self.effects.push(Effect {
                kind,
                definition: site.map(|site| self.definition(site)),
                place,
                message: report.message().to_owned(),
                help: report.help_text().map(str::to_owned),
                changes,
                breaks: kind == EffectKind::StopsCompiling,
            });
        }
    }

    /// Finds everything for which there are words.
    fn compare(&mut self, whole: &Side, old: &Side, new: &Side) {
        let (errors, warnings) = new_reports(&old.found, &new.found);
        self.reports(EffectKind::StopsCompiling, &errors);
        self.reports(EffectKind::Warns, &warnings);
        self.types(whole, old, new);
        self.costs(old, new);
    }

    fn types(&mut self, whole: &Side, old: &Side, new: &Side) {
        for changed in rust_types::changed(self.sites, whole, old, new) {
            let from = [changed.origin, changed.site];
            let mut changes = self.causes(from, EffectKind::ChangesType);
            if let Some(coordinate) = &changed.coordinate {
                let is_of = |change: &Change| change.coordinate().to_string() == *coordinate;
                if changes.iter().any(is_of) {
                    changes.retain(is_of);
                }
            }
            self.push(
                EffectKind::ChangesType,
                changed.site,
                changed.message,
                changes,
            );
        }
        let told_apart = rust_types::told_apart(self.sites, new);
        for changed in meaning::new_types(self.sites, &self.links, &told_apart) {
            self.push(
                EffectKind::ChangesMeaning,
                Some(changed.site),
                changed.message,
                vec![changed.change],
            );
        }
    }

    fn costs(&mut self, old: &Side, new: &Side) {
        for changed in cost::changed(self.sites, old, new) {
            // A fragment costs what it does where it is spread.
            let from = [changed.origin, changed.site];
            let changes = self.causes(from, EffectKind::ChangesCost);
            self.push(
                EffectKind::ChangesCost,
                changed.site,
                changed.message,
                changes,
            );
        }
    }

    /// What is generated and differs, without any of the differences above.
    fn code(&mut self, old: Side, new: Side, style: &Style) {
        let before = printed::code(old, style);
        let after = printed::code(new, style);
        let told = self.effects.iter().filter(|effect| {
            matches!(
                effect.kind,
                EffectKind::StopsCompiling | EffectKind::ChangesType
            )
        });
        let told: BTreeSet<_> = told
            .filter_map(|effect| effect.definition.as_ref())
            .map(|definition| (definition.name().to_owned(), definition.is_fragment()))
            .collect();
        for (name, code) in &before {
            let is_same = after.get(name).is_none_or(|after| after == code);
            if is_same || told.contains(name) {
                continue;
            }
            let site = self.sites.whole(&name.0, name.1);
            let changes = self.causes_within(site);
            let message = "the code that is generated for it is another".to_owned();
            self.push(EffectKind::ChangesType, site, message, changes);
        }
    }

    /// What can have had an effect at the first of these sites at which anything can.
    fn causes(&self, sites: [Option<usize>; 2], effect: EffectKind) -> Vec<Change> {
        let mut found = sites
            .into_iter()
            .map(|site| self.links.causes(self.sites, site, Cause::Of(effect)));
        found.find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// What can have changed the types of a definition, wherever in it or its fragments.
    fn causes_within(&self, whole: Option<usize>) -> Vec<Change> {
        let Some(whole) = whole else {
            return Vec::new();
        };
        let reached = self.sites.reached(self.sites.all[whole].definition);
        let wholes = std::iter::once(whole).chain(reached);
        let within = wholes.flat_map(|whole| whole..self.sites.inside(whole).end);
        self.links.among(within, Cause::Of(EffectKind::ChangesType))
    }

    fn meanings(&mut self) {
        for changed in meaning::changed(self.sites, &self.links) {
            self.push(
                EffectKind::ChangesMeaning,
                Some(changed.site),
                changed.message,
                vec![changed.change],
            );
        }
    }

    /// What is deprecated now in Rust, where no lint looks: variables, enums that are read,
    /// and fields that are allowed.
    fn deprecations(&mut self) {
        let told = self
            .effects
            .iter()
            .filter(|effect| matches!(effect.kind, EffectKind::Warns | EffectKind::StopsCompiling));
        let told: BTreeSet<_> = told.filter_map(|effect| effect.place.clone()).collect();
        for (index, site) in self.sites.all.iter().enumerate() {
            if told.contains(&site.place) || !site.is_in_rust() {
                continue;
            }
            let changes = self.links.at_site(index);
            let added = changes.filter(|change| change.kind() == ChangeKind::DeprecationAdded);
            for change in added.cloned().collect::<Vec<_>>() {
                let coordinate = change.coordinate();
                let message = format!("rustc warns where `{coordinate}` is used");
                self.push(EffectKind::Warns, Some(index), message, vec![change]);
            }
        }
    }

    fn replacements(&mut self, diff: &SchemaDiff, new: &Schema) {
        for found in replaced::find(self.sites, diff, new) {
            self.push(
                EffectKind::Replaceable,
                Some(found.site),
                found.message,
                vec![found.change],
            );
        }
    }

    fn definition(&self, site: usize) -> Definition {
        self.sites.definitions[self.sites.all[site].definition].clone()
    }

    fn push(
        &mut self,
        kind: EffectKind,
        site: Option<usize>,
        message: String,
        changes: Vec<Change>,
    ) {
        let worst = changes.iter().map(Change::severity).max();
        let breaks = kind == EffectKind::ChangesType
            && worst.or(self.worst) == Some(ChangeSeverity::Breaking);
        self.effects.push(Effect {
            kind,
            definition: site.map(|site| self.definition(site)),
            place: site.map(|site| self.sites.all[site].place.clone()),
            message,
            help: None,
            changes,
            breaks,
        });
    }

    /// Each effect once, in order.
    fn finish(self) -> Vec<Effect> {
        let mut effects = self.effects;
        effects.sort_by(|a, b| {
            let key = |effect: &Effect| (!effect.breaks, effect.kind);
            (key(a), &a.place, &a.message).cmp(&(key(b), &b.place, &b.message))
        });
        effects.dedup();
        effects
    }
}
