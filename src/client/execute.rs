//! One operation on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::{Client, Inner, answer, envelope};
use crate::observe::{Event, OperationOutcome};
use crate::transport::{Answer, Limits, Request, Retry};
use crate::{Error, ErrorKind, Operation, OperationKind, Response, budget};

/// An operation that is about to be sent: await it, or change how first.
///
/// Made by [`Client::execute`].
#[must_use = "nothing is sent before it is awaited"]
pub struct Execute<'a, O> {
    client: &'a Client,
    operation: O,
    settings: Settings,
}

/// How an operation is executed.
#[derive(Debug, Clone, Copy, Default)]
struct Settings {
    /// Whether data is good that errors came along with.
    partial: bool,
    timeouts: AfterTimeout,
    begun: Option<Begun>,
}

/// What was done before for the same thing, by operations that asked for more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    /// How often something was sent.
    pub(crate) attempts: u32,
    /// When all of it has to be over.
    pub(crate) deadline: Option<Instant>,
}

/// What happens once the server takes too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum AfterTimeout {
    /// What the retry policy says.
    #[default]
    Retry,
    /// The error is handed on to somebody who asks for less.
    HandOn,
}

impl<'a, O: Operation> Execute<'a, O> {
    pub(super) fn new(client: &'a Client, operation: O) -> Self {
        Self {
            client,
            operation,
            settings: Settings::default(),
        }
    }

    /// Hands a time-out on instead of trying again: for whoever asks for less then.
    pub(crate) fn hand_on_timeouts(mut self) -> Self {
        self.settings.timeouts = AfterTimeout::HandOn;
        self
    }

    /// Goes on with what was begun before, within its time and attempts.
    pub(crate) fn going_on(mut self, begun: Begun) -> Self {
        self.settings.begun = Some(begun);
        self
    }

    /// Takes data for good although errors came along with it;
    /// [`Response::errors`] lists them.
    ///
    /// Without it every error in an answer is an `Err`, which keeps the data
    /// ([`Error::partial_data`]). With it an answer is still an `Err` where
    /// there is no data at all, or where a null stands in a place that the
    /// operation's data type does not allow.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::RecentBuilds;
    ///
    /// # async fn run() -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let answer = bk
    ///     .execute(RecentBuilds::new("acme-inc/web"))
    ///     .allow_partial_data()
    ///     .await?;
    /// for error in answer.errors() {
    ///     eprintln!("missing: {error}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_partial_data(mut self) -> Self {
        self.settings.partial = true;
        self
    }
}

impl<O: Operation> IntoFuture for Execute<'_, O> {
    type Output = Result<Response<O::Data>, Error>;
    type IntoFuture = Executing<O::Data>;

    fn into_future(self) -> Executing<O::Data> {
        Executing::new(self.client, &self.operation, self.settings)
    }
}

impl<O: Operation> fmt::Debug for Execute<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Execute")
            .field("operation", &self.operation.name())
            .field("partial", &self.settings.partial)
            .finish_non_exhaustive()
    }
}

/// The future of an operation on its way to a [`Response`].
///
/// Everything up to the bytes of the answer is the same code for all
/// operations; only writing the variables and reading the data depend on them.
#[must_use = "futures do nothing unless polled"]
pub struct Executing<T> {
    call: Call,
    partial: bool,
    stage: Stage,
    data: PhantomData<fn() -> T>,
}

/// How far an operation is.
enum Stage {
    /// Nobody has asked for it yet.
    New,
    Refused(Error),
    Sent(Sending),
    Done,
}

impl<T> Executing<T> {
    fn new<O: Operation<Data = T>>(client: &Client, operation: &O, settings: Settings) -> Self {
        let (body, stage) = match envelope::request(operation) {
            Ok(body) => (body, Stage::New),
            Err(error) => (Bytes::new(), Stage::Refused(error)),
        };
        // The variables are written now, so that the future does not hold the
        // operation and is as free to move as the client.
        Self {
            call: Call::new(client, operation, body, settings),
            partial: settings.partial,
            stage,
            data: PhantomData,
        }
    }
}

/// An attempt on its way.
type Sending = Pin<Box<dyn Future<Output = Sent> + Send>>;

/// What came of an attempt.
enum Sent {
    Yes(Result<Answer, Error>),
    /// There were no points for it.
    No(Error),
}

