//! The people of the organization, its teams, and who belongs to which.

use super::World;
use super::chance::{count, index, pick};
use super::ids::Entity;
use super::time::Time;

/// A person with an account.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) login: &'static str,
    pub(crate) admin: bool,
    pub(crate) bot: bool,
    pub(crate) two_factor: bool,
}

const fn regular(name: &'static str, login: &'static str) -> Person {
    Person {
        name,
        login,
        admin: false,
        bot: false,
        two_factor: true,
    }
}

const fn admin(name: &'static str, login: &'static str) -> Person {
    Person {
        admin: true,
        ..regular(name, login)
    }
}

/// Everyone; the first is the viewer.
pub(crate) const PEOPLE: &[Person] = &[
    admin("Ada Okafor", "ada"),
    admin("Bruno Keller", "bruno"),
    regular("Chiara Rossi", "chiara"),
    regular("Dmitri Volkov", "dmitri"),
    regular("Elif Yilmaz", "elif"),
    regular("Farah Haddad", "farah"),
    Person {
        two_factor: false,
        ..regular("Gabriel Santos", "gabriel")
    },
    regular("Hana Sato", "hana"),
    regular("Ingrid Larsen", "ingrid"),
    admin("Jonas Weber", "jonas"),
    regular("Kiri Tane", "kiri"),
    regular("Liam O'Connor", "liam"),
    Person {
        two_factor: false,
        ..regular("Mei Lin", "mei")
    },
    regular("Nadia Petrova", "nadia"),
    regular("Oscar Nkosi", "oscar"),
    regular("Priya Raman", "priya"),
    Person {
        bot: true,
        ..regular("Release Bot", "release-bot")
    },
];

/// Authors of commits who have no account.
pub(crate) const STRANGERS: &[(&str, &str)] = &[
    ("Dependency Updates", "dependency-updates@bots.example"),
    ("Tomasz Nowak", "tomasz@contractors.example"),
    ("Yuki Abe", "yuki@contractors.example"),
];

/// A team, its members by index (the maintainers first) and its pipelines by slug.
#[derive(Debug)]
pub(crate) struct Team {
    pub(crate) name: &'static str,
    pub(crate) slug: &'static str,
    pub(crate) description: &'static str,
    pub(crate) secret: bool,
    pub(crate) members: &'static [u64],
    pub(crate) maintainers: usize,
    pub(crate) pipelines: &'static [&'static str],
    pub(crate) suites: &'static [u64],
    pub(crate) registries: &'static [u64],
}

/// The teams, in the order of their creation.
pub(crate) const TEAMS: &[Team] = &[
    Team {
        name: "Everyone",
        slug: "everyone",
        description: "All of Acme",
        secret: false,
        members: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
        maintainers: 2,
        pipelines: &["web", "api", "docs", "design-system"],
        suites: &[0],
        registries: &[0, 1],
    },
    Team {
        name: "Platform",
        slug: "platform",
        description: "Builds, deploys and everything under them",
        secret: false,
        members: &[1, 3, 9, 11, 16],
        maintainers: 1,
        pipelines: &["infrastructure", "deploy", "legacy-monolith", "api"],
        suites: &[2],
        registries: &[0, 2],
    },
    Team {
        name: "Web",
        slug: "web",
        description: "The shop that customers see",
        secret: false,
        members: &[2, 4, 7, 12],
        maintainers: 1,
        pipelines: &["web", "design-system", "search"],
        suites: &[0, 1],
        registries: &[1],
    },
    Team {
        name: "Mobile",
        slug: "mobile",
        description: "The apps",
        secret: false,
        members: &[5, 8, 13],
        maintainers: 1,
        pipelines: &["mobile-ios", "mobile-android"],
        suites: &[3],
        registries: &[],
    },
    Team {
        name: "Data",
        slug: "data",
        description: "Reports and what feeds them",
        secret: false,
        members: &[6, 10, 15],
        maintainers: 2,
        pipelines: &["data-warehouse", "search"],
        suites: &[],
        registries: &[2],
    },
    Team {
        name: "Payments",
        slug: "payments",
        description: "Money in and out",
        secret: true,
        members: &[0, 9, 14],
        maintainers: 1,
        pipelines: &["billing", "api"],
        suites: &[2],
        registries: &[],
    },
];

impl Person {
    /// The address that the person signs in with.
    pub(crate) fn email(&self) -> String {
        format!("{}@acme.example", self.login)
    }
}

impl World {
    /// Some person, for "who did this" questions.
    pub(crate) fn someone(&self, question: &str, about: Entity) -> u64 {
        self.draw(question, about) % count(PEOPLE.len())
    }

    /// When a person joined, the founders first.
    pub(crate) fn joined_at(&self, user: u64) -> Time {
        self.epoch.before((730 - user * 40) * 86_400)
    }

    /// When a person was last seen: most today, some not for weeks.
    pub(crate) fn last_seen_at(&self, user: u64) -> Time {
        let drawn = self.draw("last seen", Entity::Member(user));
        let days = *pick(&[0, 0, 0, 1, 1, 3, 9, 45], drawn >> 8);
        self.epoch.before(days * 86_400 + drawn % 7_200)
    }

    /// When a team was made.
    pub(crate) fn team_created_at(&self, team: u64) -> Time {
        self.epoch.before((700 - team * 60) * 86_400)
    }
}

/// The team with this index.
pub(crate) fn team(team: u64) -> &'static Team {
    &TEAMS[index(team.min(count(TEAMS.len()) - 1))]
}

/// The person with this index.
pub(crate) fn person(user: u64) -> &'static Person {
    &PEOPLE[index(user.min(count(PEOPLE.len()) - 1))]
}
