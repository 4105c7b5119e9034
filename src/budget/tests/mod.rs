//! Many tasks on a small budget, against a server that keeps its own windows: on a clock
//! that runs only when there is nothing else to do.

use std::sync::Mutex as Lock;

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::{Complexity, RateLimit};

mod costs;
mod line;
mod sharing;
mod view;

/// A server with one window that counts as Buildkite's do.
struct Server {
    limit: i64,
    window: Duration,
    state: Lock<State>,
}

struct State {
    remaining: i64,
    ends_at: Instant,
    refused: u32,
    /// What was spent in each window that is over, and by others.
    spent: Vec<i64>,
}

impl Server {
    fn new(limit: i64, window: u64) -> Arc<Self> {
        let window = Duration::from_secs(window);
        Arc::new(Self {
            limit,
            window,
            state: Lock::new(State {
                remaining: limit,
                ends_at: Instant::now() + window,
                refused: 0,
                spent: Vec::new(),
            }),
        })
    }

    /// Runs an operation and tells of the window, be it refused.
    fn run(&self, cost: u64) -> (Ending, Limits) {
        let cost = i64::try_from(cost).unwrap();
        let mut state = self.state.lock().unwrap();
        let now = Instant::now();
        while now >= state.ends_at {
            let spent = self.limit - state.remaining;
            state.spent.push(spent);
            state.remaining = self.limit;
            state.ends_at += self.window;
        }
        let is_refused = state.remaining <= 0;
        if is_refused {
            state.refused += 1;
        } else {
            state.remaining -= cost;
        }
        // Rounded up, as a whole number of seconds has to be.
        let reset = (state.ends_at - now).as_millis().div_ceil(1_000);
        let cost = if is_refused { 0 } else { cost };
        let limits = Limits {
            user: Some(RateLimit {
                limit: self.limit,
                remaining: state.remaining.max(0),
                reset: Duration::from_secs(u64::try_from(reset).unwrap()),
            }),
            complexity: Some(Complexity {
                requested: cost,
                actual: cost,
            }),
            organization: None,
        };
        let ending = if is_refused {
            Ending::Refused
        } else {
            Ending::Done
        };
        (ending, limits)
    }

    fn refused(&self) -> u32 {
        self.state.lock().unwrap().refused
    }
}

/// A budget with a view of its own.
fn budget(policy: BudgetPolicy) -> Arc<Budget> {
    Budget::new(policy, Arc::new(LocalPoints::default()))
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(1)
}

async fn reserve(budget: &Arc<Budget>, operation: &str, cost: u64) -> Reservation {
    let reservation = budget.reserve(operation, Some(cost), None).await;
    let mut reservation = reservation.unwrap().unwrap();
    reservation.sending();
    reservation
}

fn settle(reservation: Reservation, operation: &str, (ending, limits): (Ending, Limits)) {
    reservation.settle(operation, ending, limits);
}

/// Asks for an operation and has it answered at once.
async fn ask(budget: &Arc<Budget>, server: &Server, operation: &str, cost: u64) {
    let reservation = reserve(budget, operation, cost).await;
    settle(reservation, operation, server.run(cost));
}

/// One operation from reservation to settlement, with a random way there and back.
async fn operate(budget: &Arc<Budget>, server: &Server, cost: u64, rng: &mut Rng) {
    let name = format!("Costs{cost}");
    let reservation = reserve(budget, &name, cost).await;
    sleep(Duration::from_millis(rng.u64(1..60))).await;
    let answer = server.run(cost);
    // Some answers are long on their way.
    let back = if rng.u8(..) < 10 { 1..8_000 } else { 1..60 };
    sleep(Duration::from_millis(rng.u64(back))).await;
    settle(reservation, &name, answer);
}

#[tokio::test(start_paused = true)]
async fn many_tasks_use_a_small_budget_up_and_are_never_refused() {
    for seed in 0..100 {
        let server = Server::new(2_000, 60);
        let budget = budget(BudgetPolicy::default());
        let mut tasks = JoinSet::new();
        for task in 0..64 {
            let (budget, server) = (Arc::clone(&budget), Arc::clone(&server));
            tasks.spawn(async move {
                let mut rng = Rng::with_seed(seed * 1_000 + task);
                let mut last = Instant::now();
                let mut longest = Duration::ZERO;
                for _ in 0..12 {
                    let cost = rng.u64(3..25);
                    operate(&budget, &server, cost, &mut rng).await;
                    longest = longest.max(last.elapsed());
                    last = Instant::now();
                }
                longest
            });
        }
        let mut longest = Duration::ZERO;
        while let Some(waited) = tasks.join_next().await {
            longest = longest.max(waited.unwrap());
        }
        let state = server.state.lock().unwrap();
        assert_eq!(state.refused, 0, "seed {seed}");
        // Some ten thousand points, so that windows were waited for. All but the last
        // have to be used.
        assert!(state.spent.len() >= 4, "seed {seed}: {:?}", state.spent);
        for spent in &state.spent {
            assert!(*spent >= 1_900, "seed {seed}: {:?}", state.spent);
        }
        // Nobody waits while others go on and on: one window and what is left of another.
        assert!(
            longest <= Duration::from_secs(125),
            "seed {seed}: {longest:?}"
        );
    }
}

async fn timeout<F: Future>(future: F) -> Result<F::Output, tokio::time::error::Elapsed> {
    tokio::time::timeout(Duration::from_millis(10), future).await
}

/// What can be reserved at once without waiting.
async fn free(budget: &Arc<Budget>) -> u64 {
    let mut held = Vec::new();
    // Counted before, so that it is not tried whether there is one more.
    budget.expected.learn("One", Some(1), 1);
    loop {
        let soon = Some(Instant::now() + Duration::from_millis(1));
        match budget.reserve("One", Some(1), soon).await {
            Ok(reservation) => held.push(reservation),
            Err(_) => break,
        }
    }
    u64::try_from(held.len()).unwrap()
}
