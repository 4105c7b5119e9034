//! From data to the state of a world.

mod builds;

use std::sync::Arc;

use serde_json::Value;

use super::{Data, DataError, Pipeline, Schedule, Team};
use crate::world::cast::{Size, acme, viewer};
use crate::world::chance::count;
use crate::world::clusters::{Agent, Cluster, Pause, Queue};
use crate::world::cron::Cron;
use crate::world::people::{self, Access, Freedom, Membership, Person};
use crate::world::pipelines;
use crate::world::state::State;
use crate::world::steps::{self, Step};
use crate::world::time::Time;

/// How old a pipeline without builds is, in seconds.
const AGE: u64 = 30 * 86_400;
/// How many agents may listen on a queue.
const MOST_AGENTS: u64 = 10_000;
/// What a team may do with its pipelines.
const ACCESS_LEVELS: &[&str] = &["MANAGE_BUILD_AND_READ", "BUILD_AND_READ", "READ_ONLY"];

/// The state at a moment of an organization that has this data. What the data leaves open
/// follows from a seed.
///
/// # Errors
///
/// What cannot be as the data says.
pub(crate) fn pin(data: &Data, seed: u64, now: Time, size: Size) -> Result<State, DataError> {
    let mut state = if data.with_acme {
        acme(now, size)
    } else if size != Size::default() {
        return fail(
            "the numbers of builds and pipelines are those of the invented organization: leave \
             them out, or say `with_acme: true` to have it beside the data",
        );
    } else {
        State {
            name: "Acme Inc".to_owned(),
            slug: "acme-inc".to_owned(),
            began_at: now.before(AGE),
            settled_at: now,
            ..State::default()
        }
    };
    if let Some(name) = &data.name {
        state.slug = slug(name)?;
        state.name.clone_from(name);
    }
    if let Some(slug) = &data.slug {
        state.slug = given_slug(slug)?;
    }
    people(data, &mut state)?;
    clusters(data, &mut state, now)?;
    // Only a cluster that nobody has described grows with what runs in it.
    let grows = data.clusters.is_empty() && !data.with_acme;
    let first = state.pipelines.next();
    for pipeline in &data.pipelines {
        let made = self::pipeline(&state, pipeline, now)?;
        state.pipelines.add(made);
    }
    for (number, pipeline) in (first..).zip(&data.pipelines) {
        builds::pin(&mut state, number, &pipeline.builds, seed, now, grows)?;
    }
    for team in &data.teams {
        let made = self::team(&state, team)?;
        state.teams.add(made);
    }
    Ok(state)
}

fn fail<T>(message: impl Into<String>) -> Result<T, DataError> {
    Err(DataError::new(message))
}

/// What a name becomes in an address.
fn slug(name: &str) -> Result<String, DataError> {
    people::slug(name)
        .ok_or_else(|| DataError::new(format!("{name:?} is no name: it needs a letter or a digit")))
}

/// A slug that somebody has chosen.
fn given_slug(slug: &str) -> Result<String, DataError> {
    match people::slug(slug) {
        Some(good) if good == slug => Ok(good),
        _ => fail(format!(
            "{slug:?} is no slug: it is of lower-case letters and digits, with dashes between"
        )),
    }
}

fn people(data: &Data, state: &mut State) -> Result<(), DataError> {
    for person in &data.people {
        let login = slug(&person.name)?;
        let email = person.email.clone();
        let email = email.unwrap_or_else(|| format!("{login}@acme.example"));
        let is_known = |known: &Arc<Person>| known.name == person.name || known.email == email;
        if state.people.iter().any(is_known) {
            let name = &person.name;
            return fail(format!(
                "there are two people of the name {name:?}, or of {email:?}"
            ));
        }
        state.people.push(Arc::new(Person {
            name: person.name.clone(),
            email,
            login,
            admin: person.admin,
            bot: person.bot,
            two_factor: person.two_factor,
        }));
    }
    if state.people.is_empty() {
        state.people.push(Arc::new(viewer()));
    }
    Ok(())
}

