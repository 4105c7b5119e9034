//! What is written, and when it is not.

use std::fs;

use super::*;

#[test]
fn a_snapshot_and_what_is_known_of_it() {
    let (sandbox, folder) = (sandbox(SDL), project());
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: written
    ");
    assert_eq!(snapshot(folder.path()), PRINTED);
    let metadata = metadata(folder.path()).replace(address(sandbox.url()), "SERVER");
    assert!(metadata.ends_with("}\n"));
    insta::assert_snapshot!(metadata, @r#"
    {
      "pulled": "2026-11-20T12:00:00Z",
      "source": "http://SERVER/v1",
      "descriptions": true
    }
    "#);
}

#[test]
fn buildkites_schema_is_what_this_project_has() {
    let folder = project();
    let builder = Sandbox::builder().token(TOKEN);
    let sandbox = runtime().block_on(builder.start()).expect("a sandbox");
    let report = pull_from(&sandbox, folder.path(), "");
    assert!(report.starts_with("exit code 0\n"), "{report}");
    assert!(snapshot(folder.path()) == buildkite_schema::SDL);
}

/// All that introspection can tell comes through.
#[test]
fn nothing_of_a_schema_is_lost() {
    let sdl = r#""All of it." schema { query: Query }
        "Stamps." directive @stamp("Who." by: String at: Int = 3 @deprecated) repeatable on FIELD
        scalar Day @specifiedBy(url: "https://days.example")
        type Query implements Named & Old { name(in: In, short: Int @deprecated(reason: "no")): String
            old: [[[[Day!]!]!]!]! @deprecated }
        interface Old implements Named { "Named." name(in: In): String old: [[[[Day!]!]!]!]! }
        interface Named { name(in: In): String }
        union Any = Query
        "In." input In { "From." from: Day = "now" since: Day @deprecated(reason: "use `from`") }
        enum State { "On." ON OFF @deprecated }"#;
    let (sandbox, folder) = (sandbox(sdl), project());
    pull_from(&sandbox, folder.path(), "");
    let mut print = bkq(folder.path(), "schema print --from -");
    let printed = print.write_stdin(sdl).output().expect("bkq runs").stdout;
    let printed = String::from_utf8(printed).expect("UTF-8");
    assert!(printed.contains("@deprecated(reason: \"use `from`\")"));
    assert_eq!(snapshot(folder.path()), printed);
}

/// This project's own metadata is in the form in which it is written, though it knows less.
#[test]
fn the_committed_metadata_is_read() {
    let folder = pulled();
    let beside = folder.path().join("schema/buildkite.meta.json");
    let ours = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../schema/buildkite.meta.json"
    );
    fs::copy(ours, &beside).expect("a copy");
    let ours = metadata(folder.path());
    let mut command = bkq(folder.path(), "schema pull --descriptions --from -");
    let report = run(command.write_stdin(SDL));
    assert!(
        report.ends_with("schema/buildkite.graphql: unchanged\n"),
        "{report}"
    );
    assert_eq!(metadata(folder.path()), ours);
}

#[test]
fn an_unchanged_schema_touches_neither_file() {
    let (sandbox, folder) = (sandbox(SDL), pulled());
    let before = files(folder.path());
    let times = || {
        ["schema/buildkite.graphql", "schema/buildkite.meta.json"].map(|name| {
            let metadata = fs::metadata(folder.path().join(name)).expect("a file");
            metadata.modified().expect("a time")
        })
    };
    let times_before = times();
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: unchanged
    ");
    assert_eq!(files(folder.path()), before);
    assert_eq!(times(), times_before);
}

#[test]
fn a_changed_schema_is_summed_up() {
    let folder = pulled();
    let newer = "\"The start.\" type Query { a: Int! } scalar Day";
    let sandbox = sandbox(newer);
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: written
    4 changes from what it was to `http://SERVER/v1`: 2 breaking, 2 safe
    ");
    assert!(snapshot(folder.path()).contains("  a: Int!\n"));
    let pulled = "\"pulled\": \"2026-11-20T12:00:00Z\"";
    assert!(metadata(folder.path()).contains(pulled));
}

#[test]
fn other_changes_of_the_text_are_told_apart() {
    let (sandbox, folder) = (sandbox(SDL), pulled());
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), "--no-descriptions"), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: written
    only descriptions have changed
    ");
    assert_eq!(
        snapshot(folder.path()),
        PRINTED.replace("\"\"\"The start.\"\"\"\n", "")
    );
    assert!(metadata(folder.path()).contains("\"descriptions\": false\n"));
    // It stays as it is, unless somebody says otherwise.
    let again = pull_from(&sandbox, folder.path(), "");
    assert!(again.ends_with("buildkite.graphql: unchanged\n"), "{again}");
    let with = pull_from(&sandbox, folder.path(), "--descriptions");
    assert!(with.ends_with("only descriptions have changed\n"), "{with}");

    let file = folder.path().join("schema/buildkite.graphql");
    fs::write(&file, SDL).expect("a file");
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: written
    only its form has changed
    ");
    for no_schema in ["type Query {".as_bytes(), b"", b"\xff\xfe"] {
        fs::write(&file, no_schema).expect("a file");
        let report = pull_from(&sandbox, folder.path(), "");
        assert!(
            report.ends_with("written\nwhat was there was no schema\n"),
            "{report}"
        );
        assert_eq!(snapshot(folder.path()), PRINTED);
    }
}

