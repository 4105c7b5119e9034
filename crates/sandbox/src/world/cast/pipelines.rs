//! The pipelines of the invented organization, in the order of their creation.

use std::sync::Arc;

use super::steps;
use crate::world::builds::BuildState;
use crate::world::chance::count;
use crate::world::pipelines::{History, Host, Pipeline, Schedule};
use crate::world::steps::Step;
use crate::world::time::Time;

/// The index of the pipeline whose builds trigger those of [`TRIGGERED`].
const TRIGGERING: u64 = 0;
/// The index of the pipeline whose every build was triggered.
const TRIGGERED: u64 = 8;

/// All pipelines, as they are at a moment.
pub(crate) fn pipelines(now: Time) -> Vec<Pipeline> {
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
            schedules: vec![daily("Nightly load test", &[2], 0)],
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
            host: Host::GitLab,
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
            host: Host::GitHubEnterprise,
            schedules: vec![Schedule {
                message: "Look for drift".to_owned(),
                ..daily("Drift check", &[6], 0)
            }],
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
            host: Host::Bitbucket,
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
            host: Host::Unknown,
            schedules: vec![
                Schedule {
                    message: "Scheduled refresh".to_owned(),
                    ..daily("Twice a day", &[4, 16], 0)
                },
                Schedule {
                    message: "Full rebuild".to_owned(),
                    enabled: false,
                    ..daily("Rebuild every night", &[3], 30)
                },
            ],
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
            archived: true,
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
    let total = count(pipelines.len());
    for (place, pipeline) in (0..).zip(&mut pipelines) {
        // Before its first build.
        pipeline.created_at = now.before((150 + (total - place) * 21) * 86_400);
        pipeline.favorite = place.is_multiple_of(4);
    }
    pipelines
}

fn pipeline(
    (slug, name, description): (&str, &str, &str),
    (emoji, color): (&str, &str),
    steps: Vec<Step>,
) -> Pipeline {
    Pipeline {
        slug: slug.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        emoji: emoji.to_owned(),
        color: color.to_owned(),
        tags: Vec::new(),
        cluster: 0,
        steps: steps.into_iter().map(Arc::new).collect(),
        archived: false,
        public: false,
        favorite: false,
        host: Host::GitHub,
        default_branch: "main".to_owned(),
        created_at: Time::default(),
        schedules: Vec::new(),
        history: History::default(),
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

fn daily(label: &str, hours: &[u64], minute: u64) -> Schedule {
    Schedule {
        label: label.to_owned(),
        message: label.to_owned(),
        enabled: true,
        hours: hours.to_vec(),
        minute,
    }
}
