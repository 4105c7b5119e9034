//! What is compiled, against what, and where it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use proc_macro2::{Ident, Span};

use crate::check::Checked;
use crate::client::Extent;
use crate::cost::Explained;
use crate::diagnostic::{Diagnostic, Diagnostics, ReportStyle, Severity};
use crate::lints::Settings;
use crate::model::Scalars;
use crate::output::Generated;
use crate::source::{self, Files, Source};
use crate::style::{Layout, Style, Visibility};
use crate::{buildkite, check, lints, model, print};

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
}

/// A set of queries that keeps every rule, and how it is to be judged.
struct Set {
    files: Files,
    settings: Settings,
    scalars: Scalars,
    checked: Checked,
}

#[derive(Debug, Clone)]
enum SchemaSource {
    Buildkite,
    Text { text: String, path: PathBuf },
    File(PathBuf),
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
        }
    }

    /// Adds a folder of `.graphql` files, relative to the crate. All folders
    /// are one set: a fragment may live in any file of any folder.
    pub fn queries(mut self, folder: impl Into<PathBuf>) -> Self {
        self.queries.push(folder.into());
        self
    }

    /// Compiles against another schema, in GraphQL's schema definition
    /// language, read from a file relative to the crate.
    pub fn schema_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.schema = SchemaSource::File(path.into());
        self
    }

    /// Compiles against another schema, given as text. `path` is what
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
        let warnings = lints::run(&set.checked, &set.settings);
        if warnings.has_errors() {
            return Err(warnings);
        }
        let model = model::build(
            &set.checked,
            &set.files.sources,
            &set.scalars,
            set.settings.limits.page_size,
        );
        let model = match model {
            Ok(model) => model,
            Err(refused) => return Err(warnings.with(refused)),
        };
        let files = print::print(&model, &style, OUTPUT).map_err(|error| {
            // Every name and type was checked before: this is a mistake of
            // this crate, and is said as one.
            Diagnostic::new(format!("the generated code is not valid Rust: {error}"))
                .help("this is a bug in buildkite-codegen: please report it with the query files")
        })?;
        Ok(Generated::new(files, model.operations.len(), warnings))
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

    /// Reads and checks everything that the options name.
    fn read_set(&self, root: &Path, mut diagnostics: Diagnostics) -> Result<Set, Diagnostics> {
        if self.queries.is_empty() {
            diagnostics.push(
                Diagnostic::new("no folder of queries is given")
                    .of_rule("no_folder")
                    .help("name it: `Config::new().queries(\"queries\").compile()`"),
            );
        }
        let mut files = Files::default();
        for folder in &self.queries {
            files.load(root, folder, &mut diagnostics);
        }
        let settings = self.read_lints(root, &files, &mut diagnostics);
        let schema = match self.read_schema(root) {
            Ok(schema) => schema,
            Err(errors) => return Err(diagnostics.with(errors.noting(UNCHECKED))),
        };
        let scalars = self.read_scalars(&schema, &mut diagnostics);
        let checked = check::check(schema, &files, &settings, diagnostics)?;
        Ok(Set {
            files,
            settings,
            scalars,
            checked,
        })
    }

    /// The levels and limits of lints: there is one file of them, or none.
    fn read_lints(&self, root: &Path, files: &Files, diagnostics: &mut Diagnostics) -> Settings {
        let mut settings = match &self.schema {
            SchemaSource::Buildkite => Settings::enforced(buildkite::LIMITS),
            SchemaSource::Text { .. } | SchemaSource::File(_) => {
                Settings::advisory(buildkite::LIMITS)
            }
        };
        let named = self.lints_file.iter().map(|path| {
            let shown = path.strip_prefix(root).unwrap_or(path);
            (root.join(path), shown.to_path_buf())
        });
        let mut seen = BTreeSet::new();
        let mut first: Option<PathBuf> = None;
        for (path, shown) in named.chain(files.lints.iter().cloned()) {
            let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            if !seen.insert(real) {
                continue;
            }
            match &first {
                None => lints::read(&path, &shown, &mut settings, diagnostics),
                Some(first) => diagnostics.push(
                    Diagnostic::new("there is a second file of lints")
                        .of_rule("invalid_lints_file")
                        .at(&shown)
                        .help(format!(
                            "move what it says into {}: all queries are one set",
                            first.display()
                        )),
                ),
            }
            first.get_or_insert(shown);
        }
        settings
    }

    /// Compiles and writes into `OUT_DIR`, for build scripts.
    ///
    /// Mistakes are printed as `cargo::error`s, a line each, which end the
    /// build. Only what changed is written. Cargo runs the script again when a
    /// query file is edited, added or removed, or the schema changes.
    ///
    /// A build script compiles once: all its folders are one set, whose code is
    /// one file.
    pub fn compile(&self) {
        static COMPILED: AtomicBool = AtomicBool::new(false);
        let mut cargo = io::stdout().lock();
        let refused = |message: &str, help: &str| {
            let refused = Diagnostic::new(message).of_rule("output").help(help);
            refused.into()
        };
        let told = if COMPILED.swap(true, Ordering::Relaxed) {
            tell(
                &mut cargo,
                &refused(
                    "the build script compiles queries twice, and the second would replace the first",
                    "name all folders in one go: `Config::new().queries(\"a\").queries(\"b\").compile()`",
                ),
            )
        } else if let Some(folder) = variable("OUT_DIR") {
            self.compile_to(folder, &mut cargo)
        } else {
            tell(
                &mut cargo,
                &refused(
                    "`OUT_DIR` is not set",
                    "call `compile` from a `build.rs`, or use `generate` elsewhere",
                ),
            )
        };
        // If cargo does not listen there is nobody left to tell.
        drop(told);
    }

    /// The same as [`compile`](Self::compile) with another folder to write to,
    /// and another reader of what cargo is told.
    ///
    /// # Errors
    ///
    /// Those of `cargo`. Mistakes in the queries are printed to it.
    pub fn compile_to(
        &self,
        folder: impl AsRef<Path>,
        cargo: &mut impl io::Write,
    ) -> io::Result<()> {
        self.tell_inputs(cargo)?;
        match self.generate() {
            Err(errors) => tell(cargo, &errors)?,
            Ok(generated) => {
                tell(cargo, generated.warnings())?;
                if let Err(error) = generated.write(folder.as_ref()) {
                    tell(cargo, &error.into())?;
                }
            }
        }
        cargo.flush()
    }

    fn tell_inputs(&self, cargo: &mut impl io::Write) -> io::Result<()> {
        let schema = match &self.schema {
            SchemaSource::File(path) => Some(path),
            SchemaSource::Buildkite | SchemaSource::Text { .. } => None,
        };
        let files = self
            .queries
            .iter()
            .chain(schema)
            .chain(&self.client_schemas)
            .chain(&self.lints_file);
        for path in files {
            // Cargo takes paths as relative to the crate, as they are here
            // unless there is another root.
            let path = self.root.iter().collect::<PathBuf>().join(path);
            writeln!(cargo, "cargo::rerun-if-changed={}", path.display())?;
        }
        Ok(())
    }

    fn root_folder(&self) -> PathBuf {
        self.root
            .clone()
            .or_else(|| variable("CARGO_MANIFEST_DIR").map(PathBuf::from))
            .unwrap_or_default()
    }

    fn read_schema(&self, root: &Path) -> Result<Valid<Schema>, Diagnostics> {
        let base = match &self.schema {
            SchemaSource::Buildkite => Source {
                path: PathBuf::from(buildkite::SCHEMA_PATH),
                text: buildkite::SCHEMA_SDL.to_owned(),
            },
            SchemaSource::Text { text, path } => Source {
                path: path.clone(),
                text: text.clone(),
            },
            SchemaSource::File(path) => read_text(root, path, "the schema")?,
        };
        let extent = match (self.client_directives, &self.schema) {
            (ClientDirectives::LeftOut, _) => Extent::Nothing,
            (ClientDirectives::Defined, SchemaSource::Buildkite) => Extent::Buildkite,
            (ClientDirectives::Defined, _) => Extent::Directives,
        };
        let overlays = self
            .client_schemas
            .iter()
            .map(|path| read_text(root, path, "the client schema"))
            .collect::<Result<Vec<_>, _>>()?;
        check::schema(&base, extent, &overlays)
    }

    fn read_style(&self, diagnostics: &mut Diagnostics) -> Style {
        let mut path = |option: &str, path: &str, example: &str| {
            syn::parse_str(path).unwrap_or_else(|error| {
                diagnostics.push(
                    Diagnostic::new(format!("`{path}` is not a path: {error}"))
                        .of_rule("invalid_option")
                        .help(format!("give `{option}` a path such as `{example}`")),
                );
                Ident::new("missing", Span::call_site()).into()
            })
        };
        Style {
            runtime: path("runtime", &self.runtime, "::buildkite_client"),
            derives: self
                .derives
                .iter()
                .map(|derive| path("derive", derive, "::std::hash::Hash"))
                .collect(),
            visibility: self.visibility,
            layout: self.layout,
        }
    }

    fn read_scalars(&self, schema: &Schema, diagnostics: &mut Diagnostics) -> Scalars {
        let mut paths = BTreeMap::new();
        let is_default = |scalar: &str| buildkite::SCALARS.iter().any(|(name, _)| *name == scalar);
        for (scalar, path) in &self.scalars {
            if schema.get_scalar(scalar).is_none() && !is_default(scalar) {
                diagnostics.push(
                    Diagnostic::new(format!("the schema has no scalar `{scalar}`"))
                        .of_rule("invalid_option")
                        .help("give `scalar` the name as the schema spells it, or remove the line"),
                );
            }
            // What lies in the runtime is a type unless the runtime's own path
            // is none, which is reported once.
            if let Some(rest) = path.strip_prefix("{runtime}") {
                paths.insert(scalar.clone(), format!("{}{rest}", self.runtime));
                continue;
            }
            if let Err(error) = syn::parse_str::<syn::Type>(path) {
                diagnostics.push(
                    Diagnostic::new(format!(
                        "the scalar `{scalar}` is mapped to `{path}`, which is not a type: {error}"
                    ))
                    .of_rule("invalid_option")
                    .help("give `scalar` a path such as `::std::string::String`"),
                );
                continue;
            }
            paths.insert(scalar.clone(), path.clone());
        }
        Scalars::new(paths, format!("{}::scalars::Json", self.runtime))
    }
}

