//! What the benches share: operations in the forms of all three libraries, and
//! measuring in turn.

mod cynic_text;
pub mod family;

use std::time::{Duration, Instant};

/// The median of what was measured; zero of nothing.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// How long something takes, once.
#[allow(clippy::disallowed_methods, reason = "what is measured is real time")]
pub fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = work();
    let elapsed = start.elapsed();
    // What is made is not part of the work that ends here.
    drop(std::hint::black_box(result));
    elapsed
}

/// A candidate of a comparison, and what it took in each round.
pub struct Candidate<'a> {
    name: &'static str,
    work: Box<dyn FnMut() -> Duration + 'a>,
    times: Vec<Duration>,
}

impl std::fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Candidate")
            .field("name", &self.name)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

impl<'a> Candidate<'a> {
    /// `work` measures itself, so that what it needs before is not counted.
    pub fn new(name: &'static str, work: impl FnMut() -> Duration + 'a) -> Self {
        Self {
            name,
            work: Box::new(work),
            times: Vec::new(),
        }
    }
}

/// Runs all candidates in turn, so that a slower minute of the machine meets
/// all of them, and returns the median of each.
pub fn compare(candidates: &mut [Candidate<'_>], rounds: usize) -> Vec<(&'static str, Duration)> {
    for candidate in &mut *candidates {
        (candidate.work)();
        candidate.times.clear();
    }
    for _ in 0..rounds {
        for candidate in &mut *candidates {
            let time = (candidate.work)();
            candidate.times.push(time);
        }
    }
    candidates
        .iter_mut()
        .map(|candidate| (candidate.name, median(&mut candidate.times)))
        .collect()
}
