//! What has changed from one schema to another, and what that can do to clients.
//!
//! Every change has a [kind](ChangeKind), a [severity](ChangeSeverity), the coordinate
//! of what was changed, and a message. Kinds and severities are those of graphql-js's
//! `findBreakingChanges` and `findDangerousChanges`, and a test holds the two against
//! each other. That library says nothing of some changes that matter; of these, and of
//! changes that are safe, there are kinds of our own.
//!
//! ```
//! use buildkite_codegen::schema::{self, diff};
//!
//! let old = schema::load("type Query { build(slug: ID): Int, state: String }", "old.graphql")?;
//! let new = schema::load("type Query { build: Int!, state: String }", "new.graphql")?;
//! let diff = diff::compare(&old, &new);
//! let messages: Vec<_> = diff.changes().iter().map(|change| change.message()).collect();
//! assert_eq!(
//!     messages,
//!     [
//!         "the scalar `ID` is not used any more",
//!         "the field `Query.build` was `Int` and is `Int!` now",
//!         "the argument `Query.build(slug:)` was removed",
//!     ]
//! );
//! assert_eq!(diff.severity(), Some(diff::ChangeSeverity::Breaking));
//! # Ok::<(), schema::SchemaError>(())
//! ```
//!
//! Compared is what a server tells of itself: directives that are applied to its
//! definitions are not, but for `@deprecated`, `@specifiedBy` and `@oneOf`, and neither is
//! the order of anything. So it makes no difference whether a schema was read from SDL or
//! from an introspection answer.

mod change;
mod defaults;
mod directives;
mod fields;
mod kind;
mod message;
mod named;
mod pairs;
mod roots;
mod types;

use std::fmt;

use apollo_compiler::coordinate::SchemaCoordinate;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::print::natural;

pub use change::Change;
pub use kind::{ChangeKind, ChangeSeverity};

/// Finds every change from one schema to another, but for descriptions.
///
/// ```
/// use buildkite_codegen::schema::{self, diff};
///
/// let schema = schema::load(buildkite_schema::SDL, buildkite_schema::PATH)?;
/// assert!(diff::compare(&schema, &schema).is_empty());
/// # Ok::<(), schema::SchemaError>(())
/// ```
pub fn compare(old: &Valid<Schema>, new: &Valid<Schema>) -> SchemaDiff {
    DiffOptions::new().compare(old, new)
}

/// What is compared and what is not.
///
/// ```
/// use buildkite_codegen::schema::{self, diff::DiffOptions};
///
/// let old = schema::load("type Query { a: Int }", "old.graphql")?;
/// let new = schema::load(r#""Where it starts" type Query { a: Int }"#, "new.graphql")?;
/// assert!(DiffOptions::new().compare(&old, &new).is_empty());
///
/// let diff = DiffOptions::new().descriptions(true).compare(&old, &new);
/// assert_eq!(diff.changes()[0].message(), "the description of `Query` was changed");
/// # Ok::<(), schema::SchemaError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct DiffOptions {
    descriptions: bool,
}

impl DiffOptions {
    /// Everything is compared but descriptions.
    pub const fn new() -> Self {
        Self {
            descriptions: false,
        }
    }

    /// Whether descriptions are compared. They are not by default.
    pub const fn descriptions(mut self, compare: bool) -> Self {
        self.descriptions = compare;
        self
    }

    /// Finds every change from one schema to another.
    pub fn compare(self, old: &Valid<Schema>, new: &Valid<Schema>) -> SchemaDiff {
        let mut comparison = Comparison {
            old,
            new,
            options: self,
            changes: Vec::new(),
        };
        comparison.roots();
        comparison.types();
        comparison.directives();
        SchemaDiff::new(comparison.changes)
    }
}

/// Every change from one schema to another.
///
/// They are ordered by coordinate and then by kind, whatever the order of the schemas.
/// `Display` prints the messages, one a line, each after its severity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaDiff {
    changes: Vec<Change>,
}

impl SchemaDiff {
    fn new(changes: Vec<Change>) -> Self {
        let mut keyed: Vec<_> = changes
            .into_iter()
            .map(|change| (change.coordinate.to_string(), change))
            .collect();
        keyed.sort_by(|(a, left), (b, right)| {
            natural(a, b).then_with(|| {
                let rest =
                    |change: &Change| (change.kind, change.before.clone(), change.after.clone());
                rest(left).cmp(&rest(right))
            })
        });
        Self {
            changes: keyed.into_iter().map(|(_, change)| change).collect(),
        }
    }

