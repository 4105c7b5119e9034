//! `buildCreate`: a new build, scheduled, that later reads see.

use apollo_compiler::name;

use super::Mutated;
use crate::execute::{Run, error};
use crate::fields::arguments::Arguments;
use crate::fields::{VIEWER, by_id};
use crate::value::Value;
use crate::world::builds::Creator;
use crate::world::ids::Entity;
use crate::world::live::LiveBuild;
use crate::world::store::Store;

pub(super) fn run<'w>(run: &Run<'w>, store: &Store, input: Arguments<'_>) -> Mutated<'w> {
    let pipeline_id = input.text("pipelineID");
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
    let (build, world) = store.change(|world, state| {
        let Some(Entity::Pipeline(place)) = pipeline_id.and_then(|id| by_id(run, &id)) else {
            return Err(error("No pipeline found"));
        };
        let spec = world
            .pipeline(place)
            .ok_or_else(|| error("No pipeline found"))?;
        if spec.archived {
            return Err(error("Cannot create builds on an archived pipeline"));
        }
        let env = input.texts("env").unwrap_or_default();
        let mut build = LiveBuild::new(spec, env, creator, world.now);
        if let Some(branch) = input.text("branch") {
            build.branch = branch;
        }
        if let Some(commit) = input.text("commit") {
            build.commit = commit;
        }
        build.message = input.text("message");
        build.meta_data = meta_data;
        let number = world.next_number(place);
        state.add_build(place, number, build);
        Ok(Entity::Build(place, number))
    })?;
    let payload = Value::record(
        name!("BuildCreatePayload"),
        build.hash(),
        [
            ("build", build.into()),
            ("clientMutationId", input.text("clientMutationId").into()),
        ],
    );
    Ok((payload, world))
}
