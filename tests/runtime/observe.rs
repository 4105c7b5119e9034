//! What observers are told, and in which order.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use buildkite_client::queries::RecentBuilds;
use buildkite_client::{Event, OperationOutcome, RetryPolicy};
use buildkite_sandbox::{Fault, Sandbox};

use crate::support;
use crate::support::server::{Reply, Server};

/// Events in words, without times.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn note(&self, event: &Event<'_>) {
        let text = match event {
            Event::Started {
                operation,
                kind,
                requested,
                ..
            } => {
                format!("started {operation} {kind:?} {requested:?}")
            }
            Event::Reserved { points, waited, .. } => {
                format!("reserved {points} after {waited:?}")
            }
            Event::Attempt {
                attempt,
                status,
                error,
                complexity,
                user,
                ..
            } => format!(
                "attempt {attempt}: {status:?} {error:?} cost {:?}, knows {}",
                complexity.map(|complexity| complexity.actual),
                user.is_some(),
            ),
            Event::Retry { attempt, error, .. } => format!("again after {attempt}: {error:?}"),
            Event::Finished {
                attempts, outcome, ..
            } => {
                format!("finished after {attempts}: {outcome:?}")
            }
            other => format!("{other:?}"),
        };
        self.0.lock().unwrap().push(text);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[tokio::test]
async fn an_operation_tells_all_that_happens_to_it() {
    let sandbox = Sandbox::builder()
        .fault(Fault::status(503).times(1))
        .start()
        .await
        .unwrap();
    let told = Told::default();
    let bk = support::sandbox::builder(&sandbox)
        .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .observer({
            let told = told.clone();
            move |event: &Event<'_>| told.note(event)
        })
        .build()
        .unwrap();
    let op = RecentBuilds::new("acme-inc/web").first(2);
    bk.execute(&op).await.unwrap();
    assert_eq!(
        told.take(),
        [
            "started RecentBuilds Query Some(8)",
            "reserved 8 after 0ns",
            "attempt 1: Some(503) None cost None, knows true",
            "again after 1: Http",
            "reserved 8 after 0ns",
            "attempt 2: Some(200) None cost Some(8), knows true",
            "finished after 2: Answered",
        ]
    );
    // Nothing is told of what nobody waits for.
    drop(bk.execute(&op));
    drop(bk.execute(&op).into_future());
    assert!(told.take().is_empty());
}

#[tokio::test]
async fn what_fails_and_what_is_dropped_is_finished_too() {
    let told = Told::default();
    let observed = |server: &Server| {
        let told = told.clone();
        let builder = server
            .builder()
            .observer(move |event: &Event<'_>| told.note(event));
        builder.build().unwrap()
    };
    let op = RecentBuilds::new("acme-inc/web").first(2);
    let server = Server::always(Reply::Close);
    let error = observed(&server).execute(&op).await.unwrap_err();
    let kind = error.kind();
    assert_eq!(
        told.take()[2..],
        [
            format!("attempt 1: None Some({kind:?}) cost None, knows false"),
            format!("finished after 1: {:?}", OperationOutcome::Failed(kind)),
        ]
    );
    let server = Server::always(Reply::Hang);
    let bk = observed(&server);
    let execute = bk.execute(&op).into_future();
    let limit = Duration::from_millis(100);
    assert!(tokio::time::timeout(limit, execute).await.is_err());
    assert_eq!(told.take().last().unwrap(), "finished after 1: Abandoned");
}
