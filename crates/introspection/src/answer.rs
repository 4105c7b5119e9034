//! What the server said: a text to hand out, or an error that says what it is instead.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde_json::error::Category;
use serde_json::value::RawValue;
use url::Url;

use crate::endpoint;
use crate::token::{GET_A_TOKEN, Token};
use crate::{IntrospectionError, IntrospectionErrorKind as Kind};

const NOT_GRAPHQL: &str = "check that the address is that of a GraphQL API, and that no proxy or \
     sign-in page answers in its place";

/// A whole answer, whatever its status.
pub(crate) struct Answer<'a> {
    pub(crate) endpoint: &'a Url,
    /// The endpoint as it appears in messages.
    pub(crate) shown: &'a str,
    pub(crate) token: Option<&'a Token>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The text of an answer that is a JSON object. Errors of GraphQL are left in it.
pub(crate) fn text(answer: &Answer<'_>) -> Result<String, IntrospectionError> {
    let status = answer.status;
    if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
        return Err(unauthorized(answer));
    }
    if status.is_redirection() {
        return Err(redirected(answer));
    }
    if status.is_success() {
        return json(answer);
    }
    // Servers may refuse a query with a status, and say why in the usual way.
    if status.is_client_error()
        && status != StatusCode::TOO_MANY_REQUESTS
        && let Ok(text) = json(answer)
        && has_errors(&text)
    {
        return Ok(text);
    }
    Err(refused(answer))
}

fn json(answer: &Answer<'_>) -> Result<String, IntrospectionError> {
    let shown = answer.shown;
    let not_json = |what: &str| {
        let message = format!("{shown} answered with {what}");
        IntrospectionError::new(Kind::NotJson, message, NOT_GRAPHQL)
    };
    let text = std::str::from_utf8(&answer.body)
        .map_err(|source| not_json("something that is not UTF-8 text").with_source(source))?;
    let content = text.trim_start_matches('\u{feff}').trim();
    if content.is_empty() {
        return Err(not_json("nothing, an empty body"));
    }
    if content.starts_with('<') {
        return Err(IntrospectionError::new(
            Kind::Html,
            format!("{shown} answered with an HTML page"),
            NOT_GRAPHQL,
        ));
    }
    match serde_json::from_str::<Object<'_>>(content) {
        Ok(_) => Ok(content.to_owned()),
        Err(source) => Err(match (source.classify(), content.starts_with('{')) {
            // The source would quote what came.
            (Category::Data, _) => not_json("JSON that is not an object"),
            (Category::Eof, true) => not_json("JSON that breaks off").with_source(source),
            (_, true) => not_json("JSON that is not correct").with_source(source),
            _ => not_json("something that is not JSON"),
        }),
    }
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

fn has_errors(text: &str) -> bool {
    let object: Result<Object<'_>, _> = serde_json::from_str(text);
    object.is_ok_and(|object| {
        let errors = object.get("errors").map(|errors| errors.get());
        errors.is_some_and(|errors| errors.starts_with('[') && errors != "[]")
    })
}

fn unauthorized(answer: &Answer<'_>) -> IntrospectionError {
    let (shown, status) = (answer.shown, answer.status);
    let Some(token) = answer.token else {
        return IntrospectionError::new(
            Kind::Unauthorized,
            format!("{shown} refuses to answer without a token, status {status}"),
            "set a token for this server",
        );
    };
    let hint = if status == StatusCode::UNAUTHORIZED {
        "check that the token is right, not revoked or expired, and has GraphQL access"
    } else {
        "check the token's GraphQL access, its organizations and the addresses from which it may \
         be used"
    };
    IntrospectionError::new(
        Kind::Unauthorized,
        format!("{shown} does not accept the API token, status {status}"),
        if token.is_buildkites() || is_buildkite(answer.endpoint) {
            format!("{hint}, or {GET_A_TOKEN}")
        } else {
            hint.to_owned()
        },
    )
}

fn is_buildkite(endpoint: &Url) -> bool {
    endpoint.host_str() == Some("graphql.buildkite.com")
}

fn redirected(answer: &Answer<'_>) -> IntrospectionError {
    let (shown, status) = (answer.shown, answer.status);
    let location = answer.headers.get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let target = location.and_then(|location| answer.endpoint.join(location).ok());
    let to = target.map_or_else(String::new, |target| {
        format!(" to {}", endpoint::display(&target))
    });
    IntrospectionError::new(
        Kind::Redirect,
        format!("{shown} redirects{to}, status {status}, which is not followed"),
        if answer.token.is_some() {
            "give the address that it should be, if you trust it with the token"
        } else {
            "give the address that it should be"
        },
    )
}

fn refused(answer: &Answer<'_>) -> IntrospectionError {
    let (shown, status) = (answer.shown, answer.status);
    let wait = answer.headers.get(RETRY_AFTER).and_then(|value| {
        let seconds = value.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    });
    let hint = match (status, wait) {
        (_, Some(wait)) if passes(status) && !wait.is_zero() => {
            format!("try again in {} seconds", wait.as_secs())
        }
        _ if passes(status) => "try again later".to_owned(),
        (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, _) => {
            "check the path of the address; Buildkite's is https://graphql.buildkite.com/v1"
                .to_owned()
        }
        (StatusCode::PROXY_AUTHENTICATION_REQUIRED, _) => {
            "give the proxy's user name and password in HTTPS_PROXY".to_owned()
        }
        (status, _) if status.is_server_error() => {
            "try again later; it is the server that failed".to_owned()
        }
        _ => "check the address".to_owned(),
    };
    let error = IntrospectionError::new(
        Kind::Status,
        format!("{shown} answered with status {status}"),
        hint,
    )
    .with_retry_after(wait);
    if passes(status) {
        error.transient()
    } else {
        error
    }
}

fn passes(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}
