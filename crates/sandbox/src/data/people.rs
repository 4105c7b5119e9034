//! People and teams.

use serde::{Deserialize, Serialize};

/// A person with an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) admin: bool,
    pub(crate) bot: bool,
    pub(crate) two_factor: bool,
}

impl Person {
    /// A person of this name, who is no administrator.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The address to sign in with, if it does not follow from the name.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// An administrator of the organization.
    #[must_use]
    pub fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// No person, but a program.
    #[must_use]
    pub fn bot(mut self) -> Self {
        self.bot = true;
        self
    }

    /// Signs in with a second factor.
    #[must_use]
    pub fn two_factor(mut self) -> Self {
        self.two_factor = true;
        self
    }
}

/// A team.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Team {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) secret: bool,
    pub(crate) maintainers: Vec<String>,
    pub(crate) members: Vec<String>,
    pub(crate) pipelines: Vec<String>,
    pub(crate) access_level: Option<String>,
}

impl Team {
    /// A team of this name, of which everybody knows.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Only its members know of it.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// A member, by name or address.
    #[must_use]
    pub fn member(mut self, person: impl Into<String>) -> Self {
        self.members.push(person.into());
        self
    }

    /// A maintainer, by name or address.
    #[must_use]
    pub fn maintainer(mut self, person: impl Into<String>) -> Self {
        self.maintainers.push(person.into());
        self
    }

    /// A pipeline that the team may use, by slug.
    #[must_use]
    pub fn pipeline(mut self, slug: impl Into<String>) -> Self {
        self.pipelines.push(slug.into());
        self
    }

    /// What the team may do with its pipelines: `MANAGE_BUILD_AND_READ` (the default),
    /// `BUILD_AND_READ` or `READ_ONLY`.
    #[must_use]
    pub fn access_level(mut self, level: impl Into<String>) -> Self {
        self.access_level = Some(level.into());
        self
    }
}
