//! Which agent runs which job.

use std::collections::BTreeSet;

use crate::world::World;
use crate::world::builds::Build;
use crate::world::chance::{count, index};
use crate::world::ids::Entity;
use crate::world::steps::StepKind;
use crate::world::time::Time;

impl World {
    /// The agent that runs or ran the job.
    pub(crate) fn agent_of(&self, build: &Build, place: usize) -> Option<u64> {
        let job = build.jobs(self).get(place)?;
        if job.step.kind != StepKind::Command {
            return None;
        }
        let started = job.started_at?;
        if build.live.is_some() {
            return job.agent;
        }
        let entity = Entity::Job(build.pipeline, build.number, count(place));
        if job.is_running() {
            let mut running = self.past_running().iter();
            return running
                .find(|(_, running)| *running == entity)
                .map(|(agent, _)| *agent);
        }
        let queue = build.queue_of(self, job)?;
        let mut candidates = self.agents_then(queue, started, self.draw("agent", entity));
        if build.state.is_final() {
            return candidates.next();
        }
        // What an agent did when the history ended may have begun before this job did, so
        // the agents that were busy then cannot have run it.
        let busy = self.past_running();
        candidates.find(|agent| busy.iter().all(|(runs, _)| runs != agent))
    }

    /// The agents of a queue that took jobs at a time in the past, any of them first.
    pub(crate) fn agents_then(
        &self,
        queue: u64,
        at: Time,
        drawn: u64,
    ) -> impl Iterator<Item = u64> + '_ {
        let agents = self.agents_of(queue);
        let (before, from) = agents.split_at(index(drawn % count(agents.len()).max(1)));
        let agents = from.iter().chain(before).copied();
        agents.filter(move |agent| self.took_jobs(*agent, at))
    }

    /// The job that an agent runs now.
    pub(crate) fn running_on(&self, agent: u64) -> Option<Entity> {
        self.running()
            .iter()
            .find(|(runs, _)| *runs == agent)
            .map(|(_, job)| *job)
    }

    /// Which agent runs which job now.
    pub(crate) fn running(&self) -> &[(u64, Entity)] {
        self.running.get_or_init(|| {
            let mut running = self.past_running().to_vec();
            running.retain(|(_, job)| match job {
                Entity::Job(pipeline, number, _) => {
                    let is_stored = self.state.live.contains_key(&(*pipeline, *number));
                    self.pipeline(*pipeline).is_some() && !is_stored
                }
                _ => true,
            });
            for ((pipeline, number), build) in &self.state.live {
                for (place, job) in build.jobs.iter().enumerate() {
                    if let Some(agent) = job.agent.filter(|_| job.is_running()) {
                        running.push((agent, Entity::Job(*pipeline, *number, count(place))));
                    }
                }
            }
            running
        })
    }

    /// Which agent runs which job at the end of the history: worked out from the few
    /// builds in which anything was going on then.
    pub(crate) fn past_running(&self) -> &[(u64, Entity)] {
        self.past_running.get_or_init(|| self.find_past_running())
    }

    fn find_past_running(&self) -> Vec<(u64, Entity)> {
        let mut running: Vec<(u64, Entity)> = Vec::new();
        let mut taken = BTreeSet::new();
        for (pipeline, spec) in self.origin().pipelines.iter() {
            let last = spec.history.builds;
            let newest = (0..count(spec.history.newest.len())).map(|age| last - age);
            for build in newest.filter_map(|number| self.past_build(pipeline, number)) {
                for (place, job) in build.jobs(self).iter().enumerate() {
                    if !job.is_running() {
                        continue;
                    }
                    let queue = build.queue_of(self, job);
                    if let Some(agent) = queue.and_then(|queue| self.past_idle_agent(queue, &taken))
                    {
                        taken.insert(agent);
                        let job = Entity::Job(build.pipeline, build.number, count(place));
                        running.push((agent, job));
                    }
                }
            }
        }
        running
    }

    /// An agent of a queue that had no job at the end of the history, but took any.
    fn past_idle_agent(&self, queue: u64, taken: &BTreeSet<u64>) -> Option<u64> {
        let took = |agent: &u64| !taken.contains(agent) && self.took_jobs(*agent, self.epoch);
        self.agents_of(queue).iter().copied().find(took)
    }

    /// An agent of a queue that takes jobs at a moment and has none.
    pub(crate) fn idle_agent(&self, queue: u64, taken: &BTreeSet<u64>, at: Time) -> Option<u64> {
        let is_idle = |number: &u64| {
            !taken.contains(number)
                && self
                    .agent(*number)
                    .is_some_and(|agent| agent.takes_jobs(at))
        };
        self.agents_of(queue).iter().copied().find(is_idle)
    }
}
