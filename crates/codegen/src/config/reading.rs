//! Reading what the options name: queries, schema, levels of lints, and the
//! texts that have to be Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use proc_macro2::{Ident, Span};

use super::{ClientDirectives, Config, SchemaSource};
use crate::check::Checked;
use crate::client::Extent;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lints::Settings;
use crate::model::Scalars;
use crate::source::{self, Files, Source};
use crate::style::Style;
use crate::{buildkite, check, lints};

/// A set of queries that keeps every rule, and how it is to be judged.
pub(super) struct Set {
    pub(super) files: Files,
    pub(super) settings: Settings,
    pub(super) scalars: Scalars,
    /// Warnings about files that are not read.
    pub(super) passed_over: Diagnostics,
    pub(super) checked: Checked,
    /// The text of a schema that lies nowhere else.
    pub(super) pulled: Option<String>,
}

impl Config {
    /// Reads and checks everything that the options name.
    pub(super) fn read_set(
        &self,
        root: &Path,
        mut diagnostics: Diagnostics,
    ) -> Result<Set, Diagnostics> {
        let mut files = self.read_files(root, &mut diagnostics);
        let settings = self.read_lints(root, &files, &mut diagnostics);
        let mut passed_over = Diagnostics::default();
        passed_over.extend(mem::take(&mut files.passed_over));
        let (schema, pulled) = match self.read_schema(root) {
            Ok(read) => read,
            Err(errors) => {
                let errors = diagnostics.with(errors.noting(UNCHECKED));
                return Err(errors.with(passed_over));
            }
        };
        let scalars = self.read_scalars(&schema, &mut diagnostics);
        let checked = match check::check(schema, &files, &settings, diagnostics) {
            Ok(checked) => checked,
            Err(errors) => return Err(errors.with(passed_over)),
        };
        Ok(Set {
            files,
            settings,
            scalars,
            passed_over,
            checked,
            pulled,
        })
    }

    pub(super) fn read_files(&self, root: &Path, diagnostics: &mut Diagnostics) -> Files {
        if self.queries.is_empty() {
            diagnostics.push(
                Diagnostic::new("no folder of queries is given")
                    .of_rule("no_folder")
                    .help("name it: `Config::new().queries(\"queries\").compile()`"),
            );
        }
        let mut files = Files::default();
        for folder in &self.queries {
            files.load(root, folder, diagnostics);
        }
        files
    }

    /// The levels and limits of lints: there is one file of them, or none.
    pub(super) fn read_lints(
        &self,
        root: &Path,
        files: &Files,
        diagnostics: &mut Diagnostics,
    ) -> Settings {
        let mut settings = if self.schema.is_buildkites() {
            Settings::enforced(buildkite::LIMITS)
        } else {
            Settings::advisory(buildkite::LIMITS)
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

    /// Reads the schema; the text comes along where it lies nowhere else.
    fn read_schema(&self, root: &Path) -> Result<(Valid<Schema>, Option<String>), Diagnostics> {
        let (base, is_pulled) = match &self.schema {
            SchemaSource::Buildkite => {
                let source = Source {
                    path: PathBuf::from(buildkite::SCHEMA_PATH),
                    text: buildkite::SCHEMA_SDL.to_owned(),
                };
                (source, false)
            }
            #[cfg(feature = "live-schema")]
            SchemaSource::Live => {
                let timeout = self.live_schema_timeout;
                (crate::live_schema::pull(timeout)?, true)
            }
            SchemaSource::Text { text, path } => {
                let source = Source {
                    path: path.clone(),
                    text: text.clone(),
                };
                (source, false)
            }
            SchemaSource::Snapshot(path) | SchemaSource::File(path) => {
                (read_text(root, path, "the schema")?, false)
            }
        };
        let schema = check::schema(&base, self.extent(), &self.read_overlays(root)?)?;
        Ok((schema, is_pulled.then_some(base.text)))
    }

    pub(super) fn extent(&self) -> Extent {
        match self.client_directives {
            ClientDirectives::LeftOut => Extent::Nothing,
            ClientDirectives::Defined if self.schema.is_buildkites() => Extent::Buildkite,
            ClientDirectives::Defined => Extent::Directives,
        }
    }

    pub(super) fn read_overlays(&self, root: &Path) -> Result<Vec<Source>, Diagnostics> {
        let paths = self.client_schemas.iter();
        paths
            .map(|path| read_text(root, path, "the client schema"))
            .collect()
    }

    pub(super) fn read_style(&self, diagnostics: &mut Diagnostics) -> Style {
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

    pub(super) fn read_scalars(&self, schema: &Schema, diagnostics: &mut Diagnostics) -> Scalars {
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

/// Said where nothing can be said about the queries.
const UNCHECKED: &str =
    "the queries are not checked before the schema is in order, and may have mistakes, too";
