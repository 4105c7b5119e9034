//! The generated code: golden files of each kind of item, and the same bytes in every
//! run.

use std::fs;
use std::path::{Path, PathBuf};

use buildkite_codegen::Config;

use crate::support::{folder, joined, shapes, shapes_in, written};

/// Each kind of printed item once, to be read. That every shape compiles and does what
/// it should is what the tests in `tests/shapes` see.
#[test]
fn each_kind_of_item() {
    let golden = folder("golden");
    let generated = Config::new()
        .root(&golden)
        .schema_file("schema.graphql")
        .queries("queries")
        .scalar("Day", "::std::string::String")
        .generate()
        .unwrap();
    for (path, text) in generated.files() {
        let lines = text.lines().count();
        assert!(
            lines < 450,
            "nobody reads {lines} lines of {}",
            path.display()
        );
        insta::with_settings!({
            snapshot_path => golden.join("generated"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(path.display().to_string(), text);
        });
    }
}

#[test]
fn every_run_gives_the_same() {
    let generated = shapes().generate().unwrap();
    for _ in 0..3 {
        assert_eq!(shapes().generate().unwrap(), generated);
    }
}

#[test]
fn where_the_files_lie_makes_no_difference() {
    let generated = shapes().generate().unwrap();
    let mut files = files_below(&folder("shapes"), Path::new(""));
    let elsewhere = written(&files);
    assert_eq!(shapes_in(elsewhere.path()).generate().unwrap(), generated);
    // Folders list their files in the order in which they were made, on many
    // systems.
    files.reverse();
    let reversed = written(&files);
    assert_eq!(shapes_in(reversed.path()).generate().unwrap(), generated);
}

#[test]
fn which_file_a_definition_is_in_makes_no_difference_but_for_its_comment() {
    let schema = "schema { query: Query } type Query { a: Int b(by: Int): Int }";
    let compile = |files: &[(&str, &str)]| {
        let folder = written(files);
        let generated = Config::new()
            .root(folder.path())
            .schema_text(schema, "schema.graphql")
            .queries("queries")
            .generate()
            .unwrap();
        joined(&generated)
            .lines()
            .filter(|line| !line.contains("Compiled from"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let one = compile(&[(
        "queries/all.graphql",
        "query B($by: Int) { ...F b(by: $by) } query A { ...F } fragment F on Query { a }",
    )]);
    let many = compile(&[
        ("queries/z.graphql", "query A { ...F }"),
        ("queries/m/a.graphql", "fragment F on Query { a }"),
        ("queries/a.graphql", "query B($by: Int) { ...F b(by: $by) }"),
    ]);
    assert_eq!(one, many);
}

#[test]
fn the_runtime_may_have_another_path() {
    let generated = shapes().runtime("crate::api::runtime").generate().unwrap();
    let text = joined(&generated);
    assert!(text.contains("use crate::api::runtime::generated as rt;"));
    assert!(text.contains("crate::api::runtime::scalars::DateTime"));
    assert!(!text.contains("buildkite_client"));
}

#[test]
fn several_folders_are_one_set() {
    let folder = written(&[
        ("queries/a.graphql", "query A { ...F }"),
        ("shared/f.graphql", "fragment F on Query { a }"),
    ]);
    let config = Config::new()
        .root(folder.path())
        .schema_text(
            "schema { query: Query } type Query { a: Int }",
            "schema.graphql",
        )
        .queries("queries")
        .queries("shared");
    let generated = config.generate().unwrap();
    assert_eq!(generated.operations(), 1);
    // A folder inside another, or given twice, is read once.
    let twice = config.queries("queries").queries("./shared");
    assert_eq!(twice.generate().unwrap(), generated);
}

#[test]
fn what_a_comment_or_string_holds_does_not_break_the_code() {
    let folder = written(&[(
        "queries/a.graphql",
        "# Old\r# Mac, `[<b>] \u{202e}\u{0007}\r#     let code = 1;\r# ```\rquery A($text: String = \"\u{202e}`\") {\r  c: b(text: $text)\r  b(text: \"\u{202e}\\\"#\\\"##\")\r}\r",
    )]);
    let generated = Config::new()
        .root(folder.path())
        .schema_text(
            "schema { query: Query } type Query { b(text: String): Int }",
            "schema.graphql",
        )
        .queries("queries")
        .generate()
        .unwrap();
    let text = joined(&generated);
    assert!(!text.contains(['\r', '\u{202e}', '\u{7}']), "{text}");
    assert!(text.contains("/// `text: String = \"'\"`"), "{text}");
    assert!(
        text.contains("/// Old\n/// Mac, \\`\\[\\<b\\>\\]\n/// let code = 1;\n/// ```text\n///\n"),
        "{text}"
    );
    assert!(
        text.contains(r###""query A($text: String = \"\u{202e}`\") {\n  c: b(text: $text)\n  b(text: \"\u{202e}\\\"#\\\"##\")\n}""###),
        "{text}"
    );
}

/// All files below a folder, with paths relative to it.
fn files_below(root: &Path, below: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_below(root, &path));
        } else {
            files.push((path, fs::read(entry.path()).unwrap()));
        }
    }
    files.sort();
    files
}
