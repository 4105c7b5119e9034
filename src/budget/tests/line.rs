//! Those who wait: in order, told why, and never held up by a future that nobody polls.

use super::*;

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
    first.settle("A", Ending::NotSent, Limits::default());
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
    second.settle("C", Ending::NotSent, Limits::default());
    // When it comes, it gets in line again.
    let first = unpolled.await.unwrap();
    assert!(first.is_some());
    drop(first);
    assert_eq!(free(&budget).await, 98);
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