    /// The changes one by one.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The worst there is; `None` where nothing has changed.
    pub fn severity(&self) -> Option<ChangeSeverity> {
        self.changes.iter().map(Change::severity).max()
    }

    /// The changes of one severity, in order.
    ///
    /// ```
    /// use buildkite_codegen::schema::{self, diff::{self, ChangeSeverity}};
    ///
    /// let old = schema::load("type Query { a: Int }", "old.graphql")?;
    /// let new = schema::load("type Query { a: Int, b: Int }", "new.graphql")?;
    /// let diff = diff::compare(&old, &new);
    /// assert_eq!(diff.of(ChangeSeverity::Breaking).count(), 0);
    /// assert_eq!(diff.of(ChangeSeverity::Safe).count(), 1);
    /// # Ok::<(), schema::SchemaError>(())
    /// ```
    pub fn of(&self, severity: ChangeSeverity) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.severity() == severity)
    }

    /// The changes as a JSON object, for other programs; the same as its
    /// [`Serialize`].
    ///
    /// It has these keys, and later versions keep them:
    ///
    /// | key | value |
    /// |---|---|
    /// | `severity` | the worst there is, `"breaking"`, `"dangerous"` or `"safe"`; null where nothing has changed |
    /// | `breaking`, `dangerous`, `safe` | how many changes of each there are |
    /// | `changes` | an array of objects, in order |
    ///
    /// and in each change:
    ///
    /// | key | value |
    /// |---|---|
    /// | `kind` | a [`ChangeKind::name`], such as `"FIELD_REMOVED"` |
    /// | `severity` | `"breaking"`, `"dangerous"` or `"safe"` |
    /// | `coordinate` | where it is, such as `"Build.state"` |
    /// | `message` | what happened |
    /// | `before`, `after` | what it was and is, or null |
    ///
    /// ```
    /// use buildkite_codegen::schema::{self, diff};
    ///
    /// let old = schema::load("type Query { a: Int, b: Int }", "old.graphql")?;
    /// let new = schema::load("type Query { a: Int }", "new.graphql")?;
    /// assert_eq!(
    ///     diff::compare(&old, &new).to_json(),
    ///     r#"{"severity":"breaking","breaking":1,"dangerous":0,"safe":0,"changes":[{"kind":"FIELD_REMOVED","severity":"breaking","coordinate":"Query.b","message":"the field `Query.b` was removed","before":"Int","after":null}]}"#
    /// );
    /// # Ok::<(), schema::SchemaError>(())
    /// ```
    pub fn to_json(&self) -> String {
        // Texts and numbers can always be written; a program that reads nothing would
        // take it for "nothing has changed".
        serde_json::to_string(self).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
    }
}

impl fmt::Display for SchemaDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(f, "{}: {change}", change.severity())?;
        }
        Ok(())
    }
}

impl Serialize for SchemaDiff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("SchemaDiff", 5)?;
        object.serialize_field("severity", &self.severity())?;
        object.serialize_field("breaking", &self.of(ChangeSeverity::Breaking).count())?;
        object.serialize_field("dangerous", &self.of(ChangeSeverity::Dangerous).count())?;
        object.serialize_field("safe", &self.of(ChangeSeverity::Safe).count())?;
        object.serialize_field("changes", &self.changes)?;
        object.end()
    }
}

/// The two schemas, and what was found so far. Each module adds what it finds.
struct Comparison<'s> {
    old: &'s Schema,
    new: &'s Schema,
    options: DiffOptions,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    /// Adds a change, with what was and is there.
    fn found(
        &mut self,
        kind: ChangeKind,
        coordinate: impl Into<SchemaCoordinate>,
        before: Option<String>,
        after: Option<String>,
        message: String,
    ) {
        self.changes.push(Change {
            kind,
            coordinate: coordinate.into(),
            before,
            after,
            message,
        });
    }

    fn description(
        &mut self,
        coordinate: impl Into<SchemaCoordinate>,
        old: Option<&Node<str>>,
        new: Option<&Node<str>>,
    ) {
        if !self.options.descriptions || old == new {
            return;
        }
        let coordinate = coordinate.into();
        let message = match (old, new) {
            (Some(_), None) => format!("the description of `{coordinate}` was removed"),
            _ => format!("the description of `{coordinate}` was changed"),
        };
        let text = |text: Option<&Node<str>>| text.map(|text| text.as_str().to_owned());
        self.found(
            ChangeKind::DescriptionChanged,
            coordinate,
            text(old),
            text(new),
            message,
        );
    }
}
