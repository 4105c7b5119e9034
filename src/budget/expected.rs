//! What operations are expected to cost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What an operation of which nobody has counted the points is taken for.
const UNCOUNTED: u64 = 500;
/// What no operation can cost more than: Buildkite refuses it.
const MOST_POINTS: u64 = 50_000;
/// How many operations are remembered.
const MOST: usize = 1_024;

/// What operations have cost, by name.
#[derive(Debug, Default)]
pub(super) struct Expected {
    costs: Mutex<HashMap<String, u64>>,
}

impl Expected {
    /// What an operation will cost as far as can be known, never more than it can; and
    /// the least that it will.
    pub(super) fn points(&self, operation: &str, requested: Option<u64>) -> (u64, u64) {
        let costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let most = requested.unwrap_or(MOST_POINTS).clamp(1, MOST_POINTS);
        match costs.get(operation) {
            Some(cost) => {
                let cost = (*cost).min(most);
                (cost, cost)
            }
            None => (requested.map_or(UNCOUNTED, |_| most), 1),
        }
    }

    /// Remembers what an operation has cost. Of several costs the highest counts, which
    /// is forgotten little by little: too much is given back, too little is refused.
    pub(super) fn learn(&self, operation: &str, cost: u64) {
        let cost = cost.min(MOST_POINTS);
        let mut costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let has_room = costs.len() < MOST;
        match costs.get_mut(operation) {
            Some(known) if *known > cost => *known -= (*known - cost).div_ceil(8),
            Some(known) => *known = cost,
            None if has_room => {
                costs.insert(operation.to_owned(), cost);
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_learnt_and_bounded() {
        let expected = Expected::default();
        assert_eq!(expected.points("A", Some(1_004)), (1_004, 1));
        assert_eq!(expected.points("A", None), (UNCOUNTED, 1));
        assert_eq!(expected.points("A", Some(0)), (1, 1));
        assert_eq!(expected.points("A", Some(u64::MAX)), (MOST_POINTS, 1));
        expected.learn("A", 40);
        assert_eq!(expected.points("A", Some(1_004)), (40, 40));
        assert_eq!(expected.points("A", Some(24)), (24, 24));
        expected.learn("A", 80);
        assert_eq!(expected.points("A", None), (80, 80));
        expected.learn("A", u64::MAX);
        assert_eq!(expected.points("A", None), (MOST_POINTS, MOST_POINTS));
        for _ in 0..100 {
            expected.learn("A", 10);
        }
        assert_eq!(expected.points("A", None), (10, 10));
    }
}
