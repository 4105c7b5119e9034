//! What the client's directives make of nulls and names.

use serde_json::{Value, json};

use crate::garden::types::{Ponds, Wave};
use crate::garden::*;
use crate::support::{decode, refusal};

/// The answer to `Required`, with another value at one place.
fn required(pointer: &str, value: Value) -> Value {
    let mut answer = json!({
        "me": {
            "nickname": "A",
            "called": "A",
            "mood": "GOOD",
            "website": "w",
            "motto": "m",
            "friends": [{"__typename": "Person", "name": "Bo", "nickname": "B"}],
            "option": {"some": "o"},
        },
        "bed": {
            "things": [
                {"__typename": "Tree", "bed": {"label": "east"}, "height": 1.5},
                {"__typename": "Moss", "height": 0.5},
            ],
            "plants": {"count": 1, "edges": []},
            "rows": {"edges": [{"node": {"__typename": "Moss", "id": "2"}}]},
        },
    });
    *answer.pointer_mut(pointer).expect("a place in the answer") = value;
    answer
}

#[test]
fn a_null_that_is_required_is_an_error() {
    decode::<Required>(&required("/me/nickname", json!("A")));
    for pointer in [
        "/me",
        "/me/nickname",
        "/me/called",
        "/me/website",
        "/me/motto",
        "/me/friends",
        "/me/friends/0/nickname",
        "/me/option/some",
        "/bed/things",
        "/bed/things/0/bed",
        "/bed/things/0/height",
        "/bed/things/1/height",
        "/bed/plants",
        "/bed/rows/edges",
        "/bed/rows/edges/0/node",
    ] {
        let refusal = refusal::<Required>(&required(pointer, Value::Null));
        assert!(refusal.contains("null"), "{pointer}: {refusal}");
    }
    // What is around it, beside it or inside it may be null as before.
    for pointer in ["/me/option", "/bed", "/bed/rows", "/bed/things/1"] {
        decode::<Required>(&required(pointer, Value::Null));
    }
}

#[test]
fn what_is_required_may_be_left_out() {
    let mut answer = required("/me/mood", json!("GOOD"));
    answer["me"].as_object_mut().unwrap().remove("website");
    assert_eq!(decode::<Required>(&answer).me.website, None);
}

#[test]
fn a_null_is_an_error_although_others_select_it_too() {
    let answer = |nickname: Value, friend: Value| json!({"me": {"__typename": "Person", "nickname": nickname, "friend": friend}});
    decode::<RequiredElsewhere>(&answer(json!("A"), json!({"name": "Bo"})));
    refusal::<RequiredElsewhere>(&answer(Value::Null, json!({"name": "Bo"})));
    refusal::<RequiredElsewhere>(&answer(json!("A"), Value::Null));
    let left_out = json!({"me": {"__typename": "Person", "nickname": "A"}});
    let me = decode::<RequiredElsewhere>(&left_out).me.unwrap();
    assert_eq!((me.friend, me.friend_name), (None, None));
}

#[test]
fn a_client_schema_says_what_is_never_null() {
    let answer = |pointer: &str| {
        let mut answer = json!({"pond": {
            "__typename": "Pond",
            "name": "Mere",
            "depth": 3,
            "fish": [[{"name": "Finn"}]],
            "owner": {"name": "Ada"},
        }});
        *answer.pointer_mut(pointer).expect("a place in the answer") = Value::Null;
        answer
    };
    for pointer in [
        "/pond/name",
        "/pond/depth",
        "/pond/fish",
        "/pond/fish/0",
        "/pond/fish/0/0/name",
    ] {
        let refusal = refusal::<NeverNull>(&answer(pointer));
        assert!(refusal.contains("null"), "{pointer}: {refusal}");
    }
    for pointer in ["/pond", "/pond/fish/0/0", "/pond/owner"] {
        decode::<NeverNull>(&answer(pointer));
    }
}

#[test]
fn names_are_those_that_the_query_chooses() {
    let operation = PondByName::new(true)
        .fresh("Mere")
        .ripple(Wave::Small)
        .r#where(Ponds::new().ripple(Wave::Small));
    assert_eq!(PondByName::NAME, "Chosen");
    assert_eq!(
        serde_json::to_value(&operation).unwrap(),
        json!({"new": "Mere", "ripple": "SMALL", "where": {"ripple": "SMALL"}, "with": true})
    );
    let data = decode::<PondByName>(&json!({"pond": {
        "__typename": "Pond",
        "id": "Mere",
        "depth": 3,
        "owner": {"name": "Ada", "friend": null, "nickname": "A"},
        "others": {"name": "Ada"},
        "fish": [[{"name": "Finn"}]],
        "nearest": null,
        "visits": {"pageInfo": {"hasNextPage": false, "endCursor": null}, "nodes": [{"visitor": "Bo"}]},
        "paged": {"edges": [{"cursor": "c"}]},
    }}));
    let pond: pond_by_name::Water = data.pond.unwrap();
    assert_eq!(pond.called, "Mere");
    let keeper: pond_by_name::Keeper = pond.keeper.clone().unwrap();
    assert_eq!(keeper.name, "Ada");
    let other: pond_by_name::Other = pond.others.clone().unwrap();
    assert_eq!(other.r1, "Ada");
    let swimmers: &Vec<Option<pond_by_name::Swimmer>> = &pond.fish[0];
    assert_eq!(swimmers.len(), 1);
    assert_eq!(pond.nearest, None::<pond_by_name::Neighbour>);
    let guests: Vec<pond_by_name::Guest> = pond.visits.clone().into_nodes();
    assert_eq!(guests[0].visitor_name, "Bo");
    let deep: &fragments::HowDeep = &pond.how_deep;
    assert_eq!(deep.depth, 3);
    let owner: &fragments::how_deep::Owner = deep.owner.as_ref().unwrap();
    assert_eq!(owner.nickname.as_deref(), Some("A"));
}
