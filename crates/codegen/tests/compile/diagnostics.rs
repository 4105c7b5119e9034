//! What is said about mistakes. Each folder below `diagnostics/` is a set of
//! queries with its report beside it. A set with no schema of its own is
//! compiled against `diagnostics/schema.graphql`, and from number 300 on, where
//! lints are shown, against `diagnostics/lints.graphql`. Those with `buildkite`
//! in their name are compiled against the bundled schema. Those whose name speaks
//! of a client schema name one, be it there or not.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use buildkite_codegen::{Config, Diagnostics, ReportStyle};
use unicode_width::UnicodeWidthStr as _;

use crate::support::{folder, written};

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(folder("diagnostics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

fn compile(case: &PathBuf) -> Diagnostics {
    let config = Config::new().root(case).queries("queries");
    let name = case.file_name().unwrap().to_str().unwrap();
    let config = if name.contains("client_schema") {
        config.client_schema_file("client.graphql")
    } else {
        config
    };
    let config = if case.join("schema.graphql").exists() {
        config.schema_file("schema.graphql")
    } else if name.contains("buildkite") {
        config
    } else {
        let schema = if name < "300" { "schema" } else { "lints" };
        let path = folder(&format!("diagnostics/{schema}.graphql"));
        config.schema_text(fs::read_to_string(path).unwrap(), "schema.graphql")
    };
    match config.generate() {
        Err(diagnostics) => {
            assert!(diagnostics.has_errors(), "{}", case.display());
            diagnostics
        }
        Ok(generated) => {
            let warnings = generated.warnings();
            assert!(!warnings.has_errors(), "{}", case.display());
            let shown = case.display().to_string();
            // Some show what is not found.
            let may_be_clean = shown.ends_with("_and_allowed") || shown.ends_with("_of_use");
            assert!(may_be_clean || !warnings.is_empty(), "{shown} is accepted");
            warnings.clone()
        }
    }
}

#[test]
fn every_mistake_is_reported() {
    for case in cases() {
        let report = compile(&case).to_string();
        insta::with_settings!({
            snapshot_path => &case,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("report", report);
        });
    }
}

/// A chain is reported once: not again for each operation that begins it, and not at
/// each of its links.
#[test]
fn a_chain_of_fragments_without_end_is_reported_once() {
    let users = chain("User", 600, str::to_owned);
    let builds = chain("Build", 150, |next| {
        format!("pipeline {{ builds {{ edges {{ node {{ {next} }} }} }} }}")
    });
    for (root, fragments) in [("viewer", users), ("subject", builds)] {
        let text = format!(
            "query A {{ {root} {{ ...F0 }} }}\nquery B {{ {root} {{ ...F0 }} }}\n{fragments}"
        );
        let folder = written(&[("queries/a.graphql", text)]);
        let schema = fs::read_to_string(self::folder("diagnostics/schema.graphql")).unwrap();
        let report = Config::new()
            .root(folder.path())
            .queries("queries")
            .schema_text(schema, "schema.graphql")
            .generate()
            .unwrap_err();
        assert_eq!(report.len(), 1, "{report}");
        let report = report.to_string();
        assert!(report.contains("queries/a.graphql:3:1"), "{report}");
        assert!(
            report.contains("fragments are spread inside of each other too deep"),
            "{report}"
        );
        assert!(report.contains("or split the operation"), "{report}");
    }
}

/// Fragments of which each but the last spreads the next.
fn chain(ty: &str, length: usize, selection: impl Fn(&str) -> String) -> String {
    let link = |link: usize| {
        let next = match link + 1 {
            next if next == length => "id".to_owned(),
            next => format!("...F{next}"),
        };
        format!("fragment F{link} on {ty} {{ {} }}", selection(&next))
    };
    (0..length).map(link).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_report_says_where_and_what_to_do() {
    for case in cases() {
        for diagnostic in &compile(&case) {
            let report = diagnostic.to_string();
            let shown = case.display();
            assert!(report.contains("Help: "), "{shown}\n{report}");
            assert!(
                !report.contains(env!("CARGO_MANIFEST_DIR")),
                "{shown}\n{report}"
            );
            let path = diagnostic.path().unwrap().display().to_string();
            assert!(report.contains(&path), "{shown}\n{report}");
            if let (Some(line), Some(column)) = (diagnostic.line(), diagnostic.column()) {
                let place = format!("{path}:{line}:{column}");
                assert!(report.contains(&place), "{shown}\n{report}");
                assert!(report.contains(&format!(" {line} │")), "{shown}\n{report}");
            }
        }
    }
}

#[test]
fn reports_are_ordered_by_file_and_place() {
    for case in cases() {
        let places: Vec<_> = compile(&case)
            .iter()
            .map(|diagnostic| {
                (
                    diagnostic.path().map(PathBuf::from),
                    diagnostic.line(),
                    diagnostic.column(),
                )
            })
            .collect();
        assert!(places.is_sorted(), "{}: {places:?}", case.display());
    }
}

#[test]
fn no_report_is_too_wide() {
    for case in cases() {
        for line in compile(&case).to_string().lines() {
            assert!(line.width() <= 96, "{}: {line}", case.display());
        }
    }
}

/// A rule that the front end refuses and this crate cannot name has the code
/// `invalid`, and its message in the front end's words.
#[test]
fn every_rule_has_a_name_that_is_documented() {
    let documented = include_str!("../../src/diagnostic/mod.rs");
    let mut seen = BTreeSet::new();
    for case in cases() {
        for diagnostic in &compile(&case) {
            let code = diagnostic.code();
            assert_ne!(code, "invalid", "{}\n{diagnostic}", case.display());
            if let Some(lint) = diagnostic.lint() {
                assert_eq!(code, lint);
            } else {
                assert!(documented.contains(&format!("`{code}`")), "{code}");
                seen.insert(code.to_owned());
            }
        }
    }
    // Every one that is documented is shown here, but for those that do not
    // come from files.
    let rows = documented.lines().filter_map(|line| {
        let (codes, _) = line.trim().strip_prefix("/// | `")?.split_once(" | ")?;
        Some(codes.split(", ").map(|code| code.trim_matches('`')))
    });
    let shown_elsewhere = [
        "no_folder",
        "unreadable_file",
        "unreadable_schema",
        "invalid_option",
        "live_schema",
        "output",
        "invalid",
    ];
    let keys = [
        "severity",
        "code",
        "lint",
        "message",
        "help",
        "note",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "related",
    ];
    for code in rows.flatten() {
        assert!(
            seen.contains(code) || shown_elsewhere.contains(&code) || keys.contains(&code),
            "{code} has no case"
        );
    }
}

#[test]
fn programs_read_json() {
    let mut text = Vec::new();
    for name in [
        "007_wrong_argument",
        "016_duplicate_operation",
        "018_anonymous",
        "025_empty_file",
        "065_unicode_before_the_place",
        "302_deprecated_denied",
        "318_unused_as_warnings",
    ] {
        let diagnostics = compile(&folder("diagnostics").join(name));
        let json = diagnostics.to_json();
        assert_eq!(json, serde_json::to_string(&diagnostics).unwrap());
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        text.push(format!("{name}\n{pretty}"));
    }
    insta::assert_snapshot!("json", text.join("\n"));
}

#[test]
fn colours_change_nothing_but_colours() {
    for case in cases() {
        let diagnostics = compile(&case);
        let colored = diagnostics.render(ReportStyle::Colored);
        let mut plain = String::new();
        for piece in colored.split('\u{1b}') {
            let text = piece
                .strip_prefix('[')
                .and_then(|piece| piece.split_once('m'));
            plain.push_str(text.map_or(piece, |(_, text)| text));
        }
        assert_eq!(plain, diagnostics.to_string(), "{}", case.display());
    }
    let colored = compile(&folder("diagnostics/050_variable_of_another_type"));
    let colored = colored.render(ReportStyle::Colored).replace('\u{1b}', "^");
    let (first, _) = colored.split_once("\n\n").unwrap();
    insta::assert_snapshot!(first);
}

#[test]
fn of_many_mistakes_the_first_are_printed_and_all_are_there() {
    let wrong = |operation: &str| {
        let fields: Vec<String> = (0..60).map(|nth| format!("wrong{nth}")).collect();
        format!("query {operation} {{ viewer {{ {} }} }}", fields.join(" "))
    };
    let folder = written(&[
        ("queries/a.graphql", wrong("A")),
        ("queries/b.graphql", wrong("B")),
    ]);
    let schema = fs::read_to_string(self::folder("diagnostics/schema.graphql")).unwrap();
    let many = Config::new()
        .root(folder.path())
        .queries("queries")
        .schema_text(schema, "schema.graphql")
        .generate()
        .unwrap_err();
    assert_eq!(many.len(), 120);
    let text = many.to_string();
    assert_eq!(text.matches("has no field").count(), 50);
    assert!(text.contains("there are 70 more mistakes"), "{text}");
    let json: Vec<serde_json::Value> = serde_json::from_str(&many.to_json()).unwrap();
    assert_eq!(json.len(), 120);
}

#[test]
fn errors_are_printed_before_warnings_where_there_are_too_many() {
    let deprecated = (0..60)
        .map(|index| format!("a{index}: old "))
        .collect::<Vec<_>>()
        .concat();
    let folder = written(&[
        ("queries/a.graphql", format!("query A {{ {deprecated} }}")),
        ("queries/z.graphql", "query Z { a a }".to_owned()),
        (
            "queries/lints.toml",
            "[lints]\nuseless_selection = \"deny\"".to_owned(),
        ),
    ]);
    let report = Config::new()
        .root(folder.path())
        .schema_text(
            "type Query { a: Int old: Int @deprecated }",
            "schema.graphql",
        )
        .queries("queries")
        .generate()
        .unwrap_err();
    assert_eq!(report.len(), 61);
    let printed = report.to_string();
    assert_eq!(printed.matches("is deprecated").count(), 49, "{printed}");
    // Last of all, and still there.
    assert!(printed.contains("`Query.a` is selected twice"), "{printed}");
    assert!(printed.contains("there are 11 more mistakes"), "{printed}");
}
