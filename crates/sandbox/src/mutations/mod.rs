//! Mutations: those that are simulated, and a clear error for the rest.

use apollo_compiler::resolvers::{FieldError, ResolveInfo};

use crate::execute::{Run, error};
use crate::fields::arguments::Arguments;
use crate::value::Value;

mod build_create;

/// Runs a mutation.
pub(crate) fn resolve<'w>(run: &Run<'w>, info: &ResolveInfo<'_>) -> Result<Value<'w>, FieldError> {
    let name = info.field_name();
    let input = Arguments(info.arguments())
        .object("input")
        .ok_or_else(|| error(format!("`{name}` needs an input")))?;
    match name {
        "buildCreate" => build_create::run(run, input),
        _ => Err(error(format!(
            "The sandbox does not simulate the mutation `{name}` yet"
        ))),
    }
}
