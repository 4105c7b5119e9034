//! Who is asked, with which token, and within which time.

use std::fmt;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::capabilities::{self, Capabilities};
use crate::server::Server;
use crate::token::Token;
use crate::{IntrospectionError, IntrospectionErrorKind, endpoint, env, query, retry};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Asks a GraphQL server for its schema.
///
/// ```
/// use std::time::Duration;
/// use buildkite_introspection::Introspection;
///
/// let introspection = Introspection::new("https://countries.example/graphql?key=1")?
///     .token("0123456789abcdef")?
///     .timeout(Duration::from_secs(20));
/// assert_eq!(introspection.endpoint(), "https://countries.example/graphql");
/// # Ok::<(), buildkite_introspection::IntrospectionError>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing is asked before `fetch`"]
pub struct Introspection {
    endpoint: Url,
    /// The endpoint as it appears in messages.
    shown: String,
    token: Option<Token>,
    timeout: Duration,
}

impl Introspection {
    /// Buildkite, as the environment says:
    ///
    /// | variable | |
    /// |---|---|
    /// | `BUILDKITE_API_TOKEN` | the API token; required |
    /// | `BUILDKITE_GRAPHQL_URL` | the endpoint, if it is not `https://graphql.buildkite.com/v1` |
    ///
    /// # Errors
    ///
    /// [`NoToken`](IntrospectionErrorKind::NoToken) or
    /// [`BadToken`](IntrospectionErrorKind::BadToken) where there is no token, and
    /// [`Endpoint`](IntrospectionErrorKind::Endpoint) where the endpoint is refused.
    pub fn from_env() -> Result<Self, IntrospectionError> {
        env::buildkite()
    }

    /// A server, asked without a token. The environment is not looked at: a token for
    /// Buildkite never goes to another server.
    ///
    /// # Errors
    ///
    /// [`Endpoint`](IntrospectionErrorKind::Endpoint) for what is no URL, a URL with a user
    /// name or password, and plain `http` unless the host is this machine (`localhost`,
    /// `127.0.0.0/8`, `[::1]`).
    pub fn new(endpoint: &str) -> Result<Self, IntrospectionError> {
        Ok(Self::of(endpoint::parse(endpoint)?, None))
    }

    pub(crate) fn of(endpoint: Url, token: Option<Token>) -> Self {
        Self {
            shown: endpoint::display(&endpoint),
            endpoint,
            token,
            timeout: TIMEOUT,
        }
    }

    /// The token, sent as `Authorization: Bearer`.
    ///
    /// # Errors
    ///
    /// [`BadToken`](IntrospectionErrorKind::BadToken) where it is empty or holds white space,
    /// line breaks or anything but printable ASCII.
    pub fn token(mut self, token: impl Into<String>) -> Result<Self, IntrospectionError> {
        self.token = Some(Token::new(token.into())?);
        Ok(self)
    }

    /// The token that is in a variable of the environment.
    ///
    /// # Errors
    ///
    /// [`NoToken`](IntrospectionErrorKind::NoToken) where the variable is not set, and
    /// [`BadToken`](IntrospectionErrorKind::BadToken) as in [`token`](Self::token).
    pub fn token_from_env(mut self, variable: &str) -> Result<Self, IntrospectionError> {
        self.token = Some(env::token(variable)?);
        Ok(self)
    }

    /// How long all of it may take, repetitions included; 60 seconds unless set.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// The server's URL, without its query: for people, not for requests.
    pub fn endpoint(&self) -> &str {
        &self.shown
    }

    /// Whether a token is sent.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Asks, and hands out the text of the answer: a JSON object that may hold the errors
    /// of GraphQL in the place of a schema. A token that the server repeats in it is
    /// blanked out.
    ///
    /// What may pass by itself is tried up to three times: connections that fail or break, and the
    /// statuses 429, 502, 503 and 504. Needs a Tokio runtime with I/O and time.
    ///
    /// # Errors
    ///
    /// All kinds but [`NoToken`](IntrospectionErrorKind::NoToken).
    pub async fn fetch(&self) -> Result<String, IntrospectionError> {
        // A limit beyond all times is none.
        let deadline = Instant::now().checked_add(self.timeout);
        let answer = self.ask(deadline);
        match deadline {
            Some(deadline) => timeout_at(deadline, answer)
                .await
                .unwrap_or_else(|_| Err(self.too_slow())),
            None => answer.await,
        }
    }

    /// [`fetch`](Self::fetch) where there is no Tokio runtime, such as in build scripts.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Self::fetch).
    pub fn fetch_blocking(&self) -> Result<String, IntrospectionError> {
        // On a thread of its own: on one that runs a runtime, another must not block.
        thread::scope(|scope| {
            let asking = thread::Builder::new().spawn_scoped(scope, || {
                let runtime = runtime::Builder::new_current_thread()
                    .enable_io()
                    .enable_time()
                    .build()
                    .map_err(|error| not_set_up().with_source(error))?;
                runtime.block_on(self.fetch())
            });
            let asking = asking.map_err(|error| not_set_up().with_source(error))?;
            asking.join().unwrap_or_else(|_| Err(not_set_up()))
        })
    }

    async fn ask(&self, deadline: Option<Instant>) -> Result<String, IntrospectionError> {
        let server = Server::new(&self.endpoint, &self.shown, self.token.as_ref())?;
        let told = retry::persist(deadline, || server.ask(capabilities::QUERY)).await?;
        let query = query::fitted(&Capabilities::read(&told));
        retry::persist(deadline, || server.ask(&query)).await
    }

    fn too_slow(&self) -> IntrospectionError {
        IntrospectionError::new(
            IntrospectionErrorKind::Timeout,
            format!(
                "no complete answer from {} within {:?}",
                self.shown, self.timeout
            ),
            "check the network and try it again, or allow it more time",
        )
        .at(&self.shown)
    }
}

fn not_set_up() -> IntrospectionError {
    IntrospectionError::new(
        IntrospectionErrorKind::Setup,
        "the thread that asks cannot be run",
        "check how many threads and open files this machine allows",
    )
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("endpoint", &self.shown)
            .field("token", &self.token)
            .field("timeout", &self.timeout)
            .finish()
    }
}
