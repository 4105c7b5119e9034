//! Several clients with one view of the points.

use super::*;

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
    holder.settle("B", Ending::NotSent, Limits::default());
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
