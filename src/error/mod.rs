//! The one error type: what happened, where, and what can be done about it.

mod graphql;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::OperationKind;

pub use graphql::{GraphqlError, Location, PathSegment};

/// What kind of failure an [`Error`] is, and what can be done about it.
///
/// | kind | sent again by itself | what to do |
/// |---|---|---|
/// | [`Config`](Self::Config) | no | correct the setting that the message names |
/// | [`Encode`](Self::Encode) | no | correct the type behind the variable |
/// | [`Connect`](Self::Connect) | yes | check address, network and proxy |
/// | [`Timeout`](Self::Timeout) | queries | ask for less at once, or raise the limit |
/// | [`Interrupted`](Self::Interrupted) | queries | try again later; look first whether a mutation was done |
/// | [`TooLarge`](Self::TooLarge) | no, but pages shrink | ask for fewer rows or fields, or raise the limit |
/// | [`Unauthorized`](Self::Unauthorized) | no | replace the token |
/// | [`Forbidden`](Self::Forbidden) | no | give the token what the message asks for |
/// | [`RateLimited`](Self::RateLimited) | yes, after the wait | wait for [`Error::retry_after`], or spend less |
/// | [`Http`](Self::Http) | 502, 503, 504: queries | for a 5xx try again later; for others check the endpoint |
/// | [`Graphql`](Self::Graphql) | where the server is "busy" | read [`Error::graphql_errors`]; data may have come along |
/// | [`Decode`](Self::Decode) | no | refresh the schema and compile again; check that it is Buildkite that answers |
/// | [`NotFound`](Self::NotFound) | no | check the slug or ID, and what the token may see |
/// | [`Pagination`](Self::Pagination) | no | read again from [the checkpoint](crate::relay::Items::checkpoint) |
///
/// "Queries" says that a mutation is not sent again, because the server may have acted on
/// it: [`Error::may_have_been_sent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not set up right: no token, an endpoint that is refused, a policy that
    /// leaves no points, a checkpoint of another operation.
    /// Nothing was sent.
    ///
    /// The message names the setting and what it should be.
    Config,
    /// The variables of the operation cannot be written as JSON. Nothing was
    /// sent.
    ///
    /// Only types of your own can fail so: scalars that are mapped to them, or variables of
    /// operations that another library made. The [source](std::error::Error::source) says
    /// why.
    Encode,
    /// No connection to the server. Nothing was sent, so that mutations are tried again
    /// as well.
    Connect,
    /// One of the client's [`Timeouts`](crate::Timeouts) has passed.
    ///
    /// Pages that take too long are asked for again with fewer rows, where the query takes
    /// their number from a variable.
    Timeout,
    /// The connection broke, or the answer ended, before it was complete.
    Interrupted,
    /// The answer has more bytes than
    /// [`ClientBuilder::max_answer`](crate::ClientBuilder::max_answer) allows.
    TooLarge,
    /// Status 401: the token is unknown, revoked or expired.
    Unauthorized,
    /// Status 403: the token may not do this.
    ///
    /// GraphQL access is ticked where a token is created, and some organizations allow
    /// only some networks.
    Forbidden,
    /// The points of the organization or of the user are used up: the server said so with
    /// status 429, or [the budget](crate::BudgetPolicy) knew it and nothing was sent.
    /// [`Error::retry_after`] says how long.
    ///
    /// It reaches you where waiting would pass
    /// [`Timeouts::operation`](crate::Timeouts::operation).
    RateLimited,
    /// Any other status that is not a success, redirects included.
    Http,
    /// The server understood the request and answered with GraphQL errors;
    /// [`Error::graphql_errors`] lists them.
    ///
    /// Data may have come along: [`Error::partial_data`], or
    /// [`Execute::allow_partial_data`](crate::Execute::allow_partial_data) from the
    /// beginning.
    Graphql,
    /// The answer is not what the operation asked for: no JSON, no GraphQL
    /// answer, or a value that the schema does not allow. [`Error::path`]
    /// names the value.
    ///
    /// New enum values and new types are no errors. A null in a place that the schema
    /// rules out is one.
    Decode,
    /// What should be paged through does not exist, or the token may not see
    /// it.
    NotFound,
    /// The server's page information cannot be followed: a cursor that comes
    /// back, more pages without a cursor, or pages without end that bring nothing new.
    /// Also a node that came twice, where that is
    /// [not wanted](crate::relay::Duplicates::Fail).
    Pagination,
}

