//! The guide for people who write queries: its examples compile, and it leaves
//! nothing out.

use std::collections::BTreeSet;

use apollo_compiler::ast;
use buildkite_codegen::Config;

use crate::support::written;

const GUIDE: &str = include_str!("../../../../queries/README.md");

/// The blocks of code in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    GUIDE
        .split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn its_examples_compile_without_a_warning() {
    let viewer = "query Viewer { viewer { id } }";
    let is_client_schema = |block: &&str| block.contains("extend type");
    let (schemas, queries): (Vec<_>, Vec<_>) =
        blocks("graphql").into_iter().partition(is_client_schema);
    assert_eq!((schemas.len(), queries.len()), (1, 5));
    let settings = blocks("toml");
    assert_eq!(settings.len(), 1);
    for query in queries.into_iter().chain([viewer]) {
        let folder = written(&[
            ("queries/a.graphql", query),
            ("client.graphql", schemas[0]),
            ("lints.toml", settings[0]),
        ]);
        let config = Config::new()
            .root(folder.path())
            .queries("queries")
            .client_schema_file("client.graphql");
        for config in [config.clone(), config.lints_file("lints.toml")] {
            let generated = config
                .generate()
                .unwrap_or_else(|diagnostics| panic!("{query}\n{diagnostics}"));
            assert!(
                generated.warnings().is_empty(),
                "{query}\n{}",
                generated.warnings()
            );
        }
    }
}

#[test]
fn every_directive_and_lint_is_in_it() {
    let client = ast::Document::parse(buildkite_schema::CLIENT_SDL, "client.graphql").unwrap();
    let directives: Vec<_> = client
        .definitions
        .iter()
        .filter_map(ast::Definition::as_directive_definition)
        .map(|definition| format!("`@{}`", definition.name))
        .collect();
    assert!(!directives.is_empty());
    for directive in directives {
        assert!(GUIDE.contains(&directive), "{directive}");
    }
    let lints: BTreeSet<_> = client
        .definitions
        .iter()
        .filter_map(ast::Definition::as_enum_type_definition)
        .filter(|definition| definition.name == "ClientLint")
        .flat_map(|definition| &definition.values)
        .map(|value| value.value.to_string())
        // There is nothing to allow about what allows nothing.
        .chain(["unused_allow".to_owned()])
        .collect();
    let documented: BTreeSet<_> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(documented, lints);
}

#[test]
fn it_says_the_same_levels_as_the_documentation_of_the_option() {
    let option = include_str!("../../src/config/mod.rs");
    let levels = |text: &'static str| -> BTreeSet<(&str, &str)> {
        text.lines()
            .filter_map(|line| {
                let row = line.trim_start().trim_start_matches("/// ");
                let mut cells = row.strip_prefix("| `")?.split(" | ");
                Some((cells.next()?.trim_end_matches('`'), cells.next()?))
            })
            .filter(|(_, level)| ["deny", "warn", "allow"].contains(level))
            .collect()
    };
    assert_eq!(levels(GUIDE), levels(option));
    assert_eq!(levels(GUIDE).len(), 12);
}
