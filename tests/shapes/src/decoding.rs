//! What a server may answer, and what it may not.

use serde_json::{Value, json};

use crate::garden::types::{Kind, Mood};
use crate::garden::*;
use crate::support::{Typename, decode, refusal, text};

#[test]
fn types_are_told_apart_wherever_their_name_stands() {
    let answer = json!({"search": [
        {"__typename": "Tree", "id": "1", "rings": 30},
        {"__typename": "Stone", "weight": 1.5, "grey": 50},
    ]});
    for typename in [Typename::First, Typename::Last] {
        let data: search::Data = serde_json::from_str(&text(&answer, typename)).unwrap();
        let things = data.search.unwrap();
        let [search::Thing::Tree(tree), search::Thing::Stone(stone)] = &things[..] else {
            panic!("{things:?}");
        };
        assert_eq!((tree.id.as_str(), tree.rings), ("1", 30));
        assert_eq!((stone.weight, stone.grey), (1.5, 50));
    }
}

#[test]
fn a_type_that_is_not_selected_or_not_known_keeps_its_name() {
    for typename in ["Gnome", "Cactus"] {
        let answer = json!({"search": [{"__typename": typename, "spikes": {"many": true}}]});
        let things = decode::<Search>(&answer).search.unwrap();
        assert_eq!(things[0].typename(), typename);
        assert!(matches!(&things[0], search::Thing::Other { .. }));
    }
    let answer = json!({"node": {"__typename": "Bed", "id": "1"}});
    let node = decode::<NodeById>(&answer).node.unwrap();
    assert_eq!(node.id, "1");
    assert!(matches!(node.on, node_by_id::NodeOn::Other { typename } if typename == "Bed"));
}

#[test]
fn types_that_a_query_does_not_name_share_a_variant() {
    let answer = json!({"search": [
        {"__typename": "Fern", "height": 1.0},
        {"__typename": "Flower", "height": 2.0, "name": "Rose"},
    ]});
    let things = decode::<Interfaces>(&answer).search.unwrap();
    assert_eq!(things[0].typename(), "Fern");
    assert!(matches!(
        &things[0],
        interfaces::Thing::Growing { selection, .. } if selection.height == Some(1.0)
    ));
    assert!(matches!(
        &things[1],
        interfaces::Thing::GrowingAndNamed { selection, .. } if selection.name == "Rose"
    ));
}

#[test]
fn a_fragment_on_one_type_does_not_apply_to_another() {
    let answer = json!({
        "search": null,
        "thing": null,
        "node": {"__typename": "Person", "name": "Ada", "nickname": "A"},
        "growing": [],
        "named": null,
        "bed": null,
    });
    let node = decode::<Cards>(&answer).node.unwrap();
    assert!(matches!(
        node,
        cards::Node::Named { typename, selection }
            if typename == "Person" && selection.name == "Ada"
    ));
}

#[test]
fn enum_values_are_told_apart_and_unknown_ones_kept() {
    for (name, kind) in [
        ("PERENNIAL", Kind::Perennial),
        ("OTHER", Kind::OtherValue),
        ("SELF", Kind::SelfValue),
        ("Self", Kind::SelfValue2),
        ("type", Kind::Type),
        ("lower_case", Kind::LowerCase),
        ("camelCase", Kind::CamelCase),
        ("_1ST", Kind::V1st),
        ("_", Kind::Underscore),
        ("BIENNIAL", Kind::Other("BIENNIAL".to_owned())),
    ] {
        assert_eq!(Kind::from(name), kind);
        assert_eq!(kind.to_string(), name);
        assert_eq!(serde_json::to_value(&kind).unwrap(), json!(name));
        assert_eq!(serde_json::from_value::<Kind>(json!(name)).unwrap(), kind);
    }
    assert_ne!(types::FooChoice::A.as_str(), "");
    assert_eq!(types::FooChoice2::A.as_str(), "a");
}

/// The answer to `Values`, with another value at one place.
fn values(pointer: &str, value: Value) -> Value {
    let mut answer = json!({
        "bed": {"grid": [[null]], "moods": [], "numbers": [[1]], "marks": [], "things": null},
        "me": {
            "website": null,
            "extra": null,
            "required_extra": {},
            "seen": 1.0,
            "born": null,
            "mood": "GOOD",
            "moods": null,
        },
    });
    *answer.pointer_mut(pointer).expect("a place in the answer") = value;
    answer
}

#[test]
fn null_stands_only_where_the_schema_has_it() {
    for pointer in [
        "/bed",
        "/bed/grid/0/0",
        "/bed/things",
        "/me/extra",
        "/me/born",
    ] {
        decode::<Values>(&values(pointer, Value::Null));
    }
    for pointer in [
        "/bed/grid",
        "/bed/grid/0",
        "/bed/numbers/0/0",
        "/bed/marks",
        "/me/seen",
        "/me/mood",
    ] {
        let refusal = refusal::<Values>(&values(pointer, Value::Null));
        assert!(refusal.contains("null"), "{pointer}: {refusal}");
    }
}

