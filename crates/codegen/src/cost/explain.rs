//! What operations cost, for whoever asks: by operation, and line by line.

use std::path::{Path, PathBuf};

use apollo_compiler::parser::SourceMap;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Map, Value};

use super::depth;
use super::known::{Defaults, Known};
use super::lines::{self, CostLine};
use super::plan::{Plan, Planner};
use super::points;
use crate::frame::span;

/// What the operations of a set cost.
///
/// ```
/// # let folder = std::env::temp_dir().join(format!("explained-{}", std::process::id()));
/// # std::fs::create_dir_all(folder.join("queries"))?;
/// # std::fs::write(
/// #     folder.join("queries/slugs.graphql"),
/// #     "query Slugs($first: Int = 100) { \
/// #        organization(slug: \"acme-inc\") { pipelines(first: $first) { edges { node { slug } } } } }",
/// # )?;
/// # let folder = &folder;
/// // queries/slugs.graphql:
/// // query Slugs($first: Int = 100) {
/// //   organization(slug: "acme-inc") {
/// //     pipelines(first: $first) { edges { node { slug } } }
/// //   }
/// // }
/// let explained = buildkite_codegen::Config::new()
///     .root(folder)
///     .queries("queries")
///     .explain()?;
/// let slugs = explained.operation("Slugs").ok_or("no such operation")?;
/// assert_eq!(slugs.default_complexity(), 103);
///
/// let variables = serde_json::json!({ "first": 500 });
/// let variables = variables.as_object().ok_or("no object")?;
/// assert_eq!(slugs.complexity(variables), 503);
/// for line in slugs.lines(variables) {
///     println!("{}:{} {} {}", line.path().display(), line.line(), line.field(), line.points());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Explained {
    operations: Vec<ExplainedOperation>,
}

impl Explained {
    pub(crate) fn new(schema: &Schema, document: &ExecutableDocument, assumed: u64) -> Self {
        let mut planner = Planner::new(schema, document);
        let mut operations: Vec<_> = document
            .operations
            .named
            .iter()
            .map(|(name, operation)| {
                let location = operation.location();
                let place = location.and_then(|location| span(&document.sources, location));
                ExplainedOperation {
                    name: name.to_string(),
                    path: place.map_or_else(PathBuf::new, |(path, _)| path.to_path_buf()),
                    line: place.map_or(0, |(_, span)| span.line),
                    column: place.map_or(0, |(_, span)| span.column),
                    variables: operation
                        .variables
                        .iter()
                        .map(|variable| ExplainedVariable {
                            name: variable.name.to_string(),
                            ty: variable.ty.to_string(),
                            default: variable
                                .default_value
                                .as_ref()
                                .map(|value| value.serialize().no_indent().to_string()),
                        })
                        .collect(),
                    plan: planner.plan(operation),
                    defaults: Defaults::of(operation, assumed),
                    sources: document.sources.clone(),
                }
            })
            .collect();
        operations.sort_by(|a, b| a.name.cmp(&b.name));
        Self { operations }
    }

    /// All operations, sorted by name.
    pub fn operations(&self) -> &[ExplainedOperation] {
        &self.operations
    }

    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&ExplainedOperation> {
        self.operations
            .iter()
            .find(|operation| operation.name == name)
    }
}

/// What one operation costs, by its variables.
///
/// Points are those of the requested complexity: what Buildkite counts before
/// it runs the operation. Where an object can be of several types, the dearest
/// counts. Numbers beyond `u64` stop there.
#[derive(Debug)]
pub struct ExplainedOperation {
    name: String,
    path: PathBuf,
    line: usize,
    column: usize,
    variables: Vec<ExplainedVariable>,
    plan: Plan,
    defaults: Defaults,
    sources: SourceMap,
}

impl ExplainedOperation {
    /// The operation's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its file, relative to the crate.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line where it begins, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column where it begins, in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Its variables, in the order of their declaration.
    pub fn variables(&self) -> &[ExplainedVariable] {
        &self.variables
    }

    /// How many levels deep its fields are nested; a field of the root is on
    /// the first one.
    pub fn levels(&self) -> usize {
        *depth::levels(&self.plan).get(self.plan.root())
    }

    /// The points with these variables.
    ///
    /// A variable that is not given has its default. A page size that is null,
    /// not given, or no number counts as the largest page; one below 0 counts
    /// as 0. What depends on a condition without a value is counted.
    pub fn complexity(&self, variables: &Map<String, Value>) -> u64 {
        let mut known = self.known(variables);
        *points::points(&self.plan, &mut known).get(self.plan.root())
    }

    /// The points where only defaults are given.
    pub fn default_complexity(&self) -> u64 {
        self.complexity(&Map::new())
    }

    /// The points field by field, in the order of the answer; they add up to
    /// [`complexity`](Self::complexity). Of an object that can be of several
    /// types it has the fields of the dearest.
    pub fn lines(&self, variables: &Map<String, Value>) -> Vec<CostLine> {
        lines::lines(&self.plan, &self.sources, &mut self.known(variables))
    }

    fn known<'a>(&'a self, variables: &'a Map<String, Value>) -> Known<'a> {
        Known {
            variables,
            defaults: &self.defaults,
        }
    }
}

/// A variable of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedVariable {
    name: String,
    ty: String,
    default: Option<String>,
}

impl ExplainedVariable {
    /// The name, without the dollar sign.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type as it is declared, such as `[BuildStates!]`.
    pub fn ty(&self) -> &str {
        &self.ty
    }

    /// The default in GraphQL's notation, if there is one.
    pub fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }
}
