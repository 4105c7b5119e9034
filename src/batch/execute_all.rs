//! Many operations of one type, each in a request of its own.

use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::iter::Fuse;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::in_order::InOrder;
use super::{CONCURRENCY, Collecting};
use crate::client::Executing;
use crate::{Client, Error, Operation, Response};

/// Operations that are about to be sent: await them, read them as a
/// [`stream`](Self::stream), or change how first.
///
/// Made by [`Client::execute_all`].
#[must_use = "nothing is sent before it is awaited or its stream is polled"]
pub struct ExecuteAll<I> {
    client: Client,
    operations: I,
    concurrency: usize,
    partial: bool,
}

impl<O: Operation, I: Iterator<Item = O>> ExecuteAll<I> {
    pub(crate) fn new(client: Client, operations: I) -> Self {
        Self {
            client,
            operations,
            concurrency: CONCURRENCY,
            partial: false,
        }
    }

    /// How many operations are on their way at the same time; 8 unless set, and never
    /// less than one.
    ///
    /// An operation counts until its answer is handed out, so that no more answers than
    /// these wait behind a slow one.
    pub fn concurrency(mut self, operations: usize) -> Self {
        self.concurrency = operations;
        self
    }

    /// Takes data for good although errors came along with it, for each operation; see
    /// [`Execute::allow_partial_data`](crate::Execute::allow_partial_data).
    pub fn allow_partial_data(mut self) -> Self {
        self.partial = true;
        self
    }

    /// The answers one by one, in the order of the operations.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::BuildByUuid;
    ///
    /// # async fn run(uuids: std::io::Lines<std::io::StdinLock<'static>>) -> Result<(), Box<dyn std::error::Error>> {
    /// let bk = Client::from_env()?;
    /// // However long the list is, a few answers are in memory at a time.
    /// let mut answers = bk
    ///     .execute_all(uuids.map_while(Result::ok).map(BuildByUuid::new))
    ///     .stream();
    /// while let Some(answer) = answers.next().await {
    ///     match answer {
    ///         Ok(answer) => println!("{:?}", answer.build),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Responses<O, I> {
        Responses {
            running: InOrder::new(self.concurrency),
            client: self.client,
            operations: self.operations.fuse(),
            partial: self.partial,
            is_done: false,
        }
    }

    /// All answers, or the first error in the order of the operations. What is on its way
    /// by then is abandoned, and nothing else is sent; mutations among that may have been
    /// carried out.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::PipelineBySlug;
    ///
    /// # async fn run() -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let slugs = ["acme-inc/web", "acme-inc/infrastructure"];
    /// let pipelines = bk.execute_all(slugs.map(PipelineBySlug::new)).try_collect().await?;
    /// println!("{:?}", pipelines[1].pipeline);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_collect(self) -> Result<Vec<Response<O::Data>>, Error> {
        let mut stream = self.stream();
        let mut answers = Vec::with_capacity(stream.size_hint().0);
        while let Some(answer) = stream.next().await {
            answers.push(answer?);
        }
        Ok(answers)
    }
}

impl<O: Operation, I: Iterator<Item = O>> IntoFuture for ExecuteAll<I> {
    type Output = Vec<Result<Response<O::Data>, Error>>;
    type IntoFuture = Collecting<Responses<O, I>>;

    fn into_future(self) -> Self::IntoFuture {
        Collecting::new(self.stream())
    }
}

impl<I> fmt::Debug for ExecuteAll<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecuteAll")
            .field("concurrency", &self.concurrency)
            .field("partial", &self.partial)
            .finish_non_exhaustive()
    }
}

/// The answers to many operations, in their order; made by [`ExecuteAll::stream`].
///
/// An operation is taken from the iterator when there is room for it on the way, and
/// only while the stream is polled. An error belongs to its operation and does not end
/// the stream. Dropping the stream abandons what is on its way; mutations among that may
/// have been carried out.
#[must_use = "nothing is sent before the stream is polled"]
pub struct Responses<O: Operation, I> {
    client: Client,
    operations: Fuse<I>,
    running: InOrder<Executing<O::Data>>,
    partial: bool,
    is_done: bool,
}

impl<O: Operation, I: Iterator<Item = O>> Responses<O, I> {
    /// The next answer, or `None` behind the last one.
    pub async fn next(&mut self) -> Option<Result<Response<O::Data>, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<O: Operation, I: Iterator<Item = O>> Stream for Responses<O, I> {
    type Item = Result<Response<O::Data>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self {
            client,
            operations,
            running,
            partial,
            is_done,
        } = self.get_mut();
        let next = || {
            let execute = client.execute(operations.next()?);
            let execute = if *partial {
                execute.allow_partial_data()
            } else {
                execute
            };
            Some(execute.into_future())
        };
        let item = ready!(running.poll_next(cx, next));
        *is_done = item.is_none();
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let running = self.running.len();
        let (least, most) = self.operations.size_hint();
        let most = most.and_then(|most| most.checked_add(running));
        (least.saturating_add(running), most)
    }
}

impl<O: Operation, I: Iterator<Item = O>> FusedStream for Responses<O, I> {
    fn is_terminated(&self) -> bool {
        self.is_done
    }
}

// Nothing in a stream is pinned in place: the requests on their way are boxed.
impl<O: Operation, I> Unpin for Responses<O, I> {}

impl<O: Operation, I> fmt::Debug for Responses<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses")
            .field("on_their_way", &self.running.len())
            .field("partial", &self.partial)
            .finish_non_exhaustive()
    }
}
