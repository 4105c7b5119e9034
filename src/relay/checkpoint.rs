//! Where a stream was cut, to go on there later.

use std::hash::Hasher as _;

use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

use super::Paginate;
use crate::{Error, ErrorKind};

/// The form in which checkpoints are written.
const VERSION: u32 = 1;

/// A place between two rows of a connection, from which a later stream goes on, also in
/// another process.
///
/// It is made by [`Items::checkpoint`](super::Items::checkpoint) or
/// [`Pages::checkpoint`](super::Pages::checkpoint), is written with `serde`, and goes into
/// [`Paginator::resume`](super::Paginator::resume). It belongs to one operation with its
/// variables, of which it knows a hash; page size and cursor may be others.
///
/// Write it down *after* a row was dealt with: what happens between the two is repeated
/// after a crash. To see each row exactly once, write both in one transaction. It holds the
/// ids of up to two pages, so after every row is often: every page, or every second, will do.
///
/// ```no_run
/// use buildkite_client::Client;
/// use buildkite_client::queries::RecentBuilds;
/// use buildkite_client::relay::Checkpoint;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let bk = Client::from_env()?;
/// let mut builds = bk.paginate(RecentBuilds::new("acme-inc/web"));
/// if let Ok(text) = std::fs::read_to_string("builds.checkpoint") {
///     let checkpoint: Checkpoint = serde_json::from_str(&text)?;
///     builds = builds.resume(checkpoint)?;
/// }
/// let mut builds = builds.items();
/// while let Some(build) = builds.try_next().await? {
///     println!("#{}", build.number);
///     std::fs::write("builds.checkpoint", serde_json::to_string(&builds.checkpoint())?)?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    version: u32,
    operation: String,
    /// Of the document and the variables.
    hash: String,
    position: Position,
}

/// A place in a walk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position {
    /// The cursor of the page that comes next or was not used up; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
    /// How many rows from there on were handed out: what counts where they have no ids.
    pub(super) skip: usize,
    /// Their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ids: Vec<String>,
    /// The ids of the page before, whose rows may move to this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) before: Vec<String>,
    /// Rows that were handed out so far, and pages that were used up.
    pub(super) rows: usize,
    pub(super) pages: usize,
    pub(super) is_over: bool,
}

impl Checkpoint {
    /// How many rows were handed out before, from the beginning on.
    pub fn rows(&self) -> usize {
        self.position.rows
    }

    /// Whether nothing comes behind it.
    pub fn is_end(&self) -> bool {
        self.position.is_over
    }
}

/// What a checkpoint is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    operation: String,
    hash: String,
}

impl Binding {
    /// That of an operation, wherever it stands and however large its pages are.
    pub(super) fn of<O: Paginate>(operation: &O) -> Self {
        let mut place = operation.clone();
        place.set_cursor(String::new());
        place.set_page_size(1);
        let mut hash = FnvHasher::default();
        hash.write(operation.document().as_bytes());
        // Variables that cannot be written end the first request; no page comes of it.
        let variables = serde_json::to_vec(place.variables()).unwrap_or_default();
        hash.write(&variables);
        Self {
            operation: operation.name().to_owned(),
            hash: format!("{:016x}", hash.finish()),
        }
    }

    pub(super) fn checkpoint(&self, position: Position) -> Checkpoint {
        Checkpoint {
            version: VERSION,
            operation: self.operation.clone(),
            hash: self.hash.clone(),
            position,
        }
    }

    /// The place that a checkpoint says, if it is one of this operation.
    pub(super) fn position(&self, checkpoint: Checkpoint) -> Result<Position, Error> {
        let refused = if checkpoint.version != VERSION {
            format!(
                "the checkpoint is of version {}, and this client reads version {VERSION}; read \
                 it with the version that wrote it, or start from the beginning",
                checkpoint.version
            )
        } else if checkpoint.operation != self.operation {
            format!(
                "the checkpoint belongs to operation {:?}, not to {:?}",
                checkpoint.operation, self.operation
            )
        } else if checkpoint.hash != self.hash {
            format!(
                "the checkpoint belongs to {:?} with other variables, or to another version of \
                 its document: its cursor may lead anywhere; start from the beginning",
                self.operation
            )
        } else {
            return Ok(checkpoint.position);
        };
        Err(Error::new(ErrorKind::Config, refused))
    }
}
