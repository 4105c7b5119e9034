//! The clusters and queues of the invented organization.

use crate::world::clusters::{Cluster, Queue};

/// The clusters, in the order of their creation.
pub(crate) fn clusters() -> Vec<Cluster> {
    vec![
        cluster(
            ("Default cluster", "Everyday builds and tests"),
            (":buildkite:", "#14cc80"),
            &["Autoscaling group", "Laptop of the platform team", "Spare"],
        ),
        cluster(
            ("Deployments", "The only machines that can reach production"),
            (":rocket:", "#f45805"),
            &["Deploy hosts", "Break-glass"],
        ),
        cluster(
            ("Apple", "Mac minis for the iOS app"),
            (":mac:", "#8f8f8f"),
            &["Mac minis"],
        ),
    ]
}

fn cluster(
    (name, description): (&str, &str),
    (emoji, color): (&str, &str),
    tokens: &[&str],
) -> Cluster {
    Cluster {
        name: name.to_owned(),
        description: description.to_owned(),
        emoji: emoji.to_owned(),
        color: color.to_owned(),
        tokens: tokens.iter().map(|token| (*token).to_owned()).collect(),
    }
}

/// The queues, in the order of their creation.
pub(crate) fn queues() -> Vec<Queue> {
    vec![
        queue("default", 0, "Small Linux machines", 22),
        queue(
            "linux-large",
            0,
            "Big Linux machines for end-to-end tests and images",
            12,
        ),
        Queue {
            hosted: true,
            paused_because: Some("Trial ended, waiting for a decision".to_owned()),
            ..queue("hosted-arm", 0, "Hosted ARM machines, on trial", 0)
        },
        queue(
            "deploy",
            1,
            "Hosts with credentials for staging and production",
            9,
        ),
        queue("terraform", 1, "Hosts that may change infrastructure", 4),
        queue("macos", 2, "Mac minis with the current Xcode", 7),
    ]
}

fn queue(key: &str, cluster: u64, description: &str, agents: u64) -> Queue {
    Queue {
        key: key.to_owned(),
        cluster,
        description: description.to_owned(),
        agents,
        hosted: false,
        paused_because: None,
    }
}
