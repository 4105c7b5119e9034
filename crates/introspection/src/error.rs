//! Why a server could not be asked for its schema.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why a server could not be asked for its schema, or did not answer.
///
/// [`Display`](fmt::Display) says what happened, [`hint`](Self::hint) what to do about it,
/// and [`source`](Error::source) what it goes back to; none repeats another. No text holds
/// a token, the query of a URL, or what the server sent.
///
/// ```
/// use buildkite_introspection::{Introspection, IntrospectionErrorKind};
///
/// let error = Introspection::new("http://buildkite.example/graphql").unwrap_err();
/// assert_eq!(error.kind(), IntrospectionErrorKind::Endpoint);
/// println!("{error}; {}", error.hint());
/// ```
#[derive(Debug)]
pub struct IntrospectionError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: IntrospectionErrorKind,
    message: String,
    hint: Cow<'static, str>,
    endpoint: Option<String>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    /// The cause is likely to pass.
    transient: bool,
    attempts: u32,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The sorts of [`IntrospectionError`], for callers that act on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IntrospectionErrorKind {
    /// The environment has no token under the name where it should be.
    NoToken,
    /// What was given as a token cannot be one.
    BadToken,
    /// The endpoint is no URL, or one that nothing is sent to.
    Endpoint,
    /// HTTP, TLS or a thread cannot be set up on this machine.
    Setup,
    /// No connection to the server.
    Connect,
    /// There was no complete answer in time.
    Timeout,
    /// The connection broke, or the answer ended, before it was complete.
    Interrupted,
    /// Status 401 or 403: the server refuses the token, or wants one.
    Unauthorized,
    /// The server redirects to another address, which is not followed.
    Redirect,
    /// Any other status that is not a success.
    Status,
    /// The answer has more than 64 MiB.
    TooLarge,
    /// The answer is an HTML page: a sign-in form, a proxy's error.
    Html,
    /// The answer is anything else that is not one JSON object.
    NotJson,
}

impl IntrospectionError {
    /// What sort of failure it is.
    pub fn kind(&self) -> IntrospectionErrorKind {
        self.0.kind
    }

    /// What to do about it.
    pub fn hint(&self) -> &str {
        &self.0.hint
    }

    /// The server that was asked, without the query of its URL; `None` where none was.
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// The HTTP status, where there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// How long the server asks to wait before the next request, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(crate) fn is_transient(&self) -> bool {
        self.0.transient
    }
}

/// How the crate builds its errors.
impl IntrospectionError {
    #[cold]
    pub(crate) fn new(
        kind: IntrospectionErrorKind,
        message: impl Into<String>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            hint: hint.into(),
            endpoint: None,
            status: None,
            retry_after: None,
            transient: false,
            attempts: 1,
            source: None,
        }))
    }

    pub(crate) fn at(mut self, endpoint: &str) -> Self {
        self.0.endpoint = Some(endpoint.to_owned());
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

impl fmt::Display for IntrospectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if self.0.attempts > 1 {
            write!(f, ", tried {} times", self.0.attempts)?;
        }
        Ok(())
    }
}

impl Error for IntrospectionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
