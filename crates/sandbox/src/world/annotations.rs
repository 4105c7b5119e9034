//! Notes on builds and jobs.

use super::World;
use super::builds::{Build, BuildState};
use super::chance::index;
use super::ids::Entity;
use super::time::Time;

/// A note on a build or a job.
#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) context: &'static str,
    pub(crate) style: &'static str,
    pub(crate) text: &'static str,
    pub(crate) priority: u64,
    pub(crate) created_at: Time,
}

impl Build {
    /// The notes on the build, or on its job at this place; newest first.
    pub(crate) fn annotations(&self, world: &World, job: u64) -> Vec<Annotation> {
        let mut notes = Vec::new();
        let mut note = |context, style, text, priority, created_at| {
            notes.push(Annotation {
                context,
                style,
                text,
                priority,
                created_at,
            });
        };
        if job != Entity::WHOLE_BUILD {
            let place = index(job);
            if let Some(job) = self.jobs(world).get(place)
                && let Some(at) = job.finished_at
                && job.counts_as_failure()
            {
                note("exit", "ERROR", "The command failed.", 5, at);
            }
            return notes;
        }
        let Some(started) = self.started_at(world) else {
            return notes;
        };
        if let Some(at) = self.failing_at(world) {
            note("failures", "ERROR", "One job **failed**.", 8, at);
        }
        let drawn = world.draw("annotations", self.entity());
        let at = self.finished_at(world).unwrap_or(started.after(40));
        if self.state == BuildState::Passed && drawn.is_multiple_of(2) {
            note("coverage", "SUCCESS", "Coverage went **up**.", 3, at);
        }
        if drawn.is_multiple_of(5) {
            let text = "Two dependencies are out of date.";
            note("dependencies", "WARNING", text, 2, started.after(30));
        }
        note("links", "INFO", "See the preview.", 3, started.after(20));
        notes
    }
}
