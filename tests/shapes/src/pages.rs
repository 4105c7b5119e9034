//! Operations that can be paged through.

use buildkite_client::relay::{Connection, Direction, Paginate};
use serde_json::{Value, json};

use crate::garden::*;
use crate::support::decode;

fn forward() -> Value {
    json!({"hasNextPage": true, "endCursor": "c"})
}

/// The rows of a page, borrowed and owned, and where it was found.
fn rows<O: Paginate>(answer: &Value) -> (usize, &'static str)
where
    O::Node: PartialEq + std::fmt::Debug,
{
    let page = O::connection(&decode::<O>(answer)).map_or(0, |page| page.nodes().count());
    let owned = O::into_connection(decode::<O>(answer)).map(Connection::into_nodes);
    assert_eq!(owned.map_or(0, |rows| rows.len()), page);
    (page, O::CONNECTION_PATH)
}

#[test]
fn forward_with_an_optional_cursor() {
    assert_eq!(Beds::DIRECTION, Direction::Forward);
    let mut operation = Beds::new();
    assert_eq!(operation.cursor(), None);
    operation.set_cursor("c".to_owned());
    assert_eq!(operation.cursor(), Some("c"));
    assert_eq!(operation, Beds::new().after("c"));
    let page = json!({"pageInfo": forward(), "edges": [{"cursor": "c", "node": {"id": "1", "label": "e"}}]});
    assert_eq!(rows::<Beds>(&json!({"me": {"beds": page}})), (1, "me.beds"));
    assert!(Beds::connection(&decode::<Beds>(&json!({"me": null}))).is_none());
    assert!(Beds::into_connection(decode::<Beds>(&json!({"me": null}))).is_none());
}

#[test]
fn backward_through_a_variant_with_a_cursor_that_has_a_default() {
    assert_eq!(Fruits::DIRECTION, Direction::Backward);
    let mut operation = Fruits::new("1");
    assert_eq!(operation.cursor(), None);
    operation.set_cursor("c".to_owned());
    assert_eq!(operation.cursor(), Some("c"));
    let page = json!({
        "count": 1,
        "pageInfo": {"hasPreviousPage": true, "startCursor": "s"},
        "edges": [{"node": {"id": "1"}}],
    });
    let answer = json!({"node": {"__typename": "Tree", "fruits": page}});
    assert_eq!(rows::<Fruits>(&answer), (1, "node.fruits"));
    let other = decode::<Fruits>(&json!({"node": {"__typename": "Bed"}}));
    assert!(Fruits::connection(&other).is_none());
    assert!(Fruits::into_connection(other).is_none());
}

#[test]
fn through_a_fragment() {
    let page = json!({"pageInfo": forward(), "edges": [{"node": {"label": "e"}}]});
    let answer = json!({"me": {"id": "1", "name": "Ada", "beds": page}});
    assert_eq!(rows::<PagedFragments>(&answer), (1, "me.beds"));
    let data = decode::<PagedFragments>(&answer);
    let page = PagedFragments::connection(&data).unwrap();
    assert_eq!(page.page_info().unwrap().end_cursor.as_deref(), Some("c"));
    let labels: Vec<_> = page.nodes().map(|bed| bed.label.as_str()).collect();
    assert_eq!(labels, ["e"]);
}

#[test]
fn through_a_fragment_on_the_connection_with_a_required_cursor() {
    let mut operation = PagedConnectionFragment::new("a");
    assert_eq!(operation.cursor(), Some("a"));
    operation.set_cursor("b".to_owned());
    assert_eq!(operation.cursor(), Some("b"));
    let page = json!({"pageInfo": forward(), "edges": [{"node": {"label": "e"}}, null]});
    let answer = json!({"me": {"beds": page}});
    assert_eq!(rows::<PagedConnectionFragment>(&answer), (1, "me.beds"));
}

#[test]
fn through_fragments_behind_a_variant() {
    let page = json!({
        "count": 1,
        "pageInfo": forward(),
        "edges": [{"cursor": "c", "node": {"id": "2", "weight": 0.5}}],
    });
    let answer = json!({"node": {"__typename": "Tree", "id": "1", "fruits": page}});
    assert_eq!(rows::<PagedTree>(&answer), (1, "node.fruits"));
}

#[test]
fn a_page_that_is_read_twice_is_one() {
    let page = json!({"pageInfo": forward(), "edges": [{"node": {"id": "2", "label": "e"}}]});
    let answer = json!({"me": {"id": "1", "beds": page}});
    assert_eq!(rows::<PagedTwice>(&answer), (1, "me.beds"));
    let me = decode::<PagedTwice>(&answer).me.unwrap();
    let label = |beds: &Connection<fragments::BedCard>| beds.nodes().next().unwrap().label.clone();
    assert_eq!(label(&me.person_beds.beds), "e");
}

#[test]
fn with_nodes_and_a_page_that_may_be_left_out() {
    let page = json!({"pageInfo": forward(), "nodes": [{"visitor": "Ada"}, null]});
    assert_eq!(
        rows::<Visits>(&json!({"bed": {"visits": page}})),
        (1, "bed.visits")
    );
    let page =
        json!({"pageInfo": forward(), "edges": [{"node": {"__typename": "Moss", "id": "1"}}]});
    assert_eq!(
        rows::<IncludedPage>(&json!({"bed": {"plants": page}})),
        (1, "bed.plants")
    );
    assert_eq!(rows::<IncludedPage>(&json!({"bed": {}})), (0, "bed.plants"));
    assert_eq!(
        rows::<IncludedPage>(&json!({"bed": {"plants": null}})),
        (0, "bed.plants")
    );
}

#[test]
fn rows_of_an_interface() {
    let page = json!({
        "pageInfo": forward(),
        "edges": [
            {"cursor": "c", "node": {"__typename": "Tree", "id": "1", "rings": 3, "height": null}},
            {"cursor": "d", "node": {"__typename": "Moss", "id": "2", "height": 0.5}},
        ],
    });
    let answer = json!({"bed": {"plants": page}});
    assert_eq!(rows::<Plants>(&answer), (2, "bed.plants"));
    let data = decode::<Plants>(&answer);
    let plants: Vec<_> = Plants::connection(&data).unwrap().nodes().collect();
    assert!(matches!(&plants[0].on, plants::GrowingOn::Tree(tree) if tree.rings == 3));
    assert_eq!(plants[1].growing_height.height, Some(0.5));
}
