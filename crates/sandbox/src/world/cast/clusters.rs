//! The clusters, queues and agents of the invented organization.

use crate::world::clusters::{
    Agent, AgentPause, Cluster, ClusterToken, HostedShape, Pause, Queue, Stop,
};
use crate::world::time::Time;

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
    let token = |description: &&str| ClusterToken {
        description: (*description).to_owned(),
        allowed_ip_addresses: Some("0.0.0.0/0 ::/0".to_owned()),
        ..ClusterToken::default()
    };
    Cluster {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        emoji: Some(emoji.to_owned()),
        color: Some(color.to_owned()),
        tokens: tokens.iter().map(token).collect(),
        ..Cluster::default()
    }
}

/// The queues, in the order of their creation, as they are at a moment.
pub(crate) fn queues(now: Time) -> Vec<Queue> {
    vec![
        queue("default", 0, "Small Linux machines"),
        queue(
            "linux-large",
            0,
            "Big Linux machines for end-to-end tests and images",
        ),
        Queue {
            hosted: Some(HostedShape {
                name: "LINUX_ARM64_4X16".to_owned(),
                image: Some("registry.acme.example/agent:12".to_owned()),
            }),
            paused: Some(Pause {
                at: now.before(4 * 86_400),
                by: 3,
                note: Some("Trial ended, waiting for a decision".to_owned()),
            }),
            ..queue("hosted-arm", 0, "Hosted ARM machines, on trial")
        },
        queue(
            "deploy",
            1,
            "Hosts with credentials for staging and production",
        ),
        queue("terraform", 1, "Hosts that may change infrastructure"),
        queue("macos", 2, "Mac minis with the current Xcode"),
    ]
}

fn queue(key: &str, cluster: u64, description: &str) -> Queue {
    Queue {
        description: Some(description.to_owned()),
        ..Queue::new(key, cluster)
    }
}

/// How many agents listen on each queue.
const AGENTS: [u64; 6] = [22, 12, 0, 9, 4, 7];

/// The agents: every sixth of a queue is paused, and the eighth is about to stop.
pub(crate) fn agents(queues: &[Queue], now: Time) -> Vec<Agent> {
    let mut agents = Vec::new();
    for ((number, queue), listening) in (0..).zip(queues).zip(AGENTS) {
        let os = if queue.key == "macos" {
            "macos"
        } else {
            "linux"
        };
        for place in 0..listening {
            let pause = (place % 6 == 5).then(|| AgentPause {
                at: now.before(1_800),
                by: (3 * number + place) % 16,
                note: Some("Looking at the disk".to_owned()),
                minutes: 24 * 60,
            });
            let stop = (place == 7).then(|| Stop {
                at: now.before(120),
                by: number,
                forced: false,
            });
            agents.push(Agent {
                tags: vec![format!("os={os}")],
                idle_since: pause
                    .as_ref()
                    .map(|pause| pause.at)
                    .or(stop.as_ref().map(|stop| stop.at)),
                pause,
                stop,
                ..Agent::new(format!("{}-{}", queue.key, place + 1), number)
            });
        }
    }
    agents
}
