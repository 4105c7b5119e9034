//! The pipelines of the invented organization, in the order of their creation.

use std::sync::Arc;

use super::Size;
use super::services::service;
use super::steps;
use crate::world::builds::BuildState;
use crate::world::chance::{count, index};
use crate::world::cron::Cron;
use crate::world::pipelines::{Archived, History, Intermediate, Pipeline, Schedule, Settings};
use crate::world::steps::Step;
use crate::world::table::Table;
use crate::world::time::Time;

/// The index of the pipeline whose builds trigger those of [`TRIGGERED`].
const TRIGGERING: u64 = 0;
/// The index of the pipeline whose every build was triggered.
const TRIGGERED: u64 = 8;

/// Seconds of a day.
const DAY: u64 = 86_400;
/// The fewest seconds between two builds of a pipeline: enough for builds that trigger
/// others to end in the order in which they began.
const BUSIEST: u64 = 300;

/// All pipelines, as they are at a moment.
pub(crate) fn pipelines(now: Time, size: Size) -> Vec<Pipeline> {
    let mut pipelines = vec![
        Pipeline {
            tags: tags(&["frontend", "customer-facing"]),
            history: History {
                triggers: Some(TRIGGERED),
                ..history(
                    268,
                    55,
                    &[
                        BuildState::Scheduled,
                        BuildState::Running,
                        BuildState::Failing,
                    ],
                )
            },
            ..pipeline(
                ("web", "Web", "The shop that customers see"),
                (":globe_with_meridians:", "#f9d94a"),
                steps::web(),
            )
        },
        Pipeline {
            tags: tags(&["backend", "customer-facing"]),
            history: history(184, 80, &[BuildState::Running, BuildState::Running]),
            schedules: schedules([schedule(
                "Nightly load test",
                "Nightly load test",
                "0 2 * * *",
            )]),
            ..pipeline(
                ("api", "API", "What the shop and the apps talk to"),
                (":go:", "#00add8"),
                steps::service(),
            )
        },
        Pipeline {
            tags: tags(&["mobile"]),
            cluster: 2,
            history: history(73, 300, &[BuildState::Running, BuildState::Blocked]),
            ..pipeline(
                ("mobile-ios", "Mobile iOS", "The app for iPhones"),
                (":iphone:", "#8f8f8f"),
                steps::mobile(),
            )
        },
        Pipeline {
            tags: tags(&["mobile"]),
            history: history(66, 310, &[]),
            repository: "git@gitlab.com:acme-inc/mobile-android.git".to_owned(),
            ..pipeline(
                (
                    "mobile-android",
                    "Mobile Android",
                    "The app for everything else",
                ),
                (":android:", "#3ddc84"),
                steps::service(),
            )
        },
        Pipeline {
            tags: tags(&["platform"]),
            cluster: 1,
            history: history(58, 420, &[BuildState::Blocked]),
            repository: "git@github.acme.example:platform/infrastructure.git".to_owned(),
            schedules: schedules([schedule("Drift check", "Look for drift", "0 6 * * *")]),
            ..pipeline(
                (
                    "infrastructure",
                    "Infrastructure",
                    "Networks, clusters and databases, as code",
                ),
                (":terraform:", "#7b42bc"),
                steps::infrastructure(),
            )
        },
        Pipeline {
            tags: tags(&["docs"]),
            history: history(41, 700, &[]),
            public: true,
            ..pipeline(
                ("docs", "Docs", "Handbook and API reference"),
                (":books:", "#ff6f61"),
                steps::docs(),
            )
        },
        Pipeline {
            tags: tags(&["backend", "payments"]),
            history: history(52, 390, &[BuildState::Canceling]),
            repository: "git@bitbucket.org:acme-inc/billing.git".to_owned(),
            ..pipeline(
                ("billing", "Billing", "Invoices, refunds and reminders"),
                (":moneybag:", "#2e8b57"),
                steps::service(),
            )
        },
        Pipeline {
            tags: tags(&["data"]),
            // The newer of the two waits for the older one's concurrency group.
            history: history(47, 480, &[BuildState::Running, BuildState::Running]),
            repository: "ssh://git@git.acme.example/data-warehouse.git".to_owned(),
            schedules: schedules([
                schedule("Twice a day", "Scheduled refresh", "0 4,16 * * *"),
                schedule("Rebuild every night", "Full rebuild", "30 3 * * *").map(|schedule| {
                    Schedule {
                        enabled: false,
                        ..schedule
                    }
                }),
            ]),
            ..pipeline(
                ("data-warehouse", "Data Warehouse", "Models and reports"),
                (":bar_chart:", "#ff9900"),
                steps::data(),
            )
        },
        Pipeline {
            tags: tags(&["platform", "production"]),
            cluster: 1,
            history: History {
                triggered_by: Some(TRIGGERING),
                ..history(44, 240, &[BuildState::Blocked])
            },
            ..pipeline(
                ("deploy", "Deploy", "Staging, then production"),
                (":rocket:", "#f45805"),
                steps::deploy(),
            )
        },
        Pipeline {
            tags: tags(&["frontend"]),
            history: history(43, 520, &[BuildState::Creating]),
            public: true,
            ..pipeline(
                ("design-system", "Design System", "Buttons and the like"),
                (":art:", "#e83e8c"),
                steps::docs(),
            )
        },
        Pipeline {
            tags: tags(&["backend", "data"]),
            history: history(49, 430, &[]),
            ..pipeline(
                ("search", "Search", "Finding things in the shop"),
                (":mag:", "#4a90e2"),
                steps::service(),
            )
        },
        Pipeline {
            tags: tags(&["retired"]),
            history: history(40, 600, &[]),
            archived: Some(Archived {
                at: now.before(20 * DAY),
                by: None,
            }),
            default_branch: "master".to_owned(),
            ..pipeline(
                (
                    "legacy-monolith",
                    "Legacy Monolith",
                    "Switched off, kept for the record",
                ),
                (":dinosaur:", "#6c757d"),
                steps::service(),
            )
        },
    ];
    let wanted = size.pipelines.unwrap_or(count(pipelines.len())).max(1);
    pipelines.truncate(index(wanted));
    for place in count(pipelines.len())..wanted {
        pipelines.push(Pipeline {
            history: history(45, 450, &[]),
            ..service(place)
        });
    }
    if let Some(builds) = size.builds {
        share(&mut pipelines, builds);
    }
    let first_build = first_build(&pipelines, now);
    let between = 252 * DAY / wanted;
    for (place, pipeline) in (0..).zip(&mut pipelines) {
        // Before its first build.
        pipeline.created_at = first_build.before(30 * DAY + (wanted - place) * between);
        pipeline.favorite = place.is_multiple_of(4);
        pipeline.settings = settings(place, &pipeline.default_branch);
    }
    pipelines
}

