//! What is left: by what the server tells, late or lost or not at all.

use super::*;

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
        first.settle("A", Ending::Done, limits);
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
        reservation.settle("A", Ending::Done, limits);
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
        .settle("A", Ending::Done, limits);
    let error = budget
        .reserve("A", Some(1), Some(soon()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_stops_nobody_for_a_window() {
    let server = Server::new(5_000, 300);
    let budget = budget(BudgetPolicy::default());
    ask(&budget, &server, "A", 1).await;
    for _ in 0..40 {
        let lost = reserve(&budget, "B", 20_000).await;
        lost.settle("B", Ending::Lost, Limits::default());
    }
    // Nobody knows whether a point is left; one asks.
    let began = Instant::now();
    ask(&budget, &server, "A", 1).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(free(&budget).await, 4_998);
}
