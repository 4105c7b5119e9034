//! Answers that were given before, for as long as nothing has changed.
//!
//! An answer follows from the request and the moment, so what is asked again at the same
//! moment need not be worked out again. That is rare while the clock runs, and the rule
//! where it stands still: a test or a bench that pages through the same rows several times
//! then waits for nothing but HTTP.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::world::store::Moment;

/// How many bytes of answers are kept.
const MOST: usize = 64 * 1024 * 1024;

/// What an answer follows from, beside the moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) query: String,
    pub(crate) operation_name: Option<String>,
    /// As JSON.
    pub(crate) variables: String,
    pub(crate) with_stats: bool,
}

/// The answers to queries at one moment.
#[derive(Debug)]
pub(crate) struct Replay<A> {
    kept: Mutex<Kept<A>>,
}

#[derive(Debug)]
struct Kept<A> {
    moment: Option<Moment>,
    answers: HashMap<Arc<Question>, A>,
    /// The oldest first, each with its size.
    questions: VecDeque<(Arc<Question>, usize)>,
    bytes: usize,
}

impl<A> Default for Replay<A> {
    fn default() -> Self {
        Self {
            kept: Mutex::new(Kept {
                moment: None,
                answers: HashMap::new(),
                questions: VecDeque::new(),
                bytes: 0,
            }),
        }
    }
}

impl<A: Clone> Replay<A> {
    /// The answer to a question, if it was given at this moment.
    pub(crate) fn get(&self, moment: &Moment, question: &Question) -> Option<A> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_now = kept.moment.as_ref() == Some(moment);
        kept.answers.get(question).filter(|_| is_now).cloned()
    }

    /// Keeps an answer of so many bytes.
    pub(crate) fn keep(&self, moment: Moment, question: Question, answer: A, bytes: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.moment.as_ref() != Some(&moment) {
            kept.answers.clear();
            kept.questions.clear();
            kept.bytes = 0;
            kept.moment = Some(moment);
        }
        let bytes = bytes + question.query.len() + question.variables.len();
        let question = Arc::new(question);
        if kept.answers.insert(Arc::clone(&question), answer).is_some() {
            return;
        }
        kept.questions.push_back((question, bytes));
        kept.bytes += bytes;
        while kept.bytes > MOST {
            let Some((oldest, bytes)) = kept.questions.pop_front() else {
                break;
            };
            kept.answers.remove(&oldest);
            kept.bytes -= bytes;
        }
    }
}
