//! How a connection is going to be read.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::checkpoint::Binding;
use super::walk::Walk;
use super::{Checkpoint, Items, Pages, Paginate};
use crate::{Client, Error};

/// How a connection is going to be read; made by
/// [`Client::paginate`](crate::Client::paginate).
///
/// Choose [`items`](Self::items) or [`pages`](Self::pages). Each page is one operation,
/// with the page size that the operation asks for: fewer where the server would refuse that
/// many, or takes too long, and more again later.
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::RecentBuilds;
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// let mut builds = bk
///     .paginate(RecentBuilds::new("acme-inc/web").first(200))
///     .limit(10_000)
///     .prefetch(2)
///     .items();
/// while let Some(build) = builds.try_next().await? {
///     println!("#{} ({} read)", build.number, builds.progress());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read before `items` or `pages`"]
pub struct Paginator<O> {
    walk: Walk<O>,
    binding: Binding,
    prefetch: usize,
    limit: Option<usize>,
}

/// What is done with a node that came on an earlier page.
///
/// Rows move while they are read: where one is added in front, the last row of a page
/// becomes the first of the next. Only rows that have an `id` can be told apart, and only
/// the last thousand are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Duplicates {
    /// [`Items`] leaves it out, and counts it; [`Pages`] keeps it.
    #[default]
    Skip,
    /// It is handed out again: for connections that may name a node several times.
    Keep,
    /// The stream ends with [`ErrorKind::Pagination`](crate::ErrorKind::Pagination).
    Fail,
}

impl<O: Paginate> Paginator<O> {
    pub(crate) fn new(client: Client, operation: O) -> Self {
        let binding = Binding::of(&operation);
        Self {
            walk: Walk::new(client, operation),
            binding,
            prefetch: 1,
            limit: None,
        }
    }

    /// Shares the room for requests with other walks.
    pub(super) fn gate(mut self, gate: Arc<Semaphore>) -> Self {
        self.walk.gate(gate);
        self
    }

    /// At most this many rows, counted from the beginning, also where the stream goes on
    /// from a checkpoint. No page is asked for once they are there, and no more rows than
    /// are wanted; [`pages`](Self::pages) does not cut a page that has more nevertheless.
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self.walk.limit(rows);
        self
    }

    /// How many pages are read ahead while the caller works; 1 unless set. They are read
    /// by a task of the runtime, which ends when the stream is dropped.
    ///
    /// With 0 nothing is asked for before the stream is polled for it.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// Always the page size that the operation asks for. Where the server refuses that
    /// many rows, or takes too long, the stream ends with its error.
    pub fn fixed_page_size(mut self) -> Self {
        self.walk.fix_page_size();
        self
    }

    /// What is done with a node that came on an earlier page.
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.walk.duplicates(duplicates);
        self
    }

    /// Goes on where an earlier stream was cut.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the checkpoint belongs to
    /// another operation, to other variables, or to another version of this crate.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Result<Self, Error> {
        let position = self.binding.position(checkpoint)?;
        self.walk.resume(position);
        Ok(self)
    }

    /// The pages, each as the whole answer to the operation.
    pub fn pages(self) -> Pages<O> {
        Pages::new(self.walk, self.binding, self.prefetch)
    }

    /// The rows, one by one.
    pub fn items(self) -> Items<O> {
        let limit = self.limit;
        Items::new(self.pages(), limit)
    }
}

impl<O> fmt::Debug for Paginator<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paginator")
            .field("limit", &self.limit)
            .field("prefetch", &self.prefetch)
            .finish_non_exhaustive()
    }
}
