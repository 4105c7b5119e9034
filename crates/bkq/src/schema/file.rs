//! Files that are replaced as a whole or not at all.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::report::Failure;

/// What has become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    Written,
    /// It had the content already, and keeps its time stamp, which builds go by.
    Unchanged,
}

impl fmt::Display for Replaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written => "written",
            Self::Unchanged => "unchanged",
        })
    }
}

/// A file's new content, which is on the disk already and only has to take its place. What
/// can go wrong went wrong before, so that of several files all are replaced or none.
pub(super) struct Staged<'a> {
    path: &'a Path,
    content: Content<'a>,
}

enum Content<'a> {
    Present,
    Beside(NamedTempFile, PathBuf),
    /// Devices and pipes are written to and must not be replaced.
    ForDevice(&'a str),
}

/// Prepares this content for a file; nothing of it is seen before [`Staged::commit`].
pub(super) fn stage<'a>(path: &'a Path, text: &'a str) -> Result<Staged<'a>, Failure> {
    let content = prepare(path, text).map_err(|error| not_written(path, &error))?;
    Ok(Staged { path, content })
}

impl Staged<'_> {
    /// Puts the content into its place.
    pub(super) fn commit(self) -> Result<Replaced, Failure> {
        let written = match self.content {
            Content::Present => return Ok(Replaced::Unchanged),
            Content::Beside(file, target) => file.persist(target).map_err(|error| error.error),
            Content::ForDevice(text) => {
                let device = fs::File::options().write(true).open(self.path);
                device.and_then(|mut device| {
                    device.write_all(text.as_bytes())?;
                    Ok(device)
                })
            }
        };
        match written {
            Ok(_) => Ok(Replaced::Written),
            Err(error) => Err(not_written(self.path, &error)),
        }
    }
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("cannot write `{}`", path.display())).caused_by(error);
    match error.kind() {
        ErrorKind::NotFound => failure.hint("create the folder first"),
        ErrorKind::IsADirectory => failure.hint("name a file, not a folder"),
        ErrorKind::PermissionDenied => {
            failure.hint("the file is made anew, so its folder must be writable")
        }
        _ => failure,
    }
}

fn prepare<'a>(path: &Path, text: &'a str) -> io::Result<Content<'a>> {
    // A link stays a link: what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(present) if present.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(present) if !present.is_file() => Ok(Content::ForDevice(text)),
        Ok(_) if fs::read(&target).is_ok_and(|present| present == text.as_bytes()) => {
            Ok(Content::Present)
        }
        Ok(present) => beside(target, text, Some(present.permissions())),
        Err(_) => beside(target, text, None),
    }
}

/// Writes a new file into the folder of the one that it is to replace, so that whoever
/// reads that sees the old text or the new one and nothing in between.
fn beside<'a>(
    target: PathBuf,
    text: &str,
    permissions: Option<fs::Permissions>,
) -> io::Result<Content<'a>> {
    let mut builder = Builder::new();
    builder.prefix(".bkq-").suffix(".tmp");
    #[cfg(unix)]
    {
        // Temporary files are private; this one becomes an ordinary file.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder
        .tempfile_in(folder(&target))
        // The full error names a file that nobody asked for.
        .map_err(|error| error.kind())?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    Ok(Content::Beside(file, target))
}

/// The folder that holds a file; a bare name lies in the current one.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
