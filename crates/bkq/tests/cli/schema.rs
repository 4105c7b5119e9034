//! `bkq schema print`.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::{bkq, folder, run};

const SDL: &str = "\
\"The start.\" type Query { b: Int a: String }
scalar Blob
";

const ANSWER: &str = r#"{"data": {"__schema": {
    "queryType": {"name": "Query"},
    "mutationType": null,
    "subscriptionType": null,
    "types": [
        {"kind": "OBJECT", "name": "Query", "description": "The start.", "interfaces": [], "fields": [
            {"name": "b", "args": [], "type": {"kind": "SCALAR", "name": "Int"}},
            {"name": "a", "args": [], "type": {"kind": "SCALAR", "name": "String"}}
        ]},
        {"kind": "SCALAR", "name": "Blob"}
    ],
    "directives": []
}}}"#;

const PRINTED: &str = r#"schema {
  query: Query
}

scalar Blob

"""The start."""
type Query {
  a: String
  b: Int
}
"#;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("a UTF-8 name")
        })
        .collect();
    names.sort();
    names
}

/// What is printed for a single file with this content.
fn refused(name: &str, content: &[u8]) -> String {
    let folder = folder(&[(name, content)]);
    run(&mut bkq(
        folder.path(),
        &format!("schema print --from {name}"),
    ))
}

#[test]
fn prints_introspection_answers_and_sdl_alike() {
    let folder = folder(&[("a.json", ANSWER.as_bytes()), ("a.graphql", SDL.as_bytes())]);
    let expected = format!("exit code 0\n--- stdout\n{PRINTED}");
    for arguments in [
        "schema print --from a.json",
        "schema print --from a.graphql",
    ] {
        assert_eq!(run(&mut bkq(folder.path(), arguments)), expected);
    }
    for text in [ANSWER, SDL, PRINTED] {
        let mut command = bkq(folder.path(), "schema print --from -");
        assert_eq!(run(command.write_stdin(text)), expected);
    }
}

