//! The people and teams of the invented organization.

use crate::world::people::{Membership, Person, Team};
use crate::world::time::Time;

/// Everyone; the first is the viewer.
pub(crate) fn people() -> Vec<Person> {
    vec![
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
    ]
}

fn regular(name: &str, login: &str) -> Person {
    Person {
        name: name.to_owned(),
        login: login.to_owned(),
        admin: false,
        bot: false,
        two_factor: true,
    }
}

fn admin(name: &str, login: &str) -> Person {
    Person {
        admin: true,
        ..regular(name, login)
    }
}

/// Authors of commits who have no account.
pub(crate) const STRANGERS: &[(&str, &str)] = &[
    ("Dependency Updates", "dependency-updates@bots.example"),
    ("Tomasz Nowak", "tomasz@contractors.example"),
    ("Yuki Abe", "yuki@contractors.example"),
];

/// The teams, in the order of their creation, as they are at a moment. Pipelines,
/// suites and registries are given by their places.
pub(crate) fn teams(now: Time) -> Vec<Team> {
    let everyone: Vec<u64> = (0..17).collect();
    let mut teams = vec![
        Team {
            pipelines: vec![0, 1, 5, 9],
            suites: vec![0],
            registries: vec![0, 1],
            ..team(("everyone", "Everyone", "All of Acme"), &everyone, 2)
        },
        Team {
            pipelines: vec![4, 8, 11, 1],
            suites: vec![2],
            registries: vec![0, 2],
            ..team(
                (
                    "platform",
                    "Platform",
                    "Builds, deploys and everything under them",
                ),
                &[1, 3, 9, 11, 16],
                1,
            )
        },
        Team {
            pipelines: vec![0, 9, 10],
            suites: vec![0, 1],
            registries: vec![1],
            ..team(
                ("web", "Web", "The shop that customers see"),
                &[2, 4, 7, 12],
                1,
            )
        },
        Team {
            pipelines: vec![2, 3],
            suites: vec![3],
            ..team(("mobile", "Mobile", "The apps"), &[5, 8, 13], 1)
        },
        Team {
            pipelines: vec![7, 10],
            registries: vec![2],
            ..team(
                ("data", "Data", "Reports and what feeds them"),
                &[6, 10, 15],
                2,
            )
        },
        Team {
            secret: true,
            pipelines: vec![6, 1],
            suites: vec![2],
            ..team(("payments", "Payments", "Money in and out"), &[0, 9, 14], 1)
        },
    ];
    for (place, team) in (0..).zip(&mut teams) {
        team.created_at = now.before((700 - place * 60) * 86_400);
    }
    teams
}

/// The first of the members are its maintainers.
fn team(
    (slug, name, description): (&str, &str, &str),
    members: &[u64],
    maintainers: usize,
) -> Team {
    let members = members.iter().enumerate();
    Team {
        name: name.to_owned(),
        slug: slug.to_owned(),
        description: description.to_owned(),
        secret: false,
        created_at: Time::default(),
        members: members
            .map(|(place, user)| Membership {
                user: *user,
                maintainer: place < maintainers,
            })
            .collect(),
        pipelines: Vec::new(),
        suites: Vec::new(),
        registries: Vec::new(),
    }
}
