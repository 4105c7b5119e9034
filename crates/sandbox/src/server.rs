//! HTTP: what reaches the endpoint, who is let in, and what goes back.

use std::sync::Arc;

use apollo_compiler::response::JsonMap;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Serialize;
use serde_json::{Value as Json, json};
use tokio::task::JoinError;

use crate::execute::{Answer, Answered, Request, execute};
use crate::invented::Invented;
use crate::limits::{Limits, Quota, RateLimits};
use crate::sandbox::Controls;
use crate::schema::ServedSchema;
use crate::world::store::Store;

/// The path of the endpoint.
pub(crate) const PATH: &str = "/v1";
/// The header that asks for the cost of the operation in the body.
const INCLUDE_STATS: &str = "buildkite-include-query-stats";
/// The largest body that is read.
const MAX_BODY: usize = 1024 * 1024;

/// What every request needs.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) data: Data,
    pub(crate) token: String,
    pub(crate) controls: Controls,
}

/// What answers come from.
#[derive(Debug)]
pub(crate) enum Data {
    /// Buildkite's schema and an organization.
    Buildkite {
        served: &'static ServedSchema,
        store: Store,
    },
    /// Another schema, for which everything is made up.
    Invented(Box<Invented>),
}

impl Data {
    fn answer(&self, request: &Request) -> Answered {
        match self {
            Self::Buildkite { served, store } => execute(served, store, request),
            Self::Invented(invented) => invented.execute(request),
        }
    }
}

/// The routes of a sandbox.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route(PATH, any(endpoint))
        .fallback(async || message(StatusCode::NOT_FOUND, "Not Found"))
        .with_state(app)
}

async fn endpoint(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    if request.method() != Method::POST {
        let mut refused = message(
            StatusCode::METHOD_NOT_ALLOWED,
            "Only POST is served here, with a JSON body",
        );
        let allow = header::HeaderValue::from_static("POST");
        refused.headers_mut().insert(header::ALLOW, allow);
        return refused;
    }
    if !authorized(request.headers(), &app.token) {
        return message(
            StatusCode::UNAUTHORIZED,
            "Authentication required. Please supply a valid API Access Token.",
        );
    }
    if !is_json(request.headers()) {
        return errors(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be JSON: send `Content-Type: application/json`",
        );
    }
    let with_stats = has_flag(request.headers(), INCLUDE_STATS);
    let limits = app.controls.limits.clone();
    let request = match read(request.into_body(), limits).await {
        Ok(request) => request,
        Err((status, error)) => return errors(status, &error),
    };
    if let Some(message) = used_up(&app.controls.windows.now()) {
        let mut refused = errors(StatusCode::TOO_MANY_REQUESTS, &message);
        tell(&mut refused, &app.controls, None);
        return refused;
    }
    // Execution is not asynchronous and may take a while, so it gets a thread of
    // its own; what would take that thread down is answered, too.
    let controls = app.controls.clone();
    let answer = tokio::task::spawn_blocking(move || {
        let answered = app.data.answer(&request);
        let windows = &app.controls.windows;
        windows.spend(Quota::Organization, answered.actual);
        windows.spend(Quota::User, answered.actual);
        let cost = answered.requested.map(|requested| Cost {
            requested,
            actual: answered.actual,
        });
        let reply = Reply {
            answer: answered.answer,
            stats: cost.filter(|_| with_stats),
        };
        (serde_json::to_vec(&reply), cost)
    });
    let answer = answer.await;
    let cost = answer.as_ref().ok().and_then(|(_, cost)| *cost);
    let mut response = reply(answer.map(|(body, _)| body));
    tell(&mut response, &controls, cost);
    response
}

/// What an operation cost.
#[derive(Clone, Copy, Debug, Serialize)]
struct Cost {
    #[serde(rename = "requestedComplexity")]
    requested: u64,
    #[serde(rename = "actualComplexity")]
    actual: u64,
}

/// The body of a response.
#[derive(Serialize)]
struct Reply {
    #[serde(flatten)]
    answer: Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<Cost>,
}

