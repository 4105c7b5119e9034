//! One effect: what it does, to which definition, at which place, and which changes cause it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::schema::diff::{Change, ChangeSeverity};

/// What a new schema does to a place in the queries, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EffectKind {
    /// The operation or fragment is refused: by a rule of GraphQL, or by a lint that ends
    /// builds.
    StopsCompiling,
    /// What is generated for it is another Rust type: another nullability, an enum with
    /// other variants, an input with other fields.
    ChangesType,
    /// It asks for other points of complexity.
    ChangesCost,
    /// It says the same and means something else: a default that it relies on is another.
    ChangesMeaning,
    /// A lint warns of it, or the compiler of Rust where it is used.
    Warns,
    /// There is a new field for a deprecated one.
    Replaceable,
}

impl EffectKind {
    /// All kinds, the worst first.
    pub const ALL: &[Self] = &[
        Self::StopsCompiling,
        Self::ChangesType,
        Self::ChangesCost,
        Self::ChangesMeaning,
        Self::Warns,
        Self::Replaceable,
    ];

    /// The name as it is in JSON.
    ///
    /// ```
    /// use buildkite_codegen::impact::EffectKind;
    ///
    /// assert_eq!(EffectKind::StopsCompiling.name(), "STOPS_COMPILING");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::StopsCompiling => "STOPS_COMPILING",
            Self::ChangesType => "CHANGES_TYPE",
            Self::ChangesCost => "CHANGES_COST",
            Self::ChangesMeaning => "CHANGES_MEANING",
            Self::Warns => "WARNS",
            Self::Replaceable => "REPLACEABLE",
        }
    }
}

impl fmt::Display for EffectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for EffectKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A definition by its name, and whether it is a fragment.
pub(super) type Name = (String, bool);

/// An operation or a fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Definition {
    pub(super) name: String,
    /// Of a fragment the operations that reach it.
    pub(super) used_by: Option<Vec<String>>,
}

impl Definition {
    /// Its name in the query files.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a fragment.
    pub const fn is_fragment(&self) -> bool {
        self.used_by.is_some()
    }

    /// The operations that stand or fall with it, sorted by name: the operation itself, or
    /// those that spread the fragment, also by way of others.
    pub fn operations(&self) -> &[String] {
        match &self.used_by {
            Some(operations) => operations,
            None => std::slice::from_ref(&self.name),
        }
    }
}

/// A place in a file of queries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub(super) path: PathBuf,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    /// The file, as it is seen from the root folder of the [`Config`](crate::Config).
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line, counted from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    pub const fn column(&self) -> usize {
        self.column
    }
}

/// The file, line and column: `queries/builds.graphql:3:5`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", shown(&self.path), self.line, self.column)
    }
}

/// A path as it is written on all systems.
fn shown(path: &Path) -> String {
    path.display()
        .to_string()
        .replace(std::path::MAIN_SEPARATOR, "/")
}

/// What a new schema does at one place of the queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub(super) kind: EffectKind,
    pub(super) definition: Option<Definition>,
    pub(super) place: Option<Place>,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) changes: Vec<Change>,
    pub(super) breaks: bool,
}

impl Effect {
    /// What sort of effect it is.
    pub const fn kind(&self) -> EffectKind {
        self.kind
    }

    /// Whether it stops compiling, or a breaking change gives it another Rust type: then
    /// somebody has to do something before the queries work with the new schema, and what
    /// was compiled before may not read its answers.
    ///
    /// A safe change that gives another Rust type is no break by this word, though the code
    /// around it may have to change: an `Option` that is none any more.
    pub const fn is_break(&self) -> bool {
        self.breaks
    }

    /// The operation or fragment. `None` where it is in neither: in a client schema, or in
    /// the options of the compilation.
    pub const fn definition(&self) -> Option<&Definition> {
        self.definition.as_ref()
    }

    /// Where it is. `None` where no file has it.
    pub const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What happens there, in a line without a full stop. What comes from a schema or a
    /// query stands between backticks.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The changes that cause it. None where it could not be found out which these are.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The worst of the changes that cause it.
    pub fn severity(&self) -> Option<ChangeSeverity> {
        self.changes.iter().map(Change::severity).max()
    }
}

/// Its place, if it has one, and its message.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let definition = self.definition.as_ref();
        let kind = definition.map(|definition| match definition.used_by {
            Some(_) => "fragment",
            None => "operation",
        });
        let place = self.place.as_ref();
        let changes: Vec<_> = self
            .changes
            .iter()
            .map(|change| (change.kind(), change.coordinate().to_string()))
            .map(|(kind, coordinate)| Cause { kind, coordinate })
            .collect();
        let mut effect = serializer.serialize_struct("Effect", 11)?;
        effect.serialize_field("kind", &self.kind)?;
        effect.serialize_field("breaks", &self.breaks)?;
        effect.serialize_field("message", &self.message)?;
        effect.serialize_field("help", &self.help)?;
        effect.serialize_field("definition", &definition.map(Definition::name))?;
        effect.serialize_field("definition_kind", &kind)?;
        effect.serialize_field(
            "operations",
            definition.map_or(&[][..], Definition::operations),
        )?;
        effect.serialize_field("file", &place.map(|place| shown(&place.path)))?;
        effect.serialize_field("line", &place.map(Place::line))?;
        effect.serialize_field("column", &place.map(Place::column))?;
        effect.serialize_field("changes", &changes)?;
        effect.end()
    }
}

/// A change as it is named: all of it is beside the effects.
#[derive(Serialize)]
struct Cause {
    kind: crate::schema::diff::ChangeKind,
    coordinate: String,
}