#[test]
fn a_key_that_is_selected_is_in_the_answer() {
    for (parent, key) in [
        ("/me", "seen"),
        ("/me", "website"),
        ("/bed", "grid"),
        ("", "bed"),
    ] {
        let mut answer = values("/me/mood", json!("GOOD"));
        let object = answer.pointer_mut(parent).and_then(Value::as_object_mut);
        object.unwrap().remove(key);
        assert!(
            refusal::<Values>(&answer).starts_with(&format!("missing field `{key}`")),
            "{key}"
        );
    }
    assert!(refusal::<Search>(&json!({"search": [{"rings": 1}]})).contains("__typename"));
}

#[test]
fn values_of_another_type_are_refused() {
    for (pointer, value) in [
        ("/me/seen", json!("noon")),
        ("/me/born", json!("yesterday")),
        ("/me/mood", json!(1)),
        ("/bed/numbers", json!([1])),
        ("/bed", json!([])),
    ] {
        refusal::<Values>(&values(pointer, value));
    }
}

#[test]
fn scalars_are_what_they_are_mapped_to() {
    let answer = values("/me/born", json!("2024-02-29T12:00:00Z"));
    let me = decode::<Values>(&answer).me.unwrap();
    assert_eq!(me.born.unwrap().to_string(), "2024-02-29T12:00:00Z");
    assert_eq!(me.required_extra, json!({}));
    assert_eq!(me.mood, Mood::Good);
}