/// Why an operation failed.
///
/// Branch on [`kind`](Self::kind) and on the other accessors. The text is for
/// people and may change. It never holds the token or the query of a URL, and
/// never repeats what [`source`](std::error::Error::source) says: print the
/// chain to see every cause once.
///
/// ```no_run
/// use buildkite_client::queries::RecentBuilds;
/// use buildkite_client::{Client, ErrorKind};
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// match bk.execute(RecentBuilds::new("acme-inc/web")).await {
///     Ok(answer) => println!("{:?}", answer.data()),
///     Err(e) if e.kind() == ErrorKind::RateLimited => println!("wait {:?}", e.retry_after()),
///     Err(e) if e.is_retryable() => println!("try again: {e}"),
///     Err(e) => return Err(e),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    operation: Option<(OperationKind, String)>,
    status: Option<u16>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    /// How often the operation was sent.
    attempts: u32,
    /// Why it was not sent again, although the cause may pass.
    given_up: Option<String>,
    /// The cause is likely to pass.
    transient: bool,
    /// It is not certain that the server left everything as it was.
    sent: bool,
    graphql_errors: Vec<GraphqlError>,
    data: Option<Box<RawValue>>,
    path: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same operation may succeed when it is sent again as it is,
    /// and doing so is safe.
    ///
    /// True for causes that pass: no connection, time limits, broken
    /// connections, status 429, 502, 503 and 504, and answers that say
    /// "currently busy". False for a mutation wherever
    /// [`may_have_been_sent`](Self::may_have_been_sent) is true: doing it twice
    /// is worse than failing.
    pub fn is_retryable(&self) -> bool {
        self.0.transient && !(self.is_mutation() && self.0.sent)
    }

    /// How long to wait before sending the operation again, where the server
    /// said so: in the headers of a 429, or in `Retry-After`; at most a day.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the server may have acted on the operation.
    ///
    /// False only where it did not: the request never left, it was refused as a
    /// whole (a status from 400 to 499 but 408, or GraphQL errors without
    /// `data`), or every field of it failed by itself. For a mutation, true
    /// means: look before sending it again.
    pub fn may_have_been_sent(&self) -> bool {
        self.0.sent
    }

    /// How often the operation was sent; 0 where it never was.
    ///
    /// More than once only where a [`RetryPolicy`](crate::RetryPolicy) had it sent again
    /// and every attempt failed: this is the error of the last.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The HTTP status, where there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id under which the server knows the request, where it sent one;
    /// Buildkite's support can find the request by it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The errors that the server listed in its answer.
    pub fn graphql_errors(&self) -> &[GraphqlError] {
        &self.0.graphql_errors
    }

    /// The data that came along with [`graphql_errors`](Self::graphql_errors), or in which
    /// a value does not fit, decoded into a type of your choice; `None` where there was
    /// none.
    ///
    /// A field that failed is null. The operation's own data type may not
    /// accept that, in which case decoding it again fails; a type with
    /// [`Option`]s or a [`serde_json::Value`] always fits.
    ///
    /// To take partial data for granted, use
    /// [`allow_partial_data`](crate::Execute::allow_partial_data).
    pub fn partial_data<T: DeserializeOwned>(&self) -> Option<Result<T, serde_json::Error>> {
        self.partial_json().map(serde_json::from_str)
    }

    /// The JSON text of that data.
    pub fn partial_json(&self) -> Option<&str> {
        self.0.data.as_deref().map(RawValue::get)
    }

    /// The name of the operation that failed, where it has one.
    pub fn operation(&self) -> Option<&str> {
        let (_, name) = self.0.operation.as_ref()?;
        (!name.is_empty()).then_some(name)
    }

    /// The value in `data` that could not be decoded, as the response keys
    /// that lead to it: `pipeline.builds.edges[3].node.number`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Whether the server took too long, so that asking for less may help. To a connection
    /// that is not made it makes no difference.
    pub(crate) fn is_too_slow(&self) -> bool {
        (self.0.kind == ErrorKind::Timeout && self.0.sent) || self.0.status == Some(504)
    }

    /// Whether it asked for more than the server runs at once.
    pub(crate) fn is_too_complex(&self) -> bool {
        let mut errors = self.0.graphql_errors.iter();
        errors.any(GraphqlError::is_too_complex)
    }

    /// Whether the answer had more bytes than are read.
    pub(crate) fn is_too_large(&self) -> bool {
        self.0.kind == ErrorKind::TooLarge
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.0.given_up.is_some()
    }

    fn is_mutation(&self) -> bool {
        matches!(self.0.operation, Some((OperationKind::Mutation, _)))
    }
}

