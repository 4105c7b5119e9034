//! What the environment says: the only place that reads it.

use std::env::VarError;

use super::Client;
use super::builder::{ClientBuilder, GET_A_TOKEN};
use crate::{Error, ErrorKind};

/// The API token.
const TOKEN: &str = "BUILDKITE_API_TOKEN";

/// The endpoint.
const ENDPOINT: &str = "BUILDKITE_GRAPHQL_URL";

pub(super) fn builder() -> Result<ClientBuilder, Error> {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    from(|name| std::env::var(name))
}

fn from(read: impl Fn(&str) -> Result<String, VarError>) -> Result<ClientBuilder, Error> {
    let token = match read(TOKEN) {
        Ok(token) if token.is_empty() => return Err(no_token("is empty")),
        Ok(token) => token,
        Err(VarError::NotPresent) => return Err(no_token("is not set")),
        Err(VarError::NotUnicode(_)) => return Err(no_token("is not text")),
    };
    let builder = Client::builder().token(token);
    match read(ENDPOINT) {
        Ok(url) if url.is_empty() => Ok(builder),
        Ok(url) => Ok(builder.endpoint(url)),
        Err(VarError::NotPresent) => Ok(builder),
        Err(VarError::NotUnicode(_)) => Err(Error::new(
            ErrorKind::Config,
            format!("{ENDPOINT} is not text; it should be a URL"),
        )),
    }
}

fn no_token(problem: &str) -> Error {
    Error::new(
        ErrorKind::Config,
        format!("{TOKEN} {problem}; {GET_A_TOKEN}, and set {TOKEN} to it"),
    )
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

    fn client(token: Var, endpoint: Var) -> Result<Client, Error> {
        let read = |name: &str| {
            let var = match name {
                TOKEN => token,
                ENDPOINT => endpoint,
                other => panic!("{other} was read"),
            };
            match var {
                Var::Absent => Err(VarError::NotPresent),
                Var::Text(text) => Ok(text.to_owned()),
                Var::Binary => Err(VarError::NotUnicode(OsString::from("hidden"))),
            }
        };
        from(read)?.build()
    }

    #[test]
    fn no_token_says_how_to_get_one() {
        for (token, says) in [
            (Var::Absent, "BUILDKITE_API_TOKEN is not set"),
            (Var::Text(""), "BUILDKITE_API_TOKEN is empty"),
            (Var::Binary, "BUILDKITE_API_TOKEN is not text"),
        ] {
            let error = client(token, Var::Absent).expect_err("no token");
            let text = error.to_string();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(text.starts_with(says), "{text}");
            assert!(text.contains("https://buildkite.com/user/api-access-tokens/new"));
            assert!(text.contains("GraphQL API access"));
            assert!(!format!("{error} {error:?}").contains("hidden"));
        }
    }

    #[test]
    fn the_endpoint_is_optional() {
        let debug = |endpoint| format!("{:?}", client(Var::Text("bkua_hidden"), endpoint).unwrap());
        assert!(debug(Var::Absent).contains("https://graphql.buildkite.com/v1"));
        assert!(debug(Var::Text("")).contains("https://graphql.buildkite.com/v1"));
        assert!(debug(Var::Text("http://127.0.0.1:4000/v1")).contains("http://127.0.0.1:4000/v1"));
        assert!(!debug(Var::Absent).contains("hidden"));
    }

    #[test]
    fn a_bad_endpoint_is_refused() {
        for endpoint in [Var::Text("http://buildkite.example/hidden"), Var::Binary] {
            let error = client(Var::Text("bkua_hidden"), endpoint).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(!format!("{error} {error:?}").contains("hidden"));
        }
    }
}
