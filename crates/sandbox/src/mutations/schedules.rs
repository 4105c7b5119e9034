//! Schedules of pipelines: made, changed, taken away.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome, pipelines};
use crate::execute::error;
use crate::fields::VIEWER;
use crate::fields::arguments::Arguments;
use crate::world::cron::Cron;
use crate::world::ids::Entity;
use crate::world::people::Granted;
use crate::world::pipelines::Schedule;

/// `pipelineScheduleCreate`: a new schedule.
pub(super) fn create(change: &mut Change<'_, '_>) -> Outcome {
    let (number, mut pipeline) = pipelines::found(change, "pipelineID")?;
    let input = change.input;
    let line = input.text("cronline");
    let mut schedule = Schedule {
        label: String::new(),
        message: None,
        enabled: true,
        cron: cron(&line.ok_or_else(|| error("Cronline can't be blank"))?)?,
        branch: None,
        commit: "HEAD".to_owned(),
        env: Vec::new(),
        made: Some(Granted {
            at: change.world().now,
            by: VIEWER,
        }),
    };
    apply(input, &mut schedule);
    let schedule = pipeline.schedules.add(schedule);
    pipelines::store(change, number, pipeline);
    let (pipeline, schedule) = (Entity::Pipeline(number), Entity::Schedule(number, schedule));
    Ok(Payload::default().with("pipeline", pipeline).with_edge(
        "pipelineScheduleEdge",
        (pipeline, "schedules"),
        schedule,
    ))
}

/// `pipelineScheduleUpdate`: whatever is given is changed.
pub(super) fn update(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number) = named(change)?;
    let input = change.input;
    let line = input.text("cronline").map(|line| cron(&line)).transpose()?;
    let pipelines = &mut change.state.pipelines;
    let schedule = pipelines
        .get_mut(pipeline)
        .and_then(|pipeline| pipeline.schedules.get_mut(number));
    if let Some(schedule) = schedule {
        apply(input, schedule);
        if let Some(line) = line {
            schedule.cron = line;
        }
    }
    let schedule = Entity::Schedule(pipeline, number);
    Ok(Payload::default().with("pipelineSchedule", schedule))
}

/// `pipelineScheduleDelete`: a schedule goes.
pub(super) fn delete(change: &mut Change<'_, '_>) -> Outcome {
    let (pipeline, number) = named(change)?;
    if let Some(pipeline) = change.state.pipelines.get_mut(pipeline) {
        pipeline.schedules.remove(number);
    }
    Ok(Payload::default()
        .with("pipeline", Entity::Pipeline(pipeline))
        .with_leaf("deletedPipelineScheduleID", change.input.text("id")))
}

fn named(change: &Change<'_, '_>) -> Result<(u64, u64), FieldError> {
    change.named("id", "schedule", |entity| match entity {
        Entity::Schedule(pipeline, schedule) => Some((pipeline, schedule)),
        _ => None,
    })
}

fn cron(line: &str) -> Result<Cron, FieldError> {
    Cron::parse(line).map_err(|why| error(format!("Cronline is not valid: {why}")))
}

fn apply(input: Arguments<'_>, schedule: &mut Schedule) {
    input.rename("label", &mut schedule.label);
    input.replace("message", &mut schedule.message);
    input.replace("branch", &mut schedule.branch);
    input.rename("commit", &mut schedule.commit);
    input.switch("enabled", &mut schedule.enabled);
    if input.has("env") {
        let env = input.text("env").unwrap_or_default();
        let lines = env.lines().map(str::trim).filter(|line| !line.is_empty());
        schedule.env = lines.map(str::to_owned).collect();
    }
}
