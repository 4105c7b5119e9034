//! The schema that a server has now.

use buildkite_codegen::schema::SchemaErrorKind;
use buildkite_introspection::{Introspection, IntrospectionError, IntrospectionErrorKind};

use crate::report::{self, Failure};

/// Buildkite, as the environment says.
pub(super) fn buildkite() -> Result<Introspection, Failure> {
    Introspection::from_env().map_err(|error| {
        Failure::new("cannot ask Buildkite for its schema")
            .caused_by(&error)
            .hint(error.hint())
    })
}

/// Any server, with the token that a variable holds, or with none. The one for Buildkite
/// is not looked at.
pub(super) fn server(endpoint: &str, token_env: Option<&str>) -> Result<Introspection, Failure> {
    let failure = || Failure::new("cannot ask the server for its schema");
    let server = Introspection::new(endpoint)
        .map_err(|error| failure().caused_by(&error).hint(error.hint()))?;
    let Some(variable) = token_env else {
        return Ok(server);
    };
    server.token_from_env(variable).map_err(|error| {
        if error.kind() == IntrospectionErrorKind::NoToken {
            // Whoever gives the token itself for its name should not see it printed.
            failure()
                .because("the variable that `--token-env` names is not set, or empty, or not text")
                .hint("give the name of a variable, and set that to the token for this server")
        } else {
            failure().caused_by(&error).hint(error.hint())
        }
    })
}

/// Asks for the schema, and says so: it may take a while.
pub(super) fn ask(server: &Introspection) -> Result<String, Failure> {
    let endpoint = server.endpoint();
    report::note(&format!("asking {endpoint} for its schema …\n"));
    server.fetch_blocking().map_err(|error| {
        Failure::new(format!("cannot ask `{endpoint}` for its schema"))
            .caused_by(&error)
            .hint(hint(server, &error))
    })
}

fn hint(server: &Introspection, error: &IntrospectionError) -> String {
    if error.kind() == IntrospectionErrorKind::Unauthorized && !server.has_token() {
        "`--token-env` names the variable with the token for this server; the one for Buildkite is \
         sent nowhere else"
            .to_owned()
    } else {
        error.hint().to_owned()
    }
}

/// What to do where an answer is no schema. It is no use to ask again, as for a saved one.
pub(super) fn hint_for_answer(kind: SchemaErrorKind) -> &'static str {
    match kind {
        SchemaErrorKind::NoSchema => {
            "check that the address is that of a GraphQL API, and whether it has introspection \
             switched off"
        }
        SchemaErrorKind::ErrorAnswer => {
            "check what the server complains about: most often the token or its scopes, or it has \
             introspection switched off"
        }
        _ => "tell whoever runs the server: what it says of its own schema is not right",
    }
}
