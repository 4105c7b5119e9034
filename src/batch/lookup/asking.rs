//! One chunk of IDs on its way, which is divided where it is too much at once.

use std::collections::HashMap;
use std::future::{Future, IntoFuture as _};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep};

use super::found::Found;
use super::request::{Common, ManyNodes};
use super::{NodeLookup, Outcome, outcomes};
use crate::client::{Begun, Executing};
use crate::transport::Retry;
use crate::{Client, Error};

/// What the chunks of a lookup share.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) common: Common,
    /// How many IDs a chunk may have; less once the server has refused as many.
    pub(super) most: AtomicUsize,
}

/// The future of the outcomes for a chunk, in the order of its IDs.
pub(super) struct Asking<O: NodeLookup> {
    shared: Arc<Shared>,
    ids: Vec<String>,
    /// Where in `ids` each that differs from all before it stands.
    distinct: Vec<usize>,
    /// For each of `ids`, its place in `distinct`.
    which: Vec<usize>,
    /// Parts of `distinct` that are not asked for yet, the next one last.
    waiting: Vec<Part>,
    executing: Option<(Part, Executing<Found<O>>)>,
    /// The wait before the next request, after one that took too long.
    pause: Option<Pin<Box<Sleep>>>,
    outcomes: Vec<Outcome<O::Node>>,
}

/// A part of a chunk.
struct Part {
    range: Range<usize>,
    /// What was done for it as a part of a larger one.
    begun: Option<Begun>,
}

impl<O: NodeLookup> Asking<O> {
    pub(super) fn new(shared: Arc<Shared>, ids: Vec<String>) -> Self {
        let (distinct, which) = distinct(&ids);
        Self {
            shared,
            waiting: vec![Part {
                range: 0..distinct.len(),
                begun: None,
            }],
            pause: None,
            outcomes: Vec::with_capacity(distinct.len()),
            ids,
            distinct,
            which,
            executing: None,
        }
    }

    fn execute(&self, part: &mut Part) -> Result<Executing<Found<O>>, Error> {
        let Shared { client, common, .. } = &*self.shared;
        let others = common.variables.as_ref().map_err(Clone::clone)?;
        let places = self.distinct.get(part.range.clone()).unwrap_or_default();
        let ids = places.iter().filter_map(|place| self.ids.get(*place));
        let request = ManyNodes::<O>::new(common, others, ids.map(String::as_str).collect());
        let begun = *part.begun.get_or_insert_with(|| client.begin());
        let execute = client.execute(request).going_on(begun);
        let execute = if part.range.len() > 1 {
            // Divided, and not tried again as it is.
            execute.hand_on_timeouts()
        } else {
            execute
        };
        Ok(execute.into_future())
    }

    fn fail(&mut self, part: Part, error: Error) {
        let is_refused = is_refused(&error);
        let is_divided = is_refused || error.is_too_slow() || outcomes::took_others_along(&error);
        if part.range.len() <= 1 || !is_divided {
            return self.give_up(&part, &error);
        }
        if is_refused {
            // A time-out may have had other causes.
            let half = part.range.len().div_ceil(2);
            self.shared.most.fetch_min(half, Ordering::Relaxed);
        } else if let (true, Some(begun)) = (error.is_too_slow(), part.begun) {
            let begun = Begun {
                attempts: error.attempts(),
                ..begun
            };
            match self.shared.client.after(&error, begun) {
                Retry::After(wait) => self.pause = Some(Box::pin(sleep(wait))),
                Retry::No => return self.give_up(&part, &error),
                Retry::NoMore(why) => return self.give_up(&part, &error.given_up(why)),
            }
            return self.divide(part.range, Some(begun));
        }
        // A size that is refused takes nothing of the attempts.
        self.divide(part.range, part.begun);
    }

    fn divide(&mut self, range: Range<usize>, begun: Option<Begun>) {
        let middle = range.start + range.len().div_ceil(2);
        for range in [middle..range.end, range.start..middle] {
            self.waiting.push(Part { range, begun });
        }
    }

    fn give_up(&mut self, part: &Part, error: &Error) {
        self.outcomes
            .extend(outcomes::of_error::<O>(part.range.len(), error));
    }

