//! Setting a client up by hand.

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use secrecy::SecretString;

use super::{Client, Inner};
use crate::budget::{Budget, BudgetPolicy, LocalPoints, PointStore};
use crate::observe::Observer;
use crate::transport::{Proxy, RetryPolicy, Timeouts, Token, Transport, parse_endpoint};
use crate::{Error, ErrorKind};

const DEFAULT_ENDPOINT: &str = "https://graphql.buildkite.com/v1";

/// More than a page of the most points that one operation may cost has.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

const OWN_USER_AGENT: &str = concat!("buildkite-client/", env!("CARGO_PKG_VERSION"));

/// How to get a token, for everyone who has none.
pub(super) const GET_A_TOKEN: &str = "create one at \
    https://buildkite.com/user/api-access-tokens/new with \"Enable GraphQL API access\" ticked";

/// Sets a [`Client`] up.
///
/// ```
/// use std::time::Duration;
/// use buildkite_client::{Client, Timeouts};
///
/// let bk = Client::builder()
///     .token("bkua_0123456789abcdef")
///     .endpoint("http://127.0.0.1:4000/v1")
///     .timeouts(Timeouts::default().attempt(Duration::from_secs(30)))
///     .user_agent("deploy-board/1.4")
///     .build()?;
/// # drop(bk);
/// # Ok::<(), buildkite_client::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing before `build`"]
pub struct ClientBuilder {
    token: Option<SecretString>,
    endpoint: String,
    timeouts: Timeouts,
    retry: RetryPolicy,
    max_answer: usize,
    proxy: Proxy,
    budget: BudgetPolicy,
    points: Option<Arc<dyn PointStore>>,
    observer: Option<Arc<dyn Observer>>,
    user_agent: Option<String>,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            token: None,
            endpoint: DEFAULT_ENDPOINT.to_owned(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            max_answer: MAX_ANSWER,
            proxy: Proxy::None,
            budget: BudgetPolicy::default(),
            points: None,
            observer: None,
            user_agent: None,
        }
    }

    /// The API token. It must have GraphQL access, which is ticked where the
    /// token is created.
    ///
    /// [`build`](Self::build) refuses a token that is empty or holds white
    /// space, line breaks or anything but printable ASCII.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(SecretString::from(token.into()));
        self
    }

    /// The URL of the GraphQL API; `https://graphql.buildkite.com/v1` unless
    /// set.
    ///
    /// [`build`](Self::build) refuses a URL with a user name or password, and
    /// plain `http` unless the host is this machine (`localhost`, `127.0.0.0/8`,
    /// `[::1]`): the token must not cross a network in the clear.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = url.into();
        self
    }

    /// The time limits.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// When operations are sent again that failed.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How the points of organization and user are shared with everybody else.
    pub fn budget(mut self, policy: BudgetPolicy) -> Self {
        self.budget = policy;
        self
    }

    /// Where the view of the points is kept, so that other clients share it; a
    /// [`LocalPoints`] of its own unless set.
    pub fn point_store(mut self, store: Arc<dyn PointStore>) -> Self {
        self.points = Some(store);
        self
    }

    /// Is told what this client and its clones do.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The most bytes that an answer may have, unpacked; 64 MiB unless set.
    ///
    /// A larger one is not read to its end, so that neither a page that is too large nor
    /// a few bytes that unpack into very many can use up the memory.
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Goes through this proxy, `http://proxy.example:8080`; none is used unless set.
    ///
    /// The request itself is encrypted up to Buildkite: the proxy sees the host and the
    /// size of what is sent, not the token. An endpoint over plain `http`, which can only
    /// be on this machine, is reached without it.
    ///
    /// [`build`](Self::build) refuses what is no URL of `http` or `https`.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(url.into());
        self
    }

    /// Goes through the proxy that the environment names: `HTTPS_PROXY` or `ALL_PROXY`,
    /// but for the hosts in `NO_PROXY`. For the rest see [`proxy`](Self::proxy).
    pub fn proxy_from_env(mut self) -> Self {
        self.proxy = Proxy::Environment;
        self
    }

    /// Names your program in the `User-Agent` header, as `name/version`; the
    /// name and version of this crate follow it.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// The client.
    ///
    /// Proxies named by the environment are not used unless
    /// [asked for](Self::proxy_from_env), and redirects are not followed: neither
    /// gets the token. Certificates are always verified; there is no switch.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] where there is no token, a setting is refused, or
    /// TLS cannot be set up on this machine.
    pub fn build(self) -> Result<Client, Error> {
        let token = self.token.ok_or_else(|| {
            Error::new(
                ErrorKind::Config,
                format!(
                    "no API token is set; {GET_A_TOKEN}, and pass it to `ClientBuilder::token`"
                ),
            )
        })?;
        let token = Token::new(token)?;
        let endpoint = parse_endpoint(&self.endpoint)?;
        let transport = Transport::new(
            token,
            self.timeouts,
            self.retry,
            self.max_answer,
            // What is on this machine is reached without one, and the token of a request
            // over plain HTTP must not leave it.
            if endpoint.scheme() == "https" {
                self.proxy
            } else {
                Proxy::None
            },
            user_agent(self.user_agent.as_deref())?,
        )?;
        let points = self
            .points
            .unwrap_or_else(|| Arc::new(LocalPoints::default()));
        Ok(Client {
            inner: Arc::new(Inner {
                transport,
                endpoint,
                timeouts: self.timeouts,
                budget: Budget::new(self.budget, points),
                observer: self.observer,
            }),
        })
    }
}

fn user_agent(name: Option<&str>) -> Result<HeaderValue, Error> {
    let Some(name) = name else {
        return Ok(HeaderValue::from_static(OWN_USER_AGENT));
    };
    HeaderValue::from_str(&format!("{name} {OWN_USER_AGENT}")).map_err(|source| {
        Error::new(ErrorKind::Config, "the user agent does not fit in a header").with_source(source)
    })
}

// By hand: an endpoint that was not checked yet may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("max_answer", &self.max_answer)
            .field("proxy", &self.proxy)
            .field("budget", &self.budget)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}
