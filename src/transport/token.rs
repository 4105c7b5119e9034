//! The API token: checked once, sent in one header, printed nowhere.

use std::borrow::Cow;
use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, ErrorKind};

/// Texts shorter than this are not looked for in answers: a token never is,
/// and a chance match would spoil the answer.
const SHORTEST_REDACTED: usize = 8;

/// An API token in a form that fits into a header.
pub(crate) struct Token(SecretString);

impl Token {
    /// Checks the token; no message shows any part of it.
    pub(crate) fn new(secret: SecretString) -> Result<Self, Error> {
        let problem = match secret.expose_secret() {
            "" => "is empty",
            token if token.contains(['\n', '\r']) => {
                "contains a line break; it was probably read from a file with its last line end"
            }
            token if token.contains(char::is_whitespace) => "contains white space",
            token if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
                "contains characters that no API token has"
            }
            _ => return Ok(Self(secret)),
        };
        Err(Error::new(
            ErrorKind::Config,
            format!("the API token {problem}"),
        ))
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0.expose_secret()))
            .map_err(|_| Error::new(ErrorKind::Config, "the API token does not fit in a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Blanks the token out of what a server sent back, before any of it can
    /// reach a message.
    pub(crate) fn redact<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        let token = self.0.expose_secret().as_bytes();
        if token.len() < SHORTEST_REDACTED || !contains(body, token) {
            return Cow::Borrowed(body);
        }
        let mut clean = Vec::with_capacity(body.len());
        let mut rest = body;
        while let Some(byte) = rest.first() {
            if let Some(behind) = rest.strip_prefix(token) {
                clean.extend_from_slice(b"[token]");
                rest = behind;
            } else {
                clean.push(*byte);
                rest = &rest[1..];
            }
        }
        Cow::Owned(clean)
    }
}

fn contains(body: &[u8], token: &[u8]) -> bool {
    body.windows(token.len()).any(|window| window == token)
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

    fn token(text: &str) -> Result<Token, Error> {
        Token::new(text.to_owned().into())
    }

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
            let error = token(text).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(says), "{error}");
            assert!(!format!("{error} {error:?}").contains("hidden"));
        }
    }

    #[test]
    fn a_token_shows_in_its_header_only() {
        let token = token("bkua_hidden").unwrap();
        assert_eq!(token.header().unwrap(), "Bearer bkua_hidden");
        assert!(!format!("{token:?} {:?}", token.header()).contains("hidden"));
    }

    #[test]
    fn answers_are_redacted() {
        let token = token("bkua_hidden").unwrap();
        let clean = token.redact(b"bkua_hidden, Bearer bkua_hidden!");
        assert_eq!(clean, b"[token], Bearer [token]!".as_slice());
        assert!(matches!(token.redact(b"nothing"), Cow::Borrowed(_)));
    }
}
