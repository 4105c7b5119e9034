//! One request on the wire and its answer: authentication, time limits and
//! spans, whatever the protocol above.
//!
//! Nothing in here knows GraphQL. An [`Answer`] is whatever the server said,
//! also with a status that says no; only a missing answer is an error.

mod answer;
mod attempt;
mod endpoint;
mod limits;
mod proxy;
mod retry;
mod timeouts;
mod token;

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderValue;
use reqwest::{Method, Url, redirect};
use tokio::time::{Instant, timeout_at};

use crate::{Error, ErrorKind};

pub(crate) use answer::Answer;
pub(crate) use endpoint::{display_url, parse_endpoint};
pub use limits::{Complexity, RateLimit};
pub(crate) use limits::{Limits, wait};
pub(crate) use proxy::Proxy;
pub use retry::RetryPolicy;
pub(crate) use retry::{Retries, Retry};
pub use timeouts::Timeouts;
pub(crate) use token::Token;

/// What is sent.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// A JSON document.
    pub(crate) body: Bytes,
}

/// Connections, token, time limits and retries: what all requests of a client share.
pub(crate) struct Transport {
    http: reqwest::Client,
    token: Token,
    timeouts: Timeouts,
    retries: Retries,
    /// The most bytes that an answer may have, unpacked.
    max_answer: usize,
}

impl Transport {
    pub(crate) fn new(
        token: Token,
        timeouts: Timeouts,
        retry: RetryPolicy,
        max_answer: usize,
        proxy: Proxy,
        user_agent: HeaderValue,
    ) -> Result<Self, Error> {
        let mut http = reqwest::Client::builder()
            .user_agent(user_agent)
            // A redirected POST would take the token along.
            .redirect(redirect::Policy::none())
            .referer(false);
        if let Some(limit) = timeouts.connect {
            http = http.connect_timeout(limit);
        }
        let http = proxy.apply(http)?.build().map_err(|source| {
            Error::new(
                ErrorKind::Config,
                "the HTTP client cannot be set up; its TLS needs the system's root certificates",
            )
            .with_source(source.without_url())
        })?;
        Ok(Self {
            http,
            token,
            timeouts,
            retries: Retries::new(retry),
            max_answer,
        })
    }

    /// Sends a request for the nth time and reads the whole answer, within the time
    /// limits. What the headers say of points is `heard`, be the rest read or not.
    pub(crate) async fn send(
        &self,
        request: &Request,
        number: u32,
        deadline: Option<Instant>,
        heard: &mut Limits,
    ) -> Result<Answer, Error> {
        let answer = self.attempt(request, number, heard);
        match (deadline, self.timeouts.operation) {
            (Some(deadline), Some(limit)) => {
                timeout_at(deadline, answer).await.unwrap_or_else(|_| {
                    Err(timeouts::passed(
                        "operation",
                        limit,
                        &display_url(&request.url),
                    ))
                })
            }
            _ => answer.await,
        }
    }

    /// Until when an operation that begins now has to be over.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        // A limit beyond all times is none.
        Instant::now().checked_add(self.timeouts.operation?)
    }

    pub(crate) fn retries(&self) -> &Retries {
        &self.retries
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}
