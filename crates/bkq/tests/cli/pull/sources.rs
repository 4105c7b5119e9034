//! Who is asked, and with which token.

use std::fs;

use super::*;

const ANSWER: &str = r#"{"data": {"__schema": {
    "queryType": {"name": "Query"},
    "types": [
        {"kind": "OBJECT", "name": "Query", "interfaces": [], "fields": [
            {"name": "a", "args": [], "type": {"kind": "SCALAR", "name": "Int"}}
        ]}
    ],
    "directives": []
}}}"#;

fn authorization(server: &Server) -> Vec<String> {
    let requests = server.requests();
    assert!(!requests.is_empty());
    let lines = requests.iter().flat_map(|request| request.head.lines());
    let lines = lines.filter(|line| line.starts_with("authorization"));
    lines.map(str::to_owned).collect()
}

#[test]
fn buildkite_is_sent_its_token() {
    let (server, folder) = (answering(ANSWER), project());
    insta::assert_snapshot!(pull_of(&server, folder.path(), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: written
    ");
    let bearer = format!("authorization: bearer {TOKEN}");
    assert_eq!(authorization(&server), [bearer.clone(), bearer]);
}

/// Though it is there.
#[test]
fn another_endpoint_is_not_sent_buildkites_token() {
    let (server, folder) = (answering(ANSWER), project());
    let arguments = format!("schema pull --endpoint {}", server.url());
    let mut command = with("http://127.0.0.1:9/", folder.path(), &arguments);
    let report = told(&mut command, &server.address(), folder.path());
    insta::assert_snapshot!(report, @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: written
    ");
    assert!(authorization(&server).is_empty());
    let metadata = metadata(folder.path()).replace(&server.address(), "SERVER");
    assert!(
        metadata.contains("\"source\": \"http://SERVER/v1\",\n"),
        "{metadata}"
    );
}

#[test]
fn another_endpoint_is_sent_the_token_that_is_named() {
    let (sandbox, folder) = (sandbox(SDL), project());
    let ask = |token_env: &str, value: Option<&str>| {
        let arguments = format!("schema pull --endpoint {} {token_env}", sandbox.url());
        let mut command = bkq(folder.path(), &arguments);
        if let Some(value) = value {
            command.env("OTHER_TOKEN", value);
        }
        told(&mut command, address(sandbox.url()), folder.path())
    };
    let named = "--token-env OTHER_TOKEN";
    insta::assert_snapshot!(ask("", None), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 refuses to answer without a token, status 401 Unauthorized
    hint: `--token-env` names the variable with the token for this server; the one for Buildkite is sent nowhere else
    ");
    insta::assert_snapshot!(ask(named, None), @"
    exit code 4
    --- stderr
    error: cannot ask the server for its schema
      the variable that `--token-env` names is not set, or empty, or not text
    hint: give the name of a variable, and set that to the token for this server
    ");
    insta::assert_snapshot!(ask(named, Some("two words")), @"
    exit code 4
    --- stderr
    error: cannot ask the server for its schema
      the API token contains white space
    hint: give the token as it was shown when it was created, and nothing around it
    ");
    insta::assert_snapshot!(ask(named, Some("bkua_of_somebody_else")), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot ask `http://SERVER/v1` for its schema
      http://SERVER/v1 does not accept the API token, status 401 Unauthorized
    hint: check that the token is right, not revoked or expired, and has GraphQL access
    ");
    // A token in the place of its name is not printed.
    insta::assert_snapshot!(ask(&format!("--token-env {TOKEN}"), None), @"
    exit code 4
    --- stderr
    error: cannot ask the server for its schema
      the variable that `--token-env` names is not set, or empty, or not text
    hint: give the name of a variable, and set that to the token for this server
    ");
    assert!(files(folder.path()).is_empty());
    let report = ask(named, Some(TOKEN));
    assert!(report.starts_with("exit code 0\n"), "{report}");
    assert_eq!(snapshot(folder.path()), PRINTED);
}

#[test]
fn a_saved_schema_is_as_good() {
    let folder = folder(&[
        ("a.json", ANSWER.as_bytes()),
        (
            "a.graphql",
            b"schema { query: Query } type Query { a: Int }",
        ),
    ]);
    fs::create_dir(folder.path().join("schema")).expect("a folder");
    let pull = |from: &str| {
        let mut command = bkq(folder.path(), &format!("schema pull --from {from}"));
        command.env("SOURCE_DATE_EPOCH", "1795176000");
        command
    };
    insta::assert_snapshot!(run(&mut pull("a.json")), @"
    exit code 0
    --- stderr
    schema/buildkite.graphql: written
    ");
    insta::assert_snapshot!(metadata(folder.path()), @r#"
    {
      "pulled": "2026-11-20T12:00:00Z",
      "source": "a.json",
      "descriptions": true
    }
    "#);
    insta::assert_snapshot!(run(&mut pull("a.graphql")), @"
    exit code 0
    --- stderr
    schema/buildkite.graphql: unchanged
    ");
    insta::assert_snapshot!(run(pull("-").write_stdin("type Query { b: Int }")), @"
    exit code 0
    --- stderr
    schema/buildkite.graphql: written
    2 changes from what it was to standard input: 1 breaking, 1 safe
    ");
    insta::assert_snapshot!(metadata(folder.path()), @r#"
    {
      "pulled": "2026-11-20T12:00:00Z",
      "source": "standard input",
      "descriptions": true
    }
    "#);
    insta::assert_snapshot!(run(&mut pull("none.json")), @"
    exit code 4
    --- stderr
    error: cannot read `none.json`
      No such file or directory (os error 2)
    hint: check the path: it is taken from the folder where the command runs
    ");
}

#[test]
fn wrong_arguments_exit_with_4() {
    for arguments in [
        "--from a.json --endpoint https://example.com",
        "--token-env TOKEN",
        "--from a.json --timeout 3",
        "--timeout 0",
        "--timeout soon",
        "--output",
        "--chekc",
        "more",
    ] {
        let report = run(&mut bkq(
            Path::new("."),
            &format!("schema pull {arguments}"),
        ));
        assert!(report.starts_with("exit code 4\n"), "{arguments}: {report}");
    }
}

#[test]
fn a_proxy_of_the_environment_is_used_and_sees_no_token() {
    let (proxy, folder) = (Server::always(Reply::status(502, "", b"")), project());
    let mut command = with("https://graphql.invalid/v1", folder.path(), "schema pull");
    command.env("HTTPS_PROXY", format!("http://{}", proxy.address()));
    let report = told(&mut command, &proxy.address(), folder.path());
    assert!(
        report.contains("no connection to https://graphql.invalid/v1"),
        "{report}"
    );
    for request in proxy.requests() {
        assert!(request.head.starts_with("connect graphql.invalid:443 "));
        assert!(!request.head.contains(TOKEN));
    }

    // What is on this machine is reached without one.
    let (server, proxy) = (answering(ANSWER), Server::always(Reply::Hang));
    let mut command = with(&server.url(), folder.path(), "schema pull");
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        command.env(variable, format!("http://{}", proxy.address()));
    }
    command.assert().success();
    assert!(proxy.requests().is_empty());
}
