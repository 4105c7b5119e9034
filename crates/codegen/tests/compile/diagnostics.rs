//! What is said about mistakes. Each folder below `diagnostics/` is a set of
//! queries with its report beside it. A set with no schema of its own is
//! compiled against `diagnostics/schema.graphql`, and from number 300 on, where
//! lints are shown, against `diagnostics/lints.graphql`. Those whose name speaks
//! of a client schema name one, be it there or not.

use std::fs;
use std::path::PathBuf;

use buildkite_codegen::{Config, Diagnostics};

use crate::support::folder;

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
