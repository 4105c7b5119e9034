//! What is compiled, against what, and where it goes.

mod build_script;
mod impact;
#[cfg(feature = "live-schema")]
mod live_schema;
mod reading;

use std::collections::BTreeMap;
use std::path::PathBuf;
#[cfg(feature = "live-schema")]
use std::time::Duration;

#[cfg(feature = "cynic")]
pub(crate) use build_script::tell;

use crate::cost::Explained;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Built;
use crate::output::Generated;
use crate::style::{Layout, Visibility};
use crate::{buildkite, lints, model, print};

/// Compiles the `.graphql` files below `queries` against Buildkite's schema.
///
/// For the `main` of a `build.rs`. The folder is relative to the crate; the
/// code goes where `buildkite_client::include_queries!()` looks for it.
/// Mistakes are printed as cargo errors, which end the build.
///
/// ```no_run
/// buildkite_codegen::compile("queries");
/// ```
pub fn compile(queries: impl Into<PathBuf>) {
    Config::new().queries(queries).compile();
}

/// The options of a compilation.
///
/// ```no_run
/// buildkite_codegen::Config::new()
///     .queries("queries")
///     .queries("reports")
///     .scalar("JSON", "::std::string::String")
///     .compile();
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is compiled before `compile` or `generate`"]
pub struct Config {
    /// Where cargo says that the crate is, unless it was set.
    root: Option<PathBuf>,
    queries: Vec<PathBuf>,
    schema: SchemaSource,
    client_directives: ClientDirectives,
    client_schemas: Vec<PathBuf>,
    scalars: BTreeMap<String, String>,
    runtime: String,
    derives: Vec<String>,
    visibility: Visibility,
    layout: Layout,
    lints_file: Option<PathBuf>,
    #[cfg(feature = "live-schema")]
    live_schema_timeout: Option<Duration>,
}

#[derive(Debug, Clone)]
enum SchemaSource {
    /// The snapshot.
    Buildkite,
    /// Another snapshot of Buildkite's.
    Snapshot(PathBuf),
    /// What Buildkite's API has now.
    #[cfg(feature = "live-schema")]
    Live,
    Text {
        text: String,
        path: PathBuf,
    },
    File(PathBuf),
}

impl SchemaSource {
    /// Whether it is Buildkite's, of whatever day.
    fn is_buildkites(&self) -> bool {
        match self {
            Self::Buildkite | Self::Snapshot(_) => true,
            #[cfg(feature = "live-schema")]
            Self::Live => true,
            Self::Text { .. } | Self::File(_) => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientDirectives {
    Defined,
    LeftOut,
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// Buildkite's schema, and no queries yet.
    pub fn new() -> Self {
        Self {
            root: None,
            queries: Vec::new(),
            schema: SchemaSource::Buildkite,
            client_directives: ClientDirectives::Defined,
            client_schemas: Vec::new(),
            scalars: buildkite::SCALARS
                .iter()
                .map(|&(scalar, path)| (scalar.to_owned(), path.to_owned()))
                .collect(),
            runtime: "::buildkite_client".to_owned(),
            derives: Vec::new(),
            visibility: Visibility::default(),
            layout: Layout::default(),
            lints_file: None,
            #[cfg(feature = "live-schema")]
            live_schema_timeout: None,
        }
    }

    /// Adds a folder of `.graphql` files, relative to the crate. All folders
    /// are one set: a fragment may live in any file of any folder. Of a file
    /// that ends in `.gql` a warning says that it is not read.
    pub fn queries(mut self, folder: impl Into<PathBuf>) -> Self {
        self.queries.push(folder.into());
        self
    }

    /// Compiles against a snapshot of Buildkite's schema of your own, in GraphQL's schema
    /// definition language, read from a file relative to the crate: one that
    /// `bkq schema pull` wrote and `bkq schema refresh` keeps up to date.
    ///
    /// Buildkite's limits count as they do without it, and what is known of its nulls, as far
    /// as the fields exist.
    ///
    /// ```no_run
    /// buildkite_codegen::Config::new()
    ///     .queries("queries")
    ///     .snapshot_file("schema/buildkite.graphql")
    ///     .compile();
    /// ```
    pub fn snapshot_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.schema = SchemaSource::Snapshot(path.into());
        self
    }

    /// Compiles against the schema of another server, in GraphQL's schema definition
    /// language, read from a file relative to the crate.
    pub fn schema_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.schema = SchemaSource::File(path.into());
        self
    }

    /// Compiles against the schema of another server, given as text. `path` is what
    /// diagnostics call it.
    pub fn schema_text(mut self, text: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.schema = SchemaSource::Text {
            text: text.into(),
            path: path.into(),
        };
        self
    }

    /// Adds a file of directives on types of the schema, relative to the crate:
    /// what the client knows of a schema that it cannot edit.
    ///
    /// ```graphql
    /// # Every team has a slug, be it of digits.
    /// extend type Team @semanticNonNullField(name: "slug")
    /// extend enum BuildStates @targetName(name: "BuildState")
    /// ```
    pub fn client_schema_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.client_schemas.push(path.into());
        self
    }

