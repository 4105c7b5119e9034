//! Mutations: those that are simulated, and a clear error for the rest.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use crate::execute::{Run, error};
use crate::fields::arguments::Arguments;
use crate::value::Value;
use crate::world::World;
use crate::world::store::Store;

mod build_create;

/// What a mutation answers with, and the world after it.
type Mutated<'w> = Result<(Value<'w>, World), FieldError>;

/// Runs a mutation.
pub(crate) fn resolve<'w>(run: &Run<'w>, store: &Store, info: &ResolveInfo<'_>) -> Mutated<'w> {
    let name = info.field_name();
    let input = Arguments(info.arguments())
        .object("input")
        .ok_or_else(|| error(format!("`{name}` needs an input")))?;
    match name {
        "buildCreate" => build_create::run(run, store, input),
        _ => Err(error(format!(
            "The sandbox does not simulate the mutation `{name}` yet"
        ))),
    }
}
