//! Nulls that the client's directives refuse, over HTTP: the error names the
//! place.

use buildkite_client::{ErrorKind, Operation};
use serde_json::{Value, json};

use crate::garden::*;
use crate::server::{Reply, Server};
use crate::support::{Typename, text};

/// What the client makes of these data and errors.
async fn execute<O>(
    operation: O,
    answer: &Value,
) -> Result<buildkite_client::Response<O::Data>, buildkite_client::Error>
where
    O: Operation + Send + Sync + 'static,
    O::Data: Send,
{
    let body = text(answer, Typename::First);
    let server = Server::always(Reply::status(200, &[], &body));
    server.client().execute(operation).await
}

/// Data with a null at one place.
fn with_null(mut data: Value, pointer: &str) -> Value {
    *data.pointer_mut(pointer).expect("a place in the data") = Value::Null;
    data
}

fn required() -> Value {
    json!({
        "me": {
            "nickname": "A",
            "called": "A",
            "mood": "GOOD",
            "website": "w",
            "motto": "m",
            "friends": [
                {"__typename": "Person", "name": "Bo", "nickname": "B"},
                {"__typename": "Person", "name": "Cy", "nickname": "C"},
            ],
            "option": {"some": "o"},
        },
        "bed": {
            "things": [
                {"__typename": "Moss", "height": 0.5},
                {"__typename": "Tree", "bed": {"label": "east"}, "height": 1.5},
            ],
            "plants": {"count": 1, "edges": []},
            "rows": {"edges": [{"node": {"__typename": "Moss", "id": "2"}}]},
        },
    })
}

#[tokio::test]
async fn a_required_null_is_an_error_with_its_path() {
    let answer = json!({"data": required()});
    execute(Required::new("1", true), &answer).await.unwrap();
    for (pointer, path) in [
        ("/me", "me"),
        ("/me/nickname", "me.nickname"),
        // Under its alias, as the answer has it.
        ("/me/called", "me.called"),
        // Selected twice, once with `@include`.
        ("/me/motto", "me.motto"),
        ("/me/website", "me.website"),
        ("/me/friends", "me.friends"),
        // In a fragment that is spread on each item of a list.
        ("/me/friends/1/nickname", "me.friends[1].nickname"),
        ("/me/option/some", "me.option.some"),
        ("/bed/things", "bed.things"),
        // In inline fragments.
        ("/bed/things/0/height", "bed.things[0].height"),
        ("/bed/things/1/height", "bed.things[1].height"),
        ("/bed/things/1/bed", "bed.things[1].bed"),
        // Connections, and what is in them.
        ("/bed/plants", "bed.plants"),
        ("/bed/rows/edges", "bed.rows.edges"),
        ("/bed/rows/edges/0/node", "bed.rows.edges[0].node"),
    ] {
        let answer = json!({"data": with_null(required(), pointer)});
        let error = execute(Required::new("1", true), &answer)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{pointer}: {error}");
        assert_eq!(error.path(), Some(path), "{error}");
        assert_eq!(error.operation(), Some("Required"));
        assert!(error.to_string().contains(path), "{error}");
    }
}

#[tokio::test]
async fn what_was_left_out_is_no_null() {
    let mut data = required();
    data["me"].as_object_mut().unwrap().remove("website");
    let answer = json!({"data": data});
    let response = execute(Required::new("1", false), &answer).await.unwrap();
    assert_eq!(response.me.website, None);
}

#[tokio::test]
async fn a_null_that_a_client_schema_rules_out_is_an_error_with_its_path() {
    let pond = json!({"pond": {
        "__typename": "Pond",
        "name": "Mere",
        "depth": 3,
        "fish": [[{"name": "Finn"}], [{"name": "Gil"}]],
        "owner": null,
    }});
    execute(NeverNull::new(), &json!({"data": pond}))
        .await
        .unwrap();
    for (pointer, path) in [
        ("/pond/name", "pond.name"),
        // A fragment beside it selects it, too: the place is the object of both.
        ("/pond/depth", "pond"),
        ("/pond/fish", "pond.fish"),
        ("/pond/fish/1", "pond.fish[1]"),
        ("/pond/fish/1/0/name", "pond.fish[1][0].name"),
    ] {
        let answer = json!({"data": with_null(pond.clone(), pointer)});
        let error = execute(NeverNull::new(), &answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{pointer}: {error}");
        assert_eq!(error.path(), Some(path), "{error}");
    }
}

#[tokio::test]
async fn the_server_s_own_error_comes_first() {
    let data = json!({"pond": {
        "__typename": "Pond",
        "name": null,
        "depth": 3,
        "fish": [],
        "owner": null,
    }});
    let answer = json!({
        "data": data,
        "errors": [{"message": "the sign is gone", "path": ["pond", "name"]}],
    });
    let error = execute(NeverNull::new(), &answer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Graphql);
    assert_eq!(
        error.to_string(),
        "query NeverNull: the server answers: the sign is gone (at pond.name); data came along, see `Error::partial_data`"
    );
    assert_eq!(error.graphql_errors().len(), 1);
    // All that is there can still be read, but not as what has no place for it.
    assert_eq!(error.partial_data::<Value>().unwrap().unwrap(), data);
    assert!(error.partial_data::<never_null::Data>().unwrap().is_err());
}

#[tokio::test]
async fn allowing_partial_data_makes_no_null_good() {
    let answer = json!({
        "data": {"pond": {
            "__typename": "Pond", "name": null, "depth": 3, "fish": [], "owner": null,
        }},
        "errors": [{"message": "the sign is gone", "path": ["pond", "name"]}],
    });
    let server = Server::always(Reply::json(&answer));
    let error = server
        .client()
        .execute(NeverNull::new())
        .allow_partial_data()
        .await
        .unwrap_err();
    assert_eq!(error.graphql_errors().len(), 1, "{error:?}");
    assert_eq!(
        error.graphql_errors()[0].message(),
        "the sign is gone",
        "{error}"
    );
}
