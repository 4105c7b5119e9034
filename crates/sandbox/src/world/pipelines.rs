//! The pipelines: what each is called, how busy it is, what it runs.

use super::World;
use super::builds::BuildState;
use super::chance::{count, index};
use super::steps::{self, Step, StepKind};
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
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) label: &'static str,
    /// The hours of each day, rising, and the minute of each of them, in UTC.
    pub(crate) hours: &'static [u64],
    pub(crate) minute: u64,
    pub(crate) message: &'static str,
    pub(crate) enabled: bool,
}

/// A pipeline.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) emoji: &'static str,
    pub(crate) color: &'static str,
    pub(crate) tags: &'static [&'static str],
    pub(crate) cluster: u64,
    pub(crate) steps: &'static [Step],
    /// How many builds there are before anyone creates more.
    pub(crate) builds: u64,
    /// Minutes between builds.
    pub(crate) every: u64,
    /// The states of the newest builds, the newest first.
    pub(crate) newest: &'static [BuildState],
    pub(crate) archived: bool,
    pub(crate) public: bool,
    pub(crate) host: Host,
    pub(crate) default_branch: &'static str,
    pub(crate) schedules: &'static [Schedule],
}

const PLAIN: Pipeline = Pipeline {
    slug: "",
    name: "",
    description: "",
    emoji: ":hammer:",
    color: "#14cc80",
    tags: &[],
    cluster: 0,
    steps: steps::SERVICE,
    builds: 40,
    every: 240,
    newest: &[],
    archived: false,
    public: false,
    host: Host::GitHub,
    default_branch: "main",
    schedules: &[],
};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// The index of the pipeline whose builds trigger those of [`TRIGGERED`].
pub(crate) const TRIGGERING: u64 = 0;
/// The index of the pipeline whose every build was triggered.
pub(crate) const TRIGGERED: u64 = 8;

