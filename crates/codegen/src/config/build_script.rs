//! Compiling in a build script: what cargo is told, and where the code goes.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Config, SchemaSource};
use crate::diagnostic::{Diagnostic, Diagnostics, ReportStyle, Severity};

impl Config {
    /// Compiles and writes into `OUT_DIR`, for build scripts.
    ///
    /// Mistakes are printed as `cargo::error`s, a line each, which end the
    /// build. Only what changed is written. Cargo runs the script again when a
    /// query file is edited, added or removed, or the file of the schema changes.
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
            SchemaSource::Snapshot(path) | SchemaSource::File(path) => Some(path),
            #[cfg(feature = "live-schema")]
            SchemaSource::Live => {
                for variable in crate::buildkite::LIVE_SCHEMA_VARIABLES {
                    writeln!(cargo, "cargo::rerun-if-env-changed={variable}")?;
                }
                None
            }
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

/// What cargo tells a build script.
#[allow(
    clippy::disallowed_methods,
    reason = "build scripts are told by cargo where things are"
)]
pub(super) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}
