//! One attempt: a request goes out, an answer comes back or does not.

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use tokio::time::{Instant, timeout};
use tracing::field::{self, Empty};
use tracing::{Instrument, Span};

use super::{Answer, Limits, Request, Transport, display_url, timeouts};
use crate::{Error, ErrorKind};

impl Transport {
    /// Sends the request once.
    pub(super) async fn attempt(
        &self,
        request: &Request,
        number: u32,
        heard: &mut Limits,
    ) -> Result<Answer, Error> {
        let span = tracing::debug_span!(
            "buildkite.attempt",
            attempt = number,
            status = Empty,
            elapsed_ms = Empty,
            requested_complexity = Empty,
            actual_complexity = Empty,
            error = Empty,
        );
        let started = Instant::now();
        let exchange = self.exchange(request, heard).instrument(span.clone());
        let result = match self.timeouts.attempt {
            None => exchange.await,
            Some(limit) => timeout(limit, exchange).await.unwrap_or_else(|_| {
                Err(timeouts::passed(
                    "attempt",
                    limit,
                    &display_url(&request.url),
                ))
            }),
        };
        record(&span, started, &result, heard);
        result
    }

    async fn exchange(&self, request: &Request, heard: &mut Limits) -> Result<Answer, Error> {
        let mut response = self
            .http
            .request(request.method.clone(), request.url.clone())
            .header(AUTHORIZATION, self.token.header()?)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(request.body.clone())
            .send()
            .await
            .map_err(|source| self.not_answered(request, source))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        *heard = Limits::from_headers(&headers);
        let body = read_body(&mut response, self.max_answer)
            .await
            .map_err(|unread| {
                let error = match unread {
                    Unread::Interrupted(source) => interrupted(request, source),
                    Unread::TooLarge => self.too_large(request),
                };
                error.with_status(status.as_u16())
            })?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    fn too_large(&self, request: &Request) -> Error {
        Error::new(
            ErrorKind::TooLarge,
            format!(
                "the answer from {} is larger than {} bytes; ask for smaller pages or fewer \
                 fields, or raise the limit with `ClientBuilder::max_answer`",
                display_url(&request.url),
                self.max_answer
            ),
        )
        .sent()
    }

    fn not_answered(&self, request: &Request, source: reqwest::Error) -> Error {
        let target = display_url(&request.url);
        let source = source.without_url();
        if source.is_connect() {
            return match self.timeouts.connect {
                Some(limit) if source.is_timeout() => {
                    timeouts::passed("connect", limit, &target).not_sent()
                }
                _ => Error::new(
                    ErrorKind::Connect,
                    format!(
                        "no connection to {target}; check the address and the network, and set \
                         `ClientBuilder::proxy` where there is one"
                    ),
                )
                .transient(),
            }
            .with_source(source);
        }
        if source.is_builder() {
            return Error::new(
                ErrorKind::Config,
                format!("the request to {target} cannot be built"),
            )
            .with_source(source);
        }
        Error::new(
            ErrorKind::Interrupted,
            format!("the connection to {target} broke before an answer came"),
        )
        .transient()
        .sent()
        .with_source(source)
    }
}

/// Why the body of an answer was not read to its end.
enum Unread {
    Interrupted(reqwest::Error),
    TooLarge,
}

impl From<reqwest::Error> for Unread {
    fn from(source: reqwest::Error) -> Self {
        Self::Interrupted(source)
    }
}

/// Reads a body of at most so many bytes, counted as they are unpacked.
async fn read_body(response: &mut reqwest::Response, most: usize) -> Result<Bytes, Unread> {
    let Some(first) = response.chunk().await? else {
        return Ok(Bytes::new());
    };
    if first.len() > most {
        return Err(Unread::TooLarge);
    }
    let Some(mut next) = response.chunk().await? else {
        return Ok(first);
    };
    let mut body = BytesMut::from(first);
    loop {
        if next.len() > most - body.len() {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&next);
        match response.chunk().await? {
            Some(chunk) => next = chunk,
            None => return Ok(body.freeze()),
        }
    }
}

fn interrupted(request: &Request, source: reqwest::Error) -> Error {
    Error::new(
        ErrorKind::Interrupted,
        format!(
            "the answer from {} ended before it was complete",
            display_url(&request.url)
        ),
    )
    .transient()
    .sent()
    .with_source(source.without_url())
}

fn record(span: &Span, started: Instant, result: &Result<Answer, Error>, heard: &Limits) {
    let elapsed = started.elapsed();
    span.record(
        "elapsed_ms",
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    );
    if let Some(complexity) = heard.complexity {
        span.record("requested_complexity", complexity.requested);
        span.record("actual_complexity", complexity.actual);
    }
    match result {
        Ok(answer) => {
            span.record("status", answer.status.as_u16());
        }
        Err(error) => {
            if let Some(status) = error.status() {
                span.record("status", status);
            }
            span.record("error", field::debug(error.kind()));
        }
    }
    span.in_scope(|| tracing::debug!("attempt ended"));
}
