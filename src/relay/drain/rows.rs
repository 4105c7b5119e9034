//! The rows that are in work.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::stream::{FuturesOrdered, FuturesUnordered};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::{Drain, Order, Rests, Shared};
use crate::{Error, ErrorKind};

/// The rows that are in work, in one order or the other.
pub(super) enum InWork<N> {
    Stable(FuturesOrdered<Row<N>>),
    Completion(FuturesUnordered<Row<N>>),
}

impl<N: Send + 'static> InWork<N> {
    pub(super) fn new(order: Order) -> Self {
        match order {
            Order::Stable => Self::Stable(FuturesOrdered::new()),
            Order::Completion => Self::Completion(FuturesUnordered::new()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Stable(rows) => rows.len(),
            Self::Completion(rows) => rows.len(),
        }
    }

    pub(super) fn push(&mut self, row: Row<N>) {
        match self {
            Self::Stable(rows) => rows.push_back(row),
            Self::Completion(rows) => rows.push(row),
        }
    }

    /// The next complete row; `None` where none is in work.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<N, Error>>> {
        match self {
            Self::Stable(rows) => rows.poll_next_unpin(cx),
            Self::Completion(rows) => rows.poll_next_unpin(cx),
        }
    }
}

/// A row that is being completed. Dropped, it ends the work.
pub(super) enum Row<N> {
    /// By a task of the runtime, which goes on while nobody polls.
    Task(JoinHandle<Result<N, Error>>),
    /// Where there is no runtime; there is nothing to be read then.
    Here(Pin<Box<dyn Future<Output = Result<N, Error>> + Send>>),
}

impl<N: Send + 'static> Row<N> {
    pub(super) fn complete<O: Drain<Node = N>>(
        operation: &Arc<O>,
        shared: &Arc<Shared>,
        row: N,
    ) -> Self {
        let work = complete(Arc::clone(operation), Arc::clone(shared), row);
        match Handle::try_current() {
            Ok(runtime) => Self::Task(runtime.spawn(work.in_current_span())),
            Err(_) => Self::Here(Box::pin(work)),
        }
    }
}

async fn complete<O: Drain>(
    operation: Arc<O>,
    shared: Arc<Shared>,
    mut row: O::Node,
) -> Result<O::Node, Error> {
    let mut rests = Rests::new(&shared);
    operation.complete(&mut row, &mut rests);
    rests.finish().await?;
    Ok(row)
}

impl<N> Future for Row<N> {
    type Output = Result<N, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Here(work) => work.poll_unpin(cx),
            Self::Task(task) => Poll::Ready(match ready!(task.poll_unpin(cx)) {
                Ok(row) => row,
                // As one of a user's `Deserialize`: it goes on in the caller.
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => Err(Error::new(
                    ErrorKind::Interrupted,
                    "the runtime was shut down while a row was being completed",
                )),
            }),
        }
    }
}

impl<N> Drop for Row<N> {
    fn drop(&mut self) {
        if let Self::Task(task) = self {
            task.abort();
        }
    }
}