/// How the crate builds its errors.
impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            status: None,
            request_id: None,
            retry_after: None,
            attempts: 0,
            given_up: None,
            transient: false,
            sent: false,
            graphql_errors: Vec::new(),
            data: None,
            path: None,
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    pub(crate) fn with_operation(mut self, kind: OperationKind, name: &str) -> Self {
        self.0.operation = Some((kind, name.to_owned()));
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn given_up(mut self, why: String) -> Self {
        self.0.given_up = Some(why);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_graphql(
        mut self,
        errors: Vec<GraphqlError>,
        data: Option<Box<RawValue>>,
    ) -> Self {
        self.0.graphql_errors = errors;
        self.0.data = data;
        self
    }

    /// The same error for another of those that share it. What came along is not theirs.
    pub(crate) fn without_data(&self) -> Self {
        let Inner {
            ref message,
            ref operation,
            ref request_id,
            ref given_up,
            ref graphql_errors,
            ref path,
            ref source,
            ..
        } = *self.0;
        Self(Box::new(Inner {
            message: message.clone(),
            operation: operation.clone(),
            request_id: request_id.clone(),
            given_up: given_up.clone(),
            graphql_errors: graphql_errors.clone(),
            data: None,
            path: path.clone(),
            source: source.clone(),
            ..*self.0
        }))
    }

    /// Takes over how the answer came about in which this error was found.
    pub(crate) fn with_origin_of(mut self, answer: &Self) -> Self {
        let origin = &answer.0;
        self.0.operation.clone_from(&origin.operation);
        self.0.status = origin.status;
        self.0.request_id.clone_from(&origin.request_id);
        self.0.attempts = origin.attempts;
        self
    }

    pub(crate) fn with_path(mut self, path: String) -> Self {
        self.0.path = Some(path);
        self
    }

    pub(crate) fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    pub(crate) fn sent(mut self) -> Self {
        self.0.sent = true;
        self
    }

    pub(crate) fn not_sent(mut self) -> Self {
        self.0.sent = false;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((kind, name)) = &self.0.operation {
            f.write_str(match kind {
                OperationKind::Query => "query",
                OperationKind::Mutation => "mutation",
            })?;
            if !name.is_empty() {
                write!(f, " {name}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(why) = &self.0.given_up {
            write!(f, "; {why}")?;
        }
        if self.is_mutation() && self.0.sent {
            f.write_str("; the mutation may have been carried out: look before sending it again")?;
        }
        Ok(())
    }
}

// Written by hand for the partial data: what an answer holds may be secret, and
// is no business of a log.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind);
        debug.field("message", &self.0.message);
        if let Some((_, name)) = &self.0.operation {
            debug.field("operation", name);
        }
        if let Some(status) = &self.0.status {
            debug.field("status", status);
        }
        if let Some(id) = &self.0.request_id {
            debug.field("request_id", id);
        }
        if let Some(wait) = &self.0.retry_after {
            debug.field("retry_after", wait);
        }
        if self.0.attempts > 1 {
            debug.field("attempts", &self.0.attempts);
        }
        if let Some(path) = &self.0.path {
            debug.field("path", path);
        }
        if let Some(why) = &self.0.given_up {
            debug.field("given_up", why);
        }
        debug.field("retryable", &self.is_retryable());
        debug.field("may_have_been_sent", &self.0.sent);
        if !self.0.graphql_errors.is_empty() {
            debug.field("graphql_errors", &self.0.graphql_errors);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests;
