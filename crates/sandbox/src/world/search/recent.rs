//! Builds and their jobs by the age of the build, through all pipelines at once.

use std::collections::BinaryHeap;
use std::rc::Rc;

use super::{FoundJob, JobFilter};
use crate::world::World;
use crate::world::builds::Build;

/// The bits of a rank that tell the jobs of a build apart.
const JOB: u128 = (1 << 24) - 1;

/// The builds of one pipeline or of all. Their ranks ([`Build::recency`]) rise with their
/// age, within a pipeline and between them.
#[derive(Clone, Debug)]
pub(crate) struct Recent<'w> {
    world: &'w World,
    pipelines: Vec<u64>,
}

/// In which direction to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Older,
    Newer,
}

/// The builds of several pipelines, merged.
struct Merged<'w> {
    world: &'w World,
    direction: Direction,
    /// The next build of each pipeline, and the places that are left.
    heads: Vec<(Rc<Build>, std::ops::Range<u64>)>,
    /// By rank, the next on top; with the place among the heads.
    heap: BinaryHeap<(u128, usize)>,
}

impl<'w> Recent<'w> {
    pub(crate) fn new(world: &'w World, pipeline: Option<u64>) -> Self {
        let all = world.pipelines().map(|(number, _)| number);
        Self {
            world,
            pipelines: all
                .filter(|number| pipeline.is_none_or(|wanted| wanted == *number))
                .collect(),
        }
    }

    /// The builds from a rank on, the newest first. The rank may be that of a job.
    pub(crate) fn older(&self, from: Option<u128>) -> impl Iterator<Item = Rc<Build>> + use<'w> {
        let from = from.map_or(0, |rank| rank & !JOB);
        self.merged(Direction::Older, |build| build.recency(0) >= from)
    }

    /// The builds down to a rank, the oldest first. The rank may be that of a job.
    pub(crate) fn newer(&self, from: Option<u128>) -> impl Iterator<Item = Rc<Build>> + use<'w> {
        let from = from.unwrap_or(u128::MAX);
        self.merged(Direction::Newer, |build| build.recency(0) > from)
    }

    /// The jobs behind a rank, those of the newest build first.
    pub(crate) fn jobs_older<'s>(
        &'s self,
        after: Option<u128>,
        filter: &'s JobFilter,
    ) -> impl Iterator<Item = FoundJob> + 's {
        let builds = self.older(after);
        builds.flat_map(move |build| {
            let is_behind = |key: u128| after.is_none_or(|after| key > after);
            jobs(self.world, &build, filter, is_behind)
        })
    }

    /// The jobs before a rank, those of the oldest build first.
    pub(crate) fn jobs_newer<'s>(
        &'s self,
        before: Option<u128>,
        filter: &'s JobFilter,
    ) -> impl Iterator<Item = FoundJob> + 's {
        let builds = self.newer(before);
        builds.flat_map(move |build| {
            let is_before = |key: u128| before.is_none_or(|before| key < before);
            let mut jobs = jobs(self.world, &build, filter, is_before);
            jobs.reverse();
            jobs
        })
    }

    /// The merged builds, from the first of each pipeline that is reached; those that are
    /// not come before it.
    fn merged(&self, direction: Direction, is_reached: impl Fn(&Build) -> bool) -> Merged<'w> {
        let mut merged = Merged {
            world: self.world,
            direction,
            heads: Vec::new(),
            heap: BinaryHeap::new(),
        };
        for pipeline in &self.pipelines {
            let all = 0..self.world.build_count(*pipeline);
            let start = self.world.first_place(*pipeline, &is_reached);
            let mut places = match direction {
                Direction::Older => start..all.end,
                Direction::Newer => all.start..start,
            };
            if let Some(build) = merged.next_of(*pipeline, &mut places) {
                merged.push(build, places);
            }
        }
        merged
    }
}

impl Merged<'_> {
    fn next_of(&self, pipeline: u64, places: &mut std::ops::Range<u64>) -> Option<Rc<Build>> {
        let place = match self.direction {
            Direction::Older => places.next()?,
            Direction::Newer => places.next_back()?,
        };
        let number = self.world.build_number(pipeline, place)?;
        self.world.build(pipeline, number)
    }

    fn push(&mut self, build: Rc<Build>, places: std::ops::Range<u64>) {
        let rank = self.rank(&build);
        self.heap.push((rank, self.heads.len()));
        self.heads.push((build, places));
    }

    /// A number that is the higher, the sooner a build comes.
    fn rank(&self, build: &Build) -> u128 {
        match self.direction {
            Direction::Older => u128::MAX - build.recency(0),
            Direction::Newer => build.recency(0),
        }
    }
}

impl Iterator for Merged<'_> {
    type Item = Rc<Build>;

    fn next(&mut self) -> Option<Rc<Build>> {
        let (_, head) = self.heap.pop()?;
        let (build, places) = self.heads.get(head)?;
        let (build, mut places) = (Rc::clone(build), places.clone());
        if let Some(next) = self.next_of(build.pipeline, &mut places) {
            self.heap.push((self.rank(&next), head));
            self.heads[head] = (next, places);
        }
        Some(build)
    }
}

fn jobs(
    world: &World,
    build: &Rc<Build>,
    filter: &JobFilter,
    is_inside: impl Fn(u128) -> bool,
) -> Vec<FoundJob> {
    if !filter.may_want(build) {
        return Vec::new();
    }
    let jobs = build.jobs(world).iter().enumerate();
    jobs.filter(|(place, job)| is_inside(build.recency(*place)) && filter.wants(world, build, job))
        .map(|(place, _)| FoundJob {
            build: Rc::clone(build),
            place,
            key: build.recency(place),
        })
        .collect()
}
