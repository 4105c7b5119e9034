//! HTTP: what reaches the endpoint, who is let in, and what goes back.

use std::sync::Arc;
use std::time::Duration;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Document, Selection};
use apollo_compiler::response::JsonMap;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Serialize;
use serde_json::{Value as Json, json};
use tokio::task::JoinError;

use crate::execute::{Answer, Answered, Request, execute};
use crate::faults::{Fault, Kind, Spoil, spoil, transport};
use crate::invented::Invented;
use crate::limits::headers::{Cost, tell, used_up};
use crate::limits::{Limits, Quota};
use crate::listener::Line;
use crate::log::Entry;
use crate::replay::{Question, Replay};
use crate::sandbox::Controls;
use crate::schema::ServedSchema;
use crate::world::store::{Moment, Store};

/// The path of the endpoint.
pub(crate) const PATH: &str = "/v1";
/// The header that asks for the cost of the operation in the body.
const INCLUDE_STATS: &str = "buildkite-include-query-stats";
/// The header that asks for a fault.
const FAULT: &str = "sandbox-fault";
/// The largest body that is read.
const MAX_BODY: usize = 1024 * 1024;

/// What every request needs.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) data: Data,
    pub(crate) token: String,
    pub(crate) controls: Controls,
    pub(crate) replay: Replay<Ran>,
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

    /// The present moment.
    fn moment(&self) -> Moment {
        match self {
            Self::Buildkite { store, .. } => store.moment(),
            Self::Invented(_) => Moment::eternal(),
        }
    }

    fn served(&self) -> &ServedSchema {
        match self {
            Self::Buildkite { served, .. } => served,
            Self::Invented(invented) => invented.served(),
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

async fn endpoint(
    State(app): State<Arc<App>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: HttpRequest,
) -> Response {
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
    let own = match own_faults(request.headers()) {
        Ok(own) => own,
        Err(error) => return errors(StatusCode::BAD_REQUEST, &error),
    };
    let limits = app.controls.limits.clone();
    let request = match read(request.into_body(), limits).await {
        Ok(request) => request,
        Err((status, error)) => return errors(status, &error),
    };
    let controls = app.controls.clone();
    let asked = asked(&request, controls.clock.elapsed());
    let number = controls.journal.ask(asked.clone());
    let mut faults = controls.plan.decide(number, |name| asked.is(name));
    faults.extend(own);
    let names = faults.iter().map(Fault::to_string).collect();
    controls.journal.note(number, |entry| entry.faults = names);
    delay(&faults, number, &controls).await;

    let lost = faults.iter().find(|fault| fault.replaces());
    let ran = if lost.is_none_or(Fault::runs) {
        let spoils = faults.iter().filter_map(|fault| match &fault.kind {
            Kind::Spoil(spoil) => Some(spoil.clone()),
            _ => None,
        });
        let asked = Asked {
            number,
            request,
            with_stats,
            spoils: spoils.collect(),
        };
        Some(run(app, asked).await)
    } else {
        None
    };
    let cost = ran.as_ref().and_then(|ran| ran.cost);
    let response = match lost {
        Some(fault) => lose(fault, ran, &line, &controls).await,
        None => ran.map(Ran::into_response),
    };
    let Some(mut response) = response else {
        // The connection is gone, so nobody reads this.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if controls.limits.is_counted {
        tell(&mut response, &controls.windows.now(), cost);
    }
    let status = response.status().as_u16();
    controls
        .journal
        .note(number, |entry| entry.status = Some(status));
    response
}

/// Waits as long as faults say.
async fn delay(faults: &[Fault], number: u64, controls: &Controls) {
    for fault in faults {
        let Kind::Latency { least, jitter } = fault.kind else {
            continue;
        };
        let drawn = controls.plan.draw("jitter", number) % 1_001;
        let share = u32::try_from(drawn).unwrap_or_default();
        let time = least + jitter * share / 1_000;
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = controls.stopping() => return,
        }
    }
}

/// What a fault leaves of an answer; nothing where the connection ends.
async fn lose(
    fault: &Fault,
    ran: Option<Ran>,
    line: &Line,
    controls: &Controls,
) -> Option<Response> {
    let body = move || ran.map(|ran| ran.body).unwrap_or_default();
    Some(match fault.kind {
        Kind::Status(status) => transport::status(status),
        Kind::Busy => errors(
            StatusCode::OK,
            "The server is currently busy, please try again",
        ),
        Kind::Html => transport::html(),
        Kind::Cut => transport::cut(&body()),
        Kind::Drip(pause) => transport::drip(body(), pause),
        Kind::ContentType => transport::text(body(), "text/plain"),
        Kind::InvalidJson => {
            let body = body();
            let body = body.slice(..body.len() / 2);
            transport::text(body, "application/json")
        }
        Kind::Refuse(time) => {
            controls.gate.close(time).await;
            line.reset();
            return None;
        }
        Kind::Hang => {
            controls.stopping().await;
            line.reset();
            return None;
        }
        Kind::Reset | Kind::Latency { .. } | Kind::Spoil(_) => {
            line.reset();
            return None;
        }
    })
}

/// An operation that is to run.
struct Asked {
    number: u64,
    request: Request,
    with_stats: bool,
    spoils: Vec<Spoil>,
}

impl Asked {
    fn question(&self) -> Question {
        Question {
            query: self.request.query.clone(),
            operation_name: self.request.operation_name.clone(),
            variables: serde_json::to_string(&self.request.variables).unwrap_or_default(),
            with_stats: self.with_stats,
        }
    }
}

/// What came of running it.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    status: StatusCode,
    body: Bytes,
    cost: Option<Cost>,
    errors: Vec<String>,
}

