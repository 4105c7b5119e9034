//! Cursors stay good while rows come and go.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::mutations::mutate;
use crate::support::{Client, nodes};

const PAGE: &str = "query Page($order: PipelineOrders, $first: Int, $after: String, $last: Int, $before: String) {
    organization(slug: \"acme-inc\") { id pipelines(order: $order, first: $first, after: $after, last: $last, before: $before) {
        count pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { node { id name slug } } } } }";

async fn page(client: &Client, variables: Value) -> Value {
    client.data_with(PAGE, variables).await["organization"].clone()
}

fn names(organization: &Value) -> Vec<String> {
    let rows = nodes(&organization["pipelines"]).into_iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_while_pipelines_come_and_go() {
    for order in ["NAME", "RECENTLY_CREATED", "NAME_WITH_FAVORITES_FIRST"] {
        let client = Client::start().await;
        let all = page(&client, json!({ "order": order, "first": 100 })).await;
        let before = names(&all);
        let first = page(&client, json!({ "order": order, "first": 4 })).await;
        let mut seen = names(&first);
        // One comes in front of all others, one behind; of those that were shown the
        // last goes, and so does the next.
        for name in ["AAA", "ZZZ"] {
            let input = json!({ "organizationId": all["id"], "name": name,
                "repository": { "url": "git@github.com:acme-inc/new.git" } });
            mutate(&client, "pipelineCreate", input, "pipeline { id }").await;
        }
        let rows = nodes(&all["pipelines"]);
        let gone: Vec<&Value> = vec![rows[3], rows[4]];
        for row in &gone {
            let input = json!({ "id": row["id"] });
            mutate(&client, "pipelineDelete", input, "deletedPipelineID").await;
        }
        let mut cursor = first["pipelines"]["pageInfo"]["endCursor"].clone();
        loop {
            let variables = json!({ "order": order, "first": 3, "after": cursor });
            let next = page(&client, variables).await;
            seen.extend(names(&next));
            let info = &next["pipelines"]["pageInfo"];
            assert_eq!(info["hasPreviousPage"], true);
            if info["hasNextPage"] == false {
                break;
            }
            cursor = info["endCursor"].clone();
        }
        let unique: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(unique.len(), seen.len(), "{order}: {seen:?}");
        let deleted = rows[4]["name"].as_str().unwrap();
        for name in before.iter().filter(|name| *name != deleted) {
            assert!(seen.contains(name), "{order}: {name} is lost");
        }
        assert!(!seen.contains(&deleted.to_owned()), "{order}");
        // Those that came stand where their order says.
        assert_eq!(
            seen.contains(&"ZZZ".to_owned()),
            order != "RECENTLY_CREATED"
        );
        let now = page(&client, json!({ "order": order, "last": 100 })).await;
        assert_eq!(now["pipelines"]["count"], 12);
        // Backward from the place of what is gone, its neighbours are found.
        let before = &first["pipelines"]["pageInfo"]["endCursor"];
        let variables = json!({ "order": order, "last": 2, "before": before });
        let back = page(&client, variables).await;
        let expected = match order {
            // The favorites come first, and then AAA.
            "NAME_WITH_FAVORITES_FIRST" => [seen[2].as_str(), "AAA"],
            _ => [seen[1].as_str(), &seen[2]],
        };
        assert_eq!(names(&back), expected, "{order}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_order_is_foreign() {
    let client = Client::start().await;
    let first = page(&client, json!({ "order": "NAME", "first": 4 })).await;
    let cursor = &first["pipelines"]["pageInfo"]["endCursor"];
    let variables = json!({ "order": "RECENTLY_CREATED", "after": cursor });
    let errors = client.errors(PAGE, variables).await;
    assert!(errors[0].contains("Invalid cursor"), "{errors:?}");
}
