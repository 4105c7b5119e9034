//! Generated text, in memory and on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::print::File;

/// Where a schema is kept that was pulled.
const SCHEMA: &str = "live-schema/schema.graphql";

/// What a set of queries was compiled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    files: Vec<(PathBuf, String)>,
    operations: usize,
    warnings: Diagnostics,
    /// The schema, if whoever wants to read it finds it nowhere else.
    schema: Option<String>,
}

impl Generated {
    pub(crate) fn new(files: Vec<File>, operations: usize, warnings: Diagnostics) -> Self {
        Self {
            files: files
                .into_iter()
                .map(|file| (PathBuf::from(file.path), file.text))
                .collect(),
            operations,
            warnings,
            schema: None,
        }
    }

    /// Keeps the text of the schema beside the code.
    pub(crate) fn with_schema(mut self, text: Option<String>) -> Self {
        self.schema = text;
        self
    }

    /// The files with their paths relative to the output folder. The first one
    /// includes all others.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&Path, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// How many operations were compiled.
    pub const fn operations(&self) -> usize {
        self.operations
    }

    /// What the lints found, as far as it ends no build.
    pub const fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// How many lines were printed.
    pub fn lines(&self) -> usize {
        self.files
            .iter()
            .map(|(_, text)| text.lines().count())
            .sum()
    }

    /// Writes what is not on disk already, so that nothing is compiled again
    /// without need, and removes what earlier runs left.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Diagnostic> {
        for (path, text) in self.files() {
            let path = folder.join(path);
            write_if_changed(&path, text).map_err(|error| failed("written", &path, &error))?;
        }
        if let Some(text) = &self.schema {
            let path = folder.join(SCHEMA);
            replace_if_changed(&path, text).map_err(|error| failed("written", &path, &error))?;
        }
        for part in ["operations", "fragments"] {
            let Some((root, _)) = self.files.first() else {
                continue;
            };
            let folder_of_part = folder.join(root.with_extension("")).join(part);
            self.remove_stale(folder, &folder_of_part)
                .map_err(|error| failed("cleaned", &folder_of_part, &error))?;
        }
        Ok(())
    }

    fn remove_stale(&self, folder: &Path, part: &Path) -> io::Result<()> {
        if !part.exists() {
            return Ok(());
        }
        for entry in fs::read_dir(part)? {
            let path = entry?.path();
            let is_current = self.files.iter().any(|(file, _)| folder.join(file) == path);
            if !is_current {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(format!("the generated code cannot be {what}: {error}"))
        .of_rule("output")
        .at(path)
        .help("check that the folder can be written to and the disk has room")
}

fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if is_written(path, text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// The same in one step, for what is read by others than the compiler, at any time.
fn replace_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if is_written(path, text) {
        return Ok(());
    }
    let new = path.with_extension("new");
    write_if_changed(&new, text)?;
    fs::rename(new, path)
}

fn is_written(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|present| present == text.as_bytes())
}
