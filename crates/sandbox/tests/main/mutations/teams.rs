//! Teams, their members and their pipelines.

use serde_json::{Value, json};

use super::{
    acme, advance, cluster, drain, id, is_edge_of, is_gone, mutate, node, pipeline, refuses,
    refuses_ids, with,
};
use crate::support::{Client, nodes};

const TEAM: &str = "id uuid slug name description privacy isDefaultTeam defaultMemberRole
    createdAt createdBy { name } organization { slug }
    membersCanCreatePipelines membersCanCreateRegistries membersCanCreateSuites
    membersCanDeletePipelines membersCanDestroyPackages membersCanDestroyRegistries
    members { count edges { node { role user { name } } } } pipelines { count } suites { count }";
const MEMBER: &str = "id uuid role createdAt createdBy { name } user { id name }
    organizationMember { user { id } } team { id }";
const ACCESS: &str = "id uuid accessLevel createdAt createdBy { name } pipeline { id } team { id }";
const ROWS: &str = "organization(slug: \"acme-inc\") { rows: teams PAGE }";

fn rows(id: &Value, ty: &str, connection: &str) -> String {
    format!("node(id: {id}) {{ ... on {ty} {{ rows: {connection} PAGE }} }}")
}

async fn team(client: &Client, slug: &str) -> Value {
    id(client, &format!("team(slug: \"acme-inc/{slug}\")")).await
}

/// The user and the membership in the organization of somebody.
async fn person(client: &Client, name: &str) -> (Value, Value) {
    let query = "query Q($name: String) { organization(slug: \"acme-inc\") {
        members(first: 2, search: $name) { edges { node { id user { id } } } } } }";
    let data = client.data_with(query, json!({ "name": name })).await;
    let member = nodes(&data["organization"]["members"])[0];
    (member["user"]["id"].clone(), member["id"].clone())
}

/// An input of a team with this name.
async fn named(client: &Client, name: &str, more: Value) -> Value {
    with(
        json!({
            "organizationID": acme(client).await, "name": name, "privacy": "VISIBLE",
            "isDefaultTeam": false, "defaultMemberRole": "MEMBER", "clientMutationId": "t",
        }),
        more,
    )
}

/// A new team: the edge that is answered.
async fn new_team(client: &Client, name: &str, more: Value) -> Value {
    let selection =
        format!("clientMutationId organization {{ slug }} teamEdge {{ cursor node {{ {TEAM} }} }}");
    let input = named(client, name, more).await;
    let mut payload = mutate(client, "teamCreate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "t");
    assert_eq!(payload["organization"]["slug"], "acme-inc");
    payload["teamEdge"].take()
}

#[tokio::test]
async fn a_team_is_made_changed_and_taken_away() {
    let client = Client::start().await;
    let before = drain(&client, ROWS).await;
    let invitations = "{ organization(slug: \"acme-inc\") { invitations(first: 50) { edges {
        node { id teams(first: 5) { edges { node { team { id } } } } } } } } }";
    let invited = client.data(invitations).await;
    let more = json!({ "description": "Shapes", "membersCanDestroyPackages": true });
    let edge = new_team(&client, "Design & Art", more).await;
    let made = &edge["node"];
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "slug": "design-art", "name": "Design & Art",
        "description": "Shapes", "privacy": "VISIBLE", "isDefaultTeam": false,
        "defaultMemberRole": "MEMBER", "createdAt": "2026-11-20T12:00:00Z",
        "createdBy": { "name": "Ada Okafor" }, "organization": { "slug": "acme-inc" },
        "membersCanCreatePipelines": true, "membersCanCreateRegistries": true,
        "membersCanCreateSuites": true, "membersCanDeletePipelines": true,
        "membersCanDestroyPackages": true, "membersCanDestroyRegistries": false,
        "members": { "count": 1, "edges": [{ "node": {
            "role": "MAINTAINER", "user": { "name": "Ada Okafor" } } }] },
        "pipelines": { "count": 0 }, "suites": { "count": 0 },
    });
    assert_eq!(*made, expected);
    is_edge_of(&client, &edge, ROWS).await;
    assert_eq!(team(&client, "design-art").await, made["id"]);
    assert_eq!(node(&client, &made["id"], "Team", TEAM).await, *made);
    let mut all = drain(&client, ROWS).await;
    all.retain(|id| *id != made["id"]);
    assert_eq!(all, before);
    assert_eq!(client.data(invitations).await, invited);
    let teams = rows(
        &person(&client, "Ada").await.1,
        "OrganizationMember",
        "teams",
    );
    let hers = drain(&client, &teams).await;

    // Absent stays, null clears, a name brings its slug.
    let update = async |more: Value| {
        let mut input = named(&client, "Shapes", more).await;
        input["id"] = made["id"].clone();
        input.as_object_mut().unwrap().remove("organizationID");
        let selection = format!("clientMutationId team {{ {TEAM} }}");
        let mut payload = mutate(&client, "teamUpdate", input, &selection).await;
        assert_eq!(payload["clientMutationId"], "t");
        payload["team"].take()
    };
    let renamed = update(
        json!({ "privacy": "SECRET", "defaultMemberRole": "MAINTAINER",
        "isDefaultTeam": true, "membersCanCreateSuites": false }),
    )
    .await;
    let mut expected = made.clone();
    for (field, value) in [
        ("name", json!("Shapes")),
        ("slug", json!("shapes")),
        ("privacy", json!("SECRET")),
        ("defaultMemberRole", json!("MAINTAINER")),
        ("isDefaultTeam", json!(true)),
        ("membersCanCreateSuites", json!(false)),
    ] {
        expected[field] = value;
    }
    assert_eq!(renamed, expected);
    let cleared = update(json!({ "description": null, "privacy": null })).await;
    assert_eq!(cleared["description"], Value::Null);
    assert_eq!(cleared["privacy"], "SECRET");
    assert_eq!(team(&client, "shapes").await, made["id"]);
    let old = client
        .data("{ team(slug: \"acme-inc/design-art\") { id } }")
        .await;
    assert_eq!(old["team"], Value::Null);

    let input = json!({ "id": made["id"], "clientMutationId": "d" });
    let selection = "clientMutationId deletedTeamID organization { slug }";
    let payload = mutate(&client, "teamDelete", input.clone(), selection).await;
    let expected = json!({ "clientMutationId": "d", "deletedTeamID": made["id"],
        "organization": { "slug": "acme-inc" } });
    assert_eq!(payload, expected);
    is_gone(&client, &made["id"]).await;
    assert_eq!(drain(&client, ROWS).await, before);
    assert_eq!(drain(&client, &teams).await.len(), hers.len() - 1);
    assert_eq!(client.data(invitations).await, invited);
    refuses(&client, "teamDelete", [(input, "No team found")]).await;
    // The name is free again, for another team.
    let again = new_team(&client, "Design & Art", json!({})).await;
    assert_ne!(again["node"]["id"], made["id"]);
    is_gone(&client, &made["id"]).await;
}

