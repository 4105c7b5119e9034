//! The nodes that came last, to tell those that come again.

use std::collections::HashMap;
use std::sync::Arc;

/// How many nodes are remembered at least, and twice as many and two pages at the most.
/// Rows move across the end of a page or a few when others come and go, not further.
const REMEMBERED: usize = 1_024;

/// The ids of the last nodes, in memory that does not grow.
#[derive(Debug)]
pub(super) struct Recent {
    ids: HashMap<Arc<str>, Seen>,
    page: usize,
    /// The page at which ids were forgotten last, and how many came since.
    mark: usize,
    since: usize,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    /// The page on which it came last.
    page: usize,
    /// Whether it had come before that page.
    is_again: bool,
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            ids: HashMap::new(),
            page: 1,
            mark: 0,
            since: 0,
        }
    }
}

impl Recent {
    /// Begins a page: what comes twice on it is no repetition.
    pub(super) fn turn(&mut self) {
        self.page = self.page.saturating_add(1);
        if self.since >= REMEMBERED {
            let mark = std::mem::replace(&mut self.mark, self.page - 1);
            self.ids.retain(|_, seen| seen.page > mark);
            self.since = 0;
        }
    }

    /// Remembers a node, and tells whether it came on an earlier page.
    pub(super) fn sees(&mut self, id: Arc<str>) -> bool {
        let page = self.page;
        let fresh = Seen {
            page,
            is_again: false,
        };
        let seen = self.ids.entry(id).or_insert_with(|| {
            self.since += 1;
            fresh
        });
        if seen.page != page {
            self.since += 1;
            *seen = Seen {
                page,
                is_again: true,
            };
        }
        seen.is_again
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
            for _ in 0..2 {
                assert!(recent.sees(Arc::from(long_ago.to_string())));
            }
        }
        assert!(most <= 2 * REMEMBERED + 200, "{most}");
    }
}
