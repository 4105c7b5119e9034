//! The people of the organization, its teams, and who belongs to which.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::World;
use super::chance::{count, index, pick};
use super::ids::Entity;
use super::time::Time;

/// A person with an account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) email: String,
    pub(crate) admin: bool,
    pub(crate) bot: bool,
    pub(crate) two_factor: bool,
}

/// A team: its members and what it may use, by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) description: Option<String>,
    pub(crate) secret: bool,
    /// Whether new members of the organization join it.
    pub(crate) is_default: bool,
    /// Whether those who join are its maintainers.
    pub(crate) joins_as_maintainer: bool,
    pub(crate) members_can: BTreeSet<Freedom>,
    pub(crate) created_at: Time,
    pub(crate) created_by: Option<u64>,
    pub(crate) members: Vec<Membership>,
    pub(crate) pipelines: Vec<Access>,
    pub(crate) suites: Vec<Access>,
    pub(crate) registries: Vec<Access>,
}

/// What the members of a team may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Freedom {
    CreatePipelines,
    CreateRegistries,
    CreateSuites,
    DeletePipelines,
    DestroyPackages,
    DestroyRegistries,
}

/// A person's membership in a team.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) user: u64,
    pub(crate) maintainer: bool,
    /// When and by whom, unless that follows from when both began.
    pub(crate) granted: Option<Granted>,
}

/// A team's access to a pipeline, a suite or a registry.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) to: u64,
    /// The name in the schema.
    pub(crate) level: String,
    pub(crate) granted: Option<Granted>,
}

/// When something was given, and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Granted {
    pub(crate) at: Time,
    pub(crate) by: u64,
}

impl Team {
    /// A person's membership.
    pub(crate) fn member(&self, user: u64) -> Option<&Membership> {
        self.members.iter().find(|member| member.user == user)
    }

    /// The team's access to a pipeline, if it has any.
    pub(crate) fn pipeline(&self, pipeline: u64) -> Option<&Access> {
        self.pipelines.iter().find(|access| access.to == pipeline)
    }

    /// The team's access to a suite, if it has any.
    pub(crate) fn suite(&self, suite: u64) -> Option<&Access> {
        self.suites.iter().find(|access| access.to == suite)
    }

    /// The team's access to a registry, if it has any.
    pub(crate) fn registry(&self, registry: u64) -> Option<&Access> {
        self.registries.iter().find(|access| access.to == registry)
    }

    /// The person who made the team: its first member unless it is known.
    pub(crate) fn founder(&self) -> Option<u64> {
        let first = || self.members.first().map(|member| member.user);
        self.created_by.or_else(first)
    }
}

impl World {
    /// The team with this number.
    pub(crate) fn team(&self, team: u64) -> Option<&Arc<Team>> {
        self.state.teams.get(team)
    }

    /// All teams with their numbers, in the order of their creation.
    pub(crate) fn teams(&self) -> impl Iterator<Item = (u64, &Arc<Team>)> {
        self.state.teams.iter()
    }

    /// The person with this index.
    pub(crate) fn person(&self, user: u64) -> Option<&Arc<Person>> {
        self.state.people.get(index(user))
    }

    /// All people with their indexes; the first is the viewer.
    pub(crate) fn people(&self) -> impl Iterator<Item = (u64, &Arc<Person>)> {
        (0..).zip(&self.state.people)
    }

    /// Some person, for "who did this" questions.
    pub(crate) fn someone(&self, question: &str, about: Entity) -> u64 {
        self.draw(question, about) % count(self.state.people.len()).max(1)
    }

    /// When a person joined, the founders first.
    pub(crate) fn joined_at(&self, user: u64) -> Time {
        self.epoch
            .before(730_u64.saturating_sub(user * 40).max(30) * 86_400)
    }

    /// When a person was last seen: most today, some not for weeks.
    pub(crate) fn last_seen_at(&self, user: u64) -> Time {
        let drawn = self.draw("last seen", Entity::Member(user));
        let days = *pick(&[0, 0, 0, 1, 1, 3, 9, 45], drawn >> 8);
        self.epoch.before(days * 86_400 + drawn % 7_200)
    }
}

/// What a name becomes in an address: lower case, with dashes between words. Nothing of
/// a name without letters and digits.
pub(crate) fn slug(name: &str) -> Option<String> {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    (!words.is_empty()).then(|| words.join("-"))
}

/// How many addresses a person has.
pub(crate) fn emails(user: u64) -> u64 {
    if user.is_multiple_of(3) { 2 } else { 1 }
}
