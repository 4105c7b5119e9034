//! Operations that chance rarely makes.

use std::error::Error;

use serde_json::{Value, json};

use crate::known::{Known, ORGANIZATION};
use crate::operation::Operation;
use crate::worlds::World;

/// Everything that a schema tells of itself.
const INTROSPECTION: &str = include_str!("introspection.graphql");

fn operation(name: &str, document: &str, variables: Value) -> Operation {
    Operation {
        name: name.to_owned(),
        document: document.to_owned(),
        wanted: None,
        variables,
    }
}

/// What can be asked of every schema.
pub(crate) fn of_any_schema() -> Vec<Operation> {
    let mut made = vec![
        operation("the whole schema", INTROSPECTION, json!({})),
        operation(
            "types by name",
            "query ($name: String!, $other: String! = \"Int\", $all: Boolean) {
                __typename
                named: __type(name: $name) { __typename name fields(includeDeprecated: $all) { name } }
                other: __type(name: $other) { kind name ofType { name } possibleTypes { name } }
                nobody: __type(name: \"Nobody\") { name }
                wrapped: __type(name: \"PageInfo\") {
                    fields { name type { kind name fields { name } ofType { name kind } } }
                }
            }",
            json!({ "name": "PageInfo", "all": true }),
        ),
        operation(
            "the schema in parts that merge",
            "query ($no: Boolean = false) {
                __schema { queryType { ...A } ... { queryType { kind } } }
                ...R @skip(if: $no)
                ...R @include(if: $no)
            }
            fragment A on __Type { __typename name ...B }
            fragment B on __Type { kind name }
            fragment R on Query { ... @include(if: $no) { never: __typename } again: __typename }",
            json!({}),
        ),
        operation("two operations and no name", "query A { __typename } query B { __typename }", json!({})),
        operation("no operation", "fragment A on Query { __typename }", json!({})),
        operation("nothing but a comment", "# nothing", json!({})),
        operation("a mistake of syntax", "{ __typename ", json!({})),
        operation("an empty selection", "{ }", json!({})),
        operation("an unknown directive", "{ __typename @nobody }", json!({})),
        operation("fragments in a circle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", json!({})),
        operation("a condition without its argument", "{ __typename @skip }", json!({})),
        operation(
            "two meanings of one key",
            "{ a: __type(name: \"Int\") { name } a: __type(name: \"ID\") { name } }",
            json!({}),
        ),
        operation("a variable twice", "query ($a: Int, $a: Int) { __type(name: \"Int\") { fields(includeDeprecated: $a) { name } } }", json!({})),
        operation("a variable of an output", "query ($a: Query) { __typename @skip(if: $a) }", json!({})),
    ];
    for (name, value) in [
        ("a missing variable", json!({})),
        (
            "null for a variable that is never null",
            json!({ "name": null }),
        ),
        ("a number for a text", json!({ "name": 1 })),
        ("a list for a text", json!({ "name": ["Int"] })),
        (
            "a variable too many",
            json!({ "name": "Int", "surplus": 1 }),
        ),
    ] {
        let document = "query ($name: String!) { __type(name: $name) { name kind } }";
        made.push(operation(name, document, value));
    }
    for (name, wanted) in [
        ("one of two operations", "B"),
        ("neither of two operations", "C"),
    ] {
        let document = "query A { a: __typename } query B { b: __typename }";
        let mut one = operation(name, document, json!({}));
        one.wanted = Some(wanted.to_owned());
        made.push(one);
    }
    made
}

