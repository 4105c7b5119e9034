//! What is asked for, and that nothing of a schema is lost.

use buildkite_introspection::Introspection;
use buildkite_sandbox::Sandbox;
use serde_json::Value;

use crate::server::{Reply, Server};
use crate::{TOKEN, asking};

/// A schema with everything that introspection can tell of.
const SDL: &str = r#"
"All of it."
schema { query: Query }
"On fields."
directive @stamp(
  "By whom."
  by: String
  "When."
  at: Int = 3 @deprecated(reason: "of no use")
) repeatable on FIELD
"A day."
scalar Day @specifiedBy(url: "https://days.example")
"The start."
type Query implements Named {
  "Its name."
  name(
    "How long."
    long: Int = 10
    short: Int @deprecated(reason: "use `long`")
    filter: Filter
  ): String
  old: [[Day!]!] @deprecated
  deep: [[[[Float!]!]!]!]!
}
interface Named { name: String }
"What to find."
input Filter {
  "The first day."
  from: Day
  since: Day @deprecated(reason: "use `from`")
}
enum State { ON OFF @deprecated(reason: "nobody is") }
"#;

/// The one in a list that has this name.
fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let list = list.as_array().expect("a list");
    let found = list.iter().find(|entry| entry["name"] == name);
    found.unwrap_or_else(|| panic!("`{name}` is lost"))
}

fn schema(answer: &str) -> Value {
    let mut answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["__schema"].take()
}

#[tokio::test]
async fn nothing_of_a_schema_is_lost() {
    let sandbox = Sandbox::builder().schema(SDL).start().await.unwrap();
    let introspection = Introspection::new(sandbox.url()).unwrap();
    let introspection = introspection.token(sandbox.token()).unwrap();
    let schema = schema(&introspection.fetch().await.unwrap());
    assert_eq!(schema["description"], "All of it.");

    let stamp = named(&schema["directives"], "stamp");
    assert_eq!(stamp["description"], "On fields.");
    assert_eq!(stamp["isRepeatable"], true);
    assert_eq!(named(&stamp["args"], "by")["description"], "By whom.");
    let at = named(&stamp["args"], "at");
    assert_eq!(at["defaultValue"], "3");
    assert_eq!(at["deprecationReason"], "of no use");

    let types = &schema["types"];
    let day = named(types, "Day");
    assert_eq!(day["description"], "A day.");
    assert_eq!(day["specifiedByURL"], "https://days.example");

    let query = named(types, "Query");
    assert_eq!(query["interfaces"][0]["name"], "Named");
    let name = named(&query["fields"], "name");
    assert_eq!(name["description"], "Its name.");
    assert_eq!(named(&name["args"], "long")["description"], "How long.");
    let short = named(&name["args"], "short");
    assert_eq!(short["isDeprecated"], true);
    assert_eq!(short["deprecationReason"], "use `long`");
    assert_eq!(named(&query["fields"], "old")["isDeprecated"], true);

    let mut deep = &named(&query["fields"], "deep")["type"];
    for _ in 0..9 {
        deep = &deep["ofType"];
    }
    assert_eq!(deep["name"], "Float");

    let filter = named(types, "Filter");
    assert_eq!(
        named(&filter["inputFields"], "from")["description"],
        "The first day."
    );
    let since = named(&filter["inputFields"], "since");
    assert_eq!(since["isDeprecated"], true);
    assert_eq!(since["deprecationReason"], "use `from`");
    let off = named(&named(types, "State")["enumValues"], "OFF");
    assert_eq!(off["deprecationReason"], "nobody is");
}

/// Within the limits of complexity and depth.
#[tokio::test]
async fn buildkites_schema_is_answered() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let introspection = Introspection::new(sandbox.url()).unwrap();
    let introspection = introspection.token(sandbox.token()).unwrap();
    let schema = schema(&introspection.fetch().await.unwrap());
    assert!(schema["types"].as_array().unwrap().len() > 500);
    assert!(schema["subscriptionType"].is_null());
}

const OLD_SCHEMA: &str = r#"{"data": {"__schema": {"queryType": {"name": "Query"}}}}"#;