#[test]
fn what_is_left_out_is_none() {
    let answer = json!({"me": {"id": "1", "mood": "GOOD", "seen": 1.0}});
    let me = decode::<Included>(&answer).me.unwrap();
    assert_eq!(me.name, None);
    assert_eq!(me.nickname, None);
    assert_eq!(me.friend, None);
    assert_eq!(me.names, None);
    assert_eq!(me.friend_name, None);
    assert_eq!(me.r#type, None);
    assert_eq!(me.shown, None);
    let written = serde_json::to_value(decode::<Included>(&answer)).unwrap();
    assert_eq!(written, answer);
}

#[test]
fn what_is_not_left_out_is_not_null() {
    let answer = json!({"me": {"id": "1", "mood": "GOOD", "seen": 1.0, "type": null}});
    assert!(refusal::<Included>(&answer).contains("null"));
    let answer = json!({"me": {"id": "1", "mood": "GOOD", "seen": null}});
    assert!(refusal::<Included>(&answer).contains("null"));
}

#[test]
fn merged_selections_are_left_out_in_parts() {
    let answer = json!({
        "me": {"friend": {"id": "2"}, "friends": [{"name": "Bo"}]},
        "growing": [{"__typename": "Tree", "id": "1"}, {"__typename": "Flower", "id": "2"}],
    });
    let data = decode::<IncludedParts>(&answer);
    let me = data.me.unwrap();
    let friend = me.friend.unwrap();
    assert_eq!((friend.id.as_str(), friend.name), ("2", None));
    let friends = me.friends.unwrap();
    assert_eq!(friends[0].id, None);
    assert_eq!(friends[0].name.as_deref(), Some("Bo"));
    let [tree, flower] = &data.growing[..] else {
        panic!("two plants");
    };
    assert_eq!(tree.growing_height, None);
    assert!(matches!(
        &tree.on,
        included_parts::GrowingOn::Tree(tree) if tree.rings.is_none() && tree.tree_size.is_none()
    ));
    assert!(matches!(
        &flower.on,
        included_parts::GrowingOn::Flower(flower) if flower.flower_size.is_none()
    ));
}

#[test]
fn a_fragment_that_overlaps_is_none_where_it_was_left_out() {
    let left_out = json!({"me": {"id": "1", "friend": {"id": "2"}}});
    let me = decode::<IncludedOverlap>(&left_out).me.unwrap();
    assert_eq!(me.friend.as_ref().unwrap().id, "2");
    assert_eq!(me.name, None);
    assert_eq!(me.nicknames, None);
    assert_eq!(me.friend_name, None);
    assert_eq!(me.names, None);
    assert_eq!(
        serde_json::to_value(decode::<IncludedOverlap>(&left_out)).unwrap(),
        left_out
    );

    let there = json!({
        "me": {"id": "1", "name": "Ada", "nickname": null, "friend": {"id": "2", "name": "Bo"}},
    });
    let me = decode::<IncludedOverlap>(&there).me.unwrap();
    assert_eq!(me.names.unwrap().name, "Ada");
    assert_eq!(me.nicknames.unwrap().nickname, None);
    assert_eq!(me.friend_name.unwrap().friend.unwrap().name, "Bo");
    assert_eq!(me.friend.unwrap().id, "2");
}

#[test]
fn a_part_inside_a_fragment_is_none_where_it_was_left_out() {
    let left_out = json!({
        "me": {"friend": {"id": "2"}},
        "growing": [{"__typename": "Tree", "height": 1.5, "bed": {"id": "1"}}],
    });
    let data = decode::<IncludedInside>(&left_out);
    assert_eq!(serde_json::to_value(&data).unwrap(), left_out);
    let me = data.me.unwrap();
    assert_eq!(me.friend.unwrap().id, "2");
    assert_eq!(me.friend_mood.friend, None);

    let there = json!({"me": {"friend": {"id": "2", "mood": "BAD"}}, "growing": []});
    let me = decode::<IncludedInside>(&there).me.unwrap();
    assert_eq!(me.friend_mood.friend.unwrap().mood, Mood::Bad);
    // Where nothing else has the key, not to fit is an error.
    let misfit = json!({"bed": {"plants": 7}});
    assert!(refusal::<IncludedPage>(&misfit).contains("expected an object"));
}

#[test]
fn a_wrong_value_is_an_error_even_if_all_that_reads_it_may_be_left_out() {
    let answer = |me: Value| json!({"me": me, "node": null});
    let decoded = |me| decode::<IncludedShared>(&answer(me)).me.unwrap();
    for me in [
        json!({"name": 5}),
        json!({"name": null}),
        json!({"nickname": 5}),
        json!({"friend": 5}),
        json!({"friend": {"id": 5}}),
        json!({"friend": {"name": 5}}),
    ] {
        refusal::<IncludedShared>(&answer(me));
    }
    let own = decoded(json!({"name": "Ada", "nickname": null, "friend": {"id": "2"}}));
    assert_eq!(own.friend.unwrap().id, "2");
    assert_eq!(own.name.as_deref(), Some("Ada"));
    // Whether the fragment is there cannot be told: it reads nothing else.
    assert_eq!(own.names.unwrap().name, "Ada");
    assert_eq!(own.friend_name, None);
    let spread = decoded(json!({"friend": {"name": "Bo"}}));
    assert_eq!(spread.friend, None);
    assert_eq!(spread.friend_name.unwrap().friend.unwrap().name, "Bo");
}

#[test]
fn a_fragment_that_selects_nothing_of_a_type_proves_nothing() {
    let decoded = |node: Value| decode::<IncludedShared>(&json!({"me": null, "node": node})).node;
    let kinds = |node: &included_shared::Node| match &node.on {
        included_shared::NodeOn::Thing { selection, .. } => selection.thing_kinds.is_some(),
        included_shared::NodeOn::Other { .. } => false,
    };
    for left_out in [
        json!({"__typename": "Bed", "id": "1"}),
        json!({"__typename": "Tree", "id": "1"}),
    ] {
        let node = decoded(left_out).unwrap();
        assert!(!kinds(&node));
        assert_eq!(node.included_ids, None);
    }
    let there = json!({"__typename": "Tree", "id": "1", "kind": "ANNUAL", "rings": 3});
    let node = decoded(there).unwrap();
    assert!(kinds(&node));
    assert!(node.included_ids.is_some());
}

#[test]
fn overlapping_fragments_are_all_filled() {
    let answer = json!({"bed": {
        "id": "1",
        "owner": {
            "id": "2",
            "name": "Ada",
            "nickname": "A",
            "mood": "GOOD",
            "friend": {"name": "Bo", "nickname": null, "mood": "BAD"},
        },
        "grid": [],
    }});
    let bed = decode::<Merged>(&answer).bed.unwrap();
    let own = bed.owner.as_ref().unwrap();
    assert_eq!(own.mood, Mood::Good);
    assert_eq!(own.friend.as_ref().unwrap().name, "Bo");
    let spread = bed.bed_owner.owner.as_ref().unwrap();
    assert_eq!((spread.id.as_str(), spread.name.as_str()), ("2", "Ada"));
    assert_eq!(spread.friend.as_ref().unwrap().mood, Mood::Bad);
}

#[test]
fn chained_fragments_are_one_inside_the_other() {
    let answer = json!({
        "search": [{
            "__typename": "Flower",
            "id": "1",
            "name": "Rose",
            "nickname": null,
            "height": 0.5,
            "bed": null,
        }],
        "thing": {"__typename": "Flower", "name": "Rose", "nickname": null, "habit": null},
        "node": null,
        "growing": [],
        "named": null,
        "bed": null,
    });
    let data = decode::<Cards>(&answer);
    let things = data.search.unwrap();
    let card: &fragments::ThingCard = &things[0];
    assert!(matches!(
        &card.thing_name,
        fragments::ThingName::Named { typename, selection }
            if typename == "Flower" && selection.name == "Rose"
    ));
    assert_eq!(data.thing.unwrap().thing_kinds.typename(), "Flower");
}

#[test]
fn unknown_keys_are_passed_over() {
    let answer = json!({"me": {"name": "Ada", "friend": null, "age": {"years": [36]}}, "you": 1});
    assert_eq!(decode::<Person>(&answer).me.unwrap().name, "Ada");
}
