//! What is known of a snapshot: a small file beside it.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known of a snapshot. The order is that of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Metadata {
    /// When the server said so. Written as a moment, read as any text: of snapshots that
    /// came about otherwise less may be known.
    pulled: String,
    /// Which server or file the schema is from.
    source: String,
    /// Whether descriptions are part of the snapshot.
    pub(crate) descriptions: bool,
}

impl Metadata {
    pub(super) fn new(pulled: Timestamp, source: String, descriptions: bool) -> Self {
        Self {
            pulled: pulled.to_string(),
            source,
            descriptions,
        }
    }

    /// The file that belongs to a snapshot.
    pub(in crate::schema) fn path(snapshot: &Path) -> PathBuf {
        snapshot.with_extension("meta.json")
    }

    /// Reads it, if it is there and what it should be.
    pub(super) fn read(path: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path).ok()?)
    }

    /// Reads its text, if it is what it should be.
    pub(in crate::schema) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The file's text: a line for each entry, so that what changed is a line, too.
    pub(super) fn text(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }
}
