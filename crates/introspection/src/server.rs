//! The server: one question goes out, an answer comes back or does not.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect;
use url::Url;

use crate::answer::{self, Answer};
use crate::token::Token;
use crate::{IntrospectionError, IntrospectionErrorKind as Kind};

/// The most bytes that an answer may have, unpacked; Buildkite's has two million.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

const USER_AGENT: &str = concat!("buildkite-introspection/", env!("CARGO_PKG_VERSION"));

const CHECK_THE_NETWORK: &str = "check the address and the network, and set HTTPS_PROXY where \
     there is a proxy";

/// A server, and what is needed to ask it.
pub(crate) struct Server<'a> {
    http: reqwest::Client,
    endpoint: &'a Url,
    /// The endpoint as it appears in messages.
    shown: &'a str,
    token: Option<&'a Token>,
}

impl<'a> Server<'a> {
    pub(crate) fn new(
        endpoint: &'a Url,
        shown: &'a str,
        token: Option<&'a Token>,
    ) -> Result<Self, IntrospectionError> {
        let mut http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            // A redirected POST would take the token along.
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT);
        if endpoint.scheme() != "https" {
            // What is on this machine is reached without a proxy, which would read the token.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|source| {
            IntrospectionError::new(
                Kind::Setup,
                "the HTTP client cannot be set up",
                "its TLS needs the system's root certificates; install them",
            )
            .with_source(source.without_url())
        })?;
        Ok(Self {
            http,
            endpoint,
            shown,
            token,
        })
    }

    /// Sends a query once. The text is a JSON object.
    pub(crate) async fn ask(&self, query: &str) -> Result<String, IntrospectionError> {
        let body = serde_json::json!({ "query": query }).to_string();
        let mut request = self
            .http
            .post(self.endpoint.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(body);
        if let Some(token) = self.token {
            request = request.header(AUTHORIZATION, token.header()?);
        }
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(source) => return Err(self.not_answered(source.without_url())),
        };
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = self.read(&mut response).await?;
        let text = answer::text(&Answer {
            endpoint: self.endpoint,
            shown: self.shown,
            token: self.token,
            status,
            headers,
            body,
        })
        .map_err(|error| error.at(self.shown).with_status(status.as_u16()))?;
        Ok(match self.token {
            Some(token) => token.redact(text),
            None => text,
        })
    }

    /// Reads a body, counted as it is unpacked.
    async fn read(&self, response: &mut reqwest::Response) -> Result<Vec<u8>, IntrospectionError> {
        let status = response.status().as_u16();
        let announced = response.content_length().unwrap_or(0);
        let mut too_large = usize::try_from(announced).map_or(true, |bytes| bytes > MAX_ANSWER);
        let mut body = Vec::new();
        while !too_large {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) => {
                    too_large = chunk.len() > MAX_ANSWER - body.len();
                    if !too_large {
                        body.extend_from_slice(&chunk);
                    }
                }
                Err(source) => {
                    let message = format!(
                        "the answer from {} ended before it was complete",
                        self.shown
                    );
                    return Err(self
                        .interrupted(message, source.without_url())
                        .with_status(status));
                }
            }
        }
        Err(self
            .error(
                Kind::TooLarge,
                format!("the answer from {} is larger than 64 MiB", self.shown),
                "check the address: no schema is that large",
            )
            .with_status(status))
    }

    fn not_answered(&self, source: reqwest::Error) -> IntrospectionError {
        let shown = self.shown;
        if source.is_connect() {
            let error = if source.is_timeout() {
                let message = format!("no connection to {shown} within {CONNECT_TIMEOUT:?}");
                self.error(Kind::Timeout, message, CHECK_THE_NETWORK)
            } else {
                let message = format!("no connection to {shown}");
                self.error(Kind::Connect, message, CHECK_THE_NETWORK)
            };
            return error.transient().with_source(source);
        }
        if source.is_builder() {
            let message = format!("the request to {shown} cannot be built");
            return self
                .error(Kind::Endpoint, message, "check the address")
                .with_source(source);
        }
        let message = format!("the connection to {shown} broke before an answer came");
        self.interrupted(message, source)
    }

    fn interrupted(&self, message: String, source: reqwest::Error) -> IntrospectionError {
        self.error(Kind::Interrupted, message, "try it again")
            .transient()
            .with_source(source)
    }

    fn error(&self, kind: Kind, message: String, hint: &'static str) -> IntrospectionError {
        IntrospectionError::new(kind, message, hint).at(self.shown)
    }
}
