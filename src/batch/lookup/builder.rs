//! How many IDs are going to be looked up.

use std::fmt;
use std::future::IntoFuture;
use std::sync::atomic::AtomicUsize;

use super::NodeLookup;
use super::asking::Shared;
use super::nodes::{Looking, Nodes};
use super::request::Common;
use crate::complexity::MOST_POINTS;
use crate::{Client, Error};

/// How many IDs a request asks for at the most, unless set.
const IDS: usize = 100;

/// How many points a request may take, unless set: half of what a user has in a window.
/// What may take more waits until a window is nearly whole, although it will cost less.
const POINTS: u64 = 2_500;

/// How many requests are on their way at the same time, unless set. Each is worth many.
const CONCURRENCY: usize = 4;

/// IDs that are about to be looked up: await them, read what is found as a
/// [`stream`](Self::stream), or change how first.
///
/// Made by [`Client::nodes`]. Each comes with its ID, as
/// `(String, Result<Option<Node>, Error>)`: `Ok(None)` where the server answers null, which
/// means that there is no such thing or that the token may not see it.
///
/// - An error about one ID is that ID's, with its path as in the operation; the others are
///   not affected. An error about the request as a whole is the error of all its IDs.
/// - A request that is refused for its complexity, takes too long, or whose answer is too
///   large, is divided into halves, down to one ID; after a time-out with the waits and
///   attempts of the [`RetryPolicy`](crate::RetryPolicy). So is one in which an error about
///   one ID takes the data of all others with it.
#[must_use = "nothing is sent before it is awaited or its stream is polled"]
pub struct Lookup<O, I> {
    client: Client,
    operation: O,
    ids: I,
    concurrency: usize,
    most_ids: usize,
    most_points: u64,
}

impl<O: NodeLookup, I: Iterator<Item: Into<String>>> Lookup<O, I> {
    pub(crate) fn new(client: Client, operation: O, ids: I) -> Self {
        Self {
            client,
            operation,
            ids,
            concurrency: CONCURRENCY,
            most_ids: IDS,
            most_points: POINTS,
        }
    }

    /// How many requests are on their way at the same time; 4 unless set, and never less
    /// than one.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// How many IDs a request asks for at the most; 100 unless set, and never less than
    /// one.
    pub fn ids_per_request(mut self, ids: usize) -> Self {
        self.most_ids = ids;
        self
    }

    /// How many points of requested complexity a request may take; 2,500 unless set, and
    /// never more than the 50,000 that Buildkite allows. One ID is asked for in any case.
    ///
    /// Points are counted by
    /// [`Operation::requested_complexity`](crate::Operation::requested_complexity), before
    /// it is known how many rows there are. Raise it where an operation costs much less
    /// than that, and the user's window has room.
    pub fn points_per_request(mut self, points: u64) -> Self {
        self.most_points = points.min(MOST_POINTS);
        self
    }

    /// What is found, one by one, in the order of the IDs.
    ///
    /// An ID that is given several times is asked for once in each request, and not once
    /// in all: nothing is kept that was handed out. Await the lookup instead to ask once.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::BuildByUuid;
    ///
    /// # async fn run(uuids: std::io::Lines<std::io::StdinLock<'static>>) -> Result<(), Box<dyn std::error::Error>> {
    /// let bk = Client::from_env()?;
    /// // However long the list is, a few requests' worth of it is in memory at a time.
    /// let mut builds = bk.nodes(BuildByUuid::new(""), uuids.map_while(Result::ok)).stream();
    /// while let Some((uuid, build)) = builds.next().await {
    ///     println!("{uuid}: {:?}", build?.map(|build| build.number));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Nodes<O, I> {
        let (shared, ids, concurrency) = self.begin();
        Nodes::new(shared, ids, concurrency)
    }

    /// All that is found, or the first error in the order of the IDs. What is on its way
    /// by then is abandoned, and nothing else is sent.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::NodeById;
    ///
    /// # async fn run(ids: Vec<String>) -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let nodes = bk.nodes(NodeById::new(""), ids).try_collect().await?;
    /// let unknown = nodes.iter().filter(|(_, node)| node.is_none());
    /// println!("{} are unknown", unknown.count());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_collect(self) -> Result<Vec<(String, Option<O::Node>)>, Error> {
        let mut nodes = self.stream();
        let mut found = Vec::new();
        while let Some((id, node)) = nodes.next().await {
            found.push((id, node?));
        }
        Ok(found)
    }

    fn begin(self) -> (Shared, I, usize) {
        let common = Common::of(&self.operation);
        let shared = Shared {
            most: AtomicUsize::new(most(self.most_ids, self.most_points, common.each)),
            client: self.client,
            common,
        };
        (shared, self.ids, self.concurrency)
    }
}

/// How many IDs go into a request, where one takes `each` points.
fn most(ids: usize, points: u64, each: Option<u64>) -> usize {
    let by_points = match each {
        None | Some(0) => usize::MAX,
        Some(each) => usize::try_from(points / each).unwrap_or(usize::MAX),
    };
    ids.min(by_points).max(1)
}

impl<O: NodeLookup, I: Iterator<Item: Into<String>>> IntoFuture for Lookup<O, I> {
    type Output = Vec<(String, Result<Option<O::Node>, Error>)>;
    type IntoFuture = Looking<O>;

    fn into_future(self) -> Looking<O> {
        let (shared, ids, concurrency) = self.begin();
        Looking::new(shared, ids.map(Into::into).collect(), concurrency)
    }
}

impl<O, I> fmt::Debug for Lookup<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup")
            .field("concurrency", &self.concurrency)
            .field("ids_per_request", &self.most_ids)
            .field("points_per_request", &self.most_points)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_stay_below_both_limits() {
        assert_eq!(most(100, 2_500, Some(3)), 100);
        assert_eq!(most(100, 2_500, Some(204)), 12);
        assert_eq!(most(100, 50_000, Some(50_001)), 1);
        assert_eq!(most(0, 0, Some(1)), 1);
        assert_eq!(most(100, 2_500, None), 100);
        assert_eq!(most(100, 2_500, Some(0)), 100);
    }
}