    /// The IDs as they came, each with its outcome.
    fn finish(&mut self) -> Vec<(String, Outcome<O::Node>)> {
        let outcomes = spread(std::mem::take(&mut self.outcomes), &self.which);
        std::mem::take(&mut self.ids)
            .into_iter()
            .zip(outcomes)
            .collect()
    }
}

impl<O: NodeLookup> Future for Asking<O> {
    type Output = Vec<(String, Outcome<O::Node>)>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            if let Some(pause) = &mut this.pause {
                ready!(pause.as_mut().poll(cx));
                this.pause = None;
            }
            if let Some((_, executing)) = &mut this.executing {
                let answer = ready!(Pin::new(executing).poll(cx));
                if let Some((part, _)) = this.executing.take() {
                    match answer {
                        Ok(answer) => {
                            let name = &this.shared.common.name;
                            let outcomes = outcomes::of_answer(name, part.range.len(), answer);
                            this.outcomes.extend(outcomes);
                        }
                        Err(error) => this.fail(part, error),
                    }
                }
                continue;
            }
            let Some(mut part) = this.waiting.pop() else {
                return Poll::Ready(this.finish());
            };
            match this.execute(&mut part) {
                Ok(executing) => this.executing = Some((part, executing)),
                Err(error) => this.fail(part, error),
            }
        }
    }
}

// Nothing is pinned in place: the request on its way is boxed.
impl<O: NodeLookup> Unpin for Asking<O> {}

/// Where each ID stands that differs from all before it, and for each ID the place of
/// its equal among those.
pub(super) fn distinct(ids: &[String]) -> (Vec<usize>, Vec<usize>) {
    let mut known = HashMap::with_capacity(ids.len());
    let mut distinct = Vec::with_capacity(ids.len());
    let which = ids
        .iter()
        .enumerate()
        .map(|(place, id)| {
            *known.entry(id.as_str()).or_insert_with(|| {
                distinct.push(place);
                distinct.len() - 1
            })
        })
        .collect();
    (distinct, which)
}

/// Gives each its outcome; one is cloned only where it is needed several times.
pub(super) fn spread<N: Clone>(outcomes: Vec<Outcome<N>>, which: &[usize]) -> Vec<Outcome<N>> {
    if outcomes.len() == which.len() {
        // All differ, and those that do are numbered in their order.
        return outcomes;
    }
    let outcomes = &outcomes;
    which
        .iter()
        .filter_map(|place| outcomes.get(*place).cloned())
        .collect()
}

/// Whether it is the size that was refused, so that others of the size would be as well.
fn is_refused(error: &Error) -> bool {
    error.is_too_complex() || error.is_too_large() || error.status() == Some(413)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn equal_ids_are_asked_for_once() {
        let ids = ["a", "b", "a", "c", "b"].map(str::to_owned);
        let (places, which) = distinct(&ids);
        assert_eq!(places, [0, 1, 3]);
        assert_eq!(which, [0, 1, 0, 2, 1]);
        let outcomes = [Ok(Some(1)), Ok(None), Err(error(ErrorKind::Decode))];
        let spread = spread(outcomes.into(), &which);
        let values = spread.iter().map(|outcome| outcome.as_ref().ok());
        assert_eq!(
            values.collect::<Vec<_>>(),
            [
                Some(&Some(1)),
                Some(&None),
                Some(&Some(1)),
                None,
                Some(&None)
            ]
        );
    }

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, "it failed")
    }

    #[test]
    fn what_less_at_once_may_help() {
        let http = |status| error(ErrorKind::Http).with_status(status);
        for (error, refused, slow) in [
            (error(ErrorKind::Timeout).sent(), false, true),
            (error(ErrorKind::Timeout), false, false),
            (error(ErrorKind::TooLarge), true, false),
            (http(413), true, false),
            (http(504), false, true),
            (http(503), false, false),
            (error(ErrorKind::Connect), false, false),
            (error(ErrorKind::Unauthorized), false, false),
        ] {
            assert_eq!(is_refused(&error), refused, "{error:?}");
            assert_eq!(error.is_too_slow(), slow, "{error:?}");
        }
    }
}
