//! Reading a whole tree: the rows of a connection, each with all rows of the connections
//! inside it.

mod drained;
mod rests;
mod rows;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::{Paginate, Paginator};
use crate::{Client, Response};

pub use drained::Drained;
pub use rests::{Complete, Rests};

/// An operation that pages through rows with connections of their own inside, which can be
/// read to their end.
///
/// The query compiler implements it for every operation that is [`Paginate`] and for which
/// it derives what reads the rest of at least one connection inside its rows: where the
/// object around that connection is a `Node` and selects its `id`, and the connection reads
/// `pageInfo`. Where it cannot, the lint `rest_unreachable` says why.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no nested connections that can be drained",
    note = "an operation can be drained when it can be paged through, and in the rows a connection reads `pageInfo` beside the `id` of the object that has it:\n`pipelines(first: $first, after: $after) {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id builds(first: 10) {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ … }} }} }} }} }} }}`"
)]
pub trait Drain: Paginate + Sync {
    /// Hands every connection inside a row to `rests`, with what reads the rest of it.
    fn complete<'a>(&'a self, row: &'a mut Self::Node, rests: &mut Rests<'a>);
}

/// How a whole tree is going to be read; made by [`Client::drain`](crate::Client::drain).
///
/// The rows are those of the connection that the operation pages through. Each is handed
/// out once it is complete: all further pages of the connections inside it are read, and of
/// those inside their rows, and appended where they belong. So a row has to fit into memory
/// with all that belongs to it; of the rows themselves only a few are in work at a time.
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::OrganizationTree;
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// let mut pipelines = bk.drain(OrganizationTree::new("acme-inc")).concurrency(4).items();
/// while let Some(pipeline) = pipelines.try_next().await? {
///     for build in pipeline.builds.iter().flat_map(|builds| builds.nodes()) {
///         let jobs = build.jobs.iter().flat_map(|jobs| jobs.nodes());
///         println!("{} #{}: {} jobs", pipeline.slug, build.number, jobs.count());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read before `items`"]
pub struct Drainer<O> {
    client: Client,
    operation: O,
    concurrency: usize,
    limit: Option<usize>,
    order: Order,
}

/// In which order rows are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// That of the connection.
    Stable,
    /// As they are complete.
    Completion,
}

/// What all requests of one drain have in common.
#[derive(Debug)]
struct Shared {
    client: Client,
    gate: Arc<Semaphore>,
    /// Pages of nested connections, and what they cost.
    pages: AtomicUsize,
    points: AtomicI64,
}

impl Shared {
    fn count<T>(&self, response: &Response<T>) {
        let cost = response.complexity().map_or(0, |cost| cost.actual);
        self.pages.fetch_add(1, Ordering::Relaxed);
        self.points.fetch_add(cost, Ordering::Relaxed);
    }
}

impl<O: Drain> Drainer<O> {
    pub(crate) fn new(client: Client, operation: O) -> Self {
        Self {
            client,
            operation,
            concurrency: 8,
            limit: None,
            order: Order::Stable,
        }
    }

    /// How many requests are on their way at the same time, at the most; 8 unless set, and
    /// at least 1. Each still waits for points as any other does
    /// ([`BudgetPolicy`](crate::BudgetPolicy)).
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.clamp(1, Semaphore::MAX_PERMITS / 2);
        self
    }

    /// At most this many rows of the connection that the operation pages through. What is
    /// inside them is always complete.
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Hands out rows as they are complete, and not in the order of the connection: a large
    /// row no longer holds up the small ones behind it. What is inside a row stays in order.
    pub fn unordered(mut self) -> Self {
        self.order = Order::Completion;
        self
    }

    /// The rows, one by one.
    pub fn items(self) -> Drained<O> {
        let gate = Arc::new(Semaphore::new(self.concurrency));
        let shared = Arc::new(Shared {
            client: self.client.clone(),
            gate: Arc::clone(&gate),
            pages: AtomicUsize::new(0),
            points: AtomicI64::new(0),
        });
        let mut rows = Paginator::new(self.client, self.operation.clone()).gate(gate);
        if let Some(limit) = self.limit {
            rows = rows.limit(limit);
        }
        // Rows that are complete and wait for one before them must not keep requests from
        // being made.
        let at_once = self.concurrency * 2;
        Drained::new(rows.items(), self.operation, shared, self.order, at_once)
    }
}

impl<O> fmt::Debug for Drainer<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drainer")
            .field("concurrency", &self.concurrency)
            .field("limit", &self.limit)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}
