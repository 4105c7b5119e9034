//! `bkq schema print`: a schema in canonical form.

use std::path::Path;

use buildkite_codegen::schema::{self, PrintOptions};

use super::file;
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
            let outcome = file::stage(path, &printed)?.commit()?;
            report::note(&format!("{}: {outcome}\n", path.display()));
            Ok(())
        }
    }
}
