//! One operation on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use reqwest::Method;
use serde::de::DeserializeOwned;
use tracing::Instrument;

use super::{Client, answer, envelope};
use crate::transport::{Answer, Request};
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
    client: Client,
    kind: OperationKind,
    name: String,
    partial: bool,
    answer: Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>,
    data: PhantomData<fn() -> T>,
}

impl<T> Executing<T> {
    fn new<O: Operation<Data = T>>(client: &Client, operation: &O, partial: bool) -> Self {
        let kind = operation.kind();
        let name = operation.name();
        // The variables are written now, so that the future does not hold the
        // operation and is as free to move as the client.
        let body = envelope::request(operation);
        Self {
            client: client.clone(),
            kind,
            name: name.to_owned(),
            partial,
            answer: Box::pin(exchange(client.clone(), kind, name.to_owned(), body)),
            data: PhantomData,
        }
    }
}

async fn exchange(
    client: Client,
    kind: OperationKind,
    name: String,
    body: Result<Bytes, Error>,
) -> Result<Answer, Error> {
    let request = Request {
        method: Method::POST,
        url: client.inner.endpoint.clone(),
        body: body?,
    };
    let span = tracing::info_span!("buildkite.operation", operation = name, kind = ?kind);
    client.inner.transport.send(&request).instrument(span).await
}

impl<T: DeserializeOwned> Future for Executing<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.answer.as_mut().poll(cx));
        let result = answer.and_then(|answer| {
            answer::read(&answer, self.partial, self.client.inner.transport.token())
        });
        Poll::Ready(result.map_err(|error| error.with_operation(self.kind, &self.name)))
    }
}

impl<T> fmt::Debug for Executing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executing")
            .field("operation", &self.name)
            .field("partial", &self.partial)
            .finish_non_exhaustive()
    }
}
