//! What operations are expected to cost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::complexity::MOST_POINTS;

/// What an operation of which nobody has counted the points is taken for.
pub(super) const UNCOUNTED: u64 = 500;
/// How many operations are remembered.
const MOST: usize = 1_024;

/// What operations have cost, by name and by the most that they may cost: pages of other
/// sizes cost other points.
#[derive(Debug, Default)]
pub(super) struct Expected {
    costs: Mutex<HashMap<String, Costs>>,
}

#[derive(Debug, Default)]
struct Costs {
    /// By the most that was possible.
    exact: HashMap<Option<u64>, u64>,
    /// The highest share of the most.
    share: f64,
}

impl Expected {
    /// What an operation will cost as far as can be known, never more than it can; and
    /// the least that it will.
    pub(super) fn points(&self, operation: &str, requested: Option<u64>) -> (u64, u64) {
        let costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let most = requested.unwrap_or(MOST_POINTS).clamp(1, MOST_POINTS);
        let Some(known) = costs.get(operation) else {
            return (requested.map_or(UNCOUNTED, |_| most), 1);
        };
        match known.exact.get(&requested) {
            Some(cost) => {
                let cost = (*cost).min(most);
                (cost, cost)
            }
            None => (share_of(most, known.share).clamp(1, most), 1),
        }
    }

    /// Remembers what an operation has cost. Of several costs the highest counts, which
    /// is forgotten little by little: too much is given back, too little is refused.
    pub(super) fn learn(&self, operation: &str, requested: Option<u64>, cost: u64) {
        // Nobody knows which operation it is that has no name.
        if operation.is_empty() {
            return;
        }
        let cost = cost.min(MOST_POINTS);
        let mut costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        if costs.len() >= MOST && !costs.contains_key(operation) {
            return;
        }
        let known = costs.entry(operation.to_owned()).or_default();
        if known.exact.len() >= MOST && !known.exact.contains_key(&requested) {
            known.exact.clear();
        }
        let most = requested.unwrap_or(MOST_POINTS).clamp(1, MOST_POINTS);
        known.share = known.share.max(ratio(cost, most));
        known
            .exact
            .entry(requested)
            .and_modify(|known| {
                *known = if *known > cost {
                    *known - (*known - cost).div_ceil(8)
                } else {
                    cost
                };
            })
            .or_insert(cost);
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no more than 50,000 points, and a share from 0 to 1"
)]
fn share_of(most: u64, share: f64) -> u64 {
    (most as f64 * share).ceil() as u64
}

#[allow(clippy::cast_precision_loss, reason = "no more than 50,000 points")]
fn ratio(cost: u64, most: u64) -> f64 {
    cost.min(most) as f64 / most as f64
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
        let (small, large) = (Some(104), Some(1_004));
        expected.learn("A", large, 40);
        assert_eq!(expected.points("A", large), (40, 40));
        expected.learn("A", large, 80);
        assert_eq!(expected.points("A", large), (80, 80));
        // Of another size only a share is known.
        assert_eq!(expected.points("A", small), (9, 1));
        expected.learn("A", small, 104);
        assert_eq!(expected.points("A", Some(24)), (24, 1));
        assert_eq!(expected.points("A", None), (MOST_POINTS, 1));
        expected.learn("A", large, u64::MAX);
        assert_eq!(expected.points("A", large), (1_004, 1_004));
        for _ in 0..200 {
            expected.learn("A", large, 10);
        }
        assert_eq!(expected.points("A", large), (10, 10));
        // Nameless operations are not one operation.
        expected.learn("", small, 5);
        assert_eq!(expected.points("", small), (104, 1));
    }
}
