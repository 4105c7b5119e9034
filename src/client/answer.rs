//! From the bytes of an answer to typed data, or to an error that says what is
//! wrong with it.

pub(crate) mod part;

use std::borrow::Cow;
use std::time::Duration;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use super::envelope::{Envelope, RawEnvelope};
use crate::error::GraphqlError;
use crate::transport::{self, Answer, Token};
use crate::{Error, ErrorKind, Response};

/// How many characters of an answer a message shows.
const EXCERPT: usize = 160;

/// How many of the server's errors a message shows.
const SHOWN_ERRORS: usize = 3;

/// Reads an answer: one pass over its bytes if all is well, and a second look
/// only if something is not.
pub(super) fn read<T: DeserializeOwned>(
    answer: &Answer,
    partial: bool,
    token: &Token,
) -> Result<Response<T>, Error> {
    if !answer.status.is_success() {
        return Err(with_ids(refused(answer, token), answer));
    }
    // Held against UTF-8 as a whole: string by string takes much longer.
    let text = std::str::from_utf8(&answer.body).ok();
    let source = match text.map(serde_json::from_str::<Envelope<T>>) {
        Some(Ok(Envelope {
            data: Some(data),
            errors,
        })) if partial || errors.is_empty() => return Ok(Response::new(data, errors, answer)),
        Some(Err(source)) => Some(source),
        Some(Ok(_)) | None => None,
    };
    let body = token.redact(&answer.body);
    let error = match examine(answer, &body) {
        Examined::Failed(error) => error,
        Examined::Data(data) => wrong_value(data, locate::<T>(data), source)
            .with_graphql(Vec::new(), Some(data.to_owned())),
    };
    Err(with_ids(error, answer))
}

fn with_ids(error: Error, answer: &Answer) -> Error {
    error
        .with_status(answer.status.as_u16())
        .with_request_id(answer.request_id())
}

/// What the second look found.
enum Examined<'a> {
    Failed(Error),
    /// Nothing wrong but the data itself.
    Data(&'a RawValue),
}

#[cold]
fn examine<'a>(answer: &Answer, body: &'a [u8]) -> Examined<'a> {
    if body.is_empty() {
        return Examined::Failed(
            undecodable(format!("status {} came with an empty body", answer.status)).sent(),
        );
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(source) => {
            return Examined::Failed(not_json(answer, body, "not UTF-8 text").with_source(source));
        }
    };
    let envelope = match RawEnvelope::parse(text) {
        Ok(envelope) => envelope,
        Err(source) => return Examined::Failed(not_graphql(answer, body, source)),
    };
    if !envelope.errors.is_empty() {
        return Examined::Failed(graphql(envelope));
    }
    match envelope.some_data() {
        Some(data) => Examined::Data(data),
        None => Examined::Failed(undecodable(
            "the answer holds neither data nor errors; is the endpoint a GraphQL API?".to_owned(),
        )),
    }
}

fn not_graphql(answer: &Answer, body: &[u8], source: serde_json::Error) -> Error {
    match source.classify() {
        Category::Eof if looks_like_json(body) => Error::new(
            ErrorKind::Interrupted,
            format!(
                "the answer breaks off after {} bytes, in the middle of its JSON",
                body.len()
            ),
        )
        .transient()
        .sent(),
        Category::Data => not_json(answer, body, "JSON, but no GraphQL answer"),
        _ => not_json(answer, body, "not JSON"),
    }
    .with_source(source)
}

fn not_json(answer: &Answer, body: &[u8], what: &str) -> Error {
    undecodable(format!(
        "status {} came with a body that is {what} ({}): {}; check that the endpoint is \
         Buildkite's GraphQL API and that no proxy or sign-in page answers in its place",
        answer.status,
        answer.content_type().unwrap_or("no content type"),
        excerpt(body),
    ))
}

fn undecodable(message: String) -> Error {
    Error::new(ErrorKind::Decode, message).sent()
}

