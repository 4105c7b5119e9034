//! The people of the organization, its teams, and who belongs to which.

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
    pub(crate) admin: bool,
    pub(crate) bot: bool,
    pub(crate) two_factor: bool,
}

impl Person {
    /// The address that the person signs in with.
    pub(crate) fn email(&self) -> String {
        format!("{}@acme.example", self.login)
    }
}

/// A team: its members and what it may use, by index.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) description: String,
    pub(crate) secret: bool,
    pub(crate) created_at: Time,
    pub(crate) members: Vec<Membership>,
    pub(crate) pipelines: Vec<u64>,
    pub(crate) suites: Vec<u64>,
    pub(crate) registries: Vec<u64>,
}

/// A person's membership in a team.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) user: u64,
    pub(crate) maintainer: bool,
}

impl Team {
    /// A person's membership.
    pub(crate) fn member(&self, user: u64) -> Option<&Membership> {
        self.members.iter().find(|member| member.user == user)
    }

    /// The person who made the team: its first member.
    pub(crate) fn founder(&self) -> Option<u64> {
        self.members.first().map(|member| member.user)
    }
}

impl World {
    /// The team with this index.
    pub(crate) fn team(&self, team: u64) -> Option<&Arc<Team>> {
        self.state.teams.get(index(team))
    }

    /// All teams with their indexes, in the order of their creation.
    pub(crate) fn teams(&self) -> impl Iterator<Item = (u64, &Arc<Team>)> {
        (0..).zip(&self.state.teams)
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

/// How many addresses a person has.
pub(crate) fn emails(user: u64) -> u64 {
    if user.is_multiple_of(3) { 2 } else { 1 }
}
