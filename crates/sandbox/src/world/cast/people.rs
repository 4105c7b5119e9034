//! The people and teams of the invented organization.

use crate::world::chance::{count, index};
use crate::world::people::{Access, Freedom, Membership, Person, Team};
use crate::world::time::Time;

/// Everyone; the first is the viewer.
pub(crate) fn people() -> Vec<Person> {
    vec![
        viewer(),
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

/// Whose token is used, in an organization of which nobody else is known.
pub(crate) fn viewer() -> Person {
    admin("Ada Okafor", "ada")
}

fn regular(name: &str, login: &str) -> Person {
    Person {
        name: name.to_owned(),
        login: login.to_owned(),
        email: format!("{login}@acme.example"),
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

/// What a team has: pipelines, suites and registries, by place.
type Things<'t> = (&'t [u64], &'t [u64], &'t [u64]);

/// The teams, in the order of their creation, as they are at a moment. Each has what
/// there is of the pipelines at its places.
pub(crate) fn teams(now: Time, pipelines: u64) -> Vec<Team> {
    let everyone: Vec<u64> = (0..17).collect();
    let mut teams = vec![
        Team {
            is_default: true,
            ..team(("everyone", "Everyone", "All of Acme"), &everyone, 2)
        },
        team(
            (
                "platform",
                "Platform",
                "Builds, deploys and everything under them",
            ),
            &[1, 3, 9, 11, 16],
            1,
        ),
        team(
            ("web", "Web", "The shop that customers see"),
            &[2, 4, 7, 12],
            1,
        ),
        team(("mobile", "Mobile", "The apps"), &[5, 8, 13], 1),
        team(
            ("data", "Data", "Reports and what feeds them"),
            &[6, 10, 15],
            2,
        ),
        Team {
            secret: true,
            ..team(("payments", "Payments", "Money in and out"), &[0, 9, 14], 1)
        },
    ];
    let things: [Things<'_>; 6] = [
        (&[0, 1, 5, 9], &[0], &[0, 1]),
        (&[4, 8, 11, 1], &[2], &[0, 2]),
        (&[0, 9, 10], &[0, 1], &[1]),
        (&[2, 3], &[3], &[]),
        (&[7, 10], &[], &[2]),
        (&[6, 1], &[2], &[]),
    ];
    let accesses = |place: usize, of: fn(Things<'_>) -> &[u64], levels: [&str; 3]| {
        let has = |team: usize, thing: u64| of(things[team]).contains(&thing);
        let all = of(things[place]).iter().copied();
        all.map(|thing| {
            // The first team with a purpose owns the thing, so that of everyone only
            // what nobody else has.
            let owner = (1..things.len())
                .find(|team| has(*team, thing))
                .unwrap_or(0);
            let level = match place {
                _ if owner == place => levels[0],
                0 => levels[2],
                _ => levels[1],
            };
            Access {
                to: thing,
                level: level.to_owned(),
                granted: None,
            }
        })
        .collect::<Vec<_>>()
    };
    for (place, team) in teams.iter_mut().enumerate() {
        team.created_at = now.before((700 - count(place) * 60) * 86_400);
        let levels = ["MANAGE_BUILD_AND_READ", "BUILD_AND_READ", "READ_ONLY"];
        team.pipelines = accesses(place, |(pipelines, ..)| pipelines, levels);
        team.pipelines.retain(|access| access.to < pipelines);
        let levels = ["MANAGE_AND_READ", "READ_ONLY", "READ_ONLY"];
        team.suites = accesses(place, |(_, suites, _)| suites, levels);
        let levels = ["READ_WRITE_AND_ADMIN", "READ_AND_WRITE", "READ_ONLY"];
        team.registries = accesses(place, |(.., registries)| registries, levels);
    }
    if let Some(platform) = teams.get_mut(index(1)) {
        platform.members_can.extend([
            Freedom::DeletePipelines,
            Freedom::DestroyPackages,
            Freedom::DestroyRegistries,
        ]);
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
        description: Some(description.to_owned()),
        members_can: [
            Freedom::CreatePipelines,
            Freedom::CreateRegistries,
            Freedom::CreateSuites,
        ]
        .into(),
        members: members
            .map(|(place, user)| Membership {
                user: *user,
                maintainer: place < maintainers,
                granted: None,
            })
            .collect(),
        ..Team::default()
    }
}
