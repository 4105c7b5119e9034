//! Mutations: those that are simulated, and a clear error for the rest.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use self::payload::Payload;
use crate::execute::{Run, error};
use crate::fields::arguments::Arguments;
use crate::fields::by_id;
use crate::world::World;
use crate::world::ids::Entity;
use crate::world::state::State;
use crate::world::store::Store;

mod annotations;
mod builds;
mod jobs;
mod payload;

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
        "annotationDelete" => annotations::delete,
        "buildAnnotate" => annotations::annotate_build,
        "buildCancel" => builds::cancel,
        "buildCreate" => builds::create,
        "buildRebuild" => builds::rebuild,
        "buildRetryFailedJobs" => builds::retry_failed_jobs,
        "jobAnnotate" => annotations::annotate_job,
        "jobTypeBlockUnblock" => jobs::unblock,
        "jobTypeCommandCancel" => jobs::cancel,
        "jobTypeCommandRetry" => jobs::retry,
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

impl<'w> Change<'_, 'w> {
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