fn graphql(envelope: RawEnvelope<'_>) -> Error {
    let text = format!("the server answers: {}", list(&envelope.errors));
    let (message, busy) = if envelope.errors.iter().any(GraphqlError::is_too_complex) {
        (
            format!("{text}; ask for smaller pages, or for fewer connections within connections"),
            false,
        )
    } else {
        let busy = envelope.errors.iter().all(|e| e.says("currently busy"));
        let beside = if envelope.has_values() {
            "; data came along, see `Error::partial_data`"
        } else {
            ""
        };
        (format!("{text}{beside}"), busy)
    };
    let mut error = Error::new(ErrorKind::Graphql, message);
    if busy {
        error = error.transient();
    }
    if !envelope.had_no_effect() {
        error = error.sent();
    }
    let data = envelope.some_data().map(RawValue::to_owned);
    error.with_graphql(envelope.errors, data)
}

/// Where decoding fails, found by decoding once more and keeping track.
#[cold]
fn locate<T: DeserializeOwned>(
    data: &RawValue,
) -> Option<serde_path_to_error::Error<serde_json::Error>> {
    let mut json = serde_json::Deserializer::from_str(data.get());
    serde_path_to_error::deserialize::<_, T>(&mut json).err()
}

#[cold]
fn wrong_value(
    data: &RawValue,
    located: Option<serde_path_to_error::Error<serde_json::Error>>,
    source: Option<serde_json::Error>,
) -> Error {
    const HINT: &str =
        "the API may have changed since the schema that this program was compiled with";
    let Some(located) = located else {
        // The data is fine by itself, so what is wrong stands beside it.
        let error = undecodable("the answer cannot be decoded".to_owned());
        return match source {
            Some(source) => error.with_source(source),
            None => error,
        };
    };
    let path = located.path().to_string();
    let path = if path == "." { "data".to_owned() } else { path };
    let found = match find(data, located.path()) {
        Some(Value::Null) => {
            "is null, which the schema or a `@required` in the query does not allow"
        }
        Some(Value::Object(_)) => "is an object that lacks something or has something unexpected",
        Some(Value::Array(_)) => "is a list, which does not fit",
        Some(Value::String(_)) => "is a string, which does not fit",
        Some(Value::Number(_)) => "is a number, which does not fit",
        Some(Value::Bool(_)) => "is a boolean, which does not fit",
        None => "does not fit",
    };
    undecodable(format!("`{path}` {found}; {HINT}"))
        .with_path(path)
        .with_source(located.into_inner())
}

/// The value at which decoding stopped.
fn find(data: &RawValue, path: &serde_path_to_error::Path) -> Option<Value> {
    let mut value: Value = serde_json::from_str(data.get()).ok()?;
    for segment in path {
        value = match segment {
            Segment::Seq { index } => value.get_mut(index)?.take(),
            Segment::Map { key } => value.get_mut(key)?.take(),
            Segment::Enum { .. } | Segment::Unknown => return None,
        };
    }
    Some(value)
}

