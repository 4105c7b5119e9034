//! Faults: what goes wrong, and when.

mod content;
mod plan;
mod spec;
pub(crate) mod transport;

use std::time::Duration;

pub(crate) use self::content::spoil;
pub(crate) use self::plan::Plan;
pub use self::spec::FaultError;

/// Something that goes wrong on request.
///
/// A fault says what happens, and to which requests; without conditions, to all of
/// them. Whether it happens by [chance](Self::chance) follows from the sandbox's seed and
/// from the number of the request, so that it is the same in every run. The first fault
/// that replaces the answer wins; delays and spoiled contents add up.
///
/// ```
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use buildkite_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::builder()
///     .fault(Fault::status(503).times(2))
///     .fault(Fault::latency(Duration::from_millis(50)).chance(0.2))
///     .start()
///     .await?;
/// // While it runs: the next build is created, but nobody is told.
/// sandbox.inject(Fault::reset().after_running().on("buildCreate").times(1));
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new()?.block_on(run())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # As text
///
/// A fault can be written down, for `bkq sandbox --fault` and for the request header
/// `Sandbox-Fault`, which puts it into that one request: what happens, then conditions
/// (in the header only `after-running`), in words with white space between them.
///
/// | what happens | words |
/// |---|---|
/// | the answer comes later | `latency=50ms`, and up to so much more: `jitter=20ms` |
/// | an HTTP error | `status=429`, `status=500`, `status=502`, … |
/// | "busy" in a 200 | `busy` |
/// | connections are refused for a time | `refuse=200ms` |
/// | the connection is reset | `reset` |
/// | the answer ends in the middle | `cut` |
/// | the answer is not JSON any more | `invalid-json` |
/// | a page of HTML in a 200 | `html` |
/// | the wrong content type | `content-type` |
/// | the answer comes drop by drop | `drip=10ms` |
/// | no answer ever | `hang` |
/// | an error at a path, null there | `partial-error`, `partial-error=a.b.0.c` |
/// | null where there must be none | `null`, `null=a.b` |
/// | an enum value that the schema does not have | `unknown-enum`, `unknown-enum=a.b` |
/// | an object type that the schema does not have | `unknown-type`, `unknown-type=a.b` |
/// | the cursor of the page before again | `repeated-cursor` |
/// | `hasNextPage` for ever | `endless-pages` |
/// | a `count` that disagrees with the rows | `wrong-count` |
///
/// | condition | words |
/// |---|---|
/// | the first so many requests that it concerns | `times=2` |
/// | not before so many others | `skip=3` |
/// | by chance | `chance=0.25` |
/// | operations of a name, or with a field of the root | `on=RecentBuilds`, `on=buildCreate` |
/// | the operation runs first | `after-running` |
///
/// ```
/// use buildkite_sandbox::Fault;
///
/// let fault: Fault = "status=504 after-running on=buildCreate times=1".parse()?;
/// assert_eq!(fault, Fault::status(504).after_running().on("buildCreate").times(1));
/// # Ok::<(), buildkite_sandbox::FaultError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) times: Option<u64>,
    pub(crate) skip: u64,
    pub(crate) chance: Option<f64>,
    pub(crate) on: Option<String>,
    pub(crate) after_running: bool,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Latency { least: Duration, jitter: Duration },
    Status(u16),
    Busy,
    Refuse(Duration),
    Reset,
    Cut,
    InvalidJson,
    Html,
    ContentType,
    Drip(Duration),
    Hang,
    Spoil(Spoil),
}

