//! Queries of the audit log.

use std::collections::BTreeMap;

use buildkite_client::queries::fragments::{
    AuditActorSummary, AuditContextSummary, AuditEventSummary,
};
use buildkite_client::queries::types::AuditActorType;
use buildkite_client::queries::{
    AuditEventByUuid, AuditEventsInWindow, AuditEventsOfSubject, RecentAuditEvents,
};

use crate::ORGANIZATION;
use crate::session::Session;

pub(crate) async fn run(session: &Session) {
    let recent = session
        .ask(RecentAuditEvents::new(ORGANIZATION).first(120))
        .await;
    let rows = recent.rows();
    recent.check(
        rows.is_sorted_by(|a, b| a.occurred_at >= b.occurred_at),
        "newest first",
    );
    for event in &rows {
        let actor = recent.some(event.actor.as_ref());
        let named = match &actor.node {
            Some(AuditActorSummary::User(user)) => actor.name.as_ref() == Some(&user.name),
            Some(AuditActorSummary::Agent(agent)) => actor.name.as_ref() == Some(&agent.name),
            Some(_) => true,
            None => false,
        };
        recent.check(named && actor.r#type.is_some(), event);
        let subject = recent.some(event.subject.as_ref());
        let kind = recent.some(subject.r#type.as_ref()).to_string();
        let about = event.r#type.to_string();
        // Events of suites are named after the product, those of applications
        // after the protocol.
        let about = about
            .replacen("TEST_ENGINE_", "SUITE_", 1)
            .replacen("OAUTH_", "API_", 1);
        recent.check(about.starts_with(&kind) || kind == "ORGANIZATION", event);
        recent.check(subject.name.is_some(), event);
        let known = !matches!(
            event.context,
            Some(AuditContextSummary::Other { .. }) | None
        );
        recent.check(known, event);
    }
    for event in [rows[0], rows[50]] {
        one(session, event).await;
    }
    window(session, &rows).await;
    subject(session, &rows).await;
}

async fn one(session: &Session, event: &AuditEventSummary) {
    let one = session.ask(AuditEventByUuid::new(&event.uuid)).await;
    one.same(
        one.get(|data| data.audit_event.as_ref()),
        event,
        "the event",
    );
}

async fn window(session: &Session, rows: &[&AuditEventSummary]) {
    let (from, to) = (rows[60].occurred_at, rows[20].occurred_at);
    let op = AuditEventsInWindow::new(ORGANIZATION, from, to);
    let window = session.ask(op.clone()).await;
    window.same(
        window.rows(),
        rows[20..=60].to_vec(),
        "the events of the window",
    );
    let event = rows[40];
    let subject = event.subject.as_ref().unwrap().r#type.clone().unwrap();
    let actor = event.actor.as_ref().unwrap().clone();
    for (what, op) in [
        ("type", op.clone().types([event.r#type.clone()])),
        ("subject", op.clone().subject_types([subject.clone()])),
        ("actor", op.clone().actors([actor.id.clone()])),
    ] {
        let some = session.ask(op).await;
        some.check(some.rows().contains(&event), what);
        some.each(some.rows(), what, |other| match what {
            "type" => other.r#type == event.r#type,
            "subject" => other.subject.as_ref().unwrap().r#type.as_ref() == Some(&subject),
            _ => other.actor.as_ref() == Some(&actor),
        });
    }
    let op = op.actor_types([AuditActorType::Agent]);
    let agents = session.ask(op).await;
    agents.each(agents.connection().nodes(), "not an agent", |event| {
        event.actor.as_ref().unwrap().r#type == Some(AuditActorType::Agent)
    });
}

async fn subject(session: &Session, rows: &[&AuditEventSummary]) {
    let mut subjects: BTreeMap<&str, usize> = BTreeMap::new();
    for event in rows {
        let subject = event.subject.as_ref().unwrap();
        *subjects.entry(&subject.uuid).or_default() += 1;
    }
    let (uuid, often) = subjects
        .into_iter()
        .max_by_key(|(_, often)| *often)
        .unwrap();
    let op = AuditEventsOfSubject::new(ORGANIZATION, [uuid.to_owned()]).first(500);
    let events = session.ask(op).await;
    events.each(events.rows(), "another subject", |event| {
        event
            .subject
            .as_ref()
            .is_some_and(|subject| subject.uuid == uuid)
    });
    events.check(
        events.rows().len() >= often,
        "all of those among the recent ones",
    );
}
