//! Many tasks on a small budget, against a server that keeps its own windows: on a clock
//! that runs only when there is nothing else to do.

use std::collections::BTreeMap;
use std::sync::Mutex as Lock;

use bytes::Bytes;
use fastrand::Rng;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;

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

    /// Runs an operation and answers with headers, be it refused.
    fn run(&self, cost: i64) -> Answer {
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
        let reset = (state.ends_at - now)
            .as_millis()
            .div_ceil(1_000)
            .to_string();
        let cost = if is_refused { 0 } else { cost };
        let headers = [
            ("ratelimit-user-limit", self.limit.to_string()),
            (
                "ratelimit-user-remaining",
                state.remaining.max(0).to_string(),
            ),
            ("ratelimit-user-reset", reset),
            ("ratelimit-complexity-requested", cost.to_string()),
            ("ratelimit-complexity-actual", cost.to_string()),
        ];
        let headers = headers
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let status = if is_refused { 429 } else { 200 };
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect::<HeaderMap>(),
            body: Bytes::new(),
        }
    }
}

/// One operation from reservation to settlement, with a random way there and back.
async fn operate(budget: &Arc<Budget>, server: &Server, cost: u64, rng: &mut Rng) {
    let name = format!("Costs{cost}");
    let reservation = budget.reserve(&name, Some(cost), None).await.unwrap();
    sleep(Duration::from_millis(rng.u64(1..60))).await;
    let answer = server.run(i64::try_from(cost).unwrap());
    sleep(Duration::from_millis(rng.u64(1..60))).await;
    reservation.unwrap().settle(&name, &answer);
}

#[tokio::test(start_paused = true)]
async fn many_tasks_use_a_small_budget_up_and_are_never_refused() {
    for seed in 0..30 {
        let server = Server::new(2_000, 60);
        let budget = Arc::new(Budget::new(BudgetPolicy::default()));
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

#[tokio::test(start_paused = true)]
async fn the_first_answer_is_waited_for() {
    let server = Server::new(100, 60);
    let budget = Arc::new(Budget::new(BudgetPolicy::default()));
    let first = budget.reserve("A", Some(5), None).await.unwrap().unwrap();
    let soon = Some(Instant::now() + Duration::from_secs(1));
    let second = budget.reserve("A", Some(5), soon).await;
    assert_eq!(second.unwrap_err().kind(), ErrorKind::RateLimited);
    first.settle("A", &server.run(5));
    let second = budget.reserve("A", Some(5), soon).await.unwrap();
    let third = budget.reserve("A", Some(5), None).await.unwrap();
    assert!(second.is_some() && third.is_some());
}

/// What can be reserved at once without waiting.
async fn free(budget: &Arc<Budget>) -> u64 {
    let mut held = Vec::new();
    loop {
        let soon = Some(Instant::now() + Duration::from_millis(1));
        match budget.reserve("One", Some(1), soon).await {
            Ok(reservation) => held.push(reservation),
            Err(_) => break,
        }
    }
    let free = u64::try_from(held.len()).unwrap();
    for reservation in held.into_iter().flatten() {
        reservation.give_back();
    }
    free
}

#[tokio::test(start_paused = true)]
async fn ceiling_and_floor_leave_points_to_others() {
    for (policy, expected) in [
        (BudgetPolicy::default(), 99),
        (BudgetPolicy::default().floor(40), 59),
        (BudgetPolicy::default().ceiling(0.3), 29),
        (BudgetPolicy::default().ceiling(0.3).floor(90), 9),
        (BudgetPolicy::default().ceiling(f64::NAN), 99),
    ] {
        let server = Server::new(100, 60);
        let budget = Arc::new(Budget::new(policy));
        let first = budget.reserve("A", Some(1), None).await.unwrap().unwrap();
        first.settle("A", &server.run(1));
        assert_eq!(free(&budget).await, expected, "{policy:?}");
        // Given back, they are there again.
        assert_eq!(free(&budget).await, expected, "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_spend_is_seen_and_what_is_dropped_comes_back() {
    let server = Server::new(100, 60);
    let budget = Arc::new(Budget::new(BudgetPolicy::default()));
    let ask = async |cost: u64| {
        let reservation = budget.reserve("A", Some(cost), None).await.unwrap();
        reservation
            .unwrap()
            .settle("A", &server.run(i64::try_from(cost).unwrap()));
    };
    ask(1).await;
    server.run(50);
    ask(1).await;
    assert_eq!(free(&budget).await, 48);
    // A future that is dropped while it waits holds nothing.
    let waiting = budget.reserve("B", Some(60), None);
    assert!(
        timeout_at(Instant::now() + Duration::from_secs(1), waiting)
            .await
            .is_err()
    );
    assert_eq!(free(&budget).await, 48);
    // One that is dropped on its way may have been carried out; the next answer tells.
    drop(budget.reserve("C", Some(8), None).await.unwrap());
    assert_eq!(free(&budget).await, 40);
    ask(1).await;
    assert_eq!(free(&budget).await, 47);
    // The window ends, and everything is there.
    sleep(Duration::from_secs(62)).await;
    assert_eq!(free(&budget).await, 100);
}

#[tokio::test(start_paused = true)]
async fn without_headers_nobody_waits_and_more_than_all_is_let_through() {
    let budget = Arc::new(Budget::new(BudgetPolicy::default()));
    let silent = Answer {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let first = budget.reserve("A", None, None).await.unwrap().unwrap();
    first.settle("A", &silent);
    let mut held = Vec::new();
    for _ in 0..1_000 {
        held.push(budget.reserve("A", Some(50_000), None).await.unwrap());
    }
    assert_eq!(held.len(), 1_000);
    // What costs more than a window has is let through once all of one is there.
    let server = Server::new(100, 60);
    let budget = Arc::new(Budget::new(BudgetPolicy::default()));
    let mut costs = BTreeMap::new();
    for cost in [1, 400, 400] {
        let began = Instant::now();
        let reservation = budget.reserve("Huge", Some(cost), None).await.unwrap();
        let answer = server.run(i64::try_from(cost).unwrap());
        assert_eq!(answer.status, 200);
        reservation
            .unwrap()
            .settle(&format!("Other{cost}"), &answer);
        costs.insert(began.elapsed().as_secs(), cost);
    }
    assert_eq!(server.state.lock().unwrap().refused, 0);
    // Off means off.
    let off = Arc::new(Budget::new(BudgetPolicy::none()));
    assert!(off.reserve("A", Some(1), None).await.unwrap().is_none());
}
