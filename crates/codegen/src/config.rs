//! What is compiled, against what, and where it goes.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Scalars;
use crate::output::Generated;
use crate::source::{self, Source};
use crate::{buildkite, check, model, print};

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
///     .scalar("YAML", "::std::string::String")
///     .compile();
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is compiled before `compile` or `generate`"]
pub struct Config {
    root: PathBuf,
    queries: Vec<PathBuf>,
    schema: SchemaSource,
    scalars: BTreeMap<String, String>,
    runtime: String,
}

#[derive(Debug, Clone)]
enum SchemaSource {
    Text { text: String, path: PathBuf },
    File(PathBuf),
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
            root: PathBuf::from(variable("CARGO_MANIFEST_DIR").unwrap_or_default()),
            queries: Vec::new(),
            schema: SchemaSource::Text {
                text: buildkite::SCHEMA_SDL.to_owned(),
                path: PathBuf::from(buildkite::SCHEMA_PATH),
            },
            scalars: buildkite::SCALARS
                .iter()
                .map(|&(scalar, path)| (scalar.to_owned(), path.to_owned()))
                .collect(),
            runtime: "::buildkite_client".to_owned(),
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

    /// Resolves relative paths against this folder instead of
    /// `CARGO_MANIFEST_DIR`, outside of build scripts.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = folder.into();
        self
    }

    /// Compiles, and returns the code instead of writing it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with schema and queries, at once.
    pub fn generate(&self) -> Result<Generated, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let schema = self.read_schema()?;
        let runtime: syn::Path = syn::parse_str(&self.runtime).map_err(|error| {
            Diagnostic::new(format!("`{}` is not a path: {error}", self.runtime))
                .help("give `runtime` a path such as `::buildkite_client`")
        })?;
        let scalars = self.read_scalars(&mut diagnostics);
        let sources: Vec<Source> = self
            .queries
            .iter()
            .flat_map(|folder| source::load(&self.root, folder, &mut diagnostics))
            .collect();
        let checked = check::check(schema, &sources, diagnostics)?;
        let model = model::build(&checked, &sources, &scalars);
        let files = print::print(&model, &runtime, OUTPUT).map_err(|error| {
            // Every name and type was checked before: this is a mistake of
            // this crate, and is said as one.
            Diagnostic::new(format!("the generated code is not valid Rust: {error}"))
                .help("this is a bug in buildkite-codegen: please report it with the query files")
        })?;
        Ok(Generated::new(files, model.operations.len()))
    }

    /// Compiles and writes into `OUT_DIR`, for build scripts.
    ///
    /// Mistakes are printed as `cargo::error`s, a line each, which end the
    /// build. Only what changed is written. Cargo runs the script again when a
    /// query file is edited, added or removed, or the schema changes.
    pub fn compile(&self) {
        let mut out = io::stdout().lock();
        let report = self.write().err().map(|errors| errors.to_string());
        // If cargo does not listen there is nobody left to tell.
        let _ = self.tell(&mut out, report.as_deref());
    }

    fn write(&self) -> Result<(), Diagnostics> {
        let folder = variable("OUT_DIR").ok_or_else(|| {
            Diagnostic::new("`OUT_DIR` is not set")
                .help("call `compile` from a `build.rs`, or use `generate` elsewhere")
        })?;
        self.generate()?.write(Path::new(&folder))?;
        Ok(())
    }

    fn tell(&self, out: &mut impl io::Write, report: Option<&str>) -> io::Result<()> {
        for folder in &self.queries {
            writeln!(out, "cargo::rerun-if-changed={}", folder.display())?;
        }
        if let SchemaSource::File(path) = &self.schema {
            writeln!(out, "cargo::rerun-if-changed={}", path.display())?;
        }
        // Without any line of these cargo would watch the whole crate.
        writeln!(out, "cargo::rerun-if-changed=build.rs")?;
        for line in report.unwrap_or_default().lines() {
            writeln!(out, "cargo::error={line}")?;
        }
        out.flush()
    }

    fn read_schema(
        &self,
    ) -> Result<apollo_compiler::validation::Valid<apollo_compiler::Schema>, Diagnostics> {
        match &self.schema {
            SchemaSource::Text { text, path } => check::schema(text, path),
            SchemaSource::File(path) => {
                let bytes = fs::read(self.root.join(path)).map_err(|error| {
                    Diagnostic::new(format!("the schema cannot be read: {error}"))
                        .at(path)
                        .help("check the path, which is relative to the crate")
                })?;
                let text = String::from_utf8(bytes).map_err(|_| {
                    Diagnostic::new("the schema is not UTF-8 text")
                        .at(path)
                        .help("save it in the encoding UTF-8")
                })?;
                check::schema(&text, path)
            }
        }
    }

    fn read_scalars(&self, diagnostics: &mut Diagnostics) -> Scalars {
        let mut paths = BTreeMap::new();
        for (scalar, path) in &self.scalars {
            let path = path.replace("{runtime}", &self.runtime);
            if let Err(error) = syn::parse_str::<syn::Type>(&path) {
                diagnostics.push(
                    Diagnostic::new(format!(
                        "the scalar `{scalar}` is mapped to `{path}`, which is not a type: {error}"
                    ))
                    .help("give `scalar` a path such as `::std::string::String`"),
                );
                continue;
            }
            paths.insert(scalar.clone(), path);
        }
        Scalars::new(paths, format!("{}::scalars::Json", self.runtime))
    }
}

/// The name of the root file and of the folder beside it.
const OUTPUT: &str = "queries";

/// What cargo tells a build script.
#[allow(
    clippy::disallowed_methods,
    reason = "build scripts are told by cargo where things are"
)]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}