/// A server that knows introspection as of June 2018, and says this about it.
fn june_2018(about_itself: Reply) -> Server {
    const NEWER: [&str; 6] = [
        "isRepeatable",
        "specifiedBy",
        "isOneOf",
        "inputFields(",
        "args(",
        "__schema {\\n    description",
    ];
    Server::start(move |_, body| {
        if body.contains("__type(") {
            about_itself.clone()
        } else if NEWER.iter().any(|newer| body.contains(newer)) {
            Reply::status(400, "", br#"{"errors": [{"message": "no such field"}]}"#)
        } else {
            Reply::json(OLD_SCHEMA)
        }
    })
}

#[tokio::test]
async fn servers_of_june_2018_are_asked_for_what_they_have() {
    let refusal = r#"{"errors": [{"message": "`__type` is off"}], "data": null}"#;
    for about_itself in [
        Reply::status(400, "", refusal.as_bytes()),
        Reply::json(refusal),
        Reply::json(r#"{"data": {"__typename": "Query"}}"#),
        Reply::json(r#"{"data": {"schema": null, "type": null}}"#),
        Reply::json("{}"),
    ] {
        let server = june_2018(about_itself);
        assert_eq!(asking(&server).fetch().await.unwrap(), OLD_SCHEMA);
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        let query = &requests[1].body;
        assert_eq!(
            query.matches("(includeDeprecated: true)").count(),
            2,
            "{query}"
        );
    }
}

/// What `__type` answers where a type of introspection has these fields, all of which
/// take `includeDeprecated`.
fn fields(names: &[&str]) -> String {
    let fields: Vec<_> = names
        .iter()
        .map(|name| format!(r#"{{"name": "{name}", "args": [{{"name": "includeDeprecated"}}]}}"#))
        .collect();
    format!(r#"{{"fields": [{}]}}"#, fields.join(", "))
}

#[tokio::test]
async fn the_newest_servers_are_asked_for_all_they_have() {
    let about_itself = format!(
        r#"{{"data": {{"type": {}, "inputValue": {}, "directive": {}}}}}"#,
        fields(&["isOneOf", "specifiedByURL", "inputFields"]),
        fields(&["isDeprecated"]),
        fields(&["isRepeatable"]),
    );
    let server = Server::start(move |number, _| {
        Reply::json(if number == 0 {
            &about_itself
        } else {
            OLD_SCHEMA
        })
    });
    asking(&server).fetch().await.unwrap();
    let query = &server.requests()[1].body;
    for part in [
        "isOneOf",
        "specifiedByURL",
        "inputFields(includeDeprecated: true)",
        "isDeprecated",
        "isRepeatable",
    ] {
        assert!(query.contains(part), "{part} is missing: {query}");
    }
}

#[tokio::test]
async fn the_token_is_in_one_header() {
    let server = Server::always(Reply::json(OLD_SCHEMA));
    asking(&server).fetch().await.unwrap();
    let bearer = format!("\r\nauthorization: bearer {TOKEN}\r\n");
    for request in server.requests() {
        // The URL is asked as it was given, query included.
        assert!(request.head.starts_with("post /v1?key=hidden http/1.1\r\n"));
        assert_eq!(request.head.matches(TOKEN).count(), 1);
        assert!(request.head.contains(&bearer), "{}", request.head);
        assert!(request.head.contains("\r\naccept-encoding: gzip\r\n"));
        assert!(!request.body.contains(TOKEN));
    }
    let introspection = Introspection::new(&server.url()).unwrap();
    introspection.fetch().await.unwrap();
    for request in server.requests() {
        assert!(!request.head.contains("authorization"));
    }
}

#[tokio::test]
async fn it_can_be_waited_for_inside_and_outside_of_a_runtime() {
    let server = Server::always(Reply::json(OLD_SCHEMA));
    let introspection = asking(&server);
    assert_eq!(introspection.fetch_blocking().unwrap(), OLD_SCHEMA);
    let outside = std::thread::spawn(move || introspection.fetch_blocking());
    assert_eq!(outside.join().unwrap().unwrap(), OLD_SCHEMA);
}
