//! Rows that an earlier walk has handed out, and that come once more.

use std::collections::BTreeMap;

use super::checkpoint::Position;
use super::place::{Row, Standing};

/// What of an earlier walk has not come again yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut {
    /// How often each id was handed out: a connection may name a node several times.
    ids: BTreeMap<String, usize>,
    /// How many rows without an id were handed out. They are counted, from the first on.
    bare: usize,
    /// Whether a new row has come, behind which nothing is expected. Rows may move all the
    /// same, so ids stay known.
    is_behind: bool,
}

impl Cut {
    pub(super) fn of(position: &Position) -> Self {
        let mut ids = BTreeMap::new();
        for id in &position.ids {
            *ids.entry(id.clone()).or_default() += 1;
        }
        Self {
            ids,
            bare: position.skip.saturating_sub(position.ids.len()),
            is_behind: false,
        }
    }

    /// How many rows have not come again.
    pub(super) fn len(&self) -> usize {
        let with_ids = self.ids.values().sum::<usize>();
        with_ids.saturating_add(self.bare)
    }

    /// How many rows are expected to come again before new ones.
    pub(super) fn due(&self) -> usize {
        if self.is_behind { 0 } else { self.len() }
    }

    /// Finds the rows of a page that were handed out.
    pub(super) fn mark(&mut self, rows: &mut [Row]) {
        for row in rows {
            let was_handed_out = match &row.id {
                Some(id) => self.takes(id),
                None => self.bare > 0,
            };
            if !was_handed_out {
                self.bare = 0;
                self.is_behind = true;
                continue;
            }
            row.standing = Standing::Cut;
            if row.id.is_none() {
                self.bare -= 1;
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
