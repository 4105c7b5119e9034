//! What the environment says: the only place that reads it.

use std::env::VarError;

use crate::endpoint;
use crate::introspection::Introspection;
use crate::token::{GET_A_TOKEN, Token};
use crate::{IntrospectionError, IntrospectionErrorKind};

/// The API token for Buildkite.
const TOKEN: &str = "BUILDKITE_API_TOKEN";

/// The endpoint, where it is not Buildkite's own.
const ENDPOINT: &str = "BUILDKITE_GRAPHQL_URL";

const DEFAULT_ENDPOINT: &str = "https://graphql.buildkite.com/v1";

pub(crate) fn buildkite() -> Result<Introspection, IntrospectionError> {
    from(read)
}

/// The token in a variable of any name.
pub(crate) fn token(name: &str) -> Result<Token, IntrospectionError> {
    token_from(read, name)
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn read(name: &str) -> Result<String, VarError> {
    std::env::var(name)
}

fn from(
    read: impl Fn(&str) -> Result<String, VarError>,
) -> Result<Introspection, IntrospectionError> {
    let token = token_from(&read, TOKEN)?;
    let url = match read(ENDPOINT) {
        Ok(url) if !url.is_empty() => url,
        Ok(_) | Err(VarError::NotPresent) => DEFAULT_ENDPOINT.to_owned(),
        Err(VarError::NotUnicode(_)) => {
            return Err(IntrospectionError::new(
                IntrospectionErrorKind::Endpoint,
                format!("{ENDPOINT} is not text"),
                "it should be a URL",
            ));
        }
    };
    Ok(Introspection::of(endpoint::parse(&url)?, Some(token)))
}

fn token_from(
    read: impl Fn(&str) -> Result<String, VarError>,
    name: &str,
) -> Result<Token, IntrospectionError> {
    let problem = match read(name) {
        Ok(token) if token.is_empty() => "is empty",
        Ok(token) if name == TOKEN => return Ok(Token::new(token)?.of_buildkite()),
        Ok(token) => return Token::new(token),
        Err(VarError::NotPresent) => "is not set",
        Err(VarError::NotUnicode(_)) => "is not text",
    };
    let hint = if name == TOKEN {
        format!("{GET_A_TOKEN}, and set {TOKEN} to it")
    } else {
        format!("set {name} to the token for this server")
    };
    Err(IntrospectionError::new(
        IntrospectionErrorKind::NoToken,
        format!("{name} {problem}"),
        hint,
    ))
}

#[cfg(test)]
mod tests {
    //! Environments with and without what is needed.

    use std::ffi::OsString;

    use super::*;

    #[derive(Clone, Copy)]
    enum Var {
        Absent,
        Text(&'static str),
        Binary,
    }

    impl Var {
        fn get(self) -> Result<String, VarError> {
            match self {
                Self::Absent => Err(VarError::NotPresent),
                Self::Text(text) => Ok(text.to_owned()),
                Self::Binary => Err(VarError::NotUnicode(OsString::from("hidden"))),
            }
        }
    }

    fn buildkite(token: Var, endpoint: Var) -> Result<Introspection, IntrospectionError> {
        from(|name| match name {
            TOKEN => token.get(),
            ENDPOINT => endpoint.get(),
            other => panic!("{other} was read"),
        })
    }

    #[test]
    fn no_token_says_how_to_get_one() {
        for (token, says) in [
            (Var::Absent, "BUILDKITE_API_TOKEN is not set"),
            (Var::Text(""), "BUILDKITE_API_TOKEN is empty"),
            (Var::Binary, "BUILDKITE_API_TOKEN is not text"),
        ] {
            let error = buildkite(token, Var::Absent).expect_err("no token");
            assert_eq!(error.kind(), IntrospectionErrorKind::NoToken);
            assert_eq!(error.to_string(), says);
            let hint = error.hint();
            assert!(hint.contains("https://buildkite.com/user/api-access-tokens/new"));
            assert!(hint.contains("GraphQL API access"));
            assert!(hint.ends_with("set BUILDKITE_API_TOKEN to it"));
            assert!(!format!("{error:?}").contains("hidden"));
        }
    }

    #[test]
    fn any_variable_can_hold_the_token_for_another_server() {
        let named = |var: Var| token_from(|_| var.get(), "OTHER_TOKEN");
        assert!(named(Var::Text("hidden")).is_ok());
        let error = named(Var::Absent).expect_err("no token");
        assert_eq!(error.kind(), IntrospectionErrorKind::NoToken);
        assert_eq!(error.to_string(), "OTHER_TOKEN is not set");
        assert_eq!(error.hint(), "set OTHER_TOKEN to the token for this server");
        let error = named(Var::Text("hid den")).expect_err("no token");
        assert_eq!(error.kind(), IntrospectionErrorKind::BadToken);
    }

    #[test]
    fn the_endpoint_is_optional() {
        let endpoint = |var| {
            let introspection = buildkite(Var::Text("bkua_hidden"), var).unwrap();
            assert!(!format!("{introspection:?}").contains("hidden"));
            introspection.endpoint().to_owned()
        };
        assert_eq!(endpoint(Var::Absent), "https://graphql.buildkite.com/v1");
        assert_eq!(endpoint(Var::Text("")), "https://graphql.buildkite.com/v1");
        let local = endpoint(Var::Text("http://127.0.0.1:4000/v1?a=hidden"));
        assert_eq!(local, "http://127.0.0.1:4000/v1");
    }

    #[test]
    fn a_bad_endpoint_is_refused() {
        for endpoint in [Var::Text("http://buildkite.example/hidden"), Var::Binary] {
            let error = buildkite(Var::Text("bkua_hidden"), endpoint).expect_err("refused");
            assert_eq!(error.kind(), IntrospectionErrorKind::Endpoint);
            assert!(!format!("{error} {error:?}").contains("hidden"));
        }
    }
}
