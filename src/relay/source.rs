//! Where pages come from: a walk that stands still until it is asked, or one that runs
//! ahead.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::Paginate;
use super::walk::{Page, Walk};
use crate::{Error, ErrorKind, OperationKind};

/// The pages of a walk, in order.
pub(super) enum Source<O: Paginate> {
    /// Nobody has asked yet.
    Waiting {
        walk: Box<Walk<O>>,
        ahead: usize,
    },
    /// Asks for a page when it is polled for it.
    Walking(Step<O>),
    /// Asks for pages in a task of its own.
    Ahead(Ahead<O::Data>),
    Over,
}

type Answer<O> = Option<Result<Page<<O as super::super::Operation>::Data>, Error>>;
type Step<O> = Pin<Box<dyn Future<Output = (Box<Walk<O>>, Answer<O>)> + Send>>;

/// A task that walks ahead, and the pages that it has. Dropped, it ends the task.
pub(super) struct Ahead<T> {
    pages: Receiver<Result<Page<T>, Error>>,
    task: JoinHandle<()>,
    kind: OperationKind,
    operation: String,
}

impl<T> Ahead<T> {
    /// How the task has ended: a panic, as one of a user's `Deserialize`, goes on here.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Option<Error>> {
        let Err(error) = ready!(Pin::new(&mut self.task).poll(cx)) else {
            return Poll::Ready(None);
        };
        if error.is_panic() {
            std::panic::resume_unwind(error.into_panic());
        }
        let error = Error::new(
            ErrorKind::Interrupted,
            "the runtime was shut down while a page was on its way",
        );
        Poll::Ready(Some(
            error.sent().with_operation(self.kind, &self.operation),
        ))
    }
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<O: Paginate> Source<O> {
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Over)
    }

    /// The next page; `None` behind the last one, and behind an error.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Answer<O>> {
        loop {
            match self {
                Self::Over => return Poll::Ready(None),
                Self::Waiting { .. } => {
                    let Self::Waiting { walk, ahead } = std::mem::replace(self, Self::Over) else {
                        continue;
                    };
                    *self = match Handle::try_current() {
                        Ok(runtime) if ahead > 0 => Self::Ahead(run(*walk, ahead, &runtime)),
                        _ => Self::Walking(Box::pin(step(walk))),
                    };
                }
                Self::Walking(next) => {
                    let (walk, page) = ready!(next.as_mut().poll(cx));
                    *self = match &page {
                        Some(Ok(_)) => Self::Waiting { walk, ahead: 0 },
                        _ => Self::Over,
                    };
                    return Poll::Ready(page);
                }
                Self::Ahead(ahead) => {
                    let page = match ready!(ahead.pages.poll_recv(cx)) {
                        Some(page) => Some(page),
                        None => ready!(ahead.poll_end(cx)).map(Err),
                    };
                    if !matches!(page, Some(Ok(_))) {
                        *self = Self::Over;
                    }
                    return Poll::Ready(page);
                }
            }
        }
    }
}

async fn step<O: Paginate>(mut walk: Box<Walk<O>>) -> (Box<Walk<O>>, Answer<O>) {
    let page = walk.next().await;
    (walk, page)
}

/// Walks with at most so many pages that nobody has taken yet.
fn run<O: Paginate>(walk: Walk<O>, ahead: usize, runtime: &Handle) -> Ahead<O::Data> {
    // A channel of very many pages needs no memory before they are there.
    let (sender, pages) = mpsc::channel(ahead.min(tokio::sync::Semaphore::MAX_PERMITS));
    let (kind, operation) = (walk.operation().kind(), walk.operation().name().to_owned());
    let task = runtime.spawn(feed(walk, sender).in_current_span());
    Ahead {
        pages,
        task,
        kind,
        operation,
    }
}

async fn feed<O: Paginate>(mut walk: Walk<O>, pages: Sender<Result<Page<O::Data>, Error>>) {
    // There has to be room before a page is asked for.
    while let Ok(room) = pages.reserve().await {
        match walk.next().await {
            Some(page) => {
                let is_over = page.is_err();
                room.send(page);
                if is_over {
                    return;
                }
            }
            None => return,
        }
    }
}