#[test]
fn leaves_descriptions_out_when_asked() {
    let folder = folder(&[("a.graphql", SDL.as_bytes())]);
    insta::assert_snapshot!(
        run(&mut bkq(folder.path(), "schema print --from a.graphql --no-descriptions")), @r#"
        exit code 0
        --- stdout
        schema {
          query: Query
        }

        scalar Blob

        type Query {
          a: String
          b: Int
        }
        "#);
}

#[test]
fn the_committed_snapshot_prints_as_it_is() {
    let folder = folder(&[("s.graphql", buildkite_schema::SDL.as_bytes())]);
    let output = bkq(folder.path(), "schema print --from s.graphql")
        .output()
        .expect("bkq runs");
    assert!(output.status.success());
    assert!(output.stdout == buildkite_schema::SDL.as_bytes());
}

#[test]
fn writes_a_file_only_when_it_changes() {
    let folder = folder(&[("a.json", ANSWER.as_bytes())]);
    let print = "schema print --from a.json --output b.graphql";
    let path = folder.path().join("b.graphql");

    insta::assert_snapshot!(run(&mut bkq(folder.path(), print)), @r#"
    exit code 0
    --- stderr
    b.graphql: written
    "#);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), PRINTED);

    insta::assert_snapshot!(run(&mut bkq(folder.path(), print)), @r#"
    exit code 0
    --- stderr
    b.graphql: unchanged
    "#);

    fs::write(&path, "something else").expect("written");
    insta::assert_snapshot!(run(&mut bkq(folder.path(), print)), @r#"
    exit code 0
    --- stderr
    b.graphql: written
    "#);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), PRINTED);
    assert_eq!(names(folder.path()), ["a.json", "b.graphql"]);
}

#[test]
fn a_schema_can_be_printed_onto_itself() {
    let folder = folder(&[("a.graphql", SDL.as_bytes())]);
    let mut command = bkq(
        folder.path(),
        "schema print --from a.graphql --output a.graphql",
    );
    command.assert().success();
    let text = fs::read_to_string(folder.path().join("a.graphql")).expect("it is there");
    assert_eq!(text, PRINTED);
}

#[cfg(unix)]
#[test]
fn keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = folder(&[("a.json", ANSWER.as_bytes()), ("real.graphql", b"")]);
    let real = folder.path().join("real.graphql");
    let link = folder.path().join("link.graphql");
    symlink("real.graphql", &link).expect("a link");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");

    let mut command = bkq(
        folder.path(),
        "schema print --from a.json --output link.graphql",
    );
    command.assert().success();
    assert!(link.symlink_metadata().expect("the link").is_symlink());
    assert_eq!(fs::read_to_string(&real).expect("it is there"), PRINTED);
    let mode = real.metadata().expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);

    // A device is not replaced by a file.
    let mut command = bkq(
        folder.path(),
        "schema print --from a.json --output /dev/null",
    );
    command.assert().success();
    assert!(
        !Path::new("/dev/null")
            .metadata()
            .expect("the device")
            .is_file()
    );
}

#[test]
fn leaves_the_old_file_alone_when_something_fails() {
    let folder = folder(&[("broken.json", b"{\"data\":"), ("old.graphql", b"old")]);
    let mut command = bkq(
        folder.path(),
        "schema print --from broken.json --output old.graphql",
    );
    command.assert().code(1);
    let old = fs::read_to_string(folder.path().join("old.graphql")).expect("it is there");
    assert_eq!(old, "old");
    assert_eq!(names(folder.path()), ["broken.json", "old.graphql"]);
}

#[test]
fn says_why_a_file_cannot_be_written() {
    let folder = folder(&[("a.json", ANSWER.as_bytes())]);
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    insta::assert_snapshot!(
        run(&mut bkq(folder.path(), "schema print --from a.json --output none/b.graphql")), @r#"
        exit code 1
        --- stderr
        error: cannot write `none/b.graphql`
          entity not found
        hint: create the folder first
        "#);
    insta::assert_snapshot!(
        run(&mut bkq(folder.path(), "schema print --from a.json --output sub")), @r#"
        exit code 1
        --- stderr
        error: cannot write `sub`
          is a directory
        hint: name a file, not a folder
        "#);
}

#[test]
fn says_why_a_file_cannot_be_read() {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    insta::assert_snapshot!(
        run(&mut bkq(folder.path(), "schema print --from missing.json")), @r#"
        exit code 1
        --- stderr
        error: cannot read `missing.json`
          No such file or directory (os error 2)
        hint: check the path: it is taken from the folder where the command runs
        "#);
    insta::assert_snapshot!(run(&mut bkq(folder.path(), "schema print --from sub")), @r#"
    exit code 1
    --- stderr
    error: cannot read `sub`
      Is a directory (os error 21)
    hint: name a file, not a folder
    "#);
    insta::assert_snapshot!(refused("a.graphql", b"type Query {\n  \xc3\xa9\xff"), @r#"
    exit code 1
    --- stderr
    error: cannot read a schema from `a.graphql`
      it is not UTF-8 text: line 2, column 4
    hint: save it as UTF-8, or check that it is a schema at all
    "#);
    insta::assert_snapshot!(refused("a.json", b"\xff\xfe{\0}\0"), @r#"
    exit code 1
    --- stderr
    error: cannot read a schema from `a.json`
      it is UTF-16 text
    hint: save it as UTF-8; some shells write UTF-16 when they redirect output
    "#);
}

#[test]
fn says_why_it_is_no_schema() {
    insta::assert_snapshot!(refused("empty.json", b""), @r#"
    exit code 1
    --- stderr
    error: cannot read a schema from `empty.json`
      there is no schema in it: the text is empty
    hint: check that fetching the schema succeeded, and fetch it again
    "#);
    insta::assert_snapshot!(refused("page.json", b"<!DOCTYPE html>\n<p>Sign in</p>\n"), @r#"
    exit code 1
    --- stderr
    error: cannot read a schema from `page.json`
      this is an HTML page, not a schema
    hint: check the address and the token that it was fetched with: sign-in forms and the errors of proxies look like this
    "#);
    insta::assert_snapshot!(refused("cut.json", b"{\"data\": {\"__schema\": {"), @r#"
    exit code 1
    --- stderr
    error: cannot read a schema from `cut.json`
      this is not complete, correct JSON
      EOF while parsing an object at line 1 column 23
    hint: check that the whole answer was saved and nothing else with it
    "#);
    insta::assert_snapshot!(
        refused("answer.json", b"{\"errors\": [{\"message\": \"Invalid token\"}]}"), @r#"
        exit code 1
        --- stderr
        error: cannot read a schema from `answer.json`
          the server answered with errors: "Invalid token"
        hint: correct what the server complains about, most often the token or its scopes, and ask again
        "#);
    insta::assert_snapshot!(
        refused("answer.json", ANSWER.replace("\"String\"", "\"Sting\"").as_bytes()), @r#"
        exit code 1
        --- stderr
        error: cannot read a schema from `answer.json`
          `Query.a` names the type `Sting`, which the answer does not define
        hint: ask the server again with a full introspection query, such as graphql-js gives
        "#);
    insta::assert_snapshot!(
        refused("broken.graphql", b"type Query {\n  a: Missing\n  b(: Int\n}\n"), @r#"
        exit code 1
        --- stderr
        error: cannot read a schema from `broken.graphql`
          the schema is not valid GraphQL: 2 mistakes
          Error: syntax error: expected an Argument Definition
             ╭─[ broken.graphql:3:5 ]
             │
           3 │   b(: Int
             │     ┬
             │     ╰── expected an Argument Definition
          ───╯
          Error: syntax error: expected R_PAREN, got :
             ╭─[ broken.graphql:3:5 ]
             │
           3 │   b(: Int
             │     ┬
             │     ╰── expected R_PAREN, got :
          ───╯
        hint: correct what is marked, or fetch the schema again if nobody edited it
        "#);
    insta::assert_snapshot!(
        refused("rules.graphql", b"type Query {\n  a: Missing\n}\n"), @r#"
        exit code 1
        --- stderr
        error: cannot read a schema from `rules.graphql`
          the schema is not valid GraphQL: 1 mistake
          Error: cannot find type `Missing` in this document
             ╭─[ rules.graphql:2:6 ]
             │
           2 │   a: Missing
             │      ───┬───
             │         ╰───── not found in this scope
          ───╯
        hint: correct what is marked, or fetch the schema again if nobody edited it
        "#);
    insta::assert_snapshot!(
        refused("roots.graphql", b"type Query { a: Int } type Subscription { a: Int }"), @r#"
        exit code 1
        --- stderr
        error: cannot read a schema from `roots.graphql`
          there is no `schema` block, and it is not clear whether the type `Subscription` is a root
        hint: add a block such as `schema { query: Query mutation: Mutation }`, and name `Subscription` in it only if subscriptions start there
        "#);
}

/// `bkq schema print … | head` is nobody's mistake.
#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = folder(&[("s.graphql", buildkite_schema::SDL.as_bytes())]);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_bkq"))
        .current_dir(folder.path())
        .args(["schema", "print", "--from", "s.graphql"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bkq runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("bkq ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}
