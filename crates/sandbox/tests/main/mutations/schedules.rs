//! Schedules of pipelines.

use serde_json::{Value, json};

use super::{
    acme, advance, delete_pipeline, id, is_gone, mutate, new_pipeline, node, pipeline, refuses,
    refuses_ids, with,
};
use crate::support::{Client, nodes};

const SCHEDULE: &str = "id uuid label cronline enabled branch commit message env nextBuildAt
    createdAt createdBy { name } failedAt pipeline { slug } builds { count }";

/// The schedules of a pipeline, with their cursors.
async fn schedules(client: &Client, pipeline: &Value) -> Vec<Value> {
    let selection =
        format!("schedules(first: 50) {{ count edges {{ cursor node {{ {SCHEDULE} }} }} }}");
    let mut pipeline = node(client, pipeline, "Pipeline", &selection).await;
    let edges = pipeline["schedules"]["edges"].take();
    let edges = edges.as_array().unwrap().clone();
    assert_eq!(pipeline["schedules"]["count"], edges.len());
    edges
}

/// A new schedule: the edge that is answered.
async fn new_schedule(client: &Client, pipeline: &Value, more: Value) -> Value {
    let input = with(
        json!({ "pipelineID": pipeline, "clientMutationId": "c" }),
        more,
    );
    let selection = format!(
        "clientMutationId pipeline {{ id schedules {{ count }} }}
        pipelineScheduleEdge {{ cursor node {{ {SCHEDULE} }} }}"
    );
    let mut payload = mutate(client, "pipelineScheduleCreate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "c");
    assert_eq!(payload["pipeline"]["id"], *pipeline);
    payload["pipelineScheduleEdge"].take()
}

async fn update(client: &Client, id: &Value, more: Value) -> Value {
    let input = with(json!({ "id": id, "clientMutationId": "u" }), more);
    let selection = format!("clientMutationId pipelineSchedule {{ {SCHEDULE} }}");
    let mut payload = mutate(client, "pipelineScheduleUpdate", input, &selection).await;
    assert_eq!(payload["clientMutationId"], "u");
    payload["pipelineSchedule"].take()
}

#[tokio::test]
async fn a_schedule_is_made_changed_and_taken_away() {
    let client = Client::start().await;
    let api = pipeline(&client, "api").await;
    let before = schedules(&client, &api).await;
    let more = json!({
        "label": "Noon", "cronline": " 0 12 * * 1-5 ", "message": "At noon", "branch": "next",
        "commit": "abc", "env": "A=1\n\n  B=2 \n", "enabled": true,
    });
    let edge = new_schedule(&client, &api, more).await;
    let made = &edge["node"];
    // The sandbox's time is noon of a Friday.
    let expected = json!({
        "id": made["id"], "uuid": made["uuid"], "label": "Noon", "cronline": "0 12 * * 1-5",
        "enabled": true, "branch": "next", "commit": "abc", "message": "At noon",
        "env": ["A=1", "B=2"], "nextBuildAt": "2026-11-23T12:00:00Z",
        "createdAt": "2026-11-20T12:00:00Z", "createdBy": { "name": "Ada Okafor" },
        "failedAt": null, "pipeline": { "slug": "api" }, "builds": { "count": 0 },
    });
    assert_eq!(*made, expected);
    let all = schedules(&client, &api).await;
    assert_eq!(all.last(), Some(&edge));
    assert_eq!(all[..all.len() - 1], before);
    assert_eq!(
        node(&client, &made["id"], "PipelineSchedule", SCHEDULE).await,
        *made
    );
    let slug = format!(
        "pipelineSchedule(slug: \"acme-inc/api/{}\")",
        made["uuid"].as_str().unwrap()
    );
    assert_eq!(id(&client, &slug).await, made["id"]);

    let more = json!({ "label": null, "cronline": null, "message": null, "branch": null });
    let cleared = update(&client, &made["id"], more).await;
    let mut expected = made.clone();
    expected["message"] = Value::Null;
    expected["branch"] = json!("main");
    assert_eq!(cleared, expected);
    let more = json!({ "label": "Hourly", "cronline": "@hourly", "env": null });
    let hourly = update(&client, &made["id"], more).await;
    assert_eq!(hourly["label"], "Hourly");
    assert_eq!(hourly["env"], json!([]));
    assert_eq!(hourly["commit"], "abc");
    assert_eq!(hourly["nextBuildAt"], "2026-11-20T13:00:00Z");
    assert_eq!(
        node(&client, &made["id"], "PipelineSchedule", SCHEDULE).await,
        hourly
    );

    let input = json!({ "id": made["id"], "clientMutationId": "d" });
    let selection = "clientMutationId deletedPipelineScheduleID pipeline { id }";
    let payload = mutate(&client, "pipelineScheduleDelete", input.clone(), selection).await;
    let expected = json!({ "clientMutationId": "d", "deletedPipelineScheduleID": made["id"],
        "pipeline": { "id": api } });
    assert_eq!(payload, expected);
    is_gone(&client, &made["id"]).await;
    let found = client.data(&format!("{{ it: {slug} {{ id }} }}")).await;
    assert_eq!(found["it"], Value::Null);
    assert_eq!(schedules(&client, &api).await, before);
    for name in ["pipelineScheduleDelete", "pipelineScheduleUpdate"] {
        refuses(&client, name, [(input.clone(), "No schedule found")]).await;
    }
}

#[tokio::test]
async fn the_next_build_follows_from_the_line_and_the_time() {
    let client = Client::start().await;
    let probe = new_pipeline(&client, "Probe", "- wait", json!({})).await;
    let edge = new_schedule(&client, &probe, json!({ "cronline": "30 12 * * *" })).await;
    let made = &edge["node"];
    assert_eq!(made["label"], "");
    assert_eq!(made["enabled"], true);
    assert_eq!(made["commit"], "HEAD");
    assert_eq!(made["branch"], "main");
    assert_eq!(made["message"], Value::Null);
    assert_eq!(made["nextBuildAt"], "2026-11-20T12:30:00Z");
    let next = async || {
        node(&client, &made["id"], "PipelineSchedule", "nextBuildAt").await["nextBuildAt"].clone()
    };
    advance(&client, 1_799);
    assert_eq!(next().await, "2026-11-20T12:30:00Z");
    advance(&client, 1);
    assert_eq!(next().await, "2026-11-21T12:30:00Z");
    let off = update(&client, &made["id"], json!({ "enabled": false })).await;
    assert_eq!(off["nextBuildAt"], Value::Null);
    let on = update(
        &client,
        &made["id"],
        json!({ "enabled": true, "cronline": "0 0 29 2 *" }),
    )
    .await;
    assert_eq!(on["nextBuildAt"], "2028-02-29T00:00:00Z");
    let never = update(&client, &made["id"], json!({ "cronline": "0 0 31 2 *" })).await;
    assert_eq!(never["nextBuildAt"], Value::Null);
    // The branch is the pipeline's, whatever that becomes.
    let input = json!({ "id": probe, "defaultBranch": "trunk" });
    mutate(&client, "pipelineUpdate", input, "pipeline { id }").await;
    assert_eq!(
        schedules(&client, &probe).await[0]["node"]["branch"],
        "trunk"
    );
    // A schedule goes with its pipeline.
    delete_pipeline(&client, &probe).await;
    is_gone(&client, &made["id"]).await;
}

#[tokio::test]
async fn builds_of_the_past_do_not_depend_on_schedules_of_the_present() {
    let client = Client::start().await;
    let api = pipeline(&client, "api").await;
    let nightly = schedules(&client, &api).await[0]["node"].clone();
    assert!(nightly["builds"]["count"].as_u64() > Some(0), "{nightly}");
    let selection = "builds(first: 100) { edges { node { number message createdAt branch
        createdBy { ... on User { name } } source { name
            ... on BuildSourceSchedule { pipelineSchedule { id } } } } } }";
    let before = node(&client, &api, "Pipeline", selection).await;
    let more = json!({ "cronline": "0 3 * * *", "message": "Other", "enabled": false });
    let changed = update(&client, &nightly["id"], more).await;
    assert_eq!(changed["builds"], nightly["builds"]);
    new_schedule(
        &client,
        &api,
        json!({ "cronline": "* * * * *", "message": "Often" }),
    )
    .await;
    assert_eq!(node(&client, &api, "Pipeline", selection).await, before);
    let input = json!({ "id": nightly["id"] });
    mutate(
        &client,
        "pipelineScheduleDelete",
        input,
        "deletedPipelineScheduleID",
    )
    .await;
    let after = node(&client, &api, "Pipeline", selection).await;
    for (old, new) in nodes(&before["builds"])
        .into_iter()
        .zip(nodes(&after["builds"]))
    {
        let mut expected = old.clone();
        if old["source"]["pipelineSchedule"]["id"] == nightly["id"] {
            expected["source"]["pipelineSchedule"] = Value::Null;
        }
        assert_eq!(*new, expected);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let api = pipeline(&client, "api").await;
    let nightly = schedules(&client, &api).await[0]["node"]["id"].clone();
    refuses(
        &client,
        "pipelineScheduleCreate",
        [(json!({ "pipelineID": api }), "blank")],
    )
    .await;
    for line in [
        "",
        "hourly",
        "@often",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "1,,2 * * * *",
        "* * * * * *",
        "-1 * * * *",
    ] {
        let why = "Cronline is not valid";
        let input = json!({ "pipelineID": api, "cronline": line, "message": "x" });
        refuses(&client, "pipelineScheduleCreate", [(input, why)]).await;
        let input = json!({ "id": nightly, "cronline": line, "message": "x", "label": "x" });
        refuses(&client, "pipelineScheduleUpdate", [(input, why)]).await;
    }
    let acme = acme(&client).await;
    let input = json!({ "cronline": "@daily" });
    let why = "No pipeline found";
    let name = "pipelineScheduleCreate";
    refuses_ids(
        &client,
        name,
        input.clone(),
        "pipelineID",
        why,
        [&acme, &nightly],
    )
    .await;
    for name in ["pipelineScheduleUpdate", "pipelineScheduleDelete"] {
        refuses_ids(
            &client,
            name,
            json!({}),
            "id",
            "No schedule found",
            [&acme, &api],
        )
        .await;
    }
}
