//! What is looked for step by step is what a look at everything finds.

use std::sync::Arc;

use super::recent::Recent;
use super::started::Started;
use super::{FoundJob, JobFilter};
use crate::world::World;
use crate::world::builds::Creator;
use crate::world::cast::{Size, acme};
use crate::world::chance::{count, draw};
use crate::world::live::LiveBuild;
use crate::world::time::Time;

/// A world with some builds that were made later, at any times.
fn world(seed: u64, size: Size) -> World {
    let now = Time::parse("2026-11-20T12:00:00Z").unwrap();
    let mut state = acme(now, size);
    state.origin = Some(Arc::new(state.clone()));
    for number in 0..20 {
        let pipeline = draw(seed, "pipeline", &[number]) % state.pipelines.len();
        let spec = Arc::clone(state.pipelines.get(pipeline).unwrap());
        let at = now.after(number * 40);
        let build = LiveBuild::new(&spec, None, Vec::new(), Creator::Person(0), at);
        let next = state.next_number(pipeline);
        state.add_build(pipeline, next, build);
    }
    let later = now.after(1_500);
    let world = World::of(seed, later, Arc::new(state.clone()));
    world.catch_up(&mut state);
    // Some of the past are stored, too.
    let world = World::of(seed, now, Arc::new(state.clone()));
    for number in [3, 50, 90] {
        let build = world.build(0, number).unwrap();
        let stored = LiveBuild::adopt(&world, &build);
        state.put_build(0, number, stored);
    }
    World::of(seed, now, Arc::new(state))
}

/// The keys of all jobs that are wanted, in order.
fn all(world: &World, key: impl Fn(&World, u64, u64, usize) -> Option<u128>) -> Vec<u128> {
    let mut keys = Vec::new();
    for (pipeline, _) in world.pipelines() {
        for place in 0..world.build_count(pipeline) {
            let number = world.build_number(pipeline, place).unwrap();
            let build = world.build(pipeline, number).unwrap();
            for job in 0..build.jobs(world).len() {
                keys.extend(key(world, pipeline, number, job));
            }
        }
    }
    keys.sort_unstable();
    keys
}

fn keys(jobs: impl Iterator<Item = FoundJob>) -> Vec<u128> {
    jobs.map(|job| job.key).collect()
}

/// From every so many keys, forward and backward.
fn check(
    expected: &[u128],
    after: impl Fn(Option<u128>) -> Vec<u128>,
    before: impl Fn(Option<u128>) -> Vec<u128>,
) {
    assert!(expected.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(after(None), expected);
    let backward: Vec<u128> = expected.iter().rev().copied().collect();
    assert_eq!(before(None), backward);
    let total = expected.len();
    for place in (0..total).step_by(total / 25 + 1) {
        let key = expected[place];
        assert_eq!(after(Some(key)), expected[place + 1..], "after {place}");
        assert_eq!(
            before(Some(key)),
            backward[total - place..],
            "before {place}"
        );
        // Between two rows, where none is.
        assert_eq!(after(Some(key - 1)), expected[place..]);
        assert_eq!(before(Some(key + 1)), backward[total - place - 1..]);
    }
}

#[test]
fn jobs_come_in_the_order_of_their_builds() {
    for (seed, builds) in [(1, None), (2, Some(400)), (3, Some(5_000))] {
        let world = world(
            seed,
            Size {
                builds,
                ..Size::default()
            },
        );
        let recent = Recent::new(&world, None);
        let filter = JobFilter::default();
        let expected = all(&world, |world, pipeline, number, job| {
            Some(world.build(pipeline, number)?.recency(job))
        });
        check(
            &expected,
            |key| keys(recent.jobs_older(key, &filter)),
            |key| keys(recent.jobs_newer(key, &filter)),
        );
    }
}

#[test]
fn jobs_come_in_the_order_of_their_starts() {
    for (seed, builds) in [(1, None), (2, Some(400)), (3, Some(3_000))] {
        let size = Size {
            builds,
            ..Size::default()
        };
        let world = world(seed, size);
        let filter = JobFilter {
            states: Some(vec![
                "FINISHED".to_owned(),
                "BROKEN".to_owned(),
                "RUNNING".to_owned(),
            ]),
            ..JobFilter::default()
        };
        let started = Started::new(&world, None, filter.clone());
        let expected = all(&world, |world, pipeline, number, place| {
            let build = world.build(pipeline, number)?;
            let job = &build.jobs(world)[place];
            let is_wanted = filter.wants(world, &build, job);
            is_wanted.then(|| build.assignment(job, place))
        });
        check(
            &expected,
            |key| keys(started.after(key)),
            |key| keys(started.before(key)),
        );
    }
}

#[test]
fn agents_find_the_jobs_that_name_them() {
    let world = world(5, Size::default());
    let mut found = 0;
    for (agent, _) in world.agents() {
        let started = Started::on(&world, agent, JobFilter::default());
        let expected = all(&world, |world, pipeline, number, place| {
            let build = world.build(pipeline, number)?;
            let is_own = world.agent_of(&build, place) == Some(agent);
            is_own.then(|| build.assignment(&build.jobs(world)[place], place))
        });
        assert_eq!(keys(started.after(None)), expected, "agent {agent}");
        found += count(expected.len());
    }
    assert!(found > 3_000, "{found}");
}

#[test]
fn builds_of_a_large_history_are_in_order_and_over_in_time() {
    let size = Size {
        builds: Some(1_000_000),
        pipelines: Some(40),
    };
    let world = world(7, size);
    let mut total = 0;
    for (pipeline, spec) in world.pipelines() {
        let builds = world.build_count(pipeline);
        total += spec.history.builds;
        let mut newer = None;
        // The newest, and some from everywhere.
        let places = (0..60).chain((60..builds).step_by(997));
        for place in places {
            let number = world.build_number(pipeline, place).unwrap();
            let build = world.build(pipeline, number).unwrap();
            assert!(
                newer.is_none_or(|newer| build.created_at <= newer),
                "{number}"
            );
            assert!(build.created_at > spec.created_at && build.created_at > world.began_at());
            newer = Some(build.created_at);
            let started = build
                .jobs(&world)
                .iter()
                .filter_map(|job| job.started_at)
                .max();
            if build.live.is_none() {
                let latest = build.created_at.after(spec.longest());
                assert!(started.is_none_or(|started| started <= latest), "{number}");
            }
            if build.state.is_final() && build.live.is_none() {
                assert!(
                    build
                        .finished_at(&world)
                        .is_some_and(|at| at <= world.epoch)
                );
            }
        }
    }
    assert_eq!(total, 1_000_000);
}