/// The person of a name or an address.
fn person(state: &State, named: &str) -> Option<u64> {
    let mut people = (0..).zip(&state.people);
    let found = people.find(|(_, person)| person.name == named || person.email == named);
    found.map(|(user, _)| user)
}

fn clusters(data: &Data, state: &mut State, now: Time) -> Result<(), DataError> {
    for cluster in &data.clusters {
        let name = &cluster.name;
        slug(name)?;
        if state.clusters.iter().any(|(_, it)| it.name == *name) {
            return fail(format!("there are two clusters {name:?}"));
        }
        let number = state.clusters.add(Cluster {
            name: cluster.name.clone(),
            description: cluster.description.clone(),
            emoji: cluster.emoji.clone(),
            color: cluster.color.clone(),
            ..Cluster::default()
        });
        for queue in &cluster.queues {
            if state.queues_of(number).any(|(_, it)| it.key == queue.key) {
                let (key, name) = (&queue.key, &cluster.name);
                return fail(format!("the cluster {name:?} has two queues {key:?}"));
            }
            let paused = queue.paused.clone().map(|note| Pause {
                at: now.before(86_400),
                by: 0,
                note: Some(note),
            });
            let made = Queue {
                description: queue.description.clone(),
                paused,
                ..Queue::new(&queue.key, number)
            };
            let made = state.queues.add(made);
            if queue.agents > MOST_AGENTS {
                let (key, agents) = (&queue.key, queue.agents);
                return fail(format!(
                    "the queue {key:?} has {agents} agents; {MOST_AGENTS} are the most"
                ));
            }
            for place in 0..queue.agents {
                state.agents.add(agent(&queue.key, made, place));
            }
        }
    }
    if state.clusters.len() == 0 {
        let cluster = state.clusters.add(Cluster {
            name: "Default cluster".to_owned(),
            ..Cluster::default()
        });
        let queue = state.queues.add(Queue::new("default", cluster));
        for _ in 0..3 {
            connect(state, queue);
        }
    }
    Ok(())
}

/// Adds an agent to a queue.
fn connect(state: &mut State, queue: u64) -> u64 {
    let agents = state.agents.iter();
    let others = agents.filter(|(_, agent)| agent.queue == queue).count();
    let key = state.queues.get(queue).map(|queue| queue.key.clone());
    let made = agent(&key.unwrap_or_default(), queue, count(others));
    state.agents.add(made)
}

/// The agent at a place among those of a queue.
fn agent(key: &str, queue: u64, place: u64) -> Agent {
    Agent {
        tags: vec!["os=linux".to_owned()],
        ..Agent::new(format!("{key}-{}", place + 1), queue)
    }
}

fn pipeline(state: &State, data: &Pipeline, now: Time) -> Result<pipelines::Pipeline, DataError> {
    let slug = match &data.slug {
        Some(slug) => given_slug(slug)?,
        None => self::slug(&data.name)?,
    };
    let name = &data.name;
    if state.pipelines.iter().any(|(_, other)| other.slug == slug) {
        return fail(format!("there are two pipelines {slug:?}"));
    }
    let cluster = match &data.cluster {
        None => state.clusters.at(0),
        Some(wanted) => {
            let mut clusters = state.clusters.iter();
            let found = clusters.find(|(_, cluster)| cluster.name == *wanted);
            found.map(|(number, _)| number)
        }
    };
    let Some(cluster) = cluster else {
        let wanted = data.cluster.as_deref().unwrap_or_default();
        return fail(format!(
            "there is no cluster {wanted:?} for the pipeline {name:?}"
        ));
    };
    let wrong = |why| DataError::new(format!("the steps of the pipeline {name:?}: {why}"));
    let (steps, yaml) = match &data.steps {
        None => {
            let step = Step::command("test", "Tests", "make test", Step::SECONDS);
            (vec![step], None)
        }
        Some(Value::String(yaml)) => (steps::read(yaml).map_err(wrong)?, Some(yaml.clone())),
        Some(list) => (steps::read_list(list).map_err(wrong)?, None),
    };
    let repository = data
        .repository
        .clone()
        .unwrap_or_else(|| format!("git@github.com:{}/{slug}.git", state.slug));
    let mut pipeline = pipelines::Pipeline {
        description: data.description.clone(),
        emoji: data.emoji.clone(),
        color: data.color.clone(),
        tags: data.tags.clone(),
        cluster,
        yaml,
        steps: steps.into_iter().map(Arc::new).collect(),
        archived: data
            .archived
            .then_some(pipelines::Archived { at: now, by: None }),
        public: data.public,
        created_at: now.before(AGE),
        ..pipelines::Pipeline::new(&slug, name, repository)
    };
    if let Some(branch) = &data.default_branch {
        pipeline.default_branch.clone_from(branch);
    }
    for schedule in &data.schedules {
        let schedule = self::schedule(schedule, now)
            .map_err(|why| DataError::new(format!("a schedule of the pipeline {name:?}: {why}")))?;
        pipeline.schedules.add(schedule);
    }
    Ok(pipeline)
}

