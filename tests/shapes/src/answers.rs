//! An answer to every operation, decoded and written again: nothing that is
//! selected is lost.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;

use crate::garden::*;
use crate::support::round_trip;

macro_rules! answers {
    ($($operation:ident $answer:tt)*) => {
        const CHECKED: &[&str] = &[$($operation::NAME),*];

        $(
            #[allow(non_snake_case, reason = "named after the operation")]
            #[test]
            fn $operation() {
                round_trip::<crate::garden::$operation>(&json!($answer));
            }
        )*
    };
}

#[test]
fn every_operation_has_an_answer_here() {
    let compiled = fs::read_dir(concat!(env!("OUT_DIR"), "/queries/operations")).unwrap();
    let compiled: BTreeSet<String> = compiled
        .map(|file| {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let (_, name) = text
                .split_once("pub const NAME: &'static str = \"")
                .unwrap();
            name.split_once('"').unwrap().0.to_owned()
        })
        .collect();
    let checked = CHECKED.iter().copied().map(str::to_owned).collect();
    assert_eq!(compiled, checked);
}

answers! {
    Costs {
        "me": {
            "beds": {
                "edges": [
                    {
                        "node": {
                            "plants": {
                                "edges": [
                                    {
                                        "node": {
                                            "__typename": "Tree",
                                            "bed": {"__typename": "Bed", "id": "2"},
                                        },
                                    },
                                ],
                            },
                            "owner": {"friend": {"id": "3"}},
                        },
                    },
                ],
            },
        },
        "node": {"__typename": "Tree", "fruits": {"edges": [{"node": {"id": "4"}}]}},
        "one": {
            "beds": {
                "edges": [{"node": {"visits": {"nodes": [{"__typename": "Visit"}]}}}],
            },
        },
    }
    CostsByDefault {
        "me": {
            "beds": {
                "edges": [
                    {
                        "node": {
                            "plants": {
                                "edges": [{"node": {"__typename": "Moss", "id": "1"}}],
                            },
                        },
                    },
                ],
            },
            "more": {"edges": [{"node": {"plants": null}}]},
        },
    }
    Common {
        "growing": [
            {"__typename": "Tree", "id": "1", "height": 2.5},
            {"__typename": "Cactus", "id": "2", "height": null},
        ],
    }
    Search {
        "search": [
            {"__typename": "Tree", "id": "1", "rings": 30},
            {"__typename": "Flower", "id": "2", "petals": null, "shade": "red"},
            {"__typename": "Stone", "weight": 1.5, "grey": 50},
            {"__typename": "Gnome"},
        ],
    }
    NodeById {
        "node": {"__typename": "Tree", "id": "1", "rings": 30, "height": 2.5},
    }
    Interfaces {
        "search": [
            {"__typename": "Tree", "height": 2.5, "name": "Oak"},
            {"__typename": "Fern", "height": 0.5},
            {"__typename": "Gnome", "name": "Gerd", "hat": {"size": 5}},
            {"__typename": "Stone"},
        ],
    }
    Unnamed {
        "search": [
            {"__typename": "Moss", "id": "1", "bed": {"__typename": "Bed", "id": "2", "label": "east"}},
            {"__typename": "Stone", "weight": 3.0},
        ],
    }
    Conditions {
        "bed": {
            "id": "1",
            "same": "1",
            "label": "east",
            "again": "east",
            "things": [{"__typename": "Tree", "rings": 3}, {"__typename": "Stone"}],
        },
    }
    Narrowed {
        "growing": [
            {
                "__typename": "Tree",
                "bed": {"__typename": "Bed", "id": "1", "label": "east", "owner": {"name": "Ada"}},
            },
            {"__typename": "Moss", "bed": null},
        ],
    }
    Typenames {
        "thing": {"__typename": "Stone"},
        "me": {"__typename": "Person", "kind": "Person"},
        "growing": [{"__typename": "Moss", "what": "Moss"}],
    }
    MaybeTypename {
        "thing": {"__typename": "Stone", "weight": 1.0},
        "me": {"__typename": "Person", "name": "Ada"},
    }
    Merged {
        "bed": {
            "id": "1",
            "owner": {
                "id": "2",
                "name": "Ada",
                "nickname": null,
                "mood": "GOOD",
                "friend": {"name": "Bo", "nickname": "B", "mood": "BAD"},
            },
            "grid": [[{"__typename": "Tree", "id": "3", "rings": 4}, null], []],
        },
    }
    MergedThings {
        "search": [
            {
                "__typename": "Tree",
                "name": "Oak",
                "bed": {"__typename": "Bed", "id": "1", "label": "east", "owner": {"id": "2"}},
            },
            {"__typename": "Moss", "bed": {"__typename": "Bed", "label": "west"}},
            {"__typename": "Flower", "name": "Rose", "bed": {"__typename": "Bed", "label": "west"}},
            {"__typename": "Gnome", "name": "Gerd"},
        ],
    }
    Aliases {
        "one": {"name": "Ada", "called": "Ada", "name2": null},
        "two": {"name": "GOOD", "OTHER": "Ada"},
        "Two": {"id": "1"},
    }
    Included {
        "me": {
            "id": "1",
            "name": "Ada",
            "nickname": "A",
            "mood": "GOOD",
            "seen": 1.5,
            "friend": {"name": "Bo"},
            "type": "person",
            "self": "me",
            "shown": "Ada",
        },
    }
    IncludedParts {
        "me": {
            "friend": {"id": "2", "name": "Bo"},
            "friends": [{"id": "2", "name": "Bo"}, {"id": "3", "name": "Cy"}],
        },
        "growing": [
            {"__typename": "Tree", "id": "1", "height": 2.5, "rings": 3},
            {"__typename": "Flower", "id": "2", "height": 0.5, "petals": 5},
        ],
    }
    IncludedOverlap {
        "me": {"id": "1", "name": "Ada", "nickname": null, "friend": {"id": "2", "name": "Bo"}},
    }
    IncludedInside {
        "me": {"friend": {"id": "2", "mood": "GOOD"}},
        "growing": [
            {
                "__typename": "Tree",
                "height": 1.5,
                "rings": 3,
                "bed": {"id": "1", "label": "Herbs"},
            },
        ],
    }
    IncludedShared {
        "me": {"name": "Ada", "nickname": "A", "friend": {"id": "2", "name": "Bo"}},
        "node": {"__typename": "Tree", "id": "1", "kind": "ANNUAL", "rings": 3},
    }
    IncludedPage {
        "bed": {
            "plants": {
                "pageInfo": {"hasNextPage": true, "endCursor": "c"},
                "edges": [{"node": {"__typename": "Tree", "id": "1"}}, {"node": null}, null],
            },
        },
    }
    Type {
        "me": {
            "__typename": "Person",
            "_id": 1,
            "id": "1",
            "fooBar": "a",
            "foo_bar": "b",
            "type": "person",
            "self": "me",
            "Self": null,
            "super": "s",
            "crate": "c",
            "async": true,
            "gen": 3,
            "on": false,
            "typename": "t",
            "value": "v",
            "partial": "p",
            "key": "k",
            "map": "m",
            "friend": {"on": null, "name": "Bo"},
            "data": {"data": "d", "option": {"none": true}},
            "option": {"some": "o"},
            "vec": [{"len": 0}],
            "string": {"length": 1},
            "e": {"e": "e"},
            "result": {"ok": false},
            "old": null,
            "older": 4,
            "older1": 5,
            "motto": "x",
            "motto2": "y",
        },
        "named": {"__typename": "Gnome", "name": "Gerd", "on": {"size": 4}},
        "selfless": true,
        "search": [{"__typename": "Tree"}],
        "more": null,
        "most": [],
    }
    Person {
        "me": {"name": "Ada", "friend": {"name": "Bo", "friend": {"name": "Cy"}}},
    }
    DataQuery {
        "me": {"data": {"data": "d"}},
    }
    SelfQuery {
        "me": {"self": "me"},
    }
    OptionQuery {
        "option": {"some": null},
    }
    Types {
        "me": {"self": "me", "vec": [{"len": 1}, {"len": 2}]},
    }
    FooBar1 {
        "me": {"id": "1"},
    }
    FooBar2 {
        "me": null,
    }
    Fragments {
        "me": {"id": "1"},
    }
    Cards {
        "search": [
            {
                "__typename": "Tree",
                "id": "1",
                "name": "Oak",
                "nickname": null,
                "rings": 3,
                "height": 2.5,
                "kind": "PERENNIAL",
                "bed": {"__typename": "Bed", "label": "east"},
            },
            {"__typename": "Moss", "id": "2", "height": null, "bed": {"__typename": "Fruit"}},
            {"__typename": "Gnome", "name": "Gerd", "nickname": "G"},
            {"__typename": "Stone"},
        ],
        "thing": {"__typename": "Flower", "name": "Rose", "nickname": null, "habit": "type"},
        "node": {
            "__typename": "Tree",
            "id": "1",
            "name": "Oak",
            "nickname": null,
            "rings": 3,
            "height": 2.5,
            "bed": null,
        },
        "growing": [
            {"__typename": "Tree", "rings": 3, "height": 2.5},
            {"__typename": "Fern", "height": 0.5},
        ],
        "named": {"__typename": "Gnome", "name": "Gerd", "nickname": "G"},
        "bed": {
            "id": "1",
            "owner": {"id": "2", "name": "Ada", "friend": {"mood": "GOOD"}},
            "things": [
                {"__typename": "Flower", "name": "Rose", "nickname": null},
                {"__typename": "Stone", "weight": 1.0},
                {"__typename": "Moss"},
            ],
        },
    }
    Whole {
        "me": {"name": "Ada", "nickname": null, "friend": {"name": "Bo"}},
    }
    Never {
        "bed": {},
    }
    Across {
        "node": {"__typename": "Person", "data": {"data": "d"}},
        "me": {"name": "Ada", "nickname": null, "friend": {"name": "Bo"}},
    }
    AddPerson {
        "addPerson": {"person": {"name": "Ada", "nickname": null}},
    }
    Water {
        "water": {"__typename": "Tree", "id": "1"},
    }
    Values {
        "bed": {
            "grid": [[{"__typename": "Stone", "weight": 1.0}], [null]],
            "moods": [["GOOD", null], [], ["WISTFUL"]],
            "numbers": [[1, 2], null, []],
            "marks": ["a", null],
            "things": [{"__typename": "Flower", "kind": "_1ST"}],
        },
        "me": {
            "website": "https://ada.example",
            "extra": {"any": ["thing", 1, null]},
            "required_extra": 7,
            "seen": 12.25,
            "born": "2024-02-29T12:00:00Z",
            "mood": "BAD",
            "moods": ["GOOD", null],
        },
    }
    Inputs {
        "plants": [{"__typename": "Tree", "id": "1"}, null],
        "plant": {"__typename": "Moss", "id": "2"},
        "search": [{"__typename": "Stone"}],
        "option": {"none": false},
        "more": null,
        "me": {"motto": null},
        "lists": {"marks": []},
        "used": [],
        "limits": [
            {"__typename": "Tree", "fruits": {"count": 1, "edges": [{"node": {"id": "3"}}]}},
        ],
    }
    Introspection {
        "__schema": {
            "queryType": {"name": "Query"},
            "types": [{
                "kind": "OBJECT",
                "name": "Tree",
                "fields": [{
                    "name": "id",
                    "type": {"kind": "NON_NULL", "ofType": {"kind": "SCALAR", "name": "ID"}},
                }],
            }],
        },
        "__type": {"name": "Tree"},
        "__typename": "Query",
    }
    Beds {
        "me": {
            "beds": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "edges": [{"cursor": "c", "node": {"id": "1", "label": "east"}}],
            },
        },
    }
    Fruits {
        "node": {
            "__typename": "Tree",
            "fruits": {
                "count": 7,
                "pageInfo": {"hasPreviousPage": true, "startCursor": "s"},
                "edges": [{"node": {"id": "1"}}],
            },
        },
    }
    PagedFragments {
        "me": {
            "id": "1",
            "name": "Ada",
            "beds": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "edges": [{"node": {"label": "east"}}],
            },
        },
    }
    PagedConnectionFragment {
        "me": {
            "beds": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "edges": [{"node": {"label": "east"}}],
            },
        },
    }
    PagedTree {
        "node": {
            "__typename": "Tree",
            "id": "1",
            "fruits": {
                "count": 1,
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "edges": [{"cursor": "c", "node": {"id": "2", "weight": 0.5}}],
            },
        },
    }
    PagedTwice {
        "me": {
            "id": "1",
            "beds": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "edges": [{"node": {"id": "2", "label": "east"}}],
            },
        },
    }
    Rests {
        "me": {
            "beds": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "edges": [
                    {
                        "node": {
                            "id": "1",
                            "label": "east",
                            "plants": {
                                "pageInfo": {"hasPreviousPage": true, "startCursor": "p"},
                                "edges": [
                                    {
                                        "node": {
                                            "__typename": "Tree",
                                            "id": "2",
                                            "fruits": {
                                                "pageInfo": {"hasNextPage": false, "endCursor": "e"},
                                                "edges": [{"node": {"id": "3"}}],
                                            },
                                        },
                                    },
                                ],
                            },
                            "few": {
                                "pageInfo": {"hasNextPage": true, "endCursor": "f"},
                                "edges": [{"node": {"id": "4", "height": 1.5}}],
                            },
                        },
                    },
                ],
            },
        },
    }
    Visits {
        "bed": {
            "visits": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "nodes": [{"visitor": "Ada"}, null],
            },
        },
    }
    PlainPages {
        "bed": {
            "visits": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "nodes": [{"visitor": "Ada"}],
                "edges": [{"cursor": null, "node": {"day": "Monday"}}],
            },
            "cursors": {"edges": [{"cursor": "c"}], "nodes": [{"visitor": "Ada"}]},
            "sightings": {
                "total": 3,
                "edges": [{"distance": 1.5, "node": {"__typename": "Stone", "weight": 1.0}}],
            },
            "rows": {
                "total": 1,
                "edges": [{"cursor": "c", "node": {"__typename": "Gnome", "name": "Gerd"}}],
            },
            "plants": {"count": null, "edges": [{"node": {"__typename": "Tree", "id": "1"}}]},
            "aliased": {
                "info": {"hasNextPage": false},
                "rows": [{"plant": {"__typename": "Tree", "id": "1"}}],
            },
        },
    }
    Plants {
        "bed": {
            "plants": {
                "pageInfo": {"hasNextPage": false, "endCursor": "d"},
                "edges": [
                    {
                        "cursor": "c",
                        "node": {"__typename": "Tree", "id": "1", "rings": 3, "height": 2.5},
                    },
                    {"cursor": "d", "node": {"__typename": "Moss", "id": "2", "height": null}},
                ],
            },
        },
    }
    Allowed {
        "me": {"old": "O", "name": "Ada"},
        "node": {"__typename": "Tree", "fruits": {"count": 3}},
    }
    AllowedChange {
        "water": {"__typename": "Tree", "id": "1"},
    }
    Required {
        "me": {
            "nickname": "A",
            "called": "A",
            "mood": "GOOD",
            "website": "https://ada.example",
            "motto": "Dig.",
            "friends": [{"name": "Bo", "nickname": "B"}],
            "option": {"some": "o"},
        },
        "bed": {
            "things": [
                {"__typename": "Tree", "bed": {"label": "east"}, "height": 1.5},
                {"__typename": "Moss", "height": 0.5},
                {"__typename": "Stone"},
            ],
            "plants": {"count": 1, "edges": [{"node": {"__typename": "Tree", "id": "1"}}]},
            "rows": {"edges": [{"node": {"__typename": "Moss", "id": "2"}}, null]},
        },
    }
    RequiredElsewhere {
        "me": {"nickname": "A", "friend": {"name": "Bo"}},
    }
    NeverNull {
        "pond": {
            "name": "Mere",
            "depth": 3,
            "fish": [[{"name": "Finn"}, null], []],
            "owner": {"name": "Ada"},
        },
    }
    PondByName {
        "pond": {
            "id": "Mere",
            "owner": {
                "name": "Ada",
                "nickname": null,
                "friend": {"name": "Bo", "friend": {"name": "Cy"}},
            },
            "others": {"name": "Ada"},
            "fish": [[{"name": "Finn"}]],
            "nearest": {"__typename": "Tree", "id": "1", "rings": 3},
            "visits": {
                "pageInfo": {"hasNextPage": false, "endCursor": "c"},
                "nodes": [{"visitor": "Bo"}],
            },
            "paged": {"edges": [{"cursor": "c"}]},
            "depth": 3,
        },
    }
}
