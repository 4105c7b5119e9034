//! The snapshot as it is before a pull, held against what was pulled.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use buildkite_codegen::schema;
use buildkite_codegen::schema::diff::DiffOptions;

use super::change::Change;
use crate::report::Failure;

/// What lies where a snapshot is kept.
pub(super) struct Snapshot<'a> {
    path: &'a Path,
    /// `None` where there is no file.
    content: Option<Vec<u8>>,
}

impl<'a> Snapshot<'a> {
    pub(super) fn read(path: &'a Path) -> Result<Self, Failure> {
        let content = match fs::read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                let failure = Failure::new(format!("cannot read `{}`", path.display()));
                return Err(failure.caused_by(&error));
            }
        };
        Ok(Self { path, content })
    }

    /// Whether it has this text already.
    pub(super) fn is(&self, text: &str) -> bool {
        let content = self.content.as_deref();
        content == Some(text.as_bytes())
    }

    /// What changes if it becomes this text, which is another schema or the same in another
    /// form.
    pub(super) fn change_to(&self, text: &str) -> Change {
        match &self.content {
            None => Change::New,
            Some(content) => compare(content, self.path, text).unwrap_or_else(Change::NoSchema),
        }
    }
}

/// What has changed, or why what was there is no schema.
fn compare(old: &[u8], path: &Path, new: &str) -> Result<Change, String> {
    let old = std::str::from_utf8(old).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let load = |text| schema::load(text, path).map_err(|error| error.problem().to_owned());
    let (old, new) = (load(old)?, load(new)?);
    let diff = DiffOptions::new().compare(&old, &new);
    if !diff.changes().is_empty() {
        return Ok(Change::Schema(diff));
    }
    let with_descriptions = DiffOptions::new().descriptions(true).compare(&old, &new);
    Ok(if with_descriptions.changes().is_empty() {
        Change::Form
    } else {
        Change::Descriptions
    })
}
