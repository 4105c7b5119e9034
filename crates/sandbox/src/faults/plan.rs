//! Which faults happen to which request.

use std::sync::{Mutex, PoisonError};

use super::Fault;
use crate::world::chance::draw;

/// The faults of a running sandbox.
#[derive(Debug)]
pub(crate) struct Plan {
    seed: u64,
    rules: Mutex<Vec<Rule>>,
}

#[derive(Debug)]
struct Rule {
    fault: Fault,
    /// How many requests the fault has concerned, and to how many it happened.
    seen: u64,
    done: u64,
}

impl Plan {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        let plan = Self {
            seed,
            rules: Mutex::default(),
        };
        for fault in faults {
            plan.add(fault);
        }
        plan
    }

    pub(crate) fn add(&self, fault: Fault) {
        let rule = Rule {
            fault,
            seen: 0,
            done: 0,
        };
        self.rules().push(rule);
    }

    /// Takes all faults away.
    pub(crate) fn clear(&self) {
        self.rules().clear();
    }

    /// What happens to a request; `concerns` knows whether it has a name.
    pub(crate) fn decide(&self, number: u64, concerns: impl Fn(&str) -> bool) -> Vec<Fault> {
        let mut decided = Vec::new();
        for (place, rule) in (0..).zip(self.rules().iter_mut()) {
            let fault = &rule.fault;
            if !fault.on.as_deref().is_none_or(&concerns) {
                continue;
            }
            rule.seen += 1;
            let is_due =
                rule.seen > fault.skip && fault.times.is_none_or(|times| rule.done < times);
            let drawn = draw(self.seed, "fault", &[place, number]) >> 11;
            #[allow(
                clippy::cast_precision_loss,
                reason = "53 bits are what a floating point number holds"
            )]
            let drawn = drawn as f64 / (1_u64 << 53) as f64;
            if is_due && fault.chance.is_none_or(|chance| drawn < chance) {
                rule.done += 1;
                decided.push(fault.clone());
            }
        }
        decided
    }

    /// A number for a choice about a request.
    pub(crate) fn draw(&self, question: &str, number: u64) -> u64 {
        draw(self.seed, question, &[number])
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