#[tokio::test]
async fn a_team_that_goes_takes_its_members_and_pipelines_along() {
    let client = Client::start().await;
    let mobile = team(&client, "mobile").await;
    let ios = pipeline(&client, "mobile-ios").await;
    let members = drain(&client, &rows(&mobile, "Team", "members")).await;
    let accesses = drain(&client, &rows(&mobile, "Team", "pipelines")).await;
    let with_ios = rows(&ios, "Pipeline", "teams");
    assert!(accesses.contains(&drain(&client, &with_ios).await[0]));
    mutate(
        &client,
        "teamDelete",
        json!({ "id": mobile }),
        "deletedTeamID",
    )
    .await;
    for id in members.iter().chain(&accesses) {
        is_gone(&client, id).await;
    }
    assert!(drain(&client, &with_ios).await.is_empty());
    let (_, farah) = person(&client, "Farah").await;
    let selection = "teams { count edges { node { team { slug } } } }";
    let farah = node(&client, &farah, "OrganizationMember", selection).await;
    assert_eq!(
        farah["teams"]["edges"],
        json!([{ "node": { "team": { "slug": "everyone" } } }])
    );
    let input = json!({ "id": members[0] });
    refuses(
        &client,
        "teamMemberDelete",
        [(input, "No team member found")],
    )
    .await;
    // Invitations to it are to no team now, and readable still.
    client
        .data(
            "{ organization(slug: \"acme-inc\") { invitations(first: 50) { edges {
        node { teams(first: 5) { edges { node { team { slug } } } } } } } } }",
        )
        .await;
}

