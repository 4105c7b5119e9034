//! Starting and stopping a sandbox.

use std::fmt;
use std::future::IntoFuture as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::invented::Invented;
use crate::schema::ServedSchema;
use crate::server::{App, Data, PATH, router};
use crate::world::clock::Clock;
use crate::world::store::Store;

/// The token that a sandbox accepts unless told otherwise.
pub const SANDBOX_TOKEN: &str = "bkua_sandbox_token";
/// The seed that is used unless told otherwise.
const SEED: u64 = 42;
/// 2026-11-20T12:00:00Z, the moment that is "now" unless told otherwise.
const EPOCH: i64 = 1_795_176_000;
/// Seconds of the sandbox that pass in a real one, unless told otherwise: builds take
/// seconds instead of minutes.
const SPEED: f64 = 60.0;
/// Room for the executor, which recurses with the nesting of the query.
const STACK: usize = 64 * 1024 * 1024;
/// How many requests are executed at the same time.
const WORKERS: usize = 4;
/// How long a stopping sandbox waits for answers that are on their way.
const GRACE: Duration = Duration::from_secs(2);

/// Why a sandbox did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Something else listens on the port that was asked for.
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The port could not be listened on for another reason.
    Listen {
        /// The port.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// The server's thread or runtime could not be made.
    Runtime(io::Error),
    /// The schema is not valid; this is every mistake in it, framed.
    Schema(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortInUse { port } => write!(
                f,
                "port {port} is in use: stop what listens there, choose another port, or ask for port 0 to get any free one"
            ),
            Self::Listen { port, .. } => write!(f, "cannot listen on 127.0.0.1:{port}"),
            Self::Runtime(_) => write!(f, "cannot start the sandbox's thread"),
            Self::Schema(errors) => write!(f, "the schema is not valid: {errors}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Runtime(source) => Some(source),
            Self::PortInUse { .. } | Self::Schema(_) => None,
        }
    }
}

/// What a sandbox is to be like. Made by [`Sandbox::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    seed: u64,
    port: u16,
    token: String,
    now: Timestamp,
    speed: f64,
    schema: Option<String>,
}

impl Builder {
    /// What all variety comes from (default 42). The same seed gives the same data,
    /// byte for byte.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The port on 127.0.0.1 (default 0: any free one).
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The token to accept (default [`SANDBOX_TOKEN`]).
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// The moment at which the sandbox starts (default 2026-11-20T12:00:00Z). The data
    /// lies before it, and what is created after it.
    pub fn now(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// How many of the sandbox's seconds pass in a real one (default 60, so that builds
    /// which are created take seconds instead of minutes). With 0, or what is no
    /// number above it, time stands still until [`Sandbox::advance`] is called.
    ///
    /// What is there from the beginning does not move on: a build that runs goes on
    /// running until somebody acts on it.
    pub fn speed(mut self, speed: f64) -> Self {
        self.speed = if speed.is_finite() { speed.max(0.0) } else { 0.0 };
        self
    }

    /// Another schema to serve than Buildkite's, in GraphQL's schema definition
    /// language. It is read when the sandbox starts.
    ///
    /// All data is then made up from the types alone, and follows from the seed: an
    /// object has the same values however often it is asked for, and other values
    /// where a field has other arguments. Lists have up to three items; of what may
    /// be null about one in six is; unions, interfaces and enums take all their
    /// possible types and values in turn; numbers and texts have extreme ones among
    /// them. Connections in Relay's form are paged as Buildkite's are. Scalars that
    /// have no meaning here are any JSON value but null. Mutations change nothing
    /// and answer like queries.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let garden = "schema { query: Garden } type Garden { trees(tall: Boolean): [String!]! }";
    /// let sandbox = buildkite_sandbox::Sandbox::builder()
    ///     .schema(garden)
    ///     .start()
    ///     .await?;
    /// # drop(sandbox);
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Runtime::new()?.block_on(run())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn schema(mut self, sdl: impl Into<String>) -> Self {
        self.schema = Some(sdl.into());
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on, the server's thread not be started, or
    /// another [schema](Self::schema) is not valid.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortInUse { port: self.port },
            _ => StartError::Listen {
                port: self.port,
                source,
            },
        })?;
        listener
            .set_nonblocking(true)
            .map_err(StartError::Runtime)?;
        let port = listener.local_addr().map_err(StartError::Runtime)?.port();
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = oneshot::channel();
        let (done, finished) = oneshot::channel();
        let token = self.token.clone();
        let (seed, now, schema) = (self.seed, self.now, self.schema);
        let clock = Arc::new(Clock::new(self.speed));
        let serving = Arc::clone(&clock);
        let data = move || match schema {
            Some(text) => Invented::new(&text, seed, now).map(Data::Invented),
            None => ServedSchema::get()
                .map(|served| Data::Buildkite {
                    served,
                    store: Store::new(seed, now.into(), serving),
                })
                .map_err(str::to_owned),
        };
        let thread = std::thread::Builder::new()
            .name(format!("buildkite-sandbox-{port}"))
            .spawn(move || {
                serve(listener, data, token, ready, stopped);
                // Nobody may be waiting.
                let _ = done.send(());
            })
            .map_err(StartError::Runtime)?;
        match started.await {
            Ok(Ok(())) => Ok(Sandbox {
                url: format!("http://127.0.0.1:{port}{PATH}"),
                token: self.token,
                clock,
                stop: Some(stop),
                finished: Some(finished),
                thread: Some(thread),
            }),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(StartError::Runtime(io::Error::other(
                "the sandbox's thread ended before it was ready",
            ))),
        }
    }
}

