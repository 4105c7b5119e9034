//! `bkq schema diff`.

use std::fs;
use std::path::Path;
use std::process;

use super::{bkq, folder, run};

const OLD: &str = "schema { query: Query mutation: Mutation }
type Query {
  build(slug: ID!, branch: String = \"main\"): Build
  builds(first: Int): [Build]
}
type Mutation { stop(id: ID!): Build }
type Build { id: ID! state: State number: Int commit: String @deprecated(reason: \"Use `source` | <b>now</b>\") }
enum State { PASSED FAILED }
";

const NEW: &str = "schema { query: Query }

type Query {
  build(slug: ID!, branch: String = \"trunk\"): Build
  builds(first: Int!): [Build!]!
}

type Build {
  id: ID!
  state: State
  number: Int @deprecated(reason: \"100% \\n::error::pwned\")
  source: String
}

enum State {
  PASSED
  FAILED
  BLOCKED
}
";

/// Nothing but safe changes.
const SAFE: &str = "type Query { a: Int! b: Int }";
/// Nothing but dangerous changes, and safe ones.
const DANGEROUS: &str = "type Query { a(c: Int): Int! }";
const START: &str = "type Query { a: Int }";

/// An answer to an introspection query that says the same as `START`.
const ANSWER: &str = r#"{"data": {"__schema": {
    "queryType": {"name": "Query"},
    "types": [
        {"kind": "OBJECT", "name": "Query", "interfaces": [], "fields": [
            {"name": "a", "args": [], "type": {"kind": "SCALAR", "name": "Int"}}
        ]},
        {"kind": "SCALAR", "name": "Int"}
    ],
    "directives": []
}}}"#;

fn diff(files: &[(&str, &[u8])], arguments: &str) -> String {
    let folder = folder(files);
    run(&mut bkq(folder.path(), &format!("schema diff {arguments}")))
}

fn code(arguments: &str) -> i32 {
    let folder = folder(&[
        ("start", START.as_bytes()),
        ("safe", SAFE.as_bytes()),
        ("dangerous", DANGEROUS.as_bytes()),
        ("breaking", b"type Query { b: Int }"),
    ]);
    let output = bkq(folder.path(), &format!("schema diff {arguments}")).output();
    let status = output.expect("bkq runs").status;
    status.code().expect("it exited")
}

#[test]
fn each_form_says_it_in_its_own_way() {
    let files: &[(&str, &[u8])] = &[
        ("old.graphql", OLD.as_bytes()),
        ("new.graphql", NEW.as_bytes()),
    ];
    for form in ["terminal", "markdown", "json", "github"] {
        let printed = diff(files, &format!("old.graphql new.graphql --format {form}"));
        insta::assert_snapshot!(format!("diff_{form}"), printed);
    }
    let terminal = diff(files, "old.graphql new.graphql --format terminal");
    assert_eq!(diff(files, "old.graphql new.graphql"), terminal);
}

#[test]
fn nothing_has_changed() {
    let files: &[(&str, &[u8])] = &[("a.graphql", OLD.as_bytes())];
    for form in ["terminal", "markdown", "json", "github"] {
        let printed = diff(files, &format!("a.graphql a.graphql --format {form}"));
        insta::assert_snapshot!(format!("diff_nothing_{form}"), printed);
    }
}

#[test]
fn exit_codes_tell_the_verdict() {
    for (new, codes) in [
        ("start", [0, 0, 0]),
        ("safe", [0, 0, 0]),
        ("dangerous", [1, 0, 0]),
        ("breaking", [2, 2, 0]),
    ] {
        let found = ["dangerous", "breaking", "never"]
            .map(|fail_on| code(&format!("start {new} --fail-on {fail_on}")));
        assert_eq!(found, codes, "{new}");
        assert_eq!(code(&format!("start {new}")), codes[0], "{new}");
    }
    // No verdict is no verdict, whatever it would have been allowed to be.
    for arguments in [
        "start none --fail-on never",
        "start",
        "start safe safe",
        "start safe --format yaml",
        "start safe --fail-on queries",
        "- -",
    ] {
        assert_eq!(code(arguments), 4, "{arguments}");
    }
    assert_eq!(code("--help"), 0);
}

#[test]
fn the_form_of_a_schema_makes_no_difference() {
    let files: &[(&str, &[u8])] = &[
        ("a.json", ANSWER.as_bytes()),
        ("a.graphql", START.as_bytes()),
    ];
    insta::assert_snapshot!(diff(files, "a.json a.graphql"), @"
    exit code 0
    --- stdout
    no changes from `a.json` to `a.graphql`
    ");
    let folder = folder(files);
    for arguments in ["schema diff - a.graphql", "schema diff a.graphql -"] {
        for text in [START, ANSWER] {
            let mut command = bkq(folder.path(), arguments);
            command.write_stdin(text).assert().success();
        }
    }
}

/// Annotations stand on lines of a file that is there, if lines mean something in it.
#[test]
fn annotations_know_their_place() {
    let folder = folder(&[
        ("a.json", ANSWER.as_bytes()),
        ("a,b.graphql", SAFE.as_bytes()),
    ]);
    let format = "--format github";
    insta::assert_snapshot!(
        run(&mut bkq(folder.path(), &format!("schema diff a,b.graphql a.json {format}"))), @"
        exit code 2
        --- stdout
        ::error title=FIELD_CHANGED_KIND::the field `Query.a` was `Int!` and is `Int` now
        ::error title=FIELD_REMOVED::the field `Query.b` was removed
        ::notice title=Schema changes::2 changes from `a,b.graphql` to `a.json`: 2 breaking
        ");
    insta::assert_snapshot!(
        run(bkq(folder.path(), &format!("schema diff a,b.graphql - {format}")).write_stdin(START)), @"
        exit code 2
        --- stdout
        ::error title=FIELD_CHANGED_KIND::the field `Query.a` was `Int!` and is `Int` now
        ::error title=FIELD_REMOVED::the field `Query.b` was removed
        ::notice title=Schema changes::2 changes from `a,b.graphql` to standard input: 2 breaking
        ");
    insta::assert_snapshot!(
        run(bkq(folder.path(), &format!("schema diff - a,b.graphql {format}"))
            .write_stdin("type Query { a: Int! b: Int c: Int }")), @"
            exit code 2
            --- stdout
            ::error file=a%2Cb.graphql,line=1,title=FIELD_REMOVED::the field `Query.c` was removed
            ::notice title=Schema changes::1 change from standard input to `a,b.graphql`: 1 breaking
            ");
}

#[test]
fn a_long_report_fits_a_pull_request() {
    let folder = folder(&[
        ("full.graphql", buildkite_schema::SDL.as_bytes()),
        (
            "small.graphql",
            b"schema { query: Query } type Query { a: Int }",
        ),
    ]);
    let mut command = bkq(
        folder.path(),
        "schema diff full.graphql small.graphql --format markdown",
    );
    let output = command.output().expect("bkq runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.len() <= 60_000);
    // Types and fields of the root: what is inside of types that are gone goes without saying.
    assert!(text.starts_with("### Schema changes\n"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_no_schema_is_said() {
    let refused = |content: &str| {
        let files: &[(&str, &[u8])] = &[
            ("old.graphql", START.as_bytes()),
            ("new", content.as_bytes()),
        ];
        diff(files, "old.graphql new")
    };
    insta::assert_snapshot!(refused(""), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      there is no schema in it: the text is empty
    hint: check that fetching the schema succeeded, and fetch it again
    ");
    insta::assert_snapshot!(refused("<!DOCTYPE html><title>Sign in</title>"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      this is an HTML page, not a schema
    hint: check the address and the token that it was fetched with: sign-in forms and the errors of proxies look like this
    ");
    insta::assert_snapshot!(refused("{\"data\": {\"__typename\": \"Query\"}}"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      there is no `__schema` in the answer
    hint: save the answer to an introspection query, the one that asks for `__schema`
    ");
    insta::assert_snapshot!(refused("{\"errors\": [{\"message\": \"Invalid token\"}]}"), @r#"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      the server answered with errors: "Invalid token"
    hint: correct what the server complains about, most often the token or its scopes, and ask again
    "#);
    insta::assert_snapshot!(refused("{\"data\": {\"__sch"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      this is not complete, correct JSON
      EOF while parsing a string at line 1 column 16
    hint: check that the whole answer was saved and nothing else with it
    ");
    insta::assert_snapshot!(refused("type Query { a: Missing }"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      the schema is not valid GraphQL: 1 mistake
      Error: cannot find type `Missing` in this document
         ╭─[ new:1:17 ]
         │
       1 │ type Query { a: Missing }
         │                 ───┬───
         │                    ╰───── not found in this scope
      ───╯
    hint: correct what is marked, or fetch the schema again if nobody edited it
    ");
    insta::assert_snapshot!(refused("type Query { a: Int } type Subscription { a: Int }"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `new`
      there is no `schema` block, and it is not clear whether the type `Subscription` is a root
    hint: add a block such as `schema { query: Query mutation: Mutation }`, and name `Subscription` in it only if subscriptions start there
    ");
    // The same in the place of the old one.
    let files: &[(&str, &[u8])] = &[("old", b""), ("new.graphql", START.as_bytes())];
    insta::assert_snapshot!(diff(files, "old new.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `old`
      there is no schema in it: the text is empty
    hint: check that fetching the schema succeeded, and fetch it again
    ");
}

#[test]
fn what_cannot_be_read_is_said() {
    let files: &[(&str, &[u8])] = &[("a.graphql", START.as_bytes())];
    insta::assert_snapshot!(diff(files, "a.graphql b.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read `b.graphql`
      No such file or directory (os error 2)
    hint: check the path: it is taken from the folder where the command runs
    ");
    insta::assert_snapshot!(diff(files, "a.graphql ."), @"
    exit code 4
    --- stderr
    error: cannot read `.`
      Is a directory (os error 21)
    hint: name a file, not a folder
    ");
    insta::assert_snapshot!(diff(files, "https://example.com/schema.graphql a.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read a schema from `https://example.com/schema.graphql`
      it is an address, not a file
    hint: `bkq schema pull --endpoint` asks a server and saves what it says; `live` is Buildkite
    ");
    insta::assert_snapshot!(diff(files, "- -"), @"
    exit code 4
    --- stderr
    error: cannot read both schemas from standard input
    hint: name a file or a revision for one of them
    ");
    insta::assert_snapshot!(diff(files, "a.graphql"), @"
    exit code 4
    --- stderr
    error: the following required arguments were not provided:
      <NEW>

    Usage: bkq schema diff <OLD> <NEW>

    For more information, try '--help'.
    ");
}

/// Runs git in a folder, as nobody in particular; false where there is no git.
fn git(folder: &Path, arguments: &[&str]) -> bool {
    let status = process::Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"])
        .args(arguments)
        .status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn revisions_are_read_from_git() {
    let folder = folder(&[]);
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).expect("a folder");
    fs::write(inside.join("a.graphql"), START).expect("a file");
    if !git(folder.path(), &["init", "--quiet"]) {
        return;
    }
    assert!(git(folder.path(), &["add", "inside"]));
    assert!(git(
        folder.path(),
        &["commit", "--quiet", "-m", "The schema"]
    ));
    fs::write(inside.join("a.graphql"), SAFE).expect("a file");

    let at_top =
        |arguments: &str| run(&mut bkq(folder.path(), &format!("schema diff {arguments}")));
    insta::assert_snapshot!(at_top("HEAD:inside/a.graphql inside/a.graphql"), @"
    exit code 0
    --- stdout
    2 safe changes

      the field `Query.a` was `Int` and is `Int!` now
      the field `Query.b` was added: `Int`

    2 changes from `HEAD:inside/a.graphql` to `inside/a.graphql`: 2 safe
    ");
    let inside = |arguments: &str| run(&mut bkq(&inside, &format!("schema diff {arguments}")));
    insta::assert_snapshot!(inside("HEAD:./a.graphql HEAD:inside/a.graphql"), @"
    exit code 0
    --- stdout
    no changes from `HEAD:./a.graphql` to `HEAD:inside/a.graphql`
    ");
    // A file of that name comes first, where there can be one.
    if cfg!(unix) {
        fs::write(folder.path().join("HEAD:colon"), START).expect("a file");
        insta::assert_snapshot!(at_top("HEAD:colon HEAD:colon"), @"
        exit code 0
        --- stdout
        no changes from `HEAD:colon` to `HEAD:colon`
        ");
    }

    insta::assert_snapshot!(at_top("HEAD:inside/b.graphql inside/a.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read `HEAD:inside/b.graphql`
      `HEAD` has no file `inside/b.graphql`
    hint: the path starts at the top of the repository; in this folder it is `HEAD:./inside/b.graphql`
    ");
    insta::assert_snapshot!(inside("HEAD:./b.graphql a.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read `HEAD:./b.graphql`
      `HEAD` has no file `./b.graphql`
    hint: a path with `./` starts at the folder where the command runs
    ");
    insta::assert_snapshot!(at_top("elsewhere:inside/a.graphql inside/a.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read `elsewhere:inside/a.graphql`
      git has no revision `elsewhere`
    hint: fetch it first; the clones that CI makes often have the newest commit only
    ");
    insta::assert_snapshot!(at_top("HEAD:inside inside/a.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read `HEAD:inside`
      `inside` is a folder there
    hint: name a file, not a folder
    ");
    // An option of git is none of ours.
    insta::assert_snapshot!(at_top("-- --output=x:y inside/a.graphql"), @"
    exit code 4
    --- stderr
    error: cannot read `--output=x:y`
      git has no revision `--output=x`
    hint: no revision starts with a hyphen
    ");
}

#[test]
fn without_git_or_a_repository_there_are_no_revisions() {
    let folder = folder(&[("a.graphql", START.as_bytes())]);
    let mut command = bkq(folder.path(), "schema diff HEAD:a.graphql a.graphql");
    command.env("PATH", folder.path());
    insta::assert_snapshot!(run(&mut command), @"
    exit code 4
    --- stderr
    error: cannot read `HEAD:a.graphql`
      there is no file of that name, and no program `git` to look for a revision
    hint: install git, or name a file
    ");

    let mut command = bkq(folder.path(), "schema diff HEAD:a.graphql a.graphql");
    let no_repository = command.env("GIT_CEILING_DIRECTORIES", folder.path());
    let report = run(no_repository);
    assert!(report.starts_with("exit code 4\n"), "{report}");
}
