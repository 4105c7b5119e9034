//! Mutations: those that are simulated, and a clear error for the rest.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use self::payload::Payload;
use crate::execute::{Run, error};
use crate::fields::arguments::Arguments;
use crate::fields::by_id;
use crate::world::World;
use crate::world::ids::Entity;
use crate::world::people;
use crate::world::state::State;
use crate::world::store::Store;

mod agents;
mod annotations;
mod builds;
mod clusters;
mod jobs;
mod payload;
mod pipelines;
mod queues;
mod schedules;
mod teams;

/// What a mutation has at hand: the world as it is, the state to change, and what the
/// caller wants.
struct Change<'c, 'w> {
    run: &'c Run<'w>,
    state: &'c mut State,
    input: Arguments<'c>,
}

/// A mutation: what it answers with, or why it changes nothing.
type Mutation = fn(&mut Change<'_, '_>) -> Outcome;
type Outcome = Result<Payload, FieldError>;

/// The mutation of a name, if it is simulated.
fn simulated(name: &str) -> Option<Mutation> {
    Some(match name {
        "agentPause" => agents::pause,
        "agentResume" => agents::resume,
        "agentStop" => agents::stop,
        "annotationDelete" => annotations::delete,
        "buildAnnotate" => annotations::annotate_build,
        "buildCancel" => builds::cancel,
        "buildCreate" => builds::create,
        "buildRebuild" => builds::rebuild,
        "buildRetryFailedJobs" => builds::retry_failed_jobs,
        "clusterAgentTokenCreate" => clusters::create_token,
        "clusterAgentTokenRevoke" => clusters::revoke_token,
        "clusterAgentTokenUpdate" => clusters::update_token,
        "clusterCreate" => clusters::create,
        "clusterDelete" => clusters::delete,
        "clusterQueueCreate" => queues::create,
        "clusterQueueDelete" => queues::delete,
        "clusterQueuePauseDispatch" => queues::pause,
        "clusterQueueResumeDispatch" => queues::resume,
        "clusterQueueUpdate" => queues::update,
        "clusterUpdate" => clusters::update,
        "jobAnnotate" => annotations::annotate_job,
        "jobTypeBlockUnblock" => jobs::unblock,
        "jobTypeCommandCancel" => jobs::cancel,
        "jobTypeCommandRetry" => jobs::retry,
        "pipelineArchive" => pipelines::archive,
        "pipelineCreate" => pipelines::create,
        "pipelineDelete" => pipelines::delete,
        "pipelineScheduleCreate" => schedules::create,
        "pipelineScheduleDelete" => schedules::delete,
        "pipelineScheduleUpdate" => schedules::update,
        "pipelineUnarchive" => pipelines::unarchive,
        "pipelineUpdate" => pipelines::update,
        "teamCreate" => teams::create,
        "teamDelete" => teams::delete,
        "teamMemberCreate" => teams::add_member,
        "teamMemberDelete" => teams::remove_member,
        "teamMemberUpdate" => teams::update_member,
        "teamPipelineCreate" => teams::add_pipeline,
        "teamPipelineDelete" => teams::remove_pipeline,
        "teamPipelineUpdate" => teams::update_pipeline,
        "teamUpdate" => teams::update,
        _ => return None,
    })
}

/// Runs a mutation: what it answers with, and the world after it.
///
/// # Errors
///
/// When the mutation is not simulated, or refuses its input. Nothing has changed then.
pub(crate) fn resolve(
    run: &Run<'_>,
    store: &Store,
    info: &ResolveInfo<'_>,
) -> Result<(Payload, World), FieldError> {
    let name = info.field_name();
    let mutation = simulated(name).ok_or_else(|| {
        error(format!(
            "The sandbox does not simulate the mutation `{name}`"
        ))
    })?;
    let input = Arguments(info.arguments())
        .object("input")
        .ok_or_else(|| error(format!("`{name}` needs an input")))?;
    store.change(|world, state| {
        let run = run.over(world);
        let mut change = Change {
            run: &run,
            state,
            input,
        };
        let payload = mutation(&mut change)?;
        Ok(payload.mutation_id(input.text("clientMutationId")))
    })
}

/// What a name becomes in an address.
fn slug(name: &str) -> Result<String, FieldError> {
    people::slug(name).ok_or_else(|| error("Name can't be blank"))
}

/// Refuses what is empty, and what others have.
fn is_free<'o>(
    what: &str,
    name: &str,
    mut others: impl Iterator<Item = &'o str>,
) -> Result<(), FieldError> {
    if name.trim().is_empty() {
        return Err(error(format!("{what} can't be blank")));
    }
    if others.any(|other| other.eq_ignore_ascii_case(name)) {
        return Err(error(format!("{what} has already been taken")));
    }
    Ok(())
}

impl<'w> Change<'_, 'w> {
    /// Refuses an ID that is not the organization's.
    fn organization(&self, field: &str) -> Result<(), FieldError> {
        self.named(field, "organization", |entity| match entity {
            Entity::Organization() => Some(()),
            _ => None,
        })
    }

    /// The world before the change.
    fn world(&self) -> &'w World {
        self.run.world
    }

    /// What the ID in a field of the input stands for. `what` names what it should be.
    fn named<T>(
        &self,
        field: &str,
        what: &str,
        is: impl FnOnce(Entity) -> Option<T>,
    ) -> Result<T, FieldError> {
        let id = self.input.text(field).unwrap_or_default();
        by_id(self.run, &id)
            .and_then(is)
            .ok_or_else(|| error(format!("No {what} found")))
    }
}