/// What can be asked of Buildkite, with IDs and cursors that there are.
pub(crate) async fn of_buildkite(
    world: &World,
    known: &Known,
) -> Result<Vec<Operation>, Box<dyn Error>> {
    let mut made = of_any_schema();
    made.push(operation(
        "everything by its ID",
        &everything(known.all("node")),
        json!({}),
    ));
    for id in known.all("node") {
        made.push(operation(
            "an object by its ID",
            "query ($id: ID!) {
                node(id: $id) { __typename id ...Named ... on Build { state ...Numbered } }
                same: node(id: $id) { ... on Node { ... on JobInterface { uuid } again: id } }
            }
            fragment Named on Node {
                ... on Pipeline { name slug }
                ... on Team { name uuid }
                ... on User { name }
                ... on JobTypeCommand { label: uuid state }
                ... on Agent { name metaData }
            }
            fragment Numbered on Build { number createdBy { __typename ... on User { name } } }",
            json!({ "id": id }),
        ));
    }
    made.extend(pages(world).await?);
    made.extend(in_vain(known));
    made.push(operation(
        "fragments far down",
        FAR_DOWN,
        json!({ "slug": ORGANIZATION, "few": 2 }),
    ));
    for variables in [
        json!({}),
        json!({ "states": "PASSED", "order": "NAME", "few": 1 }),
        json!({ "states": ["PASSED", "FAILED"], "order": null }),
        json!({ "states": [] }),
        json!({ "states": null }),
        json!({ "states": ["NO_STATE"] }),
        json!({ "order": 1 }),
        json!({ "few": "2" }),
        json!({ "few": 2.5 }),
        json!({ "few": null }),
    ] {
        made.push(operation("values of variables", VALUES, variables));
    }
    Ok(made)
}

/// Defaults in the schema, in the operation, and neither.
const VALUES: &str = "query ($states: [BuildStates!] = FAILED, $order: PipelineOrders, $few: Int! = 2) {
    organization(slug: \"acme-inc\") {
        pipelines(first: $few, order: $order) {
            edges { node { slug builds(first: 2, state: $states) { count edges { node { number state } } } } }
        }
        said: pipelines(first: 1, order: NAME) { edges { node { name } } }
    }
}";

const FAR_DOWN: &str = "query ($slug: ID!, $few: Int = 1) { ...A organization(slug: $slug) { id } }
fragment A on Query { organization(slug: $slug) { ...B ... { name ...B } } }
fragment B on Organization { ... on Node { ... on Organization { ...C } } pipelines(first: $few) { count } }
fragment C on Organization { pipelines(first: $few) { edges { node { ...D slug } cursor } ...P } }
fragment P on PipelineConnection { pageInfo { hasNextPage } edges { cursor node { id name } } }
fragment D on Pipeline { builds(first: $few) { edges { node { ...E jobs(first: 4) { edges { node { ...F } } } } } } }
fragment E on Build { number ... on Node { id } createdBy { ... on User { id } ... on UnregisteredUser { name } __typename } }
fragment F on Job { __typename ... on JobInterface { uuid ...G } ... on JobTypeCommand { ...G label exitStatus } ... on JobTypeBlock { isUnblockable } }
fragment G on JobInterface { state ... on JobTypeCommand { agent { name } agentQueryRules } pipeline { name } }";

/// One node after the other in one operation.
fn everything(ids: &[String]) -> String {
    let nodes = ids
        .iter()
        .enumerate()
        .map(|(number, id)| format!("n{number}: node(id: \"{id}\") {{ id __typename }} "));
    format!("{{ {} }}", nodes.collect::<String>())
}

/// Pages forward and backward, from cursors that there are.
async fn pages(world: &World) -> Result<Vec<Operation>, Box<dyn Error>> {
    let data = world
        .data("{ organization(slug: \"acme-inc\") { pipelines(first: 3) { edges { cursor } } } }")
        .await?;
    let edges = &data["organization"]["pipelines"]["edges"];
    let [Some(one), Some(two)] = [0, 2].map(|place| edges[place]["cursor"].as_str()) else {
        return Err("there are less than three pipelines".into());
    };
    let document = "query ($first: Int, $last: Int, $after: String, $before: String) {
        organization(slug: \"acme-inc\") {
            pipelines(first: $first, last: $last, after: $after, before: $before) {
                count
                pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
                edges { cursor node { slug } }
            }
        }
    }";
    let variables = [
        json!({}),
        json!({ "first": 2 }),
        json!({ "first": 2, "after": one }),
        json!({ "last": 2, "before": two }),
        json!({ "first": 5, "after": one, "before": two }),
        json!({ "first": 3, "last": 1 }),
        json!({ "last": 3 }),
        json!({ "first": 0 }),
        json!({ "first": 2, "after": null, "before": null }),
        json!({ "first": -1 }),
        json!({ "first": 2, "after": "nowhere" }),
        json!({ "first": 2, "after": 7 }),
        json!({ "first": 2_147_483_648_u32 }),
    ];
    let made = variables.map(|variables| operation("a page", document, variables));
    Ok(made.into())
}