/// All pipelines, in the order of their creation.
pub(crate) const PIPELINES: &[Pipeline] = &[
    Pipeline {
        slug: "web",
        name: "Web",
        description: "The shop that customers see",
        emoji: ":globe_with_meridians:",
        color: "#f9d94a",
        tags: &["frontend", "customer-facing"],
        steps: steps::WEB,
        builds: 268,
        every: 55,
        newest: &[
            BuildState::Scheduled,
            BuildState::Running,
            BuildState::Failing,
        ],
        ..PLAIN
    },
    Pipeline {
        slug: "api",
        name: "API",
        description: "What the shop and the apps talk to",
        emoji: ":go:",
        color: "#00add8",
        tags: &["backend", "customer-facing"],
        builds: 184,
        every: 80,
        newest: &[BuildState::Running, BuildState::Running],
        schedules: &[Schedule {
            label: "Nightly load test",
            hours: &[2],
            minute: 0,
            message: "Nightly load test",
            enabled: true,
        }],
        ..PLAIN
    },
    Pipeline {
        slug: "mobile-ios",
        name: "Mobile iOS",
        description: "The app for iPhones",
        emoji: ":iphone:",
        color: "#8f8f8f",
        tags: &["mobile"],
        cluster: 2,
        steps: steps::MOBILE,
        builds: 73,
        every: 300,
        newest: &[BuildState::Running, BuildState::Blocked],
        ..PLAIN
    },
    Pipeline {
        slug: "mobile-android",
        name: "Mobile Android",
        description: "The app for everything else",
        emoji: ":android:",
        color: "#3ddc84",
        tags: &["mobile"],
        builds: 66,
        every: 310,
        host: Host::GitLab,
        ..PLAIN
    },
    Pipeline {
        slug: "infrastructure",
        name: "Infrastructure",
        description: "Networks, clusters and databases, as code",
        emoji: ":terraform:",
        color: "#7b42bc",
        tags: &["platform"],
        cluster: 1,
        steps: steps::INFRASTRUCTURE,
        builds: 58,
        every: 420,
        newest: &[BuildState::Blocked],
        host: Host::GitHubEnterprise,
        schedules: &[Schedule {
            label: "Drift check",
            hours: &[6],
            minute: 0,
            message: "Look for drift",
            enabled: true,
        }],
        ..PLAIN
    },
    Pipeline {
        slug: "docs",
        name: "Docs",
        description: "Handbook and API reference",
        emoji: ":books:",
        color: "#ff6f61",
        tags: &["docs"],
        steps: steps::DOCS,
        builds: 41,
        every: 700,
        public: true,
        ..PLAIN
    },
    Pipeline {
        slug: "billing",
        name: "Billing",
        description: "Invoices, refunds and reminders",
        emoji: ":moneybag:",
        color: "#2e8b57",
        tags: &["backend", "payments"],
        builds: 52,
        every: 390,
        newest: &[BuildState::Canceling],
        host: Host::Bitbucket,
        ..PLAIN
    },
    Pipeline {
        slug: "data-warehouse",
        name: "Data Warehouse",
        description: "Models and reports",
        emoji: ":bar_chart:",
        color: "#ff9900",
        tags: &["data"],
        steps: steps::DATA,
        builds: 47,
        every: 480,
        // The newer of the two waits for the older one's concurrency group.
        newest: &[BuildState::Running, BuildState::Running],
        host: Host::Unknown,
        schedules: &[
            Schedule {
                label: "Twice a day",
                hours: &[4, 16],
                minute: 0,
                message: "Scheduled refresh",
                enabled: true,
            },
            Schedule {
                label: "Rebuild every night",
                hours: &[3],
                minute: 30,
                message: "Full rebuild",
                enabled: false,
            },
        ],
        ..PLAIN
    },
    Pipeline {
        slug: "deploy",
        name: "Deploy",
        description: "Staging, then production",
        emoji: ":rocket:",
        color: "#f45805",
        tags: &["platform", "production"],
        cluster: 1,
        steps: steps::DEPLOY,
        builds: 44,
        newest: &[BuildState::Blocked],
        ..PLAIN
    },
    Pipeline {
        slug: "design-system",
        name: "Design System",
        description: "Buttons and the like",
        emoji: ":art:",
        color: "#e83e8c",
        tags: &["frontend"],
        steps: steps::DOCS,
        builds: 43,
        every: 520,
        public: true,
        newest: &[BuildState::Creating],
        ..PLAIN
    },
    Pipeline {
        slug: "search",
        name: "Search",
        description: "Finding things in the shop",
        emoji: ":mag:",
        color: "#4a90e2",
        tags: &["backend", "data"],
        builds: 49,
        every: 430,
        ..PLAIN
    },
    Pipeline {
        slug: "legacy-monolith",
        name: "Legacy Monolith",
        description: "Switched off, kept for the record",
        emoji: ":dinosaur:",
        color: "#6c757d",
        tags: &["retired"],
        builds: 40,
        every: 600,
        archived: true,
        default_branch: "master",
        ..PLAIN
    },
];

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

/// The pipeline with this index.
pub(crate) fn pipeline(pipeline: u64) -> &'static Pipeline {
    &PIPELINES[index(pipeline.min(count(PIPELINES.len()) - 1))]
}

/// The index of the pipeline with this slug.
pub(crate) fn by_slug(slug: &str) -> Option<u64> {
    (0..)
        .zip(PIPELINES)
        .find(|(_, pipeline)| pipeline.slug == slug)
        .map(|(index, _)| index)
}

impl World {
    /// When the pipeline was created, before its first build.
    pub(crate) fn pipeline_created_at(&self, pipeline: u64) -> Time {
        let after = count(PIPELINES.len()).saturating_sub(pipeline);
        self.epoch.before((150 + after * 21) * 86_400)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_know_the_times_around_any_other() {
        let schedule = Schedule {
            label: "",
            hours: &[4, 16],
            minute: 30,
            message: "",
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