/// The error for a status that says no.
#[cold]
fn refused(answer: &Answer, token: &Token) -> Error {
    let body = token.redact(&answer.body);
    let envelope = std::str::from_utf8(&body)
        .ok()
        .and_then(|text| RawEnvelope::parse(text).ok());
    let (errors, data) = match envelope {
        Some(envelope) => {
            let data = envelope.some_data().map(RawValue::to_owned);
            (envelope.errors, data)
        }
        None => (Vec::new(), None),
    };
    let status = answer.status;
    let said = match (errors.as_slice(), body.is_empty()) {
        ([], true) => Cow::Borrowed(""),
        ([], false) => Cow::Owned(match answer.content_type() {
            Some(content_type) => format!(" ({content_type}): {}", excerpt(&body)),
            None => format!(": {}", excerpt(&body)),
        }),
        (errors, _) => Cow::Owned(format!(": {}", list(errors))),
    };
    let error = match status {
        StatusCode::UNAUTHORIZED => Error::new(
            ErrorKind::Unauthorized,
            format!(
                "the server does not accept the API token, status {status}{said}; check that the \
                 token is right, not revoked or expired, and has GraphQL access"
            ),
        ),
        StatusCode::FORBIDDEN => Error::new(
            ErrorKind::Forbidden,
            format!(
                "the API token may not do this, status {status}{said}; check its GraphQL access, \
                 its organizations and the addresses from which it may be used"
            ),
        ),
        StatusCode::TOO_MANY_REQUESTS => rate_limited(answer, &said, &errors),
        _ if status.is_redirection() => Error::new(
            ErrorKind::Http,
            format!(
                "the server redirects{}, status {status}, which is not followed because the \
                 request carries the API token; set the endpoint to the right address",
                target(answer)
            ),
        )
        .sent(),
        StatusCode::NOT_FOUND => Error::new(
            ErrorKind::Http,
            format!("status {status}{said}; check the path of the endpoint"),
        ),
        _ => {
            let error = Error::new(ErrorKind::Http, other_status(status, &said))
                .with_retry_after(answer.retry_after());
            match status.as_u16() {
                502..=504 => error.sent().transient(),
                400..=407 | 409..=499 => error,
                _ => error.sent(),
            }
        }
    };
    error.with_graphql(errors, data)
}

fn other_status(status: StatusCode, said: &str) -> String {
    let next = match status.as_u16() {
        502..=504 => "; usually this passes: try again, or ask for less at once",
        500..=599 => "; the server failed: try again later",
        _ => "",
    };
    format!("status {status}{said}{next}")
}

fn rate_limited(answer: &Answer, said: &str, errors: &[GraphqlError]) -> Error {
    let wait = answer
        .retry_after()
        .or_else(|| answer.limits().wait())
        .or_else(|| errors.iter().find_map(wait_in_words));
    let next = match wait {
        Some(wait) => format!("try again in {} s", wait.as_secs()),
        None => "try again after the window of five minutes".to_owned(),
    };
    Error::new(
        ErrorKind::RateLimited,
        format!(
            "the complexity points are used up, status {}{said}; {next}",
            answer.status
        ),
    )
    .transient()
    .with_retry_after(wait)
}

/// The wait out of "… in 42 seconds."
fn wait_in_words(error: &GraphqlError) -> Option<Duration> {
    let mut words = error.message().split_whitespace().rev();
    while let Some(word) = words.next() {
        if word.starts_with("second") {
            return words.next()?.parse().ok().map(transport::wait);
        }
    }
    None
}

/// Where a redirect leads, without what may be secret in it.
fn target(answer: &Answer) -> String {
    answer
        .location()
        .and_then(|location| reqwest::Url::parse(location).ok())
        .and_then(|url| Some(format!(" to {}://{}", url.scheme(), url.host_str()?)))
        .unwrap_or_default()
}

/// The server's errors in one line.
fn list(errors: &[GraphqlError]) -> String {
    let shown = errors
        .iter()
        .take(SHOWN_ERRORS)
        .map(|error| shorten(error.to_string().trim_end_matches('.'), 2 * EXCERPT));
    let more = errors.len().saturating_sub(SHOWN_ERRORS);
    let rest = (more > 0).then(|| format!("and {more} more"));
    shown.chain(rest).collect::<Vec<_>>().join("; ")
}

/// The beginning of a body in one line.
fn excerpt(body: &[u8]) -> String {
    // Four bytes a character at most, so the cut cannot be seen.
    let start = &body[..body.len().min(8 * EXCERPT)];
    format!("{:?}", shorten(&String::from_utf8_lossy(start), EXCERPT))
}

fn shorten(text: &str, limit: usize) -> String {
    let mut short = String::new();
    for (position, word) in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .enumerate()
    {
        if position > 0 {
            short.push(' ');
        }
        short.push_str(word);
        if short.chars().nth(limit).is_some() {
            return short.chars().take(limit).chain(['…']).collect();
        }
    }
    short
}

fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

#[cfg(test)]
mod tests;
