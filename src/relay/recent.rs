//! The nodes that came last, to tell those that come again.

use std::collections::HashMap;
use std::sync::Arc;

/// How many nodes are remembered at least, and twice as many and two pages at the most.
/// Rows move across the end of a page or a few when others come and go, not further.
const REMEMBERED: usize = 1_024;

/// The ids of the last nodes, in memory that does not grow.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// The page on which each came last.
    ids: HashMap<Arc<str>, usize>,
    page: usize,
    /// The page at which ids were forgotten last, and how many came since.
    mark: usize,
    since: usize,
}

impl Recent {
    /// Begins a page: what comes twice on it is no repetition.
    pub(super) fn turn(&mut self) {
        self.page += 1;
        if self.since >= REMEMBERED {
            let mark = std::mem::replace(&mut self.mark, self.page - 1);
            self.ids.retain(|_, page| *page > mark);
            self.since = 0;
        }
    }

    /// Remembers a node, and tells whether it came on an earlier page.
    pub(super) fn sees(&mut self, id: Arc<str>) -> bool {
        let before = self.ids.insert(id, self.page);
        if before != Some(self.page) {
            self.since += 1;
        }
        before.is_some_and(|page| page != self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_known_for_a_while_and_memory_is_bounded() {
        let mut recent = Recent::default();
        let mut most = 0;
        for page in 0..1_000 {
            recent.turn();
            for row in 0..100 {
                let id = |row: usize| Arc::from(row.to_string());
                let number = page * 100 + row;
                assert!(!recent.sees(id(number)));
                assert!(!recent.sees(id(number)), "on the same page");
            }
            most = most.max(recent.ids.len());
            let long_ago = (page * 100).saturating_sub(900);
            recent.turn();
            assert!(recent.sees(Arc::from(long_ago.to_string())));
        }
        assert!(most <= 2 * REMEMBERED + 200, "{most}");
    }
}
