//! The client: where operations are sent from.

mod answer;
mod builder;
mod env;
mod envelope;
mod execute;

use std::fmt;
use std::sync::Arc;

use reqwest::Url;

use crate::batch::{ExecuteAll, Lookup, NodeLookup};
use crate::budget::Budget;
use crate::observe::Observer;
use crate::relay::{Drain, Drainer, Paginate, Paginator};
use crate::transport::{Timeouts, Transport, display_url};
use crate::{Error, Operation};

pub(crate) use answer::part;
pub use builder::ClientBuilder;
pub(crate) use execute::Begun;
pub use execute::{Execute, Executing};

/// Sends operations to Buildkite.
///
/// A client holds connections that are kept open between operations: create
/// one, keep it, and clone it freely; all clones share them.
///
/// Its futures and streams need a Tokio runtime with I/O and time enabled, as
/// `#[tokio::main]` starts it.
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::RecentBuilds;
///
/// # async fn run() -> Result<(), buildkite_client::Error> {
/// let bk = Client::from_env()?;
/// let answer = bk.execute(RecentBuilds::new("acme-inc/web").first(20)).await?;
/// println!("{:?}", answer.data());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    endpoint: Url,
    timeouts: Timeouts,
    budget: Arc<Budget>,
    observer: Option<Arc<dyn Observer>>,
}

impl Client {
    /// A client set up by the environment, the one place in this crate that
    /// reads it:
    ///
    /// | variable | |
    /// |---|---|
    /// | `BUILDKITE_API_TOKEN` | the API token; required |
    /// | `BUILDKITE_GRAPHQL_URL` | the endpoint, if it is not `https://graphql.buildkite.com/v1` |
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the token is
    /// missing or is no token, or the endpoint is refused; see
    /// [`ClientBuilder::token`] and [`ClientBuilder::endpoint`].
    pub fn from_env() -> Result<Self, Error> {
        env::builder()?.build()
    }

    /// What [`from_env`](Self::from_env) builds, to be changed before.
    ///
    /// ```no_run
    /// use buildkite_client::{BudgetPolicy, Client};
    ///
    /// let bk = Client::builder_from_env()?
    ///     .budget(BudgetPolicy::default().ceiling(0.5))
    ///     .build()?;
    /// # drop(bk);
    /// # Ok::<(), buildkite_client::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_env`](Self::from_env), except what `build` finds.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        env::builder()
    }

    /// Sets a client up by hand.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Sends one operation. Nothing happens before the result is awaited.
    ///
    /// The operation is taken by value or by reference, and the future can be
    /// sent to another thread. Dropping it abandons the request; a mutation may
    /// have been carried out by then.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::RecentBuilds;
    ///
    /// # async fn run() -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let op = RecentBuilds::new("acme-inc/web").first(20);
    /// let before = bk.execute(&op).await?;
    /// let after = bk.execute(op).await?;
    /// println!("{}", if before.data() == after.data() { "quiet" } else { "busy" });
    /// # Ok(())
    /// # }
    /// ```
    pub fn execute<O: Operation>(&self, operation: O) -> Execute<'_, O> {
        Execute::new(self, operation)
    }

    /// Reads a connection page by page, as a stream of its rows or of its
    /// pages. Nothing is sent before the stream is polled.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::RecentBuilds;
    ///
    /// # async fn run() -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let mut builds = bk
    ///     .paginate(RecentBuilds::new("acme-inc/web").first(50))
    ///     .limit(10_000)
    ///     .items();
    /// while let Some(build) = builds.try_next().await? {
    ///     println!("#{} {:?}", build.number, build.state);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn paginate<O: Paginate>(&self, operation: O) -> Paginator<O> {
        Paginator::new(self.clone(), operation)
    }

    /// Reads a whole tree: the rows of the connection that the operation pages through,
    /// each with all rows of the connections inside it. Nothing is sent before the stream
    /// is polled.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::OrganizationTree;
    ///
    /// # async fn run() -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let mut pipelines = bk.drain(OrganizationTree::new("acme-inc")).items();
    /// while let Some(pipeline) = pipelines.try_next().await? {
    ///     let builds = pipeline.builds.iter().flat_map(|builds| builds.nodes());
    ///     println!("{}: {} builds, {}", pipeline.slug, builds.count(), pipelines.progress());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn drain<O: Drain>(&self, operation: O) -> Drainer<O> {
        Drainer::new(self.clone(), operation)
    }

    /// Sends many operations of one type, a few of them at the same time, and answers in
    /// their order. One that fails does not affect the others.
    ///
    /// Each is sent as [`execute`](Self::execute) sends it, with the client's retries and
    /// within its budget. Nothing happens before the result is awaited.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::PipelineBySlug;
    ///
    /// # async fn run() -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// let slugs = ["acme-inc/web", "acme-inc/infrastructure"];
    /// let answers = bk.execute_all(slugs.map(PipelineBySlug::new)).concurrency(4).await;
    /// for (slug, answer) in slugs.iter().zip(answers) {
    ///     match answer {
    ///         Ok(answer) => println!("{slug}: {:?}", answer.pipeline),
    ///         Err(error) => eprintln!("{slug}: {error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn execute_all<I>(&self, operations: I) -> ExecuteAll<I::IntoIter>
    where
        I: IntoIterator<Item: Operation>,
    {
        ExecuteAll::new(self.clone(), operations.into_iter())
    }

    /// Looks up what is behind many IDs, hundreds in a few requests, and answers in their
    /// order.
    ///
    /// The operation looks up one ID; which operations do is said in [`NodeLookup`]. That
    /// ID is replaced, so it does not matter which the operation holds; its other
    /// variables count for all. An ID that is given several times is asked for once.
    /// Nothing happens before the result is awaited.
    ///
    /// ```no_run
    /// use buildkite_client::Client;
    /// use buildkite_client::queries::JobByUuid;
    ///
    /// # async fn run(uuids: Vec<String>) -> Result<(), buildkite_client::Error> {
    /// let bk = Client::from_env()?;
    /// for (uuid, job) in bk.nodes(JobByUuid::new(""), uuids).await {
    ///     match job? {
    ///         Some(job) => println!("{uuid}: {job:?}"),
    ///         None => println!("{uuid}: no such job"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn nodes<O, I>(&self, operation: O, ids: I) -> Lookup<O, I::IntoIter>
    where
        O: NodeLookup,
        I: IntoIterator<Item: Into<String>>,
    {
        Lookup::new(self.clone(), operation, ids.into_iter())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &display_url(&self.inner.endpoint))
            .field("timeouts", &self.inner.timeouts)
            .finish_non_exhaustive()
    }
}
