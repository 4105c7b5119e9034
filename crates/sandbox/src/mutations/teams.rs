//! Teams, their members and their pipelines.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome, pipelines, slug};
use crate::execute::error;
use crate::fields::{VIEWER, by_id};
use crate::world::ids::Entity;
use crate::world::people::{Access, Freedom, Granted, Membership, Team};

/// What the members of a team may do, by the name of the input's field.
const FREEDOMS: [(&str, Freedom); 6] = [
    ("membersCanCreatePipelines", Freedom::CreatePipelines),
    ("membersCanCreateRegistries", Freedom::CreateRegistries),
    ("membersCanCreateSuites", Freedom::CreateSuites),
    ("membersCanDeletePipelines", Freedom::DeletePipelines),
    ("membersCanDestroyPackages", Freedom::DestroyPackages),
    ("membersCanDestroyRegistries", Freedom::DestroyRegistries),
];

/// `teamCreate`: a new team, whose first maintainer is who made it.
pub(super) fn create(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationID")?;
    let granted = granted(change);
    let mut team = Team {
        created_at: granted.at,
        created_by: Some(granted.by),
        members: vec![Membership {
            user: VIEWER,
            maintainer: true,
            granted: Some(granted),
        }],
        ..Team::default()
    };
    apply(change, &mut team, None)?;
    let team = Entity::Team(change.state.teams.add(team));
    Ok(Payload::default()
        .with("organization", Entity::Organization())
        .with_edge("teamEdge", (Entity::Organization(), "teams"), team))
}

/// `teamUpdate`: whatever is given is changed.
pub(super) fn update(change: &mut Change<'_, '_>) -> Outcome {
    let number = named(change, "id")?;
    let team = change.state.teams.get(number);
    let mut team = Team::clone(team.ok_or_else(|| error("No team found"))?);
    apply(change, &mut team, Some(number))?;
    if let Some(stored) = change.state.teams.get_mut(number) {
        *stored = team;
    }
    Ok(Payload::default().with("team", Entity::Team(number)))
}

/// `teamDelete`: a team goes.
pub(super) fn delete(change: &mut Change<'_, '_>) -> Outcome {
    let number = named(change, "id")?;
    change.state.teams.remove(number);
    Ok(Payload::default()
        .with("organization", Entity::Organization())
        .with_leaf("deletedTeamID", change.input.text("id")))
}

/// `teamMemberCreate`: a person joins a team.
pub(super) fn add_member(change: &mut Change<'_, '_>) -> Outcome {
    let number = named(change, "teamID")?;
    let user = change.named("userID", "user", |entity| match entity {
        Entity::User(user) => Some(user),
        _ => None,
    })?;
    let granted = granted(change);
    let role = change.input.text("role");
    let Some(team) = change.state.teams.get_mut(number) else {
        return Err(error("No team found"));
    };
    if team.member(user).is_some() {
        return Err(error("User is already a member of the team"));
    }
    let maintainer = role.map_or(team.joins_as_maintainer, |role| role == "MAINTAINER");
    team.members.push(Membership {
        user,
        maintainer,
        granted: Some(granted),
    });
    let (team, member) = (Entity::Team(number), Entity::TeamMember(number, user));
    Ok(Payload::default()
        .with("team", team)
        .with_edge("teamMemberEdge", (team, "members"), member))
}

/// `teamMemberUpdate`: a member has another role.
pub(super) fn update_member(change: &mut Change<'_, '_>) -> Outcome {
    let (number, user) = named_member(change)?;
    let maintainer = change
        .input
        .text("role")
        .is_some_and(|role| role == "MAINTAINER");
    let members = change.state.teams.get_mut(number);
    let mut members = members.into_iter().flat_map(|team| &mut team.members);
    if let Some(member) = members.find(|member| member.user == user) {
        member.maintainer = maintainer;
    }
    Ok(Payload::default().with("teamMember", Entity::TeamMember(number, user)))
}

/// `teamMemberDelete`: a person leaves a team.
pub(super) fn remove_member(change: &mut Change<'_, '_>) -> Outcome {
    let (number, user) = named_member(change)?;
    if let Some(team) = change.state.teams.get_mut(number) {
        team.members.retain(|member| member.user != user);
    }
    Ok(Payload::default()
        .with("team", Entity::Team(number))
        .with_leaf("deletedTeamMemberID", change.input.text("id")))
}

