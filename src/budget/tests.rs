//! Many tasks on a small budget, against a server that keeps its own windows: on a clock
//! that runs only when there is nothing else to do.

use std::sync::Mutex as Lock;

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::{Complexity, RateLimit};

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
    fn run(&self, cost: u64) -> (Outcome, Limits) {
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
        let outcome = if is_refused {
            Outcome::Refused
        } else {
            Outcome::Done
        };
        (outcome, limits)
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

fn settle(reservation: Reservation, operation: &str, (outcome, limits): (Outcome, Limits)) {
    reservation.settle(operation, outcome, limits);
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

#[tokio::test(start_paused = true)]
async fn the_first_answer_is_waited_for() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    let first = reserve(&budget, "A", 5).await;
    let error = budget
        .reserve("A", Some(5), Some(soon()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    settle(first, "A", server.run(5));
    let second = budget.reserve("A", Some(5), Some(soon())).await.unwrap();
    let third = budget.reserve("A", Some(5), None).await.unwrap();
    assert!(second.is_some() && third.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_first_answer_that_does_not_come_holds_nobody_up() {
    // One that is slow, or whose future nobody polls.
    let budget = budget(BudgetPolicy::default());
    let first = reserve(&budget, "A", 5).await;
    let began = Instant::now();
    let _second = reserve(&budget, "A", 5).await;
    let _third = reserve(&budget, "A", 5).await;
    assert!(began.elapsed() <= Duration::from_millis(2_010));
    drop(first);
    // One that fails: whoever comes next does not wait at all.
    let budget = self::budget(BudgetPolicy::default());
    let first = reserve(&budget, "A", 5).await;
    first.settle("A", Outcome::NotSent, Limits::default());
    let began = Instant::now();
    let _all = [
        reserve(&budget, "A", 5).await,
        reserve(&budget, "A", 5).await,
    ];
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn futures_that_nobody_polls_hold_nobody_up() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    let holder = reserve(&budget, "A", 1).await;
    let rest = reserve(&budget, "B", 98).await;
    // The first in line waits, and then nobody looks at it for a while.
    let mut unpolled = std::pin::pin!(budget.reserve("A", Some(1), None));
    assert!(timeout(unpolled.as_mut()).await.is_err());
    let mut second = std::pin::pin!(budget.reserve("A", Some(1), None));
    assert!(timeout(second.as_mut()).await.is_err());
    settle(holder, "A", server.run(1));
    settle(rest, "B", server.run(8));
    let began = Instant::now();
    second.await.unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
    unpolled.await.unwrap();

    // The same where only the end of the window brings points back.
    ask(&budget, &server, "C", 90).await;
    let mut unpolled = std::pin::pin!(budget.reserve("D", Some(30), None));
    assert!(timeout(unpolled.as_mut()).await.is_err());
    let began = Instant::now();
    let _second = reserve(&budget, "D", 30).await;
    assert!(began.elapsed() <= Duration::from_secs(62));
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
        let budget = budget(policy);
        ask(&budget, &server, "A", 1).await;
        assert_eq!(free(&budget).await, expected, "{policy:?}");
        // Given back, they are there again.
        assert_eq!(free(&budget).await, expected, "{policy:?}");
    }
    for policy in [
        BudgetPolicy::default().floor(100),
        BudgetPolicy::default().ceiling(0.001),
    ] {
        let server = Server::new(100, 60);
        let budget = budget(policy);
        ask(&budget, &server, "A", 1).await;
        let error = budget.reserve("A", Some(1), None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!error.is_retryable());
        assert!(
            error.to_string().contains("a window of 100 points"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn clients_can_share_a_view() {
    let server = Server::new(100, 60);
    let points = Arc::new(LocalPoints::default());
    let greedy = Budget::new(BudgetPolicy::default(), points.clone());
    let modest = Budget::new(BudgetPolicy::default().ceiling(0.5), points.clone());
    ask(&greedy, &server, "A", 20).await;
    assert_eq!(free(&greedy).await, 80);
    // What was spent before it came counts for its share as well.
    assert_eq!(free(&modest).await, 30);
    let holder = reserve(&greedy, "B", 80).await;
    let waiting = {
        let modest = Arc::clone(&modest);
        tokio::spawn(async move { modest.reserve("A", Some(1), None).await.map(drop) })
    };
    sleep(Duration::from_millis(10)).await;
    // What one gives back serves those who wait in another line.
    let began = Instant::now();
    settle(holder, "B", server.run(1));
    waiting.await.unwrap().unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
    // Who is gone is not told any more.
    drop(greedy);
    ask(&modest, &server, "A", 1).await;
}

#[tokio::test(start_paused = true)]
async fn what_others_spend_is_seen_and_what_is_dropped_comes_back() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    server.run(50);
    ask(&budget, &server, "A", 1).await;
    assert_eq!(free(&budget).await, 48);
    // A future that is dropped while it waits holds nothing, and holds nobody up.
    budget.expected.learn("B", Some(60), 60);
    let waiting = budget.reserve("B", Some(60), None);
    assert!(timeout(waiting).await.is_err());
    assert_eq!(free(&budget).await, 48);
    // What was not sent is given back.
    drop(budget.reserve("C", Some(8), None).await.unwrap());
    assert_eq!(free(&budget).await, 48);
    // One that is dropped on its way may have been carried out; the next answer tells.
    drop(reserve(&budget, "C", 8).await);
    assert_eq!(free(&budget).await, 40);
    ask(&budget, &server, "A", 1).await;
    assert_eq!(free(&budget).await, 47);
    // The window ends, and everything is there.
    sleep(Duration::from_secs(62)).await;
    assert_eq!(free(&budget).await, 100);
}

#[tokio::test(start_paused = true)]
async fn lost_answers_do_not_use_the_ceiling_up() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default().ceiling(0.5));
    ask(&budget, &server, "A", 1).await;
    // None of them reached the server, as the next answer shows.
    for _ in 0..4 {
        drop(reserve(&budget, "B", 10).await);
    }
    assert_eq!(free(&budget).await, 9);
    ask(&budget, &server, "A", 1).await;
    assert_eq!(free(&budget).await, 48);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_not_taken_for_a_new_window() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default().ceiling(0.5));
    ask(&budget, &server, "A", 10).await;
    let late = reserve(&budget, "A", 10).await;
    let answer = server.run(10);
    ask(&budget, &server, "A", 10).await;
    sleep(Duration::from_secs(20)).await;
    // It says how much was left twenty seconds ago.
    settle(late, "A", answer);
    assert_eq!(free(&budget).await, 20);
    // And the window ends when it always did.
    ask(&budget, &server, "A", 20).await;
    let began = Instant::now();
    let _next = reserve(&budget, "A", 10).await;
    assert!(
        began.elapsed() <= Duration::from_secs(42),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_out_of_a_window_that_is_over_says_nothing() {
    let server = Server::new(100, 10);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    let late = reserve(&budget, "B", 90).await;
    let answer = server.run(90);
    sleep(Duration::from_secs(12)).await;
    settle(late, "B", answer);
    assert_eq!(free(&budget).await, 100);
}

#[tokio::test(start_paused = true)]
async fn without_headers_nobody_waits() {
    let budget = budget(BudgetPolicy::default());
    for window in [
        None,
        // Nothing can be made of these.
        Some(RateLimit {
            limit: 0,
            remaining: 0,
            reset: Duration::ZERO,
        }),
        Some(RateLimit {
            limit: -1,
            remaining: i64::MIN,
            reset: Duration::from_secs(9),
        }),
    ] {
        let first = budget.reserve("A", None, None).await.unwrap().unwrap();
        let limits = Limits {
            user: window,
            organization: window,
            complexity: None,
        };
        first.settle("A", Outcome::Done, limits);
        let mut held = Vec::new();
        for _ in 0..1_000 {
            held.push(budget.reserve("A", Some(u64::MAX), None).await.unwrap());
        }
    }
    // Off means off.
    let off = self::budget(BudgetPolicy::none());
    assert!(off.reserve("A", Some(1), None).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_window_without_end_is_survived() {
    let budget = budget(BudgetPolicy::default());
    let endless = RateLimit {
        limit: i64::MAX,
        remaining: i64::MAX,
        reset: Duration::MAX,
    };
    for _ in 0..2 {
        let limits = Limits {
            user: Some(endless),
            organization: Some(endless),
            complexity: Some(Complexity {
                requested: i64::MAX,
                actual: i64::MAX,
            }),
        };
        let reservation = reserve(&budget, "A", u64::MAX).await;
        reservation.settle("A", Outcome::Done, limits);
    }
    let none = RateLimit {
        remaining: 0,
        ..endless
    };
    let limits = Limits {
        user: Some(none),
        ..Limits::default()
    };
    reserve(&budget, "A", 1)
        .await
        .settle("A", Outcome::Done, limits);
    let error = budget
        .reserve("A", Some(1), Some(soon()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
}

#[tokio::test(start_paused = true)]
async fn what_was_never_counted_is_tried_while_a_point_is_left() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    // It may cost 400 points, and does cost ten.
    let began = Instant::now();
    let reservation = reserve(&budget, "Huge", 400).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    settle(reservation, "Huge", server.run(10));
    // One that does cost more than a window has runs once all of one is there.
    budget.expected.learn("Whole", Some(400), 400);
    for seconds in [60, 120] {
        ask(&budget, &server, "Whole", 400).await;
        let waited = began.elapsed().as_secs();
        assert!((seconds - 1..=seconds + 3).contains(&waited), "{waited}");
    }
    assert_eq!(server.refused(), 0);
    // Not where others were promised the rest.
    let floor = self::budget(BudgetPolicy::default().floor(10));
    let server = Server::new(100, 60);
    ask(&floor, &server, "A", 1).await;
    assert!(
        floor
            .reserve("Huge", Some(400), Some(soon()))
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn refusals_teach_no_cost() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 40).await;
    let refused = reserve(&budget, "A", 40).await;
    let nothing = Complexity {
        requested: 90_000,
        actual: 0,
    };
    let limits = Limits {
        complexity: Some(nothing),
        ..Limits::default()
    };
    refused.settle("A", Outcome::Done, limits);
    assert_eq!(budget.expected.points("A", Some(40)), (40, 40));
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_told_why() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 100).await;
    let error = budget
        .reserve("A", Some(100), Some(soon()))
        .await
        .unwrap_err();
    assert!(error.is_retryable() && !error.may_have_been_sent());
    assert!(error.retry_after().unwrap() > Duration::from_secs(58));
    let text = error.to_string();
    assert!(
        text.contains("too few") && text.contains("ends in 61 s"),
        "{text}"
    );

    // Others have what there is, and do not give it back in time.
    let other = self::budget(BudgetPolicy::default());
    let _first = reserve(&other, "A", 1).await;
    let error = other.reserve("A", Some(1), Some(soon())).await.unwrap_err();
    assert_eq!(error.retry_after(), None, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("waited 1 s for what other operations hold"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn reservations_that_nobody_settles_are_forgotten_with_their_window() {
    // Their futures are alive, and nobody polls them: granted and sent, or granted only.
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    let _sent = [
        reserve(&budget, "B", 33).await,
        reserve(&budget, "B", 33).await,
    ];
    let _unsent = budget.reserve("B", Some(33), None).await.unwrap();
    let began = Instant::now();
    let _next = reserve(&budget, "C", 90).await;
    assert!(
        began.elapsed() < Duration::from_secs(63),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn points_that_nobody_picks_up_go_to_those_who_wait() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    let holder = reserve(&budget, "B", 99).await;
    budget.expected.learn("C", Some(80), 80);
    let mut unpolled = std::pin::pin!(budget.reserve("C", Some(80), None));
    assert!(timeout(unpolled.as_mut()).await.is_err());
    let mut second = std::pin::pin!(budget.reserve("C", Some(80), None));
    assert!(timeout(second.as_mut()).await.is_err());
    settle(holder, "B", server.run(1));
    // The first is served, and does not come for it.
    let began = Instant::now();
    let second = second.await.unwrap().unwrap();
    assert!(
        began.elapsed() <= Duration::from_millis(210),
        "{:?}",
        began.elapsed()
    );
    second.settle("C", Outcome::NotSent, Limits::default());
    // When it comes, it gets in line again.
    let first = unpolled.await.unwrap();
    assert!(first.is_some());
    drop(first);
    assert_eq!(free(&budget).await, 98);
}

#[tokio::test(start_paused = true)]
async fn pages_of_other_sizes_are_known_to_cost_other_points() {
    let server = Server::new(2_000, 60);
    let budget = budget(BudgetPolicy::default());
    for _ in 0..50 {
        ask(&budget, &server, "A", 2).await;
    }
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let (budget, server) = (Arc::clone(&budget), Arc::clone(&server));
        tasks.spawn(async move {
            let mut rng = Rng::with_seed(task);
            let reservation = reserve(&budget, "A", 200).await;
            sleep(Duration::from_millis(rng.u64(1..60))).await;
            let answer = server.run(200);
            sleep(Duration::from_millis(rng.u64(1..60))).await;
            settle(reservation, "A", answer);
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(server.refused(), 0);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_learn_what_it_costs() {
    let server = Server::new(5_000, 60);
    let budget = budget(BudgetPolicy::default().floor(1));
    ask(&budget, &server, "Other", 1).await;
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let (budget, server) = (Arc::clone(&budget), Arc::clone(&server));
        tasks.spawn(async move {
            // It may cost 4,000, and costs 24.
            let reservation = reserve(&budget, "A", 4_000).await;
            sleep(Duration::from_millis(50)).await;
            settle(reservation, "A", server.run(24));
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_starves_beside_another_client() {
    let server = Server::new(5_000, 60);
    let points = Arc::new(LocalPoints::default());
    let busy = Budget::new(BudgetPolicy::default(), points.clone());
    let other = Budget::new(BudgetPolicy::default(), points.clone());
    ask(&busy, &server, "A", 1).await;
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let (busy, server) = (Arc::clone(&busy), Arc::clone(&server));
        tasks.spawn(async move {
            let mut rng = Rng::with_seed(task);
            loop {
                let reservation = reserve(&busy, "A", 20).await;
                sleep(Duration::from_secs(rng.u64(1..4))).await;
                settle(reservation, "A", server.run(20));
            }
        });
    }
    sleep(Duration::from_secs(5)).await;
    other.expected.learn("Most", Some(4_900), 4_900);
    let began = Instant::now();
    let most = reserve(&other, "Most", 4_900).await;
    assert!(
        began.elapsed() < Duration::from_secs(130),
        "{:?}",
        began.elapsed()
    );
    settle(most, "Most", server.run(4_900));
    // One that leaves keeps nobody waiting.
    let waiting = other.reserve("Most", Some(4_900), None);
    assert!(timeout(waiting).await.is_err());
    assert_eq!(server.refused(), 0);
    tasks.abort_all();
    let began = Instant::now();
    let _next = reserve(&busy, "A", 20).await;
    assert!(
        began.elapsed() < Duration::from_secs(62),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_stops_nobody_for_a_window() {
    let server = Server::new(5_000, 300);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    for _ in 0..40 {
        let lost = reserve(&budget, "B", 20_000).await;
        lost.settle("B", Outcome::Lost, Limits::default());
    }
    // Nobody knows whether a point is left; one asks.
    let began = Instant::now();
    ask(&budget, &server, "A", 1).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(free(&budget).await, 4_998);
}

#[tokio::test(start_paused = true)]
async fn many_who_leave_leave_quickly() {
    let server = Server::new(100, 60);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 100).await;
    let mut waiting = Vec::new();
    for _ in 0..20_000 {
        let mut place = Box::pin(budget.reserve("A", Some(100), None));
        let looked = std::future::poll_fn(|cx| std::task::Poll::Ready(place.as_mut().poll(cx)));
        assert!(looked.await.is_pending());
        waiting.push(place);
    }
    drop(waiting);
    let _next = reserve(&budget, "A", 100).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_waited_for_the_oldest_is_told_when_it_is_served() {
    let server = Server::new(1_000, 60);
    let points = Arc::new(LocalPoints::default());
    let other = Budget::new(BudgetPolicy::default(), points.clone());
    let budget = Budget::new(BudgetPolicy::default(), points.clone());
    ask(&budget, &server, "A", 1).await;
    let holder = reserve(&budget, "B", 500).await;
    budget.expected.learn("Most", Some(600), 600);
    let most = {
        let budget = Arc::clone(&budget);
        tokio::spawn(async move { budget.reserve("Most", Some(600), None).await })
    };
    sleep(Duration::from_millis(20)).await;
    let small = {
        let other = Arc::clone(&other);
        tokio::spawn(async move { other.reserve("Small", Some(10), None).await })
    };
    sleep(Duration::from_millis(20)).await;
    assert!(!small.is_finished(), "the oldest comes first");
    let began = Instant::now();
    holder.settle("B", Outcome::NotSent, Limits::default());
    let _most = most.await.unwrap().unwrap();
    let _small = small.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn points_that_nobody_picks_up_go_to_other_clients_too() {
    let server = Server::new(100, 60);
    let points = Arc::new(LocalPoints::default());
    let budget = Budget::new(BudgetPolicy::default(), points.clone());
    let other = Budget::new(BudgetPolicy::default(), points.clone());
    ask(&budget, &server, "A", 1).await;
    let holder = reserve(&budget, "B", 99).await;
    for budget in [&budget, &other] {
        budget.expected.learn("C", Some(80), 80);
    }
    let mut unpolled = std::pin::pin!(budget.reserve("C", Some(80), None));
    assert!(timeout(unpolled.as_mut()).await.is_err());
    let mut second = std::pin::pin!(other.reserve("C", Some(80), None));
    assert!(timeout(second.as_mut()).await.is_err());
    settle(holder, "B", server.run(1));
    let began = Instant::now();
    let _second = second.await.unwrap().unwrap();
    let waited = began.elapsed();
    assert!(waited <= Duration::from_millis(210), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn what_only_its_own_ceiling_holds_back_holds_up_nobody() {
    let server = Server::new(1_000, 60);
    let points = Arc::new(LocalPoints::default());
    let modest = Budget::new(BudgetPolicy::default().ceiling(0.3), points.clone());
    let other = Budget::new(BudgetPolicy::default(), points.clone());
    ask(&modest, &server, "A", 300).await;
    let waiting = {
        let modest = Arc::clone(&modest);
        tokio::spawn(async move { modest.reserve("A", Some(300), None).await.map(drop) })
    };
    sleep(Duration::from_millis(20)).await;
    let began = Instant::now();
    for _ in 0..20 {
        ask(&other, &server, "B", 20).await;
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    waiting.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(63));
}
