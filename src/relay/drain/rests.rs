//! Completing the connections inside one value.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::stream::{self, FuturesUnordered, TryStreamExt as _};
use futures_util::{StreamExt as _, pin_mut};

use super::Shared;
use crate::relay::checkpoint::Position;
use crate::relay::place::Standing;
use crate::relay::walk::{Page, Walk};
use crate::relay::{Connection, Direction, Paginate};
use crate::{Error, Operation};

/// How many pages of one connection have their rows completed at the same time. What is
/// asked for at the same time is bounded for the whole drain.
const PAGES_AT_ONCE: usize = 16;

/// Hands what is inside a row to [`Rests`]; `O` is the operation whose answer it is of.
pub type Complete<O, N> = for<'r> fn(&'r O, &'r mut N, &mut Rests<'r>);

type Filling<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// The connections inside a value that are to be completed; for generated code, which
/// [`Drain::complete`](super::Drain::complete) is.
#[must_use = "nothing is completed before it is finished"]
pub struct Rests<'a> {
    shared: Arc<Shared>,
    waiting: Vec<Filling<'a>>,
}

impl<'a> Rests<'a> {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            waiting: Vec::new(),
        }
    }

    /// Completes a connection: appends what `rest` reads, and hands each row to `complete`.
    pub fn fill<O: Sync, R: Paginate>(
        &mut self,
        operation: &'a O,
        connection: &'a mut Connection<R::Node>,
        rest: Result<Option<R>, Error>,
        complete: Complete<O, R::Node>,
    ) {
        match rest {
            Ok(None) => {
                for row in connection.nodes_mut() {
                    complete(operation, row, self);
                }
            }
            Ok(Some(rest)) => {
                let shared = Arc::clone(&self.shared);
                let filling = fill(shared, operation, connection, rest, complete);
                self.waiting.push(Box::pin(filling));
            }
            Err(error) => self.waiting.push(Box::pin(ready(Err(error)))),
        }
    }

    /// Reads all that is missing. The first error ends it.
    pub(super) async fn finish(self) -> Result<(), Error> {
        let waiting: FuturesUnordered<_> = self.waiting.into_iter().collect();
        waiting.try_collect().await
    }
}

/// Reads page after page, and completes the rows of those that are there meanwhile.
async fn fill<O: Sync, R: Paginate>(
    shared: Arc<Shared>,
    operation: &O,
    connection: &mut Connection<R::Node>,
    rest: R,
    complete: Complete<O, R::Node>,
) -> Result<(), Error> {
    let first = std::mem::take(connection);
    let mut walk = Walk::new(shared.client.clone(), rest);
    walk.gate(Arc::clone(&shared.gate));
    // What has come along is known, should it come again.
    let along = Position {
        cursor: walk.operation().cursor().map(str::to_owned),
        before: first
            .nodes()
            .filter_map(|node| walk.operation().node_id(node))
            .map(str::to_owned)
            .collect(),
        ..Position::default()
    };
    walk.resume(along);
    let counting = Arc::clone(&shared);
    let further = stream::unfold(walk, move |mut walk| {
        let shared = Arc::clone(&counting);
        async move {
            let page = walk.next().await?;
            Some((page.map(|page| fresh::<R>(page, &shared)), walk))
        }
    });
    let pages = stream::once(ready(Ok(first)))
        .chain(further)
        .map_ok(|page| complete_page(Arc::clone(&shared), operation, page, complete))
        .try_buffered(PAGES_AT_ONCE);
    pin_mut!(pages);
    let mut whole: Option<Connection<R::Node>> = None;
    while let Some(page) = pages.try_next().await? {
        match &mut whole {
            None => whole = Some(page),
            Some(whole) => whole.absorb(page, R::DIRECTION),
        }
    }
    *connection = whole.unwrap_or_default();
    Ok(())
}

/// The rows of a page that have not come before.
fn fresh<R: Paginate>(page: Page<<R as Operation>::Data>, shared: &Shared) -> Connection<R::Node> {
    shared.count(&page.response);
    // The walk has made sure that the connection is there.
    let mut connection = R::into_connection(page.response.into_data()).unwrap_or_default();
    let rows = page.place.rows.iter();
    let mut is_fresh: Vec<_> = rows.map(|row| row.standing == Standing::Fresh).collect();
    if R::DIRECTION == Direction::Backward {
        // They were walked from the last one on.
        is_fresh.reverse();
    }
    let mut is_fresh = is_fresh.into_iter();
    connection.retain_nodes(|| is_fresh.next().unwrap_or(true));
    connection
}

async fn complete_page<O: Sync, N: Send>(
    shared: Arc<Shared>,
    operation: &O,
    mut page: Connection<N>,
    complete: Complete<O, N>,
) -> Result<Connection<N>, Error> {
    let mut rests = Rests::new(&shared);
    for row in page.nodes_mut() {
        complete(operation, row, &mut rests);
    }
    rests.finish().await?;
    Ok(page)
}

impl fmt::Debug for Rests<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rests")
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}