impl Ran {
    fn into_response(self) -> Response {
        json_response(self.status, self.body)
    }

    fn failed(status: StatusCode, message: &str) -> Self {
        let body = json!({ "errors": [{ "message": message }] });
        Self {
            status,
            body: body.to_string().into(),
            cost: None,
            errors: Vec::new(),
        }
    }
}

/// Runs an operation, unless the points are used up.
async fn run(app: Arc<App>, asked: Asked) -> Ran {
    if let Some(message) = used_up(&app.controls.windows.now()) {
        return Ran::failed(StatusCode::TOO_MANY_REQUESTS, &message);
    }
    let question = asked.question();
    let moment = app.data.moment();
    if let Some(ran) = app.replay.get(&moment, &question)
        && asked.spoils.is_empty()
    {
        settle_up(&app, asked.number, &ran, true);
        return ran;
    }
    // Execution is not asynchronous and may take a while, so it gets a thread of
    // its own; what would take that thread down is answered, too.
    let ran = tokio::task::spawn_blocking(move || execute_on(&app, &asked, question, moment));
    outcome(ran.await)
}

/// Takes off what an operation has cost, and writes down what became of it.
fn settle_up(app: &App, number: u64, ran: &Ran, has_run: bool) {
    if let Some(cost) = ran.cost {
        let windows = &app.controls.windows;
        windows.spend(Quota::Organization, cost.actual);
        windows.spend(Quota::User, cost.actual);
    }
    app.controls.journal.note(number, |entry| {
        entry.ran = has_run;
        entry.errors.clone_from(&ran.errors);
    });
}

fn execute_on(
    app: &App,
    asked: &Asked,
    question: Question,
    moment: Moment,
) -> serde_json::Result<Ran> {
    let answered = app.data.answer(&asked.request);
    let cost = answered.requested.map(|requested| Cost {
        requested,
        actual: answered.actual,
    });
    let (has_run, errors) = match &answered.answer {
        Answer::Ran(response) => (true, &response.errors),
        Answer::Refused { errors } => (false, errors),
    };
    let errors = errors.iter().map(|error| error.message.clone()).collect();
    let is_query = answered.is_query && has_run;
    let reply = Reply {
        answer: answered.answer,
        stats: cost.filter(|_| asked.with_stats),
    };
    let mut ran = Ran {
        status: StatusCode::OK,
        body: Bytes::new(),
        cost,
        errors,
    };
    settle_up(app, asked.number, &ran, has_run);
    if asked.spoils.is_empty() {
        ran.body = serde_json::to_vec(&reply)?.into();
        // What was changed meanwhile may or may not be in the answer.
        if is_query && app.data.moment() == moment {
            let bytes = ran.body.len();
            app.replay.keep(moment, question, ran.clone(), bytes);
        }
    } else {
        ran.body = spoiled(app, asked, serde_json::to_value(&reply)?)?;
    }
    Ok(ran)
}

