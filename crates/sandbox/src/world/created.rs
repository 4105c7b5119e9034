//! Builds that were created through the API: the only data that is stored.

use std::sync::{Arc, PoisonError, RwLock};

use super::builds::Creator;
use super::chance::{count, index};
use super::pipelines::PIPELINES;
use super::time::Time;

/// What a created build was asked to be.
#[derive(Debug)]
pub(crate) struct NewBuild {
    pub(crate) branch: String,
    pub(crate) commit: String,
    pub(crate) message: Option<String>,
    pub(crate) env: Vec<String>,
    pub(crate) meta_data: Vec<(String, String)>,
    pub(crate) creator: Creator,
    pub(crate) created_at: Time,
}

/// The created builds of every pipeline, the oldest first.
#[derive(Debug)]
pub(crate) struct CreatedBuilds {
    by_pipeline: RwLock<Vec<Vec<Arc<NewBuild>>>>,
}

impl CreatedBuilds {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            by_pipeline: RwLock::new(PIPELINES.iter().map(|_| Vec::new()).collect()),
        }
    }

    /// How many a pipeline has.
    pub(crate) fn count(&self, pipeline: u64) -> u64 {
        let all = self
            .by_pipeline
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        all.get(index(pipeline))
            .map_or(0, |builds| count(builds.len()))
    }

    /// One of a pipeline's, by place.
    pub(crate) fn get(&self, pipeline: u64, place: u64) -> Option<Arc<NewBuild>> {
        let all = self
            .by_pipeline
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        all.get(index(pipeline))?.get(index(place)).cloned()
    }

    /// Adds a build and answers its place. `make` is told when: each created build
    /// is a second younger than the one before, in whatever pipeline that was.
    pub(crate) fn add(
        &self,
        pipeline: u64,
        epoch: Time,
        make: impl FnOnce(Time) -> NewBuild,
    ) -> Option<u64> {
        let mut all = self
            .by_pipeline
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let so_far: usize = all.iter().map(Vec::len).sum();
        let build = make(epoch.after(count(so_far) + 1));
        let builds = all.get_mut(index(pipeline))?;
        builds.push(Arc::new(build));
        Some(count(builds.len()) - 1)
    }
}
