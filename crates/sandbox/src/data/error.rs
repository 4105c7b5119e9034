//! What is wrong with data.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

/// Why data cannot be used: what is wrong, and where.
#[derive(Debug)]
pub struct DataError {
    message: String,
    source: Option<io::Error>,
}

impl DataError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn unreadable(file: &Path, source: io::Error) -> Self {
        Self {
            message: format!("cannot read {}", file.display()),
            source: Some(source),
        }
    }

    /// The same, of a file.
    pub(crate) fn of(self, file: &Path) -> Self {
        Self {
            message: format!("in {}: {}", file.display(), self.message),
            ..self
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for DataError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
