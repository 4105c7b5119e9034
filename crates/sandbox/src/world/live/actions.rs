//! What people do to builds and jobs.

use super::LiveBuild;
use crate::world::jobs::{Job, JobState};
use crate::world::time::Time;

/// Seconds that a job takes to end once it is canceled.
const GRACE: u64 = 4;

impl LiveBuild {
    /// Cancels the build. Jobs that run get a moment to end.
    pub(crate) fn cancel(&mut self, by: u64, now: Time) {
        self.canceled = Some((now, by));
        for job in &mut self.jobs {
            cancel(job, now);
        }
        self.settle(now);
    }

    /// Cancels one job.
    pub(crate) fn cancel_job(&mut self, place: usize, by: u64, now: Time) {
        if let Some(job) = self.jobs.get_mut(place) {
            job.canceled_by = Some(by);
            cancel(job, now);
        }
        self.settle(now);
    }

    /// Lets the build through a block step.
    pub(crate) fn unblock(&mut self, place: usize, by: u64, now: Time) {
        if let Some(job) = self.jobs.get_mut(place) {
            job.state = JobState::Unblocked;
            job.unblockable = false;
            job.unblocked_at = Some(now);
            job.unblocked_by = Some(by);
        }
        self.settle(now);
    }

    /// Sets a value of the build's metadata.
    pub(crate) fn set_meta_data(&mut self, key: String, value: String) {
        match self
            .meta_data
            .binary_search_by(|(known, _)| known.cmp(&key))
        {
            Ok(place) => self.meta_data[place].1 = value,
            Err(place) => self.meta_data.insert(place, (key, value)),
        }
    }

    /// Runs a job again: as a new one at the end of the build's jobs, whose place is
    /// answered.
    pub(crate) fn retry(&mut self, place: usize, by: u64, now: Time) -> Option<usize> {
        let retry = self.jobs.len();
        let job = self.jobs.get_mut(place)?;
        job.retried_in = Some(retry);
        job.retried_by = Some(by);
        job.retried_at = Some(now);
        let mut again = Job::new(&job.step, JobState::Waiting);
        again.parallel = job.parallel;
        again.retry_of = Some(place);
        self.jobs.push(again);
        // A build that goes on is not canceled any more.
        self.canceled = None;
        self.settle(now);
        Some(retry)
    }
}

fn cancel(job: &mut Job, now: Time) {
    match job.state {
        JobState::Running => {
            job.state = JobState::Canceling;
            job.canceled_at = Some(now);
            job.ends_at = Some(now.after(GRACE));
        }
        JobState::Finished
        | JobState::TimedOut
        | JobState::Canceled
        | JobState::Canceling
        | JobState::Unblocked => {}
        _ => {
            job.state = JobState::Canceled;
            job.unblockable = false;
            job.canceled_at = Some(now);
        }
    }
}
