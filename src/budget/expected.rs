//! What operations are expected to cost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What an operation of which nobody has counted the points is taken for.
const UNCOUNTED: u64 = 500;
/// How many operations are remembered.
const MOST: usize = 1_024;

/// What operations have cost, by name.
#[derive(Debug, Default)]
pub(super) struct Expected {
    costs: Mutex<HashMap<String, u64>>,
}

impl Expected {
    /// What an operation will cost as far as can be known: never more than it can.
    pub(super) fn points(&self, operation: &str, requested: Option<u64>) -> u64 {
        let costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let most = requested.unwrap_or(u64::MAX);
        match costs.get(operation) {
            Some(cost) => (*cost).min(most),
            None => requested.unwrap_or(UNCOUNTED),
        }
    }

    /// Remembers what an operation has cost. Of several costs the highest counts, which
    /// is forgotten little by little: too much is given back, too little is refused.
    pub(super) fn learn(&self, operation: &str, cost: u64) {
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
        assert_eq!(expected.points("A", Some(1_004)), 1_004);
        assert_eq!(expected.points("A", None), UNCOUNTED);
        expected.learn("A", 40);
        assert_eq!(expected.points("A", Some(1_004)), 40);
        assert_eq!(expected.points("A", Some(24)), 24);
        expected.learn("A", 80);
        assert_eq!(expected.points("A", None), 80);
        for _ in 0..100 {
            expected.learn("A", 10);
        }
        assert_eq!(expected.points("A", None), 10);
    }
}
