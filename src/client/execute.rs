//! One operation on its way.

use std::fmt;
use std::future::{self, Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::{Client, Inner, answer, envelope};
use crate::transport::{Answer, Next, Request};
use crate::{Error, Operation, OperationKind, Response};

/// An operation that is about to be sent: await it, or change how first.
///
/// Made by [`Client::execute`].
#[must_use = "nothing is sent before it is awaited"]
pub struct Execute<'a, O> {
    client: &'a Client,
    operation: O,
    partial: bool,
}

impl<'a, O: Operation> Execute<'a, O> {
    pub(super) fn new(client: &'a Client, operation: O) -> Self {
        Self {
            client,
            operation,
            partial: false,
        }
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
        self.partial = true;
        self
    }
}

impl<O: Operation> IntoFuture for Execute<'_, O> {
    type Output = Result<Response<O::Data>, Error>;
    type IntoFuture = Executing<O::Data>;

    fn into_future(self) -> Executing<O::Data> {
        Executing::new(self.client, &self.operation, self.partial)
    }
}

impl<O: Operation> fmt::Debug for Execute<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Execute")
            .field("operation", &self.operation.name())
            .field("partial", &self.partial)
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
    answer: Answering,
    data: PhantomData<fn() -> T>,
}

impl<T> Executing<T> {
    fn new<O: Operation<Data = T>>(client: &Client, operation: &O, partial: bool) -> Self {
        let kind = operation.kind();
        let name = operation.name();
        let span = tracing::info_span!(
            "buildkite.operation",
            operation = name,
            kind = ?kind,
            attempts = Empty,
        );
        let call = Call {
            client: client.clone(),
            kind,
            name: name.to_owned(),
            requested: operation.requested_complexity(),
            attempt: 0,
            deadline: None,
            body: Bytes::new(),
            span,
        };
        // The variables are written now, so that the future does not hold the
        // operation and is as free to move as the client.
        match envelope::request(operation) {
            Ok(body) => {
                let mut call = Call { body, ..call };
                let answer = call.first();
                Self::waiting(call, partial, answer)
            }
            Err(error) => Self::waiting(call, partial, Box::pin(future::ready(Err(error)))),
        }
    }

    fn waiting(call: Call, partial: bool, answer: Answering) -> Self {
        Self {
            call,
            partial,
            answer,
            data: PhantomData,
        }
    }
}

/// An answer on its way.
type Answering = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

/// What is needed to send an operation, and to send it again.
struct Call {
    client: Client,
    kind: OperationKind,
    name: String,
    /// The most points that it can cost, if somebody has counted.
    requested: Option<u64>,
    body: Bytes,
    /// How often it was sent so far.
    attempt: u32,
    deadline: Option<Instant>,
    span: Span,
}

impl Call {
    /// Sends the operation for the first time, once somebody waits for the answer.
    fn first(&mut self) -> Answering {
        let transport = &self.client.inner.transport;
        transport.retries().begin();
        self.deadline = transport.deadline();
        self.send(Duration::ZERO)
    }

    /// Sends the operation once more after a failure, if that may help and is safe;
    /// otherwise hands the error on.
    fn again(&mut self, error: Error) -> Result<Answering, Error> {
        let error = error
            .with_operation(self.kind, &self.name)
            .with_attempts(self.attempt);
        let retries = self.client.inner.transport.retries();
        match retries.after(&error, self.attempt, self.deadline) {
            Next::After(wait) => {
                self.span.in_scope(|| {
                    tracing::info!(
                        attempt = self.attempt,
                        wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                        error = ?error.kind(),
                        status = error.status(),
                        "sent again after a wait"
                    );
                });
                Ok(self.send(wait))
            }
            Next::No => Err(error),
            Next::NoMore(why) => Err(error.given_up(why)),
        }
    }

    fn send(&mut self, wait: Duration) -> Answering {
        self.attempt += 1;
        self.span.record("attempts", self.attempt);
        let (client, number, deadline) = (self.client.clone(), self.attempt, self.deadline);
        let (name, requested) = (self.name.clone(), self.requested);
        let request = Request {
            method: Method::POST,
            url: client.inner.endpoint.clone(),
            body: self.body.clone(),
        };
        let sent = async move {
            if !wait.is_zero() {
                sleep(wait).await;
            }
            let Inner {
                transport, budget, ..
            } = &*client.inner;
            let reservation = budget.reserve(&name, requested, deadline).await?;
            let answer = transport.send(&request, number, deadline).await;
            match (reservation, &answer) {
                (Some(reservation), Ok(answer)) => reservation.settle(&name, answer),
                (Some(reservation), Err(error)) if !error.may_have_been_sent() => {
                    reservation.give_back();
                }
                _ => {}
            }
            answer
        };
        Box::pin(sent.instrument(self.span.clone()))
    }
}

impl<T: DeserializeOwned> Future for Executing<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let answer = ready!(self.answer.as_mut().poll(cx));
            let token = self.call.client.inner.transport.token();
            let result = answer.and_then(|answer| answer::read(&answer, self.partial, token));
            let error = match result {
                Ok(response) => return Poll::Ready(Ok(response)),
                Err(error) => error,
            };
            match self.call.again(error) {
                Ok(answer) => self.answer = answer,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl<T> fmt::Debug for Executing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executing")
            .field("operation", &self.call.name)
            .field("attempt", &self.call.attempt)
            .field("partial", &self.partial)
            .finish_non_exhaustive()
    }
}
