//! Buildkite's schema as the API has it now: what becomes of an answer to introspection,
//! and of a pull that failed.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use buildkite_introspection::{Introspection, IntrospectionError, IntrospectionErrorKind};

use crate::diagnostic::Diagnostic;
use crate::schema::{self, PrintOptions, SchemaError, SchemaErrorKind};
use crate::source::Source;

/// Said to whoever may not have meant to ask for it.
const SNAPSHOT: &str =
    "without the feature `live-schema` the snapshot is compiled against, and no token needed";

/// Pulls the schema that the environment says, and prints it as the snapshot is printed.
pub(crate) fn pull(timeout: Option<Duration>) -> Result<Source, Diagnostic> {
    let mut introspection = Introspection::from_env().map_err(|error| not_pulled(&error))?;
    if let Some(limit) = timeout {
        introspection = introspection.timeout(limit);
    }
    let answer = introspection
        .fetch_blocking()
        .map_err(|error| not_pulled(&error))?;
    let path = PathBuf::from(format!("the schema of {}", introspection.endpoint()));
    match schema::print_introspection(&answer, PrintOptions::new()) {
        Ok(text) => Ok(Source { path, text }),
        Err(error) => Err(unusable(&error, &path)),
    }
}

fn not_pulled(error: &IntrospectionError) -> Diagnostic {
    let message = format!(
        "Buildkite's schema cannot be pulled: {error}{}",
        causes(error)
    );
    let help = match error.kind() {
        IntrospectionErrorKind::NoToken => format!("{}; {SNAPSHOT}", error.hint()),
        _ => error.hint().to_owned(),
    };
    Diagnostic::new(message).of_rule("live_schema").help(help)
}

fn unusable(error: &SchemaError, path: &Path) -> Diagnostic {
    let message = format!("{}{}", error.problem(), causes(error));
    // Most hints are for whoever has a file.
    let help = match error.kind() {
        SchemaErrorKind::ErrorAnswer => {
            "check what the server complains about: most often the token or its scopes, or it has \
             introspection switched off"
        }
        SchemaErrorKind::Empty
        | SchemaErrorKind::Html
        | SchemaErrorKind::NotJson
        | SchemaErrorKind::Malformed
        | SchemaErrorKind::NoSchema => {
            "check that BUILDKITE_GRAPHQL_URL is the address of Buildkite's GraphQL API, and that \
             nothing answers in its place"
        }
        _ => "the mistake is the server's: build again later, or without the feature `live-schema`",
    };
    Diagnostic::new(message)
        .of_rule("live_schema")
        .at(path)
        .help(help)
}

/// What an error goes back to. Of a cause with several lines, which frame a place in a
/// text that nobody has, the first says what is wrong.
fn causes(error: &dyn Error) -> String {
    let mut text = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        let first = cause_text.lines().next().unwrap_or_default();
        let first = first.strip_prefix("Error: ").unwrap_or(first);
        text.extend([": ", first]);
        source = cause.source();
    }
    text
}
