//! What was asked of a sandbox, and what it did.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

/// How many requests are remembered; of more, the oldest are forgotten.
const REMEMBERED: usize = 100_000;

/// One request that was let in and could be read, and what became of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Which request this was; the first is 1.
    pub number: u64,
    /// When it came, on the sandbox's clock.
    pub at: Duration,
    /// The name of the operation, if it has one.
    pub operation: Option<String>,
    /// The names of the fields of the root that the document asks for.
    pub fields: Vec<String>,
    /// Its variables.
    pub variables: Map<String, Value>,
    /// Whether the operation was run. A mutation that ran has had its effect, whatever
    /// became of the answer.
    pub ran: bool,
    /// The status of the answer; none while there is no answer, and where the
    /// connection ended without one.
    pub status: Option<u16>,
    /// The messages of the errors that the operation ended with.
    pub errors: Vec<String>,
    /// The faults that were put in, as they are [written](crate::Fault).
    pub faults: Vec<String>,
}

impl Entry {
    /// Whether the operation has this name, or asks for this field of the root.
    pub fn is(&self, name: &str) -> bool {
        self.operation.as_deref() == Some(name) || self.fields.iter().any(|field| field == name)
    }
}

/// The requests so far, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    entries: Vec<Entry>,
}

impl Log {
    /// All of them. Of more than 100,000 the oldest are forgotten.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How often an operation or a field of the root was asked for.
    pub fn asked(&self, name: &str) -> usize {
        self.entries.iter().filter(|entry| entry.is(name)).count()
    }

    /// How often it was run: more than once, where a mutation was sent twice.
    pub fn ran(&self, name: &str) -> usize {
        let ran = self.entries.iter().filter(|entry| entry.ran);
        ran.filter(|entry| entry.is(name)).count()
    }
}

/// Where a running sandbox writes down what happens.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Entry>,
    last: u64,
}

impl Journal {
    /// Writes a request down, and answers its number.
    pub(crate) fn ask(&self, mut entry: Entry) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        entry.number = kept.last;
        if kept.entries.len() >= REMEMBERED {
            kept.entries.pop_front();
        }
        kept.entries.push_back(entry);
        kept.last
    }

    /// Adds to what was written down about a request.
    pub(crate) fn note(&self, number: u64, add: impl FnOnce(&mut Entry)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let back = usize::try_from(kept.last - number).ok();
        let place = back.and_then(|back| kept.entries.len().checked_sub(back + 1));
        if let Some(entry) = place.and_then(|place| kept.entries.get_mut(place)) {
            add(entry);
        }
    }

    /// What was written down so far.
    pub(crate) fn read(&self) -> Log {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Log {
            entries: kept.entries.iter().cloned().collect(),
        }
    }
}
