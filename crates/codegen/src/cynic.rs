//! Buildkite's schema for the derives of the crate
//! [`cynic`](https://docs.rs/cynic).

use std::io::{self, Write as _};

use crate::buildkite;
use crate::config::tell;
use crate::diagnostic::Diagnostic;

/// Registers Buildkite's schema for cynic's derives, for the `main` of a
/// `build.rs`.
///
/// It is the snapshot, even where queries are compiled against what the API has now: it has
/// to be the same in the crate with the schema module and in those with the derives.
///
/// It is registered as the default schema, so that derives need no `schema =`,
/// and under the name `buildkite`. The schema module that goes with it is
/// `buildkite_client::interop::cynic::schema`. A failure is printed as a cargo
/// error, which ends the build.
///
/// ```no_run
/// buildkite_codegen::cynic::register_schema();
/// ```
pub fn register_schema() {
    let mut cargo = io::stdout().lock();
    // Nothing that may change lies on the disk. Without a line like this cargo
    // would run the script again whenever any file of the package changes.
    let told = writeln!(cargo, "cargo::rerun-if-changed=build.rs").and_then(|()| {
        let registered = cynic_codegen::register_schema("buildkite")
            .from_sdl(buildkite::SCHEMA_SDL)
            .and_then(cynic_codegen::registration::SchemaRegistration::as_default);
        match registered {
            Ok(_) => Ok(()),
            Err(error) => tell(&mut cargo, &unregistered(&error).into()),
        }
    });
    // If cargo does not listen there is nobody left to tell.
    drop(told);
}

fn unregistered(error: &dyn std::error::Error) -> Diagnostic {
    let cause = error
        .source()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    Diagnostic::new(format!("{error}{cause}"))
        .help("call `register_schema` from a `build.rs`; cynic writes into `OUT_DIR`")
}
