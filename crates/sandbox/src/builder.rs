//! What a sandbox is to be like.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::data::{self, pin};
use crate::error::StartError;
use crate::faults::{Fault, Plan};
use crate::invented::Invented;
use crate::limits::Limits;
use crate::limits::windows::Windows;
use crate::sandbox::{Controls, Sandbox};
use crate::schema::ServedSchema;
use crate::server::Data;
use crate::world::cast::{Size, acme};
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

/// As many builds as IDs have room for, and still more than anybody has.
const MOST_BUILDS: u64 = 1_000_000_000;
/// As many pipelines as an answer can list.
const MOST_PIPELINES: u64 = 100_000;

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
    limits: Option<Limits>,
    faults: Vec<Fault>,
    size: Size,
    data: Option<data::Data>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            seed: SEED,
            port: 0,
            token: SANDBOX_TOKEN.to_owned(),
            now: Timestamp::from_second(EPOCH).unwrap_or(Timestamp::UNIX_EPOCH),
            speed: SPEED,
            schema: None,
            limits: None,
            faults: Vec::new(),
            size: Size::default(),
            data: None,
        }
    }

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
        self.speed = if speed.is_finite() {
            speed.max(0.0)
        } else {
            0.0
        };
        self
    }

    /// What is refused (default: [`Limits::default`], and [`Limits::none`] for
    /// [another schema](Self::schema)). Windows last as long as they do in real time,
    /// whatever the [speed](Self::speed), because that is the time for which a client
    /// waits; where time stands still, they pass by [`Sandbox::advance`] alone.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// How many builds all pipelines have together before any is created (default: 965).
    ///
    /// Builds are worked out when they are asked for, so a million of them cost neither
    /// time at the start nor memory. They are shared out among the pipelines, come more
    /// often the more there are, and go back further in time where five minutes between
    /// two would not be enough. They are the invented organization's: with
    /// [data](Self::data) of your own it is to be there as well, or this is refused. Filters
    /// look at the builds one after the other, so that
    /// what matches rarely, and the `count` of what is filtered, takes time: of a million
    /// builds a second or two for builds, up to ten for jobs.
    pub fn builds(mut self, builds: u64) -> Self {
        self.size.builds = Some(builds.min(MOST_BUILDS));
        self
    }

    /// How many pipelines the invented organization has before any is created (default: 12,
    /// at least 1).
    pub fn pipelines(mut self, pipelines: u64) -> Self {
        self.size.pipelines = Some(pipelines.clamp(1, MOST_PIPELINES));
        self
    }

    /// What the organization has, instead of what would be invented (default: all is
    /// invented). See [`data`](crate::data).
    pub fn data(mut self, data: data::Data) -> Self {
        self.data = Some(data);
        self
    }

    /// Something that goes wrong (default: nothing does). May be called any number of
    /// times; see [`Fault`].
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
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
    /// When the port cannot be listened on, the server's thread not be started, another
    /// [schema](Self::schema) is not valid, or something cannot be as the
    /// [data](Self::data) says.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortInUse { port: self.port },
            _ => StartError::Listen {
                port: self.port,
                source,
            },
        })?;
        let (seed, now, schema, size) = (self.seed, self.now, self.schema, self.size);
        let clock = Arc::new(Clock::new(self.speed));
        let serving = Arc::clone(&clock);
        let limits = self.limits.unwrap_or_else(|| match &schema {
            Some(_) => Limits::none(),
            None => Limits::default(),
        });
        let controls = Controls {
            windows: Arc::new(Windows::new(limits.clone(), Arc::clone(&clock))),
            limits,
            clock,
            plan: Arc::new(Plan::new(seed, self.faults)),
            journal: Arc::default(),
            gate: Arc::default(),
            is_stopping: watch::Sender::new(false),
        };
        let state = match &self.data {
            Some(data) => pin(data, seed, now.into(), size).map_err(StartError::Data)?,
            None => acme(now.into(), size),
        };
        let data = move || match schema {
            Some(text) => {
                Invented::new(&text, seed, now).map(|made| Data::Invented(Box::new(made)))
            }
            None => ServedSchema::get()
                .map(|served| Data::Buildkite {
                    served,
                    store: Store::new(seed, now.into(), serving, state),
                })
                .map_err(str::to_owned),
        };
        Sandbox::serve(listener, data, self.token, controls).await
    }
}