/// Why nothing more is answered in this window, if so.
fn used_up(now: &RateLimits) -> Option<String> {
    let (organization, user) = (now.organization, now.user);
    if organization.remaining == 0 {
        return Some(format!(
            "Your organization has exceeded the limit of {} complexity points. \
             Please try again in {} seconds.",
            organization.limit,
            organization.reset()
        ));
    }
    (user.remaining == 0).then(|| {
        format!(
            "You have exceeded your per-user limit of {} complexity points. \
             Please try again in {} seconds.",
            user.limit,
            user.reset()
        )
    })
}

/// Adds the headers that tell what is left and what the operation cost.
fn tell(response: &mut Response, controls: &Controls, cost: Option<Cost>) {
    if !controls.limits.is_counted {
        return;
    }
    let now = controls.windows.now();
    let (organization, user) = (now.organization, now.user);
    let mut set = |name: &'static str, value: u64| {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value.into());
    };
    set("ratelimit-limit", organization.limit);
    set("ratelimit-remaining", organization.remaining);
    set("ratelimit-reset", organization.reset());
    set("ratelimit-user-limit", user.limit);
    set("ratelimit-user-remaining", user.remaining);
    set("ratelimit-user-reset", user.reset());
    if let Some(cost) = cost {
        set("ratelimit-complexity-requested", cost.requested);
        set("ratelimit-complexity-actual", cost.actual);
    }
}

/// Whether a header says `true`.
fn has_flag(headers: &HeaderMap, name: &str) -> bool {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// The response to what became of an execution.
fn reply(outcome: Result<serde_json::Result<Vec<u8>>, JoinError>) -> Response {
    match outcome {
        Ok(Ok(body)) => json_response(StatusCode::OK, body),
        Ok(Err(error)) => errors(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        Err(_) => errors(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The sandbox failed while it ran the query; this is a bug in the sandbox",
        ),
    }
}

fn authorized(headers: &HeaderMap, token: &str) -> bool {
    let Some(value) = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let Some((scheme, given)) = value.split_once(' ') else {
        return false;
    };
    scheme.eq_ignore_ascii_case("bearer") && given.trim() == token
}

/// Whether the body is said to be JSON; one of which nothing is said is read as JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let value = value.to_str().unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || (essence.contains('/') && essence.ends_with("+json"))
}

async fn read(body: Body, limits: Limits) -> Result<Request, (StatusCode, String)> {
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return Err((
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {MAX_BODY} bytes"),
        ));
    };
    parse(&bytes, limits).map_err(|error| (StatusCode::BAD_REQUEST, error))
}

fn parse(body: &[u8], limits: Limits) -> Result<Request, String> {
    let json: Json =
        serde_json::from_slice(body).map_err(|error| format!("The body is not JSON: {error}"))?;
    let Json::Object(mut fields) = json else {
        return Err("The body must be a JSON object".to_owned());
    };
    let mut text = |name: &str| match fields.remove(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{name}` must be a string")),
    };
    let query = text("query")?
        .filter(|query| !query.trim().is_empty())
        .ok_or("The body has no `query`")?;
    // Some clients send an empty name for a document with one operation.
    let operation_name = text("operationName")?.filter(|name| !name.is_empty());
    let variables = match fields.remove("variables") {
        None | Some(Json::Null) => JsonMap::new(),
        Some(variables @ Json::Object(_)) => {
            serde_json::from_value(variables).map_err(|error| error.to_string())?
        }
        Some(_) => return Err("`variables` must be an object".to_owned()),
    };
    Ok(Request {
        query,
        operation_name,
        variables,
        limits,
    })
}

fn message(status: StatusCode, message: &str) -> Response {
    json_response(
        status,
        json!({ "message": message }).to_string().into_bytes(),
    )
}

fn errors(status: StatusCode, message: &str) -> Response {
    let body = json!({ "errors": [{ "message": message }] });
    json_response(status, body.to_string().into_bytes())
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_execution_is_answered() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let (status, body) = runtime.block_on(async {
            let outcome = tokio::task::spawn_blocking(|| panic!("as if by a bug")).await;
            let response = reply(outcome);
            let status = response.status();
            (
                status,
                to_bytes(response.into_body(), MAX_BODY).await.unwrap(),
            )
        });
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let answer: Json = serde_json::from_slice(&body).unwrap();
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("bug in the sandbox"), "{message}");
    }
}
