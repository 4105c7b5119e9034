//! The rest of connections inside rows: backward, in variants and fragments, twice in the
//! same place.

use buildkite_client::Operation;
use buildkite_client::relay::{Direction, Paginate};
use serde_json::{Value, json};

use crate::garden::Rests;
use crate::garden::rests::{Bed, FruitsRest, PlantsRest};
use crate::server::{Reply, Request, Server};

/// A page of these rows; where more follow, `cursor` leads to them, in either direction.
fn page(rows: &[Value], cursor: Option<&str>) -> Value {
    json!({
        "count": 4,
        "pageInfo": {
            "hasNextPage": cursor.is_some(), "endCursor": cursor,
            "hasPreviousPage": cursor.is_some(), "startCursor": cursor,
        },
        "edges": rows.iter().map(|row| json!({"node": row})).collect::<Vec<_>>(),
    })
}

fn tree(number: u32) -> Value {
    let fruits = page(&[json!({"id": format!("{number}.1")})], Some("1"));
    json!({"__typename": "Tree", "id": number.to_string(), "fruits": fruits})
}

fn few(number: u32) -> Value {
    json!({"__typename": "Moss", "id": format!("few {number}"), "height": f64::from(number)})
}

fn bed() -> Value {
    json!({
        "id": "bed",
        "label": "",
        "plants": page(&[tree(3), json!({"__typename": "Moss"}), tree(4)], Some("3")),
        "few": page(&[few(1)], Some("1")),
    })
}

fn answer(request: &Request) -> Value {
    let name = request.json()["operationName"].clone();
    let connection = match name.as_str().unwrap() {
        "Rests" => return json!({"data": {"me": {"beds": page(&[bed()], None)}}}),
        "RestsPlantsRest" => {
            assert_eq!(
                request.json()["variables"],
                json!({"id2": "bed", "last": 2, "before": "3", "id": false})
            );
            page(&[tree(1), tree(2)], None)
        }
        "RestsFruitsRest" => {
            let tree = request.variable("id2");
            assert_eq!(request.variable("after"), "1");
            assert_eq!(request.variable("id"), false);
            page(
                &[json!({"id": format!("{}.2", tree.as_str().unwrap())})],
                None,
            )
        }
        "RestsBedsFewRest" => page(&[json!({"__typename": "Moss", "height": 2.0})], None),
        "RestsRestBedFewRest" => page(&[few(3)], None),
        other => panic!("nobody asks for {other}"),
    };
    json!({"data": {"node": {"__typename": "?", "connection": connection}}})
}

#[tokio::test]
async fn every_connection_is_filled() {
    let server = Server::start(|_, request| Reply::json(&answer(request)));
    let mut rows = server.client().drain(Rests::new(false).id(false)).items();
    let bed: Bed = rows.try_next().await.unwrap().unwrap();
    assert!(rows.try_next().await.unwrap().is_none());

    let plants = serde_json::to_value(&bed.plants).unwrap();
    assert_eq!(plants["pageInfo"]["hasPreviousPage"], false);
    let read: Vec<_> = plants["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let fruits = edge["node"]["fruits"]["edges"].as_array();
            let fruits = fruits.into_iter().flatten();
            fruits
                .map(|edge| edge["node"]["id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    // What was read later comes before, and the moss stays where it was.
    assert_eq!(
        read,
        [
            vec!["1.1", "1.2"],
            vec!["2.1", "2.2"],
            vec!["3.1", "3.2"],
            vec![],
            vec!["4.1", "4.2"]
        ]
    );
    let few = bed.few.as_ref().unwrap();
    let heights: Vec<_> = few.nodes().map(|plant| plant.height).collect();
    assert_eq!(heights, [Some(1.0), Some(2.0)]);
    let few = bed.rest_bed.few.as_ref().unwrap();
    let ids: Vec<_> = few.nodes().map(|plant| plant.id.as_str()).collect();
    assert_eq!(ids, ["few 1", "few 3"]);
}

#[test]
fn what_was_left_out_has_no_rest() {
    let mut without = bed();
    without["plants"] = Value::Null;
    let bed: Bed = serde_json::from_value(without).unwrap();
    assert_eq!(Rests::new(true).plants_rest(&bed).unwrap(), None);
}

#[test]
fn added_variables_stand_beside_those_that_are_copied() {
    assert_eq!(PlantsRest::DIRECTION, Direction::Backward);
    assert_eq!(FruitsRest::DIRECTION, Direction::Forward);
    let bed: Bed = serde_json::from_value(bed()).unwrap();
    let rest = Rests::new(false)
        .first(7)
        .plants_rest(&bed)
        .unwrap()
        .unwrap();
    assert_eq!(rest.id2, "bed");
    assert_eq!(rest.page_size(), Some(7));
    assert_eq!(rest.cursor(), Some("3"));
    // Seven plants of a fruit each.
    let points = rest.requested_complexity();
    assert_eq!(Operation::requested_complexity(&rest), Some(points));
    assert!(points > 4 * 7, "{points}");
}
