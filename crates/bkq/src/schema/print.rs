//! `bkq schema print`: a schema in canonical form.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use buildkite_codegen::schema::{self, PrintOptions};
use tempfile::Builder;

use super::source::Source;
use crate::cli::PrintArguments;
use crate::report::{self, Failure};

/// Runs `bkq schema print`.
pub(crate) fn print(arguments: &PrintArguments) -> Result<(), Failure> {
    let source = Source::file(&arguments.from);
    let text = source.read()?;
    let options = PrintOptions::new().descriptions(!arguments.no_descriptions);
    let printed = schema::print_text(&text, source.path(), options)
        .map_err(|error| source.no_schema(&error))?;
    match &arguments.output {
        None => report::data(&printed),
        Some(path) if path == Path::new("-") => report::data(&printed),
        Some(path) => {
            let outcome = match replace(path, &printed)? {
                Replaced::Written => "written",
                Replaced::Unchanged => "unchanged",
            };
            report::note(&format!("{}: {outcome}\n", path.display()));
            Ok(())
        }
    }
}

enum Replaced {
    Written,
    Unchanged,
}

/// Gives a file this content. A file that has it already keeps its time stamp,
/// which builds go by.
fn replace(path: &Path, text: &str) -> Result<Replaced, Failure> {
    write(path, text).map_err(|error| {
        let failure = Failure::new(format!("cannot write `{}`", path.display())).caused_by(&error);
        match error.kind() {
            ErrorKind::NotFound => failure.hint("create the folder first"),
            ErrorKind::IsADirectory => failure.hint("name a file, not a folder"),
            ErrorKind::PermissionDenied => {
                failure.hint("the file is made anew, so its folder must be writable")
            }
            _ => failure,
        }
    })
}

fn write(path: &Path, text: &str) -> io::Result<Replaced> {
    // A link stays a link: what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(present) if present.is_dir() => Err(ErrorKind::IsADirectory.into()),
        // Devices and pipes are written to and must not be replaced.
        Ok(present) if !present.is_file() => {
            fs::write(&target, text)?;
            Ok(Replaced::Written)
        }
        Ok(_) if fs::read(&target).is_ok_and(|present| present == text.as_bytes()) => {
            Ok(Replaced::Unchanged)
        }
        Ok(present) => write_beside(&target, text, Some(present.permissions())),
        Err(_) => write_beside(&target, text, None),
    }
}

/// Replaces a file by way of a new one in the same folder, so that whoever
/// reads it sees the old text or the new one and nothing in between.
fn write_beside(
    target: &Path,
    text: &str,
    permissions: Option<fs::Permissions>,
) -> io::Result<Replaced> {
    let mut builder = Builder::new();
    builder.prefix(".bkq-").suffix(".tmp");
    #[cfg(unix)]
    {
        // Temporary files are private; this one becomes an ordinary file.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder
        .tempfile_in(folder(target))
        // The full error names a file that nobody asked for.
        .map_err(|error| error.kind())?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    Ok(Replaced::Written)
}

/// The folder that holds a file; a bare name lies in the current one.
fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
