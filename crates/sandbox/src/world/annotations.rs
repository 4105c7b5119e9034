//! Notes on builds and jobs.

use super::World;
use super::builds::{Build, BuildState};
use super::chance::{count, index};
use super::ids::Entity;
use super::live::LiveBuild;
use super::time::Time;

/// A note on a build or a job.
#[derive(Clone, Debug)]
pub(crate) struct Annotation {
    /// What it is about; a build or job has one note about each thing.
    pub(crate) context: String,
    pub(crate) style: String,
    /// Markdown.
    pub(crate) text: String,
    pub(crate) priority: u64,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Option<Time>,
    /// Whether somebody took it away. Its place stays taken.
    pub(crate) deleted: bool,
}

/// What somebody wants to note.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) context: String,
    pub(crate) style: String,
    pub(crate) text: Option<String>,
    pub(crate) priority: u64,
    /// Whether the text goes after what is there already.
    pub(crate) append: bool,
}

impl Build {
    /// The notes on the build, or on its job at this place. A note's place among them
    /// is its identity.
    pub(crate) fn annotations(&self, world: &World, job: u64) -> Vec<Annotation> {
        if let Some(live) = &self.live {
            return live.annotations.get(&job).cloned().unwrap_or_default();
        }
        let mut notes = Vec::new();
        let mut note = |context: &str, style: &str, text: &str, priority, created_at| {
            notes.push(Annotation {
                context: context.to_owned(),
                style: style.to_owned(),
                text: text.to_owned(),
                priority,
                created_at,
                updated_at: None,
                deleted: false,
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

impl LiveBuild {
    /// Notes something on the build or on its job at a place, and answers which of its
    /// notes that is. What is noted about a context again changes the note that is
    /// there.
    pub(crate) fn annotate(&mut self, job: u64, note: Note, now: Time) -> u64 {
        let notes = self.annotations.entry(job).or_default();
        let known = notes
            .iter()
            .position(|known| known.context == note.context && !known.deleted);
        let Some(place) = known else {
            notes.push(Annotation {
                context: note.context,
                style: note.style,
                text: note.text.unwrap_or_default(),
                priority: note.priority,
                created_at: now,
                updated_at: None,
                deleted: false,
            });
            return count(notes.len()) - 1;
        };
        let known = &mut notes[place];
        known.updated_at = Some(now);
        match note.text {
            Some(text) if note.append => known.text.push_str(&text),
            Some(text) => known.text = text,
            None => {}
        }
        known.style = note.style;
        known.priority = note.priority;
        count(place)
    }
}
