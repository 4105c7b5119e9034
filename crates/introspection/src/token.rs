//! A token: checked once, sent in one header, printed nowhere.

use std::borrow::Cow;
use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::{IntrospectionError, IntrospectionErrorKind};

/// How to get a token for Buildkite, for everyone who has none.
pub(crate) const GET_A_TOKEN: &str = "create one at \
    https://buildkite.com/user/api-access-tokens/new with \"Enable GraphQL API access\" ticked";

/// Texts shorter than this are not looked for in answers: a token never is, and a chance
/// match would spoil the answer.
const SHORTEST_REDACTED: usize = 8;

/// A token in a form that fits into a header.
#[derive(Clone)]
pub(crate) struct Token {
    secret: SecretString,
    is_buildkites: bool,
}

impl Token {
    /// Checks the token; no message shows any part of it.
    pub(crate) fn new(secret: String) -> Result<Self, IntrospectionError> {
        let problem = match secret.as_str() {
            "" => "is empty",
            token if token.contains(['\n', '\r']) => "contains a line break",
            token if token.contains(char::is_whitespace) => "contains white space",
            token if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
                "contains characters that no API token has"
            }
            _ => {
                return Ok(Self {
                    secret: SecretString::from(secret),
                    is_buildkites: false,
                });
            }
        };
        Err(bad(
            problem,
            "give the token as it was shown when it was created, and nothing around it",
        ))
    }

    /// Says that it is one for Buildkite, of which is known how to get another.
    pub(crate) fn of_buildkite(mut self) -> Self {
        self.is_buildkites = true;
        self
    }

    pub(crate) fn is_buildkites(&self) -> bool {
        self.is_buildkites
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> Result<HeaderValue, IntrospectionError> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.secret.expose_secret()))
            .map_err(|_| {
            bad(
                "does not fit in a header",
                "check that it is a token at all",
            )
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Blanks the token out of what a server sent back, before any of it can reach a message
    /// or a file.
    pub(crate) fn redact(&self, text: String) -> String {
        let token = self.secret.expose_secret();
        if token.len() < SHORTEST_REDACTED || !text.contains(token) {
            return text;
        }
        text.replace(token, "[token]")
    }
}

fn bad(problem: &str, hint: impl Into<Cow<'static, str>>) -> IntrospectionError {
    IntrospectionError::new(
        IntrospectionErrorKind::BadToken,
        format!("the API token {problem}"),
        hint,
    )
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

#[cfg(test)]
mod tests {
    //! Which tokens are accepted, and that none is shown.

    use super::*;

    #[test]
    fn bad_tokens_are_named_but_not_printed() {
        for (text, says) in [
            ("", "is empty"),
            (" ", "white space"),
            ("bkua_hidden\n", "line break"),
            ("bkua_hidden\r\n", "line break"),
            ("Bearer bkua_hidden", "white space"),
            ("bkua_hidden\u{e9}", "no API token has"),
            ("bkua_hidden\u{0}", "no API token has"),
        ] {
            let error = Token::new(text.to_owned()).expect_err("refused");
            assert_eq!(error.kind(), IntrospectionErrorKind::BadToken);
            assert!(error.to_string().contains(says), "{error}");
            assert!(!format!("{error} {error:?}").contains("hidden"));
        }
    }

    #[test]
    fn a_token_shows_in_its_header_only() {
        let token = Token::new("bkua_hidden".to_owned()).unwrap();
        assert_eq!(token.header().unwrap(), "Bearer bkua_hidden");
        assert!(!format!("{token:?} {:?}", token.header()).contains("hidden"));
    }

    #[test]
    fn answers_are_redacted() {
        let token = Token::new("bkua_hidden".to_owned()).unwrap();
        let clean = token.redact("bkua_hidden, Bearer bkua_hidden!".to_owned());
        assert_eq!(clean, "[token], Bearer [token]!");
    }
}