/// `teamPipelineCreate`: a team may use a pipeline.
pub(super) fn add_pipeline(change: &mut Change<'_, '_>) -> Outcome {
    let number = named(change, "teamID")?;
    let (pipeline, _) = pipelines::found(change, "pipelineID")?;
    let granted = granted(change);
    let level = change.input.text("accessLevel");
    let Some(team) = change.state.teams.get_mut(number) else {
        return Err(error("No team found"));
    };
    if team.pipeline(pipeline).is_some() {
        return Err(error("Pipeline has already been added to the team"));
    }
    team.pipelines.push(Access {
        to: pipeline,
        level: level.unwrap_or_else(|| "READ_ONLY".to_owned()),
        granted: Some(granted),
    });
    let (team, access) = (Entity::Team(number), Entity::TeamPipeline(number, pipeline));
    Ok(Payload::default()
        .with("team", team)
        .with("pipeline", Entity::Pipeline(pipeline))
        .with("teamPipeline", access)
        .with_edge("teamPipelineEdge", (team, "pipelines"), access))
}

/// `teamPipelineUpdate`: a team may do more or less with a pipeline.
pub(super) fn update_pipeline(change: &mut Change<'_, '_>) -> Outcome {
    let (number, pipeline) = named_pipeline(change)?;
    let input = change.input;
    let accesses = change.state.teams.get_mut(number);
    let mut accesses = accesses.into_iter().flat_map(|team| &mut team.pipelines);
    if let Some(access) = accesses.find(|access| access.to == pipeline) {
        input.rename("accessLevel", &mut access.level);
    }
    Ok(Payload::default().with("teamPipeline", Entity::TeamPipeline(number, pipeline)))
}

/// `teamPipelineDelete`: a team may not use a pipeline any more.
pub(super) fn remove_pipeline(change: &mut Change<'_, '_>) -> Outcome {
    let (number, pipeline) = named_pipeline(change)?;
    if let Some(team) = change.state.teams.get_mut(number) {
        team.pipelines.retain(|access| access.to != pipeline);
    }
    Ok(Payload::default()
        .with("team", Entity::Team(number))
        .with_leaf("deletedTeamPipelineID", change.input.text("id")))
}

/// The team with an ID.
pub(super) fn with_id(change: &Change<'_, '_>, id: &str) -> Result<u64, FieldError> {
    match by_id(change.run, id) {
        Some(Entity::Team(team)) => Ok(team),
        _ => Err(error("No team found")),
    }
}

fn named(change: &Change<'_, '_>, field: &str) -> Result<u64, FieldError> {
    with_id(change, &change.input.text(field).unwrap_or_default())
}

fn named_member(change: &Change<'_, '_>) -> Result<(u64, u64), FieldError> {
    change.named("id", "team member", |entity| match entity {
        Entity::TeamMember(team, user) => Some((team, user)),
        _ => None,
    })
}

fn named_pipeline(change: &Change<'_, '_>) -> Result<(u64, u64), FieldError> {
    change.named("id", "team pipeline", |entity| match entity {
        Entity::TeamPipeline(team, pipeline) => Some((team, pipeline)),
        _ => None,
    })
}

fn granted(change: &Change<'_, '_>) -> Granted {
    Granted {
        at: change.world().now,
        by: VIEWER,
    }
}

/// Sets whatever the input gives.
fn apply(change: &Change<'_, '_>, team: &mut Team, own: Option<u64>) -> Result<(), FieldError> {
    let input = change.input;
    if let Some(name) = input.text("name") {
        team.slug = slug(&name)?;
        team.name = name;
        let mut teams = change.state.teams.iter();
        if teams.any(|(number, other)| Some(number) != own && other.slug == team.slug) {
            return Err(error("Name has already been taken"));
        }
    }
    input.replace("description", &mut team.description);
    input.switch("isDefaultTeam", &mut team.is_default);
    if let Some(privacy) = input.text("privacy") {
        team.secret = privacy == "SECRET";
    }
    if let Some(role) = input.text("defaultMemberRole") {
        team.joins_as_maintainer = role == "MAINTAINER";
    }
    for (field, freedom) in FREEDOMS {
        match input.flag(field) {
            Some(true) => team.members_can.insert(freedom),
            Some(false) => team.members_can.remove(&freedom),
            None => continue,
        };
    }
    Ok(())
}
