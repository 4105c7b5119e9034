//! Pipelines: what each is called, what it runs, and when its schedules come due.

use std::sync::Arc;

use super::World;
use super::builds::BuildState;
use super::chance::index;
use super::steps::{Step, StepKind};
use super::time::Time;

/// Where a pipeline's code lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The public one.
    GitHub,
    /// The company's own.
    GitHubEnterprise,
    /// Another public one.
    GitLab,
    /// Yet another.
    Bitbucket,
    /// A plain Git server.
    Unknown,
}

/// A schedule that starts builds.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    pub(crate) label: String,
    pub(crate) message: String,
    pub(crate) enabled: bool,
    /// The hours of each day, rising, and the minute of each of them, in UTC.
    pub(crate) hours: Vec<u64>,
    pub(crate) minute: u64,
}

/// A pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) emoji: String,
    pub(crate) color: String,
    pub(crate) tags: Vec<String>,
    pub(crate) cluster: u64,
    pub(crate) steps: Vec<Arc<Step>>,
    pub(crate) archived: bool,
    pub(crate) public: bool,
    pub(crate) favorite: bool,
    pub(crate) host: Host,
    pub(crate) default_branch: String,
    pub(crate) created_at: Time,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) history: History,
}

/// The builds that a pipeline has before anyone creates more. None of them is
/// stored: each follows from its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) builds: u64,
    /// Seconds between builds.
    pub(crate) every: u64,
    /// The states of the newest builds, the newest first.
    pub(crate) newest: Vec<BuildState>,
    /// The pipeline whose builds made each of these.
    pub(crate) triggered_by: Option<u64>,
    /// The pipeline of which some of these make builds.
    pub(crate) triggers: Option<u64>,
}

/// Seconds of a day.
const DAY: u64 = 86_400;

impl Schedule {
    /// When the schedule starts builds, as it would be written for cron.
    pub(crate) fn cronline(&self) -> String {
        let hours: Vec<String> = self.hours.iter().map(u64::to_string).collect();
        format!("{} {} * * *", self.minute, hours.join(","))
    }

    /// The first time after this one.
    pub(crate) fn next_after(&self, time: Time) -> Option<Time> {
        (0..2)
            .flat_map(|day| self.times(time.midnight().after(day * DAY)))
            .find(|at| *at > time)
    }

    /// The last time that is not after this one.
    pub(crate) fn last_until(&self, time: Time) -> Option<Time> {
        (0..2)
            .flat_map(|day| self.times(time.midnight().before(day * DAY)).rev())
            .find(|at| *at <= time)
    }

    /// The times of the day that begins at this midnight.
    fn times(&self, midnight: Time) -> impl DoubleEndedIterator<Item = Time> {
        let minute = self.minute;
        let hours = self.hours.iter();
        hours.map(move |hour| midnight.after((hour * 60 + minute) * 60))
    }
}

impl Pipeline {
    /// Whether builds can stop and wait for a person.
    pub(crate) fn can_block(&self) -> bool {
        self.steps.iter().any(|step| step.kind == StepKind::Block)
    }
}

impl World {
    /// The pipeline with this index.
    pub(crate) fn pipeline(&self, pipeline: u64) -> Option<&Arc<Pipeline>> {
        self.state.pipelines.get(index(pipeline))
    }

    /// The index of the pipeline with this slug.
    pub(crate) fn pipeline_by_slug(&self, slug: &str) -> Option<u64> {
        self.pipelines()
            .find(|(_, pipeline)| pipeline.slug == slug)
            .map(|(index, _)| index)
    }

    /// All pipelines with their indexes, in the order of their creation.
    pub(crate) fn pipelines(&self) -> impl Iterator<Item = (u64, &Arc<Pipeline>)> {
        (0..).zip(&self.state.pipelines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_know_the_times_around_any_other() {
        let schedule = Schedule {
            label: String::new(),
            hours: vec![4, 16],
            minute: 30,
            message: String::new(),
            enabled: true,
        };
        assert_eq!(schedule.cronline(), "30 4,16 * * *");
        for (now, last, next) in [
            ("20T12:00", "20T04:30", "20T16:30"),
            ("20T16:30", "20T16:30", "21T04:30"),
            ("20T00:00", "19T16:30", "20T04:30"),
            ("20T23:59", "20T16:30", "21T04:30"),
        ] {
            let time = |text| Time::parse(&format!("2026-11-{text}:00Z"));
            let now = time(now).unwrap();
            assert_eq!(schedule.last_until(now), time(last));
            assert_eq!(schedule.next_after(now), time(next));
        }
    }
}
