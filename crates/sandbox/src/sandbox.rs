//! Starting and stopping a sandbox.

use std::fmt;
use std::future::IntoFuture as _;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::builder::Builder;
use crate::error::StartError;
use crate::faults::{Fault, Plan};
use crate::limits::windows::Windows;
use crate::limits::{Limits, Quota, RateLimits};
use crate::listener::{Door, Gate, Line};
use crate::log::{Journal, Log};
use crate::replay::Replay;
use crate::server::{App, Data, PATH, router};
use crate::world::clock::Clock;

/// Room for the executor, which recurses with the nesting of the query.
const STACK: usize = 64 * 1024 * 1024;
/// How many requests are executed at the same time.
const WORKERS: usize = 4;
/// How long a stopping sandbox waits for answers that are on their way.
const GRACE: Duration = Duration::from_secs(2);

/// By what a running sandbox is steered, and what it tells about itself.
#[derive(Clone, Debug)]
pub(crate) struct Controls {
    pub(crate) clock: Arc<Clock>,
    pub(crate) limits: Limits,
    pub(crate) windows: Arc<Windows>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) is_stopping: watch::Sender<bool>,
}

impl Controls {
    /// Waits until the sandbox is to stop.
    pub(crate) async fn stopping(&self) {
        let mut stopping = self.is_stopping.subscribe();
        // The sender is at hand, so this ends only when it is told to.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}

/// Buildkite's GraphQL API in this process, on a loopback port.
///
/// Dropping it stops the server and frees the port; [`Sandbox::stop`] does the same
/// without blocking the thread. Any number may run at once.
pub struct Sandbox {
    url: String,
    token: String,
    controls: Controls,
    stop: Option<oneshot::Sender<()>>,
    finished: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Serves on a listener from a thread of its own.
    pub(crate) async fn serve(
        listener: TcpListener,
        data: impl FnOnce() -> Result<Data, String> + Send + 'static,
        token: String,
        controls: Controls,
    ) -> Result<Self, StartError> {
        listener
            .set_nonblocking(true)
            .map_err(StartError::Runtime)?;
        let port = listener.local_addr().map_err(StartError::Runtime)?.port();
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = oneshot::channel();
        let (done, finished) = oneshot::channel();
        let (accepted, steered) = (token.clone(), controls.clone());
        let thread = std::thread::Builder::new()
            .name(format!("buildkite-sandbox-{port}"))
            .spawn(move || {
                run(listener, data, accepted, steered, ready, stopped);
                // Nobody may be waiting.
                let _ = done.send(());
            })
            .map_err(StartError::Runtime)?;
        match started.await {
            Ok(Ok(())) => Ok(Self {
                url: format!("http://127.0.0.1:{port}{PATH}"),
                token,
                controls,
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
        Builder::new()
    }

    /// The GraphQL endpoint, such as `http://127.0.0.1:40123/v1`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token to send as `Authorization: Bearer …`.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Puts the sandbox's clock forward: builds that were created move on, and windows
    /// of rate limits pass, as if so much time had passed.
    pub fn advance(&self, time: Duration) {
        self.controls.clock.advance(time);
    }

    /// What is left of the points that may be spent, now.
    pub fn rate_limits(&self) -> RateLimits {
        self.controls.windows.now()
    }

    /// Spends points of a quota, as colleagues would who share it.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use buildkite_sandbox::{Quota, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.spend(Quota::Organization, 19_990);
    /// assert_eq!(sandbox.rate_limits().organization.remaining, 10);
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Runtime::new()?.block_on(run())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn spend(&self, quota: Quota, points: u64) {
        self.controls.windows.spend(quota, points);
    }

    /// Adds a fault to those that happen from now on.
    pub fn inject(&self, fault: Fault) {
        self.controls.plan.add(fault);
    }

    /// Takes all faults away.
    pub fn heal(&self) {
        self.controls.plan.clear();
    }

    /// What was asked so far, and what was done.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use buildkite_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start().await?;
    /// // … the code under test …
    /// assert_eq!(sandbox.log().ran("buildCreate"), 0);
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Runtime::new()?.block_on(run())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn log(&self) -> Log {
        self.controls.journal.read()
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

/// Serves until told to stop, and tells how the start went.
fn run(
    listener: TcpListener,
    data: impl FnOnce() -> Result<Data, String>,
    token: String,
    controls: Controls,
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
    let (gate, is_stopping) = (Arc::clone(&controls.gate), controls.is_stopping.clone());
    let app = Arc::new(App {
        replay: Replay::default(),
        data,
        token,
        controls,
    });
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener);
        let door = match listener.and_then(|listener| Door::new(listener, gate)) {
            Ok(door) => door,
            Err(error) => {
                let _ = ready.send(Err(StartError::Runtime(error)));
                return;
            }
        };
        let (drain, draining) = oneshot::channel::<()>();
        let service = router(app).into_make_service_with_connect_info::<Line>();
        let server = axum::serve(door, service).with_graceful_shutdown(async {
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
        is_stopping.send_replace(true);
        drop(drain);
        // What is not answered by then is cut off.
        let _ = tokio::time::timeout(GRACE, server).await;
    });
    runtime.shutdown_background();
}
