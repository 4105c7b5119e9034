//! `buildCreate`: a new build, scheduled, that later reads see.

use apollo_compiler::name;
use apollo_compiler::resolvers::FieldError;

use crate::execute::{Run, error};
use crate::fields::arguments::Arguments;
use crate::fields::{VIEWER, by_id};
use crate::value::Value;
use crate::world::builds::Creator;
use crate::world::created::NewBuild;
use crate::world::ids::Entity;
use crate::world::pipelines::pipeline;

pub(super) fn run<'w>(run: &Run<'w>, input: Arguments<'_>) -> Result<Value<'w>, FieldError> {
    let pipeline_id = input.text("pipelineID");
    let Some(Entity::Pipeline(place)) = pipeline_id.and_then(|id| by_id(run, &id)) else {
        return Err(error("No pipeline found"));
    };
    let spec = pipeline(place);
    if spec.archived {
        return Err(error("Cannot create builds on an archived pipeline"));
    }
    let creator = match input.object("author") {
        Some(author) => Creator::Stranger(
            author.text("name").unwrap_or_default(),
            author.text("email").unwrap_or_default(),
        ),
        None => Creator::Person(VIEWER),
    };
    let mut meta_data: Vec<(String, String)> = input
        .objects("metaData")
        .into_iter()
        .filter_map(|pair| Some((pair.text("key")?, pair.text("value")?)))
        .collect();
    // A later value replaces an earlier one; what is left is in the order of keys.
    meta_data.reverse();
    meta_data.sort_by(|(a, _), (b, _)| a.cmp(b));
    meta_data.dedup_by(|(a, _), (b, _)| a == b);
    let created = run
        .world
        .created
        .add(place, run.world.epoch, |created_at| NewBuild {
            branch: input
                .text("branch")
                .unwrap_or_else(|| spec.default_branch.to_owned()),
            commit: input.text("commit").unwrap_or_else(|| "HEAD".to_owned()),
            message: input.text("message"),
            env: input.texts("env").unwrap_or_default(),
            meta_data,
            creator,
            created_at,
        });
    let build = created
        .and_then(|nth| run.world.build(place, spec.builds + 1 + nth))
        .ok_or_else(|| error("No pipeline found"))?;
    Ok(Value::record(
        name!("BuildCreatePayload"),
        build.entity().hash(),
        [
            ("build", build.into()),
            ("clientMutationId", input.text("clientMutationId").into()),
        ],
    ))
}