/// What goes wrong in the data of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spoil {
    PartialError(Option<String>),
    Null(Option<String>),
    UnknownEnum(Option<String>),
    UnknownType(Option<String>),
    RepeatedCursor,
    EndlessPages,
    WrongCount,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            times: None,
            skip: 0,
            chance: None,
            on: None,
            after_running: false,
        }
    }

    /// The answer comes so much later.
    pub fn latency(least: Duration) -> Self {
        let jitter = Duration::ZERO;
        Self::new(Kind::Latency { least, jitter })
    }

    /// Of a [latency](Self::latency): up to so much more. Of any other fault: nothing.
    #[must_use]
    pub fn jitter(mut self, most: Duration) -> Self {
        if let Kind::Latency { jitter, .. } = &mut self.kind {
            *jitter = most;
        }
        self
    }

    /// An answer with another status than 200: a page of HTML for a gateway's (502, 503
    /// and 504), a JSON message for any other. Below 400 it is taken as 500.
    pub fn status(status: u16) -> Self {
        let status = if (400..600).contains(&status) {
            status
        } else {
            500
        };
        Self::new(Kind::Status(status))
    }

    /// An error in a 200 that says that the server is busy.
    pub fn busy() -> Self {
        Self::new(Kind::Busy)
    }

    /// The connection is reset, and new ones are refused for a time.
    pub fn refuse(time: Duration) -> Self {
        Self::new(Kind::Refuse(time))
    }

    /// The connection is reset.
    pub fn reset() -> Self {
        Self::new(Kind::Reset)
    }

    /// The operation runs, and the connection ends in the middle of the answer.
    pub fn cut() -> Self {
        Self::new(Kind::Cut)
    }

    /// The operation runs, and its answer is spoiled so that it is no JSON.
    pub fn invalid_json() -> Self {
        Self::new(Kind::InvalidJson)
    }

    /// A page of HTML in a 200.
    pub fn html() -> Self {
        Self::new(Kind::Html)
    }

    /// The operation runs, and its answer is said to be plain text.
    pub fn content_type() -> Self {
        Self::new(Kind::ContentType)
    }

    /// The operation runs, and its answer comes in sixteen pieces with so much time
    /// between them.
    pub fn drip(pause: Duration) -> Self {
        Self::new(Kind::Drip(pause))
    }

    /// There is no answer, ever.
    pub fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    /// An error at a place that may be null, which then is. The place is given as a
    /// path through the answer, or is any.
    pub fn partial_error<'p>(path: impl Into<Option<&'p str>>) -> Self {
        Self::new(Kind::Spoil(Spoil::PartialError(owned(path.into()))))
    }

    /// Null at a place that must not be null, without an error.
    pub fn null<'p>(path: impl Into<Option<&'p str>>) -> Self {
        Self::new(Kind::Spoil(Spoil::Null(owned(path.into()))))
    }

    /// An enum value that the schema does not have.
    pub fn unknown_enum<'p>(path: impl Into<Option<&'p str>>) -> Self {
        Self::new(Kind::Spoil(Spoil::UnknownEnum(owned(path.into()))))
    }

    /// A `__typename` that the schema does not have, on an interface or union.
    pub fn unknown_type<'p>(path: impl Into<Option<&'p str>>) -> Self {
        Self::new(Kind::Spoil(Spoil::UnknownType(owned(path.into()))))
    }

    /// Every page ends with the cursor that it was asked to begin after, and there is
    /// said to be more.
    pub fn repeated_cursor() -> Self {
        Self::new(Kind::Spoil(Spoil::RepeatedCursor))
    }

    /// There is always said to be another page.
    pub fn endless_pages() -> Self {
        Self::new(Kind::Spoil(Spoil::EndlessPages))
    }

    /// Every `count` of a connection is seven too many.
    pub fn wrong_count() -> Self {
        Self::new(Kind::Spoil(Spoil::WrongCount))
    }

    /// Only the first so many requests that the fault concerns.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Not the first so many requests that the fault concerns.
    #[must_use]
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// Only with this probability, from 0 to 1.
    #[must_use]
    pub fn chance(mut self, probability: f64) -> Self {
        self.chance = Some(probability);
        self
    }

    /// Only requests whose operation has this name, or asks for this field of the root.
    #[must_use]
    pub fn on(mut self, name: impl Into<String>) -> Self {
        self.on = Some(name.into());
        self
    }

    /// The operation runs before its answer is lost: a mutation has its effect.
    #[must_use]
    pub fn after_running(mut self) -> Self {
        self.after_running = true;
        self
    }

    /// Whether the fault happens to some requests only.
    pub(crate) fn is_conditional(&self) -> bool {
        self.times.is_some() || self.skip > 0 || self.chance.is_some() || self.on.is_some()
    }

    /// Whether the operation runs although the fault replaces its answer.
    pub(crate) fn runs(&self) -> bool {
        let loses_all = matches!(
            self.kind,
            Kind::Status(_) | Kind::Busy | Kind::Refuse(_) | Kind::Reset | Kind::Html | Kind::Hang
        );
        self.after_running || !loses_all
    }

    /// Whether there is another answer than that of the operation.
    pub(crate) fn replaces(&self) -> bool {
        !matches!(self.kind, Kind::Latency { .. } | Kind::Spoil(_))
    }
}

fn owned(path: Option<&str>) -> Option<String> {
    path.map(str::to_owned)
}