/// A moment before the first build of every pipeline.
pub(super) fn first_build(pipelines: &[Pipeline], now: Time) -> Time {
    let spans = pipelines.iter().map(|pipeline| {
        let history = &pipeline.history;
        (history.builds + 1) * history.every + DAY
    });
    now.before(spans.max().unwrap_or(0).max(119 * DAY))
}

/// Shares out so many builds, in proportion to how many the pipelines have.
fn share(pipelines: &mut [Pipeline], builds: u64) {
    let before: u64 = pipelines
        .iter()
        .map(|pipeline| pipeline.history.builds)
        .sum();
    let mut left = builds;
    for pipeline in pipelines.iter_mut().rev() {
        let history = &mut pipeline.history;
        let share = u128::from(history.builds) * u128::from(builds) / u128::from(before.max(1));
        let share = u64::try_from(share).unwrap_or(u64::MAX).min(left);
        left -= share;
        resize(history, share);
    }
    if let Some(first) = pipelines.first_mut() {
        let all = first.history.builds + left;
        resize(&mut first.history, all);
    }
}

/// Gives a history so many builds. More builds come more often.
fn resize(history: &mut History, builds: u64) {
    if builds > history.builds {
        history.every = (history.every * history.builds / builds).max(BUSIEST);
    }
    history.builds = builds;
    history.newest.truncate(index(builds));
}

fn settings(place: u64, default_branch: &str) -> Settings {
    let intermediate = |enabled| Intermediate {
        enabled,
        branch_filter: Some(format!("!{default_branch}")),
    };
    Settings {
        cancel_intermediate: intermediate(place.is_multiple_of(3)),
        skip_intermediate: intermediate(place.is_multiple_of(5)),
        default_timeout: Some(60),
        maximum_timeout: Some(240),
        ..Settings::default()
    }
}

fn pipeline(
    (slug, name, description): (&str, &str, &str),
    (emoji, color): (&str, &str),
    steps: Vec<Step>,
) -> Pipeline {
    let repository = format!("git@github.com:acme-inc/{slug}.git");
    Pipeline {
        description: Some(description.to_owned()),
        emoji: Some(emoji.to_owned()),
        color: Some(color.to_owned()),
        steps: steps.into_iter().map(Arc::new).collect(),
        ..Pipeline::new(slug, name, repository)
    }
}

fn tags(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

fn history(builds: u64, minutes: u64, newest: &[BuildState]) -> History {
    History {
        builds,
        every: minutes * 60,
        newest: newest.to_vec(),
        triggered_by: None,
        triggers: None,
    }
}

fn schedule(label: &str, message: &str, line: &str) -> Option<Schedule> {
    Some(Schedule {
        label: label.to_owned(),
        message: Some(message.to_owned()),
        enabled: true,
        cron: Cron::parse(line).ok()?,
        branch: None,
        commit: "HEAD".to_owned(),
        env: vec!["SCHEDULED=true".to_owned()],
        made: None,
    })
}

fn schedules<const N: usize>(schedules: [Option<Schedule>; N]) -> Table<Schedule> {
    schedules.into_iter().flatten().collect()
}