fn schedule(data: &Schedule, now: Time) -> Result<pipelines::Schedule, String> {
    Ok(pipelines::Schedule {
        label: data.label.clone(),
        message: data.message.clone(),
        enabled: !data.disabled,
        cron: Cron::parse(&data.cronline)?,
        branch: data.branch.clone(),
        commit: "HEAD".to_owned(),
        env: Vec::new(),
        made: Some(people::Granted {
            at: now.before(AGE),
            by: 0,
        }),
    })
}

fn team(state: &State, data: &Team) -> Result<people::Team, DataError> {
    let name = &data.name;
    let slug = slug(name)?;
    if state.teams.iter().any(|(_, other)| other.slug == slug) {
        return fail(format!("there are two teams {slug:?}"));
    }
    let level = match &data.access_level {
        None => ACCESS_LEVELS[0].to_owned(),
        Some(level) => one_of("access level", level, ACCESS_LEVELS)?.to_owned(),
    };
    let mut team = people::Team {
        name: name.clone(),
        slug,
        description: data.description.clone(),
        secret: data.secret,
        members_can: [
            Freedom::CreatePipelines,
            Freedom::CreateRegistries,
            Freedom::CreateSuites,
        ]
        .into(),
        created_at: state.began_at,
        ..people::Team::default()
    };
    let maintainers = data.maintainers.iter().map(|person| (person, true));
    let members = data.members.iter().map(|person| (person, false));
    for (named, maintainer) in maintainers.chain(members) {
        let Some(user) = person(state, named) else {
            return fail(format!(
                "there is no person {named:?} for the team {name:?}"
            ));
        };
        if team.member(user).is_some() {
            return fail(format!("the team {name:?} has {named:?} twice"));
        }
        team.members.push(Membership {
            user,
            maintainer,
            granted: None,
        });
    }
    for slug in &data.pipelines {
        let mut pipelines = state.pipelines.iter();
        let found = pipelines.find(|(_, pipeline)| pipeline.slug == *slug);
        let Some((pipeline, _)) = found else {
            return fail(format!(
                "there is no pipeline {slug:?} for the team {name:?}"
            ));
        };
        if team.pipeline(pipeline).is_some() {
            return fail(format!("the team {name:?} has the pipeline {slug:?} twice"));
        }
        team.pipelines.push(Access {
            to: pipeline,
            level: level.clone(),
            granted: None,
        });
    }
    Ok(team)
}

/// One of several names, in either case.
fn one_of<'n>(what: &str, given: &str, names: &[&'n str]) -> Result<&'n str, DataError> {
    let mut all = names.iter().copied();
    all.find(|name| name.eq_ignore_ascii_case(given))
        .ok_or_else(|| {
            let names = names.join(", ");
            DataError::new(format!("{given:?} is no {what}; it is one of {names}"))
        })
}