    /// Compiles against the schema alone: `@required` and the other directives
    /// that query files may use and servers never see are not defined.
    ///
    /// For a schema that has a directive or type of such a name itself.
    pub fn without_client_directives(mut self) -> Self {
        self.client_directives = ClientDirectives::LeftOut;
        self
    }

    /// Sets the Rust type of a scalar: a path that is valid anywhere in the
    /// crate, of a type that is `Debug`, `Clone`, `PartialEq`, `Serialize` and
    /// `Deserialize`. Scalars of other schemas are any JSON value by default.
    pub fn scalar(mut self, scalar: impl Into<String>, rust: impl Into<String>) -> Self {
        self.scalars.insert(scalar.into(), rust.into());
        self
    }

    /// Sets the path under which the generated code finds `buildkite_client`;
    /// needed only where the crate is renamed or re-exported.
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.runtime = path.into();
        self
    }

    /// Derives a trait for every generated type: those of answers, enums,
    /// inputs and operations. The path must be valid anywhere in the crate. All
    /// types are `Debug`, `Clone` and `PartialEq` without it.
    ///
    /// The compiler says so where a type cannot be derived for: `Eq` and `Hash`,
    /// say, where the schema has a `Float`.
    ///
    /// ```no_run
    /// buildkite_codegen::Config::new()
    ///     .queries("queries")
    ///     .derive("Eq")
    ///     .derive("::std::hash::Hash")
    ///     .compile();
    /// ```
    pub fn derive(mut self, path: impl Into<String>) -> Self {
        self.derives.push(path.into());
        self
    }

    /// Sets how the generated code is laid out; formatted by default.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Sets who sees the generated code; everyone by default.
    pub fn visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    /// Reads levels and limits of lints from this file, relative to the crate.
    ///
    /// Without it a file with the name `lints.toml` counts, in any of the
    /// folders of queries. There may be one such file, and it looks like this:
    ///
    /// ```toml
    /// [lints]
    /// deprecated = "deny"
    /// page_info_unread = "allow"
    ///
    /// [limits]
    /// complexity = 50000
    /// window = 5000
    /// nesting = 15
    /// page_size = 500
    /// ```
    ///
    /// What `"deny"` finds ends the build, what `"warn"` finds is a warning of
    /// cargo, and `"allow"` is silent. A single place is allowed in the query:
    /// `pipelines(first: 1) @allow(lints: [page_info_unread])`. The directive
    /// is never sent, and speaks for all that is written inside of what it
    /// stands on.
    ///
    /// | lint | level | finds |
    /// |---|---|---|
    /// | `deprecated` | warn | a field, argument, input field or enum value that the schema deprecates |
    /// | `page_size_missing` | warn | rows of a connection without `first` and `last`, which count as `page_size` rows |
    /// | `page_info_unread` | warn | rows of a connection whose `pageInfo` does not say whether there are more, and where they begin |
    /// | `cursor_unwired` | warn | a query that reads where the next page of a connection begins, but has no variable to ask for it; not inside lists |
    /// | `rest_unreachable` | warn | a connection inside a list that says whether there are more rows, where no operation can be derived that reads them; the report says why |
    /// | `complexity_over_limit` | deny | more than `complexity` points, with default variables |
    /// | `complexity_over_window` | warn | more than `window` points, with default variables, but no more than `complexity` |
    /// | `nesting_too_deep` | deny | more than `nesting` levels of fields |
    /// | `unused_fragment` | deny | a fragment that no operation spreads |
    /// | `unused_variable` | deny | a variable that its operation does not use; where that is allowed, it is neither sent nor a field in Rust |
    /// | `useless_selection` | warn | what can be left out without changing an answer: a field that is selected twice or by a fragment beside it, a fragment that is spread twice, an inline fragment that every value matches, a `__typename` that the enum of the types has in any case |
    /// | `unused_allow` | warn | an `@allow` where there is nothing to allow |
    ///
    /// The limits are Buildkite's. With another schema `complexity_over_limit`
    /// and `nesting_too_deep` warn by default: its server may allow more.
    ///
    /// ```no_run
    /// buildkite_codegen::Config::new()
    ///     .queries("queries")
    ///     .lints_file("lints.toml")
    ///     .compile();
    /// ```
    pub fn lints_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.lints_file = Some(path.into());
        self
    }

    /// Resolves relative paths against this folder instead of
    /// `CARGO_MANIFEST_DIR`, outside of build scripts.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = Some(folder.into());
        self
    }

    /// Compiles, and returns the code instead of writing it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with schema and queries, at once.
    pub fn generate(&self) -> Result<Generated, Diagnostics> {
        let root = self.root_folder();
        let mut diagnostics = Diagnostics::default();
        let style = self.read_style(&mut diagnostics);
        let set = self.read_set(&root, diagnostics)?;
        let Built { model, findings } = model::build(
            &set.checked,
            &set.files.sources,
            &set.scalars,
            set.settings.limits.page_size,
        );
        let warnings = lints::run(&set.checked, &set.settings, findings).with(set.passed_over);
        let model = match model {
            Ok(_) if warnings.has_errors() => return Err(warnings),
            Ok(model) => model,
            Err(refused) => return Err(warnings.with(refused)),
        };
        let files = print::print(&model, &style, OUTPUT).map_err(|error| {
            // Every name and type was checked before: this is a mistake of
            // this crate, and is said as one.
            Diagnostic::new(format!("the generated code is not valid Rust: {error}"))
                .help("this is a bug in buildkite-codegen: please report it with the query files")
        })?;
        let generated = Generated::new(files, model.operations.len(), warnings);
        Ok(generated.with_schema(set.pulled))
    }

    /// Says what the operations cost, in points of requested complexity: in
    /// total, by their variables, and line by line.
    ///
    /// Lints have no say in it, so that an operation which is too dear can be
    /// looked into.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with schema and queries, at once.
    pub fn explain(&self) -> Result<Explained, Diagnostics> {
        let set = self.read_set(&self.root_folder(), Diagnostics::default())?;
        Ok(Explained::new(
            &set.checked.schema,
            &set.checked.document,
            set.settings.limits.page_size,
        ))
    }

    fn root_folder(&self) -> PathBuf {
        self.root
            .clone()
            .or_else(|| build_script::variable("CARGO_MANIFEST_DIR").map(PathBuf::from))
            .unwrap_or_default()
    }
}

/// The name of the root file and of the folder beside it.
const OUTPUT: &str = "queries";
