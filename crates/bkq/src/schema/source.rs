//! Where schemas are read from: files, standard input, revisions of a git repository,
//! servers.

use std::error::Error as _;
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use buildkite_codegen::schema::SchemaError;
use buildkite_introspection::Introspection;

use super::{git, live};
use crate::report::Failure;

/// Where a schema is read from.
#[derive(Debug)]
pub(super) enum Source<'a> {
    StandardInput,
    File(&'a Path),
    /// A file as git knows it, written as `REVISION:PATH`.
    Revision(&'a str, &'a str),
    /// A server as it is now.
    Live(Box<Introspection>),
}

impl<'a> Source<'a> {
    /// A file or, as `-`, standard input.
    pub(super) fn file(path: &'a Path) -> Self {
        if path == Path::new("-") {
            Self::StandardInput
        } else {
            Self::File(path)
        }
    }

    /// The same, or `live`, or a revision where there is no file of that name.
    pub(super) fn any(argument: &'a Path) -> Result<Self, Failure> {
        // Before files: it must not depend on what lies around. A file of that name is
        // `./live`.
        if argument == Path::new("live") {
            return Ok(Self::Live(Box::new(live::buildkite()?)));
        }
        let file = Self::file(argument);
        let (&Self::File(path), Some(text)) = (&file, argument.to_str()) else {
            return Ok(file);
        };
        // A colon in an absolute path is not git's: on Windows all of them have one.
        if fs::symlink_metadata(path).is_ok() || path.is_absolute() {
            return Ok(file);
        }
        if text.contains("://") {
            return Err(Failure::new(format!("cannot read a schema from `{text}`"))
                .because("it is an address, not a file")
                .hint("`bkq schema pull --endpoint` asks a server and saves what it says; `live` is Buildkite"));
        }
        Ok(match text.split_once(':') {
            Some((revision, path)) if !revision.is_empty() && !path.is_empty() => {
                Self::Revision(revision, path)
            }
            _ => file,
        })
    }

    /// What names the text in reports.
    pub(super) fn path(&self) -> &'a Path {
        match *self {
            Self::StandardInput => Path::new("standard input"),
            Self::File(path) => path,
            Self::Revision(_, path) => Path::new(path),
            Self::Live(_) => Path::new("live"),
        }
    }

    /// What names it by itself.
    pub(super) fn name(&self) -> String {
        match self {
            Self::StandardInput => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Revision(revision, path) => format!("{revision}:{path}"),
            Self::Live(server) => server.endpoint().to_owned(),
        }
    }

    /// What names it in a sentence.
    pub(super) fn label(&self) -> String {
        match self {
            Self::StandardInput => self.name(),
            _ => format!("`{}`", self.name()),
        }
    }

    pub(super) fn read(&self) -> Result<String, Failure> {
        let bytes = match self {
            Self::StandardInput => {
                let mut bytes = Vec::new();
                io::stdin().read_to_end(&mut bytes).map(|_| bytes)
            }
            Self::File(path) => fs::read(path),
            Self::Revision(revision, path) => Ok(git::show(revision, path)?),
            Self::Live(server) => return live::ask(server),
        };
        let bytes = bytes.map_err(|error| {
            let failure = Failure::new(format!("cannot read {}", self.label())).caused_by(&error);
            match error.kind() {
                ErrorKind::NotFound => failure
                    .hint("check the path: it is taken from the folder where the command runs"),
                ErrorKind::IsADirectory => failure.hint("name a file, not a folder"),
                _ => failure,
            }
        })?;
        String::from_utf8(bytes).map_err(|error| self.not_utf8(error.as_bytes(), &error))
    }

    /// Says why what was read is no schema.
    pub(super) fn no_schema(&self, error: &SchemaError) -> Failure {
        let failure = Failure::new(format!("cannot read a schema from {}", self.label()))
            .because(error.problem());
        let failure = match error.source() {
            Some(cause) => failure.caused_by(cause),
            None => failure,
        };
        failure.hint(match self {
            Self::Live(_) => live::hint_for_answer(error.kind()),
            _ => error.hint(),
        })
    }

    /// Says where a text stops being UTF-8, or that it is another encoding.
    fn not_utf8(&self, bytes: &[u8], error: &std::string::FromUtf8Error) -> Failure {
        let failure = Failure::new(format!("cannot read a schema from {}", self.label()));
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return failure
                .because("it is UTF-16 text")
                .hint("save it as UTF-8; some shells write UTF-16 when they redirect output");
        }
        let good = bytes
            .get(..error.utf8_error().valid_up_to())
            .unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        let before = good.rsplit(|byte| *byte == b'\n').next();
        let column = before.map_or(0, |text| String::from_utf8_lossy(text).chars().count()) + 1;
        failure
            .because(format!(
                "it is not UTF-8 text: line {line}, column {column}"
            ))
            .hint("save it as UTF-8, or check that it is a schema at all")
    }
}
