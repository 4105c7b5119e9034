//! Notes on builds and jobs.

use serde_json::{Value, json};

use super::{mutate, refusal};
use crate::support::{Client, nodes};

const NOTE: &str = "id context style priority scope createdAt body { text html }";

async fn build(client: &Client) -> (Value, Value) {
    let query = "{ build(slug: \"acme-inc/web/200\") {
        id annotations(first: 50) { count edges { cursor node { id context style body { text } } } }
        jobs(first: 1, type: [COMMAND]) { edges { node { ... on JobTypeCommand {
            id annotations(first: 50) { count edges { cursor node { id context } } } } } } }
    } }";
    let build = client.data(query).await["build"].clone();
    let job = nodes(&build["jobs"])[0].clone();
    (build, job)
}

#[tokio::test]
async fn a_note_is_made_extended_replaced_and_taken_away() {
    let client = Client::start().await;
    let (before, _) = build(&client).await;
    let id = &before["id"];
    let selection =
        format!("annotation {{ {NOTE} }} annotationEdge {{ cursor node {{ id }} }} build {{ id }}");
    let annotate = async |more: Value| {
        let mut input = more;
        input["buildID"] = id.clone();
        mutate(&client, "buildAnnotate", input, &selection).await
    };
    let input = json!({ "body": "Some *text* & <b>more</b>", "context": "mine", "style": "WARNING", "priority": 9 });
    let made = annotate(input).await;
    let note = &made["annotation"];
    assert_eq!(made["build"]["id"], *id);
    assert_eq!(note["style"], "WARNING");
    assert_eq!(note["priority"], 9);
    assert_eq!(note["scope"], "BUILD");
    let html = "<p>Some <em>text</em> &amp; &lt;b&gt;more&lt;/b&gt;</p>";
    assert_eq!(note["body"]["html"], html);

    let (after, _) = build(&client).await;
    let (old, new) = (&before["annotations"], &after["annotations"]);
    assert_eq!(
        new["count"].as_u64().unwrap(),
        old["count"].as_u64().unwrap() + 1
    );
    assert_eq!(new["edges"][0]["node"]["id"], note["id"]);
    assert_eq!(new["edges"][0]["cursor"], made["annotationEdge"]["cursor"]);
    // Those that were there have not moved.
    assert_eq!(
        new["edges"].as_array().unwrap()[1..],
        old["edges"].as_array().unwrap()[..]
    );

    let more =
        annotate(json!({ "body": "!", "context": "mine", "append": true, "priority": 2 })).await;
    assert_eq!(more["annotation"]["id"], note["id"]);
    assert_eq!(
        more["annotation"]["body"]["text"],
        "Some *text* & <b>more</b>!"
    );
    // What is not given has the schema's defaults.
    assert_eq!(more["annotation"]["style"], "DEFAULT");
    assert_eq!(more["annotation"]["priority"], 2);
    let other = annotate(json!({ "body": "New", "context": "mine", "style": "INFO" })).await;
    assert_eq!(other["annotation"]["body"]["text"], "New");
    assert_eq!(other["annotation"]["style"], "INFO");
    let plain = annotate(json!({ "body": "x" })).await;
    assert_eq!(plain["annotation"]["context"], "default");
    assert_eq!(plain["annotation"]["style"], "DEFAULT");

    let input = json!({ "id": note["id"] });
    let selection = "deletedAnnotationId build { id }";
    let gone = mutate(&client, "annotationDelete", input.clone(), selection).await;
    assert_eq!(gone["deletedAnnotationId"], note["id"]);
    let query = "query Q($id: ID!) { node(id: $id) { id } }";
    let data = client.data_with(query, json!({ "id": note["id"] })).await;
    assert_eq!(data, json!({ "node": null }));
    let (after, _) = build(&client).await;
    assert_eq!(
        after["annotations"]["edges"][0]["node"]["id"],
        plain["annotation"]["id"]
    );
    assert_eq!(
        refusal(&client, "annotationDelete", input).await,
        "No annotation found"
    );
}

#[tokio::test]
async fn a_job_has_notes_of_its_own() {
    let client = Client::start().await;
    let (before, job) = build(&client).await;
    let input = json!({ "jobId": job["id"], "body": "Here", "context": "mine" });
    let selection = "annotation { id scope } annotationEdge { cursor node { id } } job { id }";
    let made = mutate(&client, "jobAnnotate", input, selection).await;
    assert_eq!(made["annotation"]["scope"], "JOB");
    assert_eq!(made["job"]["id"], job["id"]);
    let (after, job) = build(&client).await;
    assert_eq!(after["annotations"], before["annotations"]);
    assert_eq!(
        job["annotations"]["edges"][0]["cursor"],
        made["annotationEdge"]["cursor"]
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let client = Client::start().await;
    let (before, _) = build(&client).await;
    let id = &before["id"];
    for (input, expected) in [
        (json!({ "buildID": id }), "A new annotation needs a `body`"),
        (
            json!({ "buildID": id, "body": "x", "priority": 11 }),
            "`priority` must be from 1 to 10, but is 11",
        ),
        (json!({ "buildID": "x", "body": "x" }), "No build found"),
    ] {
        assert_eq!(refusal(&client, "buildAnnotate", input).await, expected);
    }
    let (after, _) = build(&client).await;
    assert_eq!(before, after);
}