/// They are made anew where nobody can read them.
#[test]
fn metadata_that_is_missing_or_spoilt_is_written_again() {
    let (sandbox, folder) = (sandbox(SDL), pulled());
    let beside = folder.path().join("schema/buildkite.meta.json");
    fs::remove_file(&beside).expect("it was there");
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), ""), @"
    exit code 0
    --- stderr
    asking http://SERVER/v1 for its schema …
    schema/buildkite.graphql: unchanged
    schema/buildkite.meta.json: written
    ");
    let whole = metadata(folder.path());
    for spoilt in ["", "{}", "[1]", "{\"pulled\": 3}", &whole[..20]] {
        fs::write(&beside, spoilt).expect("a file");
        pull_from(&sandbox, folder.path(), "");
        assert_eq!(metadata(folder.path()), whole);
    }
}

#[test]
fn the_metadata_is_named_after_the_snapshot() {
    let (sandbox, folder) = (sandbox(SDL), folder(&[]));
    for (output, beside) in [
        ("a.graphql", "a.meta.json"),
        ("b.schema.graphql", "b.schema.meta.json"),
        ("c", "c.meta.json"),
    ] {
        let report = pull_from(&sandbox, folder.path(), &format!("--output {output}"));
        assert!(
            report.ends_with(&format!("{output}: written\n")),
            "{report}"
        );
        assert!(folder.path().join(beside).exists(), "{beside}");
    }
    assert_eq!(files(folder.path()).len(), 6);
}

/// Either both files are replaced or none: what can go wrong is found before.
#[test]
fn what_cannot_be_written_leaves_all_as_it_was() {
    let (sandbox, folder) = (sandbox("type Query { z: Int }"), pulled());
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), "--output none/a.graphql"), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot write `none/a.graphql`
      entity not found
    hint: create the folder first
    ");
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), "--output schema"), @"
    exit code 4
    --- stderr
    error: cannot keep a snapshot in `schema`
      it is a folder
    hint: name a file, not a folder
    ");
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), "--output -"), @"
    exit code 4
    --- stderr
    error: cannot keep a snapshot in `-`
      it is a file with another one beside it, not standard output
    hint: name a file; `bkq schema print` prints one
    ");
    let beside = folder.path().join("schema/buildkite.meta.json");
    fs::remove_file(&beside).expect("it was there");
    fs::create_dir(&beside).expect("a folder");
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), ""), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot write `schema/buildkite.meta.json`
      is a directory
    hint: name a file, not a folder
    ");
    assert_eq!(snapshot(folder.path()), PRINTED);
    let mut command = with(sandbox.url(), folder.path(), "schema pull");
    command.env("SOURCE_DATE_EPOCH", "yesterday");
    insta::assert_snapshot!(told(&mut command, address(sandbox.url()), folder.path()), @"
    exit code 4
    --- stderr
    asking http://SERVER/v1 for its schema …
    error: cannot tell the time
      SOURCE_DATE_EPOCH is set, and is no number of seconds
    hint: unset it, or set it to the seconds since 1970, as `date +%s` prints them
    ");
    assert_eq!(snapshot(folder.path()), PRINTED);
}

#[cfg(unix)]
#[test]
fn a_device_is_no_snapshot() {
    let (sandbox, folder) = (sandbox(SDL), project());
    insta::assert_snapshot!(pull_from(&sandbox, folder.path(), "--output /dev/null"), @"
    exit code 4
    --- stderr
    error: cannot keep a snapshot in `/dev/null`
      it is a device or a pipe
    hint: name a file
    ");
}

/// Without the variable it is the time at which the command runs.
#[test]
fn the_time_is_that_of_the_pull() {
    let folder = project();
    let mut command = bkq(folder.path(), "schema pull --from -");
    command.write_stdin(SDL).assert().success();
    let metadata = metadata(folder.path());
    let (_, time) = metadata.split_once("\"pulled\": \"").expect("a time");
    let form = time.chars().take(20).map(|character| match character {
        '0'..='9' => '9',
        other => other,
    });
    assert_eq!(form.collect::<String>(), "9999-99-99T99:99:99Z");
}
