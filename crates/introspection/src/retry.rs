//! When what failed is sent again, and how long after.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::IntrospectionError;

/// How often a question is sent at the most.
const ATTEMPTS: u32 = 3;

/// The wait before the second attempt; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest that a server may ask to wait for. Somebody sits in front of it, and would
/// rather know.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Asks until there is an answer, or an error that does not pass by itself, or until
/// another attempt could only come after the deadline.
pub(crate) async fn persist<T, F>(
    deadline: Option<Instant>,
    mut ask: impl FnMut() -> F,
) -> Result<T, IntrospectionError>
where
    F: Future<Output = Result<T, IntrospectionError>>,
{
    let mut wait = FIRST_WAIT;
    let mut attempt = 1;
    loop {
        let error = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error.after(attempt),
        };
        let wanted = error.retry_after().unwrap_or(wait);
        let in_time = deadline.is_none_or(|end| Instant::now() + wanted < end);
        if !error.is_transient() || attempt == ATTEMPTS || wanted > LONGEST_WAIT || !in_time {
            return Err(error);
        }
        sleep(wanted).await;
        wait *= 2;
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    //! How often, and with which waits; the clock stands still.

    use std::cell::RefCell;

    use super::*;
    use crate::IntrospectionErrorKind::Status;

    fn passing() -> IntrospectionError {
        IntrospectionError::new(Status, "busy", "wait").transient()
    }

    /// Asks what always fails, and tells when it was asked and what came of it.
    async fn fail(
        deadline: Option<u64>,
        error: impl Fn() -> IntrospectionError,
    ) -> (Vec<u128>, String) {
        let start = Instant::now();
        let asked = RefCell::new(Vec::new());
        let deadline = deadline.map(|seconds| start + Duration::from_secs(seconds));
        let result: Result<(), _> = persist(deadline, || async {
            asked.borrow_mut().push(start.elapsed().as_millis());
            Err(error())
        })
        .await;
        (asked.into_inner(), result.unwrap_err().to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_three_times() {
        let (asked, error) = fail(None, passing).await;
        assert_eq!(asked, [0, 250, 750]);
        assert_eq!(error, "busy, tried 3 times");
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_pass_is_tried_once() {
        let (asked, error) = fail(None, || IntrospectionError::new(Status, "no", "")).await;
        assert_eq!(asked, [0]);
        assert_eq!(error, "no");
    }

    #[tokio::test(start_paused = true)]
    async fn the_servers_wait_is_kept_to_when_it_is_short() {
        let asking =
            |seconds| move || passing().with_retry_after(Some(Duration::from_secs(seconds)));
        assert_eq!(fail(None, asking(2)).await.0, [0, 2_000, 4_000]);
        assert_eq!(fail(None, asking(0)).await.0, [0, 0, 0]);
        assert_eq!(fail(None, asking(11)).await.0, [0]);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_waited_for_beyond_the_deadline() {
        let asking = || passing().with_retry_after(Some(Duration::from_secs(4)));
        assert_eq!(fail(Some(7), asking).await.0, [0, 4_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_it() {
        let asked = RefCell::new(0);
        let answer = persist(None, || async {
            *asked.borrow_mut() += 1;
            if *asked.borrow() == 2 {
                Ok("here")
            } else {
                Err(passing())
            }
        });
        assert_eq!(answer.await.unwrap(), "here");
    }
}