/// An answer in which something goes wrong.
fn spoiled(app: &App, asked: &Asked, mut answer: Json) -> serde_json::Result<Bytes> {
    let controls = &app.controls;
    for wanted in &asked.spoils {
        let drawn = controls.plan.draw("spoil", asked.number);
        let served = app.data.served();
        if let Err(why) = spoil(served, &asked.request, wanted, drawn, &mut answer) {
            let why = format!("nothing was spoiled: {why}");
            controls
                .journal
                .note(asked.number, |entry| entry.faults.push(why));
        }
    }
    Ok(serde_json::to_vec(&answer)?.into())
}

/// What became of an execution.
fn outcome(ran: Result<serde_json::Result<Ran>, JoinError>) -> Ran {
    match ran {
        Ok(Ok(ran)) => ran,
        Ok(Err(error)) => Ran::failed(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        Err(_) => Ran::failed(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The sandbox failed while it ran the query; this is a bug in the sandbox",
        ),
    }
}

/// The body of a response.
#[derive(Serialize)]
struct Reply {
    #[serde(flatten)]
    answer: Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<Cost>,
}

/// What the log says of a request.
fn asked(request: &Request, at: Duration) -> Entry {
    let parsed = Document::parse(request.query.as_str(), "query.graphql");
    let document = parsed.unwrap_or_else(|invalid| invalid.partial);
    let wanted = request.operation_name.as_deref();
    let mut operations = document.definitions.iter().filter_map(|one| match one {
        Definition::OperationDefinition(operation) => Some(operation),
        _ => None,
    });
    let operation = operations.find(|operation| {
        let name = operation.name.as_ref().map(Name::as_str);
        wanted.is_none_or(|wanted| name == Some(wanted))
    });
    let selections = operation.map(|operation| operation.selection_set.as_slice());
    let fields = selections.unwrap_or_default().iter();
    let fields = fields.filter_map(|selection| match selection {
        Selection::Field(field) => Some(field.name.to_string()),
        _ => None,
    });
    let name = operation.and_then(|operation| operation.name.as_ref());
    let variables = serde_json::to_value(&request.variables);
    Entry {
        number: 0,
        at,
        operation: name.map(ToString::to_string),
        fields: fields.collect(),
        variables: match variables {
            Ok(Json::Object(variables)) => variables,
            _ => serde_json::Map::new(),
        },
        ran: false,
        status: None,
        errors: Vec::new(),
        faults: Vec::new(),
    }
}

/// The faults that a request asks for itself.
fn own_faults(headers: &HeaderMap) -> Result<Vec<Fault>, String> {
    let given = headers.get_all(FAULT).iter();
    given
        .map(|value| {
            let text = value
                .to_str()
                .map_err(|_| format!("`{FAULT}` is not text"))?;
            let fault: Result<Fault, _> = text.parse();
            let fault = fault.map_err(|error| format!("`{FAULT}`: {error}"))?;
            if fault.is_conditional() {
                return Err(format!(
                    "`{FAULT}`: what a request asks for itself happens to it, so that of the \
                     conditions only `after-running` means something"
                ));
            }
            Ok(fault)
        })
        .collect()
}

/// Whether a header says `true`.
fn has_flag(headers: &HeaderMap, name: &str) -> bool {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
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

fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let body: Body = body.into();
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
        let ran = runtime.block_on(async {
            let ran = tokio::task::spawn_blocking(|| panic!("as if by a bug"));
            outcome(ran.await)
        });
        assert_eq!(ran.status, StatusCode::INTERNAL_SERVER_ERROR);
        let answer: Json = serde_json::from_slice(&ran.body).unwrap();
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("bug in the sandbox"), "{message}");
    }
}