/// Serves until told to stop, and tells how the start went.
fn serve(
    listener: TcpListener,
    data: impl FnOnce() -> Result<Data, String>,
    token: String,
    ready: oneshot::Sender<Result<(), StartError>>,
    stopped: oneshot::Receiver<()>,
) {
    let started = data().map_err(StartError::Schema).and_then(|data| {
        tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .thread_stack_size(STACK)
            .max_blocking_threads(WORKERS)
            .build()
            .map(|runtime| (data, runtime))
            .map_err(StartError::Runtime)
    });
    let (data, runtime) = match started {
        Ok(started) => started,
        Err(error) => {
            // If nobody waits for the answer, there is nobody to tell.
            let _ = ready.send(Err(error));
            return;
        }
    };
    let app = Arc::new(App { data, token });
    runtime.block_on(async move {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                let _ = ready.send(Err(StartError::Runtime(error)));
                return;
            }
        };
        let (drain, draining) = oneshot::channel::<()>();
        let server = axum::serve(listener, router(app)).with_graceful_shutdown(async {
            // Either way it is time to stop.
            let _ = draining.await;
        });
        if ready.send(Ok(())).is_err() {
            return;
        }
        let mut server = std::pin::pin!(server.into_future());
        tokio::select! {
            // An error here is not possible: accepting is retried for ever.
            _ = &mut server => return,
            _ = stopped => {}
        }
        drop(drain);
        // What is not answered by then is cut off.
        let _ = tokio::time::timeout(GRACE, server).await;
    });
    runtime.shutdown_background();
}

/// Buildkite's GraphQL API in this process, on a loopback port.
///
/// Dropping it stops the server and frees the port; [`Sandbox::stop`] does the same
/// without blocking the thread. Any number may run at once.
pub struct Sandbox {
    url: String,
    token: String,
    clock: Arc<Clock>,
    stop: Option<oneshot::Sender<()>>,
    finished: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox with the default seed on any free port.
    ///
    /// # Errors
    ///
    /// When no port can be listened on, or the server's thread not be started.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// A sandbox with settings of its own.
    pub fn builder() -> Builder {
        Builder {
            seed: SEED,
            port: 0,
            token: SANDBOX_TOKEN.to_owned(),
            now: Timestamp::from_second(EPOCH).unwrap_or(Timestamp::UNIX_EPOCH),
            speed: SPEED,
            schema: None,
        }
    }

    /// The GraphQL endpoint, such as `http://127.0.0.1:40123/v1`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token to send as `Authorization: Bearer …`.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Puts the sandbox's clock forward: builds that were created move on as if so much
    /// time had passed.
    pub fn advance(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Stops the server and waits until it has stopped. Requests that are being
    /// answered get two seconds.
    pub async fn stop(mut self) {
        self.stop.take();
        if let Some(finished) = self.finished.take() {
            // Sent or dropped: the server has stopped.
            let _ = finished.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