fn read_text(root: &Path, path: &Path, what: &str) -> Result<Source, Diagnostics> {
    let bytes = fs::read(root.join(path)).map_err(|error| {
        Diagnostic::new(format!("{what} cannot be read: {error}"))
            .of_rule("unreadable_schema")
            .at(path)
            .help("check the path, which is relative to the crate")
    })?;
    let text = source::decode(&bytes).map_err(|diagnostic| diagnostic.at(path))?;
    Ok(Source {
        path: path.to_path_buf(),
        text,
    })
}

/// Cargo shows a message for every line.
pub(crate) fn tell(cargo: &mut impl io::Write, diagnostics: &Diagnostics) -> io::Result<()> {
    for (index, part) in diagnostics.parts(ReportStyle::Plain).enumerate() {
        let instruction = match part.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        if index > 0 {
            writeln!(cargo, "cargo::{instruction}=")?;
        }
        for line in part.text.lines() {
            writeln!(cargo, "cargo::{instruction}={line}")?;
        }
    }
    Ok(())
}

/// Said where nothing can be said about the queries.
const UNCHECKED: &str =
    "the queries are not checked before the schema is in order, and may have mistakes, too";

/// The name of the root file and of the folder beside it.
const OUTPUT: &str = "queries";

/// What cargo tells a build script.
#[allow(
    clippy::disallowed_methods,
    reason = "build scripts are told by cargo where things are"
)]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}
