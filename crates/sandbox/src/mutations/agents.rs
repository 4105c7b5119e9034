//! Agents: stopped, paused, resumed.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome};
use crate::execute::error;
use crate::fields::{PAUSE_MINUTES, VIEWER};
use crate::world::chance::index;
use crate::world::clusters::{Agent, AgentPause, Stop};
use crate::world::ids::Entity;

/// The longest pause, in minutes: a day.
const LONGEST_PAUSE: i64 = 1_440;

/// `agentStop`: an agent goes once its job is done, or canceled.
pub(super) fn stop(change: &mut Change<'_, '_>) -> Outcome {
    let (number, agent) = connected(change)?;
    let forced = !change.input.flag("graceful").unwrap_or(true);
    if agent
        .stop
        .as_ref()
        .is_some_and(|stop| stop.forced || !forced)
    {
        return Err(error("The agent is stopping already"));
    }
    let (by, at) = (VIEWER, change.world().now);
    let job = match change.world().running_on(number) {
        Some(Entity::Job(pipeline, build, place)) => Some((pipeline, build, index(place))),
        _ => None,
    };
    if let Some((pipeline, build, place)) = job {
        // Stored, so that its end is noticed.
        change.with_live(pipeline, build, |build| {
            if forced {
                build.cancel_job(place, by, at);
            }
        })?;
    }
    if let Some(agent) = change.state.agents.get_mut(number) {
        agent.stop = Some(Stop { at, by, forced });
        // With a job it goes when that ends, which takes a moment even if it is canceled.
        if job.is_none() {
            agent.disconnected_at = Some(at);
        }
    }
    Ok(Payload::default().with("agent", Entity::Agent(number)))
}

/// `agentPause`: an agent takes no jobs for a time.
pub(super) fn pause(change: &mut Change<'_, '_>) -> Outcome {
    let (number, agent) = connected(change)?;
    let (by, at) = (VIEWER, change.world().now);
    if agent.paused(at).is_some() {
        return Err(error("The agent is paused already"));
    }
    let minutes = match change.input.number("timeoutInMinutes") {
        None => PAUSE_MINUTES,
        Some(minutes) => u64::try_from(minutes)
            .ok()
            .filter(|_| (1..=LONGEST_PAUSE).contains(&minutes))
            .ok_or_else(|| {
                error(format!(
                    "`timeoutInMinutes` must be from 1 to {LONGEST_PAUSE}, but is {minutes}"
                ))
            })?,
    };
    let pause = AgentPause {
        at,
        by,
        note: change.input.text("note"),
        minutes,
    };
    if let Some(agent) = change.state.agents.get_mut(number) {
        agent.pause = Some(pause);
    }
    Ok(Payload::default().with("agent", Entity::Agent(number)))
}

/// `agentResume`: an agent takes jobs again.
pub(super) fn resume(change: &mut Change<'_, '_>) -> Outcome {
    let (number, agent) = connected(change)?;
    if agent.paused(change.world().now).is_none() {
        return Err(error("The agent is not paused"));
    }
    if let Some(agent) = change.state.agents.get_mut(number) {
        agent.pause = None;
    }
    Ok(Payload::default().with("agent", Entity::Agent(number)))
}

/// The connected agent that `id` stands for.
fn connected(change: &Change<'_, '_>) -> Result<(u64, Agent), FieldError> {
    let number = change.named("id", "agent", |entity| match entity {
        Entity::Agent(agent) => Some(agent),
        _ => None,
    })?;
    let agent = change.world().agent(number);
    let agent = agent.ok_or_else(|| error("No agent found"))?;
    if !agent.is_connected() {
        return Err(error(format!("The agent is {}", agent.state())));
    }
    Ok((number, Agent::clone(agent)))
}
