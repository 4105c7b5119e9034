//! What operations are expected to cost, and what is done where nobody knows.

use super::*;

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
    refused.settle("A", Ending::Done, limits);
    assert_eq!(budget.expected.points("A", Some(40)), (40, 40));
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
