//! Rows that an earlier walk has handed out, and that come once more.

use std::collections::BTreeMap;

use super::checkpoint::Position;
use super::place::{Row, Standing};

/// What of an earlier walk has not come again yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut {
    /// How often each id was handed out: a connection may name a node several times.
    ids: BTreeMap<String, usize>,
    /// How many rows were handed out, which is what counts for those without an id.
    skip: usize,
}

impl Cut {
    pub(super) fn of(position: &Position) -> Self {
        let mut ids = BTreeMap::new();
        for id in &position.ids {
            *ids.entry(id.clone()).or_default() += 1;
        }
        Self {
            ids,
            skip: position.skip,
        }
    }

    /// How many rows are still to come again.
    pub(super) fn len(&self) -> usize {
        self.skip
    }

    /// Finds the rows of a page that were handed out.
    pub(super) fn mark(&mut self, rows: &mut [Row]) {
        let mut is_leading = true;
        for row in rows {
            let was_handed_out = match &row.id {
                Some(id) => self.takes(id),
                None => is_leading && self.skip > 0,
            };
            if was_handed_out {
                row.standing = Standing::Cut;
                self.skip = self.skip.saturating_sub(1);
            } else {
                is_leading = false;
            }
        }
    }

    fn takes(&mut self, id: &str) -> bool {
        let Some(times) = self.ids.get_mut(id) else {
            return false;
        };
        *times -= 1;
        if *times == 0 {
            self.ids.remove(id);
        }
        true
    }

    /// The ids that have not come again.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        let several = |(id, times): (_, &usize)| std::iter::repeat_n(id, *times);
        self.ids.iter().flat_map(several)
    }
}