/// What ends in an error somewhere, and takes more or less with it.
fn in_vain(known: &Known) -> Vec<Operation> {
    let one = known.all("node").first().map_or("", String::as_str);
    vec![
        operation(
            "an error where null may be",
            "{
                viewer { id }
                organization(slug: \"acme-inc\") {
                    name
                    pipelines(first: 2, after: \"nowhere\") { count }
                    teams(first: -2) { count }
                    id
                }
            }",
            json!({}),
        ),
        operation(
            "an error where null must not be",
            "{
                viewer { id }
                organization(slug: \"acme-inc\") { name banners(after: \"nowhere\") { edges { cursor } } id }
                after: viewer { id }
            }",
            json!({}),
        ),
        operation(
            "errors in each row",
            "{
                organization(slug: \"acme-inc\") {
                    pipelines(first: 3) {
                        edges { node { slug builds(first: 1, after: \"nowhere\") { count } name } }
                    }
                }
            }",
            json!({}),
        ),
        operation(
            "errors in each row that take the row with them",
            "{
                organization(slug: \"acme-inc\") {
                    pipelines(first: 3) {
                        edges { node { slug organization { banners(first: -1) { count } } name } }
                    }
                }
            }",
            json!({}),
        ),
        operation(
            "an error behind an alias, in a fragment",
            "{ mine: viewer { ...V } } fragment V on Viewer { id wrong: emails(first: -1) { edges { node { id } } } }",
            json!({}),
        ),
        operation(
            "what is selected and never there",
            "query ($id: ID!) { node(id: $id) { ... on Build { number @skip(if: true) } ... on Team @include(if: false) { name } } }",
            json!({ "id": one }),
        ),
        operation("an unknown field", "{ viewer { nothing } }", json!({})),
        operation("a leaf with a selection", "{ viewer { id { x } } }", json!({})),
        operation("an object without one", "{ viewer }", json!({})),
        operation("an unknown argument", "{ viewer(a: 1) { id } }", json!({})),
        operation("a missing argument", "{ node { id } }", json!({})),
        operation("null for an argument that is never null", "{ node(id: null) { id } }", json!({})),
        operation("a number as an ID", "{ node(id: 4) { id } }", json!({})),
        operation("a fraction as an ID", "{ node(id: 4.5) { id } }", json!({})),
        operation("an ID that is no ID", "{ node(id: \"nobody\") { id } }", json!({})),
        operation("a fragment that never applies", "{ viewer { ... on Build { id } } }", json!({})),
        operation("a fragment on a scalar", "{ viewer { ... on ID { id } } }", json!({})),
        operation("an unused fragment", "{ viewer { id } } fragment A on Viewer { id }", json!({})),
        operation("an unused variable", "query ($a: Int) { viewer { id } }", json!({})),
        operation("an undeclared variable", "{ node(id: $a) { id } }", json!({})),
        operation(
            "a variable that may be null where null must not be",
            "query ($a: ID) { node(id: $a) { id } }",
            json!({ "a": "x" }),
        ),
        operation("a subscription", "subscription { viewer { id } }", json!({})),
        operation("a mutation that is none", "mutation { viewer { id } }", json!({})),
    ]
}

/// What nests: inputs in inputs, lists in lists, and their defaults.
pub(crate) fn of_nested() -> Vec<Operation> {
    let inputs = "query ($areas: [[Area]], $order: Order, $orders: [Order!]! = {by: {}}, $ids: [ID!]!, $size: [[Int!]!]!) {
        things(areas: $areas) { __typename ... on Station { id } }
        one(by: {inside: {centre: [1, {a: $order}]}}) { id }
        located(by: {text: \"x\"}, order: $order) { id }
        moving(order: $orders) { id speed }
        plain: moving { id }
        identifieds(ids: $ids) { id }
        grid(size: $size) { __typename }
    }";
    let mut made = vec![
        operation(
            "variables that are not given, inside of inputs",
            "query ($radius: Float! = 2, $field: String, $text: String, $not: Area, $fn: [Light!]) {
                one(by: {inside: {centre: 1, not: $not, self: $text}}) { id at }
                located(by: {text: \"x\"}, order: {by: {field: \"a\", then: {type: SUNDAY, fn: [GREEN]}}, type: null}) { id }
                two: one(by: {inside: {centre: 2, radius: $radius, all: [{centre: 3, self: $field}, {centre: 4}]}}) { id }
                staff { __typename }
                clock
                left: things(areas: [[{centre: 5, not: $not}], null]) { __typename }
                moving(order: [{by: {field: \"x\"}, fn: RED}]) { id }
                at: worker(name: \"w\", at: $fn) { name }
            }",
            json!({}),
        ),
        operation(
            "a default in an input instead of a variable that is not given",
            "query ($radius: Float, $descending: Boolean) {
                one(by: {inside: {centre: 1, not: {centre: 2}}}) { id near(kinds: HALT) { id } }
                located(by: {text: \"x\"}, order: {by: {field: \"a\", descending: $descending}}) { id }
                two: one(by: {inside: {centre: 2, radius: $radius}}) { id }
            }",
            json!({}),
        ),
        operation(
            "an error that leaves nothing",
            "{
                __typename
                self { self { moving { ... on Train { calls(first: -1) { count } } } } }
                moving { id ... on Train { wrong: calls(after: \"nowhere\") { count } } }
            }",
            json!({}),
        ),
        operation(
            "an error in a list in a list",
            "{
                things { __typename ... on Train { id calls(first: -1) { count } speed } }
                grid(size: [[1]]) { ... on Train { calls(first: -1) { count } } ... on Station { board(first: -1) { title } } }
                located(by: {text: \"x\"}) { ... on Train { calls(first: -1) { count } } }
            }",
            json!({}),
        ),
        operation(
            "fields of an interface and of its objects",
            "{
                moving {
                    __typename
                    driver { __typename name boss { __typename name boss { name } } }
                    near { id }
                    ... on Train { driver { licence } near(within: 1.5) { at } again: near(limit: 2) { id } }
                    ... on Moving { at ... on Located { at near { ... on Moving { speed } } } }
                }
                located(by: {id: 4}) { id at }
                identifieds(ids: 4) { id }
            }",
            json!({}),
        ),
    ];
    for variables in [
        json!({ "ids": "one", "size": 3 }),
        json!({ "ids": ["one"], "size": [[3]] }),
        json!({ "ids": 7, "size": [3] }),
        json!({ "ids": ["7"], "size": [[3], [4, 5]] }),
        json!({ "ids": [], "size": [], "areas": { "centre": 1 } }),
        json!({ "ids": [], "size": [[]], "areas": [null, { "centre": null }] }),
        json!({ "ids": [], "size": [[]], "areas": [[null, { "radius": 2, "centre": { "b": 1, "a": [2] } }]] }),
        json!({ "ids": [], "size": [[]], "areas": [[{ "centre": 1, "all": { "centre": 2 } }]] }),
        json!({ "ids": [], "size": [[]], "order": { "type": "SUNDAY", "by": { "descending": null } } }),
        json!({ "ids": [], "size": [[]], "order": { "by": { "then": { "fn": "RED" }, "field": "a" } } }),
        json!({ "ids": [], "size": [[]], "order": { "fn": null } }),
        json!({ "ids": [], "size": [[]], "orders": { "by": { "field": "b" } } }),
        json!({ "ids": [], "size": [[]], "orders": null }),
        json!({ "ids": [null], "size": [[]] }),
        json!({ "ids": null, "size": [[]] }),
        json!({ "size": [[]] }),
    ] {
        made.push(operation("inputs and lists", inputs, variables));
    }
    made
}
