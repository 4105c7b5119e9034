//! Pages in all shapes that the schema allows.

use serde_json::{Value, json};

use super::*;
use crate::relay::Direction;

fn page(value: &Value) -> Connection<i64> {
    Connection::deserialize(value).unwrap()
}

fn rows(page: &Connection<i64>) -> Vec<i64> {
    page.nodes().copied().collect()
}

#[test]
fn edges_and_bare_nodes_are_the_same_rows() {
    let edges = page(&json!({"edges": [{"cursor": "a", "node": 1}, {"cursor": "b", "node": 2}]}));
    let nodes = page(&json!({"nodes": [1, 2]}));
    let both = page(&json!({"nodes": [1, 2], "edges": [{"node": 1}, {"node": 2}]}));
    for page in [&edges, &nodes, &both] {
        assert_eq!(rows(page), [1, 2]);
        assert_eq!(page.clone().into_nodes(), [1, 2]);
        assert_eq!(page.null_nodes(), 0);
        assert!(page.has_rows());
    }
    let cursors: Vec<_> = edges.edges().map(|edge| edge.cursor.as_deref()).collect();
    assert_eq!(cursors, [Some("a"), Some("b")]);
}

#[test]
fn null_rows_are_left_out_and_counted() {
    let edges = page(&json!({"edges": [null, {"node": null}, {"node": 3}]}));
    let nodes = page(&json!({"nodes": [null, null, 3]}));
    for page in [edges, nodes] {
        assert_eq!(rows(&page), [3]);
        assert_eq!(page.null_nodes(), 2);
        assert_eq!(page.into_nodes(), [3]);
    }
}

#[test]
fn a_page_without_rows_differs_from_one_with_none() {
    for absent in [json!({}), json!({"edges": null}), json!({"nodes": null})] {
        assert!(!page(&absent).has_rows());
        assert_eq!(page(&absent).null_nodes(), 0);
        assert!(page(&absent).into_nodes().is_empty());
    }
    assert!(page(&json!({"edges": []})).has_rows());
}

#[test]
fn page_information_is_read_as_far_as_it_was_asked_for() {
    let info = page(&json!({"count": 9, "pageInfo": {"hasNextPage": true, "endCursor": "z"}}));
    assert_eq!(info.count(), Some(9));
    let info = info.page_info().unwrap();
    assert_eq!(info.has_next_page, Some(true));
    assert_eq!(info.has_previous_page, None);
    assert_eq!(info.end_cursor.as_deref(), Some("z"));
    assert!(page(&json!({"pageInfo": null})).page_info().is_none());
}

#[test]
fn pages_are_written_as_they_were_read() {
    for value in [
        json!({}),
        json!({"count": 2, "edges": [{"cursor": "a", "node": 1}, null, {"node": null}]}),
        json!({"pageInfo": {"hasNextPage": false, "hasPreviousPage": true,
            "startCursor": "a", "endCursor": "b"}, "nodes": [1, null]}),
    ] {
        assert_eq!(serde_json::to_value(page(&value)).unwrap(), value);
    }
}

#[test]
fn wrong_values_are_errors() {
    for value in [
        json!({"count": null}),
        json!({"edges": [{"node": "x"}]}),
        json!({"edges": {}}),
        json!([]),
    ] {
        assert!(Connection::<i64>::deserialize(&value).is_err(), "{value}");
    }
}

fn rows_of(info: PageInfo, rows: &[u32]) -> Connection<u32> {
    Connection::new(Some(info), Some(rows.iter().copied().map(Some)))
}

#[test]
fn pages_are_joined_in_their_order() {
    let mut whole = rows_of(PageInfo::forward(true, Some("2".to_owned())), &[1, 2]);
    let next = rows_of(PageInfo::forward(false, Some("3".to_owned())), &[3]).with_count(3);
    whole.absorb(next, Direction::Forward);
    let expected = rows_of(PageInfo::forward(false, Some("3".to_owned())), &[1, 2, 3]);
    assert_eq!(whole, expected.with_count(3));

    let mut whole = rows_of(PageInfo::backward(true, Some("2".to_owned())), &[2, 3]);
    let next = rows_of(PageInfo::backward(false, None), &[1]);
    whole.absorb(next, Direction::Backward);
    let expected = rows_of(PageInfo::backward(false, Some("2".to_owned())), &[1, 2, 3]);
    assert_eq!(whole, expected);
}

#[test]
fn rows_are_left_out_and_changed_where_they_stand() {
    for text in [
        r#"{"edges": [{"node": 1}, null, {"node": null}, {"node": 2}, {"node": 3}]}"#,
        r#"{"nodes": [1, null, null, 2, 3]}"#,
    ] {
        let mut page: Connection<u32> = serde_json::from_str(text).unwrap();
        let mut place = 0;
        page.retain_nodes(|| {
            place += 1;
            place != 2
        });
        page.nodes_mut().for_each(|row| *row += 10);
        assert_eq!(page.null_nodes(), 2);
        assert_eq!(page.into_nodes(), [11, 13]);
    }
}
