//! The nodes that came last, to tell those that come again.

use std::collections::HashSet;
use std::sync::Arc;

/// How many are remembered at least; twice as many at the most. Rows move across the end
/// of a page or a few when others come and go, not further.
const REMEMBERED: usize = 1_024;

/// The ids of the last nodes, in memory that does not grow.
#[derive(Debug, Default)]
pub(super) struct Recent {
    newer: HashSet<Arc<str>>,
    older: HashSet<Arc<str>>,
}

impl Recent {
    pub(super) fn holds(&self, id: &str) -> bool {
        self.newer.contains(id) || self.older.contains(id)
    }

    /// Remembers the nodes of a page.
    pub(super) fn extend(&mut self, ids: impl Iterator<Item = Arc<str>>) {
        if self.newer.len() >= REMEMBERED {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.extend(ids);
    }
}