/// What is needed to send an operation, and to send it again.
struct Call {
    client: Client,
    kind: OperationKind,
    name: String,
    /// The most points that it can cost, if somebody has counted.
    requested: Option<u64>,
    body: Bytes,
    timeouts: AfterTimeout,
    begun: Option<Begun>,
    /// How often it was sent so far, an attempt on its way included.
    sent: Arc<AtomicU32>,
    began: Instant,
    deadline: Option<Instant>,
    /// Why the attempt before failed.
    failed: Option<Error>,
    span: Span,
}

impl Call {
    fn new<O: Operation>(client: &Client, operation: &O, body: Bytes, settings: Settings) -> Self {
        let kind = operation.kind();
        let name = operation.name();
        let span = tracing::info_span!(
            "buildkite.operation",
            operation = name,
            kind = ?kind,
            attempts = Empty,
        );
        Self {
            client: client.clone(),
            kind,
            name: name.to_owned(),
            requested: operation.requested_complexity(),
            body,
            timeouts: settings.timeouts,
            begun: settings.begun,
            sent: Arc::new(AtomicU32::new(
                settings.begun.map_or(0, |begun| begun.attempts),
            )),
            began: Instant::now(),
            deadline: None,
            failed: None,
            span,
        }
    }

    fn tell(&self, event: &Event<'_>) {
        self.client.inner.tell(event);
    }

    fn attempts(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends the operation for the first time, once somebody waits for the answer.
    fn first(&mut self) -> Sending {
        let transport = &self.client.inner.transport;
        self.began = Instant::now();
        self.deadline = if let Some(begun) = self.begun {
            begun.deadline
        } else {
            transport.retries().begin();
            transport.deadline()
        };
        self.tell(&Event::Started {
            operation: &self.name,
            kind: self.kind,
            requested: self.requested,
        });
        self.send(Duration::ZERO)
    }

    /// Sends the operation once more after a failure, if that may help and is safe;
    /// otherwise hands the error on.
    fn again(&mut self, error: Error) -> Result<Sending, Error> {
        let error = self.named(error);
        if self.timeouts == AfterTimeout::HandOn && error.is_too_slow() {
            return Err(error);
        }
        let attempts = self.attempts();
        let retries = self.client.inner.transport.retries();
        match retries.after(&error, attempts, self.deadline) {
            Retry::After(wait) => {
                self.span.in_scope(|| {
                    tracing::info!(
                        attempt = attempts,
                        wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                        error = ?error.kind(),
                        status = error.status(),
                        "sent again after a wait"
                    );
                });
                self.tell(&Event::Retry {
                    operation: &self.name,
                    attempt: attempts,
                    wait,
                    error: error.kind(),
                });
                self.failed = Some(error);
                Ok(self.send(wait))
            }
            Retry::No => Err(error),
            Retry::NoMore(why) => Err(error.given_up(why)),
        }
    }

    /// The error for an attempt that there were no points for: that of the attempt before,
    /// if there was one.
    fn without_points(&mut self, error: Error) -> Error {
        match self.failed.take() {
            None => self.named(error),
            Some(failed) => failed.given_up(format!("not tried again, because {error}")),
        }
    }

    fn named(&self, error: Error) -> Error {
        error
            .with_operation(self.kind, &self.name)
            .with_attempts(self.attempts())
    }

    fn send(&mut self, wait: Duration) -> Sending {
        let (client, sent, deadline) = (self.client.clone(), Arc::clone(&self.sent), self.deadline);
        let (name, requested) = (self.name.clone(), self.requested);
        let request = Request {
            method: Method::POST,
            url: client.inner.endpoint.clone(),
            body: self.body.clone(),
        };
        let sending = async move {
            if !wait.is_zero() {
                sleep(wait).await;
            }
            match client
                .inner
                .attempt(&name, requested, &request, &sent, deadline)
                .await
            {
                Ok(answer) => Sent::Yes(answer),
                Err(error) => Sent::No(error),
            }
        };
        Box::pin(sending.instrument(self.span.clone()))
    }

    fn finish(&self, outcome: OperationOutcome) {
        self.span.record("attempts", self.attempts());
        self.tell(&Event::Finished {
            operation: &self.name,
            attempts: self.attempts(),
            elapsed: self.began.elapsed(),
            outcome,
        });
    }
}

impl Client {
    /// Counts something that is begun, for the share that may be sent again.
    pub(crate) fn begin(&self) -> Begun {
        let transport = &self.inner.transport;
        transport.retries().begin();
        Begun {
            attempts: 0,
            deadline: transport.deadline(),
        }
    }

