//! Everything that can go wrong is said, and nothing is overwritten.

use super::*;

/// What is said of a server with a fault.
fn fault(fault: &str, arguments: &str) -> String {
    let (sandbox, folder) = (faulty(fault), pulled());
    let before = files(folder.path());
    let report = pull_from(&sandbox, folder.path(), arguments);
    assert_eq!(files(folder.path()), before);
    report
}

/// What is said of a server that replies like this.
fn reply(reply: Reply) -> String {
    let (server, folder) = (Server::always(reply), pulled());
    let before = files(folder.path());
    let report = pull_of(&server, folder.path(), "");
    assert_eq!(files(folder.path()), before);
    report
}

fn answer(body: &str) -> String {
    reply(Reply::json(body))
}

#[test]
fn no_token() {
    let folder = pulled();
    let before = files(folder.path());
    insta::assert_snapshot!(run(&mut bkq(folder.path(), "schema pull")), @r#"
    exit code 4
    --- stderr
    error: cannot ask Buildkite for its schema
      BUILDKITE_API_TOKEN is not set
    hint: create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL API access" ticked, and set BUILDKITE_API_TOKEN to it
    "#);
    let mut command = bkq(folder.path(), "schema pull");
    command.env("BUILDKITE_API_TOKEN", format!("{TOKEN}\n"));
    insta::assert_snapshot!(told(&mut command, "nobody:0", folder.path()), @"
    exit code 4
    --- stderr
    error: cannot ask Buildkite for its schema
      the API token contains a line break
    hint: give the token as it was shown when it was created, and nothing around it
    ");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn an_endpoint_that_is_none() {
    let folder = pulled();
    let before = files(folder.path());
    for url in [
        "http://graphql.example/hidden",
        "https://user:hidden@graphql.example/v1",
        "graphql.example/hidden",
        "ftp://graphql.example/hidden",
    ] {
        let by_environment = &mut with(url, folder.path(), "schema pull");
        let by_argument = &mut bkq(folder.path(), &format!("schema pull --endpoint {url}"));
        for command in [by_environment, by_argument] {
            let report = told(command, "nobody:0", folder.path());
            assert!(report.starts_with("exit code 4\n"), "{report}");
            assert!(report.contains("\nhint: "), "{report}");
        }
    }
    let mut command = with(
        "http://graphql.example/hidden",
        folder.path(),
        "schema pull",
    );
    insta::assert_snapshot!(run(&mut command), @"
    exit code 4
    --- stderr
    error: cannot ask Buildkite for its schema
      the endpoint is plain http, which would send the token over the network in the clear
    hint: use https; http is accepted for this machine only: localhost, 127.0.0.1, [::1]
    ");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_token_that_is_refused() {
    insta::assert_snapshot!(fault("status=401", ""), @r#"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 does not accept the API token, status 401 Unauthorized
    hint: check that the token is right, not revoked or expired, and has GraphQL access, or create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL API access" ticked
    "#);
    insta::assert_snapshot!(fault("status=403", ""), @r#"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 does not accept the API token, status 403 Forbidden
    hint: check the token's GraphQL access, its organizations and the addresses from which it may be used, or create one at https://buildkite.com/user/api-access-tokens/new with "Enable GraphQL API access" ticked
    "#);
}

#[test]
fn a_server_that_fails() {
    insta::assert_snapshot!(fault("status=500", ""), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 answered with status 500 Internal Server Error
    hint: try again later; it is the server that failed
    ");
    let busy = Reply::status(503, "retry-after: 0\r\n", b"");
    insta::assert_snapshot!(reply(busy), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 answered with status 503 Service Unavailable, tried 3 times
    hint: try again later
    ");
}

#[test]
fn a_server_that_redirects() {
    let elsewhere = Reply::status(
        308,
        "location: https://hidden@other.example/v2?hidden\r\n",
        b"",
    );
    insta::assert_snapshot!(reply(elsewhere), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 redirects to https://other.example/v2, status 308 Permanent Redirect, which is not followed
    hint: give the address that it should be, if you trust it with the token
    ");
}

#[test]
fn a_server_that_is_silent() {
    insta::assert_snapshot!(fault("hang", "--timeout 1"), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      no complete answer from http://SERVER/v1 within 1s
    hint: check the network and try it again, or allow it more time
    ");
}

#[test]
fn nobody_is_there() {
    let folder = pulled();
    let before = files(folder.path());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let url = format!("http://{address}/v1?hidden");
    let report = told(
        &mut with(&url, folder.path(), "schema pull"),
        &address,
        folder.path(),
    );
    // The rest is in the words of the operating system.
    let said: Vec<_> = report
        .lines()
        .filter(|line| line.contains("SERVER"))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      no connection to http://SERVER/v1, tried 3 times
    ");
    assert!(report.starts_with("exit code 4\n"), "{report}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn an_answer_that_is_cut() {
    insta::assert_snapshot!(fault("cut", ""), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      the answer from http://SERVER/v1 ended before it was complete, tried 3 times
      error decoding response body
      error reading a body from connection
      end of file before message length reached
    hint: try it again
    ");
}

#[test]
fn an_answer_that_is_no_json() {
    insta::assert_snapshot!(fault("html", ""), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 answered with an HTML page
    hint: check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(fault("invalid-json", ""), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 answered with JSON that breaks off
      EOF while parsing a value at line 1 column 647
    hint: check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
    insta::assert_snapshot!(answer(SDL), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 answered with JSON that is not an object
    hint: check that the address is that of a GraphQL API, and that no proxy or sign-in page answers in its place
    ");
}

#[test]
fn an_answer_without_a_schema() {
    insta::assert_snapshot!(answer("{\"data\": {\"__typename\": \"Query\"}}"), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot read a schema from `http://SERVER/v1`
      there is no `__schema` in the answer
    hint: check that the address is that of a GraphQL API, and whether it has introspection switched off
    ");
    let refusal = format!("{{\"errors\": [{{\"message\": \"{TOKEN} has no GraphQL access\"}}]}}");
    insta::assert_snapshot!(answer(&refusal), @r#"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot read a schema from `http://SERVER/v1`
      the server answered with errors: "[token] has no GraphQL access"
    hint: check what the server complains about: most often the token or its scopes, or it has introspection switched off
    "#);
    insta::assert_snapshot!(reply(Reply::status(400, "", refusal.as_bytes())), @r#"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot read a schema from `http://SERVER/v1`
      the server answered with errors: "[token] has no GraphQL access"
    hint: check what the server complains about: most often the token or its scopes, or it has introspection switched off
    "#);
    insta::assert_snapshot!(answer("{\"message\": \"Not Found\"}"), @r#"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot read a schema from `http://SERVER/v1`
      there is no `__schema` in the answer, only the message "Not Found"
    hint: check that the address is that of a GraphQL API, and whether it has introspection switched off
    "#);
}

#[test]
fn a_schema_that_is_not_valid() {
    let missing = r#"{"data": {"__schema": {"queryType": {"name": "Query"}, "directives": [],
        "types": [{"kind": "OBJECT", "name": "Query", "interfaces": [], "fields": [
            {"name": "a", "args": [], "type": {"kind": "OBJECT", "name": "Missing"}}]}]}}}"#;
    insta::assert_snapshot!(answer(missing), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot read a schema from `http://SERVER/v1`
      `Query.a` names the type `Missing`, which the answer does not define
    hint: tell whoever runs the server: what it says of its own schema is not right
    ");
    let empty = missing
        .replace("\"Missing\"", "\"Query\"")
        .replace("\"a\"", "\"__a\"");
    insta::assert_snapshot!(answer(&empty), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot read a schema from `http://SERVER/v1`
      the schema is not valid GraphQL: 1 mistake
      Error: a field cannot be named `__a` as names starting with two underscores are reserved
         ╭─[ the introspection answer as SDL:6:3 ]
         │
       6 │   __a: Query
         │   ─┬─
         │    ╰─── Pick a different name here
      ───╯
    hint: tell whoever runs the server: what it says of its own schema is not right
    ");
}

#[test]
fn a_saved_schema_that_is_none() {
    let folder = pulled();
    let before = files(folder.path());
    let pull = |text: &str| {
        let mut command = bkq(folder.path(), "schema pull --from -");
        run(command.write_stdin(text))
    };
    insta::assert_snapshot!(pull("type Query { a: Int } type Subscription { a: Int }"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from standard input
      there is no `schema` block, and it is not clear whether the type `Subscription` is a root
    hint: add a block such as `schema { query: Query mutation: Mutation }`, and name `Subscription` in it only if subscriptions start there
    ");
    insta::assert_snapshot!(pull("type Query { a: Missing }"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from standard input
      the schema is not valid GraphQL: 1 mistake
      Error: cannot find type `Missing` in this document
         ╭─[ standard input:1:17 ]
         │
       1 │ type Query { a: Missing }
         │                 ───┬───
         │                    ╰───── not found in this scope
      ───╯
    hint: correct what is marked, or fetch the schema again if nobody edited it
    ");
    assert_eq!(files(folder.path()), before);
}