#[tokio::test]
async fn people_join_and_leave() {
    let client = Client::start().await;
    let mobile = team(&client, "mobile").await;
    let (user, member) = person(&client, "Priya").await;
    let (list, teams) = (
        rows(&mobile, "Team", "members"),
        rows(&member, "OrganizationMember", "teams"),
    );
    let before = (drain(&client, &list).await, drain(&client, &teams).await);
    advance(&client, 60);
    let input = json!({ "teamID": mobile, "userID": user, "role": "MAINTAINER",
        "clientMutationId": "m" });
    let selection = format!(
        "clientMutationId team {{ id members {{ count }} }} teamMemberEdge {{ cursor node {{ {MEMBER} }} }}"
    );
    let payload = mutate(&client, "teamMemberCreate", input.clone(), &selection).await;
    assert_eq!(payload["clientMutationId"], "m");
    let team = json!({ "id": mobile, "members": { "count": before.0.len() + 1 } });
    assert_eq!(payload["team"], team);
    let edge = &payload["teamMemberEdge"];
    let made = &edge["node"];
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "role": "MAINTAINER",
        "createdAt": "2026-11-20T12:01:00Z", "createdBy": { "name": "Ada Okafor" },
        "user": { "id": user, "name": "Priya Raman" },
        "organizationMember": { "user": { "id": user } }, "team": { "id": mobile },
    });
    assert_eq!(*made, expected);
    is_edge_of(&client, edge, &list).await;
    assert_eq!(
        node(&client, &made["id"], "TeamMember", MEMBER).await,
        *made
    );
    assert_eq!(
        drain(&client, &list).await[0],
        made["id"],
        "the newest first"
    );
    assert!(drain(&client, &teams).await.contains(&made["id"]));
    let query =
        "query Q($user: UserSelector, $team: TeamSelector) { organization(slug: \"acme-inc\") {
        teams(user: $user) { count } members(team: $team, search: \"priya\") { count } } }";
    let variables = json!({ "user": "priya@acme.example", "team": "mobile" });
    let data = client.data_with(query, variables.clone()).await;
    assert_eq!(data["organization"]["teams"]["count"], before.1.len() + 1);
    assert_eq!(data["organization"]["members"]["count"], 1);
    refuses(&client, "teamMemberCreate", [(input, "already a member")]).await;

    let input = json!({ "id": made["id"], "role": "MEMBER", "clientMutationId": "u" });
    let selection = format!("clientMutationId teamMember {{ {MEMBER} }}");
    let payload = mutate(&client, "teamMemberUpdate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "u");
    let mut expected = made.clone();
    expected["role"] = json!("MEMBER");
    assert_eq!(payload["teamMember"], expected);
    assert_eq!(
        node(&client, &made["id"], "TeamMember", MEMBER).await,
        expected
    );

    let input = json!({ "id": made["id"], "clientMutationId": "d" });
    let selection = "clientMutationId deletedTeamMemberID team { id }";
    let payload = mutate(&client, "teamMemberDelete", input.clone(), selection).await;
    let expected = json!({ "clientMutationId": "d", "deletedTeamMemberID": made["id"],
        "team": { "id": mobile } });
    assert_eq!(payload, expected);
    is_gone(&client, &made["id"]).await;
    let after = (drain(&client, &list).await, drain(&client, &teams).await);
    assert_eq!(after, before);
    let data = client.data_with(query, variables).await;
    assert_eq!(data["organization"]["members"]["count"], 0);
    refuses(
        &client,
        "teamMemberDelete",
        [(input, "No team member found")],
    )
    .await;
    // Whoever is given no role gets that of the team.
    let more = json!({ "defaultMemberRole": "MAINTAINER" });
    let strict = new_team(&client, "Strict", more).await["node"]["id"].clone();
    for (team, role) in [(&mobile, "MEMBER"), (&strict, "MAINTAINER")] {
        let input = json!({ "teamID": team, "userID": user });
        let selection = "teamMemberEdge { node { role } }";
        let payload = mutate(&client, "teamMemberCreate", input, selection).await;
        assert_eq!(payload["teamMemberEdge"]["node"]["role"], role);
    }
}

#[tokio::test]
async fn pipelines_are_given_and_taken_away() {
    let client = Client::start().await;
    let mobile = team(&client, "mobile").await;
    let docs = pipeline(&client, "docs").await;
    let (list, teams) = (
        rows(&mobile, "Team", "pipelines"),
        rows(&docs, "Pipeline", "teams"),
    );
    let before = (drain(&client, &list).await, drain(&client, &teams).await);
    let input = json!({ "teamID": mobile, "pipelineID": docs, "clientMutationId": "g" });
    let selection = format!(
        "clientMutationId team {{ id pipelines {{ count }} }} pipeline {{ id }}
        teamPipeline {{ {ACCESS} }} teamPipelineEdge {{ cursor node {{ id }} }}"
    );
    let payload = mutate(&client, "teamPipelineCreate", input.clone(), &selection).await;
    assert_eq!(payload["clientMutationId"], "g");
    assert_eq!(payload["pipeline"]["id"], docs);
    let team = json!({ "id": mobile, "pipelines": { "count": before.0.len() + 1 } });
    assert_eq!(payload["team"], team);
    let made = &payload["teamPipeline"];
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "accessLevel": "READ_ONLY",
        "createdAt": "2026-11-20T12:00:00Z", "createdBy": { "name": "Ada Okafor" },
        "pipeline": { "id": docs }, "team": { "id": mobile },
    });
    assert_eq!(*made, expected);
    assert_eq!(payload["teamPipelineEdge"]["node"]["id"], made["id"]);
    is_edge_of(&client, &payload["teamPipelineEdge"], &list).await;
    assert_eq!(
        node(&client, &made["id"], "TeamPipeline", ACCESS).await,
        *made
    );
    assert!(drain(&client, &teams).await.contains(&made["id"]));
    let query = "{ organization(slug: \"acme-inc\") {
        pipelines(team: \"mobile\", search: \"docs\") { count } teams(pipeline: \"docs\", search: \"mobile\") { count } } }";
    let counts = |count: u64| json!({ "organization": { "pipelines": { "count": count }, "teams": { "count": count } } });
    assert_eq!(client.data(query).await, counts(1));
    refuses(
        &client,
        "teamPipelineCreate",
        [(input, "already been added")],
    )
    .await;

    let input =
        json!({ "id": made["id"], "accessLevel": "BUILD_AND_READ", "clientMutationId": "u" });
    let selection = format!("clientMutationId teamPipeline {{ {ACCESS} }}");
    let payload = mutate(&client, "teamPipelineUpdate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "u");
    let mut expected = made.clone();
    expected["accessLevel"] = json!("BUILD_AND_READ");
    assert_eq!(payload["teamPipeline"], expected);
    assert_eq!(
        node(&client, &made["id"], "TeamPipeline", ACCESS).await,
        expected
    );

    let input = json!({ "id": made["id"], "force": true, "clientMutationId": "d" });
    let selection = "clientMutationId deletedTeamPipelineID team { id }";
    let payload = mutate(&client, "teamPipelineDelete", input.clone(), selection).await;
    let expected = json!({ "clientMutationId": "d", "deletedTeamPipelineID": made["id"],
        "team": { "id": mobile } });
    assert_eq!(payload, expected);
    is_gone(&client, &made["id"]).await;
    let after = (drain(&client, &list).await, drain(&client, &teams).await);
    assert_eq!(after, before);
    assert_eq!(client.data(query).await, counts(0));
    refuses(
        &client,
        "teamPipelineDelete",
        [(input, "No team pipeline found")],
    )
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let mobile = team(&client, "mobile").await;
    let (user, member) = person(&client, "Priya").await;
    let web = pipeline(&client, "web").await;
    let names = [
        ("", "Name can't be blank"),
        ("?!", "Name can't be blank"),
        ("Platform", "already been taken"),
        ("PLATFORM!", "already been taken"),
    ];
    for (name, why) in names {
        let mut input = named(&client, name, json!({ "description": "x" })).await;
        refuses(&client, "teamCreate", [(input.clone(), why)]).await;
        input["id"] = mobile.clone();
        input.as_object_mut().unwrap().remove("organizationID");
        refuses(&client, "teamUpdate", [(input, why)]).await;
    }
    let of = drain(&client, &rows(&mobile, "Team", "members")).await[0].clone();
    let apple = cluster(&client, "Apple").await;
    let input = named(&client, "New", json!({})).await;
    let why = "No organization found";
    refuses_ids(
        &client,
        "teamCreate",
        input.clone(),
        "organizationID",
        why,
        [&web, &mobile],
    )
    .await;
    let mut update = input;
    update.as_object_mut().unwrap().remove("organizationID");
    let why = "No team found";
    refuses_ids(&client, "teamUpdate", update, "id", why, [&web, &of]).await;
    refuses_ids(&client, "teamDelete", json!({}), "id", why, [&web, &of]).await;
    let input = json!({ "userID": user });
    refuses_ids(
        &client,
        "teamMemberCreate",
        input,
        "teamID",
        why,
        [&web, &of],
    )
    .await;
    let input = json!({ "pipelineID": web });
    refuses_ids(
        &client,
        "teamPipelineCreate",
        input,
        "teamID",
        why,
        [&web, &of],
    )
    .await;
    let input = json!({ "teamID": mobile });
    let (name, why) = ("teamMemberCreate", "No user found");
    refuses_ids(&client, name, input.clone(), "userID", why, [&member, &web]).await;
    let (name, why) = ("teamPipelineCreate", "No pipeline found");
    refuses_ids(&client, name, input, "pipelineID", why, [&mobile, &apple]).await;
    let input = json!({ "role": "MEMBER" });
    let why = "No team member found";
    refuses_ids(
        &client,
        "teamMemberUpdate",
        input,
        "id",
        why,
        [&member, &mobile],
    )
    .await;
    refuses_ids(
        &client,
        "teamMemberDelete",
        json!({}),
        "id",
        why,
        [&member, &mobile],
    )
    .await;
    let input = json!({ "accessLevel": "READ_ONLY" });
    let why = "No team pipeline found";
    refuses_ids(
        &client,
        "teamPipelineUpdate",
        input,
        "id",
        why,
        [&web, &mobile],
    )
    .await;
    refuses_ids(
        &client,
        "teamPipelineDelete",
        json!({}),
        "id",
        why,
        [&web, &mobile],
    )
    .await;
}