    /// What comes after a failure, where the caller changes what it asks for.
    pub(crate) fn after(&self, error: &Error, begun: Begun) -> Retry {
        let retries = self.inner.transport.retries();
        let next = retries.after(error, begun.attempts, begun.deadline);
        if let Retry::After(wait) = next {
            self.inner.tell(&Event::Retry {
                operation: error.operation().unwrap_or_default(),
                attempt: begun.attempts,
                wait,
                error: error.kind(),
            });
        }
        next
    }
}

impl Inner {
    fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.observe(event);
        }
    }

    /// One attempt within the budget. The outer error says that nothing was sent.
    async fn attempt(
        &self,
        name: &str,
        requested: Option<u64>,
        request: &Request,
        sent: &AtomicU32,
        deadline: Option<Instant>,
    ) -> Result<Result<Answer, Error>, Error> {
        let mut reservation = self.budget.reserve(name, requested, deadline).await?;
        if let Some(reservation) = &mut reservation {
            self.tell(&Event::Reserved {
                operation: name,
                points: reservation.points(),
                waited: reservation.waited(),
            });
            reservation.sending();
        }
        let number = sent.fetch_add(1, Ordering::Relaxed) + 1;
        let started = Instant::now();
        let mut heard = Limits::default();
        let answer = self
            .transport
            .send(request, number, deadline, &mut heard)
            .await;
        self.tell(&Event::Attempt {
            operation: name,
            attempt: number,
            elapsed: started.elapsed(),
            status: match &answer {
                Ok(answer) => Some(answer.status.as_u16()),
                Err(error) => error.status(),
            },
            error: answer.as_ref().err().map(Error::kind),
            complexity: heard.complexity,
            organization: heard.organization,
            user: heard.user,
        });
        if let Some(reservation) = reservation {
            let ending = match &answer {
                Ok(answer) if answer.status.is_success() => budget::Ending::Done,
                Ok(answer) if answer.status.is_client_error() => budget::Ending::Refused,
                Ok(_) => budget::Ending::Lost,
                Err(error) if error.may_have_been_sent() => budget::Ending::Lost,
                Err(_) => budget::Ending::NotSent,
            };
            reservation.settle(name, ending, heard);
        }
        Ok(answer)
    }
}

impl<T: DeserializeOwned> Executing<T> {
    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response<T>, Error>> {
        loop {
            let sending = match &mut self.stage {
                Stage::Sent(sending) => sending,
                Stage::New => {
                    self.stage = Stage::Sent(self.call.first());
                    continue;
                }
                Stage::Refused(_) | Stage::Done => {
                    let stage = std::mem::replace(&mut self.stage, Stage::Done);
                    let error = match stage {
                        Stage::Refused(error) => self.call.named(error),
                        _ => Error::new(ErrorKind::Config, "polled again after its answer"),
                    };
                    return Poll::Ready(Err(error));
                }
            };
            let answer = match ready!(sending.as_mut().poll(cx)) {
                Sent::Yes(answer) => answer,
                Sent::No(error) => return Poll::Ready(Err(self.call.without_points(error))),
            };
            let token = self.call.client.inner.transport.token();
            let result = answer.and_then(|answer| answer::read::<T>(&answer, self.partial, token));
            let error = match result {
                Ok(response) => {
                    let response = response.with_attempts(self.call.attempts());
                    return Poll::Ready(Ok(response));
                }
                Err(error) => error,
            };
            match self.call.again(error) {
                Ok(sending) => self.stage = Stage::Sent(sending),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl<T: DeserializeOwned> Future for Executing<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.poll_answer(cx));
        if matches!(self.stage, Stage::Sent(_)) {
            self.stage = Stage::Done;
            self.call.finish(match &answer {
                Ok(_) => OperationOutcome::Answered,
                Err(error) => OperationOutcome::Failed(error.kind()),
            });
        }
        Poll::Ready(answer)
    }
}

impl<T> Drop for Executing<T> {
    fn drop(&mut self) {
        if matches!(self.stage, Stage::Sent(_)) {
            self.call.finish(OperationOutcome::Abandoned);
        }
    }
}

impl<T> fmt::Debug for Executing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executing")
            .field("operation", &self.call.name)
            .field("attempts", &self.call.attempts())
            .field("partial", &self.partial)
            .finish_non_exhaustive()
    }
}
