//! Queries of teams and rules, and of what teams may reach.

use std::collections::BTreeSet;

use buildkite_client::queries::types::{
    RegistryOrders, RuleAction, SuiteOrders, TeamMemberRole, TeamOrder, TeamPrivacy,
};
use buildkite_client::queries::{
    Registries, RegistryBySlug, RuleByUuid, Rules, SuiteTeams, Suites, TeamMembers, TeamPipelines,
    Teams, suite_teams,
};

use crate::session::Session;
use crate::{ORGANIZATION, PIPELINE};

pub(crate) async fn run(session: &Session) {
    teams(session).await;
    rules(session).await;
    suites(session).await;
    registries(session).await;
}

async fn teams(session: &Session) {
    let op = Teams::new(ORGANIZATION);
    let all = session.ask(op.clone().order(TeamOrder::Name)).await;
    all.check(all.rows().is_sorted_by_key(|team| &team.name), "by name");
    for team in all.rows() {
        let slug = format!("{ORGANIZATION}/{}", team.slug);
        let members = session.ask(TeamMembers::new(&slug)).await;
        let found = members.get(|data| data.team.as_ref());
        members.same(&found.team_summary, &team.team_summary, "the team");
        let counted = team.members.as_ref().map(|of| of.count);
        all.same(counted, Some(members.count()), "how many members");
        members.each(members.rows(), "no user", |member| member.user.is_some());
        for member in members.rows() {
            members.in_order([Some(team.created_at), Some(member.created_at)]);
        }
        let op = TeamMembers::new(&slug).role([TeamMemberRole::Maintainer]);
        let maintainers = session.ask(op).await;
        maintainers.each(maintainers.rows(), "no maintainer", |member| {
            member.role == TeamMemberRole::Maintainer
        });
        let user = members.rows()[0].user.as_ref().unwrap();
        let one = session
            .ask(TeamMembers::new(&slug).search(&*user.name))
            .await;
        one.same(
            one.rows(),
            members.rows()[..1].to_vec(),
            "the one of that name",
        );

        let pipelines = session.ask(TeamPipelines::new(&slug)).await;
        let found = pipelines.get(|data| data.team.as_ref());
        pipelines.same(&found.id, &team.id, "the team");
        let counted = team.pipelines.as_ref().map(|of| of.count);
        all.same(counted, Some(pipelines.count()), "how many pipelines");
        pipelines.each(pipelines.rows(), "another team", |access| {
            access.team.as_ref() == Some(found) && access.pipeline.is_some()
        });
        let name = &pipelines.rows()[0].pipeline.as_ref().unwrap().name;
        let one = session.ask(TeamPipelines::new(&slug).search(&**name)).await;
        one.same(
            one.rows(),
            pipelines.rows()[..1].to_vec(),
            "the one of that name",
        );

        for selector in [&*user.email, &*user.uuid, &*user.id] {
            let theirs = session.ask(Teams::new(ORGANIZATION).user(selector)).await;
            let is_there = theirs.rows().iter().any(|one| one.id == team.id);
            theirs.check(is_there, (selector, &team.slug));
            theirs.check(theirs.count() < all.count(), "nobody is in every team");
        }
    }
    for privacy in [TeamPrivacy::Secret, TeamPrivacy::Visible] {
        let some = session.ask(op.clone().privacy([privacy.clone()])).await;
        some.each(some.rows(), "another privacy", |team| {
            team.privacy == privacy
        });
    }
    let named = session.ask(op.clone().search("plat")).await;
    named.each(named.rows(), "another name", |team| {
        team.slug.contains("plat")
    });
    let of_pipeline = session.ask(op.pipeline(PIPELINE)).await;
    let slugs: Vec<&str> = of_pipeline.rows().iter().map(|team| &*team.slug).collect();
    of_pipeline.check(slugs.contains(&"web") && !slugs.contains(&"data"), slugs);
}

async fn rules(session: &Session) {
    let all = session.ask(Rules::new(ORGANIZATION)).await;
    for rule in all.rows() {
        all.check(rule.source.is_some() && rule.target.is_some(), rule);
        let document = rule
            .document
            .as_deref()
            .map(serde_json::from_str::<serde_json::Value>);
        all.check(document.is_some_and(|document| document.is_ok()), rule);
        let one = session.ask(RuleByUuid::new(&rule.uuid)).await;
        one.same(one.get(|data| data.rule.as_ref()), rule, "the rule");
    }
    for action in [RuleAction::TriggerBuild, RuleAction::ArtifactsRead] {
        let some = session
            .ask(Rules::new(ORGANIZATION).action([action.clone()]))
            .await;
        some.each(some.rows(), "another action", |rule| {
            rule.action.as_ref() == Some(&action)
        });
    }
    let source = all.rows()[0].source.clone().unwrap();
    let some = session
        .ask(Rules::new(ORGANIZATION).source(&*source.id))
        .await;
    some.each(some.rows(), "another source", |rule| {
        rule.source.as_ref() == Some(&source)
    });
    let target = all.rows()[0].target.clone().unwrap();
    let some = session
        .ask(Rules::new(ORGANIZATION).target(&*target.id))
        .await;
    some.each(some.rows(), "another target", |rule| {
        rule.target.as_ref() == Some(&target)
    });
}

async fn suites(session: &Session) {
    let op = Suites::new(ORGANIZATION).order(SuiteOrders::Name);
    let all = session.ask(op.clone()).await;
    all.check(
        all.rows()
            .is_sorted_by_key(|suite| suite.name.to_lowercase()),
        "by name",
    );
    for suite in all.rows() {
        all.check(suite.url.ends_with(&suite.slug), suite);
        let teams = session.ask(SuiteTeams::new(&suite.id)).await;
        let Some(suite_teams::Node::Suite(found)) = &teams.node else {
            panic!("{}: {:#?}", teams.name, teams.node);
        };
        teams.same(&found.suite_summary, suite, "the suite");
        for access in teams.rows() {
            let team = teams.some(access.team.as_ref());
            let of_team = session.ask(op.clone().team(&*team.slug)).await;
            let is_there = of_team.rows().contains(&suite);
            of_team.check(is_there, &team.slug);
        }
    }
    let named = session.ask(op.search("web")).await;
    named.each(named.rows(), "another name", |suite| {
        suite.slug.contains("web")
    });
}

async fn registries(session: &Session) {
    let op = Registries::new(ORGANIZATION).order(RegistryOrders::Name);
    let all = session.ask(op.clone()).await;
    all.check(
        all.rows().is_sorted_by_key(|registry| &registry.name),
        "by name",
    );
    let mut teams_seen = BTreeSet::new();
    for registry in all.rows() {
        all.check(registry.url.ends_with(&registry.slug), registry);
        all.in_order([registry.created_at, registry.updated_at]);
        let slug = format!("{ORGANIZATION}/{}", registry.slug);
        let one = session.ask(RegistryBySlug::new(slug)).await;
        let found = one.get(|data| data.registry.as_ref());
        one.same(&found.registry_summary, registry, "the registry");
        for access in one.rows() {
            let team = one.some(access.team.as_ref());
            let of_team = session.ask(op.clone().team(&*team.slug)).await;
            let is_there = of_team.rows().contains(&registry);
            of_team.check(is_there, &team.slug);
            teams_seen.insert(team.slug.clone());
        }
    }
    assert!(teams_seen.len() > 1, "RegistryBySlug: one team");
    let named = session.ask(op.search("node")).await;
    named.each(named.rows(), "another name", |registry| {
        registry.slug.contains("node")
    });
}
