//! Queues of clusters: made, changed, paused, taken away.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome, clusters};
use crate::execute::error;
use crate::fields::VIEWER;
use crate::fields::arguments::Arguments;
use crate::world::clusters::{HostedShape, Pause, Queue};
use crate::world::ids::Entity;

/// `clusterQueueCreate`: a new queue, on which no agent listens.
pub(super) fn create(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let cluster = clusters::named(change, "clusterId")?;
    let input = change.input;
    let key = input.text("key").unwrap_or_default();
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if !key.chars().all(is_allowed) || !key.contains(char::is_alphanumeric) {
        return Err(error(
            "Key must be of letters, digits, dashes and underscores",
        ));
    }
    let keys = change.state.queues_of(cluster);
    super::is_free("Key", &key, keys.map(|(_, queue)| queue.key.as_str()))?;
    let mut queue = Queue {
        description: input.text("description"),
        created_by: Some(VIEWER),
        ..Queue::new(&key, cluster)
    };
    input.rename("retryAgentAffinity", &mut queue.retry_agent_affinity);
    if let Some(hosted) = input.object("hostedAgents") {
        queue.hosted = Some(shape(hosted, None));
    }
    let queue = change.state.queues.add(queue);
    Ok(Payload::default().with("clusterQueue", Entity::Queue(queue)))
}

/// `clusterQueueUpdate`: other words or other machines for a queue.
pub(super) fn update(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let number = named(change, "id")?;
    let input = change.input;
    if let Some(queue) = change.state.queues.get_mut(number) {
        input.replace("description", &mut queue.description);
        input.rename("retryAgentAffinity", &mut queue.retry_agent_affinity);
        if let Some(hosted) = input.object("hostedAgents") {
            let before = queue.hosted.take();
            let before = before.ok_or_else(|| error("The queue has no hosted agents"))?;
            queue.hosted = Some(shape(hosted, Some(before)));
        }
    }
    Ok(Payload::default().with("clusterQueue", Entity::Queue(number)))
}

/// `clusterQueueDelete`: a queue goes on which no agent listens.
pub(super) fn delete(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let number = named(change, "id")?;
    is_deserted(change, number)?;
    change.state.queues.remove(number);
    Ok(Payload::default().with_leaf("deletedClusterQueueId", change.input.text("id")))
}

/// `clusterQueuePauseDispatch`: no jobs are given out any more.
pub(super) fn pause(change: &mut Change<'_, '_>) -> Outcome {
    let number = named(change, "id")?;
    let (by, at) = (VIEWER, change.world().now);
    let note = change.input.text("note");
    if let Some(queue) = change.state.queues.get_mut(number) {
        if queue.paused.is_some() {
            return Err(error("Dispatch is paused already"));
        }
        queue.paused = Some(Pause { at, by, note });
    }
    Ok(Payload::default().with("queue", Entity::Queue(number)))
}

/// `clusterQueueResumeDispatch`: jobs are given out again.
pub(super) fn resume(change: &mut Change<'_, '_>) -> Outcome {
    let number = named(change, "id")?;
    if let Some(queue) = change.state.queues.get_mut(number)
        && queue.paused.take().is_none()
    {
        return Err(error("Dispatch is not paused"));
    }
    Ok(Payload::default().with("queue", Entity::Queue(number)))
}

/// The queue that the ID in a field of the input stands for.
pub(super) fn named(change: &Change<'_, '_>, field: &str) -> Result<u64, FieldError> {
    change.named(field, "queue", |entity| match entity {
        Entity::Queue(queue) => Some(queue),
        _ => None,
    })
}

/// Refuses to take a queue away on which agents listen.
pub(super) fn is_deserted(change: &Change<'_, '_>, queue: u64) -> Result<(), FieldError> {
    let agents = change.state.agents.iter();
    let listening = agents.filter(|(_, agent)| agent.queue == queue && agent.is_connected());
    match listening.count() {
        0 => Ok(()),
        agents => {
            let key = change.state.queues.get(queue).map(|queue| &*queue.key);
            let key = key.unwrap_or_default();
            Err(error(format!(
                "The queue {key:?} cannot be deleted, because {agents} agents listen on it"
            )))
        }
    }
}

/// What hosted agents are to run on; what is not given stays.
fn shape(input: Arguments<'_>, before: Option<HostedShape>) -> HostedShape {
    let mut shape = before.unwrap_or_else(|| HostedShape {
        name: String::new(),
        image: None,
    });
    input.rename("instanceShape", &mut shape.name);
    input.replace("agentImageRef", &mut shape.image);
    let linux = input
        .object("platformSettings")
        .and_then(|settings| settings.object("linux"));
    if let Some(linux) = linux {
        linux.replace("agentImageRef", &mut shape.image);
    }
    shape
}
